"""The engine of many hosts on PostgreSQL: Procrastinate keeps the jobs.

A worker tells every few seconds that it lives; the jobs of one that no longer does are put
again by any other. So a job may run twice, which the unique key of the grades makes harmless.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from sqlalchemy import Connection, text

from gradcheck.service.database import Database
from gradcheck.service.engines.base import RETRY_SECONDS, Handler, TryAgain

__all__ = ["ENGINE", "ClusterEngine"]

LOG = logging.getLogger("gradcheck.service")
QUEUE = "gradcheck"
TASK = "gradcheck-grade"
POLL_SECONDS = 1.0
"""PostgreSQL's notifications get lost at times; then a job waits so long."""
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 15.0
"""A worker that was silent for so long is taken for dead: three heartbeats."""
REAP_SECONDS = 5.0
LOOK_SECONDS = 0.2
"""How often a worker looks whether it is to stop."""
CONNECTIONS = 4
"""Beside those of the slots: fetching, listening, heartbeat, reaper."""
MISSING = text("""
    SELECT id FROM submission WHERE state IN ('waiting', 'grading') AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS held
        WHERE held.queueing_lock = 'gradcheck-' || submission.id
          AND held.queue_name = :queue AND held.status IN ('todo', 'doing'))
    ORDER BY id
""")
CANCEL = text("""
    DELETE FROM procrastinate_jobs
    WHERE queue_name = :queue AND status = 'todo' AND queueing_lock = ANY(:locks)
""")
DEPTH = text("""
    SELECT count(*) FROM procrastinate_jobs WHERE queue_name = :queue AND status = 'todo'
""")
IS_PREPARED = text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")


class ClusterEngine:
    """Jobs are Procrastinate's; any number of workers on any number of hosts run them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        url = database.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._app = App(connector=SyncPsycopgConnector(conninfo=self._address))
        with database.write() as connection:
            database.exclude_others(connection)
            if not connection.execute(IS_PREPARED).scalar_one():
                _raw(connection).execute(self._app.schema_manager.get_schema())

    def submit(self, connection: Connection, ids: Sequence[int], *, priority: int) -> None:
        """Put a job for each submission."""
        self._defer(connection, ids, priority)

    def _defer(
        self, connection: Connection, ids: Sequence[int], priority: int, delay: int = 0
    ) -> None:
        options: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
        for identifier in ids:
            job = self._app.configure_task(
                TASK, queue=QUEUE, priority=priority, queueing_lock=_lock(identifier),
                connection=_raw(connection), **options,
            )  # fmt: skip
            # refused if one waits already: the savepoint keeps the transaction alive
            with contextlib.suppress(AlreadyEnqueued), connection.begin_nested():
                job.defer(identifier=identifier)

    def cancel(self, connection: Connection, ids: Sequence[int]) -> None:
        """Take away the jobs of these submissions that don't run yet."""
        connection.execute(CANCEL, {"queue": QUEUE, "locks": [_lock(k) for k in ids]})

    def depth(self, connection: Connection) -> int:
        """Return how many jobs wait."""
        depth: int = connection.execute(DEPTH, {"queue": QUEUE}).scalar_one()
        return depth

    def without_job(self, connection: Connection) -> list[int]:
        """Return the submissions that wait, or are being graded, and have no job."""
        return list(connection.execute(MISSING, {"queue": QUEUE}).scalars())

    def wake(self) -> None:
        """Do nothing: PostgreSQL tells the workers of what was committed."""

    def run_worker(self, handler: Handler, *, slots: int, stop: threading.Event) -> None:
        """Run jobs, so many at once, until told to stop; then finish those that run."""
        while not stop.is_set():
            try:
                asyncio.run(self._work(handler, slots, stop))
            except Exception:
                LOG.exception("the queue can't be read; trying again")
                stop.wait(REAP_SECONDS)

    async def _work(self, handler: Handler, slots: int, stop: threading.Event) -> None:
        connector = PsycopgConnector(
            conninfo=self._address, min_size=1, max_size=slots + CONNECTIONS
        )
        app = App(connector=connector)

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        def grade(context: Any, identifier: int) -> None:
            self._run(handler, context.job, identifier)

        threads = ThreadPoolExecutor(slots + CONNECTIONS)
        asyncio.get_running_loop().set_default_executor(threads)
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE], concurrency=slots, delete_jobs="always",
                    fetch_job_polling_interval=POLL_SECONDS, install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            )  # fmt: skip
            reaper = asyncio.create_task(self._reap(app))
            told = asyncio.create_task(_until(stop))
            await asyncio.wait({worker, reaper, told}, return_when=asyncio.FIRST_COMPLETED)
            reaper.cancel()
            told.cancel()
            worker.cancel()  # finishes what runs
            results = await asyncio.gather(worker, reaper, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _run(self, handler: Handler, job: Job, identifier: int) -> None:
        try:
            handler(identifier)
        except Exception as error:
            if not isinstance(error, TryAgain):
                LOG.exception("submission %s: grading it failed; trying again", identifier)
            # a new job rather than Procrastinate's retry, which fails if one waits already
            with self._database.write() as connection:
                self._defer(connection, [identifier], job.priority, RETRY_SECONDS)

    async def _reap(self, app: App) -> None:
        """Put the jobs of workers that died again, for ever."""
        while True:
            try:
                await app.job_manager.prune_stalled_workers(STALLED_SECONDS)
                stalled = await app.job_manager.get_stalled_jobs(
                    queue=QUEUE, seconds_since_heartbeat=STALLED_SECONDS
                )
                for job in stalled:
                    await asyncio.to_thread(self._put_again, job)
                    assert job.id is not None
                    await app.job_manager.finish_job_by_id_async(
                        job_id=job.id, status=Status.FAILED, delete_job=True
                    )
            except ConnectorException as error:
                # another worker may have reaped it at the same time
                LOG.warning("a dead worker's jobs can't be put again: %r", error.__cause__)
            await asyncio.sleep(REAP_SECONDS)

    def _put_again(self, job: Job) -> None:
        identifier = int(str(job.task_kwargs["identifier"]))
        LOG.warning("submission %s: its worker died; it is graded by another", identifier)
        with self._database.write() as connection:
            self._defer(connection, [identifier], job.priority)


async def _until(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(LOOK_SECONDS)


def _lock(identifier: int) -> str:
    return f"gradcheck-{identifier}"


def _raw(connection: Connection) -> Any:
    """Return psycopg's own connection, in the same transaction."""
    return connection.connection.driver_connection


ENGINE = ClusterEngine
