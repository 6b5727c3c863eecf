"""Which entries of an array are wrong, in words: a row, a column, a channel, the diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["apart", "described", "entry", "is_plural"]

Mask = npt.NDArray[np.bool_]
MOST_NAMED = 3
FEWEST_DIGITS, MOST_DIGITS = 9, 17
AXES = {1: ("entry",), 2: ("row", "column"), 3: ("row", "column", "channel"),
        4: ("example", "channel", "row", "column")}  # fmt: skip
"""What an index along each axis is called, by the number of axes."""


def described(wrong: npt.NDArray[Any]) -> str:
    """Return which entries are marked, in words that follow "wrong in".

    Examples
    --------
    >>> described(np.array([[False, True], [False, True]]))
    'column 1 (the last)'
    >>> described(~np.eye(3, dtype=bool))
    'all entries but the diagonal'
    """
    mask: Mask = np.asarray(wrong, dtype=bool)
    count, total = int(mask.sum()), mask.size
    if count == total:
        return "every entry" if total > 1 else "the value"
    if count == 1:
        return f"entry {entry(np.argwhere(mask)[0])}"
    special = _diagonal(mask) or _slabs(mask)
    if special:
        return special
    places = [entry(place) for place in np.argwhere(mask)[: MOST_NAMED + 1]]
    if count <= MOST_NAMED:
        return f"the entries {', '.join(places)}"
    return f"{count} of {total} entries"


def is_plural(words: str) -> bool:
    """Return whether what :func:`described` says stands for several things.

    Examples
    --------
    >>> is_plural("column 2 (the last)"), is_plural("3 of 120 entries")
    (False, True)
    """
    return words[0].isdigit() or words.startswith(("the entries", "all")) or any(
        words.startswith(f"{name}s ") for names in AXES.values() for name in names
    )  # fmt: skip


def apart(one: float, other: float) -> tuple[str, str]:
    """Return two numbers with as many digits as tell them apart, and at least nine.

    Examples
    --------
    >>> apart(-2.25158206, -2.2515820602)
    ('-2.25158206', '-2.2515820602')
    """
    for digits in range(FEWEST_DIGITS, MOST_DIGITS):
        told = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if told[0] != told[1]:
            return f"{one:.{digits + 1}g}", f"{other:.{digits + 1}g}"
    return f"{one:.{MOST_DIGITS}g}", f"{other:.{MOST_DIGITS}g}"


def entry(place: Sequence[int] | npt.NDArray[Any]) -> str:
    """Return an index as it is written: ``[2, 3]``."""
    return "[" + ", ".join(str(int(k)) for k in place) + "]"


def _diagonal(mask: Mask) -> str:
    if mask.ndim != 2 or mask.shape[0] != mask.shape[1] or mask.shape[0] < 2:
        return ""
    eye = np.eye(mask.shape[0], dtype=bool)
    if np.array_equal(mask, eye):
        return "the diagonal"
    return "all entries but the diagonal" if np.array_equal(mask, ~eye) else ""


def _slabs(mask: Mask) -> str:
    """Return the rows, columns ... that are wrong as a whole, with nothing else wrong."""
    if mask.ndim < 2 or mask.ndim not in AXES:
        return ""
    for axis in range(mask.ndim):
        others = tuple(a for a in range(mask.ndim) if a != axis)
        whole, some = mask.all(axis=others), mask.any(axis=others)
        if np.array_equal(whole, some) and whole.any():
            return _named(AXES[mask.ndim][axis], np.flatnonzero(whole), mask.shape[axis])
    return ""


def _named(word: str, places: npt.NDArray[Any], length: int) -> str:
    if len(places) == length - 1 and length > MOST_NAMED:
        left = next(k for k in range(length) if k not in places)
        return f"every {word} but {_place(left, length)}"
    if len(places) == 1:
        return f"{word} {_place(int(places[0]), length)}"
    if len(places) <= MOST_NAMED:
        return f"{word}s {', '.join(str(int(k)) for k in places)}"
    return f"{len(places)} of {length} {word}s"


def _place(index: int, length: int) -> str:
    ends = {0: " (the first)", length - 1: " (the last)"}
    return f"{index}{ends.get(index, '')}"
