"""Small epsilons beside probabilities: right, a remark with its size, or wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec, Strict
from gradcheck.records.report import ComponentReport
from gradcheck.sandbox.executors import Executor

BCE = """
def bce(p, y):
    return -np.mean({value})
def bce_grad(p, y):
    return ({slope}) / len(y)
"""
LOGS = "y * np.log(p) + (1 - y) * np.log(1 - p)"
RATIO = "-y / p + (1 - y) / (1 - p)"


def bce(value: str = LOGS, slope: str = RATIO) -> str:
    return BCE.format(value=value, slope=slope)


def both(epsilon: str) -> str:
    return f"y * np.log(p + {epsilon}) + (1 - y) * np.log(1 - p + {epsilon})"


def ratio(first: str, second: str) -> str:
    return f"-y / (p + {first}) + (1 - y) / (1 - p + {second})"


MODEL = """
def logistic_cost_and_gradient(w, b, X, y):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    cost = -np.mean({value})
    da = {slope}
    dz = da * a * (1 - a) / len(y)
    return cost, X.T @ dz, dz.sum()
"""
NET = """
def network_cost(params, X, y):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    s = lambda z: 1 / (1 + np.exp(-z))
    a1 = s(X @ W1 + b1)
    a = s(a1 @ W2 + b2)
    n = len(X)
    cost = -np.sum({value}) / n
    d2 = ({slope}) * a * (1 - a) / n
    d1 = d2 @ W2.T * a1 * (1 - a1)
    return cost, {{"W1": X.T @ d1, "b1": d1.sum(0), "W2": a1.T @ d2, "b2": d2.sum(0)}}
"""


def model(source: str, value: str = LOGS, slope: str = RATIO) -> str:
    names = {"(p": "(a", " p": " a", "-p": "-a"}
    for old, new in names.items():
        value, slope = value.replace(old, new), slope.replace(old, new)
    return source.format(value=value, slope=slope)


CE = """
def cross_entropy(p, y):
    n = len(y)
    return -np.sum(np.log(p[np.arange(n), y] + {value})) / n
def cross_entropy_grad(p, y):
    n = len(y)
    g = np.zeros_like(p)
    g[np.arange(n), y] = -1 / (p[np.arange(n), y] + {slope}) / n
    return g
"""
CE_LOGITS = """
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    n = len(y)
    return -np.sum(np.log(p[np.arange(n), y] + {value})) / n
def softmax_cross_entropy_grad(z, y):
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    n = len(y)
    right = p[np.arange(n), y].copy()
    p[np.arange(n), y] -= 1
    return p * (right / (right + {slope}))[:, None] / n
