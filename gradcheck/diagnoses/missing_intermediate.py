"""The slope of a hidden layer is left out of the chain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_relu
from gradcheck.diagnoses.base import Evidence, Page


def _one(site: Site) -> Array:
    return site.slope if is_relu(site) else np.ones_like(site.z)


class MissingIntermediate(ChainMistake):
    """da/dz of a hidden layer is missing: W·δ without σ'(z)."""

    id = "missing-intermediate"
    title = "a link of the chain is missing"
    specificity = 50
    page = Page(
        wrong="dz1 = dz2 @ W2.T",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        derivation=(
            "x -> z1 = x W1 + b1 -> a1 = σ(z1) -> z2 = a1 W2 + b2 -> ... -> C\n"
            "1. walk backwards and write one factor for each arrow\n"
            "2. dC/da1 = dC/dz2 · dz2/da1 = dz2 W2ᵀ\n"
            "3. dC/dz1 = dC/da1 · da1/dz1, with da1/dz1 = a1 (1 - a1): the arrow left out\n"
            "4. dC/dW1 = xᵀ dz1\n"
            "As many arrows as there are from W1 to C, as many factors are in dC/dW1."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield slope 1."""
        yield (_one,
               "the slope da/dz of the activation{where} is missing: what arrives is passed on as "
               "it is",
               "multiply by the activation's derivative")  # fmt: skip


DIAGNOSIS = MissingIntermediate()
