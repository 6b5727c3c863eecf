"""Assignments, their versions, and how the class does."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row

from gradcheck.service import catalogue, overview
from gradcheck.service.problems import responses
from gradcheck.service.views import AssignmentView, SubmissionView, submission_view
from gradcheck.service.web import AssignmentId, ServiceOf, Staff, VersionId, Viewer, body

__all__ = ["router"]

router = APIRouter(tags=["assignments"])
PAGE = 100
LARGEST_PAGE = 500
TOML_BODY = {
    "required": True,
    "content": {"application/toml": {"schema": {"type": "string", "minLength": 1}}},
}


class AssignmentDetail(AssignmentView):
    """An assignment with all its versions."""

    versions: list[str] = Field(description="oldest first")


class SubmissionPage(BaseModel):
    """Some of an assignment's submissions, newest first."""

    items: list[SubmissionView]
    next: int | None = Field(description="what `before` must be for the next page")


class Queued(BaseModel):
    """How many submissions wait for a new grade."""

    queued: int


def _view(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.assignment_id, "course": row.course_id, "title": row.title,
        "version": row.version, "max_points": row.max_points, "digest": row.sha256,
    }  # fmt: skip


@router.get("/assignments", responses=responses())
def index(service: ServiceOf, viewer: Viewer) -> list[AssignmentView]:
    """List the assignments of your course."""
    with service.database.read() as connection:
        return [AssignmentView(**_view(row)) for row in catalogue.listed(connection, viewer)]


@router.get("/assignments/{assignment}", responses=responses(404))
def show(service: ServiceOf, viewer: Viewer, assignment: AssignmentId) -> AssignmentDetail:
    """Show one assignment."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        found = catalogue.versions(connection, assignment)
    return AssignmentDetail(**_view(row), versions=found)


@router.put(
    "/assignments/{assignment}/versions/{version}",
    status_code=201,
    openapi_extra={"requestBody": TOML_BODY},
    responses={
        200: {"model": AssignmentDetail, "description": "it was there already"},
        **responses(403, 404, 408, 409, 413),
    },
)
def add(
    response: Response, service: ServiceOf, viewer: Staff, assignment: AssignmentId,
    version: VersionId, raw: Annotated[bytes, Depends(body)],
    course: Annotated[str | None, Query(pattern=catalogue.COURSE_ID)] = None,
) -> AssignmentDetail:  # fmt: skip
    """Add a version of an assignment; the body is its ``assignment.toml``.

    A version never changes: the same content again is fine, other content is refused. An
    admin says which course a new assignment is for.
    """
    with service.database.write() as connection:
        wanted = catalogue.course_for(connection, viewer, assignment=assignment, course=course)
        is_new = catalogue.add_version(
            connection, service.database, raw, course=wanted, assignment=assignment,
            version=version, actor=viewer.actor,
        )  # fmt: skip
        row = catalogue.current(connection, viewer, assignment)
        found = catalogue.versions(connection, assignment)
    response.status_code = 201 if is_new else 200
    return AssignmentDetail(**_view(row), versions=found)


@router.get("/assignments/{assignment}/submissions", responses=responses(403, 404))
def submissions(
    service: ServiceOf, viewer: Staff, assignment: AssignmentId,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
) -> SubmissionPage:  # fmt: skip
    """List an assignment's submissions, newest first."""
    with service.database.read() as connection:
        catalogue.current(connection, viewer, assignment)
        rows = overview.page(connection, assignment, before=before, limit=limit + 1)
        items = [submission_view(connection, viewer, row) for row in rows[:limit]]
    return SubmissionPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/assignments/{assignment}/stats", responses=responses(403, 404))
def stats(service: ServiceOf, viewer: Staff, assignment: AssignmentId) -> overview.Stats:
    """Say how the class does: states, points, failed checks, diagnoses."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        return overview.stats(connection, assignment, course=row.course_id)


@router.post(
    "/assignments/{assignment}/regrade", status_code=202, responses=responses(403, 404)
)
def regrade(service: ServiceOf, viewer: Staff, assignment: AssignmentId) -> Queued:
    """Grade everything that was graded once more, by the assignment's newest version."""
    with service.database.write() as connection:
        row = catalogue.current(connection, viewer, assignment)
        number = overview.regrade(connection, service.engine, newest=row, actor=viewer.actor)
    service.engine.wake()
    return Queued(queued=number)
