"""log2 or log10 for the natural logarithm."""

from __future__ import annotations

import math

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

BASES = {"log10": 10.0, "log2": 2.0}
FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease"})


class WrongLogBase(Diagnosis):
    """The value is exactly C / ln 10 or C / ln 2."""

    id = "wrong-log-base"
    title = "the logarithm has the wrong base"
    specificity = 70
    page = Page(
        wrong="cost = -np.mean(y * np.log10(q) + (1 - y) * np.log10(1 - q))",
        right="cost = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))",
        derivation=(
            "1. the cross-entropy is defined with ln, the logarithm of base e: in NumPy np.log\n"
            "2. log10(q) = ln(q) / ln(10) = 0.434 ln(q), and log2(q) = 1.443 ln(q)\n"
            "3. d/dq ln(q) = 1/q, but d/dq log10(q) = 1 / (q ln 10): the gradient -y/q + ... "
            "belongs to ln only"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value is C over the logarithm of another base."""
        for name, base in BASES.items():
            factor = 1.0 / math.log(base)
            if evidence.output_agrees(lambda trial, c=factor: c * trial.expected_output):  # type: ignore[misc]
                variables = evidence.agreeing(lambda t, v, c=factor: c * t.expected[v])  # type: ignore[misc]
                return Explanation(
                    variables,
                    f"the logarithm is {name} where the natural one belongs: the value is exactly "
                    f"{factor:.4g} × the cost",
                    "use np.log",
                    checks=FOLLOWING,
                )
        return None


DIAGNOSIS = WrongLogBase()
