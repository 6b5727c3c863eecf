"""Forks each worker from a nursery, a process that has imported NumPy once.

A fork costs a twentieth of a fresh interpreter with NumPy. The nursery is the worker's own
program (:mod:`gradcheck.sandbox.worker`): it holds no secret, and the forked worker differs
from a fresh one in nothing that a submission could rely on. Linux only: elsewhere libraries
don't survive a fork.
"""

from __future__ import annotations

import array
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence

from gradcheck.errors import WorkerStartError
from gradcheck.sandbox.executors._shared import WORKER, Pipes, close_all, environment, remove

__all__ = ["EXECUTOR", "Fork", "ForkedChild"]

REQUEST = struct.Struct("<ci")
ANSWER = struct.Struct("<i")
FORK, LOOK, COLLECT = b"F", b"L", b"C"
RUNS = -(2**31)
"""The protocol of :mod:`gradcheck.sandbox.worker.nursery`, which this side can't import."""
FIRST_PATIENCE = 60.0
"""Seconds for the first answer: importing NumPy on a loaded machine, at the longest."""
PATIENCE = 10.0
"""Seconds for a later one: a fork takes milliseconds, removing a folder not much more."""
LOOK_AGAIN = 0.001
"""Seconds between two looks at a child that is about to end."""
ATTEMPTS = 2
"""A nursery that a submission has killed is replaced once, for each start."""


class NurseryGone(Exception):
    """The nursery has ended, and all its children with it."""


class _Nursery:
    """The process that forks, and the socket to it."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="gradcheck-")
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", WORKER, "nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                cwd=self._folder,
                env=environment(self._folder),
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            remove(self._folder)
            raise WorkerStartError(f"no worker process could be started: {error}") from error
        finally:
            theirs.close()
        ours.settimeout(FIRST_PATIENCE)
        self._socket = ours
        self.is_gone = False
        # Also at the end of the interpreter or when nobody holds the executor any more.
        self.close = weakref.finalize(
            self, _end, os.getpid(), self._process, self._socket, self._folder
        )

    def fork(self, pipes: Pipes) -> int:
        """Return the process id of a new worker that has the other ends of the pipes."""
        fds = array.array("i", pipes.theirs)
        return self._ask(FORK, 0, [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])

    def look(self, pid: int) -> int | None:
        """Return how a worker ended, None while it runs."""
        status = self._ask(LOOK, pid)
        return None if status == RUNS else status

    def collect(self, pid: int) -> int:
        """End a worker, remove its folder, return how it ended."""
        return self._ask(COLLECT, pid)

    def _ask(
        self, operation: bytes, pid: int, rights: Sequence[tuple[int, int, array.array[int]]] = ()
    ) -> int:  # fmt: skip
        with self._lock:
            if self.is_gone:
                raise NurseryGone
            try:
                self._socket.sendmsg([REQUEST.pack(operation, pid)], rights)
                data = self._socket.recv(ANSWER.size, socket.MSG_WAITALL)
            except OSError:
                data = b""
            if len(data) < ANSWER.size:
                self._give_up()
                raise NurseryGone
            self._socket.settimeout(PATIENCE)
        answer: int = ANSWER.unpack(data)[0]
        return answer

    def _give_up(self) -> None:
        """End a nursery that doesn't answer: a late answer would pass for the next one's."""
        self.is_gone = True
        self._process.kill()  # also if it stands stopped
        self.close()


def _end(
    owner: int, process: subprocess.Popen[bytes], control: socket.socket, folder: str
) -> None:
    if os.getpid() != owner:
        return  # a fork of the judge: the nursery isn't its own
    control.close()  # it ends its workers, removes their folders, and itself
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    remove(folder)


class ForkedChild:
    """A worker process with its pipes.

    Parameters
    ----------
    nursery : _Nursery
        The process that forked it.
    pid : int
        Its process id.
    pipes : Pipes
        This side's ends.
    """

    def __init__(self, nursery: _Nursery, pid: int, pipes: Pipes) -> None:
        self.pid = pid
        self.request, self.reply, self.stdout, self.stderr = pipes.ours
        self._pipes = pipes.ours
        self._nursery = nursery
        self._status: int | None = None
        self._handle = _handle(pid)

    def kill(self) -> None:
        """Kill the child's process group; harmless when it has been collected."""
        if self._status is not None:
            return  # the number may belong to somebody else by now
        for end in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                end(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = 0.0) -> int | None:
        """Return the exit status (negative: the signal), None if it still runs.

        Notes
        -----
        A child that has ended takes what it started with it: its group is killed as it is
        collected, for after that its number may belong to somebody else.
        """
        deadline = time.monotonic() + timeout
        try:
            while self._status is None and self._nursery.look(self.pid) is None:
                if time.monotonic() >= deadline:
                    return None
                time.sleep(LOOK_AGAIN)
        except NurseryGone:
            self._status = self._orphaned()
        return self._collected()

    def close(self) -> None:
        """Kill the child, collect it, close the pipes, remove its folder."""
        self._collected()
        close_all((*self._pipes, *([] if self._handle is None else [self._handle])))
        self._pipes, self._handle = [], None

    def _collected(self) -> int:
        if self._status is None:
            try:
                self._status = self._nursery.collect(self.pid)
            except NurseryGone:
                self._status = self._orphaned()
        return self._status

    def _orphaned(self) -> int:
        """End a worker whose nursery is gone; it dies with it, unless it has seen to that."""
        with contextlib.suppress(OSError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, 0)  # lives: its number is still its own
                self.kill()
        return -signal.SIGKILL


def _handle(pid: int) -> int | None:
    """Return a descriptor that stands for a process, and for no later one of its number."""
    with contextlib.suppress(OSError, AttributeError):
        return os.pidfd_open(pid)
    return None


class Fork:
    """The executor that forks workers from one nursery."""

    def __init__(self) -> None:
        self._nursery: _Nursery | None = None
        self._lock = threading.Lock()

    def prestart(self, count: int = 1) -> None:
        """Start the nursery, without waiting for it: a fork needs no head start."""
        del count
        with self._lock:
            self._running()

    def start(self) -> ForkedChild:
        """Return a new child.

        Raises
        ------
        WorkerStartError
            If the system can't start a process.
        """
        with self._lock:
            for _ in range(ATTEMPTS):
                try:
                    return self._forked(self._running())
                except NurseryGone:
                    self._forget()
        raise WorkerStartError("the process that forks workers ended twice; is the machine out of "
                               "memory or processes?")  # fmt: skip

    def close(self) -> None:
        """End the nursery and every child that it has."""
        with self._lock:
            self._forget()

    def _running(self) -> _Nursery:
        if self._nursery is None or self._nursery.is_gone:
            self._nursery = _Nursery()
        return self._nursery

    def _forget(self) -> None:
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    @staticmethod
    def _forked(nursery: _Nursery) -> ForkedChild:
        try:
            pipes = Pipes()
        except OSError as error:
            raise WorkerStartError(f"no worker process could be started: {error}") from error
        try:
            pid = nursery.fork(pipes)
            if pid <= 0:  # it answers nonsense
                nursery.close()
                raise NurseryGone
        except NurseryGone:
            close_all(pipes.ours)
            raise
        finally:
            close_all(pipes.theirs)
        return ForkedChild(nursery, pid, pipes)


EXECUTOR = Fork
