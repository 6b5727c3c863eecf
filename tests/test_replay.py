"""Replay tokens: what goes in comes out; a damaged or stale one is told from a good one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import StaleTokenError, UsageError
from gradcheck.examples import PROFILES
from gradcheck.records.assignment import MOST_SEED
from gradcheck.replay import SHRUNK, decode, encode, matching
from gradcheck.strategies.recipe import EVERYWHERE, REGIMES

VERSION = "1.2.3"
DIGEST = "0123456789abcdef" * 4
LENGTH = 32
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

words = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=30)


def token(**changes: object) -> str:
    parts: dict[str, object] = {
        "version": VERSION, "seed": 7, "profile": "standard", "component": "relu",
        "check": "gradient-value", "variable": "x", "example": 3, "digest": None,
    }  # fmt: skip
    return encode(**(parts | changes))  # type: ignore[arg-type]


@given(
    st.integers(0, MOST_SEED), st.sampled_from(tuple(PROFILES)), words, words,
    st.none() | words, st.integers(-1, SHRUNK - 1), st.none() | st.just(DIGEST),
)  # fmt: skip
def test_what_goes_in_comes_out(
    seed: int, profile: str, component: str, check: str, variable: str | None, example: int,
    digest: str | None,
) -> None:  # fmt: skip
    text = token(seed=seed, profile=profile, component=component, check=check,
                 variable=variable, example=example, digest=digest)  # fmt: skip
    assert len(text) <= LENGTH
    assert set(text) <= set(ALPHABET)
    found = decode(text, version=VERSION, digest=digest)
    assert (found.seed, found.profile) == (seed, profile)
    assert found.example == (SHRUNK if example < 0 else example)
    assert matching(found, [(component, check, variable)]) == [(component, check, variable)]


def test_only_what_is_named_matches() -> None:
    found = decode(token(), version=VERSION, digest=None)
    known = [
        ("relu", "gradient-value", "x"), ("relu", "gradient-value", None),
        ("relu", "gradient-value", "y"), ("relu", "kink", "x"), ("tanh", "gradient-value", "x"),
    ]  # fmt: skip
    assert matching(found, known) == known[:1]
    assert matching(found, known[1:]) == []


def test_what_a_terminal_does_to_it_is_forgiven() -> None:
    assert decode(f"  {token().lower()} \n", version=VERSION, digest=None).seed == 7


@given(st.integers(0, 31), st.sampled_from(ALPHABET))
def test_a_typing_error_is_seen(place: int, letter: str) -> None:
    text = token()
    place %= len(text)
    if text[place] == letter:
        return
    wrong = text[:place] + letter + text[place + 1 :]
    try:
        found = decode(wrong, version=VERSION, digest=None)
    except UsageError:
        return
    # the last letter's spare bits say nothing
    assert place == len(text) - 1
    assert found == decode(text, version=VERSION, digest=None)


@given(st.text(max_size=40))
def test_no_text_crashes_it(text: str) -> None:
    with pytest.raises(UsageError):
        decode(text, version=VERSION, digest=None)


@pytest.mark.parametrize("text", ["", "=", "A", "A" * 32, "É" * 30, "\x00", "7Q2M81…", "A" * 10**4])
def test_no_token_at_all(text: str) -> None:
    with pytest.raises(UsageError, match="no replay token"):
        decode(text, version=VERSION, digest=None)


def test_another_version_is_stale() -> None:
    with pytest.raises(StaleTokenError, match="another version"):
        decode(token(), version="1.2.4", digest=None)


@pytest.mark.parametrize(("made", "given_"), [(None, DIGEST), (DIGEST, None), (DIGEST, "f" * 64)])
def test_another_assignment_is_stale(made: str | None, given_: str | None) -> None:
    with pytest.raises(StaleTokenError, match="another assignment"):
        decode(token(digest=made), version=VERSION, digest=given_)


def test_every_example_of_the_longest_battery_has_a_token() -> None:
    assert (len(REGIMES) + len(EVERYWHERE)) * max(PROFILES.values()) < SHRUNK
