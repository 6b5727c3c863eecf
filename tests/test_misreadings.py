"""What looks like something that we know and isn't must not be failed for it (seen in public)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

LAST_LAYER = """
class Softmax:  # the last layer: its argument is an upstream gradient, no label
    def __init__(self, input_len, nodes):
        self.weights = np.random.randn(input_len, nodes)
        self.biases = np.zeros(nodes)
    def forward(self, x):
        self.x = x
        e = np.exp(x @ self.weights + self.biases)
        self.out = e / e.sum(axis=1, keepdims=True)
        return self.out
    def backprop(self, d_L_d_out, learn_rate):
        d = self.out * (d_L_d_out - (d_L_d_out * self.out).sum(axis=1, keepdims=True))
        self.weights -= learn_rate * self.x.T @ d
        self.biases -= learn_rate * d.sum(axis=0)
"""
LAZY = """
class LayerNorm:  # makes its parameters when it first sees an input
    def __init__(self, eps=1e-5):
        self.eps = eps
        self.gamma = None
        self.beta = None
    def build(self, shape):
        self.gamma, self.beta = np.ones(shape), np.zeros(shape)
        self.is_built = True
    def forward(self, x):
        if not hasattr(self, "is_built"):
            self.build(x.shape[-1])
        self.s = np.sqrt(x.var(axis=-1, keepdims=True) + self.eps)
        self.h = (x - x.mean(axis=-1, keepdims=True)) / self.s
        return self.gamma * self.h + self.beta
    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.h).sum(axis=0), dout.sum(axis=0)
        g = dout * self.gamma
        return (g - g.mean(-1, keepdims=True)
                - self.h * (g * self.h).mean(-1, keepdims=True)) / self.s
"""
REFUSING = """
def svm_loss(features, labels, weights, bias, reg):  # its own checks refuse what isn't meant
    if not isinstance(bias, list):
        raise ValueError("bias must be a list of blocks")
    return 0.0, weights
"""
OF_LAYERS = """
def l2_regularization(layers, lam=0.001):  # takes objects that have arrays
    return sum(0.5 * lam * np.sum(layer.W ** 2) for layer in layers if hasattr(layer, "W"))
"""
OF_ONE_NUMBER = """
def clip(x: float):  # keeps a probability from 0 and 1, and is no gradient's
    return max(1e-7, min(x, 1 - 1e-7))
"""
OTHER_CACHE = """
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ A1 - parameters["b2"]))
    return A2, (A1, A2)
def compute_cost(A2, Y):
    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    D1 = (np.random.rand(*A1.shape) < keep_prob) / keep_prob
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ (A1 * D1) - parameters["b2"]))
    return A2, (A1, D1, A2)
def backward_propagation_with_dropout(parameters, X, Y, cache, keep_prob):
    A1, D1, A2 = cache
    dZ2 = (A2 - Y) / X.shape[1]
    dZ1 = parameters["W2"].T @ dZ2 * D1 * (1 - A1 ** 2)
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
            "dW2": dZ2 @ (A1 * D1).T, "db2": dZ2.sum(axis=1, keepdims=True)}
"""
MATRICES = """
class Matrix:
    def __init__(self, rows): self.rows = rows
    def map(self, f): return Matrix([[f(v) for v in row] for row in self.rows])
class ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        return inputs.map(lambda v: max(0.0, v))
    def backward(self, dvalues):
        return dvalues.map(lambda v: v)
"""
SEVERAL = """
def rnn_step_forward(parameters, a_prev, x):
    a = np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ a_prev + parameters["b"])
    return a, np.exp(a)
def rnn_step_backward(dy, gradients, parameters, x, a, a_prev):
    gradients["dWya"] += dy @ a.T
    return gradients
"""
IMPORT = "import numpy as np\n"
CASES = {
    "last-layer": IMPORT + LAST_LAYER, "lazy": IMPORT + LAZY, "refusing": IMPORT + REFUSING,
    "of-layers": IMPORT + OF_LAYERS, "of-one-number": IMPORT + OF_ONE_NUMBER,
    "other-cache": IMPORT + OTHER_CACHE, "matrices": MATRICES, "several": IMPORT + SEVERAL,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_failed(name: str, executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(CASES[name], encoding="utf-8")
    report: Report = grade(
        read_submission(path), None, options=Options(profile="quick"), executor=executor
    )
    assert [(c.id, c.names) for c in report.components if c.outcome == "failed"] == []
