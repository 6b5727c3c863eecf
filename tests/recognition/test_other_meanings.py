"""Names of components that mean something else here, and pairs that an assignment names."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import check, grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.sandbox.executors import Executor

IMPORT = "import numpy as np\n"
NEURON = """
def neuron(x, w, b):  # what it gives, and no cost: a bias is no target
    return 1 / (1 + np.exp(-(np.dot(w, x) + b)))
"""
MOMENTS = """
def kl_divergence(mu, log_var):  # of a normal distribution, from its moments
    return -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var))
def kl_divergence_grad(mu, log_var):
    return mu, 0.5 * (np.exp(log_var) - 1)
"""
RESIDUAL = """
def residual(y, y_hat):  # of a fit
    return y - y_hat
"""
EMBEDDED = """
def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()
def naive_softmax_loss_and_gradient(center_vector, outside_index, outside_vectors):
    y = softmax(outside_vectors @ center_vector)
    d = y.copy()
    d[outside_index] -= 1
    return -np.log(y[outside_index]), outside_vectors.T @ d, np.outer(d, center_vector)
"""
FORWARD = """
def forward_prop(data, labels, params):  # its first result is no gradient
    h = np.tanh(data @ params['W1'] + params['b1'])
    e = np.exp(h @ params['W2'] + params['b2'])
    out = e / e.sum(axis=1, keepdims=True)
    cost = -np.sum(labels * np.log(out)) / len(data)
    return h, out, cost
"""
REGULARISED = """
def compute_cost_reg(X, y, w, b, lambda_=1):
    f = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean(y * np.log(f) + (1 - y) * np.log(1 - f))
    return cost + lambda_ / (2 * len(y)) * np.sum(w**2)
def compute_gradient_reg(X, y, w, b, lambda_=1):
    e = 1 / (1 + np.exp(-(X @ w + b))) - y
    dj_dw = X.T @ e / len(y) + lambda_ / len(y) * w
    dj_db = np.mean(e)
    return dj_db, dj_dw
"""
CASES = {"neuron": NEURON, "moments": MOMENTS, "residual": RESIDUAL, "embedded": EMBEDDED,
         "forward": FORWARD, "regularised": REGULARISED}  # fmt: skip
ODD = """
def quetsch(zahl):
    return 1 / (1 + np.exp(-zahl))
def quetsch_steigung(zahl):
    q = quetsch(zahl)
    return q * (1 - q)
"""
NAMED = """schema = "gradcheck/assignment/v1"
id = "names"
[[components]]
id = "sigmoid"
names = ["quetsch", "quetsch_steigung"]
"""


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_failed(name: str, executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(IMPORT + CASES[name], encoding="utf-8")
    report = grade(read_submission(path), None, options=Options(profile="quick"), executor=executor)
    assert [(c.id, c.names) for c in report.components if c.outcome == "failed"] == []


@pytest.mark.parametrize(("text", "outcome"), [("(1 - q)", "passed"), ("(1 + q)", "failed")])
def test_an_assignment_names_a_pair(text: str, outcome: str, tmp_path: Path) -> None:
    """The value first; nothing in what they are called says that they belong together."""
    path, assignment = tmp_path / "code.py", tmp_path / "assignment.toml"
    path.write_text(IMPORT + ODD.replace("(1 - q)", text), encoding="utf-8")
    assignment.write_text(NAMED, encoding="utf-8")
    (component,) = check(path, assignment).components
    assert (component.outcome, component.names) == (outcome, ("quetsch", "quetsch_steigung"))


@pytest.mark.parametrize(("text", "outcome"), [
    ("return dj_db, dj_dw", "passed"),  # in the order that the names tell
    ("return np.mean(e), dj_dw", "failed"),  # in no order that anything tells
])  # fmt: skip
def test_a_model_tells_the_order_of_its_gradients(
    text: str, outcome: str, executor: Executor, tmp_path: Path
) -> None:
    path = tmp_path / "code.py"
    source = REGULARISED.replace("_reg", "").replace("return dj_db, dj_dw", text)
    source = source.replace("return cost + lambda_ / (2 * len(y)) * np.sum(w**2)", "return cost")
    source = source.replace(" + lambda_ / len(y) * w", "").replace(", lambda_=1", "")
    path.write_text(IMPORT + source, encoding="utf-8")
    (component,) = grade(
        read_submission(path), None, options=Options(profile="quick"), executor=executor
    ).components
    assert (component.id, component.outcome) == ("logistic-regression", outcome)
