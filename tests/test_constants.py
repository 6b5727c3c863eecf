"""Constants that the field doesn't fix: passed, read or fitted to the value; never more."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from gradcheck.api import grade
from gradcheck.calls.settling import counts, settled
from gradcheck.component import Array, Inputs, Variant
from gradcheck.components.leaky_relu import LeakyRelu
from gradcheck.constants import Constant
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import ComponentReport
from gradcheck.sandbox.executors import Executor

# id -> (source, what the reading says)
RIGHT = {
    "required of both": (
        """
        def leaky_relu(z, alpha):
            return np.where(z > 0, z, alpha * z)
        def leaky_relu_prime(z, alpha):
            return np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "required under any name, upstream first": (
        """
        def leaky_relu_forward(z, negative_part):
            return np.where(z > 0, z, negative_part * z)
        def leaky_relu_backward(dout, z, alpha):
            return dout * np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "in front": (
        """
        def leaky_relu(alpha, x):
            return np.where(x > 0, x, alpha * x)
        def leaky_relu_grad(alpha, x):
            return np.where(x > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "required by the value, a default in the gradient": (
        """
        def leaky_relu(z, alpha):
            return np.where(z > 0, z, alpha * z)
        def leaky_relu_prime(z, alpha=0.01):
            return np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "a cache carries it": (
        """
        def leaky_relu_forward(x, alpha):
            return np.maximum(x, alpha * x), (x, alpha)
        def leaky_relu_backward(dout, cache):
            x, alpha = cache
            return dout * np.where(x > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "a default": (
        """
        def leaky_relu(z, alpha=0.037):
            return np.where(z > 0, z, alpha * z)
        def leaky_relu_prime(z, alpha=0.037):
            return np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.037",
    ),
    "written in the code": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, 0.0123 * z)
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, 0.0123)
        """,
        "slope 0.0123",
    ),
    "under a name of no meaning": (
        """
        def hinge_of_z(z):
            return np.where(z > 0, z, 0.0123 * z)
        def hinge_of_z_prime(z):
            return np.where(z > 0, 1.0, 0.0123)
        """,
        "slope 0.0123",
    ),
    "written in the value, required by the gradient": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, 0.0123 * z)
        def leaky_relu_prime(z, alpha):
            return np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.0123",
    ),
    "without a short decimal": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, z / 7)
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, 1 / 7)
        """,
        "slope 0.142857",
    ),
    "float32": (
        """
        def leaky_relu(z):
            z = np.asarray(z, dtype=np.float32)
            return np.where(z > 0, z, np.float32(0.0123) * z)
        def leaky_relu_prime(z):
            z = np.asarray(z, dtype=np.float32)
            return np.where(z > 0, np.float32(1), np.float32(0.0123))
        """,
        "slope 0.0123",
    ),
    "a gradient alone": (
        """
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, 0.2)
        """,
        "slope 0.2",
    ),
    "a gradient alone, required": (
        """
        def leaky_relu_backward(dout, z, alpha):
            return dout * np.where(z > 0, 1.0, alpha)
        """,
        "slope 0.07",
    ),
    "kept by an object": (
        """
        class LeakyReLU:
            def __init__(self):
                self.alpha = 0.0456
            def forward(self, x):
                self.x = x
                return np.where(x > 0, x, self.alpha * x)
            def backward(self, dout):
                return dout * np.where(self.x > 0, 1.0, self.alpha)
        """,
        "slope 0.0456",
    ),
    "required by a constructor": (
        """
        class LeakyReLU:
            def __init__(self, negative_slope):
                self.s = negative_slope
            def forward(self, x):
                self.x = x
                return np.where(x > 0, x, self.s * x)
            def backward(self, dout):
                return dout * np.where(self.x > 0, 1.0, self.s)
        """,
        "slope 0.07",
    ),
    "a default of a constructor": (
        """
        class LeakyReLU:
            def __init__(self, alpha=0.037):
                self._s = alpha
            def forward(self, x):
                self.x = x
                return np.where(x > 0, x, self._s * x)
            def backward(self, dout):
                return dout * np.where(self.x > 0, 1.0, self._s)
        """,
        "slope 0.037",
    ),
    "an attribute that means something else": (
        """
        class LeakyReLU:
            def __init__(self):
                self.alpha, self.q = 0.5, 0.037
            def forward(self, x):
                self.x = x
                return np.where(x > 0, x, self.q * x)
            def backward(self, dout):
                return dout * np.where(self.x > 0, 1.0, self.q)
        """,
        "slope 0.037",
    ),
    "in a dict": (
        """
        def leaky_relu_forward(x, relu_param):
            return np.where(x > 0, x, relu_param["negative_slope"] * x), (x, relu_param)
        def leaky_relu_backward(dout, cache):
            x, relu_param = cache
            return dout * np.where(x > 0, 1.0, relu_param["negative_slope"])
        """,
        "slope 0.07",
    ),
}

# id -> (source, the checks that must fail)
WRONG = {
    "two defaults": (
        """
        def leaky_relu(z, alpha=0.037):
            return np.where(z > 0, z, alpha * z)
        def leaky_relu_prime(z, alpha=0.01):
            return np.where(z > 0, 1.0, alpha)
        """,
        {"gradient-value", "gradient-consistency", "kink"},
    ),
    "two numbers in the code": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, 0.0123 * z)
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, 0.0124)
        """,
        {"gradient-value", "gradient-consistency", "kink"},
    ),
    "required, but the gradient takes another": (
        """
        def leaky_relu(z, alpha):
            return np.where(z > 0, z, alpha * z)
        def leaky_relu_prime(z, alpha):
            return np.where(z > 0, 1.0, 0.01)
        """,
        {"gradient-value", "gradient-consistency", "kink"},
    ),
    "another formula": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, 0.01 * z + 0.001)
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, 0.01)
        """,
        {"forward-value"},
    ),
    "outside the domain": (
        """
        def leaky_relu(z):
            return np.where(z > 0, z, -0.3 * z)
        def leaky_relu_prime(z):
            return np.where(z > 0, 1.0, -0.3)
        """,
        {"forward-value", "gradient-value", "kink"},
    ),
    "the default isn't used": (
        """
        def leaky_relu(z, alpha=0.037):
            return np.where(z > 0, z, 0.01 * z)
        def leaky_relu_prime(z, alpha=0.037):
            return np.where(z > 0, 1.0, alpha)
        """,
        {"forward-value", "gradient-consistency"},
    ),
}


def judged(source: str, folder: Path, executor: Executor) -> ComponentReport:
    path = folder / "sub.py"
    path.write_text("import numpy as np\n" + textwrap.dedent(source), encoding="utf-8")
    report = grade(read_submission(path), None, options=Options(profile="quick"), executor=executor)
    (component,) = report.components
    assert component.id == "leaky-relu", (report.components, report.unrecognised)
    return component


@pytest.mark.parametrize("name", RIGHT)
def test_any_value_is_right(name: str, tmp_path: Path, executor: Executor) -> None:
    source, said = RIGHT[name]
    component = judged(source, tmp_path, executor)
    failed = [(c.id, [f.message for f in c.findings]) for c in component.checks
              if c.outcome == "failed"]  # fmt: skip
    assert component.outcome == "passed", failed
    assert f"{said} " in component.reading[0]


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_not_fitted_away(name: str, tmp_path: Path, executor: Executor) -> None:
    source, failing = WRONG[name]
    component = judged(source, tmp_path, executor)
    assert {c.id for c in component.checks if c.outcome == "failed"} == failing


class Toy(LeakyRelu):
    """shift + scale * x ** power, for z > 0: two reals and a whole number."""

    id = "toy"
    constants = (
        Constant("power", "power {:g}", (2,), 1, 4, is_integer=True),
        Constant("scale", "scale {:g}", (1.0, 0.5), 0.1, 10.0),
        Constant("shift", "shift {:g}", (0.0,), -1.0, 1.0),
    )

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        power, scale, shift = (self.constant(variant, c.name) for c in self.constants)
        return np.asarray(shift + scale * inputs["x"] ** power)


INPUTS = {"x": np.random.default_rng(3).uniform(0.5, 2.0, (5, 7))}


def toy(**values: float) -> tuple[Toy, Variant]:
    return Toy(), Toy().with_constants(Toy().variants[0], values)


def test_whole_numbers_are_searched_usual_ones_first() -> None:
    component, plain = toy()
    assert [v["power"] for v in counts(component, plain)] == [2, 1, 3, 4]
    assert list(counts(*toy(power=3))) == [{}]


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.5, 0.0), (0.77, -0.3), (3.0, 1 / 3)])
def test_several_reals_are_fitted_together(scale: float, shift: float) -> None:
    component, plain = toy(power=3)
    value = component.forward(INPUTS, toy(power=3, scale=scale, shift=shift)[1])
    found = settled(component, plain, INPUTS, value, np.asarray)
    assert found.options["power"] == 3
    assert found.options["scale"] == scale
    assert found.options["shift"] == pytest.approx(shift, abs=1e-12)
    assert component.variant(found.id).options == found.options


@pytest.mark.parametrize(("scale", "shift"), [(20.0, 0.0), (1.0, 2.0)])
def test_a_value_outside_the_domain_is_not_accepted(scale: float, shift: float) -> None:
    component, plain = toy(power=3)
    value = component.forward(INPUTS, toy(power=3, scale=scale, shift=shift)[1])
    found = settled(component, plain, INPUTS, value, np.asarray)
    assert (found.options["scale"], found.options["shift"]) == (1.0, 0.0)


def test_nothing_to_fit_to() -> None:
    component, plain = toy(power=3)
    for value in (None, np.full((5, 7), np.nan), np.zeros((7, 5)), "text"):
        found = settled(component, plain, INPUTS, value, np.asarray)
        assert (found.options["scale"], found.options["shift"]) == (1.0, 0.0)
