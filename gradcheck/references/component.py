"""A component whose reference an assignment brings: plain functions in a Python file.

The author's code runs in a worker of its own, as the students' does, so that nothing that an
assignment brings is ever imported here. Its value is the truth; its derivative is what the
author wrote beside it, else that of the value, by complex steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from gradcheck.calls.template import Execute, ProgrammedSubject, Template
from gradcheck.component import Array, Component, Inputs, Kind, Variable, Variant
from gradcheck.errors import SpecError
from gradcheck.numerics.ladder import OVERFLOWS
from gradcheck.own_component import OwnComponent
from gradcheck.presentation import Layout
from gradcheck.records.reference import REAL_VALUES, AssignmentInput
from gradcheck.strategies.recipe import REGIMES
from gradcheck.strategies.source import Source
from gradcheck.subject import Answer, Call

__all__ = ["BATCH", "Argument", "Authored", "ReferenceComponent", "ValueComponent"]

PLAIN = "plain"
BATCH = "N"
"""The size whose entries are examples."""
INSIDE_STEP = 0.02
"""Probabilities keep 0.05 from their ends."""
POSITIVE_STEP = 0.25
"""Part of the smallest positive value: directions are up to 1.5 long."""


@dataclass(frozen=True)
class Argument:
    """One argument of the author's function, with what it is given."""

    name: str
    given: AssignmentInput
    is_differentiable: bool

    @property
    def variable(self) -> Variable:
        """The argument as a variable of a component."""
        dims = self.given.shape
        is_data = BATCH in dims
        role = "target" if self.given.values not in REAL_VALUES else "data"
        return Variable(
            self.name, f"the argument {self.name}", dims,
            role="parameter" if role == "data" and not is_data else role,  # type: ignore[arg-type]
            aliases=(self.name.replace("_", "").lower(),),
            is_differentiable=self.is_differentiable,
        )  # fmt: skip

    def drawn(self, source: Source, sizes: Mapping[str, int]) -> Array:
        """Return values of the argument's kind."""
        shape = tuple(sizes[d] for d in self.given.shape)
        kind = self.given.values
        if kind == "labels":
            return source.integers(shape, sizes[self.given.classes])
        if kind == "one-hot":
            return np.asarray(np.eye(shape[-1])[source.integers(shape[:-1], shape[-1])])
        if kind == "binary":
            return source.binary(shape)
        if kind == "signs":
            return 2.0 * source.binary(shape) - 1.0
        if kind == "probabilities":
            return source.probabilities(shape)
        if kind == "distributions":
            found = source.probabilities(shape)
            return np.asarray(found / found.sum(axis=-1, keepdims=True))
        reals = source.reals(shape) if shape else source.real()
        return np.abs(reals) if kind == "positive" else reals


@dataclass(frozen=True)
class Authored:
    """What is known of a reference that an assignment brings.

    Parameters
    ----------
    id : str
        The component's id in the assignment.
    file : str
        Name of the author's file, for messages.
    names : tuple of str
        What students call it.
    arguments : tuple of Argument
        In the order of the author's signature.
    template : Template
        How the author's value, and the gradient if there is one, are asked for.
    execute : callable
        Executes programs on the author's file.
    kind : str
        As the conventions and checks take it.
    is_scalar : bool
        Whether the value is one number.
    batch : {"mean", "sum", "rows", "mixed"}
        What the value is of the examples: their mean or sum, a row for each, or something else.
    regimes : tuple of str
        What examples are drawn in: all but the kinks, which nobody knows.
    """

    id: str
    file: str
    names: tuple[str, ...]
    arguments: tuple[Argument, ...]
    template: Template
    execute: Execute
    kind: Kind = "own"
    is_scalar: bool = False
    batch: str = "mixed"
    regimes: tuple[str, ...] = tuple(r for r in REGIMES if r != "kink")


