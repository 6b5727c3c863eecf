"""Differences count last digits; formulas, exact or with a slip in a constant, don't."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.numerics.quantised import are_differences, slopes_of

Z = np.random.default_rng(3).standard_normal((67, 3))
VALUES = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
}
SLOPES = {
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
}
EPSILON = np.finfo(float).eps
STEPS = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 2.0**-28, 2.0**-24, 2.0**-16, EPSILON**0.5,
         EPSILON ** (1 / 3), EPSILON**0.25)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", VALUES)
def test_differences_of_every_usual_step_are_told(name: str, step: float) -> None:
    value = VALUES[name]
    central = (value(Z + step) - value(Z - step)) / (2 * step)
    forward = (value(Z + step) - value(Z)) / step
    assert are_differences(central, value(Z))
    assert are_differences(forward, value(Z))


@pytest.mark.parametrize("slip", [1.0, 1 + 1e-9, 1 + 1e-7, 0.999])
@pytest.mark.parametrize("name", VALUES)
def test_formulas_are_not(name: str, slip: float) -> None:
    assert not are_differences(slip * SLOPES[name](Z), VALUES[name](Z))


def test_neither_are_slopes_of_one() -> None:
    assert not are_differences(np.ones_like(Z) * (1 + 1e-9), Z)


def test_the_upstream_gradient_is_taken_out_where_it_can_be() -> None:
    upstream = np.random.default_rng(4).uniform(0.5, 2.0, Z.shape)
    step = 1e-6
    central = (np.tanh(Z + step) - np.tanh(Z - step)) / (2 * step)
    slopes = slopes_of(upstream * central, np.tanh(Z), upstream)
    assert slopes is not None
    assert are_differences(slopes, np.ravel(np.tanh(Z)))
    assert slopes_of(central[:2], np.tanh(Z), upstream) is None
