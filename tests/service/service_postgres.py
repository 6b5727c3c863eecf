"""A PostgreSQL server for the tests: their own, or the one that a variable names."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest

VARIABLE = "GRADCHECK_TEST_DATABASE"
"""The address of a database whose user may create others."""
BINARIES = "/usr/lib/postgresql/*/bin"
"""Where Debian has them."""
SERVER_USER = "postgres"
"""Who runs it where the tests run as root, as which PostgreSQL refuses to run."""


class Cluster:
    """A server; each test has a database of its own on it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._made: list[str] = []
        given = os.environ.get(VARIABLE)
        self.address = given or self._started()

    def new_database(self) -> str:
        """Return the address of an empty database."""
        name = f"gradcheck_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        self._made.append(name)
        return self.address.rpartition("/")[0] + f"/{name}"

    def close(self) -> None:
        """Stop what was started; drop what was made on somebody else's server."""
        if self._folder is not None:
            self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        with psycopg.connect(self.address, autocommit=True) as connection:
            for name in self._made:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def _started(self) -> str:
        self._folder = Path(tempfile.mkdtemp(prefix="gradcheck-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, SERVER_USER)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "gradcheck", "-E", "UTF8", "--no-sync")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self._folder}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")
        return f"postgresql://gradcheck@127.0.0.1:{port}/postgres"

    def _run(self, name: str, *arguments: str) -> None:
        program = _program(name)
        user = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*user, program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        if done.returncode != 0:
            pytest.fail(f"{name} ended with {done.returncode}; or set {VARIABLE}")


def _program(name: str) -> str:
    folders = sorted(str(p) for p in Path("/").glob(BINARIES.removeprefix("/")))
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders[::-1]]))
    if found is None:
        pytest.fail(f"no {name}: install PostgreSQL, or set {VARIABLE}")
    return found
