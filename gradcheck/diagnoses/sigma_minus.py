"""The slope of the sigmoid with a minus in front."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Explanation, Page, slope_scopes

SINGLE = ("layer", "1", "2", "3", "4")
"""How the place of a mistake in one layer alone ends: "in layer 2", "in the output layer"."""


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
        """Yield -σ(1 - σ)."""
        yield (
            of_sigmoid(lambda s: -s.slope),
            "the slope of the sigmoid{where} has a minus in front: the two minus signs, of the "
            "power −1 and of the exponent −z, cancel",
            "use s * (1 - s) with s = σ(z)",
        )


    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold for the activation alone, or where the sign turns from layer to layer.

        In a model, a minus in a single layer can't be told from any other flipped sign.
        """
        if evidence.component.kind != "model":
            return super().explain(evidence)
        flipped = evidence.agreeing(lambda trial, name: -trial.expected[name])
        ((wrong, sentence, mend),) = self.slips(evidence)
        for where, factor in slope_scopes(wrong, lambda s: s.slope, evidence.depth):
            is_alone = evidence.depth == 1 or where.endswith(SINGLE)
            variables = frozenset() if is_alone else evidence.rederived(
                {"activation-slope": factor}
            )
            if variables and flipped <= variables:
                return Explanation(variables, sentence.format(where=where), mend)
        return None


DIAGNOSIS = SigmaMinus()
