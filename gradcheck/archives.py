"""The one source in a zip archive, read into memory: nothing is extracted to disk."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import PurePosixPath

from gradcheck.errors import SubmissionError

__all__ = ["SOURCE_BYTES", "sole_member"]

MOST_MEMBERS = 1000
SOURCE_BYTES = {".py": 256 * 2**10, ".ipynb": 2 * 2**20}
"""What a source may have at most, by kind: a notebook holds pictures too."""
UNIX_MODE = 16
"""How far up in a member's attributes its Unix mode stands."""


def sole_member(name: str, raw: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes of the only ``.py`` or ``.ipynb`` in an archive.

    Raises
    ------
    SubmissionError
        If it is no archive, holds none or several, or has members with names that lead out
        of it, links, or more than is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise SubmissionError(
                    f"{name}: {len(members)} files inside; leave data and environments out"
                )
            sources = [m for m in members if _is_source(name, m)]
            if len(sources) != 1:
                told = ", ".join(PurePosixPath(m.filename).name for m in sources[:5]) or "none"
                raise SubmissionError(
                    f"{name}: exactly one .py or .ipynb inside is read, found {told}; "
                    "put the functions into one file"
                )
            return PurePosixPath(sources[0].filename).name, _read(name, archive, sources[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SubmissionError(f"{name}: it can't be read as a zip archive: {error}") from error


def _is_source(name: str, member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a source; those that lead out of the archive are refused."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> UNIX_MODE
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(mode):
        raise SubmissionError(
            f"{name}: {path} leads out of the archive, or is a link; pack plain files only"
        )
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not member.is_dir() and not is_hidden and path.suffix in SOURCE_BYTES


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, with a cap that holds whatever its header says."""
    most = SOURCE_BYTES[PurePosixPath(member.filename).suffix]
    with archive.open(member) as stream:
        found = stream.read(most + 1)
    if len(found) > most:
        raise SubmissionError(
            f"{name}: {member.filename} has more than {most} bytes: leave data and outputs out"
        )
    return found
