"""Edits of one line: the line is Python's, and everything else stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.cli import main
from gradcheck.mends import proposals
from gradcheck.records.report import Repair


def repair(line: int, before: str, after: str) -> Repair:
    return Repair(line=line, before=before, after=after, verified=False)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_edit_keeps_every_other_character(end: str) -> None:
    source = end.join(["import os", "a = '\u2028'\f", "return x", ""])
    mend = [("a.py", repair(3, "return x", "return -x"))]
    edited = proposals.applied([("a.py", source), ("b.py", source)], mend)
    assert edited == [("a.py", source.replace("return x", "return -x")), ("b.py", source)]


def test_a_line_that_is_not_what_it_was_is_not_edited() -> None:
    sources = [("a.py", "a = 1\n")]
    assert proposals.applied(sources, [("a.py", repair(1, "a = 2", "a = 3"))]) is None
    assert proposals.applied(sources, [("a.py", repair(9, "a = 1", "a = 3"))]) is None


def test_a_form_feed_shifts_no_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Editors of old put form feeds between functions; Python counts no line for them."""
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\n\f\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\f\n"
        "def sigmoid_prime(z):\n    return -sigmoid(z) * (1 - sigmoid(z))\n"
    )
    assert main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "mine.py:7" in shown
    assert "7 │ return -sigmoid(z)" in shown
