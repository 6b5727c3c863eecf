"""Starts each worker under a kernel of its own, gVisor's, by ``runsc``. Untested so far.

The worker gets a file system of the interpreter's libraries, read-only, no network, and speaks
on its standard streams, which is all that ``runsc`` hands over everywhere. The first worker of an
interpreter is preceded by a trial; where that fails, workers are spawned without, and the
executor says why (``absent``). That they have another kernel is nothing that is believed: they
look into the kernel's log, and the judge compares (:mod:`gradcheck.sandbox.levels`).

A locked-in worker ends with the program that started it. How much CPU time it uses can't be seen
from outside; deadlines go by the wall's clock, as on macOS.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradcheck.sandbox.executors import Child
from gradcheck.sandbox.executors._layout import hidden, layout, readable
from gradcheck.sandbox.executors._shared import (
    NO_CLOCK,
    WORKER,
    environment,
    last_words,
    remove,
    tried,
)
from gradcheck.sandbox.executors._spawning import Spawning, spawned

__all__ = ["EXECUTOR", "Gvisor", "bundle"]

PROGRAM = "runsc"
NAME = "guest-kernel"
ROOT = "root"
EMPTY = ("/tmp", "/var/tmp", "/dev/shm")
"""Usual places to write to: there, and read-only."""


class Gvisor(Spawning):
    """The executor whose workers run on gVisor's kernel."""

    def _spawned(self) -> Child:
        program, reason = _program(self.interpreter)
        self.absent = {NAME: reason} if reason else {}
        if not program:
            return super()._spawned()
        words = [self.interpreter, "-I", WORKER, "stdio"]
        child = spawned(
            lambda folder: _started(program, folder, self.interpreter, words), is_on_streams=True
        )
        child.pid = NO_CLOCK
        return child


EXECUTOR = Gvisor


def bundle(folder: str, interpreter: str, words: Sequence[str]) -> None:
    """Write into a folder what the OCI's runtime specification wants, for a command.

    Parameters
    ----------
    folder : str
        Gets ``config.json`` and an empty root, in which the mounts' places are made.
    interpreter : str
        What it needs can be read, and nothing else.
    words : sequence of str
        The command.
    """
    found = layout(interpreter)
    empty, on_top = hidden(found)
    mounts = [_bound(path) for path in readable(found) if os.path.exists(path)]
    mounts += [_nothing(path) for path in (*empty, *EMPTY)]
    mounts += [_bound(path) for path in on_top]
    for mount in mounts:
        _make_place(Path(folder, ROOT), mount)
    config = {
        "ociVersion": "1.0.2",
        "root": {"path": ROOT, "readonly": True},
        "hostname": "worker",
        "process": {
            "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": list(words),
            "env": [f"{name}={value}" for name, value in environment("/").items()],
            "capabilities": {}, "noNewPrivileges": True, "terminal": False,
        },
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}, *mounts],
        "linux": {"namespaces": [{"type": kind} for kind in
                                 ("pid", "network", "ipc", "uts", "mount")]},
    }  # fmt: skip
    Path(folder, "config.json").write_text(json.dumps(config), encoding="utf-8")


def _bound(path: str) -> dict[str, Any]:
    return {"destination": path, "type": "bind", "source": os.path.realpath(path),
            "options": ["rbind", "ro"]}  # fmt: skip


def _nothing(path: str) -> dict[str, Any]:
    return {"destination": path, "type": "tmpfs", "source": "tmpfs", "options": ["ro"]}


def _make_place(root: Path, mount: dict[str, Any]) -> None:
    place = root / mount["destination"].lstrip("/")
    is_file = mount["type"] == "bind" and os.path.isfile(mount["source"])
    (place.parent if is_file else place).mkdir(parents=True, exist_ok=True)
    if is_file:
        place.touch()


def _started(program: str, folder: str, interpreter: str, words: Sequence[str]) -> list[str]:
    """Return the command that runs another on gVisor's kernel, its bundle written."""
    bundle(folder, interpreter, words)
    rootless = ["--rootless"] if os.geteuid() else []
    options = ["--root", os.path.join(folder, "state"), "--network=none", "--ignore-cgroups"]
    return [program, *options, *rootless, "run", "--bundle", folder, os.path.basename(folder)]


@functools.cache
def _program(interpreter: str) -> tuple[str, str]:
    """Return the program, or why it is of no use here."""
    program = shutil.which(PROGRAM)
    if program is None:
        return "", f"{PROGRAM} isn't there"
    folder = tempfile.mkdtemp(prefix="gradcheck-")
    try:
        words = [interpreter, "-I", "-c", "import numpy"]
        done = tried(_started(program, folder, interpreter, words))
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        return "", str(error)
    finally:
        remove(folder)
    return ("", last_words(done, PROGRAM)) if done.returncode else (program, "")
