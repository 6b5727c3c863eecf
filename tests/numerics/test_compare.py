"""Comparison: rounding is right, a wrong formula is wrong, lost digits are told from both."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradcheck.numerics.compare import (
    JITTERS,
    ROUNDING,
    compare,
    is_noise,
    is_secretly_narrow,
    jittered,
    precision,
)

Array = npt.NDArray[np.float64]
F64, F32 = np.dtype(np.float64), np.dtype(np.float32)
EPSILON = float(np.finfo(np.float64).eps)

finite = st.floats(-1e6, 1e6).map(lambda v: v if abs(v) > 1e-6 else 1.0)
vectors = arrays(np.float64, st.integers(1, 9), elements=finite)
seeds = st.integers(0, 2**32 - 1)


def verdict(actual: Array, expected: Array, magnitude: float | None = None) -> str:
    size = float(np.max(np.abs(expected))) if magnitude is None else magnitude
    return compare(actual, expected, expected, size, F64).verdict


@given(vectors)
def test_equal_is_right(value: Array) -> None:
    assert verdict(value, value) == "right"


@given(vectors, st.integers(-100, 100))
def test_rounding_is_right(value: Array, units: int) -> None:
    assert verdict(value * (1 + units * EPSILON), value) == "right"


@given(vectors, st.floats(1e-4, 10).flatmap(lambda r: st.sampled_from((r, -r))))
def test_a_large_difference_is_wrong(value: Array, relative: float) -> None:
    assert verdict(value * (1 + relative), value) == "wrong"


@given(vectors, st.floats(1e-12, 1e-6))
def test_a_small_difference_is_looked_at_again(value: Array, relative: float) -> None:
    assert verdict(value * (1 + relative), value) == "suspect"


@given(vectors, st.integers(0, 8))
def test_one_wrong_entry_is_enough(value: Array, place: int) -> None:
    actual = value.copy()
    actual[place % value.size] += 2 * np.max(np.abs(value))
    found = compare(actual, value, value, float(np.max(np.abs(value))), F64)
    assert found.verdict == "wrong"
    assert np.flatnonzero(found.excess > found.bound).tolist() == [place % value.size]


@given(vectors, st.floats(0, 1))
def test_everything_inside_an_interval_is_right(value: Array, part: float) -> None:
    low, high = value - 1.0, value + 1.0
    inside = low + part * (high - low)
    assert compare(inside, low, high, 1.0, F64).verdict == "right"
    outside = np.abs(value).max() + 5.0
    assert compare(high + outside, low, high, 1.0, F64).verdict == "wrong"
    assert compare(low - outside, low, high, 1.0, F64).verdict == "wrong"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_not_finite_is_wrong(bad: float) -> None:
    expected = np.array([1.0, 2.0])
    found = compare(np.array([1.0, bad]), expected, expected, 2.0, F64)
    assert found.verdict == "wrong"
    assert found.worst == math.inf


@pytest.mark.parametrize("sign", [1, -1])
def test_the_same_infinity_is_right_and_the_other_is_not(sign: int) -> None:
    expected = np.array([1.0, sign * math.inf])
    assert compare(expected, expected, expected, 1.0, F64).excess.tolist() == [0.0, 0.0]
    other = np.array([1.0, -sign * math.inf])
    assert compare(other, expected, expected, 1.0, F64).worst == math.inf


def test_an_expected_infinity_does_not_excuse_the_other_entries() -> None:
    expected = np.array([1.0, math.inf])
    assert compare(np.array([2.0, math.inf]), expected, expected, 1.0, F64).verdict == "wrong"


def test_nothing_is_right() -> None:
    empty = np.zeros((0, 3))
    found = compare(empty, empty, empty, 1.0, F64)
    assert (found.verdict, found.worst) == ("right", 0.0)


def test_float32_gets_its_own_rounding() -> None:
    expected = np.linspace(0.1, 1.0, 7)
    narrow = expected.astype(np.float32)
    dtype = precision(narrow)
    assert dtype == F32
    assert compare(narrow.astype(np.float64), expected, expected, 1.0, dtype).verdict == "right"
    assert compare(narrow.astype(np.float64), expected, expected, 1.0, F64).verdict == "suspect"
    wrong = (1.001 * narrow).astype(np.float64)
    assert compare(wrong, expected, expected, 1.0, dtype).verdict == "wrong"


@given(vectors, st.floats(-280, 280))
def test_the_verdict_does_not_depend_on_the_scale(value: Array, exponent: float) -> None:
    scale = 10.0**exponent
    moved = value * (1 + 1e-9)
    assert verdict(moved * scale, value * scale) == verdict(moved, value) == "suspect"
    assert ROUNDING[F64] * EPSILON < 1e-9


# noise and systematic errors


def differences(
    actual: Callable[[Array], Array], expected: Callable[[Array], Array], z: Array
) -> list[Array]:
    return [actual(m) - expected(m) for m in (jittered(z, k) for k in range(JITTERS))]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


Form = Callable[[Array], Array]
LOSSY: dict[str, tuple[Form, Form]] = {
    "1/(1 - a)": (lambda z: 1 / (1 - sigmoid(z)), lambda z: 1 + np.exp(z)),
    "1 - a": (lambda z: 1 - sigmoid(z), lambda z: sigmoid(-z)),
    "a (1 - a)": (lambda z: sigmoid(z) * (1 - sigmoid(z)), lambda z: sigmoid(z) * sigmoid(-z)),
    "ln(1 - a)": (lambda z: np.log(1 - sigmoid(z)), lambda z: -np.logaddexp(0, z)),
    "1 - tanh²": (lambda z: 1 - np.tanh(z) ** 2, lambda z: 1 / np.cosh(z) ** 2),
}
"""How right code loses digits, and the same without the loss."""


@pytest.mark.parametrize("form", sorted(LOSSY))
@pytest.mark.parametrize("range_", [(4.0, 8.0), (8.0, 12.0), (12.0, 15.0)])
def test_lost_digits_are_noise(form: str, range_: tuple[float, float]) -> None:
    naive, exact = LOSSY[form]
    low, high = (bound / 2 for bound in range_) if "tanh" in form else range_
    misjudged = []
    for seed in range(300):
        z = np.random.default_rng(seed).uniform(low, high, 6)
        if not is_noise(differences(naive, exact, z)):
            misjudged.append(seed)
    assert misjudged == []


@pytest.mark.parametrize("error", [1e-12, 1e-11, 1e-9, 1e-6])
@pytest.mark.parametrize("sign", [1, -1])
@given(seeds)
def test_a_systematic_error_is_not_noise(error: float, sign: int, seed: int) -> None:
    z = np.random.default_rng(seed).standard_normal(6) + 3.0

    def wrong(z: Array) -> Array:
        return sigmoid(z) * (1 - sigmoid(z)) + sign * error * sigmoid(z)

    assert not is_noise(differences(wrong, lambda z: sigmoid(z) * sigmoid(-z), z))


@given(seeds, st.integers(0, 5))
def test_one_wrong_entry_among_noise_is_seen(seed: int, place: int) -> None:
    z = np.random.default_rng(seed).uniform(8.0, 15.0, 6)
    naive, exact = LOSSY["1 - a"]

    def wrong(z: Array) -> Array:
        found = naive(z)
        found[place] += 1e-12
        return found

    assert not is_noise(differences(wrong, exact, z))


def test_what_is_not_finite_is_no_noise() -> None:
    noise = [np.array([(-1.0) ** k]) for k in range(JITTERS)]
    assert is_noise(noise)
    assert not is_noise([*noise[:-1], np.array([math.nan])])
    assert not is_noise([*noise[:-1], np.array([math.inf])])


@given(vectors, st.integers(0, 7))
def test_jitter_is_small_different_and_repeatable(value: Array, index: int) -> None:
    moved = jittered(value, index)
    assert np.all(np.abs(moved - value) <= 1.01e-9 * np.abs(value))
    assert np.array_equal(moved, jittered(value, index))
    assert not np.array_equal(moved, jittered(value, index + 1))
    assert not np.array_equal(moved, value)


# float32 in disguise


@given(seeds, st.integers(8, 50))
def test_float64_that_went_through_float32_is_seen(seed: int, size: int) -> None:
    value = np.random.default_rng(seed).standard_normal(size)
    assert not is_secretly_narrow(value)
    assert is_secretly_narrow(value.astype(np.float32).astype(np.float64))
    assert precision(value) == F64
    assert precision(value, value.astype(np.float32).astype(np.float64)) == F32


@pytest.mark.parametrize(
    "value",
    [
        np.array([0.0, 1.0, 0.5, -0.375, 3.0, 1024.0, 0.25]),
        np.arange(20.0),
        np.zeros(9),
        np.full(5, np.nan),
        np.zeros(0),
    ],
)
def test_short_fractions_are_no_evidence(value: Array) -> None:
    assert not is_secretly_narrow(value)


def test_one_full_value_clears_the_others() -> None:
    value = np.random.default_rng(0).standard_normal(9)
    mixed = value.astype(np.float32).astype(np.float64)
    mixed[4] = value[4]
    assert not is_secretly_narrow(mixed)


def test_other_dtypes() -> None:
    assert not is_secretly_narrow(np.ones(5, dtype=np.float32))
    assert precision(np.ones(3, dtype=np.float16)) == F32
    assert precision(np.arange(3)) == F64
