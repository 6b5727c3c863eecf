"""Gradescope's ``results.json``.

One test a component, which carries its points; what its checks found is the test's output.
The top-level score is the report's. Where that is null, because something could not be decided
or the machine doesn't isolate enough, no score is written anywhere: Gradescope then records
none and tells the staff, and the student gets no zero that nobody has earned.

Texts have the format ``text``, which Gradescope never interprets. Hidden components are hidden
tests; Gradescope then hides the student's total as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gradcheck.errors import UsageError
from gradcheck.records.report import ComponentReport, Missing, Report
from gradcheck.reports._facts import (
    asked_for,
    check_name,
    file_name,
    not_graded,
    points,
    text_of,
    why_undecided,
)
from gradcheck.reports._failure import plain
from gradcheck.reports._safe import clipped, safe
from gradcheck.reports.base import ReportFormat

MOST_NAME = 200
MOST_OUTPUT = 32 * 2**10
"""Characters of one test's output."""
HIDDEN, VISIBLE = "hidden", "visible"


class GradescopeReport(ReportFormat):
    """The file that Gradescope's autograder leaves behind."""

    id = "gradescope"
    title = "Gradescope's results.json"
    suffix = ".json"

    def render(self, report: Report) -> bytes:
        """Return the results; the tests' points add up to the report's."""
        data = _results(safe(report))
        return (json.dumps(data, indent=1, allow_nan=False, ensure_ascii=True) + "\n").encode()

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return the results of the one report.

        Raises
        ------
        UsageError
            If there are several: the file is of one submission.
        """
        if len(reports) != 1:
            raise UsageError("results.json is of one submission; export one report at a time")
        return self.render(reports[0])


def _results(report: Report) -> dict[str, Any]:
    is_decided = report.score.points is not None
    tests = [_test(c, report, is_decided=is_decided) for c in report.components]
    tests += [_absent(m, is_decided=is_decided) for m in report.missing]
    for index, test in enumerate(tests, 1):
        test["number"] = str(index)
    results: dict[str, Any] = {
        "output": _overview(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": HIDDEN,
        "execution_time": round(sum(report.timing.values()), 3),
        "tests": tests,
        "extra_data": _about(report),
    }
    if is_decided:
        results["score"] = report.score.points
    return results


def _overview(report: Report) -> str:
    lines = [] if report.score.points is not None else [f"No score: {why_undecided(report)}."]
    for one in report.unrecognised:
        lines.append(f"not judged: {plain(one.name)}: {plain(one.reason)}")
    lines += [f"left out: {plain(text)}" for text in report.submission.left_out]
    if report.withheld_points:
        lines.append(f"{report.withheld_points:g} more points are graded but not shown here")
    by = " --assignment assignment.toml" if report.assignment.id else ""
    again = f"--seed {report.seed} --profile {plain(report.profile)}{by}"
    lines.append(f"The same examples again: gradcheck check {plain(file_name(report))} {again}")
    return clipped("\n".join(lines), MOST_OUTPUT)


def _test(component: ComponentReport, report: Report, *, is_decided: bool) -> dict[str, Any]:
    names = f" ({', '.join(component.names)})" if component.names else ""
    test: dict[str, Any] = {
        "name": clipped(plain(f"{component.id}{names}"), MOST_NAME),
        "output": clipped("\n".join(_lines(component, report)), MOST_OUTPUT),
        "visibility": HIDDEN if component.is_hidden else VISIBLE,
        "tags": [plain(component.kind)],
        "extra_data": {"outcome": component.outcome, "points": component.points},
    }
    if component.outcome in {"passed", "failed"} and not_graded(report) is None:
        test["status"] = component.outcome
    if is_decided and component.points is not None:
        test |= {"score": component.points, "max_score": component.max_points}
    return test


def _lines(component: ComponentReport, report: Report) -> list[str]:
    lines = []
    for part in component.check_points:
        lines.append(f"{points(part.points, part.max_points)} points  {plain(part.id)}")
    for check in component.checks:
        blocked = f", because of {plain(check.blocked_by)}" if check.blocked_by else ""
        lines.append(f"{check.outcome:<7} {check_name(check)}{blocked}")
    for check in component.checks:
        for finding in check.findings:
            if finding.follows_from is None:
                word = "REMARK" if finding.severity == "remark" else check.outcome.upper()
                lines += ["", f"{word}  {plain(check.title)}", text_of(finding, report)]
    return lines


def _absent(missing: Missing, *, is_decided: bool) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": clipped(plain(missing.id), MOST_NAME),
        "output": clipped(asked_for(missing), MOST_OUTPUT),
        "visibility": HIDDEN if missing.is_hidden else VISIBLE,
        "status": "failed",
        "extra_data": {"outcome": "missing", "points": 0.0},
    }
    if is_decided:
        test |= {"score": 0.0, "max_score": missing.max_points}
    return test


def _about(report: Report) -> dict[str, Any]:
    """Return what tells this grading from another."""
    kept = {"schema", "tool", "created_at", "seed", "profile", "hints", "assignment", "isolation",
            "outcome", "score", "summary", "timing"}  # fmt: skip
    data = report.model_dump(mode="json", by_alias=True)
    about = {key: value for key, value in data.items() if key in kept}
    files = data["submission"]["files"]
    return {"gradcheck": about | {"submission": {"id": data["submission"]["id"], "files": files}}}


FORMAT = GradescopeReport()
