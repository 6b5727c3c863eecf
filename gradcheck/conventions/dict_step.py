"""Gradient descent on a dict or a list of parameters, returned or changed in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcheck.component import Component
from gradcheck.conventions._steps import CONTAINERS, Holder, holders, may_hold_several
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.naming import UNNAMED, normalised, parsed, strength
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step
from gradcheck.template import Execute, Template

STEP = "gradient-descent"
RATE_NAME = "learning_rate"
ROLES = ("w", "dw", RATE_NAME)


class DictStep(Convention):
    """``parameters = update_parameters(parameters, grads, learning_rate)``."""

    id = "dict-step"
    title = "gradient descent on a dict or a list of parameters"
    example = (
        "def update_parameters(parameters, grads, learning_rate):\n"
        "    for name in parameters: parameters[name] = ...\n    return parameters"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function that is named like a step, and form of its parameters."""
        steps = [c for c in components if c.id == STEP]
        for function in module.functions:
            for component in steps:
                surely = strength(parsed(function.name), component)
                if surely > UNNAMED and may_hold_several(function):
                    yield from self._of(function, component, surely)

    def _of(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        roles = _roles(function, component)
        if roles is None:
            return
        for rank, holder in enumerate(h for h in holders(roles["w"]) if h.is_pair):
            template = Template((), _calls(function, roles, holder), (), output=("out",),
                                forward_function=function.name, is_stacked=True)  # fmt: skip
            yield Proposal(
                self.id, component, (function.name,), template, component.variants,
                tuple(layout.id for layout in component.layouts), surely, returned="nothing",
                order=ROLES, rank=rank, line=function.line, sizes={"D": holder.count},
                is_guess=True,
            )  # fmt: skip


def _roles(function: FunctionDescription, component: Component) -> dict[str, str] | None:
    """Return the parameter of each role, or None if some has none or a parameter is left."""
    known = {v.name: v.aliases for v in component.variables(component.variants[0])}
    known["w"] = (*known["w"], *CONTAINERS)
    found: dict[str, str] = {}
    for p in function.parameters:
        role = next((r for r in ROLES if normalised(p.name) in known[r] and r not in found), None)
        if role is not None:
            found[role] = p.name
        elif not p.has_default:
            return None
    return found if len(found) == len(ROLES) else None


def _calls(
    function: FunctionDescription, roles: Mapping[str, str], holder: Holder
) -> tuple[Step, ...]:
    """Return the steps of one call; the parameters after it go to ``out``."""
    slots = {roles["w"]: holder.first, roles["dw"]: "g0", roles[RATE_NAME]: f"${RATE_NAME}"}
    positional = [slots[p.name] for p in function.required]
    by_name = {p.name: slots[p.name] for p in function.parameters
               if p.has_default and p.name in slots}  # fmt: skip
    is_in_place = not any(r.elements and r.elements[0].name != "None" for r in function.returns)
    # holders take the gradient of step 0 out of a list of steps: here it has one
    return (
        *holder.start, ("list", "steps", ["$dw"]), *_of_one_step(holder),
        ("name", "f", function.name), ("call", "r", "f", positional, by_name),
        *holder.copied(holder.first if is_in_place else "r", 0),
        ("list", "out", [f"o0 {place}" for place in range(holder.count)]),
    )  # fmt: skip


def _of_one_step(holder: Holder) -> tuple[Step, ...]:
    """Return the steps that leave the only gradient in ``g0``."""
    first, *rest = holder.gradient(0)
    return ("item", first[1], "steps", 0), *rest


CONVENTION = DictStep()
