"""Fits by accident: where one side of an array is 1, or two sides are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.calls.closeness import EXACT
from gradcheck.component import Component, Variable
from gradcheck.recognition.probing import Fit
from gradcheck.records.program import Value

__all__ = ["SQUARE", "is_of_layers", "may_be_accident", "takes_any", "without_accidents"]

SQUARE = "-square"
"""How the ids of layouts of square images end."""


def may_be_accident(fit: Fit) -> bool:
    """Return whether a cost is read as a sum of columns (N, 1) or rows (1, N).

    Code that divides by the length of the other axis, which is 1, is no sum on purpose.
    """
    component, variant = fit.proposal.component, fit.variant
    is_sum = component.is_scalar(variant) and component.weight(variant, 2) == 1.0
    shapes = set(fit.layout.of.values())
    return component.kind == "cost" and is_sum and bool(shapes & {"column", "row"})


def without_accidents(found: Sequence[Fit]) -> list[Fit]:
    """Return the fits without sums that are means in another shape: 1/N is missing there."""
    is_mean = any(
        f.forward == EXACT and f.proposal.component.kind == "cost"
        and f.proposal.component.is_scalar(f.variant)
        and f.proposal.component.weight(f.variant, 2) != 1.0
        for f in found
    )  # fmt: skip
    return [f for f in found if not (is_mean and may_be_accident(f))]


def is_of_layers(
    component: Component, variables: Sequence[Variable], found: Mapping[str, Value]
) -> bool:
    """Return whether a model gave a list for each array of parameters that it was handed.

    It goes through lists of layers: one array of one row is to it a list of one layer.
    """
    if component.kind != "model":
        return False
    parts = [found.get(v.name) for v in variables if v.role == "parameter"]
    return bool(parts) and all(
        isinstance(part, list | tuple) and len(part) == 1 and np.ndim(part[0]) > 0
        for part in parts
    )


def takes_any(found: Sequence[Fit]) -> bool:
    """Return whether the value was right for an image of two different sides."""
    return any(f.forward == EXACT and not f.layout.id.endswith(SQUARE) for f in found)
