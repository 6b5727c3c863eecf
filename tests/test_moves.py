"""What counts as an input moved a little, and what honest code does that looks alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.checks._moves import differenced

RNG = np.random.default_rng(5)
X, W = RNG.standard_normal((5, 3)), RNG.standard_normal((3, 2))
STEP = 1e-5


def trace(*calls: Any) -> list[Any]:
    return [["f", list(arguments)] for arguments in calls]


def moved(array: Any, place: int, step: complex) -> Any:
    found = array.astype(type(step)) if isinstance(step, complex) else array.copy()
    found.flat[place] += step
    return found


def test_entries_moved_to_both_sides() -> None:
    calls = [(X, moved(W, k, s)) for k in range(W.size) for s in (STEP, -STEP)]
    found = differenced(trace(*calls), [X, W])
    assert found is not None
    assert (found.function, found.count, found.is_imaginary) == ("f", 2 * W.size, False)
    assert abs(found.step - STEP) < STEP / 100


def test_all_entries_moved_alike_and_single_numbers() -> None:
    assert differenced(trace((X + STEP,), (X - STEP,)), [X]) is not None
    numbers = [(float(x) + s,) for x in X.flat for s in (STEP, -STEP)]
    assert differenced(trace(*numbers), [X]) is not None


def test_all_parameters_in_one_vector() -> None:
    theta = np.concatenate([X.ravel(), W.ravel()])
    calls = [(moved(theta, k, s),) for k in range(theta.size) for s in (STEP, -STEP)]
    assert differenced(trace(*calls), [X, W]) is not None


def test_an_imaginary_part() -> None:
    found = differenced(trace((X + 1e-30j,)), [X])
    assert found is not None and found.is_imaginary


def test_the_same_inputs_again_and_their_parts() -> None:
    assert differenced(trace((X, W), (X, W), (X, W)), [X, W]) is None
    assert differenced(trace(*((row,) for row in X)), [X, W]) is None
    assert differenced(trace(*((float(v),) for v in X.flat)), [X, W]) is None


def test_one_epsilon_one_clipped_entry_and_a_step_of_training() -> None:
    assert differenced(trace((X + 1e-8,), (X + 1e-8,)), [X]) is None
    assert differenced(trace((moved(X, 3, 0.01),), (X,)), [X]) is None
    assert differenced(trace((X - 0.01 * RNG.standard_normal(X.shape),), (X,)), [X]) is None


def test_a_claim_that_is_no_trace() -> None:
    for claim in (None, 3.0, [], [1], [["f"]], [["f", 3]], [["f", [None, "x"]]], {"f": [X]}):
        assert differenced(claim, [X]) is None
