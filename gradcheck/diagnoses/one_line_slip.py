"""One term of one line is another than it should be; told by trying, not by a formula."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class OneLineSlip(Diagnosis):
    """A slip with no name of its own: a wrong variable, a factor or term too many or too few."""

    id = "one-line-slip"
    title = "one term of a line is another than it should be"
    specificity = 0
    page = Page(
        wrong="z = activations[-l]; delta = np.dot(w.T, delta) * sigmoid_prime(z)",
        right="z = zs[-l]; delta = np.dot(w.T, delta) * sigmoid_prime(z)",
        derivation=(
            "1. every line of a backward pass is one link of the chain rule: a gradient that "
            "arrives, times a local derivative\\n"
            "2. write beside each line what it is the derivative of, and which values it needs: "
            "z or a, this layer's or the one before, the sum or the mean\\n"
            "3. gradcheck tried other terms on the lines that lead to the wrong gradient; with "
            "the one that is shown, every check of the component passes\\n"
            "That is a proof that the change mends it, and a hint only at what was meant: look "
            "whether the new line is the one of your derivation."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Never hold by the numbers of a gradient: only an edit that was tried tells it."""
        return None


DIAGNOSIS = OneLineSlip()
