"""The tables, as they are after the last migration; `migrations/` makes them.

Times are ISO 8601 text in UTC with microseconds, so that they sort and are the same on
SQLite and PostgreSQL. ``grade``, ``spec`` and ``audit`` are append-only: triggers refuse the rest.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "ROLES",
    "STATES",
    "assignment",
    "audit",
    "blob",
    "course",
    "enrolment",
    "grade",
    "job",
    "metadata",
    "person",
    "session",
    "setting",
    "spec",
    "standing",
    "submission",
    "token",
]

ROLES = ("student", "instructor", "admin")
STATES = ("waiting", "grading", "graded", "superseded", "dead")
DIGEST = 64
TIME = 32
NAME = 200

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


setting = Table(
    "setting", metadata,
    Column("key", String(NAME), primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

course = Table(
    "course", metadata,
    Column("id", String(64), primary_key=True),
    Column("title", String(NAME), nullable=False),
    Column("created_at", String(TIME), nullable=False),
)  # fmt: skip

person = Table(
    "person", metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", String(NAME), nullable=False),
    Column("subject", String(NAME), nullable=False),
    Column("name", String(NAME), nullable=False),
    Column("email", String(NAME)),
    UniqueConstraint("issuer", "subject"),
)  # fmt: skip

enrolment = Table(
    "enrolment", metadata,
    Column("course_id", ForeignKey("course.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("section", String(NAME)),
    _one_of("role", ROLES),
    Index(None, "person_id"),
)  # fmt: skip

assignment = Table(
    "assignment", metadata,
    Column("id", String(64), primary_key=True),
    Column("course_id", ForeignKey("course.id"), nullable=False),
    Column("created_at", String(TIME), nullable=False),
    Index(None, "course_id"),
)  # fmt: skip

spec = Table(
    "spec", metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment_id", ForeignKey("assignment.id"), nullable=False),
    Column("version", String(32), nullable=False),
    Column("title", String(NAME), nullable=False),
    Column("max_points", Float, nullable=False),
    Column("sha256", String(DIGEST), nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", String(TIME), nullable=False),
    UniqueConstraint("assignment_id", "version"),
)  # fmt: skip

blob = Table(
    "blob", metadata,
    Column("sha256", String(DIGEST), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)  # fmt: skip

submission = Table(
    "submission", metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment_id", ForeignKey("assignment.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("blob_sha256", ForeignKey("blob.sha256"), nullable=False),
    Column("filename", String(NAME), nullable=False),
    Column("received_at", String(TIME), nullable=False),
    Column("put_at", String(TIME), nullable=False),
    Column("state", String(16), nullable=False),
    Column("spec_id", ForeignKey("spec.id"), nullable=False),
    Column("run", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("begun", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("problem", Text),
    UniqueConstraint("assignment_id", "person_id", "blob_sha256"),
    _one_of("state", STATES),
    Index(None, "state", "turn", "id"),
    Index(None, "person_id", "put_at"),
)  # fmt: skip
"""``spec_id`` and ``run`` say which grade is wanted; ``turn`` is the place in the queue."""

grade = Table(
    "grade", metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False),
    Column("spec_id", ForeignKey("spec.id"), nullable=False),
    Column("engine_version", String(NAME), nullable=False),
    Column("run", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("points", Float),
    Column("max_points", Float, nullable=False),
    Column("shown_outcome", String(16), nullable=False),
    Column("shown_points", Float),
    Column("shown_max_points", Float, nullable=False),
    Column("facts", Text, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("host", String(NAME), nullable=False),
    Column("created_at", String(TIME), nullable=False),
    UniqueConstraint("submission_id", "spec_id", "engine_version", "run"),
)  # fmt: skip
"""The truth. ``shown_*`` is what a student may see; ``facts`` are failed checks and diagnoses."""

standing = Table(
    "standing", metadata,
    Column("assignment_id", ForeignKey("assignment.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("best_points", Float),
    Column("latest_points", Float),
    Column("max_points", Float, nullable=False),
    Column("latest_grade_id", ForeignKey("grade.id"), nullable=False),
    Column("graded", Integer, nullable=False),
)  # fmt: skip

job = Table(
    "job", metadata,
    Column("submission_id", ForeignKey("submission.id"), primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("owner", String(DIGEST)),
    Column("not_before", String(TIME), nullable=False),
    Index(None, "owner", "priority"),
)  # fmt: skip
"""The local engine's queue; the distributed engine has tables of its own."""

token = Table(
    "token", metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(DIGEST), nullable=False, unique=True),
    Column("label", String(NAME), nullable=False),
    Column("role", String(16), nullable=False),
    Column("course_id", ForeignKey("course.id")),
    Column("person_id", ForeignKey("person.id")),
    Column("created_at", String(TIME), nullable=False),
    Column("expires_at", String(TIME), nullable=False),
    Column("revoked_at", String(TIME)),
    _one_of("role", ROLES),
)  # fmt: skip

session = Table(
    "session", metadata,
    Column("sha256", String(DIGEST), primary_key=True),
    Column("token_id", ForeignKey("token.id"), nullable=False),
    Column("created_at", String(TIME), nullable=False),
    Column("expires_at", String(TIME), nullable=False),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(TIME), nullable=False),
    Column("actor", String(NAME), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(NAME), nullable=False),
    Column("detail", Text, nullable=False),
)  # fmt: skip
