"""The page of a class: who, how, what goes wrong; links that lead somewhere, at any size."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.cli import main
from gradcheck.families import all_diagnoses
from gradcheck.grading import gradebook
from gradcheck.grading.classbook import index_html
from gradcheck.records.class_summary import ClassRow, ClassSummary
from gradcheck.records.report import AssignmentRef
from gradcheck.records.roster import Roster, Student

RIGHT = """import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
WRONG = RIGHT.replace("sigmoid(z) * (1 - sigmoid(z))", "-sigmoid(z) * (1 - sigmoid(z))")
HOSTILE = (
    "<script>alert(1)</script>", "\" onmouseover=\"x", "'><img src=x onerror=y>", "</table>",
    "{{ 1 }}", "\x1b[31m", "\u202e", "\udcff", "a%2fb#c?d", "javascript:x", "</style>",
)  # fmt: skip
FILES = re.compile(r"grades\.csv|class\.json|students/[\w.~%-]+\.html|reports/[\w.~%-]+\.json")


class Read(HTMLParser):
    """A page, as a browser would take it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.inside: list[str] = []
        self.feed(data.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "input", "rect", "line"}:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.inside[-1] if self.inside else "", data))

    def of(self, tag: str) -> str:
        return "".join(text for where, text in self.texts if where == tag)

    def count(self, tag: str) -> int:
        return sum(t == tag for t, _ in self.tags)

    @property
    def links(self) -> list[str]:
        return [a["href"] or "" for t, a in self.tags if t == "a"]


def said_by(read: Read) -> str:
    return " ".join(" ".join(text for _, text in read.texts).split())


def row(name: str, points: float | None = 5.0, **changes: object) -> ClassRow:
    fields: dict[str, object] = {"submission": name, "outcome": "passed", "points": points,
                                 "max_points": 10.0, "passed": 4}  # fmt: skip
    return ClassRow.model_validate(fields | changes)


def assert_inert(read: Read) -> None:
    assert read.count("script") == read.count("style") == 1
    names = {name for _, attrs in read.tags for name in attrs}
    assert [n for n in names if n.startswith("on") or n in {"src", "style"}] == []
    assert [h for h in read.links if not FILES.fullmatch(h) and h != "#main"] == []
    hashes = [base64.b64encode(hashlib.sha256(read.of(t).encode()).digest()).decode()
              for t in ("style", "script")]  # fmt: skip
    (policy,) = [a["content"] or "" for t, a in read.tags if t == "meta" and "http-equiv" in a]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


ANY = st.characters(exclude_categories=())
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(ANY, min_size=1, max_size=8))


@settings(max_examples=60)
@given(names=st.lists(NAMES, unique=True, min_size=1, max_size=4), text=NAMES, check=NAMES)
def test_whatever_names_hold_stays_text(names: list[str], text: str, check: str) -> None:
    rows = [ClassRow.model_construct(**{**row("x").__dict__, "submission": name, "student": text,
                                        "note": text, "diagnoses": (check,),
                                        "failed_checks": (check,)}) for name in names]  # fmt: skip
    summary = ClassSummary.model_construct(
        **{**gradebook.summarised([row("x")], AssignmentRef()).__dict__,
           "assignment": AssignmentRef.model_construct(id=text, version=text), "rows": tuple(rows),
           "failed_checks": {check: len(rows)}, "diagnoses": {check: len(rows)}},
    )  # fmt: skip
    data = index_html(summary)
    assert {c for c in data.decode() if not c.isprintable()} <= {"\n", "\t"}
    read = Read(data)
    assert_inert(read)
    assert read.count("table") == 4  # two charts' twins, the mistakes, the class
    assert len([h for h in read.links if h.startswith("students/")]) == len(names)


def test_numbers_are_those_of_the_summary() -> None:
    rows = [row("a", 10.0), row("b", 0.0, outcome="failed", failed=2, diagnoses=("sigma-minus",),
                                failed_checks=("sigmoid::gradient-value[x]",)),
            row("c", None, outcome="errored"), gradebook.not_graded("d", "too large")]  # fmt: skip
    roster = Roster(students=(Student(id="b", name="Bob"), Student(id="z", name="Zoe")))
    listed = gradebook.with_roster(rows, roster)
    read = Read(index_html(gradebook.summarised(listed, AssignmentRef(id="hw", version="1"))))
    assert_inert(read)
    whole = said_by(read)
    for said in ("Submissions 4", "passed 1", "failed 1", "errored 1", "not graded 1",
                 "not submitted 1", "Mean points 5.00 of 10", "too large", "Bob", "Zoe",
                 "2 without any aren't counted", "of the 3 judged submissions fail each check",
                 "sigmoid::gradient-value[x]", "not in the roster"):  # fmt: skip
        assert said in whole, said
    title = next(d.title for d in all_diagnoses() if d.id == "sigma-minus")
    assert title in whole
    assert sorted(read.links) == sorted([
        "#main", "grades.csv", "class.json", *(f"students/{n}.html" for n in "abc"),
        *(f"reports/{n}.json" for n in "abc"),
    ])  # fmt: skip


def test_submissions_of_unequal_worth_are_told_in_percent() -> None:
    rows = [row("a", 1.0, max_points=1.0), row("b", 1.0, max_points=2.0)]
    read = Read(index_html(gradebook.summarised(rows, AssignmentRef())))
    whole = said_by(read)
    assert "Mean percent 75.00 of 100" in whole


def test_an_empty_class_has_a_page() -> None:
    rows = [gradebook.not_graded("a", "binary")]
    read = Read(index_html(gradebook.summarised(rows, AssignmentRef())))
    assert_inert(read)
    assert read.count("svg") == 0


def test_three_thousand_rows_stay_small() -> None:
    """Counted in bytes: what a browser has to lay out."""
    rows = [row(f"student-{k:04}", k % 11, outcome="failed", failed=2,
                diagnoses=("sigma-minus", "sign-flipped"),
                failed_checks=tuple(f"sigmoid::check-{j}" for j in range(12)))
            for k in range(3000)]  # fmt: skip
    data = index_html(gradebook.summarised(rows, AssignmentRef()))
    assert len(data) < 3000 * 700
    assert Read(data).count("tr") > 3000


def test_grade_writes_pages_that_the_index_leads_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "class"
    home.mkdir()
    texts = {"ada": RIGHT, "odd %2f #n?&'<b>": WRONG, "eve": "raise SystemExit(0)\n"}
    for name, text in texts.items():
        (home / f"{name}.py").write_text(text)
    (home / "dan.py").write_bytes(b"\xff\xfe\x00")
    out = tmp_path / "out"
    assert main(["grade", str(home), "--out", str(out), "-j", "1"]) == 4
    assert f"written: {out / 'index.html'}, students/, grades.csv" in capsys.readouterr().out
    read = Read((out / "index.html").read_bytes())
    assert_inert(read)
    links = [h for h in read.links if h != "#main"]
    assert len(links) == 2 + 2 * len(texts)
    assert [h for h in links if not (out / unquote(h)).is_file()] == []
    assert sorted(p.stem for p in (out / "students").iterdir()) == sorted(texts)
    found = (out / "students" / "odd %2f #n?&'<b>.html").read_text()
    assert "gradcheck explain sigma-minus" in found and "return -sigmoid(z)" in found
    (out / "students" / "ada.html").unlink()
    assert main(["grade", str(home), "--out", str(out), "-j", "1", "--resume"]) == 4
    assert (out / "students" / "ada.html").is_file()  # a kept report has its page, too
