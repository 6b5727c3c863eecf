"""The line to change: where it is named, the changed file passes, and the line is the wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission, submission_from_bytes
from gradcheck.mends.line_search import Suspicion, suspicion
from gradcheck.options import Options
from gradcheck.records.report import CheckReport, Finding, Report
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session

NETWORK = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def network(params, X, y):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    n = X.shape[0]
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    cost = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    dz2 = (a2 - y) / n
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    da1 = dz2 @ W2.T
    dz1 = da1 * (1 - a1**2)
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0)
    return cost, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
"""
LAYER = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""
PAIR = """
import numpy as np

def slope(z):
    t = np.tanh(z)
    return 1 - t * t

def tanh(z):
    return np.tanh(z)

def tanh_backward(dout, z):
    return dout * slope(z)
"""
RELU = """
import numpy as np

def relu(x):
    return np.maximum(0, x)

def relu_backward(dout, x):
    return dout * np.where(x > 0, 1.0, 0.0)
"""
RELU_IN_PLACE = """
import numpy as np

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return dx
"""
SOFTMAX = """
import numpy as np

def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)

def softmax_backward(dout, z):
    dz = np.zeros_like(z)
    for i, p in enumerate(softmax(z)):
        J = np.diag(p) - np.outer(p, p)
        dz[i] = J @ dout[i]
    return dz
"""
ONE_LINE = {  # source, its right line, the wrong one
    "a sign": (NETWORK, "dz2 = (a2 - y) / n", "dz2 = (a2 + y) / n"),
    "no mean": (NETWORK, "dz2 = (a2 - y) / n", "dz2 = a2 - y"),
    "another layer's activation": (NETWORK, "dz1 = da1 * (1 - a1**2)", "dz1 = da1 * (1 - a2**2)"),
    "the sigmoid's slope": (NETWORK, "dz1 = da1 * (1 - a1**2)", "dz1 = da1 * a1 * (1 - a1)"),
    "half a slope too many": (NETWORK, "dz2 = (a2 - y) / n", "dz2 = (a2 - y) * (1 - a2) / n"),
    "a slope too many": (NETWORK, "dz2 = (a2 - y) / n", "dz2 = (a2 - y) * a2 * (1 - a2) / n"),
    "an axis": (NETWORK, "db1 = dz1.sum(axis=0)", "db1 = dz1.sum(axis=1)"),
    "no axis": (NETWORK, "db2 = dz2.sum(axis=0)", "db2 = dz2.sum()"),
    "a label": (NETWORK, "da1 = dz2 @ W2.T", "da1 = dz2 * y @ W2.T"),
    "data of another layer": (NETWORK, "dW2 = a1.T @ dz2", "dW2 = z1.T @ dz2"),
    "in the returned dict": (NETWORK, '"b1": db1,', '"b1": 2 * db1,'),
    "the value": (NETWORK, "cost = -np.mean(", "cost = np.mean("),
    "an attribute": (LAYER, "self.db = dout.sum(axis=0)", "self.db = dout.mean(axis=0)"),
    "what a method returns": (LAYER, "return dout @ self.W.T", "return -dout @ self.W.T"),
    "a function that is called": (PAIR, "return 1 - t * t", "return 1 - t"),
    "brackets": (NETWORK, "dz2 = (a2 - y) / n", "dz2 = a2 - y / n"),
    "a slope, in a copy": (NETWORK, "dz1 = da1 * (1 - a1**2)", "dz1 = da1"),
    "the activation for its slope": (NETWORK, "dz1 = da1 * (1 - a1**2)", "dz1 = np.tanh(da1)"),
    "weights in between": (NETWORK, "dz1 = da1 * (1 - a1**2)", "dz1 = dz2 * (1 - a1**2)"),
    "an undefined attribute": (LAYER, "self.dW = self.x.T @ dout", "self.dW = self.input.T @ dout"),
    "a narrower type": (LAYER, "return dout @ self.W.T",
                        "return (dout @ self.W.T).astype(np.float32)"),
    "an if for all entries": (RELU, "return dout * np.where(x > 0, 1.0, 0.0)",
                              "return dout * (1.0 if x > 0 else 0.0)"),
    "softmax's diagonal": (SOFTMAX, "J = np.diag(p) - np.outer(p, p)", "J = np.diag(p * (1 - p))"),
    "no exponential": (SOFTMAX, "e = np.exp(z)", "e = z"),
    "written into dout": (RELU_IN_PLACE, "dx = dout.copy()", "dx = dout"),
}  # fmt: skip
TWO_LINES = {
    "two of a network": (NETWORK, ("dW2 = a1.T @ dz2", "dW2 = z1.T @ dz2"),
                         ("dW1 = X.T @ dz1", "dW1 = -X.T @ dz1")),
    "two of a layer": (LAYER, ("self.dW = self.x.T @ dout", "self.dW = self.x.T @ dout / 2"),
                       ("self.db = dout.sum(axis=0)", "self.db = -dout.sum(axis=0)")),
}  # fmt: skip
BEYOND = {
    "two slips at once": NETWORK.replace("dz1 = da1 * (1 - a1**2)", "dz1 = -da1 * (1 - a1)")
                                .replace("(a2 - y) / n", "(a2 - 2 * y)"),
    "noise": LAYER.replace("return dout @ self.W.T", "return dout @ np.cos(self.W.T)"),
}  # fmt: skip
SLOW = """
import time
import numpy as np

def tanh(z):
    return np.tanh(z)

def tanh_backward(dout, z):
    steps = 1
    while steps != 0:
        steps = steps - 1
    return dout * (1 - np.tanh(z))
"""


