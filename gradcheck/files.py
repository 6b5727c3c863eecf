"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gradcheck.errors import UsageError
from gradcheck.records.report import Report
from gradcheck.reports.json import FORMAT as JSON

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["held", "write_atomically", "write_reports"]

LOCK = ".gradcheck-lock"
TEMPORARY = ".gradcheck-"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make a folder, and keep other runs of gradcheck from writing there meanwhile.

    The system lets go of the lock when the process ends, however it ends.

    Raises
    ------
    UsageError
        If the folder can't be made, or another run is writing there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = open(folder / LOCK, "ab")  # noqa: SIM115 (closed below, at every exit)
    except OSError as error:
        raise UsageError(f"{folder}: can't be written: {error.strerror}") from error
    with stream:
        if fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UsageError(f"{folder}: another gradcheck is writing there; wait for it, or "
                                 "choose another folder") from error  # fmt: skip
        yield


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    UsageError
        If the folder is missing or not writable.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}") from error


def write_reports(path: Path, reports: Sequence[Report]) -> None:
    """Write one report as an object, several as an array."""
    if len(reports) == 1:
        write_atomically(path, JSON.render(reports[0]))
        return
    whole = [json.loads(JSON.render(r)) for r in reports]
    write_atomically(path, (json.dumps(whole, indent=1, allow_nan=False) + "\n").encode())
