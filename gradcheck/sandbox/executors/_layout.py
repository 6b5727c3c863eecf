"""What an interpreter must be able to read, for executors that hide everything else."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence

from gradcheck.sandbox.executors._shared import WORKER, tried

__all__ = ["SYSTEM", "hidden", "layout", "readable"]

SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
ASK = """
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


@functools.cache
def layout(interpreter: str) -> Mapping[str, Sequence[str]]:
    """Return where an interpreter keeps what it needs.

    Raises
    ------
    OSError, subprocess.TimeoutExpired, ValueError
        If it doesn't tell.
    """
    asked = tried([interpreter, "-I", "-c", ASK])
    if asked.returncode:
        raise ValueError(f"{interpreter} doesn't tell where it keeps its libraries")
    found: dict[str, Sequence[str]] = json.loads(asked.stdout)
    return found


def readable(found: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the paths of a layout that hold more than is to be seen."""
    names = ("programs", "files", "libraries")
    return tuple(dict.fromkeys((*SYSTEM, *(path for name in names for path in found[name]))))


def hidden(found: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the folders inside these that are to be empty, and what is to be seen in them."""
    return tuple(found["hidden"]), (*found["numpy"], WORKER)
