"""Constants that the field doesn't fix: slope, eps, stride, padding, window, margin.

A component declares them; a variant carries the values that a submission has. Any value in
the domain is right: it is read from the signature, else fitted to the student's forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = [
    "ADDED",
    "FIRST",
    "LARGEST_EPSILON",
    "SECOND",
    "SLOPE_ADDED",
    "SLOPE_FIRST",
    "SLOPE_PRODUCT",
    "SLOPE_SECOND",
    "STABILISERS",
    "Constant",
    "Slope",
    "inside_logarithms",
    "marked",
    "slopes",
    "unmarked",
]

SEPARATOR, EQUALS = ";", "="


@dataclass(frozen=True)
class Constant:
    """One constant of a component.

    Parameters
    ----------
    name : str
        The key in a variant's options, e.g. ``slope``.
    title : str
        For the report, with a place for the value: ``"slope {:g} for z < 0"``.
    usual : tuple of float
        Values in use, the commonest first: a variant without a value of its own has that.
    low, high : float
        The domain, both ends included.
    aliases : tuple of str
        What students call it (lower case, no underscores).
    is_integer : bool
        Whether it counts something.
    chosen : tuple of float
        Values to judge with where the signature leaves the choice to the caller, the most
        telling one first (a stride of 2 shows more than one of 1); the others are for code
        that refuses it (by a ``raise`` of its own). Those of several constants go together,
        place by place.
    keys : tuple of str
        Spellings of its key where it travels in a dict (``conv_param["stride"]``), beside
        the name and the aliases.
    neutral : tuple of float
        The values at which it shows nothing (a penalty of 0, a momentum of 0): where such a one
        is a default, the choice is passed in its place; it is never what a value is explained by.
    is_rare : bool
        Whether much code doesn't know it (a dilation): where it may stand in a dict, only
        code that reads it is judged with other values.
    """

    name: str
    title: str
    usual: tuple[float, ...]
    low: float
    high: float
    aliases: tuple[str, ...] = ()
    is_integer: bool = False
    chosen: tuple[float, ...] = ()
    keys: tuple[str, ...] = ()
    is_rare: bool = False
    neutral: tuple[float, ...] = ()

    @property
    def choices(self) -> tuple[float, ...]:
        """The values to judge with where the caller chooses; the first that is taken counts."""
        return self.chosen or self.usual[:1]

    @property
    def choice(self) -> float:
        """The value to judge with where the caller chooses and any is taken."""
        return self.choices[0]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every key that a dict of constants may have for it."""
        return tuple(dict.fromkeys((self.name, *self.keys, *self.aliases)))

    def has(self, value: object) -> bool:
        """Return whether a value is a number of the domain."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        is_whole = not self.is_integer or float(value).is_integer()
        return is_whole and self.low <= value <= self.high

    def typed(self, value: float) -> float | int:
        """Return the value as an int where it counts something."""
        return int(value) if self.is_integer else float(value)


def marked(base: str, values: dict[str, float]) -> str:
    """Return a variant's id that also says the values of its constants."""
    return SEPARATOR.join([base, *(f"{name}{EQUALS}{values[name]!r}" for name in sorted(values))])


def unmarked(identifier: str) -> tuple[str, dict[str, float]]:
    """Return the base variant's id and the values that :func:`marked` has put in."""
    base, *rest = identifier.split(SEPARATOR)
    pairs = (text.split(EQUALS) for text in rest)
    return base, {name: float(value) for name, value in pairs}


LARGEST_EPSILON = 1e-7
"""A larger one inside a logarithm, or beside a probability, changes the answer."""
EPSILONS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16)
ADDED = Constant("added", "{:g} added inside the logarithms", EPSILONS, -LARGEST_EPSILON,
                 LARGEST_EPSILON)  # fmt: skip
"""The stabiliser of log(p + eps) and log(1 - p + eps); below 0 in log(1 - (p + eps))."""
FIRST = replace(ADDED, name="first", title="{:g} added inside the logarithm of p")
SECOND = replace(ADDED, name="second", title="{:g} added inside the logarithm of 1 - p")
SLOPE_ADDED = replace(ADDED, name="slope-added",
                      title="{:g} added to the probability in the gradient")  # fmt: skip
SLOPE_FIRST = replace(ADDED, name="slope-first", title="{:g} added to p in the gradient")
SLOPE_SECOND = replace(ADDED, name="slope-second", title="{:g} added to 1 - p in the gradient")
SLOPE_PRODUCT = replace(ADDED, name="slope-product",
                        title="{:g} added to p (1 - p) in the gradient")  # fmt: skip
STABILISERS = (ADDED, FIRST, SECOND, SLOPE_ADDED, SLOPE_FIRST, SLOPE_SECOND, SLOPE_PRODUCT)
"""Small epsilons of a cost with logarithms; a variant's options hold those that it has."""


@dataclass(frozen=True)
class Slope:
    """The epsilons in dC/dp = -y / (p + first) + (1 - y) / (1 - p + second).

    With a product, dC/dp = (p - y) / (p (1 - p) + product).
    """

    first: float = 0.0
    second: float = 0.0
    product: float = 0.0


def inside_logarithms(options: Mapping[str, Any]) -> tuple[float, float]:
    """Return what is added inside the logarithms of p and of 1 - p."""
    both = options.get(ADDED.name, 0.0)
    return options.get(FIRST.name, both), options.get(SECOND.name, both)


def slopes(options: Mapping[str, Any]) -> tuple[Slope, ...]:
    """Return the slopes with epsilons that are right: the value's own, then the gradient's."""
    found = [Slope(*inside_logarithms(options))]
    both = options.get(SLOPE_ADDED.name, 0.0)
    first = options.get(SLOPE_FIRST.name, both)
    second = options.get(SLOPE_SECOND.name, both)
    found.append(Slope(first, second, options.get(SLOPE_PRODUCT.name, 0.0)))
    return tuple(slope for slope in found if slope != Slope())
