"""Fits by accident: where one side of an array is 1, or two sides are the same."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.calls.closeness import EXACT
from gradcheck.recognition.probing import Fit

__all__ = ["SQUARE", "may_be_accident", "takes_any", "without_accidents"]

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


def takes_any(found: Sequence[Fit]) -> bool:
    """Return whether the value was right for an image of two different sides."""
    return any(f.forward == EXACT and not f.layout.id.endswith(SQUARE) for f in found)
