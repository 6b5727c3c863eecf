"""Who is in a course: the list, enrolling a roster, one student's uploads."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from gradcheck.records.roster import parse_roster
from gradcheck.service import catalogue, people
from gradcheck.service.pages import queries
from gradcheck.service.pages.forms import Sent
from gradcheck.service.pages.rendering import CACHE, KEPT_NOWHERE, page
from gradcheck.service.problems import Problem
from gradcheck.service.tables import assignment, submission
from gradcheck.service.web import CourseId, ServiceOf, Staff, StudentId

__all__ = ["router"]

router = APIRouter(prefix="/teach/courses/{course}")


@router.get("/roster")
def show(request: Request, service: ServiceOf, viewer: Staff, course: CourseId) -> Response:
    """List a course's students."""
    with service.database.read() as connection:
        row = queries.must_see_course(connection, viewer, course)
        found = list(people.roster(connection, course))
    return page(request, "roster.html.j2", viewer=viewer, course=row, students=found,
                enrolled=None)  # fmt: skip


@router.post("/roster")
def enrol(
    request: Request, service: ServiceOf, viewer: Staff, course: CourseId, form: Sent
) -> Response:
    """Enrol the students of a CSV file, and show the new tokens this once."""
    roster = parse_roster(form.file("a roster, a .csv file"), form.filename or "roster.csv")
    is_wanting_tokens = "tokens" in form.fields
    with service.database.write() as connection:
        row = queries.must_see_course(connection, viewer, course)
        enrolled = people.enrol(
            connection, service.database, course=course, roster=roster, actor=viewer.actor,
            with_tokens=is_wanting_tokens,
        )  # fmt: skip
        found = list(people.roster(connection, course))
    headers = KEPT_NOWHERE if is_wanting_tokens else CACHE
    return page(request, "roster.html.j2", viewer=viewer, headers=headers, course=row,
                students=found, enrolled=enrolled)  # fmt: skip


@router.get("/students/{student}")
def history(
    request: Request, service: ServiceOf, viewer: Staff, course: CourseId, student: StudentId
) -> Response:
    """List all uploads of a student in a course."""
    with service.database.read() as connection:
        row = queries.must_see_course(connection, viewer, course)
        number = people.person_id(connection, student, course=course)
        if number is None:
            raise Problem(404, f"no student {student!r} on the roster of {course!r}")
        of_course = (submission.c.person_id == number) & (assignment.c.course_id == course)
        found = queries.entries(connection, viewer, of_course)
        known = next(s for s in people.roster(connection, course) if s.id == student)
        titles = {r.assignment_id: r.title for r in catalogue.listed(connection, viewer)}
    return page(request, "student.html.j2", viewer=viewer, course=row, student=known,
                entries=found, titles=titles)  # fmt: skip
