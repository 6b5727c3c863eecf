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

from gradcheck.closeness import EXACT, score
from gradcheck.component import Array, Component, Variant
from gradcheck.constants import Constant
from gradcheck.numerics.compare import precision
from gradcheck.records.program import Value

__all__ = ["by_usual", "counts", "open_reals", "refitted", "sensitivity", "settled"]

Vector = tuple[float, ...]
Show = Callable[[Array], Array]

MOST_STEPS = 25
GRID = 9
"""Starting points over the domain, beside the usual values."""
PROGRESS = 0.9
"""A step that leaves more of the residual than this is the last one."""
STEP, SHARE = 1e-4, 1e-6
"""Differences are taken over this part of the constant, or of its domain."""
WIDEST = 1.0
ROUNDING = 2.0**6
"""Units of machine precision that a value may be off and still be explained."""
MOST_DIGITS = 16
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
    usual = list(product(*(c.usual for c in known)))
    whole = product(*(range(int(c.low), int(c.high) + 1) for c in known))
    further = (tuple(float(v) for v in values) for values in whole)
    every = dict.fromkeys((*usual, *islice(further, MOST_COUNTS if has_further else 0)))
    yield from ({c.name: v for c, v in zip(known, values, strict=True)} for values in every)


def by_usual(component: Component, variant: Variant) -> list[Variant]:
    """Return the variant with the usual values of its open real constants."""
    known = open_reals(component, variant)
    values = islice(product(*(c.usual for c in known)), MOST_USUAL)
    return [_with(component, variant, known, v) for v in values]


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
    value = _Value(component, variant, inputs, actual, show)
    if not value.is_usable:
        return usual[0]
    for candidate in usual:
        if score(actual, value.of(candidate)) == EXACT:
            return candidate
    found = _searched(value, known)
    if found is not None and score(actual, value.at(known, found)) == EXACT:
        return _with(component, variant, known, value.shortest(known, found))
    return usual[0]


def refitted(
    component: Component, variant: Variant, names: Sequence[str], inputs: Mapping[str, Array],
    actual: Value, show: Show,
) -> Variant:  # fmt: skip
    """Return the variant with better values of the named constants, told on telling inputs."""
    known = tuple(c for c in component.constants if c.name in names)
    bare = _without(component, variant, names)
    value = _Value(component, bare, inputs, actual, show)
    if not value.is_usable:
        return variant
    error = value.error(value.of(variant))
    if error <= value.rounding:
        return variant
    candidates = [tuple(v) for v in product(*(c.usual for c in known))]
    found = _searched(value, known, start=tuple(component.constant(variant, n.name) for n in known))
    if found is not None:
        candidates.append(value.shortest(known, found))
    errors = [value.error(value.at(known, v)) for v in candidates]
    best = int(np.argmin(errors))
    if errors[best] * BETTER < error:
        return _with(component, bare, known, candidates[best])
    return variant


def sensitivity(
    component: Component, variant: Variant, names: Sequence[str], inputs: Mapping[str, Array]
) -> float:
    """Return how much of the output a relative change of the named constants moves."""
    output = np.asarray(component.forward(inputs, variant))
    bare = _without(component, variant, names)
    moved = [
        component.with_constants(bare, {
            n: component.constant(variant, n) * (1 + STEP * (n == name)) for n in names
        })
        for name in names
    ]  # fmt: skip
    changes = [np.abs(component.forward(inputs, m) - output) for m in moved]
    scale = float(np.max(np.abs(output), initial=0.0)) or 1.0
    return min(float(np.max(c, initial=0.0)) for c in changes) / scale


def _with(
    component: Component, variant: Variant, known: Sequence[Constant], values: Sequence[float]
) -> Variant:
    named = {c.name: v for c, v in zip(known, values, strict=True)}
    return component.with_constants(variant, named)


def _without(component: Component, variant: Variant, names: Sequence[str]) -> Variant:
    """Return the variant without its values of the named constants."""
    base = component.variant(variant.id.partition(";")[0])
    values = {
        c.name: variant.options[c.name]
        for c in component.constants
        if c.name in variant.options and c.name not in names
    }
    return component.with_constants(base, values)


class _Value:
    """What forward returned, beside what the reference says with other constants."""

    def __init__(
        self, component: Component, variant: Variant, inputs: Mapping[str, Array], actual: Value,
        show: Show,
    ) -> None:  # fmt: skip
        self._component, self._variant = component, variant
        self._inputs, self._show = inputs, show
        is_number = isinstance(actual, np.ndarray | float | int) and not isinstance(actual, bool)
        found = np.asarray(actual if is_number else np.nan)
        self.is_usable = (
            found.dtype.kind in "fiu"
            and found.shape == self.of(variant).shape
            and bool(np.all(np.isfinite(found)))
        )
        if not self.is_usable:
            return
        self._actual = found.astype(np.float64)
        scale = float(np.max(np.abs(self._actual), initial=0.0)) or 1.0
        self.rounding = ROUNDING * float(np.finfo(precision(found)).eps) * scale

    def of(self, variant: Variant) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(self._show(self._component.forward(self._inputs, variant)))

    def at(self, known: Sequence[Constant], values: Sequence[float]) -> Array:
        return self.of(_with(self._component, self._variant, known, values))

    def error(self, expected: Array) -> float:
        worst = float(np.max(np.abs(expected - self._actual), initial=0.0))
        return worst if np.isfinite(worst) else np.inf

    def residual(self, known: Sequence[Constant], values: Array) -> Array:
        return np.ravel(self.at(known, [float(v) for v in values]) - self._actual)

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


def _searched(
    value: _Value, known: Sequence[Constant], start: Vector | None = None
) -> Vector | None:
    """Return where the residual is smallest, by Gauss-Newton inside the domain."""
    at = np.array(start if start is not None else _start(value, known))
    low, high = np.array([c.low for c in known]), np.array([c.high for c in known])
    span = np.minimum(high - low, WIDEST)
    residual = value.residual(known, at)
    for _ in range(MOST_STEPS):
        if not np.all(np.isfinite(residual)):
            return None
        size = float(np.linalg.norm(residual))
        slopes = np.empty((residual.size, len(known)))
        for k in range(len(known)):
            moved = at.copy()
            moved[k] += max(STEP * abs(at[k]), SHARE * span[k])
            slopes[:, k] = (value.residual(known, moved) - residual) / (moved[k] - at[k])
        if not np.all(np.isfinite(slopes)):
            return None
        wanted = at - np.linalg.lstsq(slopes, residual, rcond=None)[0]
        if np.any(wanted < low - span) or np.any(wanted > high + span):
            return None
        nearer = np.clip(wanted, low, high)
        following = value.residual(known, nearer)
        left = float(np.linalg.norm(following))
        if not left < size:
            break
        at, residual = nearer, following
        if left > PROGRESS * size:
            break
    return tuple(float(v) for v in at)


def _start(value: _Value, known: Sequence[Constant]) -> Vector:
    """Return the usual value, or the point of a grid, that leaves the smallest residual."""
    if len(known) > 1:
        return tuple(c.usual[0] for c in known)
    (constant,) = known
    grid = np.linspace(constant.low, constant.high, GRID) if np.isfinite(constant.high) else ()
    places = [(float(v),) for v in (*constant.usual, *grid)]
    errors = [value.error(value.at(known, place)) for place in places]
    return places[int(np.argmin(errors))]
