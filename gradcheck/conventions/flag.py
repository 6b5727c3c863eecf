"""One function with a flag: ``sigmoid(x, deriv=True)`` is the derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.calls.naming import normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._arguments import Arguments, plans
from gradcheck.conventions._local import AT_THE_OUTPUT
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription, Parameter
from gradcheck.records.program import Step

FLAGS = frozenset({
    "deriv", "derivative", "derive", "d", "grad", "gradient", "prime", "der", "isderivative",
    "differentiate", "diff", "derivate", "primed", "isderiv", "getderivative", "backward",
    "backprop", "derivation", "calcderivative", "isprime", "returnderivative", "wantderivative",
})  # fmt: skip


class Flag(Convention):
    """The value without the flag, the local derivative (at z or at a) with it."""

    id = "flag"
    title = "one function with a flag for its derivative"
    example = "def sigmoid(x, deriv=False): ...    # x is z, or the activation, if deriv"
    serves_own = True
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function, component and reading of the derivative's argument."""
        for function in module.functions:
            flag = next((p.name for p in function.parameters if _is_flag(p)), None)
            if flag is None:
                continue
            others = tuple(p for p in function.parameters if p.name != flag)
            bare = replace(function, parameters=others)
            for component in components:
                if component.kind in {"activation", "cost", "own"} and component.has_gradient:
                    yield from self._of(bare, flag, component)

    def _of(
        self, function: FunctionDescription, flag: str, component: Component
    ) -> Iterator[Proposal]:
        for variants, plan in plans(function, component):
            readings = _templates(function.name, flag, plan, component)
            for rank, (template, note) in enumerate(readings):
                yield Proposal(
                    self.id, component, (function.name,), template, variants,
                    tuple(layout.id for layout in component.layouts),
                    strength(parsed(function.name), component), returned="gradients", raw=("g",),
                    order=plan.order, called=plan.called, rank=rank, line=function.line,
                    notes=(note,) if note else (),
                )  # fmt: skip


def _is_flag(parameter: Parameter) -> bool:
    """Return whether a parameter asks for the derivative: what is 1.0 by default is a number."""
    return normalised(parameter.name) in FLAGS and not isinstance(parameter.default, float)


def _templates(
    name: str, flag: str, plan: Arguments, component: Component
) -> Iterator[tuple[Template, str]]:
    def asked(slot: str, operands: Sequence[str], *, has_derivative: bool) -> tuple[Step, ...]:
        switch = f"{slot} {flag}"
        keywords = {**plan.passing.keywords, flag: switch}
        return (
            ("name", "f", name), *plan.prelude, ("constant", switch, has_derivative),
            ("call", slot, "f", list(operands), keywords),
        )  # fmt: skip

    value = asked("out", plan.slots, has_derivative=False)
    known = {"output": ("out",), "upstream": "local", "forward_function": name,
             "backward_function": name}  # fmt: skip
    yield Template((), value, asked("g", plan.slots, has_derivative=True), **known), ""  # type: ignore[arg-type]
    if component.kind == "activation" and len(plan.operands) == 1:
        slots = ["out" if s in plan.operands else s for s in plan.slots]
        at_a = asked("g", slots, has_derivative=True)
        yield Template((), value, at_a, state="cache", **known), AT_THE_OUTPUT  # type: ignore[arg-type]


CONVENTION = Flag()
