"""Which Python runs students' code, and namespaces where they are required."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from gradcheck.api import check
from gradcheck.errors import WorkerStartError
from gradcheck.grading.graders import Graders, Task
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Fault
from gradcheck.sandbox.default import INTERPRETER, default_executor, strengthened
from gradcheck.sandbox.executors import bubblewrap
from gradcheck.sandbox.executors.bubblewrap import Bubblewrap
from gradcheck.sandbox.levels import observed_isolation
from gradcheck.sandbox.session import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nurseries are Linux's")


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Return an interpreter that leaves a mark when it is started."""
    path = tmp_path / "python"
    path.write_text(f'#!/bin/sh\necho started >> {tmp_path}/mark\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return path


def test_the_interpreter_is_the_option_s_else_the_environment_s(
    python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_executor().interpreter == sys.executable
    monkeypatch.setenv(INTERPRETER, "/from/the/environment")
    assert default_executor().interpreter == "/from/the/environment"
    executor = default_executor(interpreter=str(python))
    with Session([("a.py", "x = 1")], executor=executor, budgets=Budgets()) as session:
        assert not isinstance(session.load(), Fault)
    executor.close()
    assert (python.parent / "mark").read_text() == "started\n"


def test_graders_hand_it_on(python: Path) -> None:
    graders = Graders(1, interpreter=str(python))
    try:
        submission = submission_from_bytes("a.py", b"x = 1", identifier="a")
        graders.submit(Task(submission)).result()
    finally:
        graders.close()
    assert (python.parent / "mark").exists()


def test_an_interpreter_that_is_not_there_is_told(tmp_path: Path) -> None:
    executor = default_executor(interpreter=str(tmp_path / "nothing"))
    with (
        Session([("a.py", "x = 1")], executor=executor, budgets=Budgets()) as session,
        pytest.raises(WorkerStartError, match="nothing"),
    ):
        session.load()
    executor.close()


def test_namespaces_are_made_where_they_are_required() -> None:
    plain = default_executor(2)
    assert not isinstance(plain, Bubblewrap) and strengthened(plain, 2) is plain
    stronger = strengthened(plain, 3)
    assert isinstance(stronger, Bubblewrap) and strengthened(stronger, 3) is stronger


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here")
def test_inside_namespaces_the_clock_and_the_end_are_the_same() -> None:
    executor = Bubblewrap()
    child = executor.start()
    assert child.pid > 100 and child.wait() is None
    child.kill()
    assert child.wait(5.0) == -9
    child.close()
    executor.close()


def test_without_bubblewrap_nothing_is_graded_at_level_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "PROGRAM", "no-such-program")
    bubblewrap._prefix.cache_clear()
    path = tmp_path / "a.py"
    path.write_text("print('executed')\n")
    report = check(path, options=Options(isolation=3))
    bubblewrap._prefix.cache_clear()

    assert report.outcome == "errored" and report.submission.output.stdout == ""
    assert any("bubblewrap isn't installed" in reason for reason in report.isolation.missing)


def test_facts_that_are_none_are_level_0() -> None:
    facts = {"rlimits": "all", "lockdown": {"probes": ["denied"], "layers": 3}, "absent": None}
    assert observed_isolation(facts, 0).level == 0
    assert observed_isolation({}, 2).level == 0
