"""A reading of a submission as data, and the Subject that it makes.

A :class:`Template` is a call program with operands by name (``$x``, ``$upstream``);
:class:`ProgrammedSubject` fills in arrays and hands the programs to an executor. Both
are plain data, so that a reading found in one process serves in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from gradcheck.calls.results import Path, at_path, by_jacobian, lone, scaled, stacked
from gradcheck.calls.steps import ASSIGNING, renamed, slots_of
from gradcheck.component import Array, Component, Variant
from gradcheck.modes import Mode, held_slot, in_a_row, modes_of
from gradcheck.presentation import Layout
from gradcheck.records.program import Program, Reply, Step, Value
from gradcheck.subject import Answer, Call, Phase, UpstreamForm

__all__ = ["AT_OUTPUT", "OPTION", "RATE", "SIZE", "UPSTREAM", "Execute", "ProgrammedSubject",
           "Reading", "State", "Template"]  # fmt: skip

Execute = Callable[[Sequence[Program]], Sequence[Reply]]
State = Literal["none", "cache", "object"]

UPSTREAM = "$upstream"
AT_OUTPUT = "$@output"
"""What the reference's value is, for a derivative that takes it and has no forward beside it."""
OTHER = "~"
TRACE = "?"
RATE = 2.0**30
"""Learning rate of updates inside: (before - after) / rate keeps the gradient's digits."""
SIZE, OPTION = "size", "option"


@dataclass(frozen=True)
class Template:
    """How to call the student's code, with operands by name.

    Parameters
    ----------
    setup, forward, backward : tuple of Step
        Steps (see :mod:`gradcheck.records.program`); ``$name`` slots are operands and a
        constant ``{"size": "D"}`` is the example's size, ``{"option": "slope"}`` the value
        that the variant has.
    output : Path or None
        Where forward's value is; None without a forward.
    gradients : Mapping[str, Path]
        Where each variable's gradient is.
    is_stacked : bool
        Whether forward's value is a list of results (of several outputs, or of several calls)
        that are one array together, along a new first axis.
    """

    setup: tuple[Step, ...] = ()
    forward: tuple[Step, ...] = ()
    backward: tuple[Step, ...] = ()
    output: Path | None = None
    gradients: Mapping[str, Path] = field(default_factory=dict)
    upstream: UpstreamForm = "none"
    state: State = "none"
    forward_function: str | None = None
    backward_function: str | None = None
    updated: tuple[str, ...] = ()
    """Variables whose gradient only shows as an update, at the learning rate ``rate``: the
    path leads to what they are afterwards."""
    rate: float = RATE
    """Of an update whose learning rate the code fixes."""
    averaged: tuple[str, ...] = ()
    """Variables whose gradient is returned as the mean over the examples, not their sum."""
    is_stacked: bool = False
    modes: tuple[Mode, ...] = ()
    """Ways to have an object infer, beside those that the calls' own constants offer."""

    @property
    def options(self) -> frozenset[str]:
        """The constants that the calls pass."""
        steps = (*self.setup, *self.forward, *self.backward)
        held = (s[2] for s in steps if s[0] == "constant" and isinstance(s[2], Mapping))
        return frozenset(str(value[OPTION]) for value in held if OPTION in value)

    @cached_property
    def operands(self) -> frozenset[str]:
        """The slots of operands that its steps take."""
        steps = (*self.setup, *self.forward, *self.backward)
        return frozenset(slot for step in steps for slot in slots_of(step) if slot[0] == "$")

    def is_for(self, component: Component, variant: Variant) -> bool:
        """Return whether a variant has all the variables that its steps take."""
        is_mean = component.kind == "cost" and self.averaged and component.is_scalar(variant)
        having = {f"${v.name}" for v in component.variables(variant)}  # a mean has no other mean
        return not is_mean and self.operands - {UPSTREAM, AT_OUTPUT} <= having


