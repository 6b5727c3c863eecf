"""In which order a model hands out its gradients, where its text says so.

A tuple of gradients follows the order of the value's arguments. A function of a whole model may
say otherwise: ``return dj_db, dj_dw`` names both, as a course of many readers asks for it. A layer
may not, nor a method, whose object has its parameters in an order: what ``dx, dw, db =
affine_backward(dout, cache)`` means is agreed upon.
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck.calls.locating import called, named_gradients
from gradcheck.conventions.base import Proposal
from gradcheck.records.description import ModuleDescription

__all__ = ["in_named_order"]


def in_named_order(proposal: Proposal, module: ModuleDescription) -> Proposal:
    """Return the proposal with its gradients in the order that the names of the results tell."""
    component, variant = proposal.component, proposal.variants[0]
    own = [called(v, proposal.called.get(v.name)) for v in component.differentiable(variant)
           if v.name in proposal.order]  # fmt: skip
    if component.kind != "model" or len(own) < 2 or "." in proposal.names[-1]:
        return proposal
    told = tuple(named_gradients(_results(proposal, module), own).values())
    usual = tuple(name for name in proposal.order if name in {v.name for v in own})
    if told == usual or sorted(told) != sorted(usual):
        return proposal
    note = f"the gradients are returned in the order {', '.join(told)}, as their names say"
    return replace(proposal, order=told, notes=(*proposal.notes, note))


def _results(proposal: Proposal, module: ModuleDescription) -> tuple[str, ...]:
    """Return the names of what the function returns that hands out the gradients."""
    template = proposal.template
    name = {
        "gradients": template.backward_function, "value-and-gradients": template.forward_function,
    }.get(proposal.returned)  # fmt: skip
    function = module.function(name) if name else None
    elements = function.returns[-1].elements if function and function.returns else ()
    return tuple(e.name or "" for e in elements if not isinstance(e.key, str))
