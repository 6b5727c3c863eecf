"""One function that returns the cost and its gradients, or an activation and its derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import UNNAMED, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._arguments import may_return_both, plans
from gradcheck.conventions._constants import named_in
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

SLOPE = "activation-slope"
"""The factor of activations whose derivative is one number an entry."""
SLOPES = ("g", "nabla", "delta", "jac", "back")
"""How names of gradients begin that have no other mark of it."""
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
            if _only_goes_through(function):
                continue
            name = parsed(function.name)
            for component in components:
                surely = strength(name, component)
                if SLOPE in component.factors and component.kind == "activation":
                    yield from self._with_slopes(function, component, surely)
                if component.kind not in {"cost", "model"} or (
                    surely <= UNNAMED and _names_others(function)
                ):
                    continue
                known = named_in(function, component)
                for rank, (variants, plan) in enumerate(plans(function, component, known)):
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


    def _with_slopes(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        """Yield ``return s, s * (1 - s)``: an activation and its local derivative."""
        if not _gives_a_slope(function):
            return
        for variants, plan in plans(function, component, named_in(function, component)):
            call: Step = ("call", "r", "f", list(plan.slots), dict(plan.passing.keywords))
            steps = (("name", "f", function.name), *plan.prelude, call)
            template = Template(
                (), steps, steps, output=("r", 0), upstream="local",
                forward_function=function.name, backward_function=function.name,
            )  # fmt: skip
            yield Proposal(
                self.id, component, (function.name,), template, variants,
                tuple(layout.id for layout in component.layouts), surely, returned="gradients",
                raw=("r", 1), order=plan.order, called=plan.called, line=function.line,
                is_guess=plan.is_guess, needs_value=True,
            )  # fmt: skip


def _gives_a_slope(function: FunctionDescription) -> bool:
    """Return whether the second of two results is called a derivative, or is an expression.

    What is kept for a backward has a name: that of the input, of the value, ``cache``.
    """
    pairs = [r.elements for r in function.returns]
    return bool(pairs) and all(
        len(pair) == 2 and (pair[1].name is None or _is_slope(pair[1].name)) for pair in pairs
    )


def _names_others(function: FunctionDescription) -> bool:
    """Return whether all that is returned has a name, and none is a gradient's: ``mse, error``."""
    if parsed(function.name).is_gradient:
        return False
    names = [e.name for r in function.returns for e in r.elements]
    return bool(names) and all(
        n is not None and not _is_slope(n) and not n.lower().startswith(SLOPES) for n in names
    )


def _only_goes_through(function: FunctionDescription) -> bool:
    """Return whether a forward hands out what it went through: ``forward_prop`` its units."""
    name = parsed(function.name)
    elements = [e for r in function.returns for e in r.elements]
    has_slopes = _gives_a_slope(function) or any(e.name and _is_slope(e.name) for e in elements)
    return name.is_forward and not name.is_gradient and bool(elements) and not has_slopes


def _is_slope(name: str) -> bool:
    return parsed(name).is_gradient or name.lower().startswith("d")


def _gives_a_cache(function: FunctionDescription) -> bool:
    """Return whether what comes with the value is for backward, and no gradient."""
    return any(e.name in CACHES for r in function.returns for e in r.elements)


CONVENTION = ValueAndGradient()
