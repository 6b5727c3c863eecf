"""One submission: how far it is, then its report; for its student and for instructors."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, Row, select

from gradcheck.hints import student_view
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.records.report import Report
from gradcheck.reports import html
from gradcheck.service import blobs, catalogue, submissions
from gradcheck.service.access import Principal
from gradcheck.service.pages import queries
from gradcheck.service.pages.rendering import CACHE, page, rendered
from gradcheck.service.tables import grade
from gradcheck.service.views import SubmissionView, submission_view
from gradcheck.service.web import RowId, ServiceOf, Viewer

__all__ = ["router"]

router = APIRouter()
UNDER_WAY = frozenset({"waiting", "grading"})
MOST_SECONDS = 20
"""Between two questions how far it is, for those who are far back in the queue."""
AHEAD_A_SECOND = 5
"""About how many are graded in a second: whoever has more before them asks less often."""
NOT_MODIFIED = 304


@router.get("/submissions/{identifier}")
def show(
    request: Request, service: ServiceOf, viewer: Viewer, identifier: RowId
) -> Response:
    """Show how far a submission is, and its report once there is one."""
    with service.database.read() as connection:
        row = submissions.find(connection, viewer, identifier)
        entry = queries.entry(connection, viewer, row)
        title = catalogue.current(connection, viewer, row.assignment_id).title
        report = _report(connection, viewer, row)
    return page(
        request, "submission.html.j2", viewer=viewer, entry=entry, submission=entry.view,
        title=title, view=report, tag=_tag(entry.view), seconds=_seconds(entry.view),
        is_under_way=entry.view.state in UNDER_WAY, course=row.course_id,
    )  # fmt: skip


@router.get("/submissions/{identifier}/state")
def state(
    request: Request, service: ServiceOf, viewer: Viewer, identifier: RowId
) -> Response:
    """Say how far a submission is, as a part of its page; htmx shows the whole at the end."""
    with service.database.read() as connection:
        row = submissions.find(connection, viewer, identifier)
        view = submission_view(connection, viewer, row)
    tag = _tag(view)
    headers = {"ETag": tag, **CACHE}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if view.state not in UNDER_WAY:
        headers["HX-Refresh"] = "true"
    text = rendered("_state.html.j2", viewer=viewer, submission=view, tag=tag,
                    seconds=_seconds(view))  # fmt: skip
    return HTMLResponse(text, headers=headers)


def _tag(view: SubmissionView) -> str:
    digest = hashlib.sha256(view.model_dump_json().encode()).hexdigest()
    return f'"{digest[:32]}"'


def _seconds(view: SubmissionView) -> int:
    """Return after how many seconds it is worth asking again."""
    return min(MOST_SECONDS, 1 + (view.position or 0) // AHEAD_A_SECOND)


def _report(
    connection: Connection, viewer: Principal, row: Row[Any]
) -> html.ReportView | None:
    """Return the report as the viewer may see it, with the source, if there is one."""
    if row.grade_id is None:
        return None
    packed = connection.execute(
        select(grade.c.report).where(grade.c.id == row.grade_id)
    ).scalar_one()
    whole = Report.model_validate_json(blobs.unpack(packed))
    raw = blobs.load(connection, row.blob_sha256)
    sent = submission_from_bytes(row.filename, raw, identifier=row.student)
    shown = whole if viewer.is_staff else student_view(whole)
    return html.view(shown, dict(sent.sources))
