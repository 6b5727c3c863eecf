"""Charts: every value is counted once, in the right bar, in the drawing and in the table."""

from __future__ import annotations

import math
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from gradcheck.html.charts import MOST_BARS, MOST_BINS, Chart, bars, histogram

SVG = ElementTree.Element


def drawn(chart: Chart, kind: str) -> list[ElementTree.Element]:
    """Return the shapes of a class, as a strict reader finds them."""
    return ElementTree.fromstring(chart.svg).findall(f".//*[@class='{kind}']")


def test_full_marks_are_a_bar_of_their_own() -> None:
    chart = histogram([0, 0.4, 1, 9.99, 10, 10], title="Scores", most=10)
    assert dict(chart.rows)["10"] == 2
    assert dict(chart.rows)["0 to below 0.5"] == 2
    assert dict(chart.rows)["1 to below 1.5"] == dict(chart.rows)["9.5 to below 10"] == 1
    assert sum(count for _, count in chart.rows) == 6


def test_points_that_rounding_took_a_little_from_are_whole() -> None:
    chart = histogram([0.1 * 3, 0.7 + 0.1 + 0.2 - 1e-16], title="Scores", most=1)
    assert [label for label, count in chart.rows if count] == ["0.3 to below 0.35", "1"]


@given(
    most=st.floats(1e-3, 1e6),
    shares=st.lists(st.floats(0, 1), max_size=30),
)
def test_every_value_is_counted_once(most: float, shares: list[float]) -> None:
    values = [share * most for share in shares]
    chart = histogram(values, title="<Scores>", most=most)
    assert len(chart.rows) <= MOST_BINS + 1
    assert len({label for label, _ in chart.rows}) == len(chart.rows)
    assert sum(count for _, count in chart.rows) == len(values)
    full = sum(math.isclose(v, most, rel_tol=1e-9) for v in values)
    assert chart.rows[-1][1] == full
    assert len(drawn(chart, "bar")) == len(chart.rows)


def test_an_assignment_worth_nothing_has_one_bar() -> None:
    assert histogram([0, 0], title="Scores", most=0).rows == (("0", 2),)


def test_bars_are_as_long_as_their_share() -> None:
    chart = bars({"a": 10, "b": 5, "c": 0}, title="t", whole=20, heads=("x", "y"))
    full = float(drawn(chart, "rail")[0].get("width", "nan"))
    widths = [float(bar.get("width", "nan")) / full for bar in drawn(chart, "bar")]
    assert [round(w, 3) for w in widths] == [0.5, 0.25, 0.0]


def test_many_bars_are_drawn_in_part_and_listed_whole() -> None:
    counts = {f"check {k}": 50 - k for k in range(40)}
    chart = bars(counts, title="t", whole=50, heads=("x", "y"))
    assert len(drawn(chart, "bar")) == MOST_BARS
    assert chart.left_out == 40 - MOST_BARS
    assert dict(chart.rows) == counts


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_labels_stay_text(label: str) -> None:
    chart = bars({label: 1}, title=label, whole=1, heads=("x", "y"))
    chart.svg.encode()
    root = ElementTree.fromstring(chart.svg)
    assert {e.tag for e in root.iter()} == {"svg", "title", "text", "rect"}
