"""What students see: their assignments, the form for an upload, their history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from gradcheck.service import catalogue, submissions
from gradcheck.service.access import Principal
from gradcheck.service.pages import queries, wording
from gradcheck.service.pages.forms import Sent
from gradcheck.service.pages.rendering import page
from gradcheck.service.problems import Problem
from gradcheck.service.submissions import Upload
from gradcheck.service.web import AssignmentId, ServiceOf, Viewer

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303


def _student(found: Viewer) -> Principal:
    if found.is_staff:
        raise Problem(403, "this page is a student's own; instructors start at /teach")
    return found


Student = Annotated[Principal, Depends(_student)]


@router.get("/assignments")
def index(request: Request, service: ServiceOf, viewer: Student) -> Response:
    """List the student's assignments with their own scores."""
    with service.database.read() as connection:
        rows = catalogue.listed(connection, viewer)
        found = [queries.own(connection, viewer, row) for row in rows]
    return page(request, "assignments.html.j2", viewer=viewer, standings=found,
                public=wording.public_points)  # fmt: skip


@router.get("/assignments/{assignment}")
def show(
    request: Request, service: ServiceOf, viewer: Student, assignment: AssignmentId
) -> Response:
    """Show what is asked for, the form for an upload, and earlier uploads."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        found = queries.own(connection, viewer, row)
    spec = queries.newest_spec(row)
    return page(
        request, "upload.html.j2", viewer=viewer, own=found, spec=spec,
        asked=wording.asked(spec, is_whole=False), most=wording.public_points(row),
    )  # fmt: skip


@router.post("/assignments/{assignment}/submissions")
def upload(
    service: ServiceOf, viewer: Student, assignment: AssignmentId, form: Sent
) -> Response:
    """Store a file and lead to how far it is."""
    raw = form.file("your .py file")
    assert viewer.subject is not None  # a student's token has one
    sent = Upload(assignment, viewer.subject, raw, form.filename or f"{assignment}.py")
    with service.database.write() as connection:
        stored = submissions.put(
            connection, service.database, service.engine, viewer=viewer, upload=sent,
            uploads_per_minute=service.settings.uploads_per_minute,
        )  # fmt: skip
    service.engine.wake()
    return RedirectResponse(f"/submissions/{stored.id}", SEE_OTHER)


@router.get("/history")
def history(request: Request, service: ServiceOf, viewer: Student) -> Response:
    """List all of the student's uploads."""
    with service.database.read() as connection:
        titles = {r.assignment_id: r.title for r in catalogue.listed(connection, viewer)}
        found = queries.entries(connection, viewer)
    return page(request, "history.html.j2", viewer=viewer, titles=titles, entries=found)
