"""A Python ``if`` on an array."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page

NUMPY_SAYS = "truth value of an array"


class PythonIfOnArray(Diagnosis):
    """``if x > 0`` where x is an array."""

    id = "python-if-on-array"
    title = "a Python if on an array"
    specificity = 86
    page = Page(
        wrong="def relu(x): return x if x > 0 else 0",
        right="def relu(x): return np.where(x > 0, x, 0)",
        derivation=(
            "1. x > 0 on an array gives an array of True and False, one for each entry\n"
            "2. if asks for a single yes or no, and NumPy refuses to choose\n"
            "3. np.where(condition, a, b) decides entry by entry; max(0, x) becomes "
            "np.maximum(0, x)"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where NumPy complains about the truth value of an array."""
        slips = [s for s in evidence.seen if NUMPY_SAYS in str(s.details.get("message", ""))]
        if not slips:
            return None
        return Explanation(
            frozenset(s.variable for s in slips if s.variable is not None),
            "a Python if (or and, or, max) asks an array for a single yes or no",
            "decide entry by entry: np.where, np.maximum, & and |",
            checks=frozenset(s.check for s in slips if s.variable is None),
        )


DIAGNOSIS = PythonIfOnArray()
