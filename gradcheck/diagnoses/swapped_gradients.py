"""Gradients returned in the wrong order."""

from __future__ import annotations

from itertools import combinations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class SwappedGradients(Diagnosis):
    """dx stands where dW belongs, and dW where dx does."""

    id = "swapped-gradients"
    title = "two gradients are swapped"
    specificity = 40
    page = Page(
        wrong="return dW, dx, db",
        right="return dx, dW, db",
        derivation=(
            "1. forward(x, W, b) takes its inputs in an order\n"
            "2. backward returns one gradient for each of them, in the same order: dx, dW, db\n"
            "3. the caller unpacks by position: what stands first is taken for dx\n"
            "Each gradient has its variable's shape: dx like x, dW like W, db like b. A dict with "
            "names as keys leaves no order to get wrong."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where each of two variables gets exactly the other's gradient."""
        found: list[tuple[str, str]] = []
        for one, other in combinations(evidence.failing, 2):
            partner = {one: other, other: one}
            agreeing = evidence.agreeing(
                lambda trial, v, p=partner: trial.expected[p[v]] if v in p else None  # type: ignore[misc]
            )
            if agreeing == {one, other}:
                found.append((one, other))
        if not found:
            return None
        pairs = " and ".join(f"those of {a} and {b}" for a, b in found)
        return Explanation(
            frozenset(v for pair in found for v in pair),
            f"the gradients come in the wrong order: {pairs} are swapped",
            "return them in the order of forward's arguments",
        )


DIAGNOSIS = SwappedGradients()
