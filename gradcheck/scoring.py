"""Outcomes and points of components and of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gradcheck.records.assignment import OTHER_CHECKS
from gradcheck.records.report import (
    CheckPoints,
    CheckReport,
    ComponentReport,
    Isolation,
    Missing,
    Outcome,
    Score,
    Summary,
)

__all__ = ["check_points", "component_points", "joint_outcome", "score", "summary", "verdict"]


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


def component_points(
    checks: Sequence[CheckReport], max_points: float, by_check: Sequence[CheckPoints] = ()
) -> float | None:
    """Return a component's points, null where it couldn't be judged.

    All or nothing, unless the assignment gives points by check. Those that don't apply to
    how the code is written (``zero-upstream`` where no upstream gradient enters) give what
    they are worth to the others, in proportion.
    """
    if any(c.blocked_by == "deselected" for c in checks):
        return None
    outcome = joint_outcome(c.outcome for c in checks)
    if not by_check or outcome == "passed":
        return {"passed": max_points, "failed": 0.0}.get(outcome)
    if any(p.points is None for p in by_check):
        return None
    possible = sum(p.max_points for p in by_check)
    earned = sum(p.points for p in by_check if p.points is not None)
    return max_points * earned / possible if possible else 0.0


def check_points(
    checks: Sequence[CheckReport], worth: Mapping[str, float]
) -> tuple[CheckPoints, ...]:
    """Return the points of each check that the assignment lists and that applies.

    A check has its points if it passed for every variable it was asked of; null if it
    couldn't be judged. ``others`` stands for all that aren't listed.
    """
    found = []
    for identifier, points in worth.items():
        asked = [c for c in checks if _stands_for(identifier, c.id, worth)]
        outcomes = {c.outcome for c in asked if not _does_not_apply(c, checks)}
        if not outcomes:
            continue
        is_undecided = "errored" in outcomes and "failed" not in outcomes
        earned = points if outcomes == {"passed"} else 0.0
        found.append(
            CheckPoints(id=identifier, points=None if is_undecided else earned, max_points=points)
        )
    return tuple(found)


def _stands_for(listed: str, check: str, worth: Mapping[str, float]) -> bool:
    return check == listed or (listed == OTHER_CHECKS and check not in worth)


def _does_not_apply(check: CheckReport, checks: Sequence[CheckReport]) -> bool:
    """Tell a check that the way the code is written leaves out from one that a failure blocks."""
    return check.outcome == "skipped" and check.blocked_by not in {c.id for c in checks}


def score(components: Sequence[ComponentReport], missing: Sequence[Missing]) -> Score:
    """Return the sum; null if any component's points are."""
    whole = sum(c.max_points for c in components) + sum(m.max_points for m in missing)
    points = [c.points for c in components]
    known = [p for p in points if p is not None]
    if not points and not missing:
        return Score(points=None, max_points=whole)
    return Score(points=sum(known) if len(known) == len(points) else None, max_points=whole)


def verdict(
    components: Sequence[ComponentReport], missing: Sequence[Missing], isolation: Isolation
) -> tuple[Outcome, Score]:
    """Return the outcome and the score of the whole.

    What an assignment asks for and isn't there is failed; below the required isolation
    nothing is judged, and nobody loses a point.
    """
    outcome = joint_outcome(c.outcome for c in components)
    if missing and (outcome != "errored" or not components):
        outcome = "failed"
    points = score(components, missing)
    if isolation.level < isolation.required:
        return "errored", points.model_copy(update={"points": None})
    return outcome, points


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
