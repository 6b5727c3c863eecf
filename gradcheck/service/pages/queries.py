"""What pages show: rows of the database, as far as whoever looks may see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row, select
from sqlalchemy.sql import ColumnElement

from gradcheck.records.assignment import AssignmentSpec
from gradcheck.service import catalogue, overview, submissions
from gradcheck.service.access import Principal, seen_courses, seen_submissions
from gradcheck.service.catalogue import ONE_LINE
from gradcheck.service.problems import Problem
from gradcheck.service.tables import course, grade, person, standing, submission
from gradcheck.service.views import SubmissionView, submission_view

__all__ = [
    "Entry",
    "Filter",
    "Own",
    "courses",
    "entries",
    "entry",
    "filtered",
    "must_see_course",
    "newest_spec",
    "own",
]

Show = Literal["", "waiting", "grading", "passed", "failed", "errored", "superseded", "dead"]
MOST_HISTORY = 500
"""How many uploads a history shows; the newest."""


@dataclass(frozen=True)
class Entry:
    """A submission in a list."""

    view: SubmissionView
    name: str
    """The student's name."""

    @property
    def word(self) -> str:
        """The state, or the outcome where there is one in effect."""
        if self.view.state == "graded" and self.view.grade is not None:
            return self.view.grade.outcome
        return self.view.state


def entry(connection: Connection, viewer: Principal, row: Row[Any]) -> Entry:
    """Return a row of :func:`gradcheck.service.submissions.with_grades` as the viewer sees it."""
    return Entry(submission_view(connection, viewer, row), row.name or row.student)


@dataclass(frozen=True)
class Own:
    """A student's standing in an assignment, of what the student may see."""

    assignment: Row[Any]
    entries: Sequence[Entry]
    """Newest first."""

    @property
    def points(self) -> list[float | None]:
        """Of the graded uploads, newest first."""
        return [e.view.grade.points for e in self.entries if e.view.grade is not None]

    @property
    def best(self) -> float | None:
        """The most points of any upload."""
        return max((p for p in self.points if p is not None), default=None)

    @property
    def latest(self) -> float | None:
        """The points of the newest graded upload."""
        return next(iter(self.points), None)


class Filter(BaseModel):
    """Which of an assignment's submissions are wanted."""

    show: Show = ""
    who: str = Field(default="", max_length=200, pattern=ONE_LINE)
    """A part of the student's id or name."""
    fact: str = Field(default="", max_length=200)
    """A check that fails or a mistake that was made, in students' latest graded uploads."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what rows must fulfil."""
        found: list[ColumnElement[bool]] = []
        if self.show in {"passed", "failed", "errored"}:
            found += [submission.c.state == "graded", grade.c.outcome == self.show]
        elif self.show:
            found.append(submission.c.state == self.show)
        if self.who:
            found.append(
                person.c.subject.icontains(self.who, autoescape=True)
                | person.c.name.icontains(self.who, autoescape=True)
            )
        if self.fact:
            latest = select(standing.c.latest_grade_id)
            found += [
                grade.c.id.in_(latest),
                grade.c.facts.contains(json.dumps(self.fact), autoescape=True),
            ]
        return found


def entries(
    connection: Connection, viewer: Principal, *conditions: ColumnElement[bool],
    limit: int = MOST_HISTORY,
) -> list[Entry]:  # fmt: skip
    """Return the viewer's submissions that fulfil conditions, newest first."""
    rows = connection.execute(
        submissions.with_grades()
        .where(seen_submissions(viewer), *conditions)
        .order_by(submission.c.put_at.desc(), submission.c.id.desc())
        .limit(limit)
    )
    return [entry(connection, viewer, row) for row in rows]


def filtered(
    connection: Connection, viewer: Principal, assignment: str, *, wanted: Filter,
    before: int | None, limit: int,
) -> list[Entry]:  # fmt: skip
    """Return an assignment's submissions, those that came last first.

    Parameters
    ----------
    before : int or None
        The number of the submission after which the list goes on.
    """
    rows = overview.page(
        connection, assignment, seen_submissions(viewer), *wanted.conditions(),
        before=before, limit=limit,
    )  # fmt: skip
    return [entry(connection, viewer, row) for row in rows]


def own(connection: Connection, viewer: Principal, row: Row[Any]) -> Own:
    """Return how a student stands in an assignment."""
    at = submission.c.assignment_id == row.assignment_id
    return Own(row, entries(connection, viewer, at, submission.c.person_id == viewer.person_id))


def newest_spec(row: Row[Any]) -> AssignmentSpec:
    """Return what the newest version of an assignment asks for."""
    return catalogue.parsed(row.source.encode(), "assignment.toml")


def courses(connection: Connection, viewer: Principal) -> list[Row[Any]]:
    """Return the viewer's courses."""
    query = select(course).where(seen_courses(viewer, course.c.id)).order_by(course.c.id)
    return list(connection.execute(query))


def must_see_course(connection: Connection, viewer: Principal, identifier: str) -> Row[Any]:
    """Return a course.

    Raises
    ------
    Problem
        404 if there is none that the viewer may see.
    """
    for row in courses(connection, viewer):
        if row.id == identifier:
            return row
    raise Problem(404, f"no course {identifier!r} that this token may see")
