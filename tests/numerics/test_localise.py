"""Finding wrong entries from derivatives along few directions, and naming their pattern."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.numerics.localise import MOST, Located, locate
from gradcheck.numerics.patterns import described

NOISE = 1e-14


def searched(true: np.ndarray, claimed: np.ndarray, seed: int) -> tuple[list[Located] | None, int]:
    search = locate(claimed, NOISE * np.sqrt(claimed.size), np.random.default_rng(seed))
    evaluations = 0
    try:
        wanted = next(search)
        while True:
            evaluations += len(wanted)
            wanted = search.send([float(np.sum(true * v)) for v in wanted])
    except StopIteration as stop:
        return stop.value, evaluations


def wrong_at(count: int, places: list[int], error: float, seed: int) -> tuple[np.ndarray, ...]:
    true = np.random.default_rng(seed).uniform(0.5, 1.5, count)
    claimed = true.copy()
    claimed[places] += error
    return true, claimed


@given(st.integers(0, 9999), st.integers(1, 9833), st.sampled_from([1e-3, 1e-8, 1.0]), st.data())
def test_one_wrong_entry_shows_itself(
    seed: int, count: int, error: float, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, count - 1))
    true, claimed = wrong_at(count, [place], error, seed)
    found, evaluations = searched(true, claimed, seed)
    assert found is not None
    assert [f.index for f in found] == [place]
    assert found[0].actual == claimed[place]
    assert found[0].expected == pytest.approx(true[place], abs=1e-10)
    assert evaluations == 3


@pytest.mark.parametrize("wrong", [2, 3, 10, 30])
@pytest.mark.parametrize("seed", range(5))
def test_several_are_found_in_few_evaluations(wrong: int, seed: int) -> None:
    count = 9833
    places = sorted(np.random.default_rng(seed).choice(count, wrong, replace=False).tolist())
    true, claimed = wrong_at(count, places, 1e-3, seed)
    found, evaluations = searched(true, claimed, seed)
    assert found is not None
    assert [f.index for f in found] == places
    assert evaluations <= wrong * (math.log2(count / wrong) + 2) + 5


def test_too_many_are_a_pattern() -> None:
    true, claimed = wrong_at(1000, list(range(0, 1000, 2)), 1e-3, 0)
    found, evaluations = searched(true, claimed, 0)
    assert found is None
    assert evaluations <= 4 * MOST


def test_a_right_gradient_has_no_wrong_entry() -> None:
    true, _ = wrong_at(100, [], 0.0, 0)
    assert searched(true, true, 0) == ([], 2)


def at(*places: object, shape: tuple[int, ...] = (5, 3)) -> np.ndarray:
    mask = np.zeros(shape, dtype=bool)
    for place in places:
        mask[place] = True  # type: ignore[index]
    return mask


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (at((2, 1)), "entry [2, 1]"),
        (at((2, 1), (0, 0)), "the entries [0, 0], [2, 1]"),
        (at(4), "row 4 (the last)"),
        (at(2), "row 2"),
        (at((slice(None), 0)), "column 0 (the first)"),
        (at((slice(None), 0), (slice(None), 2)), "columns 0, 2"),
        (at(1, 2, 3, 4), "every row but 0 (the first)"),
        (at(slice(None)), "every entry"),
        (at((0, 0), (1, 1), (2, 2), shape=(3, 3)), "the diagonal"),
        (~at((0, 0), (1, 1), (2, 2), shape=(3, 3)), "all entries but the diagonal"),
        (at((slice(None), 1), shape=(2, 3, 4, 5)), "channel 1"),
        (at(1, shape=(2, 3, 4, 5)), "example 1 (the last)"),
        (at((0, 0), (1, 1), (2, 2), (3, 0)), "4 of 15 entries"),
        (np.ones((), dtype=bool), "the value"),
    ],
)
def test_patterns_are_named(mask: np.ndarray, words: str) -> None:
    assert described(mask) == words
