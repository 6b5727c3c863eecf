"""Are gradients those of a cost? Told along one random direction for each weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.closeness import EXACT, FACTOR, RAN, SHAPED, is_narrow
from gradcheck.calls.template import ProgrammedSubject
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.numerics.ladder import COMPLEX_STEP, Point, tangent
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call

__all__ = ["Scores", "closeness_of", "is_carried", "may_be_meant", "scores_of"]

STEPS, AGREEMENT, LEAST = (1e-3, 1e-5), 1e-8, 1e-3
"""Of differences along a direction (the second for where the first crosses a kink), and how well
they agree with a right gradient."""
ROUNDING, SLIGHT = 1e-13, 1e-6
"""Relative: more than rounding, and no more than an epsilon of the cost that its gradient lacks."""
COUNTED = frozenset({"N", "M", "K"})
"""Sizes that count examples and steps, and that the object isn't built with."""
SEED = 8


@dataclass(frozen=True)
class Scores:
    """How gradients compare with the derivative of their cost."""

    right: frozenset[str]
    """The weights whose gradients agree, but for the slight; none where all of them are 0."""
    idle: frozenset[str]
    """The weights that the cost doesn't depend on."""
    slight: frozenset[str]
    """Those of which the gradient is off by as little as an epsilon inside a logarithm makes."""
    decaying: frozenset[str] = frozenset()
    """Those that a step makes smaller by a share of themselves, beside what their gradient says."""


def scores_of(
    subject: ProgrammedSubject, example: Example, names: Sequence[str],
    gradients: Mapping[str, Value],
) -> Scores:  # fmt: skip
    """Return how the gradients compare along a random direction."""
    rng = np.random.Generator(np.random.Philox(SEED))
    size = LEAST * max(1.0, float(np.max(np.abs(example.output), initial=0.0)))
    told = {n: np.asarray(g) for n in names
            if isinstance(g := gradients.get(n), np.ndarray | float)
            and np.shape(g) == example.inputs[n].shape}  # fmt: skip

    carried: set[str] = set()  # by a complex step: exact but for rounding

    def errors(left: Sequence[str]) -> tuple[dict[str, tuple[float, float, float]], set[str]]:
        """Return by how much each is off, of what size, along which part of the weight itself."""
        directions = {n: rng.standard_normal(example.inputs[n].shape) for n in left}
        slopes = _slopes(subject, example, directions)
        carried.update(n for n, s in slopes.items() if len(s) == 1)
        found: dict[str, tuple[float, float, float]] = {}
        for name in (n for n in left if n in told):
            products = directions[name] * told[name]
            apart = [float(np.sum(products)) - s for s in slopes[name]]
            found[name] = (min(apart, key=abs, default=np.inf),
                           float(np.sum(np.abs(products))) + size,
                           float(np.sum(directions[name] * example.inputs[name])))  # fmt: skip
        return found, {n for n, s in slopes.items() if not any(s)}

    first, idle = errors(names)
    right = {n for n, (error, scale, _) in first.items() if abs(error) <= AGREEMENT * scale}
    slight = {n for n, (error, scale, _) in first.items()
              if n in carried and not is_narrow(told[n])
              and ROUNDING * scale < abs(error) <= SLIGHT * scale}  # fmt: skip
    wrong = [n for n in first if n not in right | slight | idle]
    second, _ = errors(wrong) if wrong else ({}, set())
    decaying = {n for n, other in second.items()
                if example.inputs[n].size > 1 and _is_decay(first[n], other)}  # fmt: skip
    is_told = any(np.any(told[n]) for n in right)
    return Scores(frozenset(right - slight) if is_told else frozenset(), frozenset(idle),
                  frozenset(slight), frozenset(decaying))  # fmt: skip


def _is_decay(first: tuple[float, float, float], second: tuple[float, float, float]) -> bool:
    """Return whether what a gradient is off by is a multiple of the weight, both times the same."""
    (error, scale, part), (other, other_scale, other_part) = first, second
    bound = AGREEMENT * (scale * abs(other_part) + other_scale * abs(part))
    return np.isfinite(error + other) and abs(error * other_part - other * part) <= bound


