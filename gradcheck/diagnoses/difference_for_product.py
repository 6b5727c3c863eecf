"""s - (1 - s) where s(1 - s) belongs."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Page


class DifferenceForProduct(ChainMistake):
    """σ' written s - (1 - s)."""

    id = "difference-for-product"
    title = "s − (1 − s) for s(1 − s)"
    specificity = 60
    page = Page(
        wrong="ds = s - (1 - s)",
        right="ds = s * (1 - s)",
        derivation=(
            "s = σ(z) = 1 / (1 + e^(-z))\n"
            "1. σ'(z) = e^(-z) / (1 + e^(-z))²\n"
            "2. = 1 / (1 + e^(-z)) times e^(-z) / (1 + e^(-z)): a product\n"
            "3. = s · (1 - s); in code σ(z)(1 - σ(z)) needs a * between the brackets\n"
            "4. check at z = 0, s = ½: the slope is ¼, and s - (1 - s) would be 0"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield 2s - 1."""
        yield (
            of_sigmoid(lambda s: 2 * s.a - 1),
            "the slope of the sigmoid{where} is s − (1 − s), a difference, where the product "
            "s(1 − s) belongs",
            "use s * (1 - s)",
        )


DIAGNOSIS = DifferenceForProduct()
