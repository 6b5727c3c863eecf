"""The penalty's gradient has half, or twice, its factor."""

from __future__ import annotations

from gradcheck.diagnoses._penalised import PENALTY, with_part
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

PARTS = {
    0.5: ("the penalty's gradient has half its size: the 2 of the square is missing",
          "the square's derivative is 2 W: add 2 * reg * W"),
    2.0: ("the penalty's gradient has twice its size: the cost takes half the square",
          "half the square's derivative is W: add reg * W"),
}  # fmt: skip
"""From the part of the penalty's gradient that is there: what is said, and the mend."""


class L2Factor(Diagnosis):
    """reg W for 2 reg W, or the reverse."""

    id = "l2-factor"
    title = "the 2 of the penalty's square is missing or doubled"
    specificity = 68
    page = Page(
        wrong="dW = X.T @ dz / N + reg * W    # cost: reg * np.sum(W * W)",
        right="dW = X.T @ dz / N + 2 * reg * W",
        derivation=(
            "C = data + reg sum W^2 (or reg/2 sum W^2)\n"
            "1. d(W^2)/dW = 2 W\n"
            "2. so the whole square gives 2 reg W, half of it reg W\n"
            "3. dC/dW = d(data)/dW + 2 reg W: cost and gradient must tell of the same penalty\n"
            "4. it isn't divided by N, unless the cost's is"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient with another part of the penalty's agrees."""
        component = evidence.component
        if PENALTY not in {c.name for c in component.constants} or component.kind == "step":
            return None
        if not component.constant(evidence.variant, PENALTY):
            return None
        for factor, (sentence, mend) in PARTS.items():
            variables = evidence.agreeing(with_part(factor))
            if variables:
                return Explanation(variables, sentence, mend)
        return None


DIAGNOSIS = L2Factor()
