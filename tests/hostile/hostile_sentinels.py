"""What an attack would touch: listeners, a process, files, a token. All outside the worker."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pydantic

import gradcheck_reference

TOKEN_VARIABLE = "GRADCHECK_TEST_TOKEN"
CONTENT = "what stands here belongs to somebody else"
MOST_HELD = 64


class Sentinels:
    """Set up once; :meth:`touched` says what an attack has reached since the last look.

    Parameters
    ----------
    folder : Path
        Where the files lie; the worker's own folder is elsewhere.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.token = secrets.token_hex(16)
        self.secret = secrets.token_hex(16)
        os.environ[TOKEN_VARIABLE] = self.token
        self._files = {name: folder / name for name in ("report.json", "other.py", "secret.toml")}
        self._listeners = _listeners(folder, f"gradcheck-{self.token}")
        self._past: set[str] = set()
        """Names of reports of earlier runs: a process that one has left behind may write late."""
        self._victim = _victim()
        self._priority = os.getpriority(os.PRIO_PROCESS, self._victim.pid)
        self._restore()

    def close(self) -> None:
        """End what was started."""
        os.environ.pop(TOKEN_VARIABLE, None)
        for listener in self._listeners.values():
            listener.close()
        self._victim.kill()
        self._victim.wait()

    def places(self) -> dict[str, str]:
        """Return what stands for each ``@NAME@`` in a submission."""
        return {
            "TCP": str(self._listeners["tcp"].getsockname()[1]),
            "UDP": str(self._listeners["udp"].getsockname()[1]),
            "UNIX": str(self._folder / "socket"),
            "ABSTRACT": f"gradcheck-{self.token}",
            "VICTIM": str(self._victim.pid),
            "REPORT": str(self._files["report.json"]),
            "OTHER": str(self._files["other.py"]),
            "SECRET": str(self._files["secret.toml"]),
            "FOLDER": str(self._folder),
            "REFERENCE": str(Path(gradcheck_reference.__file__).parent / "costs.py"),
            "REFERENCE_FOLDER": str(Path(gradcheck_reference.__file__).parents[1]),
            "PACKAGES": str(Path(pydantic.__file__).parents[1]),
            "NUL": "\0",
        }

    def touched(self, report: str) -> list[str]:
        """Return which sentinels an attack has reached, and set them up again.

        Parameters
        ----------
        report : str
            The report as JSON, with everything that the submission has printed.
        """
        found = [name for name, one in self._listeners.items() if _was_reached(one)]
        if self._victim.poll() is not None:
            found.append("victim")
            self._victim = _victim()
        elif os.getpriority(os.PRIO_PROCESS, self._victim.pid) != self._priority:
            found.append("victim's priority")
            self._victim.kill()  # not everybody may give it back its priority
            self._victim.wait()
            self._victim = _victim()
        for name, path in self._files.items():
            if not path.exists() or path.read_text() != self._content(name):
                found.append(name)
        known = {*(p.name for p in self._files.values()), "socket"}
        for path in [p for p in self._folder.iterdir() if p.name in self._past]:
            path.unlink()
        strange = [p for p in self._folder.iterdir() if p.name not in known]
        found += [p.name for p in strange]
        for path in strange:
            path.unlink()
        found += [name for name in ("token", "secret") if getattr(self, name) in report]
        self._restore()
        return found

    def _content(self, name: str) -> str:
        return f"{CONTENT}: {self.secret} ({name})\n"

    def _restore(self) -> None:
        used = self._files["report.json"]
        used.unlink(missing_ok=True)
        self._past.add(used.name)
        self._files["report.json"] = self._folder / f"report-{len(self._past)}.json"
        for name, path in self._files.items():
            path.write_text(self._content(name))
            path.chmod(0o600)


def _listeners(folder: Path, name: str) -> dict[str, socket.socket]:
    found = {
        "tcp": socket.socket(),
        "udp": socket.socket(type=socket.SOCK_DGRAM),
        "unix": socket.socket(socket.AF_UNIX),
        "abstract": socket.socket(socket.AF_UNIX),
    }
    found["tcp"].bind(("127.0.0.1", 0))
    found["udp"].bind(("127.0.0.1", 0))
    found["unix"].bind(str(folder / "socket"))
    found["abstract"].bind(f"\0{name}")
    for listener in found.values():
        listener.setblocking(False)
        if listener.type == socket.SOCK_STREAM:
            listener.listen(MOST_HELD)
    return found


def _was_reached(listener: socket.socket) -> bool:
    """Return whether anything has come, having taken all of it."""
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(MOST_HELD)
            count += 1
    return count > 0


def _victim() -> subprocess.Popen[bytes]:
    """Start a process of the judge's user, with the token in its environment."""
    return subprocess.Popen(
        [sys.executable, "-I", "-c", "import signal; signal.pause()"],
        stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
