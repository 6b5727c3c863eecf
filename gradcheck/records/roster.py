"""A roster: who is in a course, from a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.errors import SpecError

__all__ = ["STUDENT_ID", "Roster", "Student", "load_roster", "parse_roster"]

STUDENT_ID = r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$"
"""What a student's id looks like: a log-in, a number or an e-mail address."""
MOST_BYTES = 8 * 2**20
MOST_STUDENTS = 20_000
"""More than the largest course has; a longer file is something else."""
LONGEST_TEXT = 200
"""Characters of a name, an e-mail address or a section."""
SEPARATORS = ",;\t"
"""Spreadsheets write any of them, by the country that they were set up for."""
COLUMNS = {
    "id": ("id", "student id", "sid", "student"),
    "name": ("name", "student name", "full name", "student"),
    "email": ("email", "e mail"),
    "section": ("section",),
}
"""What each column may be called; the first spelling that is there counts."""
REQUIRED = ("id", "name")


@dataclass(frozen=True)
class Student:
    """One line of a roster."""

    id: str
    name: str
    email: str | None = None
    section: str | None = None


@dataclass(frozen=True)
class Roster:
    """The students of a course, in the file's order."""

    students: tuple[Student, ...]

    def student(self, identifier: str) -> Student | None:
        """Return the student of that id, if there is one."""
        return next((s for s in self.students if s.id == identifier), None)


def load_roster(path: Path) -> Roster:
    """Return the roster at a path.

    Raises
    ------
    SpecError
        With file and line, if it can't be read or is no roster.
    """
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"can't be read: {error.strerror}; check the path"
        raise SpecError(str(path), "", problem) from error
    return parse_roster(raw, str(path))


def parse_roster(raw: bytes, name: str) -> Roster:
    """Return the roster that a file's bytes hold.

    Parameters
    ----------
    raw : bytes
        CSV in UTF-8, with a header; the columns ``id`` and ``name`` are needed, ``email`` and
        ``section`` are read if they are there, others are passed over.
    name : str
        What to call the file in messages.

    Raises
    ------
    SpecError
        With file and line.
    """
    if len(raw) > MOST_BYTES:
        raise SpecError(name, "", f"has more than {MOST_BYTES} bytes; that is no roster")
    lines = _rows(_text(raw, name), name)
    first = next(lines, None)
    if first is None:
        raise SpecError(name, "", "is empty; its first line must name the columns: id,name")
    line, header = first
    places = _places(header, name, line)
    seen: dict[str, int] = {}
    students: list[Student] = []
    for line, row in lines:
        if len(students) == MOST_STUDENTS:
            raise SpecError(name, _at(line), f"more than {MOST_STUDENTS} students; split the file")
        if len(row) != len(header):
            raise SpecError(name, _at(line), f"has {len(row)} cells where the header has "
                            f"{len(header)}; put text with commas in quotes")  # fmt: skip
        student = _student(row, places, name, line)
        earlier = seen.setdefault(student.id.casefold(), line)
        if earlier != line:
            raise SpecError(name, _at(line), f"student {student.id!r} is on line {earlier} "
                            "already; remove one of the two")  # fmt: skip
        students.append(student)
    if not students:
        raise SpecError(name, "", "has a header and no students; add one a line")
    return Roster(tuple(students))


def _at(line: int) -> str:
    return f"line {line}"


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SpecError(name, _at(line), "is no UTF-8 text; save the file as CSV UTF-8") from error


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each line that isn't blank."""
    head = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise SpecError(name, _at(max(reader.line_num, 1)),
                        f"is no valid CSV: {error}; look at its quotes") from error  # fmt: skip


def _places(header: Sequence[str], name: str, line: int) -> dict[str, int]:
    """Return where each column that is read stands."""
    plain = [re.sub(r"[\s_-]+", " ", cell).casefold() for cell in header]
    places: dict[str, int] = {}
    for column, spellings in COLUMNS.items():
        called = next((s for s in spellings if s in plain), None)
        if called is None or plain.index(called) in places.values():
            continue
        if plain.count(called) > 1:
            raise SpecError(name, _at(line), f"has {plain.count(called)} columns {called!r}; "
                            "keep one")  # fmt: skip
        places[column] = plain.index(called)
    absent = [c for c in REQUIRED if c not in places]
    if absent:
        shown = ", ".join(cell[:LONGEST_TEXT] for cell in header[:10])
        raise SpecError(name, _at(line), f"no column {absent[0]!r}: the first line must name the "
                        f"columns, as in id,name,email (it says: {shown!r})")  # fmt: skip
    return places


def _student(row: Sequence[str], places: dict[str, int], name: str, line: int) -> Student:
    cells = {column: row[place] for column, place in places.items()}
    for column, cell in cells.items():
        if len(cell) > LONGEST_TEXT:
            raise SpecError(name, _at(line), f"the {column} has {len(cell)} characters; "
                            f"{LONGEST_TEXT} is the most")  # fmt: skip
        if not cell.isprintable():
            raise SpecError(name, _at(line), f"the {column} has control characters: {cell!r}; "
                            "remove them")  # fmt: skip
    if re.fullmatch(STUDENT_ID, cells["id"]) is None:
        raise SpecError(name, _at(line), f"{cells['id']!r} is no student id; an id has letters, "
                        "digits and . _ @ + - only, 64 at most")  # fmt: skip
    return Student(
        cells["id"], cells["name"], cells.get("email") or None, cells.get("section") or None
    )
