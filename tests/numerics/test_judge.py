"""Verdicts on gradients: right, wrong, could not tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numerics_boxes import Array, Box, judged, layer, layer_backward, layer_inputs, relu

MOST_EVALUATIONS = 30
"""Forward evaluations of a layer with three variables, whatever their sizes."""
NONE: frozenset[str] = frozenset()
LONG = frozenset({"longdouble"})


def scaled(error: float) -> Box:
    def backward(dout: Array, **inputs: Array) -> dict[str, Array]:
        return {n: g * (1 + error) for n, g in layer_backward(dout, **inputs).items()}

    return Box(layer, backward)


def one_entry(error: float, place: tuple[int, int]) -> Box:
    def backward(dout: Array, **inputs: Array) -> dict[str, Array]:
        found = layer_backward(dout, **inputs)
        found["W"] = found["W"].copy()
        found["W"][place] += error * np.max(np.abs(found["W"]))
        return found

    return Box(layer, backward)


@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_right_gradients_are_right_on_every_rung(seed: int, n: int, d: int, m: int) -> None:
    for carries, method in ((frozenset({"complex"}), "complex-step"), (LONG, "long-double"),
                            (NONE, "richardson")):  # fmt: skip
        found = judged(Box(layer, layer_backward, carries), layer_inputs(n, d, m, seed), seed=seed)
        assert {j.verdict for j in found.values()} == {"right"}
        assert {j.derivative.method for j in found.values()} == {method}


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("seed", range(5))
def test_the_top_rung_sees_a_uniform_error_of_a_millionth_of_a_millionth(
    size: int, seed: int
) -> None:
    found = judged(scaled(1e-12), layer_inputs(11, size, size, seed), seed=seed)
    assert {j.verdict for j in found.values()} == {"wrong"}


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("seed", range(5))
def test_the_top_rung_sees_one_entry(size: int, seed: int) -> None:
    inputs = layer_inputs(11, size, size, seed)
    found = judged(one_entry(1e-11, (seed, size - 2)), inputs, seed=seed)
    assert found["W"].verdict == "wrong"
    assert found["x"].verdict == found["b"].verdict == "right"


@pytest.mark.parametrize("carries", [NONE, LONG])
def test_lower_rungs_see_less_but_say_nothing_false(carries: frozenset[str]) -> None:
    inputs = layer_inputs(11, 7, 5)
    for error, verdict in ((1e-9, "wrong"), (1e-15, "right")):
        box = scaled(error)
        box.carries = carries
        assert {j.verdict for j in judged(box, inputs).values()} == {verdict}


@pytest.mark.parametrize("size", [3, 30, 300])
def test_evaluations_do_not_grow(size: int) -> None:
    box = Box(layer, layer_backward)
    judged(box, layer_inputs(5, size, size))
    assert box.evaluations <= 10
    assert box.evaluations <= MOST_EVALUATIONS


def test_one_wrong_entry_is_found_in_three_evaluations() -> None:
    box = one_entry(1e-3, (2, 4))
    found = judged(box, layer_inputs(11, 7, 5))
    (entry,) = found["W"].entries
    assert entry.index == 2 * 5 + 4
    assert entry.actual != pytest.approx(entry.expected, abs=1e-6)
    right = Box(layer, layer_backward)
    judged(right, layer_inputs(11, 7, 5))
    assert box.evaluations == right.evaluations + 3


def test_a_code_that_loses_the_imaginary_part_is_not_believed() -> None:
    box = Box(lambda x: np.real(x) ** 2, lambda dout, x: {"x": dout * 2 * x})
    found = judged(box, {"x": np.array([1.0, -2.0, 3.0])})["x"]
    assert found.verdict == "right"
    assert found.derivative.method == "long-double"
    assert "disagrees" in found.derivative.reason


def test_a_code_that_behaves_only_when_it_sees_complex_numbers_is_wrong() -> None:
    def forward(x: Array) -> Array:
        return x**2 if x.dtype.kind == "c" else np.abs(x) ** 2 * 1.0 + x

    box = Box(forward, lambda dout, x: {"x": dout * 2 * x})
    assert judged(box, {"x": np.array([1.0, -2.0, 3.0])})["x"].verdict == "wrong"


def test_lost_digits_are_no_mistake() -> None:
    """1 - (1 - x) keeps 8 digits of x: the gradient is as noisy as that, and right."""

    def lossy(x: Array) -> Array:
        return x / ((1.0 + 1e8) - 1e8)

    def backward(dout: Array, x: Array) -> dict[str, Array]:
        e = np.exp(x)
        return {"x": dout * ((e + 1e6 * x) - 1e6 * x)}  # e, less ten of its digits

    box = Box(lambda x: np.exp(lossy(x)), backward)
    found = judged(box, {"x": np.random.default_rng(2).normal(size=7)})["x"]
    assert found.verdict == "right"
    assert found.reason == "lost digits"


@pytest.mark.parametrize(
    ("slope_at_0", "verdict"), [(0.0, "right"), (1.0, "right"), (0.5, "right"), (5.0, "wrong"),
                                (-0.1, "wrong"), (np.nan, "wrong")]
)  # fmt: skip
def test_at_a_kink_anything_between_the_sides_is_right(slope_at_0: float, verdict: str) -> None:
    x = np.array([1.0, 0.0, -1.0, 0.0, 2.0])

    def backward(dout: Array, x: Array) -> dict[str, Array]:
        return {"x": dout * np.where(x == 0, slope_at_0, (x > 0) * 1.0)}

    for seed in range(6):
        assert judged(Box(relu, backward), {"x": x}, seed=seed)["x"].verdict == verdict


@given(st.integers(0, 10_000))
def test_near_a_kink_the_branch_of_the_value_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(13) < 0.5, rng.normal(size=13), 1e-9 * rng.choice([-1, 1], 13))
    box = Box(relu, lambda dout, x: {"x": dout * (x > 0)})
    assert judged(box, {"x": x}, seed=seed)["x"].verdict == "right"


def test_what_cannot_be_told_is_not_passed() -> None:
    """Without carriers a kink inside every step leaves nothing to tell."""
    rough = Box(lambda x: np.abs(np.sin(1e7 * x)), lambda dout, x: {"x": 0 * dout}, NONE)
    found = judged(rough, {"x": np.random.default_rng(0).normal(size=5)})["x"]
    assert found.verdict != "right"


def test_a_value_that_is_no_number_leaves_nothing_to_tell() -> None:
    box = Box(lambda x: x**2 + (0j if x.dtype.kind == "f" else 0), lambda dout, x: {"x": dout})
    box.carries = NONE
    found = judged(box, {"x": np.ones(3)})["x"]
    assert found.verdict == "undecided"
    assert found.reason


def test_a_gradient_that_is_not_finite_is_wrong() -> None:
    box = Box(lambda x: np.exp(x), lambda dout, x: {"x": dout * np.inf})
    assert judged(box, {"x": np.ones(3)})["x"].verdict == "wrong"


def test_float32_is_judged_by_its_own_digits() -> None:
    def backward(error: float) -> object:
        return lambda dout, x: {"x": (dout * np.exp(x) * (1 + error)).astype(np.float32)}

    x = {"x": np.random.default_rng(0).normal(size=20)}

    def forward(x: Array) -> Array:
        return np.exp(x) if x.dtype.kind == "c" else np.exp(x.astype(np.float32))

    for error, verdict in ((0.0, "right"), (1e-3, "wrong")):
        box = Box(forward, backward(error))  # type: ignore[arg-type]
        assert judged(box, x, is_narrow=True)["x"].verdict == verdict
