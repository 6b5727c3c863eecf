"""A value and its local derivative, each a function or a method: how both are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.calls.template import Template
from gradcheck.component import Component, Variable
from gradcheck.conventions._arguments import Arguments
from gradcheck.conventions._constants import handed_on
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["AFTER_THE_VALUE", "AT_THE_OUTPUT", "Callee", "after_the_value", "local_templates"]

OF_THE_MEAN = (
    "its gradients are those of the mean of these losses: right where the mean is taken elsewhere"
)
AFTER_THE_VALUE = "the derivative uses what the value's call before it kept"
AT_THE_OUTPUT = "the derivative takes the activation a = f(z), not z"

OUTPUTS = frozenset({"output", "outputs", "out", "activation", "activated", "act", "a", "y"})
"""What an argument is called that is an activation's value."""


@dataclass(frozen=True)
class Callee:
    """Something to call: its description, its qualified name, and the steps that fetch it."""

    function: FunctionDescription
    name: str
    fetch: tuple[Step, ...]
    """Leave it in the slot that the second element of the last step names."""

    @property
    def slot(self) -> str:
        """Where it is left."""
        return str(self.fetch[-1][1])


def local_templates(
    value: Callee, gradient: Callee, plan: Arguments, component: Component,
    variables: Sequence[Variable],
) -> Iterator[tuple[Template, str]]:  # fmt: skip
    """Yield the pair read at the same arguments and, for activations, at a = f(z)."""
    call_forward = (
        *value.fetch, *plan.prelude,
        ("call", "out", value.slot, list(plan.slots), dict(plan.passing.keywords)),
    )  # fmt: skip
    passing = handed_on(gradient.function, component, variables, value.function, plan.passing)
    needed = [p.name for p in gradient.function.required]
    if gradient.function.takes_anything:
        needed = list(plan.operands)
    if len(passing.others(needed)) != len(plan.operands):
        return

    def read_at(operands: Sequence[str]) -> tuple[Step, ...]:
        filled = iter(operands)
        slots = [passing.slots.get(n) or next(filled) for n in needed]
        call: Step = ("call", "g", gradient.slot, slots, dict(passing.keywords))
        more = (step for step in passing.steps if step not in plan.prelude)
        return (*gradient.fetch, *plan.prelude, *more, call)

    known = {
        "output": ("out",),
        "upstream": "local",
        "forward_function": value.name,
        "backward_function": gradient.name,
    }
    same = read_at(plan.operands)
    plain = Template((), call_forward, same, **known)  # type: ignore[arg-type]
    at_output: list[tuple[Template, str]] = []
    if component.kind == "activation" and len(plan.operands) == 1:
        read = read_at(["out"])
        at_output.append(
            (Template((), call_forward, read, state="cache", **known), AT_THE_OUTPUT)  # type: ignore[arg-type]
        )
    if at_output and set(needed) <= OUTPUTS:  # equally wrong in both, it is meant for this one
        yield from at_output
    yield plain, ""
    if component.kind == "cost":
        yield replace(plain, averaged=tuple(v.name for v in variables[:1])), OF_THE_MEAN
    if not set(needed) <= OUTPUTS:
        yield from at_output


def after_the_value(
    value: Callee, gradient: Callee, plan: Arguments, component: Component,
    variables: Sequence[Variable],
) -> Iterator[tuple[Template, str]]:  # fmt: skip
    """Yield the pair in which the derivative takes nothing: it uses what the value's call kept."""
    call = ("call", "out", value.slot, list(plan.slots), dict(plan.passing.keywords))
    template = Template(
        (), (*value.fetch, *plan.prelude, call),
        (*gradient.fetch, ("call", "g", gradient.slot, [], {})), output=("out",),
        upstream="local", state="object", forward_function=value.name,
        backward_function=gradient.name,
    )  # fmt: skip
    yield template, AFTER_THE_VALUE
    if component.kind == "cost":
        yield replace(template, averaged=tuple(v.name for v in variables[:1])), OF_THE_MEAN
