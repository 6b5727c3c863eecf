"""One line is off, which no known mistake explains; it is found by changing lines."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page
from gradcheck.records.report import DiagnosisRef


class OneLineOff(Diagnosis):
    """A single line, changed, makes every check pass."""

    id = "one-line-off"
    title = "one line is off"
    specificity = 1
    page = Page(
        wrong="dz1 = (dz2 @ W2.T) * (1 - np.tanh(z2) ** 2)",
        right="dz1 = (dz2 @ W2.T) * (1 - np.tanh(z1) ** 2)",
        derivation=(
            "1. no mistake that gradcheck knows by its numbers gives these gradients\n"
            "2. so it changed one line after another, in copies of the file: a sign, a factor, a "
            "name for another, an axis, a transposition\n"
            "3. with this change, every check of the component passes; derive the line again, and "
            "see which step was lost"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold never: it is told by trying, not by numbers."""
        return None


DIAGNOSIS = OneLineOff()
REF = DiagnosisRef(
    id=DIAGNOSIS.id, title=DIAGNOSIS.title, confidence=1.0, mend="change one line",
    explanation="one line is off: with another text in it, every check passes",
)  # fmt: skip
