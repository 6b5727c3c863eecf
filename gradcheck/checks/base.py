"""What a check is: a question asked of a subject, answered example by example."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np

from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.numerics.compare import compare, precision
from gradcheck.records.program import Fault, Opaque, Value
from gradcheck.strategies.recipe import FAR, LONG, TIES
from gradcheck.subject import Answer, Call, Phase, Subject

__all__ = ["EPSILON", "LOST", "OF_GRADIENT", "OF_VALUE", "Case", "Check", "Inquiry",
           "Observation", "Verdict", "as_array", "described", "told", "unfit"]  # fmt: skip

Verdict = Literal["right", "wrong", "remark", "undecided"]
LONGEST = 60
APART = frozenset({FAR, LONG, TIES})
"""Regimes that a check judges only where it says so."""
OF_VALUE = frozenset({"output-shape", "forward-value"})
"""Checks of the value alone: no upstream gradient in their examples."""
OF_GRADIENT = frozenset({"gradient-shape", "gradient-value"})
"""Checks of a gradient by the reference's."""
EPSILON = "epsilon"
"""Evidence of remarks on a small epsilon: of many, the one with the largest ``size`` counts."""
LOST = "lost-digits"
"""Evidence of remarks on inputs at which code loses its digits: one of many is told."""


@dataclass(frozen=True)
class Observation:
    """What a check saw on one example, of one variable.

    ``evidence`` names what was seen for a diagnosis to pick up (``changed-argument`` ...).
    """

    verdict: Verdict
    variable: str | None = None
    message: str = ""
    expected: Array | None = None
    actual: Value = None
    fault: Fault | None = None
    phase: Phase | None = None
    bound: float | None = None
    method: str = ""
    evidence: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


Inquiry = Generator[Sequence[Call], Sequence[Answer], Sequence[Observation]]
"""A check on one example: yields calls, is sent their answers, returns observations."""


@dataclass(frozen=True, eq=False)
class Case:
    """One example put to one subject; the two calls that most checks share."""

    example: Example
    subject: Subject

    @cached_property
    def forward(self) -> Call:
        """The example's value."""
        return Call("forward", self.example.inputs, memory=self.example.memory)

    @cached_property
    def backward(self) -> Call:
        """The example's gradients."""
        example = self.example
        return Call("backward", example.inputs, example.upstream, memory=example.memory)

    @property
    def expected_output(self) -> Array:
        """The reference's value as the student's code sees it."""
        return self.subject.show_output(self.example.output)

    def shown(self, gradients: Mapping[str, Array]) -> dict[str, Array]:
        """Return canonical gradients as the student's code sees them."""
        return {n: self.subject.show(n, g) for n, g in gradients.items()}

    @property
    def is_smooth(self) -> bool:
        """Whether each gradient has one value here: no input is at a kink."""
        low, high = self.example.interval
        return all(np.array_equal(low[n], high[n]) for n in low)

    def accepted_place(self, variable: str, actual: Array) -> int | None:
        """Return which accepted gradient it is: the textbook's is 0; None for none of them."""
        dtype = precision(actual, is_narrow=self.subject.is_narrow)
        magnitude = self.example.magnitude[variable]
        for place, accepted in enumerate(self.example.accepted):
            shown = self.subject.show(variable, accepted[variable])
            if compare(actual, shown, shown, magnitude, dtype).verdict == "right":
                return place
        return None

    def canonical(self, variable: str, value: Value) -> Array | None:
        """Return a student's gradient in canonical form, or None if its shape is wrong."""
        array = as_array(value)
        expected = self.example.inputs[variable]
        if array is None or array.shape != self.subject.show(variable, expected).shape:
            return None
        restored = self.subject.layout.presentation(variable).restore(array)
        return np.asarray(restored)


class Check(ABC):
    """A question about a subject."""

    id: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
    order: ClassVar[int]
    """Dependency order: root causes first."""
    after: ClassVar[tuple[str, ...]] = ()
    """Checks whose failure may leave this one nothing to judge."""
    only_after: ClassVar[tuple[str, ...]] = ()
    """Checks that must not fail: with them failing, this one would say nothing new."""
    is_per_variable: ClassVar[bool] = False
    needs_reference: ClassVar[bool] = False
    """Whether it has nothing to say of a function that no reference knows."""
    regimes: ClassVar[tuple[str, ...] | None] = None
    """Regimes of the examples that it judges; None for all but those of its own that follow."""
    also: ClassVar[tuple[str, ...]] = ()
    """Regimes that it judges beside the usual ones."""
    most_examples: ClassVar[int | None] = None

    @abstractmethod
    def reason_against(self, subject: Subject) -> str | None:
        """Return why the check can't be asked of this subject (``no-forward`` ...), or None.

        An empty string means that it doesn't apply at all and isn't listed.
        """

    @abstractmethod
    def ask(self, case: Case) -> Inquiry:
        """Ask it of one example; nothing returned means that nothing could be judged."""

    def near(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return the cases that the check may be asked of at all."""
        return [c for c in cases if c.example.regime not in APART.difference(self.also)]

    def selected(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return the cases that the check is asked of."""
        chosen = [c for c in self.near(cases)
                  if self.regimes is None or c.example.regime in self.regimes]  # fmt: skip
        return chosen[: self.most_examples]


def as_array(value: Value) -> Array | None:
    """Return a returned value as a real array, or None if it isn't one."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
        return None
    array = np.asarray(value)
    return array if array.dtype.kind in "fiub" else None


def described(value: Value) -> str:
    """Return what a value is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, Opaque):
        return f"a {value.type_name}" + (f" ({value.note})" if value.note else "")
    if isinstance(value, Mapping):
        return f"a dict with the keys {', '.join(list(value)[:5]) or '(none)'}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, str):
        return f"the text {value[:LONGEST]!r}"
    return f"the {type(value).__name__} {value!r}"


def told(fault: Fault) -> dict[str, str]:
    """Return a fault's type and message, for a diagnosis to read."""
    return {"raised": fault.type_name, "message": fault.message}


def unfit(value: Value, expected: Array, what: str) -> str | None:
    """Return what is wrong with a value's type or shape, or None if it fits."""
    array = as_array(value)
    if array is None:
        if isinstance(value, np.ndarray):
            return f"{what} is {described(value)}; it must be real numbers (float64)"
        if isinstance(value, list) and not value:
            return f"{what} is an empty list; it must have shape {expected.shape}"
        if isinstance(value, list):
            return f"{what} is a list, not an array: wrap it in np.array(...)"
        wanted = "a number" if expected.ndim == 0 else f"an array of shape {expected.shape}"
        return f"{what} is {described(value)}, not {wanted}"
    if array.dtype.kind == "b":
        return f"{what} is boolean; it must be real numbers (float64)"
    if array.shape != expected.shape:
        wanted = "a single number, shape ()" if expected.ndim == 0 else f"shape {expected.shape}"
        return f"{what} has shape {array.shape}; it must have {wanted}"
    return None
