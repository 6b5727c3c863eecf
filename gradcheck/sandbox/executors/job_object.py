"""Starts each worker in a Job Object, for Windows. Untested on Windows so far.

The job ends its worker when the judge ends, however that comes; what the worker may use (memory,
CPU time, no other process) it puts on itself in a job of its own, as data from the judge, and
reports what is in force. Windows offers no more without an administrator: level 1.

Pipes can't be watched there, and a process inherits handles, not numbers: the worker speaks on
its standard streams, and prints to its errors. How much CPU time it uses isn't seen from
outside; deadlines go by the wall's clock, as on macOS. Where there is no Job Object, as in the
tests, which run this on other systems, the executor says so (``absent``).
"""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import tempfile
import time
import weakref
from typing import Any

from gradcheck.errors import WorkerStartError
from gradcheck.sandbox.executors._shared import NO_CLOCK, WORKER, environment, remove
from gradcheck.sandbox.executors._spawning import LOOK_AGAIN, Spawning
from gradcheck.sandbox.wires import ThreadedPipes

if sys.platform == "win32":
    import ctypes

__all__ = ["EXECUTOR", "Job", "JobChild", "JobObject", "kernel32"]

NAME = "job-object"
EXTENDED_LIMITS, SIZE = 9, 144
"""``JOBOBJECT_EXTENDED_LIMIT_INFORMATION``: its class and, of 64-bit Windows, its bytes."""
FLAGS_AT, KILL_ON_CLOSE = 16, 0x2000
"""Where ``LimitFlags`` stands, and ``JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE``."""


def kernel32() -> Any:
    """Return Windows' functions, told what they take; None elsewhere."""
    if sys.platform == "win32" and sys.maxsize > 2**32:  # else the limits stand elsewhere
        library: Any = ctypes.WinDLL("kernel32", use_last_error=True)
        handle, number = ctypes.c_void_p, ctypes.c_uint32
        library.CreateJobObjectW.restype = handle
        library.CreateJobObjectW.argtypes = [handle, ctypes.c_wchar_p]
        library.SetInformationJobObject.argtypes = [handle, ctypes.c_int, ctypes.c_char_p, number]
        library.AssignProcessToJobObject.argtypes = [handle, handle]
        library.CloseHandle.argtypes = [handle]
        return library
    return None


class Job:
    """A Job Object that ends its processes when it is closed, or when its owner ends.

    Parameters
    ----------
    library : object
        Of :func:`kernel32`.
    process : int
        The handle of the process that it takes in.

    Raises
    ------
    OSError
        If Windows refuses.
    """

    def __init__(self, library: Any, process: int) -> None:
        self._library = library
        self._handle = library.CreateJobObjectW(None, None)
        limits = bytearray(SIZE)
        struct.pack_into("<I", limits, FLAGS_AT, KILL_ON_CLOSE)
        is_ready = (
            self._handle
            and library.SetInformationJobObject(self._handle, EXTENDED_LIMITS, bytes(limits), SIZE)
            and library.AssignProcessToJobObject(self._handle, process)
        )
        if not is_ready:
            self.close()
            raise OSError("no Job Object could be made for it")

    def close(self) -> None:
        """End the processes in it."""
        if self._handle:
            self._library.CloseHandle(self._handle)
            self._handle = None


class JobChild:
    """A worker on its standard streams.

    Parameters
    ----------
    process : subprocess.Popen
        Its three streams are unbuffered pipes.
    job : Job or None
        What it is in.
    folder : str
        The child's working directory, removed by :meth:`close`.
    """

    def __init__(self, process: subprocess.Popen[bytes], job: Job | None, folder: str) -> None:
        assert process.stdin and process.stdout and process.stderr
        self.pid = NO_CLOCK
        self.wires = ThreadedPipes(
            process.stdin, {"reply": process.stdout, "stderr": process.stderr}
        )
        self._process = process
        self._end = weakref.finalize(self, _end, process, self.wires, job, folder)

    def kill(self) -> None:
        """Kill the child; harmless when it has ended."""
        self._process.kill()

    def wait(self, timeout: float = 0.0) -> int | None:
        """Return the exit status, None if it still runs."""
        deadline = time.monotonic() + timeout
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)
        return self._process.returncode

    def close(self) -> None:
        """Kill the child, collect it, close the pipes, remove its folder."""
        self._end()


class JobObject(Spawning):
    """The executor whose workers are each in a Job Object."""

    def _spawned(self) -> JobChild:
        folder = tempfile.mkdtemp(prefix="gradcheck-")
        try:
            process = subprocess.Popen(
                [self.interpreter, "-I", WORKER, "stdio"], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd=folder,
                env=environment(folder), creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except (OSError, ValueError) as error:
            remove(folder)
            raise WorkerStartError(f"no worker process could be started: {error}") from error
        return JobChild(process, self._job(process), folder)

    def _job(self, process: subprocess.Popen[bytes]) -> Job | None:
        library = kernel32()
        self.absent = {NAME: "only 64-bit Windows has one"} if library is None else {}
        if library is None:
            return None
        try:
            return Job(library, int(process._handle))  # type: ignore[attr-defined]
        except OSError as error:
            self.absent = {NAME: str(error)}
            return None


EXECUTOR = JobObject


def _end(
    process: subprocess.Popen[bytes], wires: ThreadedPipes, job: Job | None, folder: str
) -> None:
    process.kill()
    if job is not None:  # with what the interpreter's launcher has started
        job.close()
    process.wait()
    wires.close()
    for file in (process.stdin, process.stdout, process.stderr):
        with contextlib.suppress(OSError):
            if file is not None:
                file.close()
    remove(folder)
