"""Costs of weights and data of the student's own: what is judged, and what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.sandbox.executors import Executor

QUICK = Options(profile="quick")
RIGHT = """
import numpy as np

def objective(w, b, X, y, lam):
    error = X @ w + b - y
    return np.mean(error ** 4) + lam / 2 * np.sum(w[1:] ** 2)

def objective_gradient(w, b, X, y, lam):
    error = X @ w + b - y
    dw = 4 * X.T @ error ** 3 / len(y)
    dw[1:] += lam * w[1:]
    return dw, 4 * np.mean(error ** 3)
"""
PENALTY = "dw[1:] += lam * w[1:]"
CASES = {
    "right": ("", "", {"own": "passed"}),
    "the penalty's factor": (PENALTY, "dw[1:] += 2 * lam * w[1:]", {"own": "failed"}),
    "a penalty of all": (PENALTY, "dw += lam * w", {"own": "failed"}),
    "a penalty in the cost alone": (PENALTY, "pass", {}),
    "of all in the cost alone": ("np.sum(w[1:] ** 2)", "np.sum(w ** 2)", {}),
    "in the gradient alone": (" + lam / 2 * np.sum(w[1:] ** 2)", "", {}),
    "a factor of all": ("4 * X.T @ error ** 3 / len(y)", "4 * X.T @ error ** 3", {}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_cost_and_its_gradient(case: str, executor: Executor, tmp_path: Path) -> None:
    before, after, expected = CASES[case]
    (tmp_path / "a.py").write_text(RIGHT.replace(before, after), encoding="utf-8")
    report = grade(read_submission(tmp_path / "a.py"), None, options=QUICK, executor=executor)
    found = {c.id: c.outcome for c in report.components if c.kind != "submission"}
    assert {name: outcome for name, outcome in found.items() if name == "own"} == expected
