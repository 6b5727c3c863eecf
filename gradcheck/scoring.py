"""Outcomes and points of components and of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gradcheck.records.report import (
    CheckReport,
    ComponentReport,
    Missing,
    Outcome,
    Score,
    Summary,
)

__all__ = ["component_points", "joint_outcome", "score", "summary"]


def joint_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a whole from those of its parts.

    Any failed → failed; else any errored → errored; else at least one passed → passed;
    else errored: nothing run is never green.
    """
    found = set(outcomes)
    order: tuple[Outcome, ...] = ("failed", "errored", "passed")
    for outcome in order:
        if outcome in found:
            return outcome
    return "errored"


def component_points(checks: Sequence[CheckReport], max_points: float) -> float | None:
    """Return a component's points: all or nothing, null where it couldn't be judged."""
    if any(c.blocked_by == "deselected" for c in checks):
        return None
    outcome = joint_outcome(c.outcome for c in checks)
    return {"passed": max_points, "failed": 0.0}.get(outcome)


def score(components: Sequence[ComponentReport], missing: Sequence[Missing]) -> Score:
    """Return the sum; null if any component's points are."""
    whole = sum(c.max_points for c in components) + sum(m.max_points for m in missing)
    points = [c.points for c in components]
    known = [p for p in points if p is not None]
    if not points and not missing:
        return Score(points=None, max_points=whole)
    return Score(points=sum(known) if len(known) == len(points) else None, max_points=whole)


def summary(components: Sequence[ComponentReport]) -> Summary:
    """Return how many checks there were, and how they ended."""
    counts = Counter(c.outcome for one in components for c in one.checks)
    return Summary(
        checks=sum(counts.values()),
        passed=counts["passed"],
        failed=counts["failed"],
        errored=counts["errored"],
        skipped=counts["skipped"],
    )
