"""Processes that grade: for batches and for the service.

A grader is a process of ours that runs the pipeline; the student's code runs in workers that
it starts. Graders are forked by a server process that has imported everything once, and live
for many submissions, so that examples are drawn once in each. One that dies (out of memory,
killed) takes nothing with it: the submission is graded again by another, and at last told
as our failure, never as the student's.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import queue
import signal
import tempfile
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from gradcheck.api import grade
from gradcheck.errors import InternalError
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.sandbox.default import default_executor, strengthened
from gradcheck.sandbox.executors import Executor

__all__ = ["GraderDied", "Graders", "Task", "has_server"]

TRIES = 3
"""How often a submission is begun before its grader's death is told as the result."""
AHEAD = 2
"""Workers started ahead of need: one to recognise a submission, one to judge it."""


LONGEST_FOLDER = 60
"""Bytes: a socket's path may have 104 to 108, and multiprocessing adds some 40."""


class GraderDied(InternalError):
    """The process that graded ended; nothing is said of the submission."""


@dataclass(frozen=True)
class Task:
    """One submission to grade."""

    submission: Submission
    spec: AssignmentSpec | None = None
    options: Options = field(default_factory=Options)


class Graders:
    """A number of grading processes.

    Parameters
    ----------
    processes : int
        How many submissions are graded at once.
    interpreter : str or None
        The Python that runs students' code; else as :func:`default_executor` says.
    """

    def __init__(self, processes: int, *, interpreter: str | None = None) -> None:
        self._interpreter = interpreter
        # Python puts the working folder first on the path of what it starts with -c, and there
        # a submission's struct.py would stand in for the library's
        os.environ["PYTHONSAFEPATH"] = "1"
        self._context = _context()
        self._tasks: queue.SimpleQueue[tuple[Task, Future[Report]] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"gradcheck-grader-{k}", daemon=True)
            for k in range(processes)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task) -> Future[Report]:
        """Return the report-to-be of a task.

        The future raises a GradcheckError: what the pipeline raised, or GraderDied.
        """
        future: Future[Report] = Future()
        self._tasks.put((task, future))
        return future

    def close(self) -> None:
        """Finish what is being graded, drop what waits, end the processes."""
        while True:
            try:
                waiting = self._tasks.get_nowait()
            except queue.Empty:
                break
            if waiting is not None:
                waiting[1].cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        """Feed one process, and replace it when it dies."""
        pool = self._pool()
        try:
            while (waiting := self._tasks.get()) is not None:
                task, future = waiting
                if not future.set_running_or_notify_cancel():
                    continue
                for attempt in range(1, TRIES + 1):
                    try:
                        future.set_result(pool.submit(_grade, task).result())
                        break
                    except BrokenProcessPool:
                        pool.shutdown(wait=False)
                        pool = self._pool()
                        if attempt == TRIES:
                            future.set_exception(_death(task))
                    except BaseException as error:
                        future.set_exception(error)
                        break
        finally:
            pool.shutdown()

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1, mp_context=self._context, initializer=_begin, initargs=(self._interpreter,)
        )


def has_server() -> bool:
    """Return whether graders can be forked from a server process.

    It listens on a socket in the temporary folder, whose path the system limits; Windows can't
    fork.
    """
    can_fork = "forkserver" in multiprocessing.get_all_start_methods()
    return can_fork and len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER


def _context() -> multiprocessing.context.BaseContext:
    """Return how processes start: forked from a server, or afresh where there can be none."""
    if not has_server():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _death(task: Task) -> GraderDied:
    return GraderDied(
        f"{task.submission.id}: the process that graded it ended {TRIES} times before it was done; "
        "is the machine out of memory? Nothing is said of the submission: grade it again"
    )


def _begin(interpreter: str | None) -> None:
    """Prepare a process that grades."""
    # the terminal's Ctrl-C is the main process's business
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _executor
    _executor = default_executor(interpreter=interpreter)


_executor: Executor | None = None


def _end_with_parent() -> None:
    """End at once when the main process does, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _grade(task: Task) -> Report:
    """Run the pipeline, here."""
    global _executor
    assert _executor is not None
    _executor = strengthened(_executor, task.options.level_of(task.spec))
    _executor.prestart(AHEAD)
    return grade(task.submission, task.spec, executor=_executor, options=task.options)
