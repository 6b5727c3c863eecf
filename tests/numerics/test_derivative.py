"""The bound of a numeric derivative holds: the true error is never larger."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gradcheck.numerics.derivative import LARGEST, LEVELS, RATIO, Derivative, estimate, steps

Function = Callable[[float], float]
Case = tuple[Function, float]
"""A function of t and its derivative at t = 0."""

SMALLEST = LARGEST / RATIO ** (LEVELS - 1)
TIGHT = 1e-10
"""A smooth function's bound is far below this part of its size."""
EPSILON32 = float(np.finfo(np.float32).eps)

places = st.floats(-3, 3)
speeds = st.floats(0.01, 10).flatmap(lambda w: st.sampled_from((w, -w)))
scales = st.floats(-150, 150).map(lambda e: 10.0**e)
slopes = st.floats(0.01, 3).flatmap(lambda s: st.sampled_from((s, -s)))


def calibration(x: float, w: float) -> dict[str, Case]:
    """Return functions of t = 0 whose derivative is known in closed form."""
    s = 1 / (1 + math.exp(-x))
    positive = abs(x) + 0.05
    inside = min(abs(w), 4 * positive)  # steps of 0.1 stay where log and sqrt are defined
    return {
        "exp": (lambda t: math.exp(w * t + x), w * math.exp(x)),
        "sin": (lambda t: math.sin(w * t + x), w * math.cos(x)),
        "tanh": (lambda t: math.tanh(w * t + x), w / math.cosh(x) ** 2),
        "sigmoid": (lambda t: 1 / (1 + math.exp(-(w * t + x))), w * s * (1 - s)),
        "softplus": (lambda t: math.log1p(math.exp(w * t + x)), w * s),
        "log": (lambda t: math.log(positive + inside * t), inside / positive),
        "sqrt": (lambda t: math.sqrt(positive + inside * t), inside / (2 * math.sqrt(positive))),
        "square": (lambda t: (w * t + x) ** 2, 2 * w * x),
        "constant": (lambda t: x, 0.0),
        "reciprocal": (lambda t: 1 / (positive + inside * t), -inside / positive**2),
    }


KINDS = sorted(calibration(1.0, 1.0))


def derivative(function: Function, scale: float = 1.0, largest: float = LARGEST) -> Derivative:
    values = [scale * function(t) for t in steps(largest)]
    return estimate(values, max(map(abs, values)), largest)


@pytest.mark.parametrize("kind", KINDS)
@given(places, speeds, scales)
def test_the_bound_holds_and_is_tight_where_it_is_smooth(
    kind: str, x: float, w: float, scale: float
) -> None:
    function, truth = calibration(x, w)[kind]
    found = derivative(function, scale)
    # the bound is 3 times the own estimate of the error
    assert abs(found.value - scale * truth) <= found.bound
    size = scale * max(abs(function(t)) for t in steps())
    assert found.bound <= TIGHT * max(size, scale * abs(truth)) + np.finfo(float).tiny


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9), st.floats(0.001, 1))
def test_the_bound_holds_for_polynomials(coefficients: list[float], largest: float) -> None:
    function = np.polynomial.Polynomial(coefficients)
    truth = coefficients[1] if len(coefficients) > 1 else 0.0
    values = [float(function(t)) for t in steps(largest)]
    found = estimate(values, max(map(abs, values)) + sum(map(abs, coefficients)), largest)
    assert abs(found.value - truth) <= found.bound


@given(places, speeds, st.floats(-4.3, -1.0), slopes, st.sampled_from((-1, 1)))
def test_a_kink_beside_the_point_does_not_break_the_bound(
    x: float, w: float, exponent: float, slope: float, side: int
) -> None:
    kink = side * 10.0**exponent

    def function(t: float) -> float:
        return slope * max(0.0, t - kink) + math.sin(w * t + x)

    found = derivative(function)
    truth = (slope if kink < 0 else 0.0) + w * math.cos(x)
    assert abs(found.value - truth) <= found.bound


