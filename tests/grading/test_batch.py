"""Batches: each report written whole, what is done stands, a crash loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from gradcheck.cli import main
from gradcheck.files import held
from gradcheck.grading import batch, gradebook
from gradcheck.grading import graders as graders_module
from gradcheck.grading.graders import GraderDied, Graders, Task
from gradcheck.intake.submissions import gather, read_submission
from gradcheck.options import Options
from gradcheck.records.report import AssignmentRef, Report
from gradcheck.records.roster import parse_roster

RIGHT = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
WRONG = RIGHT.replace("sigmoid(z) * (1 - sigmoid(z))", "-sigmoid(z) * (1 - sigmoid(z))")
QUICK = Options(profile="quick")
VOLATILE = ("created_at", "timing", "isolation")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "class"
    home.mkdir()
    for name, text in (("ada", RIGHT), ("bob", WRONG), ("eve", "raise SystemExit(0)\n")):
        (home / f"{name}.py").write_text(text)
    return home


def run(folder: Path, out: Path, *, is_resuming: bool = False, **changes: Any) -> list[Any]:
    options = Options(profile="quick", **changes)
    return list(batch.run(gather([folder]).found, None, options=options, folder=out / "reports",
                          processes=2, is_resuming=is_resuming))  # fmt: skip


def stable(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return {k: v for k, v in data.items() if k not in VOLATILE}


def test_every_report_is_what_check_gives(folder: Path, tmp_path: Path) -> None:
    outcomes = run(folder, tmp_path / "out")
    assert sorted(o.identifier for o in outcomes) == ["ada", "bob", "eve"]
    assert {o.identifier: o.report.outcome for o in outcomes} == {
        "ada": "passed", "bob": "failed", "eve": "failed"}  # fmt: skip
    for name in ("ada", "bob", "eve"):
        target = tmp_path / f"{name}.json"
        main(["check", str(folder / f"{name}.py"), "--profile", "quick", "--report", str(target)])
        assert stable(target) == stable(tmp_path / "out" / "reports" / f"{name}.json")


def test_resuming_grades_only_what_is_new_or_changed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, out)
    (folder / "bob.py").write_text(RIGHT)
    (folder / "new.py").write_text(RIGHT)
    (out / "reports" / "eve.json").write_bytes(b'{"schema": "gradcheck/rep')
    were_there = {o.identifier: o.was_there for o in run(folder, out, is_resuming=True)}
    assert were_there == {"ada": True, "bob": False, "new": False, "eve": False}
    assert {o.was_there for o in run(folder, out, is_resuming=True)} == {True}
    assert {o.was_there for o in run(folder, out)} == {False}


@pytest.mark.parametrize("changes", [{"seed": 3}, {"hints": "location"}, {"isolation": 4}])
def test_a_report_under_other_conditions_does_not_stand(
    changes: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    submission = read_submission(folder / "ada.py")
    (first,) = [o.report for o in run(folder, tmp_path) if o.identifier == "ada"]
    assert batch.is_report_of(first, submission, None, QUICK)
    assert not batch.is_report_of(first, submission, None, Options(profile="quick", **changes))
    assert not batch.is_report_of(first, submission, None, Options())
    old = first.model_copy(update={"tool": first.tool.model_copy(update={"version": "0.0.1"})})
    assert not batch.is_report_of(old, submission, None, QUICK)


def test_examples_are_drawn_once_in_a_process_for_all_submissions(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in this process: what a grader does for each submission after the first."""
    from gradcheck import examples
    from gradcheck.api import grade
    from gradcheck.sandbox.default import default_executor

    drawn: list[str] = []
    original = examples._example

    def counted(component: Any, *rest: Any) -> Any:
        drawn.append(component.id)
        return original(component, *rest)

    monkeypatch.setattr(examples, "_example", counted)
    executor = default_executor()
    try:
        grade(read_submission(folder / "ada.py"), None, executor=executor,
              options=Options(profile="quick", seed=99))  # fmt: skip
        first = len(drawn)
        assert first > 0
        grade(read_submission(folder / "bob.py"), None, executor=executor,
              options=Options(profile="quick", seed=99))  # fmt: skip
        assert len(drawn) == first
    finally:
        executor.close()


