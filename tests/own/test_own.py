"""Functions that no component knows: judged by the derivative of their own value."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.examples import Profile
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import ComponentReport, Report
from gradcheck.sandbox.executors import Executor

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

def mixed_forward(q, k, v):
    a = soft(q @ k.T / (1 + q.shape[-1]))
    return a @ v, (q, k, v, a)

def mixed_backward(dout, cache):
    q, k, v, a = cache
    da = dout @ v.T
    ds = a * (da - (a * da).sum(-1, keepdims=True)) / (1 + q.shape[-1])
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
    "scale missing": (ATTENTION, " / (1 + q.shape[-1])\n    return", "\n    return", "q"),
    "inside": (INSIDE, "3 * p**2", "2 * p**2", "p"),
}


@pytest.fixture
def graded(tmp_path: Path, executor: Executor):  # type: ignore[no-untyped-def]
    def graded(source: str, profile: Profile = "standard") -> Report:
        path = tmp_path / "mine.py"
        path.write_text("import numpy as np\n" + source, encoding="utf-8")
        return grade(read_submission(path), None, options=Options(profile=profile),
                     executor=executor)  # fmt: skip

    return graded


def own(report: Report) -> ComponentReport:
    (found,) = (c for c in report.components if c.id == "own")
    return found


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_pass(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    report = graded(RIGHT[name])
    component = own(report)
    assert component.outcome == "passed"
    assert "consistency" in component.reading[0]
    methods = {c.method for c in component.checks if c.id == "gradient-consistency"}
    assert methods == {"complex-step"}


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", WRONG)
def test_wrong_ones_fail_at_their_variable(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    source, right, wrong, variable = WRONG[name]
    assert right in source
    component = own(graded(source.replace(right, wrong), "quick"))
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


CANCELLING = {
    "value at large negative x": """
def area(x): return np.log(x + np.sqrt(x**2 + 1))
def area_prime(x): return 1 / np.sqrt(x**2 + 1)
""",
    "value and gradient near 0": """
def growth(x): return (np.exp(x) - 1) / x
def growth_prime(x): return (x * np.exp(x) - np.exp(x) + 1) / x**2
""",
    "gradient to nothing near 0": """
def ripple(x): return (1 - np.cos(x)) / x
def ripple_prime(x): return (x * np.sin(x) - 1 + np.cos(x)) / x**2
""",
    "a pole beside the input": """
def reciprocal(x): return 1 / x
def reciprocal_prime(x): return -1 / x**2
""",
    "a threshold beyond which it is linear": """
def ramp(x): return np.where(x > 20, x, 3 * np.log1p(np.exp(np.minimum(x, 20) / 3)))
def ramp_prime(x): return 1 / (1 + np.exp(-x / 3)) * (x <= 20) + (x > 20)
""",
    "overflow far out": """
def bump(x): return x * np.exp(-x**2)
def bump_prime(x): return np.exp(-x**2) * (1 - 2 * x**2)
""",
}


@pytest.mark.parametrize("name", CANCELLING)
def test_digits_that_a_right_formula_loses_are_no_fault(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    assert own(graded(CANCELLING[name])).outcome == "passed"


@pytest.mark.parametrize("name", [n for n in CANCELLING if "threshold" not in n])
def test_a_wrong_formula_that_loses_digits_too_is_found(name: str, graded) -> None:  # type: ignore[no-untyped-def]
    value, gradient = CANCELLING[name].strip().split("\n")
    doubled = gradient.replace("return ", "return 1.00001 * (") + ")"
    assert own(graded(f"{value}\n{doubled}", "quick")).outcome == "failed"


def test_what_is_wrong_only_far_out_is_found(graded) -> None:  # type: ignore[no-untyped-def]
    source = """
