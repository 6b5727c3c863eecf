"""A roster is read, or its author is told file, line and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.errors import SpecError
from gradcheck.records import roster
from gradcheck.records.roster import Roster, Student, load_roster, parse_roster

SMALL = b"id,name\nann,Ann Lee\nbob,Bob Ray\n"


def read(raw: bytes) -> Roster:
    return parse_roster(raw, "roster.csv")


def test_the_smallest(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(SMALL)
    found = load_roster(path)
    assert found.students == (Student("ann", "Ann Lee"), Student("bob", "Bob Ray"))
    assert found.student("bob") == Student("bob", "Bob Ray")
    assert found.student("Bob") is None


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfid,name\r\nann,Ann Lee\r\nbob,Bob Ray\r\n",
        b"Student ID;Name\nann;Ann Lee\nbob;Bob Ray",
        b"student_id\tName\nann\tAnn Lee\n\nbob\tBob Ray\n",
        b"Student,ID,SIS Login ID\nAnn Lee,ann,1\nBob Ray,bob,2\n",
        b"student,name\nann,Ann Lee\nbob,Bob Ray\n",
        b'name,final,id\n"Ann Lee",1,ann\n Bob Ray ,,bob\n',
        b"\n\nid,name\nann,Ann Lee\n,\nbob,Bob Ray\n",
    ],
)
def test_ways_to_write_it(raw: bytes) -> None:
    assert read(raw) == read(SMALL)


def test_more_columns() -> None:
    (student,) = read("id,name,E-Mail,section\na@b.org,Zoë,z@b.org,\n".encode()).students
    assert student == Student("a@b.org", "Zoë", "z@b.org", None)


@pytest.mark.parametrize(
    ("raw", "key", "message"),
    [
        (b"", "", "is empty; its first line"),
        (b"id,name\n", "", "no students; add one a line"),
        (b"ann,Ann\nbob,Bob\n", "line 1", "no column 'id'"),
        (b"student\nann\n", "line 1", "no column 'name'"),
        (b"id,email\nann,a@b\n", "line 1", "no column 'name'"),
        (b"id,name,ID\nann,Ann,1\n", "line 1", "2 columns 'id'; keep one"),
        (b"id,name\nann,Ann\nbob,B\nann,Other\n", "line 4", "is on line 2 already; remove one"),
        (b"id,name\nann,Ann\nAnn,Other\n", "line 3", "is on line 2 already"),
        (b"id,name\nann,Lee, Ann\n", "line 2", "has 3 cells where the header has 2"),
        (b"id,name\n,Ann\n", "line 2", "'' is no student id"),
        (b"id,name\n../x,Ann\n", "line 2", "'../x' is no student id"),
        (b"id,name\nann,A\x1b[31mB\n", "line 2", "control characters"),
        (b"id,name\nann," + b"n" * 201 + b"\n", "line 2", "201 characters; 200 is the most"),
        (b'id,name\nann,"Ann\n', "line 2", "is no valid CSV"),
        (b"id,name\nann,Zo\xeb\n", "line 2", "save the file as CSV UTF-8"),
        ("id,name\nann,Ann\n".encode("utf-16"), "line 1", "save the file as CSV UTF-8"),
        (b"x" * (roster.MOST_BYTES + 1), "", "that is no roster"),
    ],
)
def test_mistakes_name_file_and_line(raw: bytes, key: str, message: str) -> None:
    with pytest.raises(SpecError, match=r"roster\.csv") as caught:
        read(raw)
    assert caught.value.key == key
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "MOST_STUDENTS", 1)
    with pytest.raises(SpecError, match="line 3: more than 1 students; split the file"):
        read(SMALL)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="can't be read: No such file"):
        load_roster(tmp_path / "gone.csv")
