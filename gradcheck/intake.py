"""Paths in, submissions out: sizes capped before reading, nothing parsed or executed."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.archives import SOURCE_BYTES, sole_member
from gradcheck.errors import SubmissionError
from gradcheck.records.submission import SourceFile, Submission

__all__ = ["MOST_BYTES", "Gathered", "gather", "read_submission", "submission_from_bytes"]

MOST_BYTES = SOURCE_BYTES[".py"]
LONGEST_ID = 200
"""Bytes: a file's name may have 255, and the report's has an ending."""
DIGEST = 12
BETWEEN = "__"
KINDS = (".py", ".ipynb", ".zip")
MOST_OF = {**SOURCE_BYTES, ".zip": 8 * 2**20}
"""By kind: a notebook holds pictures too, an archive data."""


@dataclass(frozen=True)
class Gathered:
    """What paths stand for.

    Parameters
    ----------
    found : tuple of (str, Path)
        Id and path of each submission.
    problems : tuple of str
        What is wrong with paths that stand for none; the others are found all the same.
    """

    found: tuple[tuple[str, Path], ...]
    problems: tuple[str, ...] = ()


def gather(paths: Iterable[Path], *, is_single: bool = False) -> Gathered:
    """Return the submissions that paths stand for, sorted inside each folder.

    A file is one submission; a folder is a container of them. Ids are stems, longer where
    two collide. The only file of a sub-folder goes by the sub-folder's name: that is the
    submission.

    Raises
    ------
    SubmissionError
        If no path stands for any submission.
    """
    given = list(paths)
    found: list[Path] = []
    problems: list[str] = []
    for path in given:
        try:
            found += _of(path, is_single=is_single)
        except SubmissionError as error:
            problems.append(str(error))
    if not found:
        raise SubmissionError("; ".join(problems) or "no paths given")
    distinct = list(dict.fromkeys(found))
    containers = [path.absolute() for path in given if path.is_dir()]
    return Gathered(tuple(zip(_ids(distinct, containers), distinct, strict=True)), tuple(problems))


def _of(path: Path, *, is_single: bool) -> list[Path]:
    """Return the submissions of one path; SubmissionError if there is none."""
    if not path.exists():
        raise SubmissionError(f"{path}: no such file or folder; check the path")
    if not path.is_dir():
        return [path]
    try:
        return _inside(path, is_single=is_single)
    except OSError as error:
        raise SubmissionError(f"{path}: can't be read: {error.strerror}") from error


def _inside(folder: Path, *, is_single: bool) -> list[Path]:
    files = sorted(p for p in folder.iterdir() if _is_source(p))
    if is_single:
        if len(files) != 1:
            raise SubmissionError(
                f"{folder}: --single needs exactly one .py, .ipynb or .zip file directly inside, "
                f"found {len(files)}"
            )
        return files
    for child in sorted(p for p in folder.iterdir() if p.is_dir()):
        if not child.name.startswith((".", "__")):
            files += sorted(p for p in child.iterdir() if _is_source(p))
    if not files:
        raise SubmissionError(
            f"{folder}: no submissions inside; a submission is a .py, .ipynb or .zip file in "
            "this folder or in a folder directly inside it"
        )
    return files


def _is_source(path: Path) -> bool:
    is_link = path.is_symlink()  # a broken one is told, not dropped
    is_kind = path.suffix in KINDS
    return is_kind and not path.name.startswith(".") and (is_link or path.is_file())


def _ids(found: Sequence[Path], containers: Sequence[Path]) -> list[str]:
    """Return each submission's id: what a reader would call it, longer where two collide."""
    alone = Counter(path.absolute().parent for path in found)
    own = {}
    for path in found:
        home = path.absolute().parent
        is_sole = home.parent in containers and home not in containers and alone[home] == 1
        own[path] = _legible(home.name if is_sole else path.stem)
    own = _told_apart(own, lambda path: path.suffix.removeprefix("."))  # a.py beside a.ipynb
    own = _told_apart(own, lambda path: _digest(path.name))  # names that differ in no text
    ids = dict(own)
    for depth in range(1, max((len(p.absolute().parts) for p in found), default=1) - 1):
        counts = Counter(ids.values())
        if max(counts.values(), default=1) == 1:
            break
        for path, identifier in list(ids.items()):
            if counts[identifier] > 1:
                above = path.absolute().parts[1:-1]  # without the root: an id is no path
                ids[path] = BETWEEN.join((*map(_legible, above[-depth:]), own[path]))
    return [_short(ids[path], path) for path in found]


