"""The gradient is left unfinished."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class Unfinished(Diagnosis):
    """None, zeros or NotImplementedError."""

    id = "unfinished"
    title = "it is left unfinished"
    specificity = 90
    page = Page(
        wrong="def sigmoid_prime(z): pass      # or: return 0, raise NotImplementedError",
        right="def sigmoid_prime(z): s = sigmoid(z); return s * (1 - s)",
        derivation=(
            "1. a function without a return gives None\n"
            "2. a gradient of zeros says that nothing changes the cost: training stands still\n"
            "3. to find the derivative, write forward as a chain of small steps, write each "
            "step's derivative beside it, and multiply them from the cost backwards"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where None, zeros or NotImplementedError come back."""
        zeros = evidence.agreeing(lambda trial, name: np.zeros_like(trial.expected[name]))
        if zeros:
            return Explanation(zeros, "the gradient is all zeros: it isn't computed yet",
                               "compute it")  # fmt: skip
        undone = [s for s in evidence.seen if _is_undone(s.details)]
        if not undone:
            return None
        is_raised = any(s.details.get("raised") for s in undone)
        how = "NotImplementedError is raised" if is_raised else "None comes back"
        return Explanation(
            frozenset(s.variable for s in undone if s.variable is not None),
            f"it is left unfinished: {how}",
            "write the body, and return the result",
            checks=frozenset(s.check for s in undone if s.variable is None),
        )


def _is_undone(details: Mapping[str, object]) -> bool:
    return (
        details.get("raised") == "NotImplementedError" or details.get("returned") == "None"
    )


DIAGNOSIS = Unfinished()