class ValueComponent(OwnComponent):
    """The author's value alone, to which the author's own gradient is held first."""

    has_reference: ClassVar[bool] = False
    kink_convention = "smooth as far as examples go: none is drawn at a kink on purpose"

    def __init__(self, authored: Authored) -> None:
        super().__init__(authored.template, authored.execute)
        self.authored = authored
        self.id = authored.id  # type: ignore[misc]
        self.title = authored.id.replace("-", " ")  # type: ignore[misc]
        self.kind = authored.kind  # type: ignore[misc, assignment]
        self.names = authored.names  # type: ignore[misc, assignment]
        self.regimes = authored.regimes  # type: ignore[misc, assignment]
        self.mixes_examples = authored.batch == "mixed"  # type: ignore[misc]
        given = {a.name: a.given for a in authored.arguments}
        named = {d for g in given.values() for d in (*g.shape, g.classes) if d}
        self.sizes = tuple(sorted(named, key=lambda d: (d != BATCH, d)))  # type: ignore[misc, assignment]
        numbers = {name: "number" for name, g in given.items() if not g.shape}
        self.layouts = (  # type: ignore[misc]
            Layout("as-in-the-reference", f"arguments as in {authored.file}", of=numbers),
        )
        told = ", ".join(f"{name} ({' '.join(g.shape)})" for name, g in given.items())
        first = next(iter(given.values()))
        options = {"is_scalar": authored.is_scalar, "input": first.values}
        self.variants = (  # type: ignore[misc]
            Variant(PLAIN, f"as in {authored.file}: {told}", options),
        )

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the author's arguments."""
        return tuple(a.variable for a in self.authored.arguments)

    def variant(self, identifier: str) -> Variant:
        """Return the only variant there is."""
        return Component.variant(self, identifier)

    def is_scalar(self, variant: Variant) -> bool:
        """Whether the value is one number."""
        return bool(variant.options["is_scalar"])

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw each argument, of the kind that the assignment says."""
        return {a.name: a.drawn(source, sizes) for a in self.authored.arguments}

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return how far an argument may be moved and stay of its kind."""
        steps = [Component.largest_step(self, inputs, variant)]
        for argument in self.authored.arguments:
            kind, value = argument.given.values, inputs[argument.name]
            if kind == "probabilities":
                steps.append(INSIDE_STEP)
            elif kind in {"positive", "distributions"}:
                steps.append(POSITIVE_STEP * float(np.min(value, initial=1.0)))
        return min(steps)

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether every argument is of its kind."""
        for argument in self.authored.arguments:
            kind, value = argument.given.values, inputs[argument.name]
            if kind in {"positive", "probabilities", "distributions"} and np.any(value <= 0):
                return False
            if kind in {"probabilities", "distributions"} and np.any(value >= 1):
                return False
        return True

    def asked(self, inputs: Sequence[Inputs]) -> Sequence[Answer]:
        """Return the author's answers to some inputs.

        Raises
        ------
        SpecError
            If the author's code raises.
        """
        return self._run([Call("forward", i) for i in inputs], self.variants[0])

    @staticmethod
    def value_of(answer: Answer) -> Array:
        """Return an answer's numbers; a lone NaN where it has none."""
        numbers = answer.numbers
        return np.full((), np.nan) if numbers is None else numbers

    def _run(self, calls: Sequence[Call], variant: Variant) -> Sequence[Answer]:
        answers = super()._run(calls, variant)
        for call, answer in zip(calls, answers, strict=True):
            if answer.fault is not None and call.system == "float64":
                raise SpecError(self.authored.file, "", self._complaint(call, answer))
        return answers

    def _complaint(self, call: Call, answer: Answer) -> str:
        assert answer.fault is not None
        shapes = ", ".join(f"{n} {np.shape(v)}" for n, v in call.inputs.items())
        line = answer.fault.frames[-1].line if answer.fault.frames else 0
        where = f"line {line}: " if line else ""
        return (
            f"{where}the reference of {self.id} raises {answer.fault.type_name}: "
            f"{answer.fault.message} (for {shapes}); it must answer all inputs of the shapes and "
            "kinds that the assignment gives it"
        )


class ReferenceComponent(ValueComponent):
    """What an assignment's own reference makes gradable, like any other component."""

    has_reference: ClassVar[bool] = True
    is_shipped: ClassVar[bool] = False

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return how much one example counts."""
        return 1.0 / n_examples if self.authored.batch == "mean" else 1.0

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the author's gradient, else the derivative of the author's value."""
        whole = self.authored.template
        if not whole.gradients:
            return super().backward(inputs, upstream, variant)
        subject = ProgrammedSubject(whole, self, variant, self.layouts[0], self.authored.execute)
        call = Call("backward", inputs, upstream)
        (answer,) = subject.run([call])
        if answer.fault is not None:
            raise SpecError(self.authored.file, "", self._complaint(call, answer))
        return {
            v.name: np.asarray(answer.gradients[v.name], dtype=np.float64)
            for v in self.differentiable(variant)
        }

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the gradients themselves."""
        return Component.magnitude(self, inputs, upstream, variant)

    def sparing(self, regimes: Collection[str]) -> ReferenceComponent:
        """Return the component without examples of some regimes."""
        kept = tuple(r for r in self.authored.regimes if r not in regimes)
        return ReferenceComponent(replace(self.authored, regimes=kept))

    def _otherwise(
        self, slopes: list[Array | None], reasons: Collection[str], inputs: Inputs, name: str,
        variant: Variant,
    ) -> list[Array | None]:  # fmt: skip
        """Leave what overflows without a slope; for all else the author is asked."""
        if set(reasons) - {OVERFLOWS}:
            raise self.underivable(name)
        return slopes

    def underivable(self, name: str) -> SpecError:
        """Return what is told of a value that has no exact derivative."""
        return SpecError(
            self.authored.file, "", f"the derivative of the reference of {self.id} with respect "
            f"to {name} can't be taken exactly: its code doesn't carry complex numbers; write "
            "its gradient beside it, as NAME_grad or NAME_backward"
        )  # fmt: skip
