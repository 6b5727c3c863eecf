"""Fits that other fits of the same submission speak against."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.calls.closeness import EXACT, FAILED
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.recognition.probing import Fit

__all__ = ["Group", "of_engines", "without_lone_gradients"]

Group = tuple[tuple[str, ...], str]
"""Names, and of functions that are several components which one they are called as."""
ENGINE = "autograd"


def of_engines(best: Mapping[Group, Fit]) -> dict[Group, Fit]:
    """Return the fits without those of what is written for an autograd engine's objects."""
    engines = {
        name
        for (names, _), fit in best.items()
        if fit.proposal.component.id == ENGINE and fit.is_acceptable
        for name in names
    }
    return {k: f for k, f in best.items()
            if not engines or not f.is_opaque or engines & set(k[0])}  # fmt: skip


def without_lone_gradients(best: Mapping[Group, Fit]) -> dict[Group, Fit]:
    """Return the fits without gradients, right in part, whose own value is another function.

    ``compute_gradient_reg`` is no logistic regression's if ``compute_cost_reg`` isn't one: that
    its bias has the same gradient says nothing of its weights.
    """
    others = {
        name
        for (names, _), fit in best.items()
        if len(names) > 1 and fit.output is not None and fit.forward > FAILED
        and not fit.is_acceptable
        for name in names[1:]
    }  # fmt: skip
    return {
        k: f for k, f in best.items()
        if not (len(k[0]) == 1 and f.output is None and f.gradient < EXACT
                and f.proposal.strength < SURE and k[0][0] in others)
    }  # fmt: skip
