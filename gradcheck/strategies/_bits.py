"""Choices made of coin tosses.

Hypothesis tries constants that it finds in the modules that happen to be loaded when it
draws integers, so that the same seed would draw other examples under another caller (and
parsing those modules costs 0.2 s). It does not for booleans.
"""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["pick", "shuffled"]

COIN = st.booleans()


def pick(draw: st.DrawFn, count: int) -> int:
    """Return a number in ``range(count)``; shrinks towards 0."""
    value = 0
    for _ in range((count - 1).bit_length()):
        value = 2 * value + draw(COIN)
    return value % count


def shuffled(draw: st.DrawFn, values: list[int]) -> list[int]:
    """Return the values in a drawn order; shrinks towards the given one."""
    left = list(values)
    return [left.pop(pick(draw, len(left))) for _ in values]