"""

# id -> (source, what the reading says, the checks that remark)
RIGHT: dict[str, tuple[str, tuple[str, ...], set[str]]] = {
    "plain": (bce(), (), set()),
    "an odd one on both sides": (
        bce(both("3e-9"), ratio("3e-9", "3e-9")),
        ("3e-09 added inside the logarithms",), {"forward-value"},
    ),
    "added, textbook's gradient": (
        bce(both("3e-9")), ("3e-09 added inside the logarithms",), {"forward-value"},
    ),
    "the smallest": (
        bce(both("1e-15"), ratio("1e-15", "1e-15")),
        ("1e-15 added inside the logarithms",), {"forward-value"},
    ),
    "machine precision": (
        bce(both("np.finfo(float).eps")), ("2.22e-16 added",), {"forward-value"},
    ),
    "in the first logarithm only": (
        bce("y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p)"),
        ("1e-08 added inside the logarithm of p",), {"forward-value"},
    ),
    "a number just above 1": (
        bce("y * np.log(p) + (1 - y) * np.log(1.0000001 - p)", ratio("0", "1e-7")),
        ("1e-07 added inside the logarithm of 1 - p",), {"forward-value"},
    ),
    "added to the prediction": (
        bce("y * np.log(p + 1e-9) + (1 - y) * np.log(1 - (p + 1e-9))", ratio("1e-9", "(-1e-9)")),
        ("1e-09 added inside the logarithm of p", "-1e-09 added"), {"forward-value"},
    ),
    "clipped": (
        bce("(lambda q: y * np.log(q) + (1 - y) * np.log(1 - q))(np.clip(p, 1e-12, 1 - 1e-12))"),
        (), set(),
    ),
    "clipped at the largest": (
        bce("(lambda q: y * np.log(q) + (1 - y) * np.log(1 - q))(np.clip(p, 1e-7, 1 - 1e-7))"),
        (), set(),
    ),
    "floors": (
        bce("y * np.log(np.maximum(p, 1e-10)) + (1 - y) * np.log(np.maximum(1 - p, 1e-10))"),
        (), set(),
    ),
    "in the gradient only": (
        bce(slope=ratio("1e-8", "1e-8")),
        ("1e-08 added to the probability in the gradient",), {"gradient-value"},
    ),
    "in one term of the gradient only": (
        bce(slope=ratio("1e-8", "0")), ("1e-08 added to p in the gradient",), {"gradient-value"},
    ),
    "beside the product": (
        bce(slope="(p - y) / (p * (1 - p) + 1e-8)"),
        ("1e-08 added to p (1 - p) in the gradient",), {"gradient-value"},
    ),
    "two small ones": (
        bce(both("1e-12"), ratio("1e-8", "1e-8")),
        ("1e-12 added inside the logarithms", "1e-08 added to the probability"),
        {"forward-value", "gradient-value"},
    ),
    "required": (
        """
        def bce(p, y, eps):
            return -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))
        def bce_grad(p, y, eps):
            return (-y / (p + eps) + (1 - y) / (1 - p + eps)) / len(y)
        """,
        ("1e-09 added inside the logarithms",), {"forward-value"},
    ),
    "required, clips": (
        """
        def bce(p, y, epsilon):
            p = np.clip(p, epsilon, 1 - epsilon)
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        def bce_grad(p, y, epsilon):
            p = np.clip(p, epsilon, 1 - epsilon)
            return (p - y) / (p * (1 - p)) / len(y)
        """,
        (), set(),
    ),
    "a gradient alone": (
        "def bce_grad(p, y):\n    return (-y / (p + 1e-8) + (1 - y) / (1 - p + 1e-8)) / len(y)\n",
        ("1e-08 added to the probability in the gradient",), {"gradient-value"},
    ),
    "logistic regression, both": (
        model(MODEL, both("3e-9"), ratio("3e-9", "3e-9")),
        ("3e-09 added inside the logarithms",), {"forward-value"},
    ),
    "logistic regression, the gradient only": (
        model(MODEL, slope=ratio("1e-8", "1e-8")),
        ("1e-08 added to the probability in the gradient",), {"gradient-value"},
    ),
    "logistic regression, beside the product": (
        model(MODEL, slope="(p - y) / (p * (1 - p) + 1e-9)"),
        ("1e-09 added to p (1 - p) in the gradient",), {"gradient-value"},
    ),
    "logistic regression, plain": (model(MODEL), (), set()),
    "network, both": (
        model(NET, both("1e-9"), ratio("1e-9", "1e-9")),
        ("1e-09 added inside the logarithms",), {"forward-value"},
    ),
    "network, the gradient only": (
        model(NET, slope=ratio("1e-8", "1e-8")),
        ("1e-08 added to the probability in the gradient",), {"gradient-value"},
    ),
    "network, plain": (model(NET), (), set()),
    "classes, both": (
        CE.format(value="3e-9", slope="3e-9"), ("3e-09 added inside",), {"forward-value"},
    ),
    "classes, the gradient only": (
        CE.format(value="0", slope="1e-8"), ("1e-08 added to the probability",),
        {"gradient-value"},
    ),
    "classes from logits, both": (
        CE_LOGITS.format(value="3e-9", slope="3e-9"), ("3e-09 added inside",),
        {"forward-value", "stability"},
    ),
    "classes from logits, the value only": (
        CE_LOGITS.format(value="1e-12", slope="0"), ("1e-12 added inside",),
        {"forward-value", "stability"},
    ),
}  # fmt: skip

# id -> (source, checks that must be among the failed)
WRONG = {
    "1e-4 in the logarithm": (bce(both("1e-4")), {"forward-value"}),
    "1e-5 on both sides": (bce(both("1e-5"), ratio("1e-5", "1e-5")), {"forward-value"}),
    "2e-7": (bce(both("2e-7")), {"forward-value"}),
    "clipped at 1e-3": (
        bce("(lambda q: y * np.log(q) + (1 - y) * np.log(1 - q))(np.clip(p, 1e-3, 1 - 1e-3))"),
        {"forward-value"},
    ),
    "1e-3 in the gradient only": (bce(slope=ratio("1e-3", "1e-3")), {"gradient-value"}),
    "2e-7 in the gradient only": (bce(slope=ratio("2e-7", "2e-7")), {"gradient-value"}),
    "1e-5 beside the product": (
        bce(slope="(p - y) / (p * (1 - p) + 1e-5)"), {"gradient-value"},
    ),
    "a small factor, not an epsilon": (
        bce(slope=f"({RATIO}) * (1 + 1e-8)"), {"gradient-value"},
    ),
    "logistic regression, 1e-5": (model(MODEL, both("1e-5")), {"forward-value"}),
    "logistic regression, 1e-3 in the gradient": (
        model(MODEL, slope=ratio("1e-3", "1e-3")), {"gradient-value"},
    ),
    "classes, 1e-4": (CE.format(value="1e-4", slope="1e-4"), {"forward-value"}),
}  # fmt: skip


def judged(source: str, folder: Path, executor: Executor) -> ComponentReport:
    path = folder / "sub.py"
    path.write_text("import numpy as np\n" + textwrap.dedent(source), encoding="utf-8")
    report = grade(read_submission(path), None, options=Options(profile="quick"),
                   executor=executor)  # fmt: skip
    (component,) = report.components
    return component


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", RIGHT)
def test_a_small_one_is_right_or_a_remark(name: str, tmp_path: Path, executor: Executor) -> None:
    source, said, remarks = RIGHT[name]
    component = judged(source, tmp_path, executor)
    failed = [(c.id, c.outcome, [f.message for f in c.findings]) for c in component.checks
              if c.outcome in {"failed", "errored"}]  # fmt: skip
    assert component.outcome == "passed", failed
    assert [text for text in said if text not in component.reading[0]] == [], component.reading
    if not said:
        assert "added" not in component.reading[0]
    remarked = {c.id for c in component.checks if any(f.severity == "remark" for f in c.findings)}
    assert remarked == remarks


@pytest.mark.parametrize("name", WRONG)
def test_one_that_changes_the_answer_fails(name: str, tmp_path: Path, executor: Executor) -> None:
    source, failing = WRONG[name]
    component = judged(source, tmp_path, executor)
    assert failing <= {c.id for c in component.checks if c.outcome == "failed"}


@pytest.mark.parametrize("check", ["forward-value", "gradient-value"])
def test_an_assignment_may_be_strict(check: str, tmp_path: Path, executor: Executor) -> None:
    path = tmp_path / "sub.py"
    source = bce(both("1e-8")) if check == "forward-value" else bce(slope=ratio("1e-8", "1e-8"))
    path.write_text("import numpy as np\n" + source, encoding="utf-8")
    known = {"schema": "gradcheck/assignment/v1", "id": "costs",
             "components": [{"id": "binary-cross-entropy"}]}  # fmt: skip
    lenient = AssignmentSpec.model_validate(known)
    strict = lenient.model_copy(update={"strict": Strict(checks=(check,))})
    outcomes = []
    for spec in (lenient, strict):
        report = grade(read_submission(path), spec, options=Options(profile="quick"),
                       executor=executor)  # fmt: skip
        outcomes.append([c.outcome for c in report.components[0].checks if c.id == check])
    assert outcomes == [["passed"], ["failed"]]
