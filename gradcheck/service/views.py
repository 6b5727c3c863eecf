"""What the API answers with: records, made from rows for whoever asks."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row

from gradcheck.service import queueing
from gradcheck.service.access import Principal

__all__ = [
    "AssignmentView",
    "GradeView",
    "SubmissionView",
    "submission_view",
]

State = Literal["waiting", "grading", "graded", "superseded", "dead"]


class GradeView(BaseModel):
    """A grade; a student's is without the assignment's hidden parts."""

    outcome: Literal["passed", "failed", "errored"]
    points: float | None = Field(description="null where they can't be given")
    max_points: float
    assignment_version: str
    graded_at: str


class SubmissionView(BaseModel):
    """A submission and how far it is.

    ``grade`` is the one in effect, also while a new one is made; ``problem`` says why there
    won't be one (state ``dead``: a fault of ours, never a zero).
    """

    id: int
    assignment: str
    student: str
    filename: str
    sha256: str
    received_at: str
    state: State
    position: int | None = Field(description="how many are graded before it, while it waits")
    grade: GradeView | None
    problem: str | None


class AssignmentView(BaseModel):
    """An assignment and its newest version."""

    id: str
    course: str
    title: str
    version: str
    max_points: float
    digest: str


def submission_view(connection: Connection, viewer: Principal, row: Row[Any]) -> SubmissionView:
    """Return a submission as the viewer may see it."""
    position = None
    if row.state == "waiting":
        position = queueing.position(connection, turn=row.turn, identifier=row.id)
    graded = None
    if row.grade_id is not None:
        is_whole = viewer.is_staff
        graded = GradeView(
            outcome=row.outcome if is_whole else row.shown_outcome,
            points=row.points if is_whole else row.shown_points,
            max_points=row.max_points if is_whole else row.shown_max_points,
            assignment_version=row.version,
            graded_at=row.graded_at,
        )
    return SubmissionView(
        id=row.id, assignment=row.assignment_id, student=row.student, filename=row.filename,
        sha256=row.blob_sha256, received_at=row.received_at, state=row.state, position=position,
        grade=graded, problem=_problem(viewer, row),
    )  # fmt: skip


def _problem(viewer: Principal, row: Row[Any]) -> str | None:
    """Return why there is no grade: to students without what went wrong inside."""
    problem: str | None = row.problem
    if problem is None or viewer.is_staff:
        return problem
    return "it could not be graded, by a fault of the service's own: tell your instructor"
