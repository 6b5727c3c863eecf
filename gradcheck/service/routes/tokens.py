"""Making and ending tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from gradcheck.records.roster import STUDENT_ID
from gradcheck.service import access, people, tables
from gradcheck.service.access import Role, seen_courses
from gradcheck.service.catalogue import COURSE_ID, ONE_LINE
from gradcheck.service.problems import Problem, responses
from gradcheck.service.web import RowId, ServiceOf, Staff

__all__ = ["router"]

router = APIRouter(prefix="/tokens", tags=["tokens"])
MOST_DAYS = 3660


class _NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    course: Annotated[str, Field(pattern=COURSE_ID, max_length=64)] | None = Field(
        default=None, description="yours, or the only one, if left out; an admin's has none"
    )
    label: str = Field(default="", max_length=100, pattern=ONE_LINE)
    days: int = Field(default=365, ge=1, le=MOST_DAYS)


class StudentToken(_NewToken):
    """A token for a student on a course's roster."""

    role: Literal["student"]
    student: Annotated[str, Field(pattern=STUDENT_ID)]


class StaffToken(_NewToken):
    """A token for an instructor of a course, or for an admin."""

    role: Literal["instructor", "admin"]


NewToken = Annotated[StudentToken | StaffToken, Field(discriminator="role")]


class TokenView(BaseModel):
    """A token, without its secret."""

    id: int
    role: Role
    course: str | None
    student: str | None
    label: str
    created_at: str
    expires_at: str


class IssuedToken(BaseModel):
    """A new token, with its secret, this once."""

    id: int
    token: str


@router.get("", responses=responses(403))
def index(service: ServiceOf, viewer: Staff) -> list[TokenView]:
    """List the tokens that are not ended, of your course."""
    token, person = tables.token, tables.person
    query = (
        select(token, person.c.subject)
        .outerjoin(person, person.c.id == token.c.person_id)
        .where(token.c.revoked_at.is_(None), seen_courses(viewer, token.c.course_id))
        .order_by(token.c.id)
    )
    with service.database.read() as connection:
        return [
            TokenView(id=row.id, role=row.role, course=row.course_id, student=row.subject,
                      label=row.label, created_at=row.created_at, expires_at=row.expires_at)
            for row in connection.execute(query)
        ]  # fmt: skip


@router.post("", status_code=201, responses=responses(400, 403, 404, 409))
def issue(service: ServiceOf, viewer: Staff, new: NewToken) -> IssuedToken:
    """Make a token: instructors for their course, admins for any."""
    if viewer.role != "admin" and new.role == "admin":
        raise Problem(403, "only an admin makes an admin's token")
    with service.database.write() as connection:
        course, person_id = people.token_scope(
            connection, role=new.role, course=new.course or viewer.course,
            student=new.student if isinstance(new, StudentToken) else None, viewer=viewer,
        )  # fmt: skip
        identifier, secret = access.issue(
            connection, new.role, actor=viewer.actor, course=course, person_id=person_id,
            label=new.label, days=new.days,
        )  # fmt: skip
    return IssuedToken(id=identifier, token=secret)


@router.delete("/{identifier}", status_code=204, responses=responses(403, 404, 409))
def revoke(service: ServiceOf, viewer: Staff, identifier: RowId) -> Response:
    """End a token, and the browser sessions that were opened with it; not the one in use."""
    if identifier == viewer.token_id:
        raise Problem(409, "this is the token that you ask with; end it with another one")
    with service.database.write() as connection:
        is_ended = access.revoke(connection, identifier, viewer=viewer)
    if not is_ended:
        raise Problem(404, f"no token {identifier} of yours; GET /v1/tokens lists them")
    return Response(status_code=204)
