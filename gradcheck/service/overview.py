"""How a class does in an assignment, and grading all of it once more."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.sql import ColumnElement

from gradcheck.service import auditing, queueing, submissions
from gradcheck.service.engines.base import Engine
from gradcheck.service.tables import enrolment, grade, person, standing, submission

__all__ = ["Count", "Stats", "class_rows", "page", "regrade", "stats"]


class Count(BaseModel):
    """How often something occurs."""

    name: str
    count: int


class Stats(BaseModel):
    """How a class does; points and what failed are of each student's latest graded upload."""

    students: int = Field(description="on the roster")
    submitted: int = Field(description="students with an upload")
    states: list[Count] = Field(description="of all uploads")
    outcomes: list[Count]
    points: list[float | None] = Field(description="one for each student who has a grade")
    best_points: list[float | None]
    max_points: float | None
    failed_checks: list[Count] = Field(description="most frequent first")
    diagnoses: list[Count] = Field(description="most frequent first")


def page(
    connection: Connection, assignment: str, *conditions: ColumnElement[bool],
    before: int | None, limit: int,
) -> list[Row[Any]]:  # fmt: skip
    """Return an assignment's submissions with students and grades, newest first."""
    at = submission.c.assignment_id == assignment
    query = submissions.with_grades().where(at, *conditions)
    if before is not None:
        query = query.where(submission.c.id < before)
    return list(connection.execute(query.order_by(submission.c.id.desc()).limit(limit)))


def class_rows(connection: Connection, assignment: str, *, course: str) -> list[Row[Any]]:
    """Return a row for each student of a course: id, name, section, standing, latest upload.

    The columns of those who have none are null.
    """
    latest = (
        select(submission.c.id)
        .where(submission.c.assignment_id == assignment, submission.c.person_id == person.c.id)
        .order_by(submission.c.put_at.desc(), submission.c.id.desc())
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
    at = (standing.c.person_id == person.c.id) & (standing.c.assignment_id == assignment)
    return list(
        connection.execute(
            select(
                person.c.subject.label("student"), person.c.name, enrolment.c.section,
                standing.c.best_points, standing.c.latest_points, standing.c.max_points,
                standing.c.graded, submission.c.id, submission.c.state, submission.c.received_at,
            )
            .join(enrolment, enrolment.c.person_id == person.c.id)
            .outerjoin(standing, at)
            .outerjoin(submission, submission.c.id == latest)
            .where(enrolment.c.course_id == course, enrolment.c.role == "student")
            .order_by(person.c.subject)
        )
    )  # fmt: skip


def stats(connection: Connection, assignment: str, *, course: str) -> Stats:
    """Return how a class does."""
    rows = class_rows(connection, assignment, course=course)
    graded = [row for row in rows if row.graded]
    states = connection.execute(
        select(submission.c.state, func.count())
        .where(submission.c.assignment_id == assignment)
        .group_by(submission.c.state)
        .order_by(submission.c.state)
    )
    failed: Counter[str] = Counter()
    diagnoses: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    grades = connection.execute(
        select(grade.c.facts, grade.c.outcome)
        .join(standing, standing.c.latest_grade_id == grade.c.id)
        .where(standing.c.assignment_id == assignment)
    )
    for one in grades:
        facts = json.loads(one.facts)
        failed.update(facts["failed"])
        diagnoses.update(facts["diagnoses"])
        outcomes[one.outcome] += 1
    return Stats(
        students=len(rows),
        submitted=sum(row.id is not None for row in rows),
        states=[Count(name=name, count=count) for name, count in states],
        outcomes=_counts(outcomes),
        points=[row.latest_points for row in graded],
        best_points=[row.best_points for row in graded],
        max_points=max((row.max_points for row in graded), default=None),
        failed_checks=_counts(failed),
        diagnoses=_counts(diagnoses),
    )


def _counts(counter: Counter[str]) -> list[Count]:
    ordered = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Count(name=name, count=count) for name, count in ordered]


def regrade(connection: Connection, engine: Engine, *, newest: Row[Any], actor: str) -> int:
    """Let all that was graded, or given up, wait for a grade by the newest version.

    Returns
    -------
    int
        How many wait for a new grade.
    """
    own = submission.c.assignment_id == newest.assignment_id
    done = own & submission.c.state.in_(("graded", "dead", "grading"))
    ids = list(connection.execute(select(submission.c.id).where(done)).scalars())
    connection.execute(
        update(submission).where(own, submission.c.state == "waiting").values(spec_id=newest.id)
    )
    if ids:
        turn = queueing.turn_for(connection, course=newest.course_id, person_id=0)
        submissions.enqueue(
            connection, engine, ids, turn=turn, spec_id=newest.id, is_regrade=True
        )
    auditing.record(
        connection, actor, action="regrade", target=newest.assignment_id,
        detail=f"{len(ids)} submissions by version {newest.version}",
    )  # fmt: skip
    return len(ids)
