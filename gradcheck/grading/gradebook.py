"""From reports to a class: rows, counts, ``grades.csv``."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from gradcheck.records.class_summary import ClassRow, ClassSummary
from gradcheck.records.report import AssignmentRef, Report
from gradcheck.records.roster import Roster, Student

__all__ = ["grades_csv", "not_graded", "row", "safe_cell", "summarised", "with_roster"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("submission", "outcome", "points", "max_points", "passed", "failed", "errored",
           "skipped", "note", "student")  # fmt: skip
ABSENT = "not in the roster"
WORD = re.compile(r"[^\W_]+")
"""Letters and digits; an id may have other characters between such words."""


def row(report: Report) -> ClassRow:
    """Return a report in one row."""
    failed = []
    diagnoses = []
    for component in report.components:
        for check in component.checks:
            if check.outcome == "failed":
                failed.append(f"{component.id}::{check.name}")
            diagnoses += [f.diagnosis.id for f in check.findings if f.diagnosis]
    counts = report.summary
    return ClassRow(
        submission=report.submission.id,
        outcome=report.outcome,
        points=report.score.points,
        max_points=report.score.max_points,
        passed=counts.passed,
        failed=counts.failed,
        errored=counts.errored,
        skipped=counts.skipped,
        failed_checks=tuple(dict.fromkeys(failed)),
        diagnoses=tuple(dict.fromkeys(diagnoses)),
    )


def not_graded(identifier: str, reason: str) -> ClassRow:
    """Return the row of a submission that couldn't be graded."""
    return ClassRow(submission=identifier, outcome="not graded", note=reason)


def with_roster(rows: Sequence[ClassRow], roster: Roster) -> list[ClassRow]:
    """Return the rows with the students' names, and one for each who has no submission.

    A submission is a student's if its id is theirs, or has it as a word of its own:
    ``lovelace_1842_assignment3`` is that of student ``1842``. Where two students' ids stand in
    it, it is nobody's.
    """
    by_id = {s.id.casefold(): s for s in roster.students}
    owners = {one.submission: _owner(one.submission, by_id) for one in rows}
    counts = Counter(owner.id for owner in owners.values() if owner)
    named = []
    for one in rows:
        owner = owners[one.submission]
        note = ABSENT if owner is None else _of_several(counts[owner.id])
        update = {"student": owner.name if owner else "", "note": one.note or note}
        named.append(one.model_copy(update=update))
    absent = [s for s in roster.students if s.id not in counts]
    return named + [
        ClassRow(submission="", student=s.name or s.id, outcome="not submitted", note=s.id)
        for s in absent
    ]


def _of_several(count: int) -> str:
    return f"{count} submissions of this student" if count > 1 else ""


def _owner(identifier: str, by_id: Mapping[str, Student]) -> Student | None:
    """Return whose id stands in an identifier, longest first: ``van_dyk`` is not ``van``."""
    text = identifier.casefold()
    words = [m.span() for m in WORD.finditer(text)]
    spans = sorted(((e - s, s, e) for s, _ in words for _, e in words if e > s), reverse=True)
    taken: list[tuple[int, int]] = []
    found: set[Student] = set()
    for _, start, end in spans:
        student = by_id.get(text[start:end])
        if student is not None and all(end <= s or start >= e for s, e in taken):
            taken.append((start, end))
            found.add(student)
    return found.pop() if len(found) == 1 else None


def summarised(rows: Sequence[ClassRow], assignment: AssignmentRef) -> ClassSummary:
    """Return the class of some rows, which are sorted by submission."""
    ordered = sorted(rows, key=lambda r: (r.submission == "", r.submission, r.student))
    there = [r for r in ordered if r.outcome != "not submitted"]
    worth = {r.max_points for r in there if r.max_points is not None}
    return ClassSummary(
        assignment=assignment,
        submissions=len(there),
        outcomes=dict(sorted(Counter(r.outcome for r in ordered).items())),
        not_graded=tuple(r.submission for r in there if r.outcome == "not graded"),
        points=tuple(r.points for r in there if r.outcome != "not graded"),
        max_points=worth.pop() if len(worth) == 1 else None,
        failed_checks=_most_first(Counter(c for r in there for c in r.failed_checks)),
        diagnoses=_most_first(Counter(d for r in there for d in r.diagnoses)),
        rows=tuple(ordered),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def grades_csv(summary: ClassSummary) -> bytes:
    """Return ``grades.csv``: a row a submission, then those who have none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in summary.rows:
        is_judged = one.outcome in {"passed", "failed", "errored"}
        counts = [one.passed, one.failed, one.errored, one.skipped] if is_judged else [""] * 4
        writer.writerow([
            safe_cell(one.submission), one.outcome, _number(one.points),
            _number(one.max_points), *counts, safe_cell(one.note), safe_cell(one.student),
        ])  # fmt: skip
    return stream.getvalue().encode("utf-8", "replace")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