def test_a_second_run_into_the_same_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    with held(tmp_path / "out"):
        assert main(["grade", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert main(["grade", str(folder), "--out", str(tmp_path / "out")]) == 0


def kill_grader(task: Task) -> Report:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_grader_that_dies_is_no_fault_of_the_student(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graders = Graders(1)
    task = Task(read_submission(folder / "ada.py"), None, QUICK)
    try:
        assert graders.submit(task).result().outcome == "passed"
        monkeypatch.setattr(graders_module, "_grade", kill_grader)
        with pytest.raises(GraderDied, match=r"ada: .* ended 3 times"):
            graders.submit(task).result()
        monkeypatch.undo()
        assert graders.submit(task).result().outcome == "passed"
    finally:
        graders.close()


def test_closing_drops_what_waits(folder: Path) -> None:
    graders = Graders(1)
    task = Task(read_submission(folder / "ada.py"), None, QUICK)
    futures = [graders.submit(task) for _ in range(20)]
    futures[0].result()
    graders.close()
    assert sum(f.cancelled() for f in futures) > 0
    assert all(f.done() for f in futures)


# the command


def test_the_command_tells_each_bad_input_and_grades_the_rest(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (folder / "big.py").write_bytes(b"#" * 10_000_000)
    (folder / "binary.py").write_bytes(bytes(range(256)))
    (folder / "notes.zip").write_text("{}")
    (folder / "late").mkdir()
    (folder / "late" / "ada.py").write_text(RIGHT)
    (folder / "late" / "zoe.py").write_text(RIGHT)
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada\nada,Ada again\n")
    out = tmp_path / "out"
    paths = [str(folder), str(tmp_path / "empty")]
    assert main(["grade", *paths, "--out", str(out), "--roster", str(tmp_path / "roster.csv")]) == 2
    told = capsys.readouterr().err
    for words in ("empty: no submissions inside", "big.py: 10000000 bytes",
                  "binary.py: byte 128 is no UTF-8", "can't be read as a zip",
                  "roster.csv: line 3", "graded without the roster"):  # fmt: skip
        assert told.count(words) == 1, words
    assert "Traceback" not in told
    reports = sorted(p.stem for p in (out / "reports").iterdir())
    assert reports == ["ada", "bob", "eve", "late"]
    summary = json.loads((out / "class.json").read_text())
    assert summary["not_graded"] == ["big", "binary", "notes"]
    assert summary["outcomes"] == {"failed": 2, "not graded": 3, "passed": 2}
    rows = (out / "grades.csv").read_text().splitlines()
    assert len(rows) == 8


def test_a_roster_names_students_and_shows_who_is_missing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lovelace_1842_late.py").write_text(RIGHT)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nbob,Bob\n1842,=Ada\nzoe,Zoë\n", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["grade", str(folder), "--out", str(out), "--roster", str(roster)]) == 0
    rows = {r.split(",")[0]: r for r in (out / "grades.csv").read_text("utf-8").splitlines()}
    assert rows["bob"].endswith(",Bob")
    assert rows["lovelace_1842_late"].endswith(",'=Ada")
    assert gradebook.ABSENT in rows["eve"]
    assert rows[""].startswith(",not submitted,")
    assert "Zoë" in rows[""]
    assert "1 not submitted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("identifier", "owner"),
    [
        ("van_dyk", "Dick"), ("van_dyk_hw1", "Dick"), ("hw1-van", "Vanessa"), ("VAN", "Vanessa"),
        ("vanessa", None), ("ada_van", None), ("ada@x.org", "Ada"), ("1842", None),
        ("ada_ada", "Other"),
    ],
)  # fmt: skip
def test_whose_a_submission_is(identifier: str, owner: str | None) -> None:
    roster = parse_roster(b"id,name\nvan,Vanessa\nvan_dyk,Dick\nada@x.org,Ada\nada,Other\n", "r")
    row = gradebook.not_graded(identifier, "")
    named = gradebook.with_roster([row], roster)[0]
    assert (named.student or None) == owner


def test_two_submissions_of_one_student_are_told(tmp_path: Path) -> None:
    roster = parse_roster(b"id,name\nada,Ada\n", "r")
    rows = [gradebook.not_graded(i, "") for i in ("ada_1", "ada_2")]
    assert {r.note for r in gradebook.with_roster(rows, roster)} == {
        "2 submissions of this student"
    }


def test_odd_file_names_lose_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "class"
    home.mkdir()
    names = [b"bad\xff.py", b"bad\xfe.py", b"x" * 241 + b".py", b"-o.py", "ü ö.py".encode()]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(home), name))).write_text(RIGHT)
    out = tmp_path / "out"
    assert main(["grade", str(home), "--out", str(out)]) == 0
    summary = json.loads((out / "class.json").read_text("utf-8"))
    assert summary["outcomes"] == {"passed": len(names)}
    assert len(list((out / "reports").iterdir())) == len(names)
    assert len(list((out / "students").iterdir())) == len(names)
    assert "Traceback" not in capsys.readouterr().err


def test_a_report_does_not_outlive_its_submission(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["grade", str(folder), "--out", str(out)]) == 0
    (folder / "ada.py").write_bytes(b"#" * 300_000)
    (folder / "eve.py").unlink()
    assert main(["grade", str(folder), "--out", str(out), "--resume"]) == 4
    assert sorted(p.name for p in (out / "reports").iterdir()) == ["bob.json", "eve.json"]
    assert not (out / "students" / "ada.html").exists()
    assert "of submissions that weren't given now: eve" in capsys.readouterr().out


