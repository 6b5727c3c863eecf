"""A class as pages: ``index.html`` with everybody, and a page a submission."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

from gradcheck.diagnoses.base import Page
from gradcheck.errors import UsageError
from gradcheck.families import all_diagnoses
from gradcheck.files import write_atomically
from gradcheck.html.charts import Chart, bars, histogram
from gradcheck.html.environment import environment
from gradcheck.records.class_summary import ClassSummary
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.reports.html import page
from gradcheck.version import VERSION

__all__ = ["Classbook", "Mistake", "forget_student", "index_html", "write_student"]

STUDENTS = "students"
INDEX = "../index.html"
"""From a submission's page."""
PERCENT = 100.0


@dataclass(frozen=True)
class Mistake:
    """A named mistake and how many submissions make it.

    ``page`` is None for one that this installation doesn't know.
    """

    id: str
    title: str
    count: int
    page: Page | None


@dataclass(frozen=True)
class Classbook:
    """What the page of a class shows.

    Parameters
    ----------
    values : tuple of float
        The scores of those who have one: points, or percents where not all submissions are
        worth the same.
    """

    summary: ClassSummary
    values: tuple[float, ...]
    unit: str
    most: float | None
    scores: Chart | None
    checks: Chart
    mistakes: tuple[Mistake, ...]

    @property
    def mean(self) -> float | None:
        """The mean score; None where nobody has one."""
        return statistics.fmean(self.values) if self.values else None

    @property
    def median(self) -> float | None:
        """The median score; None where nobody has one."""
        return statistics.median(self.values) if self.values else None

    @property
    def has_students(self) -> bool:
        """Whether any row has a student's name."""
        return any(r.student for r in self.summary.rows)

    @property
    def has_notes(self) -> bool:
        """Whether any row has a note."""
        return any(r.note for r in self.summary.rows)


def index_html(summary: ClassSummary) -> bytes:
    """Return the page of a class, which leads to ``students/`` and ``reports/`` beside it.

    It stands alone: no outside request, and one script that sorts and filters the table,
    without which the page is whole.
    """
    template = environment().get_template("class.html.j2")
    return template.render(book=_book(summary), version=VERSION).encode()


def write_student(out: Path, report: Report, submission: Submission) -> None:
    """Write a submission's page, ``students/<id>.html`` in the batch's folder.

    Raises
    ------
    UsageError
        If it can't be written.
    """
    folder = out / STUDENTS
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made: {error.strerror}") from error
    text = page(report, dict(submission.sources), back=INDEX)
    write_atomically(folder / f"{submission.id}.html", text)


def forget_student(out: Path, identifier: str) -> None:
    """Remove the page of a submission that isn't what it was."""
    (out / STUDENTS / f"{identifier}.html").unlink(missing_ok=True)


def _book(summary: ClassSummary) -> Classbook:
    most = summary.max_points
    judged = [r for r in summary.rows if r.points is not None and r.max_points]
    values = tuple(r.points if most else PERCENT * r.points / r.max_points
                   for r in judged if r.points is not None and r.max_points)  # fmt: skip
    unit = "points" if most else "percent"
    without = sum(r.points is None for r in summary.rows if r.outcome != "not submitted")
    title = f"How many submissions have how many {unit}" + ("" if most else " of their points")
    title += f"; {without} without any aren't counted" if without else ""
    there = sum(r.outcome in {"passed", "failed", "errored"} for r in summary.rows)
    return Classbook(
        summary=summary,
        values=values,
        unit=unit,
        most=most or (PERCENT if values else None),
        scores=histogram(values, title=title, most=most or PERCENT, unit=unit) if values else None,
        checks=bars(
            summary.failed_checks,
            title=f"How many of the {there} judged submissions fail each check",
            whole=there,
            heads=("check", "submissions"),
        ),
        mistakes=_mistakes(summary),
    )


def _mistakes(summary: ClassSummary) -> tuple[Mistake, ...]:
    known = {d.id: d for d in all_diagnoses()}
    return tuple(
        Mistake(name, known[name].title, count, known[name].page)
        if name in known
        else Mistake(name, name, count, None)
        for name, count in summary.diagnoses.items()
    )
