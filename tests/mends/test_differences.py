"""What the change of a line means, in words."""

from __future__ import annotations

import pytest

from gradcheck.mends.differences import Setting, difference, is_told_better


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


LEAKY = Setting("leaky-relu", "x", frozenset({"slope", "alpha"}))


@pytest.mark.parametrize(("before", "after", "setting", "named"), [
    ("d = C * 1 + 3 * k", "d = C * (1 + 3 * k)", Setting(), "operator-precedence"),
    ("d = (a - b).astype(np.float16)", "d = a - b", Setting(), "dtype-loss"),
    ("g = np.where(m, s, r)", "g = np.where(m, r, s)", Setting(), "branches-swapped"),
    ("p = t / (q + 5e-3)", "p = t / q", Setting(), "epsilon-mismatch"),
    ("db = d.sum(axis=1)", "db = d.sum(axis=0)", Setting("rnn-cell", "b"), "bias-over-wrong-axis"),
    ("s = g.sum(axis=0)", "s = g.sum(axis=1)", Setting("layer-norm", "x"),
     "normalisation-path-dropped"),
    ("s = e.sum(axis=0)", "s = e.sum(axis=1)", Setting("softmax"), "softmax-wrong-axis"),
    ("d = pos + 0.01 * neg", "d = pos + slope * neg", LEAKY, "parameter-ignored"),
    ("d = e * a * (1 - y)", "d = e * a * (1 - a)", Setting(), "label-for-activation"),
    ("d = 2 * lam * w", "d = lam * w", Setting(), "l2-factor"),
    ("c = np.sum(y * np.log(p))", "c = -np.sum(y * np.log(p))", Setting("cross-entropy"),
     "cost-minus-dropped"),
    ("c = -np.sum(p * np.log(y))", "c = -np.sum(y * np.log(p))", Setting("cross-entropy"),
     "arguments-swapped"),
    ("d = g", "d = g * (self.z > 0)", Setting(), "relu-slope-one"),
    ("d = g * 1.0", "d = g * (z > 0)", Setting(), "relu-slope-one"),
    ("d = g @ W.T", "d = g @ W.T * a * (1 - a)", Setting(), "missing-intermediate"),
    ("d = g * a * (1 - a)", "d = g * (a > 0)", Setting(), "wrong-layer-activation"),
    ("d = g * (g > 0)", "d = g * (z > 0)", Setting(), "mask-from-the-wrong-tensor"),
    ("d = np.maximum(g, 0)", "d = g * (z > 0)", Setting(), "activation-on-the-error"),
    ("d1 = d2 * s", "d1 = (d2 @ W2.T) * s", Setting(), "missing-intermediate"),
])  # fmt: skip
def test_where_it_stands_tells_more(
    before: str, after: str, setting: Setting, named: str
) -> None:
    found = difference(before, after, setting)
    assert found is not None
    assert found.id == named


def test_zeros_that_are_computed_are_not_unfinished() -> None:
    assert is_told_better("unfinished", "one-line-off", "d = e * y * (1 - y)")
    assert not is_told_better("unfinished", "one-line-off", "dW = np.zeros_like(W)")
    assert not is_told_better("sign-flipped", "one-line-off", "d = e * y * (1 - y)")
