"""Where gradients would stand in what code hands out that raises: by its own text, or elsewhere.

Without that, a mend of it couldn't be tried, and what is wrong with it not be told.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from gradcheck.calls.template import Execute
from gradcheck.recognition.attempt import ATTRIBUTES, RAW, Attempt, Located, attempted, located_in
from gradcheck.recognition.probing import Fit
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Value

__all__ = ["with_places"]

SAME = 3
"""All sizes, where shapes are to fit each other whatever is multiplied."""
_KEPT = re.compile(r"self\.(?P<name>\w+)(?:\[(?P<quote>['\"])(?P<key>[^'\"]+)(?P=quote)\])?")
_KEY = re.compile(r"(?P<name>\w+)\[(?P<quote>['\"])(?P<key>[^'\"]+)(?P=quote)\]")


def with_places(fit: Fit, execute: Execute, module: ModuleDescription) -> Fit:
    """Return the fit with the gradients' places, where the code raises on the probe example.

    Shapes that don't fit each other do where all sizes are the same. Where it raises even then,
    its ``return`` and what it assigns tell.
    """
    component, variant, proposal = fit.proposal.component, fit.variant, fit.proposal
    if proposal.returned != "gradients":
        return fit
    asked = attempted(proposal, fit.layout, variant, execute)
    if asked.backward is None or asked.backward.fault is None:
        return fit
    sizes = dict.fromkeys(component.sizes_of(variant), SAME)
    alike = replace(proposal, sizes={**sizes, **proposal.sizes})
    again = attempted(alike, fit.layout, variant, execute)
    if again.backward is not None and again.backward.fault is None:
        found = located_in(again)
        return replace(fit, paths=found.paths) if _is_whole(asked, found) else fit
    template = proposal.template
    function = module.function(template.backward_function or template.forward_function or "")
    if function is None:
        return fit
    told = {RAW: _returned(function), ATTRIBUTES: _kept(function)}
    found = located_in(replace(asked, backward=replace(asked.backward, fault=None, raw=told)))
    return replace(fit, paths=found.paths) if _is_whole(asked, found) else fit


def _is_whole(asked: Attempt, found: Located) -> bool:
    """Return whether every gradient has a place."""
    variables = asked.proposal.component.differentiable(asked.example.variant)
    numbers = (found.found.get(v.name) for v in variables)
    return not found.is_misread and all(isinstance(n, np.ndarray | float) for n in numbers)


def _returned(function: FunctionDescription) -> Value:
    """Return something of the form of what a function's last ``return`` gives."""
    elements = function.returns[-1].elements if function.returns else ()
    if not elements:
        return None
    if all(isinstance(e.key, str) for e in elements):
        return {str(e.key): 0.0 for e in elements}
    if len(elements) > 1:
        return tuple(0.0 for _ in elements)
    found = (_KEY.fullmatch(target) for target in function.assignments)
    inside = {m["key"]: 0.0 for m in found if m is not None and m["name"] == elements[0].name}
    return inside or 0.0


def _kept(function: FunctionDescription) -> Value:
    """Return something of the form of the attributes that a method assigns."""
    kept: dict[str, Value] = {}
    for match in map(_KEPT.fullmatch, function.assignments):
        if match is None:
            continue
        if match["key"] is None:
            kept.setdefault(match["name"], 0.0)
        else:
            inner = kept.setdefault(match["name"], {})
            if isinstance(inner, dict):
                inner[match["key"]] = 0.0
    return kept
