"""Running statistics are told from what inference does, in every usual convention."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.checks._averages import Shown, averaged_means, averaged_spreads, shown
from gradcheck.component import Array

RNG = np.random.default_rng(7)
BATCHES = [RNG.normal(0.5, 1.5, (5, 3)) for _ in range(2)]
EPS = 1e-5
Averages = Callable[[int], tuple[Array, Array]]


def seen(statistics: Averages, calls: int, eps: float = EPS) -> Shown:
    """Return what a batch in test shows of the statistics after some calls."""
    x, gamma, beta = RNG.normal(size=(4, 3)), RNG.uniform(0.5, 2.0, 3), RNG.normal(size=3)
    mean, variance = statistics(calls)
    value = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    found = shown(x, value, gamma, beta, is_narrow=False)
    assert found is not None
    return found


def moving(keep: float, take: float, ddof: int = 0, start: float = 1.0) -> Averages:
    def statistics(calls: int) -> tuple[Array, Array]:
        mean, variance = np.zeros(3), np.full(3, start)
        for x in BATCHES[:calls]:
            mean = keep * mean + take * x.mean(axis=0)
            variance = keep * variance + take * x.var(axis=0, ddof=ddof)
        return mean, variance

    return statistics


def pooled(calls: int) -> tuple[Array, Array]:
    if not calls:
        return np.zeros(3), np.ones(3)
    x = np.concatenate(BATCHES[:calls])
    return x.mean(axis=0), x.var(axis=0)


def judged(statistics: Averages, eps: float = EPS) -> tuple[object, object]:
    before, *after = (seen(statistics, calls, eps) for calls in range(3))
    given = (before, after, BATCHES, EPS)
    return averaged_means(*given, is_narrow=False), averaged_spreads(*given, is_narrow=False)


@pytest.mark.parametrize(
    ("statistics", "of", "part"),
    [
        (moving(0.9, 0.1), "variance", 0.1),
        (moving(0.1, 0.9), "variance", 0.9),
        (moving(0.9, 0.1, ddof=1), "unbiased variance", 0.1),
        (moving(0.99, 0.01, start=0.0), "variance", 0.01),
        (pooled, "square", 0.5),
    ],
)
def test_every_usual_average_is_one(statistics: Averages, of: str, part: float) -> None:
    means, spreads = judged(statistics)
    assert means is not None and spreads is not None
    assert spreads.of == of  # type: ignore[attr-defined]
    assert means.parts[-1] == pytest.approx(part)  # type: ignore[attr-defined]
    assert spreads.parts[-1] == pytest.approx(part)  # type: ignore[attr-defined]


@pytest.mark.parametrize("statistics", [moving(0.9, 0.9), moving(0.9, 1.0), moving(0.9, 0.01)])
def test_weights_that_don_t_add_up_are_none(statistics: Averages) -> None:
    assert judged(statistics) == (None, None)


def test_another_epsilon_is_told() -> None:
    _, spreads = judged(moving(0.9, 0.1), eps=1e-3)
    assert spreads is not None
    assert spreads.epsilon == 1e-3  # type: ignore[attr-defined]


def test_a_variance_in_place_of_its_root_is_none() -> None:
    def squared(calls: int) -> tuple[Array, Array]:
        mean, variance = moving(0.9, 0.1)(calls)
        return mean, (variance + EPS) ** 2 - EPS

    means, spreads = judged(squared)
    assert means is not None
    assert spreads is None


def test_what_is_no_line_shows_nothing() -> None:
    x = RNG.normal(size=(5, 3))
    assert shown(x, np.tanh(x), np.ones(3), np.zeros(3), is_narrow=False) is None
    assert shown(x, -x, np.ones(3), np.zeros(3), is_narrow=False) is None
