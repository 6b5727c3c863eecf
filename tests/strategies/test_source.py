"""Sources stay in their domains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.numerics.compare import is_secretly_narrow
from gradcheck.strategies.recipe import REGIMES
from gradcheck.strategies.source import (
    MIN_MAGNITUDE,
    NEAR_ZERO,
    PLAIN_PROBABILITIES,
    PLAIN_REALS,
    SATURATED,
    PlainSource,
    RandomSource,
)

shapes = st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple)
seeds = st.integers(0, 2**32 - 1)
scales = st.sampled_from((0.1, 0.5, 1.0, 1.5, 2.0))


def source(seed: int, regime: str) -> RandomSource:
    return RandomSource(np.random.default_rng(seed), regime)


@pytest.mark.parametrize("regime", REGIMES)
@given(seeds, shapes, scales)
def test_reals_are_of_their_regime(
    regime: str, seed: int, shape: tuple[int, ...], scale: float
) -> None:
    value = source(seed, regime).reals(shape, scale)
    assert value.shape == shape
    assert value.dtype == np.float64
    assert np.all(np.isfinite(value))
    sizes = np.abs(value)
    if regime == "negative":
        assert np.all(value < 0)
    if regime == "saturated":
        low, high = (bound * min(scale, 1.0) for bound in SATURATED)
        assert np.all((sizes >= low) & (sizes <= high))
    elif regime == "kink":
        assert np.all((sizes == 0) | (sizes >= MIN_MAGNITUDE))
        assert not value.size or np.any(sizes == 0)
        assert not np.any(np.signbit(value) & (value == 0)), "no negative zeros"
    elif regime == "near-zero":
        assert np.all((sizes == NEAR_ZERO) | (sizes >= MIN_MAGNITUDE))
        assert not value.size or np.any(sizes == NEAR_ZERO)
    else:
        assert np.all(sizes >= MIN_MAGNITUDE)


@pytest.mark.parametrize("regime", REGIMES)
@given(seeds, shapes)
def test_probabilities_are_inside(regime: str, seed: int, shape: tuple[int, ...]) -> None:
    value = source(seed, regime).probabilities(shape)
    assert value.shape == shape
    assert np.all((value > 0) & (value < 1))


@given(seeds, st.integers(1, 40), st.integers(2, 7))
def test_each_class_occurs_where_there_is_room(seed: int, count: int, high: int) -> None:
    value = source(seed, "ordinary").integers((count,), high)
    assert value.dtype == np.int64
    assert set(value) <= set(range(high))
    assert len(set(value)) == min(count, high)


@given(seeds, st.integers(2, 40))
def test_both_labels_occur(seed: int, count: int) -> None:
    value = source(seed, "ordinary").binary((count,))
    assert value.dtype == np.float64
    assert set(value) == {0.0, 1.0}


@given(seeds)
def test_values_use_all_their_digits(seed: int) -> None:
    """A submission in float32 must show."""
    value = source(seed, "ordinary").reals((30,))
    assert not is_secretly_narrow(value)
    assert np.all(value.astype(np.float32) != value)


@given(seeds, st.sampled_from(REGIMES))
def test_equal_seeds_give_equal_values(seed: int, regime: str) -> None:
    one, two = source(seed, regime), source(seed, regime)
    for draw in ("reals", "probabilities", "binary"):
        assert np.array_equal(getattr(one, draw)((4, 3)), getattr(two, draw)((4, 3)))


@given(st.data(), shapes)
def test_plain_values_can_be_checked_by_hand(data: st.DataObject, shape: tuple[int, ...]) -> None:
    plain = PlainSource(data.draw)  # type: ignore[arg-type]
    assert set(plain.reals(shape).flat) <= set(PLAIN_REALS)
    assert set(plain.probabilities(shape).flat) <= set(PLAIN_PROBABILITIES)
    whole = plain.integers(shape, 3)
    assert whole.dtype == np.int64
    assert set(whole.flat) <= {0, 1, 2}
    assert plain.real().shape == ()
