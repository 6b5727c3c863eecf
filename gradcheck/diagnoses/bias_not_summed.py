"""The bias gradient isn't summed over the batch."""

from __future__ import annotations

from gradcheck.diagnoses._per_example import WEIGHTS, unsummed
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class BiasNotSummed(Diagnosis):
    """db is dz itself, one row for each example."""

    id = "bias-not-summed"
    title = "the bias gradient isn't summed over the batch"
    specificity = 50
    page = Page(
        wrong="db = dout",
        right="db = dout.sum(axis=0)",
        derivation=(
            "out = x W + b: (N, M) plus (M,), so b is added to every row\n"
            "1. out_ik = ... + b_k for each of the N examples i: dout_ik/db_k = 1\n"
            "2. b_k acts on C along N ways, and their effects add up: "
            "dC/db_k = sum over i of dout_ik\n"
            "3. db = dout.sum(axis=0), of the shape (M,), like b\n"
            "What is broadcast in forward is summed in backward."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where one row an example comes back in place of their sum."""
        variables = evidence.agreeing(lambda t, v: None if v in WEIGHTS else unsummed(t, v))
        if not variables:
            return None
        return Explanation(
            variables,
            "the gradient isn't summed over the batch: yours has one entry for each example",
            "sum over the axis of the examples",
        )


DIAGNOSIS = BiasNotSummed()
