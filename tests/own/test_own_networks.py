"""Networks that no component knows: by their own cost, or by the one whose gradient they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import ComponentReport, Report
from gradcheck.sandbox.executors import Executor

NET = """
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.V = np.random.randn(n_in, n_hidden)
        self.c = np.zeros(n_hidden)
        self.U = np.random.randn(n_hidden, n_out)
        self.d = np.zeros(n_out)

    def forward(self, X):
        self.a = np.arctan(X @ self.V + self.c)
        z = self.a @ self.U + self.d
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def backward(self, X, y, p):
        dz = (p - y) / len(X)
        da = dz @ self.U.T
        ds = da / (1 + np.tan(self.a) ** 2)
        return {"dV": X.T @ ds, "dc": ds.sum(0), "dU": self.a.T @ dz, "dd": dz.sum(0)}
"""
COST = """
    def loss(self, p, y):
        return -np.sum(y * np.log(p)) / len(y)
"""
LAYERS = """
def forward_propagation(X, parameters):
    Z = np.arctan(parameters["W1"] @ X + parameters["b1"])
    A = 1 / (1 + np.exp(-(parameters["W2"] @ Z + parameters["b2"])))
    return A, (Z, A)

def compute_cost(A, Y, parameters, lambd):
    fit = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    return fit + lambd * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2"))

def backward_propagation(X, Y, cache, parameters, lambd):
    Z, A = cache
    d2 = (A - Y) / Y.size
    d1 = (parameters["W2"].T @ d2) / (1 + np.tan(Z) ** 2)
    return {"dW1": d1 @ X.T + 2 * lambd * parameters["W1"], "db1": d1.sum(1, keepdims=True),
            "dW2": d2 @ Z.T + 2 * lambd * parameters["W2"], "db2": d2.sum(1, keepdims=True)}
"""
FEED = """
class Feed:
    def __init__(self, d_model=512, d_ff=2048):
        self.W1, self.b1 = np.random.randn(d_model, d_ff), np.zeros(d_ff)
        self.W2, self.b2 = np.random.randn(d_ff, d_model), np.zeros(d_model)

    def forward(self, x):
        self.x = x
        z = x @ self.W1 + self.b1
        self.z = np.frombuffer(z.tobytes()).reshape(z.shape)  # no other numbers get through
        self.h = np.maximum(0, self.z)
        return self.h @ self.W2 + self.b2

    def backward(self, error):
        dz = (error @ self.W2.T) * np.where(self.z <= 0, 0, 1)
        inputs, hidden = (a.reshape(-1, a.shape[-1]) for a in (self.x, self.h))
        self.dW2 = hidden.T @ error.reshape(-1, error.shape[-1])
        self.db2 = error.reshape(-1, error.shape[-1]).sum(0)
        self.dW1 = inputs.T @ dz.reshape(-1, dz.shape[-1])
        self.db1 = dz.reshape(-1, dz.shape[-1]).sum(0)
        return dz @ self.W1.T
