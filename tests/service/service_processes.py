"""The service as users run it: processes of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

COMMAND = [sys.executable, "-c", "from gradcheck.cli import entry; entry()"]
STARTS_WITHIN = 60.0
STARTED = 19
"""Where /proc/PID/stat has the start time, counted from the state."""


STARTED_HERE: list[subprocess.Popen[bytes]] = []


def end_all() -> None:
    """Kill what a test that failed left running."""
    for process in STARTED_HERE:
        if process.poll() is None:
            process.kill()
            process.wait()


class Process:
    """A gradcheck command that runs until it is told to end; its words go to files."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        folder.mkdir(exist_ok=True)
        self.output, self.log = folder / "output", folder / "log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GRADCHECK_")}
        with open(self.output, "wb") as out, open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                cwd=folder, env=clean | environment, start_new_session=True,
            )  # fmt: skip
        STARTED_HERE.append(self.process)

    def words(self, pattern: str) -> str:
        """Return what it says, once it has said it."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if found := re.search(pattern, self.output.read_text(encoding="utf-8")):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"never said {pattern}: {self.log.read_text(encoding='utf-8')}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def interrupt(self) -> int:
        """End it as Ctrl-C does; return its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STARTS_WITHIN)


class Server(Process):
    """A server, and someone who asks it."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        super().__init__(folder, "serve", *arguments, **environment)
        self.url = self.words(r"serves (http://\S+)")
        self.token: str | None = None

    def first_token(self) -> str:
        self.token = self.words(r"once: (\S+)")
        return self.token

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=30, **more)


def descendants(pid: int) -> set[tuple[int, str]]:
    """Return the processes that a process and its children started: number and start time."""
    parents: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        if found := _stat(path):
            parents[int(path.parent.name)] = found
    family = {pid}
    while more := {k for k, (parent, _) in parents.items() if parent in family} - family:
        family |= more
    return {(k, parents[k][1]) for k in family - {pid}}


def left(processes: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those of the processes that still run."""
    found = {(pid, _stat(Path(f"/proc/{pid}/stat"))) for pid, _ in processes}
    return {(pid, stat[1]) for pid, stat in found if stat is not None} & processes


def _stat(path: Path) -> tuple[int, str] | None:
    """Return a process's parent and start time; None if it is gone or has ended."""
    try:
        fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else (int(fields[1]), fields[STARTED])
