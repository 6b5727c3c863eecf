"""Which values a component's real constants have, told by the student's value.

The reference's forward is smooth in a slope or an epsilon, so a few Gauss-Newton steps on
our own reference find the value that explains what the student's code returned, without a
call of that code. Only the value is looked at, never the gradient: a gradient that takes
another constant than its forward is a mistake, and must not be fitted away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

import numpy as np

from gradcheck.calls.closeness import EXACT, score
from gradcheck.component import Array, Component, Variant
from gradcheck.constants import Constant
from gradcheck.numerics.compare import precision
from gradcheck.records.program import Value

__all__ = ["Observed", "by_usual", "counts", "open_reals", "refitted", "sensitivity", "settled"]

Vector = tuple[float, ...]
Show = Callable[[Array], Array]

MOST_STEPS = 25
GRID = 9
"""Starting points over the domain, beside the usual values."""
PROGRESS = 0.9
"""A step that leaves more of the residual than this is the last one."""
PARTS = (1.0, 0.5, 0.25, 0.125, 0.03125)
STEP, SHARE = 1e-4, 1e-6
"""Differences are taken over this part of the constant, or of its domain."""
WIDEST = 1.0
ROUNDING = 2.0**6
"""Units of machine precision that a value may be off and still be explained."""
MOST_DIGITS = 10
"""A value of more digits is no decimal that somebody wrote: it is kept as it was found."""
FEW_DIGITS = 5
"""Some constant explains any one number (a cost): then only one of few digits is believed."""
MOST_USUAL = 12
MOST_COUNTS = 36
BETTER = 16.0
"""How many times better another value must explain the output than the one at hand."""


def open_reals(component: Component, variant: Variant) -> tuple[Constant, ...]:
    """Return the real constants of which the variant has no value."""
    return tuple(c for c in component.open_constants(variant) if not c.is_integer)


def counts(
    component: Component, variant: Variant, *, has_further: bool = True
) -> Iterator[dict[str, float]]:
    """Yield values of the integer constants that the variant leaves open, usual ones first."""
    known = [c for c in component.open_constants(variant) if c.is_integer]
    usual = dict.fromkeys(product(*(c.usual for c in known)))
    yield from (_named(known, values) for values in usual)
    if not has_further:
        return
    whole = product(*(range(int(c.low), int(c.high) + 1) for c in known))
    for values in islice(whole, MOST_COUNTS):
        if values not in usual:
            yield _named(known, [float(v) for v in values])


def by_usual(component: Component, variant: Variant) -> list[Variant]:
    """Return the variant with the usual values of its open real constants."""
    known = open_reals(component, variant)
    values = islice(product(*(c.usual for c in known)), MOST_USUAL)
    return [component.with_constants(variant, _named(known, v)) for v in values]


def settled(
    component: Component, variant: Variant, inputs: Mapping[str, Array], actual: Value, show: Show
) -> Variant:
    """Return the variant with the values that explain what forward returned.

    Where nothing explains it, the constants have their first usual values.
    """
    known = open_reals(component, variant)
    usual = by_usual(component, variant)
    if not known:
        return variant
    seen = _observed(component, variant, inputs, actual, show)
    if seen is None:
        return usual[0]
    for candidate in usual:
        if score(actual, seen.of(candidate)) == EXACT:
            return candidate
    found = seen.searched(known, _start(seen, known))
    if found is not None and score(actual, seen.at(known, found)) == EXACT:
        values = seen.shortest(known, found)
        if any(v in c.neutral for c, v in zip(known, values, strict=True)):
            return usual[0]  # as if it weren't there: a memory of which nothing is kept
        if seen.is_telling(known) or all(_is_short(v) for v in values):
            return component.with_constants(variant, _named(known, values))
    return usual[0]


def _is_short(value: float) -> bool:
    """Return whether a value is one that people write down."""
    return float(f"{value:.{FEW_DIGITS}e}") == value


def refitted(
    component: Component, variant: Variant, names: Sequence[str], inputs: Mapping[str, Array],
    actual: Value, show: Show,
) -> Variant:  # fmt: skip
    """Return the variant with better values of the named constants, told on telling inputs."""
    known = tuple(c for c in component.constants if c.name in names)
    bare = component.without(variant, names)
    seen = _observed(component, bare, inputs, actual, show)
    if seen is None:
        return variant
    error = seen.error(seen.of(variant))
    if error <= seen.rounding:
        return variant
    start = tuple(float(component.constant(variant, c.name)) for c in known)
    better = seen.explained(known, start, error)
    return variant if better is None else component.with_constants(bare, _named(known, better))


def sensitivity(
    component: Component, variant: Variant, names: Sequence[str], inputs: Mapping[str, Array]
) -> float:
    """Return how much of the output a relative change of the named constants moves."""
    output = np.asarray(component.forward(inputs, variant))
    bare = component.without(variant, names)
    moved = [
        component.with_constants(bare, {
            n: component.constant(variant, n) * (1 + STEP * (n == name)) for n in names
        })
        for name in names
    ]  # fmt: skip
    changes = [np.abs(component.forward(inputs, m) - output) for m in moved]
    scale = float(np.max(np.abs(output), initial=0.0)) or 1.0
    return min(float(np.max(c, initial=0.0)) for c in changes) / scale


def _named(known: Sequence[Constant], values: Sequence[float]) -> dict[str, float]:
    return {c.name: v for c, v in zip(known, values, strict=True)}


def _observed(
    component: Component, variant: Variant, inputs: Mapping[str, Array], actual: Value, show: Show
) -> Observed | None:
    """Return what one forward gave, or None if it is nothing to fit to."""

    def of(other: Variant) -> Array:
        return np.asarray(show(component.forward(inputs, other)))

    is_number = isinstance(actual, np.ndarray | float | int) and not isinstance(actual, bool)
    found = np.asarray(actual if is_number else np.nan)
    is_real = found.dtype.kind in "fiu" and bool(np.all(np.isfinite(found)))
    if not is_real or found.shape != of(variant).shape:
        return None
    return Observed(component, variant, of, found)


class Observed:
    """What the student's code returned, beside what the reference says with other constants.

    Parameters
    ----------
    variant : Variant
        Without values of the constants that are looked for.
    of : callable
        What is expected of a variant, in the shape of ``actual``.
    """

    def __init__(
        self, component: Component, variant: Variant, of: Callable[[Variant], Array], actual: Array
    ) -> None:
        self.component, self._variant, self._of = component, variant, of
        self._actual = actual.astype(np.float64)
        self.scale = float(np.max(np.abs(self._actual), initial=0.0)) or 1.0
        self.rounding = ROUNDING * float(np.finfo(precision(actual)).eps) * self.scale

    def of(self, variant: Variant) -> Array:
        """Return what is expected of a variant."""
        with np.errstate(all="ignore"):
            return self._of(variant)

    def at(self, known: Sequence[Constant], values: Sequence[float]) -> Array:
        """Return what is expected with these values of the constants."""
        return self.of(self.component.with_constants(self._variant, _named(known, values)))

    def is_telling(self, known: Sequence[Constant]) -> bool:
        """Return whether there are more numbers to explain than constants to do it."""
        return self._actual.size > len(known)

    def error(self, expected: Array) -> float:
        """Return how far the student's values are off at most."""
        worst = float(np.max(np.abs(expected - self._actual), initial=0.0))
        return worst if np.isfinite(worst) else np.inf

    def explained(self, known: Sequence[Constant], start: Vector, error: float) -> Vector | None:
        """Return values that leave far less than ``error`` unexplained, in few digits."""
        candidates = list(product(*(c.usual for c in known)))
        found = self.searched(known, start)
        if found is not None:
            candidates.insert(0, self.shortest(known, found))
        errors = [self.error(self.at(known, v)) for v in candidates]
        best = int(np.argmin(errors))
        return candidates[best] if errors[best] * BETTER < error else None

    def shortest(self, known: Sequence[Constant], found: Vector) -> Vector:
        """Return the values in as few digits as still explain the output as well."""
        allowed = max(self.rounding, 2 * self.error(self.at(known, found)))
        values = list(found)
        for place, constant in enumerate(known):
            for digits in range(MOST_DIGITS):
                short = float(f"{found[place]:.{digits}e}")
                tried = (*values[:place], short, *values[place + 1 :])
                if constant.has(short) and self.error(self.at(known, tried)) <= allowed:
                    values[place] = short
                    break
        return tuple(values)

    def searched(self, known: Sequence[Constant], start: Vector) -> Vector | None:
        """Return where the residual is smallest, by Gauss-Newton inside the domain."""
        at = np.array(start)
        low, high = np.array([c.low for c in known]), np.array([c.high for c in known])
        span = np.minimum(high - low, WIDEST)
        residual = self._residual(known, at)
        for _ in range(MOST_STEPS):
            slopes = np.empty((residual.size, len(known)))
            for k in range(len(known)):
                moved = at.copy()
                moved[k] += max(STEP * abs(at[k]), SHARE * span[k])
                slopes[:, k] = (self._residual(known, moved) - residual) / (moved[k] - at[k])
            if not np.all(np.isfinite(slopes)) or not np.all(np.isfinite(residual)):
                return None
            wanted = at - np.linalg.lstsq(slopes, residual, rcond=None)[0]
            is_far = bool(np.any(wanted < low - span) or np.any(wanted > high + span))
            if is_far and len(known) == 1:
                return None
            size = left = float(np.linalg.norm(residual))
            # a step for several at once may lead too far: then a part of it is taken
            for part in PARTS if len(known) > 1 else PARTS[:1]:
                nearer = np.clip(at + part * (wanted - at), low, high)
                following = self._residual(known, nearer)
                left = float(np.linalg.norm(following))
                if left < size:
                    break
            if not left < size:
                break
            at, residual = nearer, following
            if left > PROGRESS * size and len(known) == 1:
                break
        return tuple(float(v) for v in at)

    def _residual(self, known: Sequence[Constant], values: Array) -> Array:
        return np.ravel(self.at(known, [float(v) for v in values]) - self._actual)


def _swept(seen: Observed, known: Sequence[Constant]) -> Vector:
    """Return usual values of several constants, each in turn the best beside the others."""
    at = [c.usual[0] for c in known]
    for k in (*range(len(known)), *range(len(known))):
        places = [(*at[:k], value, *at[k + 1 :]) for value in known[k].usual]
        errors = [seen.error(seen.at(known, place)) for place in places]
        at[k] = known[k].usual[int(np.argmin(errors))]
    return tuple(at)


def _start(seen: Observed, known: Sequence[Constant]) -> Vector:
    """Return the usual value, or the point of a grid, that leaves the smallest residual."""
    if len(known) > 1:
        return _swept(seen, known)
    (constant,) = known
    grid = np.linspace(constant.low, constant.high, GRID) if np.isfinite(constant.high) else ()
    places = [(float(v),) for v in (*constant.usual, *grid)]
    errors = [seen.error(seen.at(known, place)) for place in places]
    return places[int(np.argmin(errors))]
