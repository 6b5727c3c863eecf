"""Functions that are several by a word: each is judged, or it is said that it isn't."""

from __future__ import annotations

from pathlib import Path

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

OWN_WORD = """
def act(z, kind):
    if kind == "tanh":
        return np.tanh(z)
    if kind == "swoosh":
        return z * np.tanh(z) + np.sin(z)
    raise ValueError(kind)

def act_prime(z, kind):
    if kind == "tanh":
        return 1 - np.tanh(z) ** 2
    if kind == "swoosh":
        return np.tanh(z)
    raise ValueError(kind)
"""
ONE_WITHOUT_A_SLOPE = """
def activation(z, name):
    if name == "relu":
        return np.maximum(0, z)
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

def activation_derivative(z, name):
    if name == "relu":
        return (z > 0) * 1.0
    raise ValueError("the softmax stands before its loss")
"""
OF_A_LAYER = """
def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    A = np.maximum(0, Z) if activation == "relu" else 1 / (1 + np.exp(-Z))
    return A, (A_prev, W, b, A)

def linear_activation_backward(dA, cache, activation):
    A_prev, W, b, A = cache
    dZ = dA * (A > 0) if activation == "relu" else dA * A * (1 - A)
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m
"""


def judged(source: str, tmp_path: Path, executor: Executor) -> Report:
    path = tmp_path / "code.py"
    path.write_text("import numpy as np\n" + source, encoding="utf-8")
    options = Options(profile="quick")
    return grade(read_submission(path), None, options=options, executor=executor)


def test_a_word_that_nothing_fits_is_told(executor: Executor, tmp_path: Path) -> None:
    report = judged(OWN_WORD, tmp_path, executor)
    assert [(c.id, c.outcome) for c in report.components] == [("tanh", "passed")]
    assert [u.name for u in report.unrecognised] == ["act(kind='swoosh')",
                                                     "act_prime(kind='swoosh')"]  # fmt: skip


def test_a_word_without_a_slope_fails_nothing(executor: Executor, tmp_path: Path) -> None:
    report = judged(ONE_WITHOUT_A_SLOPE, tmp_path, executor)
    assert {c.outcome for c in report.components} == {"passed"}
    assert {c.id for c in report.components} == {"relu", "softmax"}


def test_words_of_layers_are_theirs(executor: Executor, tmp_path: Path) -> None:
    report = judged(OF_A_LAYER, tmp_path, executor)
    assert {c.id for c in report.components} == {"affine-relu", "affine-sigmoid"}
    assert report.outcome == "passed"
