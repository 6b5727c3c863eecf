"""Half of the slope of the sigmoid: a, or 1 - a."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Page


class SigmoidSlopeIncomplete(ChainMistake):
    """σ' written a, or 1 - a."""

    id = "sigmoid-slope-incomplete"
    title = "only one half of σ′ = a(1 − a)"
    specificity = 60
    page = Page(
        wrong="ds = 1 - a",
        right="ds = a * (1 - a)",
        derivation=(
            "a = σ(z) = 1 / (1 + e^(-z))\n"
            "1. σ'(z) = e^(-z) / (1 + e^(-z))²\n"
            "2. take it apart: 1 / (1 + e^(-z)) times e^(-z) / (1 + e^(-z))\n"
            "3. the first factor is a; the second is (1 + e^(-z) - 1) / (1 + e^(-z)) = 1 - a\n"
            "4. σ'(z) = a (1 - a): both, and at most 1/4"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield 1 - a, then a."""
        mend = "use a * (1 - a)"
        yield (of_sigmoid(lambda s: 1 - s.a),
               "the slope of the sigmoid{where} is 1 − a where a(1 − a) belongs", mend)  # fmt: skip
        yield (of_sigmoid(lambda s: s.a),
               "the slope of the sigmoid{where} is a where a(1 − a) belongs", mend)  # fmt: skip


DIAGNOSIS = SigmoidSlopeIncomplete()