@dataclass(frozen=True)
class Reading:
    """What a group of names is taken for, and how it is called."""

    component: str
    convention: str
    names: tuple[str, ...]
    variant: str
    layout: str
    template: Template
    sizes: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    line: int = 0
    is_narrow: bool = False
    """Whether values come in float32 throughout."""
    called: Mapping[str, str] = field(default_factory=dict)
    """From variable to the student's own name of it, where it has another."""
    further: tuple[str, ...] = ()
    """Variants that it is judged in too: constants that the caller chooses."""
    modules: tuple[int, ...] = (0,)
    """The files in which its names are looked up."""


class ProgrammedSubject:
    """A Subject made of a template and something that executes programs."""

    def __init__(
        self,
        template: Template,
        component: Component,
        variant: Variant,
        layout: Layout,
        execute: Execute,
        *,
        is_narrow: bool = False,
        further: Sequence[Variant] = (),
    ) -> None:
        self.is_narrow = is_narrow
        self.variants = (variant, *further)
        self.template = template
        self.component = component
        self.variant = variant
        self.layout = layout
        self.execute = execute
        self._operands = template.operands

    def at(self, variant: Variant, layout: Layout | None = None) -> ProgrammedSubject:
        """Return the same code, called with another variant's constants, in another layout."""
        return self._as(variant, self.execute, (), layout or self.layout)

    def executed(self, execute: Execute) -> ProgrammedSubject:
        """Return the same reading of other code."""
        return self._as(self.variant, execute, self.variants[1:], self.layout)

    def _as(
        self, variant: Variant, execute: Execute, more: Sequence[Variant], layout: Layout
    ) -> ProgrammedSubject:
        return ProgrammedSubject(self.template, self.component, variant, layout, execute,
                                 is_narrow=self.is_narrow, further=more)  # fmt: skip

    @property
    def chosen(self) -> Mapping[str, float]:
        """The constants that the calls pass and that count something."""
        return self._passed(is_integer=True)

    @property
    def tuned(self) -> Mapping[str, float]:
        """The constants that the calls pass and that count nothing: slopes, margins."""
        return self._passed(is_integer=False)

    def _passed(self, *, is_integer: bool) -> Mapping[str, float]:
        passed = self.template.options
        known = (c for c in self.component.constants
                 if c.is_integer == is_integer and c.name in passed)  # fmt: skip
        return {c.name: self.component.constant(self.variant, c.name) for c in known}

    @property
    def updated(self) -> tuple[str, ...]:
        """Variables that backward changes in place, with a learning rate."""
        return self.template.updated

    @property
    def upstream(self) -> UpstreamForm:
        """How the upstream gradient enters."""
        return self.template.upstream

    @property
    def has_forward(self) -> bool:
        """Whether there is a value to call."""
        return self.template.output is not None

    @property
    def variables(self) -> Sequence[str]:
        """Variables with a gradient, in canonical order."""
        names = (v.name for v in self.component.differentiable(self.variant))
        return tuple(name for name in names if name in self.template.gradients)

    @property
    def beside(self) -> Sequence[str]:
        """Targets whose gradient comes back beside the prediction's."""
        return tuple(n for n in self.template.gradients if n not in self.variables)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The ways in which it may be asked to infer."""
        return modes_of(self.template.forward, self.template.modes)

    @property
    def keeps_state(self) -> bool:
        """Whether a cache or an object carries data from forward to backward."""
        return self.template.state != "none"

    def _sizes(self, inputs: Mapping[str, Array]) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for variable in self.component.variables(self.variant):
            sizes |= dict(zip(variable.dims, inputs[variable.name].shape, strict=True))
        return sizes

    def show(self, variable: str, value: Array, sizes: Mapping[str, int] | None = None) -> Array:
        """Return a canonical value of ``variable`` as the student's code sees it."""
        return self.layout.presentation(variable).present(value, sizes or {})

    def show_output(self, value: Array) -> Array:
        """Return a canonical output as the student's code sees it."""
        is_scalar = self.component.is_scalar(self.variant)
        return value if is_scalar else self.layout.of_output.present(value, {})

    def run(self, calls: Sequence[Call]) -> Sequence[Answer]:
        """Evaluate the calls in one frame."""
        if not calls:
            return []
        compiled = [self.compiled(call) for call in calls]
        replies = self.execute([program for program, _ in compiled])
        return [
            self.answered(call, program, start, reply)
            for call, (program, start), reply in zip(calls, compiled, replies, strict=True)
        ]

    def _put(
        self, slot: str, name: str, inputs: Mapping[str, Array], arrays: list[Array],
        sizes: Mapping[str, int],
    ) -> Step:  # fmt: skip
        if slot.endswith(AT_OUTPUT):
            value = self.component.forward(inputs, self.variant)
            arrays.append(np.asarray(self.show_output(value)))
            return ("scalar" if arrays[-1].ndim == 0 else "put", slot, len(arrays) - 1)
        presentation = self.layout.presentation(name)
        arrays.append(np.asarray(shown := presentation.present(inputs[name], sizes)))
        is_number = presentation.is_number and np.ndim(shown) == 0
        return ("scalar" if is_number else "put", slot, len(arrays) - 1)

    def _puts(self, call: Call, arrays: list[Array], prefix: str = "") -> list[Step]:
        inputs = call.inputs if not prefix else call.other
        assert inputs is not None
        sizes = self._sizes(inputs)
        steps = [
            self._put(prefix + operand, operand[1:], inputs, arrays, sizes)
            for operand in sorted(self._operands)
            if operand != UPSTREAM
        ]
        if UPSTREAM in self._operands and not prefix and call.upstream is not None:
            shown = np.asarray(self.show_output(call.upstream))
            arrays.append(shown)
            is_number = self.layout.of_output.is_number and shown.ndim == 0
            steps.append(("scalar" if is_number else "put", UPSTREAM, len(arrays) - 1))
        return steps

    def compiled(self, call: Call) -> tuple[Program, int]:
        """Return the call's program and the index of its first backward step."""
        template = self.template
        arrays: list[Array] = []
        sizes = self._sizes(call.inputs)
        steps = self._puts(call, arrays)
        steps += template.setup
        has_none = template.state == "none" and template.backward
        needs_forward = call.kind == "forward" or not has_none
        traced: list[Step] = [("trace", TRACE)] if call.is_traced else []
        if not template.backward or call.kind == "forward":
            steps += traced
        other = self._other(call, arrays) if call.other is not None else []
        if needs_forward:
            if template.state == "object":
                steps += other
            steps += self._in_a_row(call, arrays) if call.is_staged else template.forward
            if template.state != "object":
                steps += other
        start = len(steps)
        if call.kind == "backward" and template.backward:
            steps += (*traced, *template.backward * call.repeats)
        steps = [self._filled(step, sizes) for step in steps]
        returns = self._returns(call)
        if call.is_echoed:
            put = {step[1] for step in steps} - {AT_OUTPUT}
            returns += [slot for slot in sorted(self._operands) if slot in put]
        returns += [TRACE] if call.is_traced else []
        program = Program(tuple(steps), tuple(arrays), tuple(dict.fromkeys(returns)),
                          call.system, call.memory)  # fmt: skip
        return program, start

    def _in_a_row(self, call: Call, arrays: list[Array]) -> list[Step]:
        """Return the forwards before this one, then its own, on what the first one builds."""
        names = [operand for operand in sorted(self._operands) if operand != UPSTREAM]
        runs = []
        for inputs, place in (*call.before, (call.inputs, call.mode)):
            sizes = self._sizes(inputs)
            puts = [self._put(n, n[1:], inputs, arrays, sizes) for n in names]
            runs.append((puts, None if place is None else self.modes[place]))
        return in_a_row(self.template.forward, runs, self.modes)

    def _other(self, call: Call, arrays: list[Array]) -> list[Step]:
        """Return a forward on other data, into slots of its own."""
        names = {operand: OTHER + operand for operand in self._operands}
        made = (str(step[1]) for step in self.template.forward if step[0] in ASSIGNING)
        names |= {name: f"{OTHER}{name}" for name in made}
        names.pop(UPSTREAM, None)
        forward = (renamed(step, names) for step in self.template.forward)
        return [*self._puts(call, arrays, OTHER), *forward]

    def _filled(self, step: Step, sizes: Mapping[str, int]) -> Step:
        """Return the step with a size, or an option of the variant, put in."""
        if step[0] != "constant" or not isinstance(step[2], Mapping):
            return step
        if OPTION in step[2]:
            value = self.component.constant(self.variant, step[2][OPTION])
            return ("constant", step[1], value)
        return ("constant", step[1], sizes[step[2][SIZE]])

    def _returns(self, call: Call) -> list[str]:
        paths: list[Path] = []
        if self.template.output is not None and call.kind == "forward":
            paths.append(self.template.output)
        if call.kind == "backward":
            paths += self.template.gradients.values()
        held = held_slot(self.template.forward) if call.is_looked_into else None
        return [str(path[0]) for path in paths] + ([held] if held else [])

    def answered(self, call: Call, program: Program, start: int, reply: Reply) -> Answer:
        """Return what a program's reply means for its call."""
        if reply.fault is not None:
            step = reply.fault.step
            is_backward = call.kind == "backward" and (step is None or step >= start)
            phase: Phase = "backward" if is_backward else "forward"
            return Answer(fault=reply.fault, phase=phase)
        values = dict(zip(program.returns, reply.values, strict=True))
        echoed = {slot[1:]: values[slot] for slot in program.returns if slot[0] == "$"}
        if call.kind == "forward":
            output = at_path(values, self.template.output) if self.template.output else None
            output = stacked(output) if self.template.is_stacked else output
            box: tuple[int, ...] = ()
            if self.component.is_scalar(self.variant):
                output, box = lone(output)
            held = held_slot(self.template.forward) if call.is_looked_into else None
            return Answer(output=output, echoed=echoed, held=values.get(held or ""), box=box,
                          trace=values.get(TRACE))  # fmt: skip
        raw = {name: at_path(values, path) for name, path in self.template.gradients.items()}
        raw |= {n: self._descended(n, raw[n], call) for n in self.updated if n in raw}
        n = self._sizes(call.inputs).get("N", 1)
        raw |= {name: scaled(raw[name], n) for name in self.template.averaged if name in raw}
        judged = {name: self._judged(name, value, call) for name, value in raw.items()}
        return Answer(gradients=judged, raw=raw, echoed=echoed, phase="backward",
                      trace=values.get(TRACE))  # fmt: skip

    def _descended(self, name: str, after: Value, call: Call) -> Value:
        """Return (before - after) / rate, or what is there instead of an updated variable."""
        before = self.show(name, call.inputs[name], self._sizes(call.inputs))
        if isinstance(after, bool) or not isinstance(after, np.ndarray | float | int):
            return after
        if np.shape(after) != np.shape(before):
            return np.asarray(after)
        with np.errstate(all="ignore"):
            found = (before - after) / self.template.rate
        return found if isinstance(after, np.ndarray) else float(found)

    def _beside(self, name: str, call: Call) -> Array:
        """Return the upstream gradient as it multiplies a local derivative.

        Where there is one loss an example, each counts for a whole row of the prediction.
        """
        assert call.upstream is not None
        rows = call.inputs[name]
        if self.component.kind != "cost" or np.ndim(call.upstream) != 1 or rows.ndim < 2:
            return np.asarray(self.show_output(call.upstream))
        spread = np.broadcast_to(call.upstream[:, None], rows.shape)
        return np.asarray(self.show(name, spread, self._sizes(call.inputs)))

    def _judged(self, name: str, value: Value, call: Call) -> Value:
        """Return a local derivative times the upstream gradient, anything else as it is."""
        if self.template.upstream != "local" or call.upstream is None:
            return value
        if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
            return value
        shown = self._beside(name, call)
        is_constant = not isinstance(value, np.ndarray)  # a slope of 1, say, is one everywhere
        if not is_constant and np.asarray(value).dtype.kind in "fiu":
            product = by_jacobian(shown, np.asarray(value))
            if product is not None:
                return product
        is_unfit = shown.ndim and np.shape(value) != shown.shape and not is_constant
        if is_unfit or np.asarray(value).dtype.kind not in "fiub":
            return value
        return np.asarray(value * shown) if shown.ndim or not is_constant else float(value * shown)
