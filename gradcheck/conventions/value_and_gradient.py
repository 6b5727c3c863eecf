"""One function that returns the cost and its gradients, in either order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.component import Component
from gradcheck.conventions._arguments import may_return_both, plans
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.naming import parsed, strength
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step
from gradcheck.template import Execute, Template

CACHES = frozenset({"cache", "caches", "forward_info", "ctx", "memory"})


class ValueAndGradient(Convention):
    """``(loss, grads)`` or ``(grads, cost)``, told apart by type."""

    id = "value-and-gradient"
    title = "one function that returns (cost, gradients) or (gradients, cost)"
    example = "def propagate(w, b, X, Y): ...; return {'dw': dw, 'db': db}, cost"
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function, component and order of arguments."""
        for function in module.functions:
            if not may_return_both(function) or _gives_a_cache(function):
                continue
            name = parsed(function.name)
            for component in components:
                if component.kind not in {"cost", "model"}:
                    continue
                surely = strength(name, component)
                for rank, (variants, plan) in enumerate(plans(function, component)):
                    call: Step = ("call", "r", "f", list(plan.slots), dict(plan.passing.keywords))
                    template = Template(
                        (), (("name", "f", function.name), *plan.prelude, call), (),
                        forward_function=function.name, backward_function=function.name,
                    )  # fmt: skip
                    yield Proposal(
                        self.id, component, (function.name,), template, variants,
                        tuple(layout.id for layout in component.layouts), surely,
                        returned="value-and-gradients", raw=("r",),
                        order=plan.order, called=plan.called, rank=rank,
                        line=function.line, is_guess=plan.is_guess,
                    )  # fmt: skip


def _gives_a_cache(function: FunctionDescription) -> bool:
    """Return whether what comes with the value is for backward, and no gradient."""
    return any(e.name in CACHES for r in function.returns for e in r.elements)


CONVENTION = ValueAndGradient()
