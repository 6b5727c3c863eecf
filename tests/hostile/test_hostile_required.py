"""Below the level that is required nothing is executed, and nobody gets a zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.cli import main
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Fault
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.layers import ALL_LAYERS, ONLY_LIMITS
from gradcheck.sandbox.session import Session

SOURCE = b"print('executed')\n\ndef sigmoid(z):\n    return z\n"


@pytest.mark.parametrize("without", ["landlock", "seccomp"])
def test_one_layer_of_two_is_level_1_and_nothing_is_graded(without: str) -> None:
    executor = Fork(tuple(layer for layer in ALL_LAYERS if layer != without))
    submission = submission_from_bytes("my_impl.py", SOURCE, identifier="a")
    try:
        report = grade(submission, None, executor=executor, options=Options(isolation=2))
    finally:
        executor.close()

    assert report.outcome == "errored" and report.score.points is None
    assert (report.isolation.level, report.isolation.required) == (1, 2)
    assert report.submission.output.stdout == ""
    assert any(reason.startswith(without) for reason in report.isolation.missing)
    assert [c.outcome for c in report.components] == ["errored"]
    assert [c.blocked_by for c in report.components[0].checks] == ["isolation"]


def test_the_level_is_what_the_worker_observed_not_what_it_was_told() -> None:
    executor = Fork(ONLY_LIMITS)
    try:
        with Session([("a.py", "x = 1")], executor=executor, budgets=Budgets(),
                     required=1) as session:  # fmt: skip
            assert not isinstance(session.load(), Fault)
            assert session.hello["lockdown"]["probes"]["read"] == "allowed"
    finally:
        executor.close()


def test_level_4_is_never_observed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my_impl.py"
    path.write_bytes(SOURCE)

    assert main(["check", str(path), "--isolation", "guest-kernel"]) == 4
    assert "not graded" in capsys.readouterr().out

