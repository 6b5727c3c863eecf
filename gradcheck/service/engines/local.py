"""The engine of one process on SQLite: job rows and threads."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from gradcheck.service.clock import now
from gradcheck.service.database import Database
from gradcheck.service.engines.base import RETRY_SECONDS, Handler, TryAgain
from gradcheck.service.tables import job, submission

__all__ = ["ENGINE", "LocalEngine"]

LOG = logging.getLogger("gradcheck.service")
POLL_SECONDS = 1.0
"""How often jobs are looked for that another process put or that wait for another try."""


class LocalEngine:
    """Jobs are rows; a worker's threads claim them by compare-and-set.

    One worker at a time may run on a database: what it finds claimed when it starts was
    claimed by one that died, and is run again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = threading.Condition()
        self._told = 0
        """How often there was news."""

    def submit(self, connection: Connection, ids: Sequence[int], *, priority: int) -> None:
        """Put a job for each submission."""
        for identifier in ids:
            connection.execute(
                self._database.insert(job)
                .values(submission_id=identifier, priority=priority, not_before=now())
                .on_conflict_do_nothing()
            )

    def cancel(self, connection: Connection, ids: Sequence[int]) -> None:
        """Take away the jobs of these submissions that don't run yet."""
        connection.execute(delete(job).where(job.c.submission_id.in_(ids), job.c.owner.is_(None)))

    def depth(self, connection: Connection) -> int:
        """Return how many jobs wait."""
        return connection.execute(
            select(func.count()).select_from(job).where(job.c.owner.is_(None))
        ).scalar_one()

    def without_job(self, connection: Connection) -> list[int]:
        """Return the submissions that wait, or are being graded, and have no job."""
        has_job = select(job.c.submission_id).where(job.c.submission_id == submission.c.id)
        query = select(submission.c.id).where(
            submission.c.state.in_(("waiting", "grading")), ~has_job.exists()
        )
        return list(connection.execute(query.order_by(submission.c.id)).scalars())

    def wake(self) -> None:
        """Say that a transaction with new jobs is committed."""
        with self._news:
            self._told += 1
            self._news.notify_all()

    def run_worker(self, handler: Handler, *, slots: int, stop: threading.Event) -> None:
        """Run jobs, so many at once, until told to stop; then finish those that run."""
        with self._database.write() as connection:
            connection.execute(update(job).values(owner=None))
        threads = [
            threading.Thread(target=self._work, args=(handler, stop), name=f"gradcheck-job-{k}")
            for k in range(slots)
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        self.wake()
        for thread in threads:
            thread.join()

    def _work(self, handler: Handler, stop: threading.Event) -> None:
        owner = uuid.uuid4().hex
        while not stop.is_set():
            told = self._told
            try:
                if not self._run_one(handler, owner):
                    self._wait_for_news(told)
            except Exception:
                LOG.exception("the queue can't be read; trying again")
                stop.wait(POLL_SECONDS)

    def _wait_for_news(self, told: int) -> None:
        """Wait a little, but not if a job came since there was news so many times."""
        with self._news:
            self._news.wait_for(lambda: self._told != told, POLL_SECONDS)

    def _run_one(self, handler: Handler, owner: str) -> bool:
        """Run the first job; return whether there was one."""
        identifier = self._claim(owner)
        if identifier is None:
            return False
        mine = (job.c.submission_id == identifier) & (job.c.owner == owner)
        try:
            handler(identifier)
        except Exception as error:
            if not isinstance(error, TryAgain):
                LOG.exception("submission %s: grading it failed; trying again", identifier)
            again = update(job).where(mine).values(owner=None, not_before=now(plus=RETRY_SECONDS))
            with self._database.write() as connection:
                connection.execute(again)
        else:
            self._finish(identifier, owner)
        return True

    def _finish(self, identifier: int, owner: str) -> None:
        """Take a job away that is done, unless its submission is wanted graded once more."""
        mine = (job.c.submission_id == identifier) & (job.c.owner == owner)
        waits = select(submission.c.id).where(
            submission.c.id == identifier, submission.c.state == "waiting"
        )
        with self._database.write() as connection:
            if connection.execute(waits).first() is None:
                connection.execute(delete(job).where(mine))
            else:
                connection.execute(update(job).where(mine).values(owner=None))

    def _claim(self, owner: str) -> int | None:
        first = (
            select(job.c.submission_id)
            .where(job.c.owner.is_(None), job.c.not_before <= now())
            .order_by(job.c.priority.desc(), job.c.submission_id)
            .limit(1)
        )
        with self._database.read() as connection:
            if connection.execute(first).first() is None:
                return None
        with self._database.write() as connection:
            return connection.execute(
                update(job)
                .where(job.c.submission_id == first.scalar_subquery(), job.c.owner.is_(None))
                .values(owner=owner)
                .returning(job.c.submission_id)
            ).scalar()


ENGINE = LocalEngine
