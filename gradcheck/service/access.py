"""Tokens, sessions and what they allow.

A token is 256 random bits, shown once and kept as its SHA-256; such a secret needs no slow
hash. It has a role, and for all but admins a course; a student's also the person. A browser
exchanges its token for a session, whose secret stands in a cookie and is kept alike.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, delete, false, insert, select, true, update
from sqlalchemy.sql import ColumnElement

from gradcheck.service import auditing, tables
from gradcheck.service.clock import now

__all__ = [
    "SECRET",
    "Principal",
    "Role",
    "by_session",
    "by_token",
    "close_session",
    "issue",
    "open_session",
    "revoke",
    "seen_courses",
    "seen_submissions",
]

Role = Literal["student", "instructor", "admin"]
PREFIX = "gradcheck_"
"""So that people and secret scanners know one when they see it."""
SECRET_BYTES = 32
SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{20,}}")
DAY_SECONDS = 86400.0


@dataclass(frozen=True)
class Principal:
    """Who asks."""

    token_id: int
    role: Role
    course: str | None
    """The course that the token is for; None: all (admins)."""
    person_id: int | None = None
    subject: str | None = None
    """The student's id."""
    name: str = ""

    @property
    def actor(self) -> str:
        """What the audit calls them."""
        return f"{self.role}:{self.subject or ''}#{self.token_id}"

    @property
    def is_staff(self) -> bool:
        """Whether they teach."""
        return self.role != "student"


def seen_courses(viewer: Principal, column: Any = tables.assignment.c.course_id) -> Any:
    """Return the condition that a course is the viewer's."""
    if viewer.role == "admin":
        return true()
    return false() if viewer.course is None else column == viewer.course


def seen_submissions(viewer: Principal) -> ColumnElement[bool]:
    """Return the condition that a submission, joined with its assignment, may be seen."""
    inside: ColumnElement[bool] = seen_courses(viewer)
    if viewer.is_staff:
        return inside
    return inside & (tables.submission.c.person_id == viewer.person_id)


def issue(
    connection: Connection, role: Role, *, actor: str, course: str | None = None,
    person_id: int | None = None, label: str = "", days: float = 365.0,
) -> tuple[int, str]:  # fmt: skip
    """Return a new token's number and its secret, which is kept nowhere.

    Parameters
    ----------
    days : float
        How long it is valid.
    """
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = connection.execute(
        insert(tables.token)
        .values(
            sha256=_hash(secret), label=label, role=role, course_id=course, person_id=person_id,
            created_at=now(), expires_at=now(plus=days * DAY_SECONDS),
        )
        .returning(tables.token.c.id)
    ).scalar_one()  # fmt: skip
    auditing.record(
        connection, actor, action="issue-token", target=f"token {row}",
        detail=f"{role} of {course or 'all courses'}",
    )  # fmt: skip
    return row, secret


def revoke(connection: Connection, identifier: int, *, viewer: Principal) -> bool:
    """End a token and its sessions; return whether there was such a token to end."""
    token = tables.token
    ended = connection.execute(
        update(token)
        .where(token.c.id == identifier, token.c.revoked_at.is_(None))
        .where(seen_courses(viewer, token.c.course_id))
        .values(revoked_at=now())
    ).rowcount
    if ended:
        connection.execute(
            delete(tables.session).where(tables.session.c.token_id == identifier)
        )
        auditing.record(
            connection, viewer.actor, action="revoke-token", target=f"token {identifier}"
        )
    return bool(ended)


def by_token(connection: Connection, secret: str) -> Principal | None:
    """Return whose token it is, if it is valid."""
    hashed = _hash(secret)
    found = connection.execute(_tokens().where(tables.token.c.sha256 == hashed)).first()
    if found is None or not hmac.compare_digest(found.sha256, hashed):
        return None
    return _principal(found)


def by_session(connection: Connection, secret: str) -> Principal | None:
    """Return whose session it is, if it is open."""
    session = tables.session
    found = connection.execute(
        _tokens()
        .join(session, session.c.token_id == tables.token.c.id)
        .where(session.c.sha256 == _hash(secret), session.c.expires_at > now())
    ).first()
    return None if found is None else _principal(found)


def open_session(connection: Connection, viewer: Principal, *, hours: float) -> str:
    """Return a new session's secret; forget those that have expired."""
    connection.execute(delete(tables.session).where(tables.session.c.expires_at <= now()))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    connection.execute(
        insert(tables.session).values(
            sha256=_hash(secret), token_id=viewer.token_id, created_at=now(),
            expires_at=now(plus=hours * 3600),
        )
    )  # fmt: skip
    return secret


def close_session(connection: Connection, secret: str) -> None:
    """End a session."""
    connection.execute(delete(tables.session).where(tables.session.c.sha256 == _hash(secret)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _tokens() -> Any:
    token, person = tables.token, tables.person
    return (
        select(token, person.c.subject, person.c.name)
        .select_from(token)
        .outerjoin(person, person.c.id == token.c.person_id)
        .where(token.c.revoked_at.is_(None), token.c.expires_at > now())
    )


def _principal(row: Any) -> Principal:
    return Principal(row.id, row.role, row.course_id, row.person_id, row.subject, row.name or "")
