"""The padding is taken off in a way that only some paddings stand."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

FOLLOWING = frozenset({"gradient-shape", "gradient-value", "gradient-consistency",
                       "linear-in-upstream", "zero-upstream"})  # fmt: skip
OF_VALUE = frozenset({"output-shape", "forward-value", "gradient-consistency"})
PADDING = "padding"
WRITTEN = (0, 1, 2, 3)
"""Paddings that may stand in the code."""


class HardCodedPadding(Diagnosis):
    """dx_padded[:, :, pad:-pad, pad:-pad] with pad = 0."""

    id = "hard-coded-padding"
    title = "the padding is cut off in a way that only some paddings stand"
    specificity = 66
    page = Page(
        wrong="dx = dxp[:, :, pad:-pad, pad:-pad]",
        right="dx = dxp[:, :, pad:pad + H, pad:pad + W]",
        derivation=(
            "1. xp is x with pad zeros on each side: x is xp[pad : pad + H]\n"
            "2. so is dx of dxp\n"
            "3. pad:-pad is the same for pad > 0, but 0:-0 is 0:0, which is empty\n"
            "A padding of 1 that is written into the slice fits no other."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where dx is empty without padding, and right with one; or cut by a fixed number."""
        if all(c.name != PADDING for c in evidence.component.constants):
            return None
        if len({_padding(t) for t in evidence.trials}) > 1:
            for padding in WRITTEN:
                if evidence.output_agrees(lambda t, p=padding: _value(t, p)):  # type: ignore[misc]
                    return Explanation(
                        frozenset(), f"the value is that of padding {padding}, whatever the "
                        "padding is", "use the padding that is passed", checks=OF_VALUE,
                    )  # fmt: skip
        if "x" not in evidence.failing:
            return None
        trials = [t for t in evidence.trials if "x" in t.actual]
        if len({_padding(t) for t in trials}) > 1:
            for padding in WRITTEN:
                if all(_is_cut_by(t, padding) for t in trials):
                    return Explanation(
                        frozenset({"x"}), f"{padding or 'nothing'} is cut off at each edge, "
                        "whatever the padding is", "cut with pad:pad + H", checks=FOLLOWING,
                    )  # fmt: skip
        bare = [t for t in trials if _padding(t) == 0]
        padded = [t for t in trials if _padding(t) > 0]
        if bare and padded and all(t.actual["x"].size == 0 for t in bare) and all(
            same(t.actual["x"], t.expected["x"]) for t in padded
        ):  # fmt: skip
            return Explanation(
                frozenset({"x"}), "dx is empty where the padding is 0: pad:-pad is 0:0 then",
                "cut with pad:pad + H", checks=FOLLOWING,
            )  # fmt: skip
        return None


def _is_cut_by(trial: Trial, padding: int) -> bool:
    """Return whether dx has just the shape that is left when so much is cut off at each edge."""
    expected, actual = trial.expected["x"].shape, trial.actual["x"].shape
    left = 2 * (int(_padding(trial)) - padding)
    if len(expected) != len(actual):
        return False
    apart = [a - e for a, e in zip(actual, expected, strict=True)]
    moved = [d for d, size in zip(apart, actual, strict=True) if d and size]
    is_empty = 0 in actual
    return bool(not left or moved or is_empty) and set(moved) <= {left}


def _value(trial: Trial, padding: int) -> Array:
    """Return the value with another padding; none where windows don't fit the image then."""
    example = trial.example
    variant = example.component.with_constants(example.variant, {PADDING: padding})
    try:
        value = example.component.forward(example.inputs, variant)
        return np.asarray(trial.layout.of_output.present(value, {}))
    except (ValueError, IndexError):
        return np.asarray(np.nan)


def _padding(trial: Trial) -> float:
    return trial.example.component.constant(trial.example.variant, PADDING)


DIAGNOSIS = HardCodedPadding()
