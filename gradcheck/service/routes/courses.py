"""Courses and their rosters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from gradcheck.records.roster import parse_roster
from gradcheck.service import people, tables
from gradcheck.service.access import Principal, seen_courses
from gradcheck.service.catalogue import ONE_LINE
from gradcheck.service.core import Service
from gradcheck.service.problems import Problem, responses
from gradcheck.service.web import Admin, CourseId, ServiceOf, Staff, Viewer, body

__all__ = ["router"]

router = APIRouter(tags=["courses"])
CSV_BODY = {
    "required": True,
    "content": {"text/csv": {"schema": {"type": "string", "minLength": 1}}},
}


class CourseView(BaseModel):
    """A course."""

    id: str
    title: str


class NewCourse(BaseModel):
    """What a course is called."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200, pattern=ONE_LINE)


class StudentView(BaseModel):
    """A student of a course."""

    id: str
    name: str
    email: str | None
    section: str | None
    token: str | None = Field(default=None, description="shown this once, if it was asked for")


class RosterView(BaseModel):
    """The students of a course, or those that were enrolled."""

    students: list[StudentView]


@router.get("/courses", responses=responses())
def index(service: ServiceOf, viewer: Viewer) -> list[CourseView]:
    """List your courses."""
    course = tables.course
    with service.database.read() as connection:
        rows = connection.execute(
            select(course).where(seen_courses(viewer, course.c.id)).order_by(course.c.id)
        )
        return [CourseView(id=row.id, title=row.title) for row in rows]


@router.put("/courses/{course}", responses=responses(400, 403))
def make(service: ServiceOf, viewer: Admin, course: CourseId, new: NewCourse) -> CourseView:
    """Make a course, or change its title."""
    with service.database.write() as connection:
        people.add_course(connection, service.database, identifier=course, title=new.title)
    return CourseView(id=course, title=new.title)


def _must_see(service: Service, viewer: Principal, course: str) -> None:
    table = tables.course
    with service.database.read() as connection:
        found = connection.execute(
            select(table.c.id).where(table.c.id == course, seen_courses(viewer, table.c.id))
        ).first()
    if found is None:
        raise Problem(404, f"no course {course!r}; GET /v1/courses lists yours")


@router.get("/courses/{course}/roster", responses=responses(403, 404))
def show(service: ServiceOf, viewer: Staff, course: CourseId) -> RosterView:
    """List a course's students."""
    _must_see(service, viewer, course)
    with service.database.read() as connection:
        found = [
            StudentView(id=s.id, name=s.name, email=s.email, section=s.section)
            for s in people.roster(connection, course)
        ]
    return RosterView(students=found)


@router.put(
    "/courses/{course}/roster",
    openapi_extra={"requestBody": CSV_BODY},
    responses=responses(403, 404, 408, 413),
)
def enrol(
    service: ServiceOf, viewer: Staff, course: CourseId, raw: Annotated[bytes, Depends(body)],
    tokens: Annotated[bool, Query(description="make a token for each and show it")] = False,
) -> RosterView:  # fmt: skip
    """Enrol the students of a roster: CSV with the columns id and name.

    Nobody is removed; who is there already gets the roster's name.
    """
    _must_see(service, viewer, course)
    roster = parse_roster(raw, "roster.csv")
    with service.database.write() as connection:
        enrolled = people.enrol(
            connection, service.database, course=course, roster=roster, actor=viewer.actor,
            with_tokens=tokens,
        )  # fmt: skip
    return RosterView(
        students=[
            StudentView(id=e.student.id, name=e.student.name, email=e.student.email,
                        section=e.student.section, token=e.token)
            for e in enrolled
        ]
    )  # fmt: skip
