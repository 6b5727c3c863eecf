"""The minus of the cross-entropy is dropped."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease"})


class CostMinusDropped(Diagnosis):
    """The value is exactly -C."""

    id = "cost-minus-dropped"
    title = "the cost's minus sign is dropped"
    specificity = 70
    parents = ("sign-flipped",)
    page = Page(
        wrong="cost = np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))",
        right="cost = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))",
        derivation=(
            "1. one example costs L = -(y ln q + (1 - y) ln(1 - q))\n"
            "2. q is in (0, 1), so ln q and ln(1 - q) are negative: the minus makes L positive\n"
            "3. the mean keeps it: C = (1/n) sum L = -(1/n) sum (y ln q + (1 - y) ln(1 - q))\n"
            "4. check: a perfect prediction costs 0, a bad one more; without the minus a bad one "
            "costs less, and training looks for the worst"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value is −C; a gradient of that −C follows from it."""
        if not evidence.output_agrees(lambda trial: -trial.expected_output):
            return None
        variables = evidence.agreeing(lambda trial, name: -trial.expected[name])
        return Explanation(
            variables,
            "the minus in front of the cost is dropped: the value is exactly −1 × the cost",
            "put a minus in front of the sum",
            "-({})",
            FOLLOWING,
        )


DIAGNOSIS = CostMinusDropped()
