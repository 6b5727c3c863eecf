"""The gradient is clipped inside backward."""

from __future__ import annotations

import numpy as np

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

TWICE = 2


class ClippedInside(Diagnosis):
    """clip(g, -c, c)."""

    id = "clipped-inside"
    title = "the gradient is clipped inside backward"
    specificity = 60
    page = Page(
        wrong="return np.clip(dx, -1, 1)",
        right="return dx",
        derivation=(
            "1. backward is linear: twice the upstream gradient gives twice the gradient\n"
            "2. clip(2g) isn't 2 clip(g), so a clipped gradient is the derivative of nothing\n"
            "3. clipping belongs to the optimizer, between backward and the step, where it "
            "bounds the step on purpose"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient cut off at its own largest size agrees."""
        found = {}
        for variable in evidence.failing:
            shown = [t.actual[variable] for t in evidence.trials if variable in t.actual]
            limit = max((float(np.max(np.abs(a), initial=0.0)) for a in shown), default=0.0)
            reached = sum(int(np.sum(np.abs(a) == limit)) for a in shown)
            if limit and reached >= TWICE and evidence.agreeing(
                lambda t, v, c=limit: np.clip(t.expected[v], -c, c)  # type: ignore[misc]
            ) & {variable}:
                found[variable] = limit
        if not found:
            return None
        limits = ", ".join(sorted({f"{c:.6g}" for c in found.values()}))
        return Explanation(
            frozenset(found),
            f"the gradient is clipped inside backward, at ±{limits}",
            "return it as it is; clip in the training loop",
            checks=frozenset({"linear-in-upstream"}),
        )


DIAGNOSIS = ClippedInside()
