"""Assignments and their versions, each of which stays as it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from gradcheck import families
from gradcheck.records.assignment import KEBAB, AssignmentSpec, parse_assignment
from gradcheck.service import auditing, people, tables
from gradcheck.service.access import Principal, seen_courses
from gradcheck.service.clock import now
from gradcheck.service.database import Database
from gradcheck.service.problems import Problem
from gradcheck.shipped import shipped_assignments

__all__ = [
    "COURSE",
    "COURSE_ID",
    "add_version",
    "course_for",
    "current",
    "listed",
    "load_shipped",
    "parsed",
    "versions",
]

COURSE = "course"
"""The course that a new service has."""
COURSE_ID = KEBAB
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
"""Text without control characters: databases don't take all of them, nor do lines of a log."""


def parsed(raw: bytes, name: str) -> AssignmentSpec:
    """Return the assignment that a file's bytes hold.

    Raises
    ------
    SpecError
        With file and key.
    """
    return parse_assignment(
        raw, name,
        tuple(c.id for c in families.all_components()),
        tuple(c.id for c in families.all_checks()),
    )  # fmt: skip


def add_version(
    connection: Connection, database: Database, raw: bytes, *, course: str, assignment: str,
    version: str, actor: str,
) -> bool:  # fmt: skip
    """Add a version of an assignment, and the assignment if it is its first.

    Returns
    -------
    bool
        Whether it is new; the same content again changes nothing.

    Raises
    ------
    Problem
        409 if id or version in the file are others, or the version is there with other content.
    SpecError
        If the file is wrong.
    """
    spec = parsed(raw, "assignment.toml")
    for key, found, wanted in (("id", spec.id, assignment), ("version", spec.version, version)):
        if found != wanted:
            raise Problem(
                409, f"the file's {key} is {found!r} and the path's {wanted!r}: make them the same"
            )
    connection.execute(
        database.insert(tables.assignment)
        .values(id=assignment, course_id=course, created_at=now())
        .on_conflict_do_nothing()
    )
    if connection.execute(
        select(tables.assignment.c.course_id).where(tables.assignment.c.id == assignment)
    ).scalar_one() != course:  # fmt: skip
        raise Problem(409, f"another course has an assignment {assignment!r}; choose another id")
    table = tables.spec
    added = connection.execute(
        database.insert(table)
        .values(
            assignment_id=assignment, version=version, title=spec.title,
            max_points=spec.max_points, sha256=spec.digest, source=raw.decode("utf-8"),
            created_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).first()  # fmt: skip
    if added is not None:
        auditing.record(
            connection, actor, action="add-version", target=f"{assignment} {version}",
            detail=spec.digest,
        )  # fmt: skip
        return True
    at = (table.c.assignment_id == assignment) & (table.c.version == version)
    if connection.execute(select(table.c.sha256).where(at)).scalar_one() != spec.digest:
        raise Problem(
            409, f"version {version} of {assignment} is there with other content; versions never "
            "change: raise the version in the file and in the path"
        )  # fmt: skip
    return False


def course_for(
    connection: Connection, viewer: Principal, *, assignment: str, course: str | None
) -> str:
    """Return the course whose assignment it is or will be.

    Raises
    ------
    Problem
        403 if that is another course than the viewer's, 404 if there is none, 409 if it can't
        be told.
    """
    if viewer.course is not None:
        if course not in {None, viewer.course}:
            raise Problem(403, f"this token is for the course {viewer.course!r} only")
        return viewer.course
    table = tables.assignment
    there = connection.execute(
        select(table.c.course_id).where(table.c.id == assignment)
    ).scalar()
    if course is None and there is not None:
        return str(there)
    return people.the_course(connection, course)


def load_shipped(connection: Connection, database: Database) -> None:
    """Give a service without assignments a course with those that come with gradcheck."""
    if connection.execute(select(func.count()).select_from(tables.assignment)).scalar_one():
        return
    people.add_course(connection, database, identifier=COURSE, title="Course")
    for path in shipped_assignments().values():
        raw = path.read_bytes()
        spec = parsed(raw, str(path))
        add_version(
            connection, database, raw, course=COURSE, assignment=spec.id, version=spec.version,
            actor="service",
        )  # fmt: skip


def current(connection: Connection, viewer: Principal, assignment: str) -> Row[Any]:
    """Return an assignment with its newest version.

    Raises
    ------
    Problem
        404 if there is none that the viewer may see.
    """
    found = connection.execute(
        _current().where(tables.assignment.c.id == assignment, seen_courses(viewer))
    ).first()
    if found is None:
        raise Problem(404, f"no assignment {assignment!r}; GET /v1/assignments lists yours")
    return found


def listed(connection: Connection, viewer: Principal) -> list[Row[Any]]:
    """Return the viewer's assignments with their newest versions, by id."""
    query = _current().where(seen_courses(viewer)).order_by(tables.assignment.c.id)
    return list(connection.execute(query))


def versions(connection: Connection, assignment: str) -> list[str]:
    """Return an assignment's versions, oldest first."""
    spec = tables.spec
    query = select(spec.c.version).where(spec.c.assignment_id == assignment).order_by(spec.c.id)
    return list(connection.execute(query).scalars())


def _current() -> Any:
    spec = tables.spec
    newest = select(func.max(spec.c.id)).group_by(spec.c.assignment_id)
    return (
        select(spec, tables.assignment.c.course_id)
        .join(tables.assignment, tables.assignment.c.id == spec.c.assignment_id)
        .where(spec.c.id.in_(newest))
    )
