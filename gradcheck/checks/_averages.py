"""Moving averages, told from what inference subtracts and divides by.

In test a batch normalisation is x -> gamma (x - m) / r + beta, with some m and r for each
feature: two numbers that any batch shows. How they move from one training call to the next says
which statistics they are averages of, and how much of each batch goes into them, however the
code keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.component import Array

__all__ = ["Averaged", "Shown", "averaged_means", "averaged_spreads", "shown"]

FITS, FITS_NARROW = 1e-8, 1e-4
"""Part of the size up to which a number is what it must be."""
EPSILONS = (0.0, 1e-5, 1e-8, 1e-6, 1e-7, 1e-3, 1e-12, 1e-4, 1e-10)


@dataclass(frozen=True)
class Shown:
    """What inference subtracts (m) and divides by (r), feature by feature."""

    m: Array
    r: Array


@dataclass(frozen=True)
class Averaged:
    """How much of each batch goes into an average, and what it is an average of."""

    parts: tuple[float, ...]
    of: str = ""
    epsilon: float | None = None
    is_usual: bool = True
    """Whether it is what everybody would call right."""


def shown(x: Array, value: Array, gamma: Array, beta: Array, *, is_narrow: bool) -> Shown | None:
    """Return m and r, or None if a value isn't gamma (x - m) / r + beta with a positive r."""
    centred = x - x.mean(axis=0)
    slope = np.sum(centred * value, axis=0) / np.sum(centred**2, axis=0)
    level = value.mean(axis=0) - slope * x.mean(axis=0)
    with np.errstate(all="ignore"):
        r = gamma / slope
        m = (beta - level) / slope
        off = np.abs(value - (slope * x + level))
        size = np.max(np.abs(value), initial=0.0)
    fits = FITS_NARROW if is_narrow else FITS
    if not np.all(np.isfinite(m) & np.isfinite(r)) or np.any(r <= 0) or np.any(off > fits * size):
        return None
    return Shown(m, r)


def _parts(
    before: Array | None, values: Sequence[Array], batches: Sequence[Array], *, is_narrow: bool
) -> tuple[float, ...] | None:
    """Return e of each step, where value = (1 - e) value before + e batch; None if none does.

    What inference gives before the first batch may be a fallback: zeros and ones are starts, too.
    """
    zeros = np.zeros_like(values[0])
    starts = (zeros, zeros + 1.0) if before is None else (before, zeros, zeros + 1.0)
    found = (_parts_from(s, values, batches, is_narrow=is_narrow) for s in starts)
    return next((parts for parts in found if parts is not None), None)


def _parts_from(
    start: Array, values: Sequence[Array], batches: Sequence[Array], *, is_narrow: bool
) -> tuple[float, ...] | None:
    found = []
    fits = FITS_NARROW if is_narrow else FITS
    previous = start
    for value, batch in zip(values, batches, strict=True):
        way = batch - previous
        e = float(np.sum((value - previous) * way) / np.sum(way**2))
        size = max(float(np.max(np.abs(a))) for a in (previous, value, batch))
        if np.any(np.abs(value - previous - e * way) > fits * size):
            return None
        if not -fits <= e <= 1 + fits:
            return None
        found.append(min(max(e, 0.0), 1.0))
        previous = value
    return tuple(found)


def averaged_means(
    before: Shown | None, after: Sequence[Shown], batches: Sequence[Array], _: float,
    *, is_narrow: bool,
) -> Averaged | None:  # fmt: skip
    """Return how the batches' means go into m, or None if it is no average of them."""
    parts = _parts(
        before.m if before else None, [s.m for s in after], [x.mean(axis=0) for x in batches],
        is_narrow=is_narrow,
    )  # fmt: skip
    return None if parts is None else Averaged(parts)


def averaged_spreads(
    before: Shown | None, after: Sequence[Shown], batches: Sequence[Array], epsilon: float,
    *, is_narrow: bool,
) -> Averaged | None:  # fmt: skip
    """Return how the batches' variances go into r, or None if no usual way is it."""
    for own, epsilons in ((True, (epsilon,)), (False, EPSILONS)):
        for e in epsilons:
            for of, form, stat in _forms(e):
                held = [form(s) for s in after]
                if not all(np.all(np.isfinite(h)) for h in held):
                    continue
                start = form(before) if before is not None else None
                stats = [stat(x, s) for x, s in zip(batches, after, strict=True)]
                parts = _parts(start, held, stats, is_narrow=is_narrow)
                if parts is not None:
                    is_usual = not of.endswith("running mean")
                    return Averaged(parts, of, None if own else e, is_usual)
    return None


def _forms(
    e: float,
) -> Iterator[tuple[str, Callable[[Shown], Array], Callable[[Array, Shown], Array]]]:
    """Yield what may be averaged: its name, how it stands in r, and what it is of a batch."""
    for kind, unbiased in (("", 0), ("unbiased ", 1)):

        def variance(x: Array, _: Shown, unbiased: int = unbiased) -> Array:
            return np.asarray(x.var(axis=0, ddof=unbiased))

        def deviation(x: Array, _: Shown, unbiased: int = unbiased) -> Array:
            return np.asarray(np.sqrt(x.var(axis=0, ddof=unbiased)))

        def root(x: Array, _: Shown, unbiased: int = unbiased) -> Array:
            return np.asarray(np.sqrt(x.var(axis=0, ddof=unbiased) + e))

        def inverse(x: Array, _: Shown, unbiased: int = unbiased) -> Array:
            return np.asarray(1.0 / np.sqrt(x.var(axis=0, ddof=unbiased) + e))

        yield f"{kind}variance", lambda s: s.r**2 - e, variance
        yield f"{kind}standard deviation", lambda s: s.r - e, deviation
        yield f"{kind}standard deviation", lambda s: np.sqrt(np.maximum(s.r**2 - e, 0)), deviation
        yield f"{kind}standard deviation with eps", lambda s: s.r, root
        yield f"{kind}inverse standard deviation", lambda s: 1 / s.r, inverse
    yield "square", lambda s: s.r**2 - e + s.m**2, lambda x, _: np.mean(x**2, axis=0)
    yield "square", lambda s: s.r**2 + s.m**2, lambda x, _: np.mean(x**2, axis=0) + e
    yield ("squared distance from the running mean", lambda s: s.r**2 - e,
           lambda x, s: np.mean((x - s.m) ** 2, axis=0))  # fmt: skip