@settings(max_examples=300)
@given(places, st.floats(0.1, 2), st.floats(-14.0, -4.0), slopes, st.sampled_from((-1, 0, 1)))
@example(0.0, 1.0, -9.0, 1.0, 0)
def test_a_kink_at_the_point_gives_a_wide_bound(
    x: float, w: float, exponent: float, slope: float, side: int
) -> None:
    """The derivative may be either one-sided one: the bound must reach both."""
    kink = side * 10.0**exponent

    def function(t: float) -> float:
        return slope * max(0.0, t - kink) + math.sin(w * t + x)

    found = derivative(function)
    smooth = w * math.cos(x)
    truths = {"left": smooth, "right": smooth + slope}
    wanted = truths.values() if side == 0 else [truths["right" if kink < 0 else "left"]]
    assert all(abs(found.value - truth) <= found.bound for truth in wanted)


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), scales)
def test_the_bound_holds_for_networks_of_relus(seed: int, depth: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((6, 6)) for _ in range(depth)]
    point, direction = rng.standard_normal(6), rng.choice((-1.0, 1.0), 6)

    def run(t: float) -> tuple[float, float, float]:
        value, tangent = point + t * direction, direction
        nearest = math.inf
        for W in weights:
            value, tangent = W @ value, W @ tangent
            moving = tangent != 0
            distances = np.abs(value[moving]) / np.abs(tangent[moving])
            nearest = min(nearest, float(np.min(distances, initial=math.inf)))
            tangent = tangent * (value > 0)
            value = np.maximum(value, 0)
        return float(value.sum()), float(tangent.sum()), nearest

    _, truth, nearest = run(0.0)
    assume(nearest > 50 * SMALLEST)  # nearer kinks have a test of their own
    found = derivative(lambda t: run(t)[0], scale)
    assert abs(found.value - scale * truth) <= found.bound


@given(st.lists(st.tuples(st.floats(-4, -1), slopes), min_size=2, max_size=5), places)
def test_many_kinks_do_not_break_the_bound(kinks: list[tuple[float, float]], x: float) -> None:
    at = [(-1) ** k * 10.0**exponent for k, (exponent, _) in enumerate(kinks)]
    bends = [slope for _, slope in kinks]

    def function(t: float) -> float:
        return sum(s * max(0.0, t - k) for k, s in zip(at, bends, strict=True)) + math.cos(t + x)

    found = derivative(function)
    truth = sum(s for k, s in zip(at, bends, strict=True) if k < 0) - math.sin(x)
    assert abs(found.value - truth) <= found.bound


@given(places, speeds, st.floats(0.5, 100))
def test_terms_that_cancel_are_allowed_for(x: float, w: float, offset: float) -> None:
    """The noise is that of the terms, not that of their small sum."""
    huge = offset * 1e8

    def function(t: float) -> float:
        return (huge + math.sin(w * t + x)) - huge

    values = [function(t) for t in steps()]
    found = estimate(values, huge)
    assert abs(found.value - w * math.cos(x)) <= found.bound


@pytest.mark.parametrize("kind", KINDS)
@given(places, st.floats(0.1, 2))
def test_the_bound_holds_in_float32(kind: str, x: float, w: float) -> None:
    function, truth = calibration(x, w)[kind]
    values = [float(np.float32(function(t))) for t in steps()]
    found = estimate(values, max(map(abs, values)), epsilon=EPSILON32)
    assert abs(found.value - truth) <= found.bound


@pytest.mark.parametrize("hole", [0, 1, 7, 17])
def test_holes_never_give_a_wrong_answer(hole: int) -> None:
    for bad in (math.nan, math.inf, -math.inf):
        values = [math.exp(t) for t in steps()]
        values[hole] = bad
        found = estimate(values, 1.2)
        assert abs(found.value - 1.0) <= found.bound or math.isinf(found.bound)


def test_nothing_but_holes_tells_nothing() -> None:
    assert math.isinf(estimate([math.nan] * (2 * LEVELS), 1.0).bound)


@given(places, st.floats(0.2, 3))
def test_a_jump_gives_a_wide_bound(x: float, jump: float) -> None:
    """Code that returns something else right of the point has no derivative there."""

    def function(t: float) -> float:
        return math.sin(t + x) + (jump if t > 0 else 0.0)

    found = derivative(function)
    assert found.bound > jump


def test_steps_are_symmetric_and_shrink() -> None:
    found = steps(0.5)
    assert len(found) == 2 * LEVELS
    assert found[0] == 0.5
    assert all(a == -b for a, b in zip(found[::2], found[1::2], strict=True))
    assert all(a / b == RATIO for a, b in zip(found[::2], found[2::2], strict=False))


def test_evaluations_are_counted() -> None:
    found = derivative(math.exp)
    assert (found.evaluations, found.method) == (2 * LEVELS, "richardson")
