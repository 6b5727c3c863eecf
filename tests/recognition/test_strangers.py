"""What files that nobody here has written showed: verdict, place and cause of small mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.pipeline import Options
from gradcheck.records.report import CheckReport, Report
from gradcheck.sandbox.executors import Executor

NUMPY = "import numpy as np\n"
FLAG = NUMPY + """
def sse(y_true, y_pred, derivative=False):
    if derivative:
        return -2 * (y_true - y_pred)
    return np.sum((y_true - y_pred) ** 2)
"""
TURNED = NUMPY + """
def tanh(x, derivative=False):
    if not derivative:
        return np.tanh(x)
    return 1 - np.tanh(x) ** 2
"""
CONTAINER = """
class Sequential:
    def __init__(self, layers):
        self.layers = layers
    def forward(self, x):
        for layer in self.layers: x = layer.forward(x)
        return x
    def backward(self, g):
        for layer in self.layers: g = layer.backward(g)
        return g
class Model:
    def __init__(self):
        self.layers = []
    def forward(self, x):
        for layer in self.layers: x = layer.forward(x)
        return x
    def backward(self, g):
        for layer in self.layers: g = layer.backward(g)
        return g
"""


def judged(source: str, folder: Path, executor: Executor) -> Report:
    path = folder / "theirs.py"
    path.write_text(source, encoding="utf-8")
    return grade(read_submission(path), None, options=Options(profile="quick"), executor=executor)


def first_fault(report: Report) -> CheckReport:
    return next(k for c in report.components for k in c.checks if k.outcome == "failed")


@pytest.mark.parametrize(("source", "right", "wrong", "check", "line", "named"), [
    (FLAG, "return -2 *", "return 2 *", "gradient-value", 5, "sign-flipped"),
    (FLAG, "** 2)", "** 2) * 3", "forward-value", 6, None),
    (TURNED, "1 - np.tanh(x) ** 2", "1 - np.tanh(x)", "gradient-value", 6,
     "tanh-slope-incomplete"),
    (TURNED, "        return np.tanh(x)", "        return np.tanh(x) * 1.01", "forward-value", 5,
     None),
])  # fmt: skip
def test_the_line_behind_a_flag(
    source: str, right: str, wrong: str, check: str, line: int, named: str | None,
    tmp_path: Path, executor: Executor,
) -> None:  # fmt: skip
    assert judged(source, tmp_path, executor).outcome == "passed"
    found = first_fault(judged(source.replace(right, wrong), tmp_path, executor))
    (finding, *_) = found.findings
    assert found.id == check
    assert finding.location is not None and finding.location.line == line
    assert (finding.diagnosis.id if finding.diagnosis else None) == named


def test_a_container_of_no_layers_is_not_judged(tmp_path: Path, executor: Executor) -> None:
    report = judged(CONTAINER, tmp_path, executor)
    assert not report.components
    assert {u.name for u in report.unrecognised} == {"Sequential", "Model"}


def test_an_empty_list_is_no_array(tmp_path: Path, executor: Executor) -> None:
    source = """
def cost(pred, target):
    m = len(target)
    return sum((pred[i] - target[i]) ** 2 for i in range(m)) / (2 * m)
def cost_derivative(pred, target):
    m = len(target)
    return [(pred[i] - target[i]) / m for i in range(m - 1)]
"""
    found = first_fault(judged(source, tmp_path, executor))
    assert "is an empty list; it must have shape (1,)" in found.findings[0].message


def test_an_operation_that_no_expression_needs_is_judged(
    tmp_path: Path, executor: Executor
) -> None:
    source = """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.back = data, 0.0, parents, lambda: None
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def back(): self.grad += out.grad; other.grad += out.grad
        out.back = back
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def back(): self.grad += other.data * out.grad; other.grad += self.data * out.grad
        out.back = back
        return out
    def log(self):
        out = Value(self.data, (self,))
        out.back = lambda: None
        return out
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v.parents: visit(p)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order): v.back()
"""
    engine, log = judged(source, tmp_path, executor).components
    assert (engine.id, engine.outcome) == ("autograd", "passed")
    assert (log.id, log.outcome) == ("own", "failed")
