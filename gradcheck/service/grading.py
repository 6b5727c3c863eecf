"""From a job to a grade: the only place that writes grades."""

from __future__ import annotations

import json
import logging
import socket
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from gradcheck.grading import gradebook
from gradcheck.grading.graders import Graders, Task
from gradcheck.hints import student_view
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.reports.json import FORMAT as JSON
from gradcheck.service import blobs, catalogue, standings
from gradcheck.service.clock import now
from gradcheck.service.database import Database
from gradcheck.service.engines.base import TryAgain
from gradcheck.service.settings import Settings
from gradcheck.service.tables import grade, person, setting, spec, submission
from gradcheck.version import VERSION

__all__ = ["COURSE_KEY", "MOST_BEGUN", "TRIES", "Grading"]

TRIES = 3
"""How often grading may fail by a fault of ours before it is given up."""
MOST_BEGUN = 20
"""How often it may be begun at all: a whole service that dies each time is no accident."""
COURSE_KEY = "course-key"
LOG = logging.getLogger("gradcheck.service")


@dataclass(frozen=True)
class Wanted:
    """Which grade of a submission is wanted."""

    submission_id: int
    spec_id: int
    run: int


class Grading:
    """Grades the submissions of a database.

    Parameters
    ----------
    graders : Graders
        The processes that do it.
    """

    def __init__(self, database: Database, graders: Graders, settings: Settings) -> None:
        self._database = database
        self._graders = graders
        self._settings = settings

    def __call__(self, identifier: int) -> None:
        """Grade one submission, unless that is done or no longer wanted.

        Raises
        ------
        TryAgain
            If it failed by a fault of ours, or another grade is wanted by now.
        """
        begun = self._begin(identifier)
        if begun is None:
            return
        wanted, task = begun
        started = time.monotonic()
        try:
            report = self._graders.submit(task).result()
        except Exception as error:
            self._fail(wanted, error)
        else:
            self._record(wanted, report, time.monotonic() - started)

    def _begin(self, identifier: int) -> tuple[Wanted, Task] | None:
        with self._database.write() as connection:
            row = connection.execute(
                select(submission, person.c.subject, spec.c.source)
                .join(person, person.c.id == submission.c.person_id)
                .join(spec, spec.c.id == submission.c.spec_id)
                .where(submission.c.id == identifier)
                .with_for_update(of=submission)
            ).first()
            if row is None or row.state not in {"waiting", "grading"}:
                return None
            wanted = Wanted(row.id, row.spec_id, row.run)
            if _is_graded(connection, wanted):
                _set(connection, wanted, state="graded")
                return None
            if row.begun >= MOST_BEGUN:
                problem = f"the service ended {row.begun} times while it was graded"
                _set(connection, wanted, state="dead", problem=problem)
                LOG.error("submission %s is given up: %s", row.id, problem)
                return None
            _set(connection, wanted, state="grading", begun=row.begun + 1)
            raw = blobs.load(connection, row.blob_sha256)
            key = self._settings.course_key or _kept_key(connection)
        sent = submission_from_bytes(row.filename, raw, identifier=row.subject)
        described = catalogue.parsed(row.source.encode(), "assignment.toml")
        options = Options(
            profile=self._settings.profile, student=row.subject, course_key=key,
            isolation=max(self._settings.require_isolation, described.isolation),
        )  # fmt: skip
        return wanted, Task(sent, described, options)

    def _fail(self, wanted: Wanted, error: Exception) -> None:
        with self._database.write() as connection:
            at = _at(wanted)
            failures = connection.execute(
                update(submission).where(at).values(failures=submission.c.failures + 1)
                .returning(submission.c.failures)
            ).scalar()  # fmt: skip
            if failures is None:  # another grade is wanted by now
                raise TryAgain
            is_last = failures >= TRIES
            problem = f"{type(error).__name__}: {error}" if is_last else None
            _set(connection, wanted, state="dead" if is_last else "waiting", problem=problem)
        LOG.error("submission %s: %s (failure %s of %s)", wanted.submission_id, error, failures,
                  TRIES)  # fmt: skip
        if not is_last:
            raise TryAgain

    def _record(self, wanted: Wanted, report: Report, seconds: float) -> None:
        shown = student_view(report)
        given = report.isolation
        if given.level < given.required:
            LOG.warning("submission %s is not graded: isolation level %s is required, this machine "
                        "gives %s; gradcheck doctor says what is missing, a regrade makes up for "
                        "it", wanted.submission_id, given.required, given.level)  # fmt: skip
        with self._database.write() as connection:
            connection.execute(
                self._database.insert(grade)
                .values(
                    submission_id=wanted.submission_id, spec_id=wanted.spec_id,
                    engine_version=VERSION, run=wanted.run, outcome=report.outcome,
                    points=report.score.points, max_points=report.score.max_points,
                    shown_outcome=shown.outcome, shown_points=shown.score.points,
                    shown_max_points=shown.score.max_points, facts=_facts(report),
                    report=blobs.pack(JSON.render(report)), seconds=seconds,
                    host=socket.gethostname(), created_at=now(),
                )
                .on_conflict_do_nothing()
            )  # fmt: skip
            is_current = _set(connection, wanted, state="graded", problem=None)
            standings.update(connection, self._database, wanted.submission_id)
        if not is_current:  # another grade is wanted by now; this one is history
            raise TryAgain


def _at(wanted: Wanted) -> Any:
    return (
        (submission.c.id == wanted.submission_id)
        & (submission.c.spec_id == wanted.spec_id)
        & (submission.c.run == wanted.run)
    )


def _set(connection: Connection, wanted: Wanted, **values: object) -> bool:
    """Change the submission, if that grade is still the one that is wanted."""
    return bool(connection.execute(update(submission).where(_at(wanted)).values(**values)).rowcount)


def _is_graded(connection: Connection, wanted: Wanted) -> bool:
    query = select(grade.c.id).where(
        grade.c.submission_id == wanted.submission_id, grade.c.spec_id == wanted.spec_id,
        grade.c.run == wanted.run,
    )  # fmt: skip
    return connection.execute(query).first() is not None


def _kept_key(connection: Connection) -> str:
    query = select(setting.c.value).where(setting.c.key == COURSE_KEY)
    return str(connection.execute(query).scalar_one())


def _facts(report: Report) -> str:
    """Return the failed checks and the diagnoses, for what a class has in common."""
    one = gradebook.row(report)
    return json.dumps({"failed": one.failed_checks, "diagnoses": sorted(one.diagnoses)})
