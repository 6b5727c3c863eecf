"""The label where the activation belongs: a(1 - y)."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Page


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
