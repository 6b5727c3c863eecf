"""What executors share: the worker's folder, its environment, pipes, folders that go away.

Imports the standard library only: the pytest entry file starts a worker before anything
heavy is imported, so that NumPy's 0.1 s import there overlaps ours.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
from collections.abc import Sequence

from gradcheck.sandbox.wires import PolledPipes

__all__ = ["NO_CLOCK", "WORKER", "Pipes", "close_all", "environment", "last_words", "remove",
           "tried"]  # fmt: skip

WORKER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "worker")
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PASSED_ON = ("LD_LIBRARY_PATH", "SYSTEMROOT")
"""Without these some interpreters can't find their own shared libraries."""
TRIAL_SECONDS = 20.0
NO_CLOCK = 0
"""No process has this number: the clock of a child that is given it can't be read."""


class Pipes:
    """The four pipes between the judge and a worker.

    Attributes
    ----------
    ours, theirs : list of int
        The ends of the request, the reply, the output and the error pipe. Ours don't block.
    """

    def __init__(self) -> None:
        self.ours: list[int] = []
        self.theirs: list[int] = []
        try:
            request_out, request_in = os.pipe()
            self.ours.append(request_in)
            self.theirs.append(request_out)
            for _ in ("reply", "stdout", "stderr"):
                out, into = os.pipe()
                self.ours.append(out)
                self.theirs.append(into)
            for pipe in self.ours:
                os.set_blocking(pipe, False)
        except OSError:
            close_all((*self.ours, *self.theirs))
            raise

    def watched(self) -> PolledPipes:
        """Return this side's ends as wires."""
        request, reply, stdout, stderr = self.ours
        return PolledPipes(request=request, reply=reply, stdout=stdout, stderr=stderr)


def environment(folder: str) -> dict[str, str]:
    """Return the child's environment, built from nothing: no token can leak through it."""
    fixed = {"LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder}
    threads = dict.fromkeys(THREAD_VARIABLES, "1")
    needed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**fixed, **threads, **needed}


def tried(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a command that tells whether something works here, and return what it said.

    Raises
    ------
    OSError, subprocess.TimeoutExpired
        If it can't be run, or doesn't end.
    """
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=TRIAL_SECONDS, env={"LANG": "C.UTF-8", "PATH": os.defpath},
    )  # fmt: skip


def last_words(done: subprocess.CompletedProcess[bytes], program: str) -> str:
    """Return the last line of a failed program's errors, else how it ended."""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else f"{program} ended with {done.returncode}"


def close_all(pipes: Sequence[int]) -> None:
    """Close descriptors; those that are closed already do no harm."""
    for pipe in pipes:
        with contextlib.suppress(OSError):
            os.close(pipe)


def remove(folder: str) -> None:
    """Remove a folder in which a submission may have done anything."""
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):
        return
    for path, folders, _ in os.walk(folder):
        for name in [path, *(os.path.join(path, name) for name in folders)]:
            if not os.path.islink(name):
                with contextlib.suppress(OSError):
                    os.chmod(name, stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
