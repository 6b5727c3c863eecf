"""What an engine is: it keeps jobs and runs them, each at least once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection

__all__ = ["RETRY_SECONDS", "Engine", "Handler", "TryAgain"]

RETRY_SECONDS = 1
"""How long a job waits after a failure of ours."""
Handler = Callable[[int], None]
"""Grades the submission of that id; raises TryAgain if the job is to be run again."""


class TryAgain(Exception):
    """The job wasn't done, by no fault of the submission's."""


class Engine(Protocol):
    """Runs jobs; a job is a submission's id.

    Jobs are put and taken away in the caller's transaction: they are there exactly if the
    submission is. A job may be run twice, never not at all; a second job for a submission
    that has one waiting is none.
    """

    def submit(self, connection: Connection, ids: Sequence[int], *, priority: int) -> None:
        """Put a job for each submission; the highest priority runs first, then the oldest."""

    def cancel(self, connection: Connection, ids: Sequence[int]) -> None:
        """Take away the jobs of these submissions that don't run yet."""

    def depth(self, connection: Connection) -> int:
        """Return how many jobs wait."""

    def without_job(self, connection: Connection) -> list[int]:
        """Return the submissions that wait, or are being graded, and have no job."""

    def wake(self) -> None:
        """Say that a transaction with new jobs is committed."""

    def run_worker(self, handler: Handler, *, slots: int, stop: threading.Event) -> None:
        """Run jobs, so many at once, until told to stop; then finish those that run."""
