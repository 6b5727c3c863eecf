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
from gradcheck.intake.sources import (
    MOST_ENTRIES,
    SOURCE_BYTES,
    chosen,
    in_excess,
    is_passed_over,
    shortened,
)
from gradcheck.records.text import visible

__all__ = ["archives_inside", "members"]

UNIX_MODE = 16
"""How far up in a member's attributes its Unix mode stands."""
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tar", ".tgz"})
MOST_TOLD = 10
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What zip programs write. Of the others, zipfile unpacks all that it has read at once: some
kilobytes of bzip2 become gigabytes, whatever number of bytes one asks for."""
LONGEST_PATH = 4096
"""What Linux takes; a member's name may have 65535 characters, and as many folders."""
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
                if excess := in_excess((inside, len(content)) for inside, content in read):
                    raise SubmissionError(
                        f"{name}: its sources have more than {excess[1]} bytes together: leave "
                        "data and outputs out"
                    )
            return read
    except DAMAGE as error:
        raise SubmissionError(f"{name}: it can't be read as a zip archive: "
                              f"{visible(str(error), kept='')}") from error


def archives_inside(raw: bytes) -> list[str]:
    """Return the names of the archives inside of one, which aren't opened."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        paths = [PurePosixPath(m.filename.replace("\\", "/")) for m in archive.infolist()]
    return [
        str(path) for path in paths
        if path.suffix.lower() in ARCHIVES and not any(map(is_passed_over, path.parts))
    ][:MOST_TOLD]


def _path(name: str, member: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's path; one that leads out of the archive is refused."""
    if len(member.filename) > LONGEST_PATH:
        raise SubmissionError(f"{name}: a path inside has {len(member.filename)} characters; pack "
                              "the sources themselves")  # fmt: skip
    path = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> UNIX_MODE
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(mode):
        raise SubmissionError(
            f"{name}: {visible(str(path), kept='')} leads out of the archive, or is a link; pack "
            "plain files only"
        )
    return path


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, with a cap that holds whatever its header says."""
    own = visible(member.filename, kept="")
    if member.compress_type not in COMPRESSIONS:
        raise SubmissionError(f"{name}: {own} is packed in an unusual way; pack it as a plain zip "
                              "archive")  # fmt: skip
    most = SOURCE_BYTES[PurePosixPath(member.filename).suffix]
    with archive.open(member) as stream:
        found = stream.read(most + 1)
    if len(found) > most:
        raise SubmissionError(
            f"{name}: {own} has more than {most} bytes: leave data and outputs out"
        )
    return found
