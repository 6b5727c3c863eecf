"""The code under test, as a check sees it: calls in, answers out.

A check never knows in which process the code runs or how the student wrote it. Inputs
and upstream gradients of a :class:`Call` are canonical; the values of an
:class:`Answer` are as the student's code returned them, in its own presentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from gradcheck.component import Array, Component, Variant
from gradcheck.modes import Mode
from gradcheck.presentation import Layout
from gradcheck.records.program import Fault, Memory, System, Value

__all__ = ["Answer", "Call", "Phase", "Subject", "UpstreamForm"]

Phase = Literal["forward", "backward"]
NUMBERS = "fiubc"
"""Kinds of dtypes."""
UpstreamForm = Literal["argument", "local", "none"]
"""``local``: the student returns a local derivative and the harness multiplies."""


@dataclass(frozen=True)
class Call:
    """One evaluation of the subject.

    Parameters
    ----------
    kind : {"forward", "backward"}
        A backward runs the forward before it where the code keeps state.
    inputs : Mapping[str, numpy.ndarray]
        Canonical.
    upstream : numpy.ndarray or None
        Canonical gradient of the cost with respect to the output.
    other : Mapping[str, numpy.ndarray] or None
        Other data whose forward runs in between, to find stale caches.
    repeats : int
        How many times backward is called; the last result counts.
    is_echoed : bool
        Whether the arguments are sent back as they are after the call.
    is_traced : bool
        Whether the calls of the code's own functions that backward makes are recorded.
    system : {"float64", "complex", "longdouble"}
        The numbers that the code computes with.
    memory : {"C", "F", "strided"}
        How its arguments lie in memory.
    before : tuple of (Mapping[str, numpy.ndarray], int or None)
        Forwards with the same object or dict before this one: inputs, and the place of a mode.
    mode : int or None
        The place of the mode (in :attr:`Subject.modes`) that this call is made in; None is
        training.
    is_looked_into : bool
        Whether what the object, or the dict of options, holds after the call is sent back.
    """

    kind: Phase
    inputs: Mapping[str, Array]
    upstream: Array | None = None
    other: Mapping[str, Array] | None = None
    repeats: int = 1
    is_echoed: bool = False
    is_traced: bool = False
    system: System = "float64"
    memory: Memory = "C"
    before: tuple[tuple[Mapping[str, Array], int | None], ...] = ()
    mode: int | None = None
    is_looked_into: bool = False

    @property
    def is_staged(self) -> bool:
        """Whether it is more than one call for training."""
        return bool(self.before) or self.mode is not None


@dataclass(frozen=True)
class Answer:
    """What one call gave.

    ``gradients`` are what is judged (a local derivative times the upstream gradient),
    ``raw`` what was returned; ``phase`` says where a fault happened, ``trace`` which of its
    own functions the code called, with which numbers (a claim, and it may be cut), ``held`` what
    its object or its dict of options holds, ``box`` the shape of an array of one entry in which
    a number came.
    """

    output: Value = None
    gradients: Mapping[str, Value] = field(default_factory=dict)
    raw: Mapping[str, Value] = field(default_factory=dict)
    echoed: Mapping[str, Value] = field(default_factory=dict)
    fault: Fault | None = None
    phase: Phase = "forward"
    trace: Value = None
    held: Value = None
    box: tuple[int, ...] = ()

    @property
    def numbers(self) -> Array | None:
        """The output as an array of numbers of any system, or None if it is something else."""
        value = self.output
        if self.fault is not None or isinstance(value, bool):
            return None
        if not isinstance(value, np.ndarray | float | int | complex):
            return None
        array = np.asarray(value)
        return array if array.dtype.kind in NUMBERS else None


class Subject(Protocol):
    """A component as a student wrote it."""

    @property
    def component(self) -> Component:
        """What it is taken for."""

    @property
    def variant(self) -> Variant:
        """Which accepted form it takes (reduction, input form ...)."""

    @property
    def variants(self) -> Sequence[Variant]:
        """That form, then others that it is judged in: constants that the caller chooses."""

    @property
    def chosen(self) -> Mapping[str, float]:
        """The constants that the calls pass and that count something: a stride."""

    def at(self, variant: Variant, layout: Layout | None = None) -> Subject:
        """Return the same code, called with another variant's constants, in another layout."""

    @property
    def tuned(self) -> Mapping[str, float]:
        """The constants that the calls pass and that count nothing: slopes, margins."""
        ...

    @property
    def layout(self) -> Layout:
        """How its arrays are presented."""

    @property
    def upstream(self) -> UpstreamForm:
        """How the upstream gradient enters."""

    @property
    def has_forward(self) -> bool:
        """Whether there is a value to call."""

    @property
    def variables(self) -> Sequence[str]:
        """Variables whose gradient the code returns; empty without a backward."""

    @property
    def beside(self) -> Sequence[str]:
        """Targets whose gradient the code returns too, though it isn't asked for."""

    @property
    def modes(self) -> Sequence[Mode]:
        """The ways in which it may be asked to infer; names propose them."""

    @property
    def keeps_state(self) -> bool:
        """Whether a cache or an object carries data from forward to backward."""

    @property
    def updated(self) -> Sequence[str]:
        """Variables that backward changes in place, with a learning rate of its own."""

    @property
    def is_narrow(self) -> bool:
        """Whether its own value is in float32: it is judged with that many digits."""

    def show(self, variable: str, value: Array) -> Array:
        """Return a canonical input or gradient of ``variable`` as the student's code sees it."""

    def show_output(self, value: Array) -> Array:
        """Return a canonical output (or upstream gradient) as the student's code sees it."""

    def run(self, calls: Sequence[Call]) -> Sequence[Answer]:
        """Evaluate many calls, in order, in one frame; never raises for the student's code."""
