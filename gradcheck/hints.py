"""How much of a report a student is shown."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.records.assignment import Hints
from gradcheck.records.report import CheckReport, ComponentReport, Finding, Report

__all__ = ["cut"]

HELD_BACK: Mapping[Hints, Mapping[str, object]] = {
    "fix": {},
    "mistake": {},
    "location": {"diagnosis": None},
    "none": {
        "diagnosis": None, "location": None, "traceback": (), "expected": None, "actual": None,
        "counterexample": None, "replay": None,
    },
}  # fmt: skip


def cut(report: Report, hints: Hints) -> Report:
    """Return the report without what the hint level holds back.

    ``none``: which check failed; ``location``: also where, and the counterexample;
    ``mistake``: also the named cause; ``fix``: also the mend.
    """
    if hints == "fix":
        return report
    components = tuple(_component(c, hints) for c in report.components)
    return report.model_copy(update={"components": components})


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
