"""What names and numbers in a source may stand for, as far as their spelling tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["DERIVATIVE", "GRADIENT", "PENALTY", "SCALE", "SIZE", "WEIGHTS", "nearness",
           "other_numbers", "slopes"]  # fmt: skip

_DIGITS = re.compile(r"\d+")
SIZE = re.compile(r"^len\([\w.]+\)$|^[\w.]+\.(shape(\[\d\])?|size)$")
SCALE = re.compile(r"scale|sqrt|std|keep|temperature|norm$", re.IGNORECASE)
GRADIENT = re.compile(r"d[A-Za-z_\d]|grad|delta|nabla", re.IGNORECASE)
DERIVATIVE = re.compile(r"prime|deriv|grad|slope|backward|^d_|_d$", re.IGNORECASE)
WEIGHTS = re.compile(r"(?<![a-z])w(?:eights?)?\d*$|(?<![a-z])weights?_?\d*[\"'\]]*$", re.IGNORECASE)
PENALTY = re.compile(r"reg|lam|decay|alpha|l2", re.IGNORECASE)


def slopes(name: str) -> tuple[str, ...]:
    """Return the slopes of the usual activations, from their values (and ReLU's argument)."""
    return f"{name} * (1 - {name})", f"(1 - {name}**2)", f"({name} > 0)"


def other_numbers(value: float) -> Iterator[str]:
    """Yield numbers that may have been meant."""
    others: Iterable[float] = (value + 1, value - 1, value * 2, value / 2)
    for other in dict.fromkeys(others):
        if other != value and other >= 0:
            yield f"{other:g}" if type(value) is float or other != int(other) else str(int(other))


def nearness(name: str, other: str) -> float:
    """Return how likely one name was written for another: the same word or the same number."""
    same_word = _DIGITS.sub("", name).lower() == _DIGITS.sub("", other).lower()
    numbers = _DIGITS.findall(name)
    same_number = bool(numbers) and numbers == _DIGITS.findall(other)
    shared = len(set(name.lower()) & set(other.lower())) / max(len(set(other)), 1)
    return 2.0 * same_word + same_number + shared
