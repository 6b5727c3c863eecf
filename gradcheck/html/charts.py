"""Charts as SVG of our own: no library, no script, and the same numbers as a table beside them.

A chart is drawn in user units and scales with its box. What it shows is in its ``rows`` too,
which the templates write as a table for those who don't see the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from gradcheck.html.environment import number
from gradcheck.records.text import visible

__all__ = ["Chart", "bars", "histogram"]

WIDTH, HEIGHT = 400, 200
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 26
MOST_BINS = 20
GAP = 2
ROW = 40
LABEL = 15
"""Height of the text above a bar."""
THICK = 12
MOST_BARS = 12
MOST_LABEL = 54
"""Characters that fit above a bar; the table has them all."""


@dataclass(frozen=True)
class Chart:
    """A drawing and its numbers.

    Parameters
    ----------
    title : str
        What it shows.
    svg : markupsafe.Markup
        The drawing.
    heads : tuple of str
        The columns' names.
    rows : tuple of (str, int)
        Each bar's label and count.
    """

    title: str
    svg: Markup
    heads: tuple[str, str]
    rows: tuple[tuple[str, int], ...]
    left_out: int = 0
    """How many rows aren't drawn, if any."""


def histogram(
    values: Sequence[float], *, title: str, most: float, unit: str = "points"
) -> Chart:
    """Return how values from 0 to ``most`` are distributed.

    The last bar holds only those who have all of it: full marks are a class of their own.
    """
    edges = _edges(most)
    counts = [0] * len(edges)
    for value in values:
        fitting = sum(value >= edge - _slack(most) for edge in edges) - 1
        counts[max(0, fitting)] += 1
    labels = [f"{number(a)} to below {number(b)}" for a, b in pairwise(edges)]
    labels.append(number(edges[-1]))
    short = [number(edge) for edge in edges]
    rows = tuple(zip(labels, counts, strict=True))
    heads = (unit, "submissions")
    return Chart(title, _columns(title, rows, short, unit), heads, rows)


def bars(counts: Mapping[str, int], *, title: str, whole: int, heads: tuple[str, str]) -> Chart:
    """Return a horizontal bar for each count, measured against ``whole``.

    Only the first are drawn where there are many; the rows are all.
    """
    rows = tuple(counts.items())
    return Chart(title, _rows(title, rows[:MOST_BARS], whole), heads, rows, len(rows) - MOST_BARS)


def _slack(most: float) -> float:
    """Return what points added up in floating point may lack."""
    return most * 1e-9


def _edges(most: float) -> list[float]:
    """Return where bins begin, at round numbers; the last at ``most``."""
    if not most > 0 or not math.isfinite(most):
        return [0.0]
    for step in _round_steps(most / MOST_BINS):
        count = math.ceil(most / step - _slack(1))
        if count <= MOST_BINS:
            break
    return [i * step for i in range(count)] + [most]


def _round_steps(least: float) -> Sequence[float]:
    """Return 1, 2, 2.5, 5 times powers of ten from about ``least`` on."""
    base = 10.0 ** math.floor(math.log10(least))
    return [base * factor for factor in (1, 2, 2.5, 5, 10, 20)]


def _columns(
    title: str, rows: Sequence[tuple[str, int]], short: Sequence[str], unit: str
) -> Markup:
    """Return upright bars, each with its count on top."""
    highest = max((count for _, count in rows), default=0) or 1
    room = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / len(rows)
    every = math.ceil(max(len(text) for text in short) * 8 / step)  # labels that don't touch
    parts: list[Markup] = []
    for index, (label, count) in enumerate(rows):
        left = LEFT + index * step
        tall = room * count / highest
        middle = left + step / 2
        parts.append(
            Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
                   "<title>{}: {}</title></rect>").format(
                left + GAP / 2, TOP + room - tall, step - GAP, tall, f"{label} {unit}", count)
        )  # fmt: skip
        if count:
            parts.append(_text(middle, TOP + room - tall - 5, str(count), "middle"))
        is_last = index == len(rows) - 1
        if is_last or (index % every == 0 and len(rows) - 1 - index >= every):
            parts.append(_text(middle, HEIGHT - 8, short[index], "middle", "soft"))
    y = TOP + room + 0.5
    parts.append(
        Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            LEFT, y, WIDTH - RIGHT, y)
    )  # fmt: skip
    return _drawing(title, HEIGHT, parts)


def _rows(title: str, rows: Sequence[tuple[str, int]], whole: int) -> Markup:
    """Return lying bars, each below its label and with its count at the end."""
    room = WIDTH - 40
    parts: list[Markup] = []
    for index, (label, count) in enumerate(rows):
        y = index * ROW
        wide = room * min(1.0, count / whole) if whole else 0.0
        shown = label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1] + "…"
        parts.append(_text(0, y + LABEL - 3, shown))
        parts.append(
            Markup('<rect class="rail" x="0" y="{0}" width="{1}" height="{2}"/>'
                   '<rect class="bar" x="0" y="{0}" width="{3:.1f}" height="{2}">'
                   "<title>{4}: {5}</title></rect>").format(
                y + LABEL + 2, room, THICK, wide, visible(label), count)
        )  # fmt: skip
        parts.append(_text(WIDTH, y + LABEL + 2 + THICK - 2, str(count), "end"))
    return _drawing(title, max(1, len(rows)) * ROW, parts)


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, visible(text)
    )


def _drawing(title: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        WIDTH, height, visible(title), Markup("").join(parts)
    )
