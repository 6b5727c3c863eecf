"""What an operator does at the database itself, without a token."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from gradcheck.errors import UsageError
from gradcheck.records.roster import Roster
from gradcheck.service import access, people, tables
from gradcheck.service.access import Principal, Role
from gradcheck.service.core import Service
from gradcheck.service.people import Enrolled
from gradcheck.service.problems import Problem
from gradcheck.service.settings import Settings

__all__ = ["OPERATOR", "enrol", "issue", "listed", "opened", "revoke"]

OPERATOR = Principal(0, "admin", None)


def opened(settings: Settings) -> Service:
    """Return the service of a database that is there; its server may be running.

    Raises
    ------
    UsageError
        If there is no such database.
    """
    if "://" not in settings.database and not Path(settings.database).is_file():
        raise UsageError(
            f"{settings.database}: no such database; gradcheck serve makes one, --database says "
            "which"
        )
    return Service(settings)


def issue(
    service: Service, role: Role, *, course: str | None, student: str | None, label: str, days: int
) -> str:
    """Return a new token's secret.

    Raises
    ------
    UsageError
        If course or student aren't there, or don't go with the role.
    """
    try:
        with service.database.write() as connection:
            found, person = people.token_scope(
                connection, role=role, course=course, student=student
            )
            _, secret = access.issue(
                connection, role, actor=OPERATOR.actor, course=found, person_id=person,
                label=label or student or "", days=days,
            )  # fmt: skip
    except Problem as problem:
        raise UsageError(problem.detail) from problem
    return secret


def revoke(service: Service, identifier: int) -> None:
    """End a token.

    Raises
    ------
    UsageError
        If there is no such token, or it has ended.
    """
    with service.database.write() as connection:
        if not access.revoke(connection, identifier, viewer=OPERATOR):
            raise UsageError(f"no token {identifier}; gradcheck token --list shows them")


def listed(service: Service) -> list[str]:
    """Return a line for each token that hasn't ended."""
    token = tables.token
    with service.database.read() as connection:
        rows = connection.execute(
            select(token).where(token.c.revoked_at.is_(None)).order_by(token.c.id)
        ).all()
    return [
        f"{row.id:>5}  {row.role:<10}  {row.course_id or '-':<16}  until {row.expires_at[:10]}  "
        f"{row.label}"
        for row in rows
    ]


def enrol(
    service: Service, roster: Roster, *, course: str, with_tokens: bool
) -> list[Enrolled]:
    """Enrol a roster's students.

    Raises
    ------
    UsageError
        If there is no such course.
    """
    table = tables.course
    with service.database.write() as connection:
        known = list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
        if course not in known:
            raise UsageError(f"no course {course!r}; there are: {', '.join(known)}")
        return people.enrol(
            connection, service.database, course=course, roster=roster, actor=OPERATOR.actor,
            with_tokens=with_tokens,
        )  # fmt: skip
