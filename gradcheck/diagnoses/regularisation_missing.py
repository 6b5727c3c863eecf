"""The cost has a penalty, the gradient has not."""

from __future__ import annotations

from gradcheck.diagnoses._penalised import PENALTY, with_part
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

PARTS = {
    0.0: ("the cost has a penalty on the weights, the gradient has none",
          "add the penalty's derivative: 2 * reg * W, or reg * W for half the square"),
    -1.0: ("the penalty's gradient is subtracted, though the cost adds the penalty",
           "add the penalty's derivative"),
}  # fmt: skip
"""From the part of the penalty's gradient that is there: what is said, and the mend."""


class RegularisationMissing(Diagnosis):
    """The gradient of the data alone, or with the penalty subtracted."""

    id = "regularisation-missing"
    title = "the penalty is missing in the gradient, or its sign is wrong"
    specificity = 68
    page = Page(
        wrong="loss += reg * np.sum(W * W); dW = X.T @ dz / N",
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


DIAGNOSIS = RegularisationMissing()
