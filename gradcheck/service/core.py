"""The service without HTTP: a database, an engine, and the processes that grade."""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from multiprocessing import forkserver, resource_tracker

from sqlalchemy import Connection, select

from gradcheck.grading.graders import Graders, has_server
from gradcheck.service import access, catalogue, queueing, tables
from gradcheck.service.database import Database
from gradcheck.service.engines import engine_for
from gradcheck.service.grading import COURSE_KEY, Grading
from gradcheck.service.settings import Settings

__all__ = ["Service"]

LOG = logging.getLogger("gradcheck.service")
KEY_BYTES = 32


class Service:
    """An open service: what routes, pages and admin commands work with.

    Parameters
    ----------
    settings : Settings
        The database is opened, migrated, and given what a new one needs.

    Raises
    ------
    UsageError
        If the database can't be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.engine = engine_for(self.database)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._graders: Graders | None = None
        with self.database.write() as connection:
            self.database.exclude_others(connection)
            catalogue.load_shipped(connection, self.database)
            connection.execute(
                self.database.insert(tables.setting)
                .values(key=COURSE_KEY, value=secrets.token_urlsafe(KEY_BYTES))
                .on_conflict_do_nothing()
            )

    def first_token(self) -> str | None:
        """Return an admin token, if the service never had one."""
        admins = select(tables.token.c.id).where(tables.token.c.role == "admin")
        with self.database.write() as connection:
            self.database.exclude_others(connection)
            if connection.execute(admins).first() is not None:
                return None
            _, secret = access.issue(connection, "admin", actor="service", label="first")
        return secret

    def start_worker(self, slots: int) -> None:
        """Begin to grade, so many submissions at once."""
        self._graders = Graders(slots, interpreter=self.settings.interpreter)
        if has_server():
            _start_forkserver()
        grading = Grading(self.database, self._graders, self.settings)
        self._start(
            lambda: self.engine.run_worker(grading, slots=slots, stop=self._stop), "worker"
        )
        self._start(self._keep_up, "upkeep")

    def is_working(self) -> bool:
        """Return whether everything that was started still runs."""
        return all(t.is_alive() for t in self._threads)

    def reconcile(self) -> int:
        """Give a job to each submission that wants a grade and has none; return how many."""
        with self.database.write() as connection:
            lost = self.engine.without_job(connection)
            for identifier in lost:
                self._requeue(connection, identifier)
        if lost:
            LOG.warning("%s submissions had lost their job and got a new one", len(lost))
            self.engine.wake()
        return len(lost)

    def close(self) -> None:
        """Finish what is being graded, leave what waits, close the database."""
        self._stop.set()
        self.engine.wake()
        for thread in self._threads:
            thread.join()
        if self._graders is not None:
            self._graders.close()
        self.database.close()

    def _requeue(self, connection: Connection, identifier: int) -> None:
        turn = queueing.turn_of(connection, identifier)
        self.engine.submit(connection, [identifier], priority=-turn)

    def _start(self, target: object, name: str) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, name=f"gradcheck-{name}")
        self._threads.append(thread)
        thread.start()

    def _keep_up(self) -> None:
        while not self._stop.wait(self.settings.upkeep_seconds):
            try:
                self.reconcile()
            except Exception:
                LOG.exception("submissions without a job can't be looked for; trying again")


def _start_forkserver() -> None:
    """Start the process that graders are forked from, deaf to what tells this one to end.

    A terminal's Ctrl-C goes to all processes; graders have to finish what they grade. They
    end when this process does.
    """
    resource_tracker.ensure_running()  # here, as it unblocks the signals that are blocked below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
