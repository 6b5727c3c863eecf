"""Forks each worker from a nursery inside namespaces of its own, made by bubblewrap.

The nursery and its workers see a file system of read-only libraries, no network, and no process
but their own. Where bubblewrap isn't installed or the system doesn't let it make namespaces,
workers are forked without it, and the executor says why (``absent``).
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from gradcheck.sandbox.executors._forking import Forking
from gradcheck.sandbox.executors._layout import hidden, layout, readable
from gradcheck.sandbox.executors._shared import last_words, tried

__all__ = ["EXECUTOR", "Bubblewrap"]

PROGRAM = "bwrap"
NAMESPACES = "namespaces"
HOME = "/worker"


class Bubblewrap(Forking):
    """The executor whose nursery lives in namespaces of its own."""

    def prefix(self) -> Sequence[str]:
        """Return the command that makes the namespaces; nothing where that doesn't work."""
        words, reason = _prefix(self.interpreter)
        self.absent = {NAMESPACES: reason} if reason else {}
        return words


EXECUTOR = Bubblewrap


@functools.cache
def _prefix(interpreter: str) -> tuple[tuple[str, ...], str]:
    """Return the command that makes namespaces for an interpreter, or why there is none."""
    program = shutil.which(PROGRAM)
    if program is None:
        return (), "bubblewrap isn't installed (Debian, Ubuntu: apt-get install bubblewrap)"
    try:
        words = (program, *_options(layout(interpreter)))
        done = tried([*words, interpreter, "-I", "-S", "-c", ""])
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return (), str(error)
    if done.returncode:
        return (), last_words(done, "bubblewrap")
    return words, ""


def _options(found: Mapping[str, Sequence[str]]) -> list[str]:
    """Return bubblewrap's options; what is bound later lies on top."""
    options = [
        "--unshare-all", "--die-with-parent", "--as-pid-1", "--hostname", "worker",
        "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
    ]  # fmt: skip
    for path in readable(found):
        options += ["--ro-bind-try", path, path]
    empty, on_top = hidden(found)
    for path in empty:
        options += ["--tmpfs", path]
    for path in on_top:
        options += ["--ro-bind", path, path]
    return [*options, "--tmpfs", HOME, "--chdir", HOME]
