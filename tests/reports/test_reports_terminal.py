"""The terminal's text keeps to its width."""

from __future__ import annotations

from pathlib import Path

import gradcheck
from gradcheck.reports.terminal import FORMAT

SOURCE = """
def f_forward(x, w):
    return x * w * w

def f_backward(dout, x, w):
    return dout * w, dout * x * w
"""


def test_a_title_that_is_too_long_goes_on_under_itself(tmp_path: Path) -> None:
    (tmp_path / "sub.py").write_text(SOURCE, encoding="utf-8")
    lines = FORMAT.text(gradcheck.check(tmp_path / "sub.py"), width=80).splitlines()
    assert max(map(len, lines)) <= 80
    head = next(k for k, line in enumerate(lines) if line.startswith("FAILED   own"))
    assert lines[head].startswith("FAILED   own · gradient with respect to the argument")
    assert lines[head + 1].startswith(" " * 9 + "student's own value")
