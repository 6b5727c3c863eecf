"""A factor of the value that follows a size, the root of a width or an area, isn't in backward."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial


class ScaleMissing(Diagnosis):
    """Forward divides by sqrt(D), or takes a mean over an image; backward doesn't."""

    id = "scale-missing"
    title = "the value's division by a root or an area is missing in the gradient"
    specificity = 14
    page = Page(
        wrong="dQ = dS @ K",
        right="dQ = dS @ K / np.sqrt(d)",
        derivation=(
            "1. scores = Q K^T / sqrt(d): d(scores)/dQ = K / sqrt(d)\n"
            "2. dQ = dS @ K / sqrt(d), and dK = dS^T @ Q / sqrt(d)\n"
            "3. in the same way a mean over h·w pixels gives each of them 1/(h·w) of the gradient\n"
            "Every constant that forward divides by stands in backward, too."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the failing gradients are too large by such a factor, on all sizes."""
        if evidence.component.kind != "layer":
            return None
        best: tuple[frozenset[str], str] = frozenset(), ""
        for text, hypothesis in _factors(evidence):
            variables = evidence.agreeing(hypothesis)
            if len(variables) > len(best[0]):
                best = variables, text
        variables, text = best
        if not variables:
            return None
        return Explanation(
            variables, f"the division by {text} that the value has is missing: yours is exactly "
            f"{text} × the gradient", f"divide by {text}",
        )  # fmt: skip


def _factors(evidence: Evidence) -> Iterator[tuple[str, Hypothesis]]:
    for name in evidence.component.sizes_of(evidence.variant):
        if name != "N":
            yield f"sqrt({name})", lambda t, v, n=name: _root(t, n) * t.expected[v]  # type: ignore[misc]
    yield "the number of averaged entries", _of_area


def _root(trial: Trial, name: str) -> float:
    return float(np.sqrt(trial.example.sizes[name]))


def _of_area(trial: Trial, variable: str) -> Array | None:
    """Return the gradient times how many entries of an input one of the output stands for."""
    whole, out = trial.example.inputs[variable].size, trial.example.output.size
    return whole / out * trial.expected[variable] if whole > out > 0 else None


DIAGNOSIS = ScaleMissing()
