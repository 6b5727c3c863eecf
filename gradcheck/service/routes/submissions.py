"""Uploads, how far they are, and their reports."""

from __future__ import annotations

from email.message import Message
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from gradcheck import families
from gradcheck.hints import student_view
from gradcheck.html.environment import policy, stylesheet
from gradcheck.records.report import Report
from gradcheck.service import blobs, submissions
from gradcheck.service.problems import Problem, responses
from gradcheck.service.submissions import Upload
from gradcheck.service.tables import grade
from gradcheck.service.views import SubmissionView, submission_view
from gradcheck.service.web import (
    AssignmentId,
    RowId,
    ServiceOf,
    StudentId,
    Viewer,
    body,
    conditional,
)

__all__ = ["router"]

router = APIRouter(tags=["submissions"])
LONGEST_NAME = 100
FILENAME = r"^[^/\\\x00-\x1f\x7f]{1,100}$"
SOURCE_BODY = {
    "required": True,
    "content": {"text/x-python": {"schema": {"type": "string", "minLength": 1}}},
}
MEDIA_TYPES = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml",
    ".md": "text/markdown; charset=utf-8",
}
"""By a format's suffix; the others are plain text."""
PLAIN = "text/plain; charset=utf-8"
FORMAT = Query(alias="format", json_schema_extra={"enum": [*families.all_formats()]})
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "of this content"}}


@router.put(
    "/assignments/{assignment}/submissions/{student}",
    status_code=202,
    response_model=SubmissionView,
    openapi_extra={"requestBody": SOURCE_BODY},
    responses={
        202: {"headers": {"Location": {"schema": {"type": "string"}}}},
        **responses(404, 408, 413, 429),
    },
)
def put(
    request: Request, response: Response, service: ServiceOf, viewer: Viewer,
    assignment: AssignmentId, student: StudentId, raw: Annotated[bytes, Depends(body)],
    filename: Annotated[str | None, Query(pattern=FILENAME)] = None,
) -> SubmissionView:  # fmt: skip
    """Store a student's file and queue it; the same bytes again are the same submission.

    The body is the source text itself. A new upload takes the place of the student's one that
    still waits for the same assignment.
    """
    given = filename or _filename(request.headers.get("content-disposition"))
    name = "".join(c for c in given if c.isprintable()) or f"{assignment}.py"
    upload = Upload(assignment, student, raw, name)
    with service.database.write() as connection:
        stored = submissions.put(
            connection, service.database, service.engine, viewer=viewer, upload=upload,
            uploads_per_minute=service.settings.uploads_per_minute,
        )  # fmt: skip
        row = submissions.find(connection, viewer, stored.id)
        view = submission_view(connection, viewer, row)
    service.engine.wake()
    response.headers["Location"] = f"/v1/submissions/{stored.id}"
    return view


def _filename(disposition: str | None) -> str:
    """Return the last part of a Content-Disposition's file name, empty if it has none."""
    message = Message()
    message["Content-Disposition"] = disposition or ""
    name = PurePosixPath((message.get_filename() or "").replace("\\", "/")).name
    return name[:LONGEST_NAME]


@router.get(
    "/submissions/{identifier}",
    response_model=SubmissionView,
    responses={
        200: {"headers": ETAG},
        304: {"description": "you have it already"},
        **responses(404),
    },
)
def show(
    request: Request, service: ServiceOf, viewer: Viewer, identifier: RowId
) -> Response:
    """Say how far a submission is; ask with If-None-Match while it waits."""
    with service.database.read() as connection:
        row = submissions.find(connection, viewer, identifier)
        view = submission_view(connection, viewer, row)
    return conditional(request, view.model_dump_json().encode(), "application/json")


class FormatView(BaseModel):
    """A format that reports can be had in."""

    id: str
    title: str


@router.get("/formats", responses=responses())
def formats() -> list[FormatView]:
    """List the formats of reports."""
    return [FormatView(id=f.id, title=f.title) for f in families.all_formats().values()]


@router.get(
    "/submissions/{identifier}/report",
    response_class=Response,
    responses={
        200: {
            "headers": ETAG,
            "content": {
                kind: {"schema": {} if "json" in kind else {"type": "string"}}
                for kind in (*MEDIA_TYPES.values(), PLAIN)
            },
        },
        304: {"description": "you have it already"},
        **responses(404, 409),
    },
)
def report(
    request: Request, service: ServiceOf, viewer: Viewer, identifier: RowId,
    form: Annotated[str, FORMAT] = "json",
) -> Response:  # fmt: skip
    """Return the report of the grade in effect, in any format."""
    chosen = families.all_formats().get(form)
    if chosen is None:
        known = ", ".join(families.all_formats())
        raise Problem(422, f"no format {form!r}; there are: {known}")
    with service.database.read() as connection:
        row = submissions.find(connection, viewer, identifier)
        if row.grade_id is None:
            raise Problem(409, f"submission {identifier} is {row.state} and has no report; ask "
                               f"/v1/submissions/{identifier} how far it is")  # fmt: skip
        packed = connection.execute(
            select(grade.c.report).where(grade.c.id == row.grade_id)
        ).scalar_one()
    whole = Report.model_validate_json(blobs.unpack(packed))
    shown = whole if viewer.is_staff else student_view(whole)
    answer = conditional(request, chosen.render(shown), MEDIA_TYPES.get(chosen.suffix, PLAIN))
    if chosen.suffix == ".html":  # a page that stands alone brings its style along
        answer.headers["Content-Security-Policy"] = policy(stylesheet())
    return answer
