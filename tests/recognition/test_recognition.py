"""Names never seen before, written as in the conventions, are recognised and judged right."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from gradcheck.api import check, grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

SIGMOID = "1 / (1 + np.exp(-{}))"

# id -> (source, component, convention, names)
RIGHT: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "prime at z": (
        """
        def squash(v):
            return 1 / (1 + np.exp(-v))
        def squash_prime(v):
            return squash(v) * (1 - squash(v))
        """,
        "sigmoid", "function-pair", ("squash", "squash_prime"),
    ),
    "derivative at a": (
        """
        def sigmoid(z):
            return 1 / (1 + np.exp(-z))
        def sigmoid_derivative(a):
            return a * (1 - a)
        """,
        "sigmoid", "function-pair", ("sigmoid", "sigmoid_derivative"),
    ),
    "camel case and math on numbers": (
        """
        import math
        def reluForward(t):
            return t if t > 0 else 0.0
        def reluGrad(t):
            return 1.0 if t > 0 else 0.0
        """,
        "relu", "function-pair", ("reluForward", "reluGrad"),
    ),
    "upstream without a cache": (
        """
        def tanh(z):
            return np.tanh(z)
        def tanh_backward(dA, Z):
            return dA * (1 - np.tanh(Z) ** 2)
        """,
        "tanh", "forward-backward", ("tanh", "tanh_backward"),
    ),
    "cache and a dict of gradients": (
        """
        def dense_forward(inp, weights, bias):
            return inp @ weights + bias, {"inp": inp, "weights": weights}
        def dense_backward(grad_out, cache):
            return {"dinp": grad_out @ cache["weights"].T,
                    "dweights": cache["inp"].T @ grad_out, "dbias": grad_out.sum(0)}
        """,
        "affine", "forward-backward", ("dense_forward", "dense_backward"),
    ),
    "explicit arguments, W turned": (
        """
        def linear_forward(x, W, b):
            return x @ W.T + b
        def linear_backward(dout, x, W, b):
            return dout @ W, dout.T @ x, dout.sum(axis=0)
        """,
        "affine", "forward-backward", ("linear_forward", "linear_backward"),
    ),
    "layer in columns": (
        """
        class FullyConnected:
            def __init__(self, n_in, n_out):
                self.weights = np.zeros((n_out, n_in))
                self.bias = np.zeros((n_out, 1))
            def forward(self, a_prev):
                self.a_prev = a_prev
                return self.weights @ a_prev + self.bias
            def backward(self, dz):
                self.grads = {"weights": dz @ self.a_prev.T, "bias": dz.sum(1, keepdims=True)}
                return self.weights.T @ dz
        """,
        "affine", "layer-class", ("FullyConnected.forward", "FullyConnected.backward"),
    ),
    "layer from arrays": (
        """
        class Affine:
            def __init__(self, W, b):
                self.W, self.b = W, b
            def forward(self, x):
                self.x = x
                return np.dot(x, self.W) + self.b
            def backward(self, dout):
                self.dW = np.dot(self.x.T, dout)
                self.db = np.sum(dout, axis=0)
                return np.dot(dout, self.W.T)
        """,
        "affine", "layer-class", ("Affine.forward", "Affine.backward"),
    ),
    "stateful loss": (
        """
        class MSELoss:
            def forward(self, y_hat, y):
                self.d, self.n = y_hat - y, y.size
                return np.mean(self.d ** 2)
            def backward(self):
                return 2 * self.d / self.n
        """,
        "squared-error", "layer-class", ("MSELoss.forward", "MSELoss.backward"),
    ),
    "grads first, flat, columns": (
        """
        def step_once(w, b, X, Y):
            m = X.shape[1]
            A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
            cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
            return np.dot(X, (A - Y).T) / m, np.sum(A - Y) / m, cost
        """,
        "logistic-regression", "value-and-gradient", ("step_once",),
    ),
    "params dict": (
        """
        def forward_backward(params, X, y):
            W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
            s = lambda z: 1 / (1 + np.exp(-z))
            a1 = s(X @ W1 + b1)
            a2 = s(a1 @ W2 + b2)
            n = X.shape[0]
            cost = -np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2)) / n
            d2 = (a2 - y) / n
            d1 = d2 @ W2.T * a1 * (1 - a1)
            grads = {"W2": a1.T @ d2, "b2": d2.sum(0), "W1": X.T @ d1, "b1": d1.sum(0)}
            return cost, grads
        """,
        "network", "value-and-gradient", ("forward_backward",),
    ),
    "model with weights as attributes": (
        """
        class Perceptron:
            def __init__(self, n_features):
                self.w = np.zeros(n_features)
                self.b = 0.0
            def loss(self, X, y):
                z = X @ self.w + self.b
                e = np.maximum(z, 0) - y
                g = 2 * e * (z >= 0) / len(y)
                return np.mean(e ** 2), {"dw": X.T @ g, "db": g.sum()}
        """,
        "neuron", "model-class", ("Perceptron.loss",),
    ),
    "gradient alone, one-hot, columns": (
        """
        def softmax_cross_entropy_gradient(scores, onehot):
            e = np.exp(scores - scores.max(axis=0))
            return (e / e.sum(axis=0) - onehot) / scores.shape[1]
        """,
        "cross-entropy", "gradient-alone", ("softmax_cross_entropy_gradient",),
    ),
    "cost and gradient by generic names": (
        """
        def cost(w, b, X, y):
            return np.mean((y - np.maximum(0, X.dot(w) + b)) ** 2)
        def gradient(w, b, X, y):
            z = X.dot(w) + b
            e = np.where(z > 0, z - y, 0.0)
            return 2 * e.dot(X) / len(y), 2 * e.mean()
        """,
        "neuron", "function-pair", ("cost", "gradient"),
    ),
    "target first": (
        """
        def binary_crossentropy(y_true, y_pred):
            return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))
        def binary_crossentropy_prime(y_true, y_pred):
            return ((1 - y_true) / (1 - y_pred) - y_true / y_pred) / np.size(y_true)
        """,
        "binary-cross-entropy", "function-pair",
        ("binary_crossentropy", "binary_crossentropy_prime"),
    ),
}  # fmt: skip


def judged(source: str, folder: Path, executor: Executor) -> Report:
    path = folder / "never_seen_before.py"
    path.write_text("import numpy as np\n" + textwrap.dedent(source), encoding="utf-8")
    return grade(
        read_submission(path), None, executor=executor, options=Options(profile="quick")
    )


@pytest.mark.parametrize("name", RIGHT)
def test_recognised_without_configuration(name: str, tmp_path: Path, executor: Executor) -> None:
    source, component, convention, names = RIGHT[name]
    report = judged(source, tmp_path, executor)
    found = [c for c in report.components if c.names == names]
    assert [(c.id, c.convention) for c in found] == [(component, convention)]
    bad = [(c.id, f.message) for c in found[0].checks for f in c.findings if f.severity == "fault"]
    assert not bad
    assert found[0].outcome == "passed"


@pytest.mark.parametrize("name", RIGHT)
def test_the_same_with_every_gradient_scaled_fails(
    name: str, tmp_path: Path, executor: Executor
) -> None:
    """The victim of the test above: the same code, its gradients off by one part in 1e9."""
    source, _, _, names = RIGHT[name]
    broken = textwrap.dedent(source) + textwrap.dedent(
        f"""
        def _scaled(value):
            if isinstance(value, dict):
                return {{k: _scaled(v) for k, v in value.items()}}
            if isinstance(value, tuple):
                return tuple(map(_scaled, value))
            return value * (1 + 1e-9) if np.ndim(value) else value  # the cost stays right
        def _wrapped(f):
            import functools
            @functools.wraps(f)
            def g(*a):
                result = f(*a)
                return _scaled(result) if np.ndim(a[-1]) else result * (1 + 1e-9)
            return g
        _name = {names[-1]!r}
        if "." in _name:
            _cls, _method = _name.split(".")
            setattr(globals()[_cls], _method, _wrapped(getattr(globals()[_cls], _method)))
        else:
            globals()[_name] = _wrapped(globals()[_name])
        """
    )
    report = judged(broken, tmp_path, executor)
    found = [c for c in report.components if c.names == names]
    assert [c.outcome for c in found] == ["failed"], [(c.names, c.outcome) for c in found]


def test_a_name_with_a_wrong_signature_is_told_so(tmp_path: Path, executor: Executor) -> None:
    report = judged("def sigmoid(z, extra, more):\n    return z\n", tmp_path, executor)
    (unread,) = report.unrecognised
    assert unread.nearest == ("sigmoid",)
    assert "takes (z, extra, more)" in unread.reason


def test_what_fits_nothing_is_told_how_to_be_judged(tmp_path: Path, executor: Executor) -> None:
    """The mapping works as it is, pasted into an assignment."""
    source = "import numpy as np\ndef mystery(z):\n    return np.sin(z) * z\n"
    (unread,) = judged(source, tmp_path, executor).unrecognised
    assert len(unread.mapping.splitlines()) == 3
    assignment = tmp_path / "assignment.toml"
    head = 'schema = "gradcheck/assignment/v1"\nid = "mine"\n\n'
    assignment.write_text(head + unread.mapping, encoding="utf-8")
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    (component,) = check(tmp_path / "mine.py", assignment).components
    assert (component.id, component.names) == (unread.nearest[0], ("mystery",))


def test_nothing_recognisable_is_never_green(tmp_path: Path, executor: Executor) -> None:
    report = judged("def load(path):\n    return open(path)\n", tmp_path, executor)
    assert report.outcome == "errored"
    assert report.score.points is None
    assert any("sigmoid_prime" in n for u in report.unrecognised for n in u.nearest)


def test_a_hanging_helper_sinks_nothing(tmp_path: Path, executor: Executor) -> None:
    source = """
    def warm_up(w, b, X, y):
        while True:
            pass
    def relu(z):
        return np.maximum(0, z)
    def relu_prime(z):
        return (z > 0) * 1.0
    """
    report = judged(source, tmp_path, executor)
    assert [(c.id, c.outcome) for c in report.components] == [("relu", "passed")]


def test_a_name_of_two_blocks_is_neither(tmp_path: Path, executor: Executor) -> None:
    """With its second half skipped, an affine-softplus's gradient is the affine layer's."""
    source = '''
import numpy as np

def affine_softplus_forward(x, w, b):
    a = x @ w + b
    return np.log1p(np.exp(a)), (x, w, a)

def affine_softplus_backward(dout, cache):
    x, w, a = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
'''
    (component,) = judged(source, tmp_path, executor).components
    failed = {c.name for c in component.checks if c.outcome == "failed"}
    assert component.id == "own"
    assert failed == {f"gradient-consistency[{v}]" for v in "xwb"}
