"""Wrong only for a batch of one example."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

REGIME = frozenset({"batch-of-one"})
ON_SINGLES = frozenset({"chain-rule", "batch-additivity"})
"""Checks that look at batches of one whatever the example."""


class BatchOfOne(Diagnosis):
    """A squeeze or an axis that goes wrong for N = 1."""

    id = "batch-of-one"
    title = "wrong only for a batch of one"
    specificity = 85
    page = Page(
        wrong="out = np.squeeze(x @ W + b)",
        right="out = x @ W + b",
        derivation=(
            "1. x has the shape (N, D); for N = 1 that is (1, D), still a matrix\n"
            "2. np.squeeze drops every axis of length 1: (N, M) stays for N > 1, but (1, M) "
            "becomes (M,)\n"
            "3. code that then sums over axis 0 sums over the units instead of the examples\n"
            "The last batch of an epoch is often a batch of one. Name the axis to drop, "
            "np.squeeze(a, axis=1), or don't squeeze."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where everything that fails fails for a batch of one only."""
        failed = [s for s in evidence.seen if s.regimes]
        telling = [s for s in failed if s.check not in ON_SINGLES]
        if not telling or any(s.regimes != REGIME for s in telling):
            return None
        if all(t.example.sizes.get("N") == 1 for t in evidence.trials):
            return None  # the code takes one example at a time: nothing else was tried
        return Explanation(
            frozenset(s.variable for s in failed if s.variable is not None),
            "it goes wrong only for a batch of one example: an axis of length 1 is dropped or "
            "mistaken for another",
            "don't squeeze; name the axis and use keepdims=True",
            checks=frozenset(s.check for s in failed),
        )


DIAGNOSIS = BatchOfOne()
