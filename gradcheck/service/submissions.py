"""Uploads: stored once by their content, put in the queue, and found again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.service import auditing, blobs, catalogue, people, queueing, standings
from gradcheck.service.access import Principal, seen_submissions
from gradcheck.service.clock import now
from gradcheck.service.database import Database
from gradcheck.service.engines.base import Engine
from gradcheck.service.problems import Problem
from gradcheck.service.standings import newest_grade
from gradcheck.service.tables import assignment, enrolment, grade, person, spec, submission

__all__ = ["Stored", "Upload", "enqueue", "find", "put", "with_grades"]

RATE_SECONDS = 60.0
IN_QUEUE = ("waiting", "grading")


@dataclass(frozen=True)
class Upload:
    """What somebody sends for a student."""

    assignment: str
    student: str
    raw: bytes
    filename: str


@dataclass(frozen=True)
class Stored:
    """What became of it."""

    id: int
    is_new: bool


def put(
    connection: Connection, database: Database, engine: Engine, *, viewer: Principal,
    upload: Upload, uploads_per_minute: int,
) -> Stored:  # fmt: skip
    """Store an upload and queue it; the same bytes again are the same submission.

    A fresh upload takes the place of the student's one that still waits.

    Raises
    ------
    Problem
        404 if assignment or student aren't the viewer's; 429 if a student sends too many.
    SubmissionError
        If it can't be graded, whatever it says: too large, no text.
    """
    newest = catalogue.current(connection, viewer, upload.assignment)
    person_id = _student(connection, viewer, newest.course_id, upload.student)
    submission_from_bytes(upload.filename, upload.raw, identifier=upload.student)
    _one_at_a_time(connection, newest.course_id, person_id)
    digest = blobs.store(connection, database, upload.raw)
    own = (submission.c.assignment_id == upload.assignment) & (submission.c.person_id == person_id)
    found = connection.execute(
        select(submission.c.id, submission.c.state, submission.c.spec_id).where(
            own, submission.c.blob_sha256 == digest
        )
    ).first()
    if found is None:
        if not viewer.is_staff:
            _not_too_often(connection, person_id, own, uploads_per_minute)
        identifier: int = connection.execute(
            database.insert(submission)
            .values(
                assignment_id=upload.assignment, person_id=person_id, blob_sha256=digest,
                filename=upload.filename, received_at=now(), put_at=now(), state="superseded",
                spec_id=newest.id, run=1, turn=0, begun=0, failures=0,
            )
            .returning(submission.c.id)
        ).scalar_one()  # fmt: skip
    else:
        identifier = found.id
        connection.execute(
            update(submission).where(submission.c.id == identifier).values(put_at=now())
        )
        standings.update(connection, database, identifier)
    _supersede(connection, engine, own & (submission.c.id != identifier))
    is_old = found is not None and found.state == "graded" and found.spec_id != newest.id
    if found is None or is_old or found.state in {"superseded", "dead"}:
        turn = queueing.turn_for(connection, course=newest.course_id, person_id=person_id)
        enqueue(connection, engine, [identifier], turn=turn, spec_id=newest.id)
    auditing.record(
        connection, viewer.actor, action="put", target=f"submission {identifier}", detail=digest
    )
    return Stored(identifier, found is None)


def enqueue(
    connection: Connection, engine: Engine, ids: list[int], *, turn: int, spec_id: int,
    is_regrade: bool = False,
) -> None:  # fmt: skip
    """Let submissions wait for a grade by a version of their assignment."""
    run = submission.c.run + 1 if is_regrade else submission.c.run
    connection.execute(
        update(submission)
        .where(submission.c.id.in_(ids))
        .values(state="waiting", spec_id=spec_id, run=run, turn=turn, begun=0, failures=0,
                problem=None)
    )  # fmt: skip
    engine.submit(connection, ids, priority=-turn)


def _student(connection: Connection, viewer: Principal, course: str, student: str) -> int:
    found = people.person_id(connection, student, course=course)
    if found is None or not (viewer.is_staff or found == viewer.person_id):
        raise Problem(404, f"no student {student!r} whom this token may upload for; use your own "
                           "id, or have the roster mended")  # fmt: skip
    return found


def _one_at_a_time(connection: Connection, course: str, person_id: int) -> None:
    """Let uploads of one student follow one another; SQLite has one writer anyway."""
    at = (enrolment.c.course_id == course) & (enrolment.c.person_id == person_id)
    connection.execute(select(enrolment.c.person_id).where(at).with_for_update())


def _not_too_often(connection: Connection, person_id: int, own: Any, most: int) -> None:
    """Refuse a flood, but never a student's first upload for an assignment."""
    if connection.execute(select(submission.c.id).where(own).limit(1)).first() is None:
        return
    since = now(plus=-RATE_SECONDS)
    recent = select(submission.c.received_at).where(
        submission.c.person_id == person_id, submission.c.put_at > since,
        submission.c.received_at > since,
    )  # fmt: skip
    times = sorted(connection.execute(recent).scalars())
    if len(times) < most:
        return
    passed = datetime.fromisoformat(now()) - datetime.fromisoformat(times[-most])
    seconds = max(1, math.ceil(RATE_SECONDS - passed.total_seconds()))
    raise Problem(
        429, f"{len(times)} uploads in a minute, {most} is the most; nothing was stored: send it "
        f"again in {seconds} s", headers={"Retry-After": str(seconds)},
    )  # fmt: skip


def _supersede(connection: Connection, engine: Engine, others: Any) -> None:
    # one that is to be graded anew keeps its turn: its old grade must not stand for good
    has_grade = select(grade.c.id).where(grade.c.submission_id == submission.c.id)
    query = select(submission.c.id).where(
        others, submission.c.state == "waiting", ~has_grade.exists()
    )
    waiting = list(connection.execute(query).scalars())
    if waiting:
        engine.cancel(connection, waiting)
        connection.execute(
            update(submission)
            .where(submission.c.id.in_(waiting), submission.c.state == "waiting")
            .values(state="superseded")
        )


def with_grades() -> Select[Any]:
    """Return a query of submissions with their students and the grade in effect, if any."""
    return (
        select(
            submission, person.c.subject.label("student"), person.c.name, assignment.c.course_id,
            grade.c.id.label("grade_id"), grade.c.outcome, grade.c.points, grade.c.max_points,
            grade.c.shown_outcome, grade.c.shown_points, grade.c.shown_max_points,
            grade.c.created_at.label("graded_at"), spec.c.version, spec.c.sha256.label("digest"),
        )
        .join(person, person.c.id == submission.c.person_id)
        .join(assignment, assignment.c.id == submission.c.assignment_id)
        .outerjoin(grade, grade.c.id == newest_grade())
        .outerjoin(spec, spec.c.id == grade.c.spec_id)
    )  # fmt: skip


def find(connection: Connection, viewer: Principal, identifier: int) -> Row[Any]:
    """Return a submission with its grade.

    Raises
    ------
    Problem
        404 if there is none that the viewer may see.
    """
    found = connection.execute(
        with_grades().where(submission.c.id == identifier, seen_submissions(viewer))
    ).first()
    if found is None:
        raise Problem(404, f"no submission {identifier} that this token may see; check its number")
    return found
