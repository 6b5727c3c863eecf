"""What instructors see of assignments: the list, one in words, new versions, a regrade."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from gradcheck.records.assignment import AssignmentSpec
from gradcheck.service import catalogue, overview
from gradcheck.service.access import Principal
from gradcheck.service.core import Service
from gradcheck.service.pages import queries, wording
from gradcheck.service.pages.forms import Form, Sent
from gradcheck.service.pages.rendering import page
from gradcheck.service.problems import Problem
from gradcheck.service.web import AssignmentId, ServiceOf, Staff

__all__ = ["router"]

router = APIRouter(prefix="/teach")
SEE_OTHER = 303
Number = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@router.get("")
def index(request: Request, service: ServiceOf, viewer: Staff) -> Response:
    """List the assignments of one's courses and how far the classes are."""
    with service.database.read() as connection:
        courses = queries.courses(connection, viewer)
        rows = [
            (row, overview.stats(connection, row.assignment_id, course=row.course_id))
            for row in catalogue.listed(connection, viewer)
        ]
    return page(request, "teach.html.j2", viewer=viewer, courses=courses, rows=rows)


@router.post("/assignments")
def add(service: ServiceOf, viewer: Staff, form: Sent) -> Response:
    """Add the assignment, or the version, that a file holds."""
    return _added(service, viewer, form, None)


@router.get("/assignments/{assignment}")
def show(
    request: Request, service: ServiceOf, viewer: Staff, assignment: AssignmentId,
    queued: Number = None, added: bool = False,
) -> Response:  # fmt: skip
    """Show one assignment in words, and what can be done with it."""
    with service.database.read() as connection:
        row = catalogue.current(connection, viewer, assignment)
        versions = catalogue.versions(connection, assignment)
        stats = overview.stats(connection, assignment, course=row.course_id)
    spec = queries.newest_spec(row)
    return page(
        request, "assignment.html.j2", viewer=viewer, assignment=row, spec=spec,
        versions=versions, stats=stats, asked=wording.asked(spec, is_whole=True),
        facts=wording.facts(spec), queued=queued, is_added=added,
    )  # fmt: skip


@router.post("/assignments/{assignment}/versions")
def add_version(
    service: ServiceOf, viewer: Staff, assignment: AssignmentId, form: Sent
) -> Response:
    """Add the version of this assignment that a file holds."""
    with service.database.read() as connection:
        catalogue.current(connection, viewer, assignment)
    return _added(service, viewer, form, assignment)


@router.post("/assignments/{assignment}/regrade")
def regrade(service: ServiceOf, viewer: Staff, assignment: AssignmentId) -> Response:
    """Grade everything once more, by the newest version."""
    with service.database.write() as connection:
        row = catalogue.current(connection, viewer, assignment)
        number = overview.regrade(connection, service.engine, newest=row, actor=viewer.actor)
    service.engine.wake()
    return RedirectResponse(f"/teach/assignments/{assignment}?queued={number}", SEE_OTHER)


def _added(service: Service, viewer: Principal, form: Form, assignment: str | None) -> Response:
    raw = form.file("an assignment.toml")
    spec: AssignmentSpec = catalogue.parsed(raw, form.filename or "assignment.toml")
    if assignment not in {None, spec.id}:
        raise Problem(422, f"the file's id is {spec.id!r} and this is {assignment!r}: choose "
                           "another file, or add it as a new assignment")  # fmt: skip
    with service.database.write() as connection:
        course = catalogue.course_for(
            connection, viewer, assignment=spec.id, course=form.fields.get("course") or None
        )
        catalogue.add_version(
            connection, service.database, raw, course=course, assignment=spec.id,
            version=spec.version, actor=viewer.actor,
        )  # fmt: skip
    return RedirectResponse(f"/teach/assignments/{spec.id}?added=1", SEE_OTHER)
