"""Forking from a nursery, a process that has imported NumPy once: what its executors share."""

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
from collections.abc import Collection, Mapping, Sequence

from gradcheck.errors import WorkerStartError
from gradcheck.sandbox.executors._shared import WORKER, Pipes, close_all, environment, remove
from gradcheck.sandbox.layers import ALL_LAYERS

__all__ = ["ForkedChild", "Forking", "Nursery"]

SO_PASSCRED, SCM_CREDENTIALS = 16, 2
"""Linux's: who sent a message, as its receiver counts processes (a namespace has its own)."""
CREDENTIALS = struct.Struct("3i")
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


class Nursery:
    """The process that forks, and the socket to it.

    Parameters
    ----------
    interpreter : str
        The Python that it runs.
    prefix : sequence of str
        What stands before it on the command line, to lock it in; its folder follows where
        the last word is empty.
    """

    def __init__(self, interpreter: str, prefix: Sequence[str] = ()) -> None:
        self._folder = tempfile.mkdtemp(prefix="gradcheck-")
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
        try:
            self._process = subprocess.Popen(
                [*prefix, interpreter, "-I", WORKER, "nursery", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                cwd=self._folder,
                env=environment("/" if prefix else self._folder),
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
        self._sender = 0
        # Also at the end of the interpreter or when nobody holds the executor any more.
        self.close = weakref.finalize(
            self, _end, os.getpid(), self._process, self._socket, self._folder
        )

    def fork(self, pipes: Pipes) -> tuple[int, int]:
        """Return a new worker's process id, here and there; it has the pipes' other ends.

        The worker itself answers: so the system tells us its number here.
        """
        fds = array.array("i", pipes.theirs)
        there = self._ask(FORK, 0, [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        return self._sender, there

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
                data = self._hear()
            except OSError:
                data = b""
            if len(data) < ANSWER.size:
                self._give_up()
                raise NurseryGone
            self._socket.settimeout(PATIENCE)
        answer: int = ANSWER.unpack(data)[0]
        return answer

    def _hear(self) -> bytes:
        """Return an answer, and remember who sent it."""
        room = socket.CMSG_SPACE(CREDENTIALS.size)
        data, told, _, _ = self._socket.recvmsg(ANSWER.size, room, socket.MSG_WAITALL)
        for level, kind, content in told:
            if (level, kind) == (socket.SOL_SOCKET, SCM_CREDENTIALS):
                self._sender = CREDENTIALS.unpack(content)[0]
        return data

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
    nursery : Nursery
        The process that forked it.
    pid, there : int
        Its process id, as this side and as the nursery counts.
    pipes : Pipes
        This side's ends.
    """

    def __init__(self, nursery: Nursery, pid: int, there: int, pipes: Pipes) -> None:
        self.pid = pid
        self._there = there
        self.wires = pipes.watched()
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
            while self._status is None and self._nursery.look(self._there) is None:
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
                self._status = self._nursery.collect(self._there)
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


class Forking:
    """An executor that forks workers from one nursery.

    Parameters
    ----------
    layers : collection of str
        Of :mod:`gradcheck.sandbox.layers`; the worker puts them on itself.
    interpreter : str
        The Python that workers run.

    Attributes
    ----------
    absent : mapping
        What this executor is meant to give and can't, with the reason.
    """

    def __init__(
        self, layers: Collection[str] = ALL_LAYERS, *, interpreter: str = sys.executable
    ) -> None:
        self.layers = tuple(layers)
        self.interpreter = interpreter
        self.absent: Mapping[str, str] = {}
        self._nursery: Nursery | None = None
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

    def prefix(self) -> Sequence[str]:
        """Return what stands before the nursery on its command line."""
        return ()

    def _running(self) -> Nursery:
        if self._nursery is None or self._nursery.is_gone:
            self._nursery = Nursery(self.interpreter, self.prefix())
        return self._nursery

    def _forget(self) -> None:
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    @staticmethod
    def _forked(nursery: Nursery) -> ForkedChild:
        try:
            pipes = Pipes()
        except OSError as error:
            raise WorkerStartError(f"no worker process could be started: {error}") from error
        try:
            pid, there = nursery.fork(pipes)
            if pid <= 0 or there <= 0:  # it answers nonsense
                nursery.close()
                raise NurseryGone
        except NurseryGone:
            close_all(pipes.ours)
            raise
        finally:
            close_all(pipes.theirs)
        return ForkedChild(nursery, pid, there, pipes)
