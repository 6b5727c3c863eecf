"""Courses and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gradcheck.records.roster import Roster, Student
from gradcheck.service import access, auditing, tables
from gradcheck.service.access import Principal, Role
from gradcheck.service.clock import now
from gradcheck.service.database import Database
from gradcheck.service.problems import Problem

__all__ = ["Enrolled", "add_course", "enrol", "issuer", "person_id", "roster", "the_course",
           "token_scope"]


@dataclass(frozen=True)
class Enrolled:
    """What became of one line of a roster."""

    student: Student
    person_id: int
    token: str | None


def issuer(course: str) -> str:
    """Return who vouches for a student's id: the course's roster.

    So one course's roster renames nobody in another; a university's log-in would be an issuer
    of its own.
    """
    return f"roster:{course}"


def add_course(
    connection: Connection, database: Database, *, identifier: str, title: str
) -> None:
    """Make a course, or give the one of that id this title."""
    connection.execute(
        database.insert(tables.course)
        .values(id=identifier, title=title, created_at=now())
        .on_conflict_do_update(index_elements=["id"], set_={"title": title})
    )


def enrol(
    connection: Connection, database: Database, *, course: str, roster: Roster, actor: str,
    with_tokens: bool = False,
) -> list[Enrolled]:  # fmt: skip
    """Enrol a roster's students; those who are there already get the roster's name.

    Parameters
    ----------
    with_tokens : bool
        Whether each gets a new token.
    """
    found = []
    for student in roster.students:
        person = _person(connection, database, course, student)
        connection.execute(
            database.insert(tables.enrolment)
            .values(course_id=course, person_id=person, role="student", section=student.section)
            .on_conflict_do_update(
                index_elements=["course_id", "person_id"], set_={"section": student.section}
            )
        )
        token = None
        if with_tokens:
            _, token = access.issue(
                connection, "student", actor=actor, course=course, person_id=person,
                label=student.id,
            )  # fmt: skip
        found.append(Enrolled(student, person, token))
    auditing.record(
        connection, actor, action="enrol", target=f"course {course}",
        detail=f"{len(found)} students",
    )  # fmt: skip
    return found


def _person(connection: Connection, database: Database, course: str, student: Student) -> int:
    insert = database.insert(tables.person).values(
        issuer=issuer(course), subject=student.id, name=student.name, email=student.email
    )
    row: int = connection.execute(
        insert.on_conflict_do_update(
            index_elements=["issuer", "subject"],
            set_={"name": student.name, "email": student.email},
        ).returning(tables.person.c.id)
    ).scalar_one()
    return row


def person_id(connection: Connection, student: str, *, course: str) -> int | None:
    """Return the number of a student of a course, if there is one of that id."""
    person, enrolment = tables.person, tables.enrolment
    return connection.execute(
        select(person.c.id)
        .join(enrolment, enrolment.c.person_id == person.c.id)
        .where(person.c.issuer == issuer(course), person.c.subject == student)
        .where(enrolment.c.course_id == course, enrolment.c.role == "student")
    ).scalar()


def the_course(connection: Connection, course: str | None) -> str:
    """Return a course that is there: the one that is named, or the only one.

    Raises
    ------
    Problem
        404 if there is none of that id, 409 if none is named and there are several.
    """
    known = list(connection.execute(select(tables.course.c.id)).scalars())
    if course is None and len(known) == 1:
        return str(known[0])
    if course is None:
        raise Problem(409, "there are several courses: say which one, as course")
    if course not in known:
        raise Problem(404, f"no course {course!r}; an admin makes it: PUT /v1/courses/{course}")
    return course


def roster(connection: Connection, course: str) -> Iterable[Student]:
    """Yield the students of a course in the order of their ids."""
    person, enrolment = tables.person, tables.enrolment
    rows = connection.execute(
        select(person, enrolment.c.section)
        .join(enrolment, enrolment.c.person_id == person.c.id)
        .where(enrolment.c.course_id == course, enrolment.c.role == "student")
        .order_by(person.c.subject)
    )
    for row in rows:
        yield Student(row.subject, row.name, row.email, row.section)


def token_scope(
    connection: Connection, *, role: Role, course: str | None, student: str | None,
    viewer: Principal | None = None,
) -> tuple[str | None, int | None]:  # fmt: skip
    """Return the course and the person that a new token is for.

    Parameters
    ----------
    viewer : Principal or None
        Who asks; None: the operator.

    Raises
    ------
    Problem
        403 if it isn't the viewer's to make, 404 if course or student aren't there, 409 if it
        can't be told which course is meant, 422 if the student doesn't go with the role.
    """
    if (student is None) == (role == "student"):
        raise Problem(422, "say whose it is for a student's token, and only then: student")
    if role == "admin":
        return None, None
    if viewer is not None and viewer.course is not None and course not in {None, viewer.course}:
        raise Problem(403, f"this token is for the course {viewer.course!r} only")
    course = the_course(connection, course)
    if student is None:
        return course, None
    found = person_id(connection, student, course=course)
    if found is None:
        raise Problem(404, f"no student {student!r} on the roster of {course!r}; enrol them first")
    return course, found
