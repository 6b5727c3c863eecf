"""Starts each worker under a Seatbelt profile, by macOS's ``sandbox-exec``. Untested so far.

The profile allows to read the interpreter's libraries and NumPy, and denies the rest of what a
submission could want: other files, writing, the network, new processes, signals. Where the
program is missing or the interpreter doesn't start under the profile, workers are spawned
without it, and the executor says why (``absent``). What then holds is what a worker's probes
observe, as everywhere.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence

from gradcheck.sandbox.executors._shared import WORKER, last_words, tried
from gradcheck.sandbox.executors._spawning import Spawning

__all__ = ["EXECUTOR", "Seatbelt", "profile"]

PROGRAM = "sandbox-exec"
NAME = "seatbelt"
LIBRARIES = """
import importlib.util, sys, sysconfig
numpy = importlib.util.find_spec("numpy")
found = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib")}
found |= set(numpy.submodule_search_locations if numpy else ())
print(*sorted(found), sep="\\n")
"""
"""Asked of the interpreter that workers run, which may not be ours."""
SYSTEM = ("/usr/lib", "/usr/share", "/System/Library", "/Library/Frameworks",
          "/var/db/dyld", "/dev/null", "/dev/random", "/dev/urandom")  # fmt: skip


class Seatbelt(Spawning):
    """The executor whose workers start under a profile."""

    def prefix(self) -> Sequence[str]:
        """Return the command that applies the profile; nothing where that doesn't work."""
        words, reason = _prefix(self.interpreter)
        self.absent = {NAME: reason} if reason else {}
        return words


EXECUTOR = Seatbelt


def profile(interpreter: str, libraries: Sequence[str]) -> str:
    """Return the profile, in Seatbelt's own language.

    Parameters
    ----------
    interpreter : str
        The one program that may be executed: it is, when the worker starts.
    libraries : sequence of str
        Folders that may be read, beside the system's own.
    """
    folders = (*SYSTEM, *libraries, WORKER)
    readable_from = dict.fromkeys(p for f in folders for p in (f, os.path.realpath(f)))
    readable = "\n".join(f"  (subpath {_quoted(p)})" for p in readable_from)
    programs = {interpreter, os.path.realpath(interpreter)}
    executable = "\n".join(f"  (literal {_quoted(p)})" for p in sorted(programs))
    return (
        "(version 1)\n(deny default)\n"
        "(allow sysctl-read)\n(allow file-read-metadata)\n"
        f"(allow file-read*\n{readable}\n{executable})\n"
        f"(allow process-exec\n{executable})\n"
    )


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


@functools.cache
def _prefix(interpreter: str) -> tuple[tuple[str, ...], str]:
    """Return the command that applies the profile, or why there is none."""
    program = shutil.which(PROGRAM)
    if program is None:
        return (), f"{PROGRAM} isn't there"
    try:
        asked = tried([interpreter, "-I", "-c", LIBRARIES])
        words = (program, "-p", profile(interpreter, asked.stdout.decode().splitlines()))
        done = tried([*words, interpreter, "-I", "-c", "import numpy"])
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return (), str(error)
    if asked.returncode or done.returncode:
        return (), last_words(done, PROGRAM)
    return words, ""
