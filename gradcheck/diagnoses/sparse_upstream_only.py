"""Backward takes an upstream gradient with one entry a row only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

ROWWISE = frozenset({"softmax", "log-softmax"})


PICKED: Mapping[str, Callable[[Array], Array]] = {
    "the largest": lambda upstream: upstream,
    "the largest in size": np.abs,
    "the smallest": lambda upstream: -upstream,
    "the first that isn't 0": lambda upstream: upstream != 0,
}


def _only(pick: str, upstream: Array) -> Array:
    kept = np.zeros_like(upstream)
    rows = np.arange(len(upstream))
    places = np.argmax(PICKED[pick](upstream), axis=1)
    kept[rows, places] = upstream[rows, places]
    return kept


class SparseUpstreamOnly(Diagnosis):
    """k = argmax(dout); dz = dout[k] * (...)."""

    id = "sparse-upstream-only"
    title = "only one entry of the upstream gradient is used"
    specificity = 63
    page = Page(
        wrong="k = np.argmax(dout); dz = dout[k] * s[k] * (onehot(k) - s)",
        right="dz = s * (dout - np.sum(dout * s))",
        derivation=(
            "1. a cross-entropy sends back -1/s_k at the label k, and 0 elsewhere\n"
            "2. with only dout_k ≠ 0: dz = dout_k s_k (onehot(k) - s): right for that cost\n"
            "3. in general every dout_j counts: dz_i = Σ_j dout_j ds_j/dz_i\n"
            "4. = s_i (dout_i - Σ_j dout_j s_j)"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient is that of the largest entries alone."""
        if evidence.component.id not in ROWWISE:
            return None
        for pick in PICKED:

            def hypothesis(trial: Trial, variable: str, pick: str = pick) -> Array:
                example = trial.example
                kept = _only(pick, example.upstream)
                found = example.component.backward(example.inputs, kept, example.variant)
                return np.asarray(trial.show(variable, found[variable]))

            if variables := evidence.agreeing(hypothesis):
                return Explanation(
                    variables, "only one entry of each row of the upstream gradient is used "
                    f"({pick}): right for one-hot ones alone", "sum over all entries of dout",
                )  # fmt: skip
        return None


DIAGNOSIS = SparseUpstreamOnly()