def _told_apart(ids: Mapping[Path, str], by: Callable[[Path], str]) -> dict[Path, str]:
    """Return the ids, with something added to those that are equal in one folder."""
    twins = Counter((path.absolute().parent, identifier) for path, identifier in ids.items())
    return {
        path: f"{one}{BETWEEN}{by(path)}" if twins[path.absolute().parent, one] > 1 else one
        for path, one in ids.items()
    }


def _legible(name: str) -> str:
    """Return a file's name as text: what is no UTF-8 in it can't be written down."""
    return os.fsencode(name).decode("utf-8", "replace")


def _short(identifier: str, path: Path) -> str:
    """Return an id that a report's file can be named by."""
    raw = identifier.encode()
    if len(raw) <= LONGEST_ID:
        return identifier
    kept = raw[: LONGEST_ID - DIGEST - len(BETWEEN)].decode("utf-8", "ignore")
    return f"{kept}{BETWEEN}{_digest(path.absolute())}"


def _digest(name: str | Path) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:DIGEST]


def read_submission(path: Path, identifier: str | None = None) -> Submission:
    """Return the submission at a path.

    Raises
    ------
    SubmissionError
        If it is missing, too large, of a kind that isn't read, or no UTF-8 text.
    """
    most = MOST_OF.get(path.suffix, MOST_BYTES)
    try:
        if not path.is_file():
            raise SubmissionError(f"{path}: not a file; a submission is a .py file")
        home = path.parent.resolve()
        if path.is_symlink() and home not in path.resolve().parents:
            raise SubmissionError(
                f"{path}: a symbolic link that leaves its folder isn't followed; put the file there"
            )
        size = path.stat().st_size
        if size > most:
            raise SubmissionError(_too_large(str(path), size, most))
        with open(path, "rb") as stream:  # the cap holds even if the file grows meanwhile
            raw = stream.read(most + 1)[:most]
    except OSError as error:
        raise SubmissionError(f"{path}: can't be read: {os.strerror(error.errno or 0)}") from error
    return submission_from_bytes(
        _legible(path.name), raw, identifier=identifier or _legible(path.stem)
    )


def submission_from_bytes(name: str, raw: bytes, *, identifier: str) -> Submission:
    """Return the submission that was sent as a file's bytes.

    Raises
    ------
    SubmissionError
        If it is too large, of a kind that isn't read, or no UTF-8 text.
    """
    most = MOST_OF.get(Path(name).suffix, MOST_BYTES)
    if len(raw) > most:
        raise SubmissionError(_too_large(name, len(raw), most))
    if Path(name).suffix == ".zip":
        name, raw = sole_member(name, raw)
    return Submission(identifier, (_source(name, raw),))


def _too_large(name: str, size: int, most: int) -> str:
    return (
        f"{name}: {size} bytes; a submission may have {most} at most: "
        "leave data and outputs out"
    )


def _decoded(raw: bytes) -> str:
    """Return the text: UTF-8, or what a coding line (PEP 263) declares."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            return raw.decode(encoding)
        except (SyntaxError, LookupError, UnicodeDecodeError):
            pass
        raise


def _source(name: str, raw: bytes) -> SourceFile:
    plain = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = _decoded(plain)
    except UnicodeDecodeError as error:
        raise SubmissionError(
            f"{name}: byte {error.start} is no UTF-8 text; save the file as UTF-8"
        ) from error
    return SourceFile(name, text, hashlib.sha256(raw).hexdigest(), len(raw))
