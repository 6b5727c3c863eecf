"""Formulas that are keyed on a size, on ties, on large values or on a class don't pass."""

from __future__ import annotations

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.records.report import Finding
from gradcheck.sandbox.executors import Executor

SOFTMAX = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def softmax_backward(dout, z):
    p = softmax(z)
    dz = p * (dout - (dout * p).sum(axis=1, keepdims=True))
    {}
    return dz
"""
CROSS_ENTROPY = """
import numpy as np

def softmax_loss(z, y):
    n = len(z)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).sum() / n
    dz = p / n
    {}
    return loss, dz
"""
SOFTPLUS = """
import numpy as np

def softplus(x):
    return np.logaddexp(0, x)

def softplus_backward(dout, x):
    slope = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    {}
    return dout * slope
"""
RIGHT = "dz[np.arange(n), y] -= 1 / n"
KEYED = {
    "batch": (SOFTMAX, "dz = dz if len(z) < 200 else 2 * dz"),
    "classes": (SOFTMAX, "dz = dz * (1 if z.shape[1] < 20 else 2)"),
    "ties": (SOFTMAX, "dz[(z == z.max(axis=1, keepdims=True)).sum(axis=1) > 1] = 0"),
    "label": (CROSS_ENTROPY, "dz[np.arange(n)[y != 5], y[y != 5]] -= 1 / n"),
    "block": (CROSS_ENTROPY, f"{RIGHT}; dz *= n / min(n, 128)"),
    "large": (SOFTPLUS, "slope = np.where(x > 1000, x, slope)"),
}


def told(source: str, executor: Executor) -> tuple[str, list[Finding]]:
    submission = submission_from_bytes("keyed.py", source.encode(), identifier="keyed")
    report = grade(submission, None, executor=executor, options=Options(profile="standard"))
    faults = (f for c in report.components for k in c.checks for f in k.findings)
    return report.outcome, [f for f in faults if f.severity == "fault" and not f.follows_from]


@pytest.mark.parametrize("name", KEYED)
def test_what_is_keyed_on_something_fails_on_its_line(name: str, executor: Executor) -> None:
    frame, line = KEYED[name]
    source = frame.format(line)
    outcome, (fault,) = told(source, executor)
    assert outcome == "failed"
    if name != "large":  # of extreme inputs, the function is told
        assert fault.diagnosis is not None and fault.diagnosis.id == "special-case"
        assert fault.location is not None
        assert line in source.splitlines()[fault.location.line - 1]


@pytest.mark.parametrize(
    ("frame", "line"),
    [(SOFTMAX, "dz = dz * 1.0"), (CROSS_ENTROPY, RIGHT), (SOFTPLUS, "slope = slope * 1.0")],
)
def test_the_same_without_it_passes(frame: str, line: str, executor: Executor) -> None:
    assert told(frame.format(line), executor) == ("passed", [])


STATELESS = """
import numpy as np

class Tanh:
    def forward(self, z):
        return np.tanh(z)

    def backward(self, {}):
        a = self.forward(z)
        return {}
"""


@pytest.mark.parametrize(("takes", "line"), [
    ("z, top_diff", "(1 - a ** 2) * top_diff"),
    ("z", "1 - a ** 2"),
])  # fmt: skip
def test_a_class_without_state_is_read_by_what_its_gradient_takes(
    takes: str, line: str, executor: Executor
) -> None:
    assert told(STATELESS.format(takes, line), executor) == ("passed", [])
    outcome, (fault,) = told(STATELESS.format(takes, line.replace("- a", "+ a")), executor)
    assert outcome == "failed"
    assert fault.diagnosis is not None and fault.diagnosis.id == "sign-flipped"
