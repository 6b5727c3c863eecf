"""How much of a report a student is shown."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck import scoring
from gradcheck.records.report import CheckReport, ComponentReport, Finding, Hints, Report

__all__ = ["cut", "student_view"]

HELD_BACK: Mapping[Hints, Mapping[str, object]] = {
    "fix": {},
    "mistake": {},
    "location": {"diagnosis": None},
    "none": {
        "diagnosis": None, "location": None, "traceback": (), "expected": None, "actual": None,
        "counterexample": None, "replay": None,
    },
}  # fmt: skip


def cut(report: Report) -> Report:
    """Return the report without what its hint level holds back.

    ``none``: which check failed; ``location``: also where, and the counterexample;
    ``mistake``: also the named cause; ``fix``: also the mend.
    """
    hints = report.hints
    if hints == "fix":
        return report
    components = tuple(_component(c, hints) for c in report.components)
    return report.model_copy(update={"components": components})


def student_view(report: Report) -> Report:
    """Return the report without the assignment's hidden parts, as a student may see it.

    Outcome, score and summary are of what is left, so that they tell nothing of the rest;
    ``withheld_points`` says what the rest is worth.
    """
    hidden = [c for c in report.components if c.is_hidden]
    absent = [m for m in report.missing if m.is_hidden]
    if not hidden and not absent:
        return report
    components = tuple(c for c in report.components if not c.is_hidden)
    missing = tuple(m for m in report.missing if not m.is_hidden)
    outcome, points = scoring.verdict(components, missing, report.isolation)
    return report.model_copy(
        update={
            "components": components,
            "missing": missing,
            "outcome": outcome,
            "score": points,
            "summary": scoring.summary(components),
            "withheld_points": sum(c.max_points for c in hidden)
            + sum(m.max_points for m in absent),
        }
    )


def _component(component: ComponentReport, hints: Hints) -> ComponentReport:
    checks = tuple(_check(c, hints) for c in component.checks)
    return component.model_copy(update={"checks": checks})


def _check(check: CheckReport, hints: Hints) -> CheckReport:
    findings = tuple(_finding(f, check, hints) for f in check.findings)
    return check.model_copy(update={"findings": findings})


def _finding(finding: Finding, check: CheckReport, hints: Hints) -> Finding:
    update: dict[str, object] = dict(HELD_BACK[hints])
    if hints == "none":
        update["message"] = f"{check.title}: {check.outcome}"
    if hints == "mistake" and finding.diagnosis is not None:
        update["diagnosis"] = finding.diagnosis.model_copy(update={"mend": None, "repair": None})
    return finding.model_copy(update=update)