def judged(source: str, executor: Executor, **chosen: str) -> Report:
    submission = submission_from_bytes("mine.py", source.encode(), identifier="mine")
    options = Options(**({"profile": "standard"} | chosen))  # type: ignore[arg-type]
    return grade(submission, None, executor=executor, options=options)


def faults(report: Report) -> list[Finding]:
    checks = [c for component in report.components for c in component.checks]
    return [f for c in checks for f in c.findings if f.severity == "fault"]


def mends(report: Report) -> dict[int, str]:
    """Return the lines that findings name, with the text that they should have."""
    found = {}
    for finding in faults(report):
        if finding.diagnosis is not None and finding.diagnosis.repair is not None:
            repair = finding.diagnosis.repair
            assert finding.location is not None
            assert finding.location.line == repair.line
            assert finding.location.source == repair.before
            assert repair.verified
            found[repair.line] = repair.after
    return found


def line_of(source: str, text: str) -> int:
    (line,) = (k for k, found in enumerate(source.split("\n"), 1) if text in found)
    return line


def mended(source: str, changes: dict[int, str], end: str = "\n") -> str:
    lines = source.split(end)
    for line, after in changes.items():
        lines[line - 1] = after
    return end.join(lines)


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", ONE_LINE)
def test_the_wrong_line_is_named_and_the_mend_passes(name: str, executor: Executor) -> None:
    source, right, wrong = ONE_LINE[name]
    broken = source.replace(right, wrong)
    report = judged(broken, executor)
    assert report.outcome == "failed"
    changes = mends(report)
    assert list(changes) == [line_of(broken, wrong)]
    again = judged(mended(broken, changes), executor, profile="quick")
    assert again.outcome == "passed"
    assert len(again.components) == len(report.components)


def test_what_no_mistake_explains_is_called_one_line(executor: Executor) -> None:
    report = judged(PAIR.replace("1 - t * t", "1 - t * z"), executor)
    assert [f.diagnosis.id for f in faults(report) if f.diagnosis] == ["one-line-off"]
    assert mends(report) == {6: "    return 1 - t * t"}


@pytest.mark.parametrize("name", TWO_LINES)
def test_two_lines_are_named_each_at_its_own_result(name: str, executor: Executor) -> None:
    source, *slips = TWO_LINES[name]
    broken = source
    for right, wrong in slips:
        broken = broken.replace(right, wrong)
    changes = mends(judged(broken, executor))
    assert set(changes) == {line_of(broken, wrong) for _, wrong in slips}
    assert judged(mended(broken, changes), executor, profile="quick").outcome == "passed"


@pytest.mark.parametrize("name", BEYOND)
def test_what_no_line_mends_is_failed_without_one(name: str, executor: Executor) -> None:
    report = judged(BEYOND[name], executor)
    assert report.outcome == "failed"
    assert mends(report) == {}


def test_line_ends_of_windows_stay(executor: Executor) -> None:
    source, right, wrong = ONE_LINE["no mean"]
    broken = source.replace(right, wrong).replace("\n", "\r\n")
    changes = mends(judged(broken, executor))
    assert len(changes) == 1
    assert judged(mended(broken, changes, "\r\n"), executor, profile="quick").outcome == "passed"


def test_an_edit_that_never_ends_costs_nothing_but_the_mend(executor: Executor) -> None:
    """Changing ``steps - 1`` makes an endless loop: the verdict is the same, others are graded."""
    report = judged(SLOW, executor)
    assert report.outcome == "failed"
    assert {f.diagnosis.id for f in faults(report) if f.diagnosis} <= {
        "tanh-slope-incomplete", "one-line-off",
    }  # fmt: skip


def test_code_that_hangs_is_not_copied(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "copy", lambda *_: pytest.fail("a copy was made"))
    report = judged(PAIR.replace("return dout * slope(z)", "while True: pass"), executor)
    assert report.outcome == "failed"


def test_a_file_of_a_folder_is_mended(tmp_path: Path, executor: Executor) -> None:
    (tmp_path / "activations.py").write_text(PAIR.replace("1 - t * t", "1 + t * t"))
    (tmp_path / "layers.py").write_text(LAYER)
    report = grade(read_submission(tmp_path), None, executor=executor,
                   options=Options(profile="standard"))  # fmt: skip
    (line,) = mends(report)
    assert line == line_of(PAIR, "1 - t * t")
    located = [f.location.file for f in faults(report) if f.location and f.diagnosis]
    assert located == ["activations.py"]


def test_a_quick_run_tries_none_unless_it_is_asked_to(executor: Executor) -> None:
    source, right, wrong = ONE_LINE["no axis"]
    broken = source.replace(right, wrong)
    assert mends(judged(broken, executor, profile="quick")) == {}
    assert len(mends(judged(broken, executor, profile="quick", hints="fix"))) == 1


def test_a_hint_of_the_mistake_keeps_the_mend_back(executor: Executor) -> None:
    source, right, wrong = ONE_LINE["no axis"]
    report = judged(source.replace(right, wrong), executor, hints="mistake")
    assert mends(report) == {}


def check(identifier: str, variable: str | None, outcome: str) -> CheckReport:
    return CheckReport(id=identifier, title=identifier, variable=variable, outcome=outcome)  # type: ignore[arg-type]


def test_what_is_suspected_follows_from_the_checks() -> None:
    checks = [check("forward-value", None, "passed"), check("gradient-shape", "W", "passed"),
              check("gradient-value", "W", "failed"), check("gradient-value", "b", "passed"),
              check("loss-decrease", None, "failed")]  # fmt: skip
    assert suspicion(checks) == Suspicion(is_value=False, wrong=("W",), right=("b",))
    assert suspicion([check("loss-decrease", None, "failed")]) is None
    assert suspicion([check("output-shape", None, "failed")]) == Suspicion(True, (), ())
