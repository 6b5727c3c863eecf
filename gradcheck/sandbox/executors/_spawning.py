"""Starting each worker as a fresh interpreter: what its executors share."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence

from gradcheck.errors import WorkerStartError
from gradcheck.sandbox.executors import Child
from gradcheck.sandbox.executors._shared import WORKER, Pipes, close_all, environment, remove
from gradcheck.sandbox.layers import ALL_LAYERS

__all__ = ["SpawnedChild", "Spawning", "spawned"]

LOOK_AGAIN = 0.001
"""Seconds between two looks at a child that is about to end."""


class SpawnedChild:
    """A worker process with its pipes and its empty folder.

    Parameters
    ----------
    process : subprocess.Popen
        The child, leader of its own session.
    pipes : Pipes
        Between it and this side.
    folder : str
        The child's working directory, removed by :meth:`close`.
    """

    def __init__(self, process: subprocess.Popen[bytes], pipes: Pipes, folder: str) -> None:
        self.pid = process.pid
        self.wires = pipes.watched()
        self._process = process
        # Also at the end of the interpreter or when nobody holds the child any more.
        self._end = weakref.finalize(self, _end, os.getpid(), process, pipes.ours, folder)

    def kill(self) -> None:
        """Kill the child's process group; harmless when it has been collected."""
        _kill(self._process)

    def wait(self, timeout: float = 0.0) -> int | None:
        """Return the exit status (negative: the signal), None if it still runs.

        Notes
        -----
        A child that has ended takes what it started with it: its group is killed before
        it is collected, for after that its number may belong to somebody else.
        """
        deadline = time.monotonic() + timeout
        while self._process.returncode is None and not _has_ended(self._process):
            if time.monotonic() >= deadline:
                return None
            time.sleep(LOOK_AGAIN)
        _kill(self._process)
        return self._process.wait()

    def close(self) -> None:
        """Kill the child, collect it, close the pipes, remove its folder."""
        self._end()


class Spawning:
    """An executor that starts ``python -I <worker folder>``, maybe behind another command.

    Parameters
    ----------
    layers : collection of str
        Of :mod:`gradcheck.sandbox.layers`; the worker puts them on itself.
    interpreter : str
        The Python that workers run.
    """

    def __init__(
        self, layers: Collection[str] = ALL_LAYERS, *, interpreter: str = sys.executable
    ) -> None:
        self.layers = tuple(layers)
        self.interpreter = interpreter
        self.absent: Mapping[str, str] = {}
        self._waiting: deque[Child] = deque()

    def prestart(self, count: int = 1) -> None:
        """Have ``count`` children waiting; :meth:`start` hands them out."""
        while len(self._waiting) < count:
            self._waiting.append(_in_lasting_thread(self._spawned))

    def start(self) -> Child:
        """Return a child started ahead of need, or a new one.

        Raises
        ------
        WorkerStartError
            If the system can't start a process.
        """
        try:
            return self._waiting.popleft()
        except IndexError:
            return _in_lasting_thread(self._spawned)

    def close(self) -> None:
        """End the children that nobody asked for."""
        while self._waiting:
            self._waiting.popleft().close()

    def prefix(self) -> Sequence[str]:
        """Return the command that the interpreter is started by; nothing: directly."""
        return ()

    def _spawned(self) -> Child:
        words = [*self.prefix(), self.interpreter, "-I", WORKER, "serve"]
        return spawned(lambda _: words)


def spawned(
    command: Callable[[str], Sequence[str]], *, is_on_streams: bool = False
) -> SpawnedChild:  # fmt: skip
    """Start a worker and return it.

    Parameters
    ----------
    command : callable
        Given the worker's folder, returns what is started.
    is_on_streams : bool
        Whether it speaks on its standard streams, and prints to its errors; else the numbers
        of two pipes follow its command.

    Raises
    ------
    WorkerStartError
        If the system can't start a process.
    """
    folder = tempfile.mkdtemp(prefix="gradcheck-")
    pipes = None
    try:
        pipes = Pipes()
        request, reply, stdout, stderr = pipes.theirs
        handed = () if is_on_streams else (request, reply)
        process = subprocess.Popen(
            [*command(folder), *map(str, handed)],
            stdin=request if is_on_streams else subprocess.DEVNULL,
            stdout=reply if is_on_streams else stdout,
            stderr=stderr,
            pass_fds=handed,
            cwd=folder,
            env=environment(folder),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        close_all(pipes.ours if pipes else ())
        remove(folder)
        raise WorkerStartError(f"no worker process could be started: {error}") from error
    finally:
        close_all(pipes.theirs if pipes else ())
    return SpawnedChild(process, pipes, folder)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13: can't look without collecting
        return process.poll() is not None
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process.pid, look) is not None


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return  # collected: the number may belong to somebody else by now
    with contextlib.suppress(ProcessLookupError, PermissionError):
        # The child leads its own group from before it executes anything.
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _end(owner: int, process: subprocess.Popen[bytes], pipes: Sequence[int], folder: str) -> None:
    if os.getpid() != owner:
        return  # a fork of the judge: the child isn't its own
    _kill(process)
    process.wait()
    close_all(pipes)
    remove(folder)


class _LastingThread:
    """A thread that lives as long as the interpreter and starts children for others.

    Linux kills a child that asked for it (``PR_SET_PDEATHSIG``) when the *thread* that
    started it ends, so a thread of a pool must not be the one that starts it.
    """

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="gradcheck-spawn", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._tasks.get()()

    def call(self, function: Callable[[], Child]) -> Child:
        done: queue.SimpleQueue[Child | BaseException] = queue.SimpleQueue()

        def task() -> None:
            try:
                done.put(function())
            except BaseException as error:
                done.put(error)

        self._tasks.put(task)
        result = done.get()
        if isinstance(result, BaseException):
            raise result
        return result


_lasting: dict[int, _LastingThread] = {}
_lock = threading.Lock()


def _in_lasting_thread(function: Callable[[], Child]) -> Child:
    if threading.current_thread() is threading.main_thread():
        return function()
    with _lock:  # by process: threads don't survive a fork of the judge
        thread = _lasting.get(os.getpid())
        if thread is None:
            thread = _lasting[os.getpid()] = _LastingThread()
    return thread.call(function)
