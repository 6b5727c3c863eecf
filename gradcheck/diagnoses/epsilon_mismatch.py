"""Another epsilon in the gradient than in the value."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.diagnoses._constant import gradient_with
from gradcheck.diagnoses._normalised import CENTRED, SCALED, grouped, sigma_of
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

CANDIDATES = (0.0, 1e-8, 1e-5, 1e-6, 1e-7, 1e-3, 1e-4, 1e-12, 1e-10, 1e-2)


class EpsilonMismatch(Diagnosis):
    """sqrt(var + 1e-5) in forward, sqrt(var + 1e-8) in backward."""

    id = "epsilon-mismatch"
    title = "value and gradient have different epsilons"
    specificity = 74
    page = Page(
        wrong="x_hat = (x - m) / np.sqrt(var + 1e-5); ...; dx = g / np.sqrt(var + 1e-8)",
        right="sigma = np.sqrt(var + eps)                  # once, for both",
        derivation=(
            "1. x_hat = (x - m) / sqrt(var + eps): a function with eps in it\n"
            "2. its derivative has the same sqrt(var + eps) below\n"
            "3. with another eps it is the derivative of another function: off by about "
            "(eps - eps') / (2 var) of its size, a lot where var is small\n"
            "Compute sigma once and keep it in the cache."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient is that of another epsilon."""
        component = evidence.component
        if all(c.name != "eps" for c in component.constants) or component.kind == "step":
            return None
        for epsilon in CANDIDATES:

            def everywhere(trial: Trial, variable: str, epsilon: float = epsilon) -> Array | None:
                return gradient_with(trial, variable, "eps", epsilon)

            def outside(trial: Trial, variable: str, epsilon: float = epsilon) -> Array | None:
                return _divided(trial, variable, epsilon)

            if variables := evidence.agreeing(everywhere) or evidence.agreeing(outside):
                own = component.constant(evidence.variant, "eps")
                told = f"{epsilon:g}" if epsilon else "none"
                return Explanation(
                    variables, f"the epsilon in the value is {own:g}, in the gradient {told}",
                    "use one epsilon in both",
                )  # fmt: skip
        return None


def _divided(trial: Trial, variable: str, epsilon: float) -> Array | None:
    """Return dx of a normalisation that is divided by a root with another epsilon."""
    component = trial.example.component
    own = component.constant(trial.example.variant, "eps")
    if component.id not in CENTRED | SCALED or variable != "x" or own == epsilon:
        return None
    rows, back = grouped(trial, trial.example.gradients["x"])
    return trial.show("x", back(rows * sigma_of(trial, own) / sigma_of(trial, epsilon)))


DIAGNOSIS = EpsilonMismatch()
