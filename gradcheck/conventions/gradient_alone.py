"""A gradient without its value: ``softmax_ce_grad(Z, y)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.calls.naming import UNNAMED, parsed, strength
from gradcheck.calls.template import AT_OUTPUT, Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions._arguments import (
    Arguments,
    by_variables,
    is_upstream,
    matched,
    plans,
)
from gradcheck.conventions._constants import NOTHING, handed_on, with_values
from gradcheck.conventions._local import AT_THE_OUTPUT
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

MOST_BY_POSITION = 3
"""How many arguments beside the upstream gradient are told by their order alone."""


class GradientAlone(Convention):
    """Judged against the reference only: there is no forward to be consistent with."""

    id = "gradient-alone"
    title = "a gradient function alone"
    example = "def softmax_ce_grad(Z, y): ...; return dZ"
    order = 3

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a gradient function and component, with and without upstream."""
        for function in module.functions:
            name = parsed(function.name)
            if not name.is_gradient:
                continue
            for component in components:
                if not component.has_gradient:
                    continue
                surely = strength(name, component)
                for variants, plan in plans(function, component):
                    if component.kind == "layer" and len(plan.order) > 1:
                        continue  # what a layer does to its weights is no slope, entry by entry
                    call: Step = ("call", "g", "fb", list(plan.slots), dict(plan.passing.keywords))
                    steps = (("name", "fb", function.name), *plan.prelude, call)
                    plain = self._proposal(
                        function, component, variants, surely, plan.order, steps, "local"
                    )
                    yield replace(plain, is_guess=plan.is_guess)
                    named = component.kind == "activation" and surely > UNNAMED
                    if named and len(plan.operands) == 1:
                        yield self._at_the_output(function, component, variants, surely, plan)
                if component.kind in {"activation", "layer"}:
                    yield from self._with_upstream(function, component, surely)

    def _at_the_output(
        self, function: FunctionDescription, component: Component, variants: tuple[Variant, ...],
        surely: int, plan: Arguments,
    ) -> Proposal:  # fmt: skip
        """Return the derivative read at a = f(z): ``1 - a ** 2`` is right there."""
        slots = [AT_OUTPUT if s in plan.operands else s for s in plan.slots]
        call: Step = ("call", "g", "fb", slots, dict(plan.passing.keywords))
        steps = (("name", "fb", function.name), *plan.prelude, call)
        proposal = self._proposal(
            function, component, variants, surely, plan.order, steps, "local"
        )
        return replace(proposal, rank=1, notes=(AT_THE_OUTPUT,))

    def _with_upstream(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        required = [p.name for p in function.required]
        for plain in by_variables(component):
            variables = component.variables(plain[0])
            passing = handed_on(function, component, variables, None, NOTHING)
            others = passing.others(required)
            if len(others) != len(variables) + 1:
                continue
            upstream = next((n for n in others if is_upstream(n)), others[0])
            found, is_told = matched([n for n in others if n != upstream], variables)
            filled = {n: f"${v}" for n, v in found.items()} | {upstream: "$upstream"}
            slots = [passing.slots.get(n) or filled[n] for n in required]
            order = tuple(found[n] for n in others if n != upstream)
            call: Step = ("call", "g", "fb", slots, dict(passing.keywords))
            steps = (("name", "fb", function.name), *passing.steps, call)
            variants = with_values(component, plain, passing)
            proposal = self._proposal(
                function, component, variants, surely, order, steps, "argument"
            )
            is_guess = not is_told and len(order) > MOST_BY_POSITION
            yield replace(proposal, is_guess=is_guess)

    def _proposal(self, function, component, variants, surely, order, steps,  # type: ignore[no-untyped-def]
                  upstream) -> Proposal:  # fmt: skip
        template = Template((), (), steps, upstream=upstream, backward_function=function.name)
        return Proposal(
            self.id, component, (function.name,), template, variants,
            tuple(layout.id for layout in component.layouts), surely, returned="gradients",
            raw=("g",), order=order, line=function.line,
        )  # fmt: skip


CONVENTION = GradientAlone()
