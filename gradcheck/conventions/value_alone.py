"""A value without its gradient, or an optimizer's step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import normalised, parsed, strength
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._arguments import plans, returns_several
from gradcheck.conventions._steps import may_hold_gradients, may_hold_several
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription


class ValueAlone(Convention):
    """Gets the checks of a forward."""

    id = "value-alone"
    title = "a function without its derivative"
    example = "def softmax(z): ..."
    order = 4

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function and component."""
        for function in module.functions:
            name = parsed(function.name)
            if name.is_gradient and not any(c.kind == "step" for c in components):
                continue
            for component in components:
                if len(component.outputs) > 1:
                    continue
                if name.is_gradient and component.has_gradient:
                    continue
                surely = strength(name, component)
                for variants, plan in plans(function, component):
                    steps = (
                        ("name", "f", function.name), *plan.prelude,
                        ("call", "out", "f", list(plan.slots), dict(plan.passing.keywords)),
                    )  # fmt: skip
                    is_several = returns_several(function)
                    paths: list[Path] = [("out",)] if is_several is not True else []
                    paths += [("out", 0)] if is_several is not False else []
                    for rank, output in enumerate(paths):
                        template = Template(
                            (), steps, (), output=output, forward_function=function.name
                        )
                        yield Proposal(
                            self.id, component, (function.name,), template, variants,
                            tuple(layout.id for layout in component.layouts), surely,
                            returned="nothing", order=plan.order, rank=rank, line=function.line,
                            is_guess=_may_need_several(function, component)
                            or component.kind == "layer" or plan.is_guess
                            or (component.needs_name and not plan.is_certain),
                        )  # fmt: skip


def _is_called_otherwise(function: FunctionDescription, component: Component) -> bool:
    """Return whether a step's only argument has a name that is none of its variable's."""
    variables = component.variables(component.variants[0])
    if len(variables) != 1 or len(function.required) != 1:
        return False
    return normalised(function.required[0].name) not in variables[0].aliases


def _may_need_several(function: FunctionDescription, component: Component) -> bool:
    """Return whether a step may want a dict or a list, so that it raises where it is given one."""
    if component.kind != "step":
        return False
    if _is_called_otherwise(function, component):  # clip(x) keeps probabilities from 0
        return True
    is_of_gradients = len(component.variables(component.variants[0])) == 1
    return may_hold_gradients(function) if is_of_gradients else may_hold_several(function)


CONVENTION = ValueAlone()
