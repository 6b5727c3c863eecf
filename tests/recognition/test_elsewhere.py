"""What waits for somebody else, or is written for other objects, is not judged, and told why."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

UPSTREAM_SET_BY_OTHERS = """
class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self):
        self.grad_in = self.grad_out * self.y * (1 - self.y)
        return self.grad_in
"""
GRADIENTS_ON_ARRAYS = """
class Array(np.ndarray):
    pass

class Relu:
    def __call__(self, inp):
        self.inp = inp
        self.out = np.maximum(inp, 0.0).view(Array)
        return self.out
    def backward(self):
        self.inp.g = (self.inp > 0) * self.out.g
"""
NEXT_LAYER = """
class Tanh:
    def __init__(self):
        self.next = None
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self):
        self.delta = self.next.delta * (1 - self.y ** 2)
        return self.delta
"""
SHAPE_SET_BY_OTHERS = """
class Flatten:
    def __init__(self):
        self.input_shape = None
    def forward(self, x):
        return x.reshape(-1, int(np.prod(self.input_shape)))
    def backward(self, dout):
        return dout.reshape(-1, *self.input_shape)
"""
TENSORS_OF_A_PACKAGE = """
from engine import Tensor

class ReLU:
    def forward(self, x):
        out = Tensor(np.maximum(0, x.data), requires_grad=x.requires_grad)
        out.parents = [x]
        return out
    def backward(self, grad):
        return (self.x.data > 0) * grad
"""
WINDOW_AS_PAIR = """
class MaxPool:
    def __init__(self, pool_size, stride=2):
        self.pool_size, self.stride = pool_size, stride
    def forward(self, x):
        n, c, h, w = x.shape
        ph, pw = self.pool_size
        self.x = x
        oh, ow = 1 + (h - ph) // self.stride, 1 + (w - pw) // self.stride
        out = np.zeros((n, c, oh, ow))
        for i in range(oh):
            for j in range(ow):
                s = self.stride
                out[:, :, i, j] = x[:, :, i * s : i * s + ph, j * s : j * s + pw].max(axis=(2, 3))
        return out
    def backward(self, dout):
        return dout
"""
OF_THREE_AXES = """
def cross_entropy_loss(probabilities, labels):
    n, t, v = probabilities.shape
    return -np.mean(np.log(probabilities.reshape(-1, v)[np.arange(n * t), labels.ravel()]))

def cross_entropy_gradient(probabilities, labels):
    n, t, v = probabilities.shape
    grad = np.zeros((n * t, v))
    rows = np.arange(n * t), labels.ravel()
    grad[rows] = -1 / probabilities.reshape(-1, v)[rows] / (n * t)
    return grad.reshape(n, t, v)
"""
IMPORTED_INSIDE = """
def sigmoid(x):
    from mathtools import expit
    return expit(x)

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))
"""
CASES = {
    "upstream": (UPSTREAM_SET_BY_OTHERS, "reads the attribute grad_out"),
    "arrays": (GRADIENTS_ON_ARRAYS, "reads the attribute g"),
    "next-layer": (NEXT_LAYER, "next is None until somebody else sets it"),
    "shape": (SHAPE_SET_BY_OTHERS, "input_shape is None until somebody else sets it"),
    "tensors": (TENSORS_OF_A_PACKAGE, ""), "pair": (WINDOW_AS_PAIR, ""),
    "three-axes": (OF_THREE_AXES, "other shapes or objects"),
    "inside": (IMPORTED_INSIDE, "a package that isn't there"),
}  # fmt: skip
SLIPS = {
    "attribute-of-arrays": (
        "def relu(x):\n    return np.maximum(x, 0)\n"
        "def relu_prime(x):\n    return np.ones(x.shpae) * (x > 0)\n", "relu"),
    "own-attribute": (
        "class Sigmoid:\n    def forward(self, x):\n        self.out = 1 / (1 + np.exp(-x))\n"
        "        return self.out\n    def backward(self, dout):\n"
        "        return dout * self.output * (1 - self.out)\n", "sigmoid"),
    "result-unpacked": (
        "def parts(x):\n    return np.exp(-x),\n"
        "def sigmoid(x):\n    a, b = parts(x)\n    return b / (a + b)\n"
        "def sigmoid_prime(x):\n    return sigmoid(x) * (1 - sigmoid(x))\n", "sigmoid"),
}  # fmt: skip
"""Mistakes of the code's own that look like it."""


def judged(source: str, tmp_path: Path, executor: Executor) -> Report:
    path = tmp_path / "code.py"
    path.write_text("import numpy as np\n" + source, encoding="utf-8")
    options = Options(profile="quick")
    return grade(read_submission(path), None, options=options, executor=executor)


@pytest.mark.parametrize("name", CASES)
def test_what_waits_is_not_judged(name: str, executor: Executor, tmp_path: Path) -> None:
    source, reason = CASES[name]
    report = judged(source, tmp_path, executor)
    assert [(c.id, c.names) for c in report.components if c.outcome == "failed"] == []
    assert report.outcome == "errored"
    assert any(reason in u.reason for u in report.unrecognised)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_failed(name: str, executor: Executor, tmp_path: Path) -> None:
    source, component = SLIPS[name]
    report = judged(source, tmp_path, executor)
    assert [c.id for c in report.components if c.outcome == "failed"] == [component]
