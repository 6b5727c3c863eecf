"""Which submission is graded next: a place in the queue, as one whole number.

A submission's ``turn`` is a place in virtual time; the smallest is graded first. A course's
submissions follow one another, but each course counts its own only: twenty of one course don't
wait behind four hundred of another. A student who has some waiting goes further back with each.
Turns never move, so nobody waits for ever.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from gradcheck.service import tables

__all__ = ["position", "turn_for", "turn_of"]

STUDENT_STEP = 20
"""How many places a student's further submission goes back for each that waits."""


def turn_for(connection: Connection, *, course: str, person_id: int) -> int:
    """Return the turn of a submission that comes now."""
    submission, assignment = tables.submission, tables.assignment
    waiting = submission.c.state == "waiting"
    first = connection.execute(select(func.min(submission.c.turn)).where(waiting)).scalar()
    if first is None:
        return 0
    ahead = select(func.count()).select_from(submission).where(waiting)
    in_course = connection.execute(
        ahead.join(assignment, assignment.c.id == submission.c.assignment_id).where(
            assignment.c.course_id == course
        )
    ).scalar_one()
    own = connection.execute(ahead.where(submission.c.person_id == person_id)).scalar_one()
    turn: int = first + in_course + STUDENT_STEP * own
    return turn


def turn_of(connection: Connection, identifier: int) -> int:
    """Return a submission's turn."""
    submission = tables.submission
    query = select(submission.c.turn).where(submission.c.id == identifier)
    turn: int = connection.execute(query).scalar_one()
    return turn


def position(connection: Connection, *, turn: int, identifier: int) -> int:
    """Return how many waiting submissions are graded before this one."""
    submission = tables.submission
    before = (submission.c.turn < turn) | (
        (submission.c.turn == turn) & (submission.c.id < identifier)
    )
    return connection.execute(
        select(func.count()).select_from(submission).where(submission.c.state == "waiting", before)
    ).scalar_one()
