"""Paths in, submissions out: sizes capped before reading, nothing parsed or executed."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gradcheck.errors import SubmissionError
from gradcheck.intake.archives import archives_inside, members
from gradcheck.intake.sources import (
    MOST_ENTRIES,
    SOURCE_BYTES,
    chosen,
    in_excess,
    is_passed_over,
)
from gradcheck.records.submission import SourceFile, Submission
from gradcheck.records.text import visible

__all__ = ["MOST_BYTES", "Gathered", "gather", "read_submission", "submission_from_bytes"]

MOST_BYTES = SOURCE_BYTES[".py"]
LONGEST_ID = 200
"""Bytes: a file's name may have 255, and the report's has an ending."""
DIGEST = 12
BETWEEN = "__"
_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w{0,99})\b", re.MULTILINE)
"""Only to tell what lies beside a file; nothing is decided by it."""
KINDS = (".py", ".ipynb", ".zip")
FOREIGN = frozenset((
    ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".pdf", ".docx", ".doc", ".odt", ".html",
    ".rtf", ".pyc", ".ipynb_checkpoints", ".png", ".jpg",
))  # fmt: skip
"""Endings of what is handed in by mistake."""
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

    A file is one submission; a folder is a container of them: each file and each folder
    directly inside is one (with ``is_single`` the folder itself). Ids are stems, longer where
    two collide. The only file of a sub-folder stands for the sub-folder, and goes by its name.

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
        raise SubmissionError(f"{_legible(path)}: no such file or folder; check the path")
    if not path.is_dir():
        return [path]
    try:
        return _inside(path, is_single=is_single)
    except OSError as error:
        raise SubmissionError(f"{_legible(path)}: can't be read: {error.strerror}") from error


def _inside(folder: Path, *, is_single: bool) -> list[Path]:
    if is_single:
        found = _whole(folder)
        if not found:
            raise SubmissionError(f"{_legible(folder)}: no .py, .ipynb or .zip file inside")
        return found
    files = sorted(p for p in folder.iterdir() if _is_source(p))
    for child in sorted(p for p in folder.iterdir() if p.is_dir()):
        if not is_passed_over(child.name):
            files += _whole(child)
    if not files:
        raise SubmissionError(
            f"{_legible(folder)}: no submissions inside; a submission is a .py, .ipynb or .zip "
            "file in this folder, or a folder inside it that holds some"
        )
    return files


def _whole(folder: Path) -> list[Path]:
    """Return the one path that a folder stands for as a whole: its only file, or itself."""
    files = sorted(p for p in folder.iterdir() if _is_source(p))
    sources = _sources(folder)
    if len(files) == 1 and len(sources) <= 1:
        return files
    return [folder] if files or sources else []


def _sources(folder: Path) -> list[PurePosixPath]:
    """Return the sources anywhere inside a folder, relative to it."""
    found: list[PurePosixPath] = []
    looked_at = 0
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        looked_at += len(names)
        if looked_at > MOST_ENTRIES:
            raise SubmissionError(
                f"{_legible(folder)}: more than {MOST_ENTRIES} files inside; leave data and "
                "environments out"
            )
        inside = PurePosixPath(Path(home).relative_to(folder).as_posix())
        found += [inside / name for name in names if _is_source(Path(home, name))]
    return chosen(_legible(folder), found)


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
        stem = path.name if path.is_dir() else path.stem
        own[path] = _legible(home.name if is_sole else stem)
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


def _legible(name: str | Path) -> str:
    """Return a name or path as one line of text: what is no UTF-8 in it can't be written down."""
    return visible(os.fsencode(name).decode("utf-8", "replace"), kept="")


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
    if path.is_dir():
        return _folder(path, identifier or _legible(path.name))
    if path.suffix.lower() in FOREIGN:
        raise SubmissionError(
            f"{_legible(path)}: a {path.suffix} file isn't read; hand in a .py, .ipynb or .zip file"
        )
    raw = _content(path)
    found = submission_from_bytes(
        _legible(path.name), raw, identifier=identifier or _legible(path.stem)
    )
    imported = {name for file in found.files for name in _IMPORT.findall(file.text)}
    beside = frozenset(name for name in imported if (path.parent / f"{name}.py").is_file())
    return replace(found, beside=beside)


def _folder(folder: Path, identifier: str) -> Submission:
    """Return the sources of a folder as one submission."""
    files: list[SourceFile] = []
    sources = _sources(folder)
    archives = sorted(p.name for p in folder.iterdir() if p.suffix == ".zip" and _is_source(p))
    if archives:
        raise SubmissionError(
            f"{_legible(folder)}: {_legible(archives[0])} lies beside other files of this "
            "submission; unpack it, or hand in nothing else"
        )
    for path in sources:
        files.append(_source(_legible(str(path)), _content(folder / path, folder)))
        if excess := in_excess((file.name, file.size) for file in files):
            raise SubmissionError(_too_large(_legible(folder), *excess))
    if not files:
        raise SubmissionError(f"{_legible(folder)}: no .py or .ipynb file inside")
    return Submission(identifier, tuple(files), _legible(folder.name))


def _content(path: Path, folder: Path | None = None) -> bytes:
    """Return a file's bytes; a link may not lead out of the folder."""
    most = MOST_OF.get(path.suffix, MOST_BYTES)
    try:
        if not path.is_file():
            raise SubmissionError(f"{_legible(path)}: not a file; a submission is a .py file")
        home = (folder or path.parent).resolve()
        if path.is_symlink() and home not in path.resolve().parents:
            raise SubmissionError(
                f"{_legible(path)}: a symbolic link that leaves its folder isn't followed; put "
                "the file there"
            )
        size = path.stat().st_size
        if size > most:
            raise SubmissionError(_too_large(_legible(path), size, most))
        with open(path, "rb") as stream:  # the cap holds even if the file grows meanwhile
            return stream.read(most + 1)[:most]
    except OSError as error:
        raise SubmissionError(
            f"{_legible(path)}: can't be read: {os.strerror(error.errno or 0)}"
        ) from error


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
    is_archive = Path(name).suffix == ".zip"
    inside = members(name, raw) if is_archive else [(name, raw)]
    files = tuple(_source(one, content) for one, content in inside)
    unopened = tuple(map(_legible, archives_inside(raw))) if is_archive else ()
    return Submission(identifier, files, name, unopened=unopened)


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
        except (SyntaxError, LookupError, UnicodeError):  # "undefined" raises the last as it is
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
