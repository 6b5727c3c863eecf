"""A student's standing in an assignment: best and latest of the grades in effect."""

from __future__ import annotations

from sqlalchemy import Connection, ScalarSelect, select

from gradcheck.service.database import Database
from gradcheck.service.tables import grade, standing, submission

__all__ = ["newest_grade", "update"]


def newest_grade() -> ScalarSelect[int]:
    """Return the number of the grade in effect of the submission that a query is about.

    Of the last run, by the newest version: an earlier run may end after it.
    """
    return (
        select(grade.c.id)
        .where(grade.c.submission_id == submission.c.id)
        .order_by(grade.c.run.desc(), grade.c.spec_id.desc(), grade.c.id.desc())
        .limit(1)
        .correlate(submission)
        .scalar_subquery()
    )


def update(connection: Connection, database: Database, identifier: int) -> None:
    """Bring the standing of a submission's student up to date."""
    where = select(submission.c.assignment_id, submission.c.person_id)
    row = connection.execute(where.where(submission.c.id == identifier)).one()
    grades = connection.execute(
        select(grade.c.id, grade.c.points, grade.c.max_points)
        .select_from(submission)
        .join(grade, grade.c.id == newest_grade())
        .where(submission.c.assignment_id == row.assignment_id)
        .where(submission.c.person_id == row.person_id)
        .order_by(submission.c.put_at, submission.c.id)
    ).all()
    if not grades:
        return
    latest = grades[-1]
    values = {
        "best_points": max((g.points for g in grades if g.points is not None), default=None),
        "latest_points": latest.points,
        "max_points": latest.max_points,
        "latest_grade_id": latest.id,
        "graded": len(grades),
    }
    connection.execute(
        database.insert(standing)
        .values(assignment_id=row.assignment_id, person_id=row.person_id, **values)
        .on_conflict_do_update(index_elements=["assignment_id", "person_id"], set_=values)
    )
