"""The wrong line is found by trying edits of it, and what is shown was seen to pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.edits import Names, edits, things
from gradcheck.intake import read_submission
from gradcheck.options import Options
from gradcheck.records.report import DiagnosisRef, Finding
from gradcheck.sandbox.executors import Executor
from gradcheck.slips import slips

LAYER = """import numpy as np

class LayerNorm:
    def __init__(self, dim, eps=1e-5):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.eps = eps

    def forward(self, x):
        self.mean = x.mean(-1, keepdims=True)
        self.std = np.sqrt(x.var(-1, keepdims=True) + self.eps)
        self.norm = (x - self.mean) / self.std
        return self.gamma * self.norm + self.beta

    def backward(self, dout):
        norm = self.norm
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * norm).sum(axis=0)
        dnorm = dout * self.gamma
        rows = (dnorm * norm).mean(-1, keepdims=True)
        dx = dnorm - dnorm.mean(-1, keepdims=True) - norm * rows
        return dx / self.std
"""
PAIR = """import numpy as np

def mean(X, w, b, y):
    return np.mean((X @ w + b - y) ** 2)

def mean_grad(X, w, b, y):
    m = len(y)
    error = X @ w + b - y
    scaled = 2 * error / m
    dw = X.T @ scaled
    db = np.sum(scaled)
    return dw, db
"""


def edited(line: str, *names: str) -> set[str]:
    known = Names([*things([line]), *names], frozenset(), ())
    return {after for _, _, _, after in edits(line, known)}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("d = a + b", "d = a - b"),
        ("dW = x * d", "dW = x @ d"),
        ("dW += d", "dW -= d"),
        ("dW = d", "dW += d"),
        ("s = 2 * e / m", "s = e / m"),
        ("s = 2 * e / m", "s = 2 * e"),
        ("z = a", "z = zs"),
        ("dz = dout", "dz = dout.copy()"),
        ("dz = dout", "dz = dout * s"),
        ("dz = (1 - t ** 2)", "dz = (1 - t ** 2) * dout"),
        ("return s * 1 - s", "return s * (1 - s)"),
        ("g = np.clip(a @ b, -1, 1)", "g = (a @ b)"),
        ("v = a / (b + c)", "v = a / np.sqrt(b + c)"),
        ("t = 1 - a  # the slope", "t = 1 - a ** 2  # the slope"),
        ("dh = g['W + b'] + h", "dh = g['W + b'] - h"),
        ("m = X.shape[1]", "m = X.shape[0]"),
    ],
)
def test_edits(wrong: str, right: str) -> None:
    assert right in edited(wrong, "zs", "s", "dout")


def test_strings_and_comments_stay_as_they_are() -> None:
    for after in edited("a = g['x - y'] * b  # c - d"):
        assert "'x - y'" in after or "g" not in after
        assert after.endswith("# c - d")


def test_what_counts_is_given_no_sign() -> None:
    assert edited("m = X.shape[1]", "s") == {"m = X.shape[0]"}


def test_only_lines_that_the_value_depends_on_are_edited() -> None:
    lines = ["def f(x, y):", "    a = x + y", "    b = x - y", "    c = a * 2", "    return c"]
    assert {s.repair.line for s in slips("f.py", lines, 5)} == {2, 4, 5}


def mended(source: str, tmp_path: Path, executor: Executor) -> tuple[Finding, DiagnosisRef]:
    path = tmp_path / "mine.py"
    path.write_text(source)
    report = grade(read_submission(path), None, options=Options(hints="fix", profile="quick"),
                   executor=executor)  # fmt: skip
    findings = [f for c in report.components for k in c.checks for f in k.findings
                if f.severity == "fault" and f.follows_from is None and f.diagnosis]  # fmt: skip
    assert findings[0].diagnosis is not None
    return findings[0], findings[0].diagnosis


@pytest.mark.parametrize(
    ("source", "right", "wrong", "kind"),
    [
        (LAYER, "dnorm = dout * self.gamma", "dnorm = dout", ""),
        (LAYER, "rows = (dnorm * norm)", "rows = (dnorm * dnorm)", ""),
        (LAYER, "dx = dnorm - dnorm.mean", "dx = dnorm + dnorm.mean", "sign-flipped"),
        (PAIR, "scaled = 2 * error / m", "scaled = 2 * y / m", "one-line-slip"),
    ],
)
def test_the_line_is_found(
    source: str, right: str, wrong: str, kind: str, tmp_path: Path, executor: Executor
) -> None:
    assert source.count(right) == 1
    finding, diagnosis = mended(source.replace(right, wrong), tmp_path, executor)
    place = source[: source.index(right)].count("\n") + 1
    assert finding.location is not None
    assert diagnosis.repair is not None
    assert (finding.location.line, diagnosis.repair.line) == (place, place)
    assert diagnosis.repair.verified
    assert kind in {"", diagnosis.id}
