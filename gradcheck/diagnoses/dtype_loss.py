"""Digits are lost in a cast."""

from __future__ import annotations

import numpy as np

from gradcheck.diagnoses.base import (
    EXACTLY_NARROW,
    Diagnosis,
    Evidence,
    Explanation,
    Page,
    same,
)


class DtypeLoss(Diagnosis):
    """float32 or integers inside float64 code."""

    id = "dtype-loss"
    title = "digits are lost in a cast"
    specificity = 75
    page = Page(
        wrong="grad = np.zeros(x.shape, dtype=np.float32)",
        right="grad = np.zeros_like(x)",
        derivation=(
            "1. float64 carries 16 digits, float32 carries 7, an integer none after the point\n"
            "2. a single .astype(np.float32), or a buffer of that type, cuts every value that "
            "passes through it; casting back to float64 doesn't bring them back\n"
            "3. np.zeros_like(labels) of integer labels is an integer array: what is written into "
            "it is cut off\n"
            "4. a gradient check compares digits 8 to 12, which float32 doesn't have\n"
            "Let arrays inherit the type of the data, or say dtype=float."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where values are narrower than their inputs, or decimals are cut off."""
        cut = evidence.agreeing(lambda trial, name: np.trunc(trial.expected[name]))
        cut = frozenset(v for v in cut if any(np.any(t.actual[v]) for t in evidence.trials))
        if cut:
            return Explanation(
                cut,
                "the decimals are cut off: the gradient is stored in an integer array",
                "create the array with dtype=float",
                checks=frozenset({"dtype"}),
            )
        if not evidence.has("narrow", "dtype"):
            return None
        nearly = frozenset(v for v in evidence.failing if _is_nearly_right(evidence, v))
        return Explanation(
            nearly,
            "values go through a narrower type than the inputs have, and lose their last digits",
            "keep float64: no astype, and buffers like the data (np.zeros_like)",
            checks=frozenset({"dtype"}),
        )


def _is_nearly_right(evidence: Evidence, variable: str) -> bool:
    """Return whether a gradient is right in the digits that float32 has."""
    return all(
        variable in t.actual
        and same(t.actual[variable], t.expected[variable], EXACTLY_NARROW)
        for t in evidence.trials
    )


DIAGNOSIS = DtypeLoss()
