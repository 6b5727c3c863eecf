"""Forks each worker from a nursery inside namespaces of its own, made by bubblewrap.

The nursery and its workers see a file system of read-only libraries, no network, and no process
but their own. Where bubblewrap isn't installed or the system doesn't let it make namespaces,
workers are forked without it, and the executor says why (``absent``).
"""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from collections.abc import Sequence

from gradcheck.sandbox.executors._forking import Forking
from gradcheck.sandbox.executors._shared import WORKER, last_words, tried

__all__ = ["EXECUTOR", "Bubblewrap"]

PROGRAM = "bwrap"
NAMESPACES = "namespaces"
LAYOUT = """
import glob, importlib.util, json, os, sys, sysconfig
numpy = importlib.util.find_spec("numpy")
folders = [] if numpy is None else list(numpy.submodule_search_locations)
library = sysconfig.get_path("stdlib")
print(json.dumps({
    "programs": sorted({os.path.dirname(sys.executable),
                        os.path.dirname(os.path.realpath(sys.executable))}),
    "files": [os.path.join(sys.prefix, "pyvenv.cfg"),
              *glob.glob(os.path.join(sys.base_prefix, "lib", "libpython*"))],
    "libraries": sorted({library, sysconfig.get_path("platstdlib")}),
    "hidden": [p for name in ("site-packages", "dist-packages")
               if os.path.isdir(p := os.path.join(library, name))],
    "numpy": [p for f in folders for p in (f, f + ".libs") if os.path.isdir(p)],
}))
"""
"""Asked of the interpreter that workers run, which may not be ours."""
SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
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
        asked = tried([interpreter, "-I", "-c", LAYOUT])
        if asked.returncode:
            return (), f"{interpreter} doesn't tell where it keeps its libraries"
        words = (program, *_options(json.loads(asked.stdout)))
        done = tried([*words, interpreter, "-I", "-S", "-c", ""])
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return (), str(error)
    if done.returncode:
        return (), last_words(done, "bubblewrap")
    return words, ""


def _options(layout: dict[str, list[str]]) -> list[str]:
    """Return bubblewrap's options; what is bound later lies on top."""
    bound = [*SYSTEM, *layout["programs"], *layout["files"], *layout["libraries"]]
    options = [
        "--unshare-all", "--die-with-parent", "--as-pid-1", "--hostname", "worker",
        "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
    ]  # fmt: skip
    for path in dict.fromkeys(bound):
        options += ["--ro-bind-try", path, path]
    for path in layout["hidden"]:
        options += ["--tmpfs", path]
    for path in (*layout["numpy"], WORKER):
        options += ["--ro-bind", path, path]
    return [*options, "--tmpfs", HOME, "--chdir", HOME]