def swirl(x): return x * np.tanh(x)
def swirl_prime(x): return np.where(np.abs(x) > 20, 0, np.tanh(x) + x * (1 - np.tanh(x)**2))
"""
    assert own(graded(source)).outcome == "failed"


MISH_CLASS = """
class Mish:
    def __init__(self):
        self.x = None
    def forward(self, x):
        self.x = x
        self.t = np.tanh(np.log1p(np.exp(x)))
        return x * self.t
    def backward(self, dout):
        s = 1 / (1 + np.exp(-self.x))
        return dout * (self.t + self.x * (1 - self.t**2) * s)
"""


def test_a_class_is_judged(graded) -> None:  # type: ignore[no-untyped-def]
    assert own(graded(MISH_CLASS)).outcome == "passed"
    component = own(graded(MISH_CLASS.replace("self.t**2", "self.t")))
    assert component.names == ("Mish.forward", "Mish.backward")
    assert component.outcome == "failed"


@pytest.mark.parametrize(
    "source",
    [
        "def relu6(x): return np.clip(x, 0, 6)\n"
        "def relu6_prime(x): return ((x > 0) & (x < 6)) * 1.0",
        "def relu2(x): return np.maximum(x, 0)**2\ndef relu2_prime(x): return 2 * np.maximum(x, 0)",
    ],
)
def test_what_only_resembles_a_component_is_own(source: str, graded) -> None:  # type: ignore[no-untyped-def]
    assert own(graded(source)).outcome == "passed"
    (finding,) = (
        f
        for c in own(graded(source.replace("prime(x): return", "prime(x): return 2 *"))).checks
        for f in c.findings
    )
    assert finding.severity == "fault"


def test_a_jacobian_of_a_vector_is_a_gradient(graded) -> None:  # type: ignore[no-untyped-def]
    source = """
def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()
def softmax_grad(z):
    s = softmax(z).reshape(-1, 1)
    return np.diagflat(s) - s @ s.T
"""
    (right,) = graded(source).components
    (wrong,) = graded(source.replace(" - s @ s.T", "")).components
    assert (right.id, right.outcome, wrong.outcome) == ("softmax", "passed", "failed")


BLOCK = """
import numpy as np

class Gate:
    def __init__(self, n_in, n_out, dropout=0.5):
        self.params = {"W": np.random.randn(n_in, n_out), "V": np.random.randn(n_in, n_out)}
        self.grads, self.dropout = {}, dropout

    def forward(self, x):
        self.x, self.a = x, x @ self.params["W"]
        self.s = 1 / (1 + np.exp(-x @ self.params["V"]))
        return self.a * self.s * (np.random.rand(*self.a.shape) >= self.dropout)

    def backward(self, dout):
        da, ds = dout * self.s, dout * self.a * self.s * (1 - self.s)
        self.grads["W"], self.grads["V"] = self.x.T @ da, self.x.T @ ds
        return da @ self.params["W"].T + ds @ self.params["V"].T
"""
"""A layer with weights of its own, which no component knows; its dropout can be turned off."""


def test_a_block_is_judged_with_its_weights(graded) -> None:  # type: ignore[no-untyped-def]
    component = own(graded(BLOCK))
    assert component.outcome == "passed"
    checks = {c.variable for c in component.checks if c.id == "gradient-consistency"}
    assert checks == {"x", "params_W", "params_V"}
    wrong = own(graded(BLOCK.replace("* self.s * (1 - self.s)", "* self.s")))
    assert {c.variable for c in wrong.checks if c.outcome == "failed"} >= {"x", "params_V"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(">= self.dropout", ">= 0.5"), ("dout * self.s, dout", "-dout * self.s, -dout"),
     ("n_out, dropout", "n_out, kernel, dropout")],
    ids=["random", "nothing-agrees", "wants-a-function"],
)  # fmt: skip
def test_no_block_is_judged_by_a_reading_that_may_be_ours(  # type: ignore[no-untyped-def]
    right: str, wrong: str, graded
) -> None:
    report = graded(BLOCK.replace(right, wrong))
    assert not report.components
    assert [u.name for u in report.unrecognised] == ["Gate"]
