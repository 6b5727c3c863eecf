"""The slope of the sigmoid with a minus in front."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Page


class SigmaMinus(ChainMistake):
    """σ' written -e^(-z) / (1 + e^(-z))²."""

    id = "sigma-minus"
    title = "σ′ has a minus in front"
    specificity = 60
    parents = ("sign-flipped",)
    page = Page(
        wrong="ds = -np.exp(-z) / (1 + np.exp(-z)) ** 2",
        right="ds = np.exp(-z) / (1 + np.exp(-z)) ** 2    # = s * (1 - s)",
        derivation=(
            "σ(z) = (1 + e^(-z))^(-1)\n"
            "1. power rule: d/du u^(-1) = -u^(-2), with u = 1 + e^(-z): a first minus\n"
            "2. inner derivative: du/dz = -e^(-z): a second minus\n"
            "3. σ'(z) = (-1) · (-1) · e^(-z) / (1 + e^(-z))² = σ(z) (1 - σ(z))\n"
            "4. check: σ rises everywhere, so its slope is positive everywhere"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield -σ(1 - σ), unless a flipped sign of the whole can't be told from it."""
        if evidence.depth == 1 and evidence.component.kind == "model":
            return
        yield (
            of_sigmoid(lambda s: -s.slope),
            "the slope of the sigmoid{where} has a minus in front: the two minus signs, of the "
            "power −1 and of the exponent −z, cancel",
            "use s * (1 - s) with s = σ(z)",
        )


DIAGNOSIS = SigmaMinus()
