"""The sources in a zip archive, read into memory: nothing is extracted to disk."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from gradcheck.errors import SubmissionError
from gradcheck.intake.sources import MOST_BYTES, MOST_ENTRIES, SOURCE_BYTES, chosen, shortened

__all__ = ["members"]

UNIX_MODE = 16
"""How far up in a member's attributes its Unix mode stands."""
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What zip programs write. Of the others, zipfile unpacks all that it has read at once: some
kilobytes of bzip2 become gigabytes, whatever number of bytes one asks for."""
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError,
          RuntimeError, EOFError, OSError, ValueError, LookupError, OverflowError)  # fmt: skip
"""What zipfile raises for archives that are damaged, or made by hand to be."""


def members(name: str, raw: bytes) -> list[tuple[str, bytes]]:
    """Return the names and the bytes of an archive's sources, at least one.

    Raises
    ------
    SubmissionError
        If it is no archive, holds no source, or has members with names that lead out of it,
        links, two of one name, or more than is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_ENTRIES:
                raise SubmissionError(
                    f"{name}: {len(listed)} files inside; leave data and environments out"
                )
            found = [(_path(name, m), m) for m in listed]
            by_path = {path: m for path, m in found if not m.is_dir()}
            sources = chosen(name, by_path)
            if not sources:
                raise SubmissionError(
                    f"{name}: no .py or .ipynb file inside; pack the sources themselves"
                )
            if len([p for p, m in found if p in sources and not m.is_dir()]) > len(sources):
                raise SubmissionError(f"{name}: two files inside have one name; pack each once")
            told = shortened(sources)
            read: list[tuple[str, bytes]] = []
            for path in sources:
                read.append((told[path], _read(name, archive, by_path[path])))
                if sum(len(content) for _, content in read) > MOST_BYTES:
                    raise SubmissionError(
                        f"{name}: its sources have more than {MOST_BYTES} bytes together: leave "
                        "data and outputs out"
                    )
            return read
    except DAMAGE as error:
        raise SubmissionError(f"{name}: it can't be read as a zip archive: {error}") from error


def _path(name: str, member: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's path; one that leads out of the archive is refused."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> UNIX_MODE
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(mode):
        raise SubmissionError(
            f"{name}: {path} leads out of the archive, or is a link; pack plain files only"
        )
    return path


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, with a cap that holds whatever its header says."""
    if member.compress_type not in COMPRESSIONS:
        raise SubmissionError(f"{name}: {member.filename} is packed in an unusual way; pack it as "
                              "a plain zip archive")  # fmt: skip
    most = SOURCE_BYTES[PurePosixPath(member.filename).suffix]
    with archive.open(member) as stream:
        found = stream.read(most + 1)
    if len(found) > most:
        raise SubmissionError(
            f"{name}: {member.filename} has more than {most} bytes: leave data and outputs out"
        )
    return found
