"""A network that is wrong because its layer is: one mistake, one mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

THEIRS = """
import numpy as np

def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout / len(dout)
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": 0.1 * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
            "W2": 0.1 * np.random.randn(hidden_size, output_size), "b2": np.zeros(output_size),
        }

    def loss(self, X, y):
        first = Affine(self.params["W1"], self.params["b1"])
        second = Affine(self.params["W2"], self.params["b2"])
        z = first.forward(X)
        p = softmax(second.forward(np.maximum(z, 0)))
        loss = -np.mean(np.log(p[np.arange(len(y)), y]))
        d = p.copy()
        d[np.arange(len(y)), y] -= 1
        dx = second.backward(d / len(y))
        first.backward(dx * (z > 0))
        return loss, {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
"""


@pytest.fixture
def report(executor: Executor, tmp_path: Path) -> Report:
    path = tmp_path / "theirs.py"
    path.write_text(THEIRS, encoding="utf-8")
    return grade(read_submission(path), None, options=Options(), executor=executor)


def test_all_that_follows_has_the_mend_of_the_first(report: Report) -> None:
    failed = [c for c in report.components if c.outcome == "failed"]
    assert len(failed) > 1
    mends = set()
    for component in failed:
        findings = [f for k in component.checks for f in k.findings if f.severity == "fault"]
        (root,) = [f for f in findings if f.follows_from is None]
        assert root.diagnosis is not None
        assert root.diagnosis.repair is not None
        mends.add((root.diagnosis.repair.line, root.diagnosis.repair.after))
    assert len(mends) == 1
    assert "it comes from affine" in root.diagnosis.explanation
