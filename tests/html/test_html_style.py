"""The style sheet: colours that can be read, in the light and in the dark; the environment."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from gradcheck.html.environment import MOST_TEXT, encoded, environment, policy, script, stylesheet

READABLE = 4.5
"""WCAG AA for text."""
SEEN = 3.0
"""WCAG AA for the edges of fields."""
ON_GROUND = ("ink", "soft", "accent", "good", "bad", "odd", "note")
GROUNDS = ("ground", "panel")
TINTED = [("good-ground", "good"), ("bad-ground", "bad"), ("odd-ground", "odd"),
          ("note-ground", "note")]  # fmt: skip


def colours(is_dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", stylesheet(), re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0]))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[1])) if is_dark else {})


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_right() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(is_dark: bool) -> None:
    found = colours(is_dark)
    pairs = [(text, ground) for text in ON_GROUND for ground in GROUNDS]
    pairs += [(text, tint) for tint, own in TINTED for text in ("ink", "soft", own)]
    pairs += [("on-accent", "accent")]
    low = {p: round(contrast(found[p[0]], found[p[1]]), 2) for p in pairs}
    assert {pair: value for pair, value in low.items() if value < READABLE} == {}
    assert contrast(found["edge"], found["ground"]) >= SEEN


def test_the_two_palettes_differ_in_every_colour() -> None:
    light, dark = colours(False), colours(True)
    assert [name for name in light if light[name] == dark[name]] == []


def test_the_style_asks_for_nothing_and_stays_inside() -> None:
    assert not re.search(r"url\(|@import|https?:|</", stylesheet())
    assert "</" not in script("table.js").replace("</g", "")
    assert stylesheet().count("{") == stylesheet().count("}")


def test_what_is_undefined_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_everything_is_escaped_cut_and_visible() -> None:
    template = environment().from_string("<p title=\"{{ x }}\">{{ x | join('') }}{{ x ~ '' }}</p>")
    assert template.render(x="\"<b>\x1b\u202e") == (
        '<p title="&#34;&lt;b&gt;\\x1b\\x202e">&#34;&lt;b&gt;\\x1b\\x202e'
        "&#34;&lt;b&gt;\\x1b\\x202e</p>"
    )
    long = environment().from_string("{{ x }}").render(x="a" * (MOST_TEXT + 1))
    assert long == "a" * MOST_TEXT + " … (cut)"


def test_links_hold_any_name() -> None:
    assert encoded("a b/%#?&\"'é") == "a%20b%2F%25%23%3F%26%22%27%C3%A9"
    assert encoded("\udcff") == "%FF"  # a byte that is no UTF-8, as the file system gave it
    assert encoded("\ud800") == "%3F"


def test_a_policy_without_scripts_allows_none() -> None:
    assert "script-src 'none'" in policy("p {}")
    assert policy("p {}", "f()").count("sha256-") == 2
