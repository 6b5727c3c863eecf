"""The label where the activation belongs: a(1 - y)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_cross_entropy, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Explanation, Page


class LabelForActivation(ChainMistake):
    """σ' written a(1 - y)."""

    id = "label-for-activation"
    title = "(1 − y) where (1 − a) belongs"
    specificity = 65
    page = Page(
        wrong="dz = dq * a * (1 - y)",
        right="dz = dq * a * (1 - a)",
        derivation=(
            "1. (1 - y) belongs to the cost: L = -(y ln a + (1 - y) ln(1 - a))\n"
            "2. (1 - a) belongs to the sigmoid: da/dz = a (1 - a), whatever the label is\n"
            "3. dL/dz = dL/da · da/dz = (-y/a + (1 - y)/(1 - a)) · a (1 - a) = a - y\n"
            "4. with a (1 - y) the product is 0 for every example with y = 1: they teach nothing"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold for a(1 - y) in the slope, or in the place of a - y."""
        found = super().explain(evidence)
        if found or not is_cross_entropy(evidence):
            return found
        slope, cost = "activation-slope", "cost-slope"

        def fused(site: Site) -> Array:
            return np.asarray(site.a * (1 - np.asarray(site.y)) if site.is_last else site.slope)

        variables = evidence.rederived({slope: fused, cost: lambda s: np.ones_like(s.a)})
        if not variables:
            return None
        return Explanation(
            variables, "a(1 − y) stands where a − y belongs: cost and sigmoid together have the "
            "slope a − y", "use a - y",
        )  # fmt: skip

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield a(1 - y), then y(1 - a)."""
        mend = "use a * (1 - a)"
        yield (
            of_sigmoid(lambda s: s.a * (1 - s.y)),  # type: ignore[operator]
            "the slope of the sigmoid{where} is a(1 − y) where a(1 − a) belongs: the label stands "
            "for the activation",
            mend,
        )
        yield (
            of_sigmoid(lambda s: s.y * (1 - s.a)),
            "the slope of the sigmoid{where} is y(1 − a) where a(1 − a) belongs: the label stands "
            "for the activation",
            mend,
        )


DIAGNOSIS = LabelForActivation()