def closeness_of(
    subject: ProgrammedSubject, example: Example, names: Sequence[str],
    gradients: Mapping[str, Value],
) -> list[float]:  # fmt: skip
    """Return how close each gradient is, as :func:`gradcheck.calls.closeness.score` tells it.

    Two random directions a variable take the place of all its entries. A constant factor is one
    only if it may be meant.
    """
    rng = np.random.Generator(np.random.Philox(SEED))
    size = LEAST * float(np.sum(np.abs(example.upstream * example.output)))
    ratios: dict[str, list[float]] = {n: [] for n in names}
    is_right = dict.fromkeys(names, True)
    for _ in range(2):
        directions = {n: rng.standard_normal(example.inputs[n].shape) for n in names}
        for name, found in _slopes(subject, example, directions).items():
            actual = gradients.get(name)
            if not isinstance(actual, np.ndarray) or actual.shape != directions[name].shape:
                ratios[name].append(np.nan)
                continue
            products = directions[name] * actual
            says = float(np.sum(products))
            apart = min((says - s for s in found), key=abs, default=np.nan)
            is_right[name] &= bool(abs(apart) <= AGREEMENT * (size + np.sum(np.abs(products))))
            ratios[name].append(says / (says - apart) if says != apart else np.inf)

    def close(name: str) -> float:
        first, second = ratios[name]
        if np.isnan(first):
            return RAN
        is_factor = abs(first - second) <= SLIGHT * abs(first) and may_be_meant(first, example)
        return EXACT if is_right[name] else FACTOR if is_factor else SHAPED

    return [close(n) for n in names]


def is_carried(subject: ProgrammedSubject, example: Example, name: str) -> bool:
    """Return whether the code carries a complex step: the derivative takes few calls then."""
    return bool(_carried(subject, example, {name: np.ones_like(example.inputs[name])}))


def may_be_meant(factor: float, example: Example) -> bool:
    """Return whether a constant factor may be a convention: means over examples, or a sign."""
    lengths = [n for d, n in example.sizes.items() if d in COUNTED]
    counts = {1, *lengths, *(a * b for a in lengths for b in lengths if a != b)}
    is_mean = any(abs(abs(factor) * c - 1) <= SLIGHT or abs(abs(factor) / c - 1) <= SLIGHT
                  for c in counts)  # fmt: skip
    return is_mean or factor < 0


def _carried(
    subject: ProgrammedSubject, example: Example, directions: Mapping[str, Array]
) -> dict[str, float]:
    """Return the derivative along each direction in which the code carries a complex step."""
    output = np.asarray(example.output)
    upstream = _upstream(example)
    where = Point(output, upstream, float(np.max(np.abs(output), initial=0.0)))
    moves = {n: example.inputs[n] + 1j * COMPLEX_STEP * d for n, d in directions.items()}
    calls = [Call("forward", {**example.inputs, n: m}, system="complex") for n, m in moves.items()]
    slopes = [tangent(where, _numbers(a, output))[0] for a in subject.run(calls)]
    return {n: float(np.sum(upstream * s))
            for n, s in zip(moves, slopes, strict=True) if s is not None}  # fmt: skip


def _upstream(example: Example) -> Array:
    """Return what a value that is no number is multiplied by; 1 for one that is."""
    return example.upstream if np.ndim(example.output) else np.ones(())


def _slopes(
    subject: ProgrammedSubject, example: Example, directions: Mapping[str, Array]
) -> dict[str, list[float]]:
    """Return the cost's derivative along each direction: by a complex step, or by differences.

    What is no number itself is multiplied by the example's upstream gradient.
    """
    output, upstream = np.asarray(example.output), _upstream(example)
    found = {n: [s] for n, s in _carried(subject, example, directions).items()}
    left = [n for n in directions if n not in found]
    multiples = [step * k for step in STEPS for k in (1, -1, 2, -2)]
    moves = ((n, example.inputs[n] + step * directions[n]) for n in left for step in multiples)
    calls = [Call("forward", {**example.inputs, n: moved}) for n, moved in moves]
    values = [_numbers(a, output) for a in subject.run(calls)]
    flat = [np.nan if v is None else float(np.sum(upstream * v)) for v in values]
    for place, name in enumerate(left):
        found[name] = []
        for k, step in enumerate(STEPS):
            start = 4 * (place * len(STEPS) + k)
            up, down, far_up, far_down = flat[start : start + 4]
            found[name].append((8 * (up - down) - (far_up - far_down)) / (12 * step))
    return found


def _numbers(answer: Answer, like: Array) -> Array | None:
    """Return what a call gave in the shape of the value: a number may come in a box."""
    array = answer.numbers
    if array is None or array.size != like.size or array.dtype.kind not in "fiuc":
        return None
    return np.reshape(array, like.shape)
