"""Optimizers, engines and layers with several outputs: what is read, and what must not be."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

# id -> (source, component)
RIGHT: dict[str, tuple[str, str]] = {
    "memories changed in place, nothing returned": (
        """
        def adamw_step(p, g, m, v, t, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8, wd=1e-2):
            m[:] = b1 * m + (1 - b1) * g
            v[:] = b2 * v + (1 - b2) * g * g
            m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
            p -= lr * (m_hat / (np.sqrt(v_hat) + eps) + wd * p)
        """,
        "adamw",
    ),
    "eps inside the root, written out": (
        """
        def adagrad_update(theta, grad, G, eta=0.01):
            G = G + grad * grad
            return theta - eta / np.sqrt(G + 1e-8) * grad, G
        """,
        "adagrad",
    ),
    "constants in a dict under other keys": (
        """
        def rmsprop(w, dw, config):
            keep = config.get("share", 0.95)
            s = keep * config.get("mean", 0.0) + (1 - keep) * dw**2
            return w - config["learning_rate"] * dw / (np.sqrt(s) + 1e-6), {**config, "mean": s}
        """,
        "rmsprop",
    ),
    "an object of arrays, names of its own": (
        """
        class AdamOptimizer:
            def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
                self.rate, self.b1, self.b2, self.m, self.v, self.t = (
                    learning_rate, beta_1, beta_2, 0.0, 0.0, 0)
            def update(self, w, grad_wrt_w):
                self.t += 1
                self.m = self.b1 * self.m + (1 - self.b1) * grad_wrt_w
                self.v = self.b2 * self.v + (1 - self.b2) * grad_wrt_w**2
                v_hat = self.v / (1 - self.b2**self.t)
                return w - self.rate * self.m / (1 - self.b1**self.t) / (np.sqrt(v_hat) + 1e-8)
        """,
        "adam",
    ),
    "parameters kept by the object, in a list": (
        """
        class SGDMomentum:
            def __init__(self, params, lr, momentum):
                self.params, self.lr, self.mu = params, lr, momentum
                self.v = [np.zeros_like(p) for p in params]
            def step(self, grads):
                for p, g, v in zip(self.params, grads, self.v):
                    v *= self.mu
                    v += g
                    p -= self.lr * v
        """,
        "momentum",
    ),
    "two outputs, no cache": (
        """
        def _gates(x, h, Wx, Wh, b):
            i, f, g, o = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
            s = lambda u: 1 / (1 + np.exp(-u))
            return s(i), s(f), np.tanh(g), s(o)
        def lstm_cell(x, h, c, Wx, Wh, b):
            i, f, g, o = _gates(x, h, Wx, Wh, b)
            c_next = f * c + i * g
            return o * np.tanh(c_next), c_next
        def lstm_cell_backward(dh, dc, x, h, c, Wx, Wh, b):
            i, f, g, o = _gates(x, h, Wx, Wh, b)
            t = np.tanh(f * c + i * g)
            dc = dc + dh * o * (1 - t * t)
            du = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g),
                            dh * t * o * (1 - o)])
            return du @ Wx.T, du @ Wh.T, dc * f, x.T @ du, h.T @ du, du.sum(axis=0)
        """,
        "lstm-cell",
    ),
    "an engine of sums and products": (
        """
        class Number:
            def __init__(self, val):
                self.val, self.grad, self.made_of = val, 0.0, ()
            def made(self, val, *made_of):
                out = Number(val)
                out.made_of = made_of
                return out
            def __add__(self, other):
                return self.made(self.val + other.val, (self, 1.0), (other, 1.0))
            def __mul__(self, other):
                return self.made(self.val * other.val, (self, other.val), (other, self.val))
            def backward(self, upstream=1.0):
                self.grad += upstream
                for number, slope in self.made_of:
                    number.backward(upstream * slope)
        """,
        "autograd",
    ),
}  # fmt: skip

UNREAD = {
    "the gradient is a function": """
        def momentum(theta, grad_fn, v, lr=0.1):
            v = 0.9 * v - lr * grad_fn(theta)
            return theta + v, v
        """,
    "parameters are layers": """
        class Adam:
            def update(self, params, grads):
                for layer in params:
                    layer.weights -= 0.1 * grads[layer.name]
        """,
    "a matrix with a backward that takes a gradient": """
        class Value:
            def __init__(self, data):
                self.data, self.grad = data, None
            def __add__(self, other):
                return Value(self.data + other.data)
            def __mul__(self, other):
                return Value(self.data * other.data)
            def backward(self, upstream):
                self.grad = upstream
        """,
}


def graded(source: str, path: Path, executor: Executor) -> Report:
    path.write_text("import numpy as np\n" + textwrap.dedent(source), encoding="utf-8")
    return grade(read_submission(path), None, executor=executor, options=Options(profile="quick"))


@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_are_read_and_pass(name: str, tmp_path: Path, executor: Executor) -> None:
    source, component = RIGHT[name]
    report = graded(source, tmp_path / "mine.py", executor)
    assert [(c.id, c.outcome) for c in report.components] == [(component, "passed")]


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_called_is_not_accused(
    name: str, tmp_path: Path, executor: Executor
) -> None:
    report = graded(UNREAD[name], tmp_path / "mine.py", executor)
    assert not report.components
    assert report.unrecognised


def test_what_raises_in_its_only_form_fails(tmp_path: Path, executor: Executor) -> None:
    source = "def adam(w, dw, m, v, t):\n    return w - missing * dw, m, v\n"
    report = graded(source, tmp_path / "mine.py", executor)
    assert [(c.id, c.outcome) for c in report.components] == [("adam", "failed")]