"""
RIGHT = {
    "kinks, by differences": (FEED, ""),
    "no cost": (NET, "cross-entropy, mean over the examples"),
    "its own cost": (NET + COST, ""),
    "an epsilon in the cost": (NET + COST.replace("(p)", "(p + 1e-8)"), "epsilon"),
    "a clip in the cost": (NET + COST.replace("(p)", "(np.clip(p, 1e-12, 1))"), ""),
    "a spent forward": (NET.replace("dz = (p - y)", "p -= y\n        dz = p"), "uses up"),
    "functions with a penalty": (LAYERS, ""),
}
WRONG = {
    "a slope": (NET + COST, "/ (1 + np.tan(self.a) ** 2)", "/ (1 + self.a ** 2)", {"V", "c"}),
    "a sum that is a mean": (NET, '"dc": ds.sum(0)', '"dc": ds.mean(0)', {"c"}),
    "half of the penalty": (LAYERS, '"dW2": d2 @ Z.T + 2 * ', '"dW2": d2 @ Z.T + ', {"W2"}),
    "a shape": (LAYERS, '"db1": d1.sum(1, keepdims=True)', '"db1": d1.sum()', {"b1"}),
}
OPEN = {
    "a factor that all lack": NET.replace(" / len(X)\n", " * 1.7\n") + COST,
    "a penalty in the cost alone": LAYERS.replace(", parameters, lambd):\n    Z, A = c",
                                                  ", parameters):\n    Z, A = c")
                                         .replace(" + 2 * lambd * parameters", " + 0 * parameters"),
    "another cost": NET + COST.replace("np.log(p)", "np.sqrt(p)"),
}  # fmt: skip


@pytest.fixture
def graded(tmp_path: Path, executor: Executor):  # type: ignore[no-untyped-def]
    def graded(source: str) -> Report:
        path = tmp_path / "mine.py"
        path.write_text("import numpy as np\n" + source, encoding="utf-8")
        options = Options(profile="quick")
        return grade(read_submission(path), None, options=options, executor=executor)

    return graded


def own(report: Report) -> ComponentReport:
    (found,) = (c for c in report.components if c.id == "own")
    return found


@pytest.mark.sampled(3, 2)
@pytest.mark.parametrize("case", RIGHT)
def test_right(case: str, graded) -> None:  # type: ignore[no-untyped-def]
    source, note = RIGHT[case]
    found = own(graded(source))
    assert found.outcome == "passed"
    assert note in found.model_dump_json()


@pytest.mark.sampled(3, 2)
@pytest.mark.parametrize("case", WRONG)
def test_wrong(case: str, graded) -> None:  # type: ignore[no-untyped-def]
    source, right, wrong, variables = WRONG[case]
    assert source.count(right) == 1
    found = own(graded(source.replace(right, wrong)))
    failed = {k.variable for k in found.checks if k.outcome == "failed"}
    assert failed == variables


@pytest.mark.parametrize("case", OPEN)
def test_not_judged(case: str, graded) -> None:  # type: ignore[no-untyped-def]
    """What a gradient is meant to be the derivative of isn't told: nothing is said."""
    report = graded(OPEN[case])
    assert not [c for c in report.components if c.checks and any(k.variable for k in c.checks)]
    assert report.unrecognised


@pytest.mark.parametrize("line", ["d_h = self.Whh.T @ temp", "d_h = self.Whh @ temp"])
def test_a_clipped_update_is_judged_at_small_upstreams(line: str, graded) -> None:  # type: ignore[no-untyped-def]
    """What training clips is no gradient of large upstreams, and isn't wrong for that."""
    path = Path(__file__).resolve().parents[1] / "styles/files/many_to_one.py"
    source = path.read_text(encoding="utf-8")
    source = source.replace("d_h = self.Whh.T @ temp", line)
    before, update, after = source.partition("        self.Whh -= learn_rate * d_Whh\n")
    clipping = "        np.clip(d_Wxh, -1, 1, out=d_Wxh)\n"
    report = graded(before + clipping + update + after)
    (rnn,) = [c for c in report.components if c.names[0].startswith("RNN.")]
    assert "clips larger updates" in rnn.model_dump_json()
    failed = {k.variable for k in rnn.checks if k.outcome == "failed"} - {None}
    assert failed == (set() if ".T" in line else {"Whh", "Wxh", "bh"})


def test_bases_are_judged_in_what_inherits(graded) -> None:  # type: ignore[no-untyped-def]
    """A base without a value of its own isn't listed as not judged."""
    report = graded(
        "class Layer:\n    def forward(self, x):\n        self.x = x\n"
        "        return self.value(x)\n"
        "class Tanh(Layer):\n    def value(self, x):\n        return np.tanh(x)\n"
        "    def backward(self, dout):\n        return dout * (1 - np.tanh(self.x) ** 2)\n"
    )
    assert [c.id for c in report.components] == ["tanh"]
    assert not report.unrecognised


def test_what_takes_sequences_is_not_judged_on_rows(graded) -> None:  # type: ignore[no-untyped-def]
    """An axis that rows don't have is one of deeper arrays, and no mistake."""
    report = graded(
        "def softmax(x):\n    e = np.exp(x - x.max(axis=2, keepdims=True))\n"
        "    return e / e.sum(axis=2, keepdims=True)\n"
    )
    assert not report.components
    assert [u.name for u in report.unrecognised] == ["softmax"]
