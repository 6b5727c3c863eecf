"""Runs a worker: grades what servers on the same PostgreSQL put in the queue."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from gradcheck.errors import UsageError
from gradcheck.service.core import Service
from gradcheck.service.server import end_at_once, prepare_log
from gradcheck.service.settings import Settings

__all__ = ["work"]


def work(settings: Settings) -> None:
    """Grade until SIGINT or SIGTERM, then finish what is being graded.

    Raises
    ------
    UsageError
        If the database is SQLite, whose server grades itself, or can't be opened.
    """
    prepare_log()
    if "://" not in settings.database or settings.database.startswith("sqlite"):
        raise UsageError(
            "a worker needs PostgreSQL: --database postgresql://…; on SQLite gradcheck serve "
            "grades itself, --jobs says how many at once"
        )
    service = Service(settings)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if ended.is_set():
            end_at_once()
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    service.start_worker(settings.jobs)
    print(f"gradcheck grades {settings.jobs} at once (database: {service.database.name})",
          flush=True)  # fmt: skip
    ended.wait()
    service.close()
