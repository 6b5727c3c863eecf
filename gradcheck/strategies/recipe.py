"""Hypothesis strategies for what an example is like: its regime, sizes and seed.

A :class:`Recipe` is small and cheap to draw; the component turns it into arrays.
Sizes are pairwise distinct primes, so that a wrong factor tells which size it came
from; the regime ``square`` makes them all equal, since some mistakes show only there.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Literal

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gradcheck.strategies._bits import pick, shuffled

__all__ = ["EVERYWHERE", "FAR", "LONG", "MEMORY", "PLAIN_MAX", "REGIMES", "SMALL_PLAIN_MAX", "TIES",
           "Recipe", "plain_sizes", "recipes"]  # fmt: skip

REGIMES = (
    "ordinary",
    "wide",
    "batch-of-one",
    "negative",
    "saturated",
    "near-zero",
    "kink",
    "large-batch",
    "square",
)
"""What the battery covers; a component may leave out those that mean nothing to it."""

FAR = "far"
"""Inputs from 16 to 300: for functions that only the derivative of their own value judges,
since the reference has a check of its own for extreme ones."""
LONG = "long"
"""More examples, features and classes than anywhere else: what is keyed on a size shows here."""
TIES = "ties"
"""Values of 1/2 and 1 of both signs: many are equal, the largest ones among them."""
EVERYWHERE = ("repeated-rows", "fortran", "strided")
"""What the battery covers for every component: rows that occur twice, with a class that
occurs nowhere; arrays that lie by columns in memory, or as every other entry."""
MEMORY: Mapping[str, Literal["F", "strided"]] = {"fortran": "F", "strided": "strided"}

PRIMES = (2, 3, 5, 7, 11)
LARGE_BATCH = 67
"""More than the batch sizes that are hard-coded by habit: 32, 64."""
LONGEST = 257
"""More than a batch of 256, the largest that is usual."""
MANY = (23, 19, 17, 29)
"""Features and classes there: distinct primes, all above 16."""
WIDE = 13
TWO_CLASSES = 2
SQUARE = 3
MIN_CLASSES = 3
"""With two classes a wrong softmax Jacobian can look right."""
PLAIN_MAX = 3
SMALL_PLAIN_MAX = 2
"""The same where work, and the numbers to draw, are the product of many sizes."""
FEATURES = ("D", "C")
"""What there may be more or fewer of than examples."""
SEEDS = 2**8
"""A few tosses each; the run's seed is mixed in."""
UPSTREAM_SCALES = (1.0, 1e-3, 1e3, 1e-7, 1e6)
"""Clipping inside a backward passes at a small upstream and fails at a large one."""


@dataclass(frozen=True)
class Recipe:
    """What an example is like, before it has values.

    Parameters
    ----------
    regime : str
        One of :data:`REGIMES` or :data:`EVERYWHERE`.
    sizes : Mapping[str, int]
        From size name (N, D, ...) to size.
    seed : int
        Of the values, mixed with the run's seed and the component's id.
    upstream_scale : float
        Order of magnitude of the upstream gradient.
    """

    regime: str
    sizes: Mapping[str, int]
    seed: int
    upstream_scale: float = 1.0

    def generator(self, run_seed: int, component: str) -> np.random.Generator:
        """Return the generator of this recipe's values; equal on every machine."""
        key = [run_seed, zlib.crc32(component.encode()), zlib.crc32(self.regime.encode())]
        sequence = np.random.SeedSequence([*key, self.seed])
        return np.random.Generator(np.random.Philox(sequence))


@st.composite
def _sizes(
    draw: st.DrawFn, names: Sequence[str], regime: str, fixed: Mapping[str, int],
    choices: Mapping[str, Sequence[int]],
) -> dict[str, int]:  # fmt: skip
    free = [name for name in names if name not in fixed]
    if regime == "square":
        sizes = dict.fromkeys(free, SQUARE)
    elif choices:
        sizes = _few(draw, free, regime, fixed, choices)
    else:
        primes = [p for p in PRIMES if p not in fixed.values()]
        order = shuffled(draw, primes[: max(len(free) + 1, 3)])
        sizes = dict(zip(free, order, strict=False))
    sizes |= fixed
    if sizes.get("K", MIN_CLASSES) < MIN_CLASSES and "K" in free:
        largest = max(free, key=lambda name: sizes[name])
        sizes["K"], sizes[largest] = sizes[largest], sizes["K"]
    batch = "N" in free
    if batch and regime == "batch-of-one":
        sizes["N"] = 1
    elif regime == LONG:
        others = (name for name in free if name != "N")
        sizes |= dict(zip(others, cycle(MANY))) | {"N": LONGEST}
    elif batch and regime == TIES:
        sizes["N"] = WIDE
    elif batch and regime == "large-batch":
        sizes["N"] = LARGE_BATCH
        if "K" in free:
            other = next((n for n in free if n != "K" and sizes[n] == TWO_CLASSES), "K")
            sizes[other], sizes["K"] = sizes["K"], TWO_CLASSES
    elif regime == "wide" and (features := [n for n in ("D", "K") if n in free]):
        sizes[features[0]] = WIDE
    elif batch and regime in {"ordinary", "wide", *EVERYWHERE}:
        # more rows than columns, and fewer
        tall = regime != "wide"
        for name in FEATURES:
            if name in free and (sizes["N"] > sizes[name]) != tall:
                sizes["N"], sizes[name] = sizes[name], sizes["N"]
    return sizes


def _few(
    draw: st.DrawFn, free: Sequence[str], regime: str, fixed: Mapping[str, int],
    choices: Mapping[str, Sequence[int]],
) -> dict[str, int]:  # fmt: skip
    """Return sizes from their choices, distinct where these allow it; least in a large batch."""
    sizes: dict[str, int] = {}
    for name in free:
        taken = {*fixed.values(), *sizes.values()}
        left = [c for c in choices[name] if c not in taken] or list(choices[name])
        sizes[name] = min(choices[name]) if regime == "large-batch" else left[pick(draw, len(left))]
    return sizes


@st.composite
def _seeds(draw: st.DrawFn) -> int:
    return pick(draw, SEEDS)


def recipes(
    regime: str, names: Sequence[str], fixed: Mapping[str, int], *,
    choices: Mapping[str, Sequence[int]] | None = None,
) -> SearchStrategy[Recipe]:  # fmt: skip
    """Return a strategy for recipes of one regime.

    Parameters
    ----------
    regime : str
        One of :data:`REGIMES` or :data:`EVERYWHERE`.
    names : sequence of str
        The component's size names.
    fixed : Mapping[str, int]
        Sizes that the submission fixes.
    choices : Mapping[str, sequence of int] or None
        What to draw each size from; distinct primes by default.
    """
    taking_turns = (*REGIMES, *EVERYWHERE, FAR)
    place = taking_turns.index(regime) if regime in taking_turns else 0
    scale = UPSTREAM_SCALES[place % len(UPSTREAM_SCALES)]
    return st.builds(
        Recipe,
        regime=st.just(regime),
        sizes=_sizes(names, regime, fixed, choices or {}),
        seed=_seeds(),
        upstream_scale=st.just(scale),
    )


@st.composite
def plain_sizes(
    draw: st.DrawFn, names: Sequence[str], fixed: Mapping[str, int], *, most: int = PLAIN_MAX
) -> dict[str, int]:
    """Draw sizes of up to ``most``, to shrink in."""
    return {n: fixed[n] if n in fixed else 1 + pick(draw, most) for n in names}
