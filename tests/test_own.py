"""Functions that no component knows: judged by the derivative of their own value."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradcheck
from gradcheck.records.report import ComponentReport, Report

MISH = """
def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))

def mish_backward(dout, x):
    s = np.log1p(np.exp(x))
    t = np.tanh(s)
    return dout * (t + x * (1 - t**2) / (1 + np.exp(-x)))
"""
BENT = """
def bent_forward(x, w, b):
    z = x @ w + b
    return np.sqrt(z**2 + 1) - 1 + z, (x, w, z)

def bent_backward(dout, cache):
    x, w, z = cache
    dz = dout * (z / np.sqrt(z**2 + 1) + 1)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
"""
SCALE = """
def scale_shift(x, gamma, beta):
    return x * gamma + beta

def scale_shift_backward(dout, x, gamma, beta):
    return dout * gamma, (dout * x).sum(0), dout.sum(0)
"""
LOGCOSH = """
def logcosh(pred, target):
    return np.mean(np.log(np.cosh(pred - target)))

def logcosh_grad(pred, target):
    return np.tanh(pred - target) / pred.size
"""
GATED = """
def gated_forward(a, b):
    s = 1 / (1 + np.exp(-b))
    return a * s, (a, s)

def gated_backward(dout, cache):
    a, s = cache
    return {"da": dout * s, "db": dout * a * s * (1 - s)}
"""
KINKED = """
def hat(x):
    return np.where(np.abs(x) < 1, 1 - np.abs(x), 0)

def hat_prime(x):
    return np.where(np.abs(x) < 1, -np.sign(x), 0)
"""
ATTENTION = """
def soft(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)

def attention_forward(q, k, v):
    a = soft(q @ k.T / np.sqrt(q.shape[-1]))
    return a @ v, (q, k, v, a)

def attention_backward(dout, cache):
    q, k, v, a = cache
    da = dout @ v.T
    ds = a * (da - (a * da).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return ds @ k, ds.T @ q, a.T @ dout
"""
INSIDE = """
def surprise(p, q):
    return -np.sum(p * np.log(q) + p**3)

def surprise_backward(dout, p, q):
    return -dout * (np.log(q) + 3 * p**2), -dout * p / q
"""
RIGHT = {
    "mish": MISH, "bent": BENT, "scale": SCALE, "logcosh": LOGCOSH, "gated": GATED,
    "kinked": KINKED, "attention": ATTENTION, "inside": INSIDE,
}  # fmt: skip
WRONG = {
    "sign": (MISH, "t + x", "t - x", "x"),
    "by a billionth": (MISH, "dout * (t", "dout * 1.000000001 * (t", "x"),
    "second gradient": (BENT, "x.T @ dz", "-x.T @ dz", "w"),
    "third gradient": (BENT, "dz.sum(axis=0)", "dz.mean(axis=0)", "b"),
    "not summed": (SCALE, "(dout * x).sum(0)", "dout * x", "gamma"),
    "first argument": (LOGCOSH, "pred - target) /", "target - pred) /", "pred"),
    "a missing": (GATED, "dout * a * s", "dout * s", "b"),
    "at the kink": (KINKED, "-np.sign(x)", "np.where(x == 0, 5.0, -np.sign(x))", "x"),
    "scale missing": (ATTENTION, " / np.sqrt(q.shape[-1])\n    return", "\n    return", "q"),
    "inside": (INSIDE, "3 * p**2", "2 * p**2", "p"),
}


@pytest.fixture
def graded(tmp_path: Path):  # type: ignore[no-untyped-def]
    def grade(source: str) -> Report:
        path = tmp_path / "mine.py"
        path.write_text("import numpy as np\n" + source, encoding="utf-8")
        return gradcheck.check(path)

    return grade


def own(report: Report) -> ComponentReport:
    (found,) = (c for c in report.components if c.id == "own")
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_pass(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    report = graded(RIGHT[name])
    component = own(report)
    assert component.outcome == "passed"
    assert "consistency" in component.reading[0]
    methods = {c.method for c in component.checks if c.id == "gradient-consistency"}
    assert methods == {"complex-step"}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_ones_fail_at_their_variable(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    source, right, wrong, variable = WRONG[name]
    assert right in source
    component = own(graded(source.replace(right, wrong)))
    failed = {c.variable for c in component.checks if c.outcome == "failed"}
    assert component.outcome == "failed"
    assert variable in failed


def test_no_check_claims_to_know_the_value(graded) -> None:  # type: ignore[no-untyped-def]
    checks = {c.id for c in own(graded(MISH)).checks}
    assert "gradient-consistency" in checks
    assert not checks & {"forward-value", "gradient-value", "stability", "kink"}


def test_a_component_that_is_known_is_not_own(graded) -> None:  # type: ignore[no-untyped-def]
    report = graded("def relu(x): return np.maximum(x, 0)\ndef relu_prime(x): return (x > 0) * 1.0")
    assert [c.id for c in report.components] == ["relu"]


@pytest.mark.parametrize(
    "source",
    [
        "def build_forward(config): return config['a']\ndef build_backward(d, config): return d",
        "def f(x): return str(x)\ndef f_prime(x): return x",
        "def log_forward(x): print(x)\ndef log_backward(dout, x): print(x)",
    ],
)
def test_what_is_no_function_of_arrays_is_told_not_judged(source: str, graded) -> None:  # type: ignore[no-untyped-def]
    report = graded(source)
    assert [c.id for c in report.components] == []
    assert len(report.unrecognised) == 2
    assert report.outcome == "errored"