def test_an_assignment_that_is_wrong_stops_the_batch_with_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "assignment.toml"
    head = 'schema = "gradcheck/assignment/v1"\nid = "week"\n'
    for body, words in (
        ('[[components]]\nid = "sigmiod"\n', "did you mean 'sigmoid'?"),
        ('points = 3\n[[components]]\nid = "sigmoid"\npoints = 2\n', "add up to 2"),
    ):
        wrong.write_text(head + body)
        status = main(
            ["grade", str(folder), "--assignment", str(wrong), "--out", str(tmp_path / "out")]
        )
        assert status == 2
        told = capsys.readouterr().err
        assert words in told
        assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_counts_are_of_submissions(folder: Path, tmp_path: Path) -> None:
    rows = [gradebook.row(o.report) for o in run(folder, tmp_path)]
    summary = gradebook.summarised(rows, AssignmentRef())
    assert summary.failed_checks["sigmoid::gradient-value[x]"] == 1
    assert summary.failed_checks["submission::loads"] == 1
    assert summary.diagnoses == {"sigma-minus": 1}
    assert [r.submission for r in summary.rows] == ["ada", "bob", "eve"]


# kill -9


@pytest.fixture
def many(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """The zoo's shortest files, each with a line of its own, so that no two are equal."""
    home = tmp_path / "many"
    home.mkdir()
    files = sorted((ROOT / "submissions").glob("*/*/*.py"))
    sources = sorted(files, key=lambda p: p.stat().st_size)[:100]
    for number, source in enumerate(sources):
        text = source.read_text("utf-8")
        (home / f"s{number:03d}.py").write_text(f"{text}\n# student {number}\n", "utf-8")
    yield home, len(sources)


def alive(marker: str) -> list[str]:
    """Return the processes whose command line or folder names the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in words:
                found.append(entry.name)
    return found


@pytest.mark.parametrize("command", [["gradcheck"], [sys.executable, "-m", "gradcheck"]],
                         ids=["script", "module"])  # fmt: skip
def test_nothing_beside_submissions_stands_in_for_a_library(
    command: list[str], folder: Path, tmp_path: Path
) -> None:
    mark = folder / "mark"
    for name in ("numpy", "struct", "socket", "json", "tqdm", "pydantic", "hypothesis", "pickle",
                 "typing"):  # fmt: skip
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write(__name__)\n")
    scripts = sysconfig.get_path("scripts")
    done = subprocess.run(
        [*command, "grade", "ada.py", "bob.py", "--out", str(tmp_path / "out")], cwd=folder,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not mark.exists()


def start(folder: Path, out: Path, scratch: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gradcheck", "grade", str(folder), "--out", str(out), "-j", "2",
         "--resume"],
        cwd=scratch, env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def when_there_are(count: int, process: subprocess.Popen[bytes], reports: Path) -> None:
    deadline = time.monotonic() + 300
    while len(list(reports.glob("*.json"))) < count and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.02)


def all_end(scratch: Path) -> None:
    """Wait until no process is left, and see that no folder is."""
    deadline = time.monotonic() + 10
    while alive(str(scratch)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(str(scratch)) == []
    assert list(scratch.glob("gradcheck-*")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_ctrl_c_finishes_what_is_being_graded_and_sums_up(
    many: tuple[Path, int], tmp_path: Path
) -> None:
    folder, count = many
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    process = start(folder, out, scratch)
    when_there_are(4, process, out / "reports")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    all_end(scratch)
    reports = len(list((out / "reports").glob("*.json")))
    assert 4 <= reports < count
    # what was finished after Ctrl-C has a report, and a row at the next run
    assert len(json.loads((out / "class.json").read_text())["rows"]) <= reports


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_a_hundred_submissions_survive_two_kills(
    many: tuple[Path, int], tmp_path: Path
) -> None:
    folder, count = many
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    whole = start(folder, tmp_path / "whole", scratch)
    assert whole.wait(600) == 0
    out = tmp_path / "broken"
    for done in (count // 4, count // 2):
        process = start(folder, out, scratch)
        when_there_are(done, process, out / "reports")
        process.kill()
        process.wait()
        all_end(scratch)
    assert start(folder, out, scratch).wait(600) == 0
    there = {p.name for p in (out / "reports").glob("*.json")}
    assert len(there) == count
    for name in there:
        assert stable(out / "reports" / name) == stable(tmp_path / "whole" / "reports" / name)
    assert (out / "grades.csv").read_bytes() == (tmp_path / "whole" / "grades.csv").read_bytes()


def test_our_own_fault_leaves_the_others_graded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = Graders.submit

    def failing(self: Graders, task: Task) -> Any:
        future = submit(self, task)
        if task.submission.id != "ada":
            return future
        broken: Future[Report] = Future()
        broken.set_exception(ValueError("shapes don't fit"))
        return broken

    monkeypatch.setattr(Graders, "submit", failing)
    outcomes = {o.identifier: o for o in run(folder, tmp_path / "out")}
    assert isinstance(outcomes["ada"], batch.Ungraded)
    assert "our fault" in outcomes["ada"].reason and "shapes don't fit" in outcomes["ada"].reason
    assert isinstance(outcomes["bob"], batch.Graded)
