"""A value together with its gradient as a closure: ``y, pullback = f(x)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._arguments import plans
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

MADE = "lambda"
"""What the worker calls a function that is made in the body of the one that returns it."""


class Pullback(Convention):
    """The second result takes the upstream gradient and returns the inputs' gradients."""

    id = "pullback"
    title = "a value and a function that takes the upstream gradient"
    example = "def sigmoid(z): ...; return a, lambda da: da * a * (1 - a)"
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function, component and order of arguments."""
        for function in module.functions:
            if not _returns_a_function(function):
                continue
            name = parsed(function.name)
            for component in components:
                if component.kind not in {"activation", "layer", "cost"}:
                    continue
                surely = strength(name, component)
                for variants, plan in plans(function, component):
                    value: Step = ("call", "r", "f", list(plan.slots), dict(plan.passing.keywords))
                    forward = (("name", "f", function.name), *plan.prelude, value)
                    backward: tuple[Step, ...] = (
                        ("item", "back", "r", 1), ("call", "g", "back", ["$upstream"], {}),
                    )  # fmt: skip
                    template = Template(
                        (), forward, backward, output=("r", 0), upstream="argument",
                        state="cache", forward_function=function.name,
                        backward_function=function.name,
                    )  # fmt: skip
                    yield Proposal(
                        self.id, component, (function.name,), template, variants,
                        tuple(layout.id for layout in component.layouts), surely,
                        returned="gradients", raw=("g",), order=plan.order, called=plan.called,
                        line=function.line, is_guess=plan.is_guess,
                    )  # fmt: skip


def _returns_a_function(function: FunctionDescription) -> bool:
    """Return whether every ``return`` gives a value and a function made on the spot."""
    return bool(function.returns) and all(
        len(r.elements) == 2 and r.elements[1].name == MADE for r in function.returns
    )


CONVENTION = Pullback()
