"""What the change of a line means, in words."""

from __future__ import annotations

import pytest

from gradcheck.mends.differences import difference


@pytest.mark.parametrize(("before", "after", "named", "words"), [
    ("return -(y / p) - (1 - y) / q", "return -(y / p) + (1 - y) / q", "sign-flipped", "sign"),
    ("dz = dh * n", "dz = -dh * n", "sign-flipped", "sign"),
    ("w += lr * dw", "w -= lr * dw", "sign-flipped", "taken away"),
    ("dW = np.dot(col.T, d)", "dW = np.dot(col.T, d).T", "transposed", "missing"),
    ("dx = d @ W.T", "dx = d @ W", "transposed", "too many"),
    ("dW = x * d", "dW = x @ d", "elementwise-for-matmul", "product"),
    ("dw = x * (e * q * q)", "dw = x * (e * q)", "repeated-factor", "q is one too many"),
    ("db = e * 4", "db = e", "left-over-factor", "4 is one too many"),
    ("dw = e * x2", "dw = e * x1", "one-line-off", "x2 stands where x1 belongs"),
    ("dW = part", "dW += part", "one-line-off", "overwritten"),
    ("dh = d @ W", "dh = d @ W * s", "one-line-off", "s is missing"),
])  # fmt: skip
def test_one_change(before: str, after: str, named: str, words: str) -> None:
    told = difference(before, after)
    assert told is not None
    assert told.id == named
    assert words in told.sentence


@pytest.mark.parametrize("after", ["dz = a", "dz = b + a - c", "dz = f(a, b)"])
def test_several_changes_have_no_name(after: str) -> None:
    assert difference("dz = a + b * c", after) is None


@pytest.mark.parametrize(
    ("before", "after", "identifier", "said"),
    [
        ("dh = dy @ Wy.T", "dh = dy @ Wy.T + dh_next", "path-dropped", "dh_next"),
        ("dQ = dS @ K", "dQ = dS @ K / np.sqrt(d)", "scale-missing", "division by np.sqrt(d)"),
        ("d = g * (1 - a)", "d = g * (1 - a**2)", "tanh-slope-incomplete", "square"),
        ("dx = (N * d - s) / (N * r)", "dx = (D * d - s) / (D * r)", "one-line-off", "N stands"),
    ],
)
def test_what_was_left_out_is_named(before: str, after: str, identifier: str, said: str) -> None:
    found = difference(before, after)
    assert found is not None
    assert found.id == identifier
    assert said in found.sentence
