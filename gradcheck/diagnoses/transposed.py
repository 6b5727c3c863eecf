"""The gradient is transposed, or reshaped where it should be transposed."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _turned(trial: Trial, variable: str) -> Array | None:
    expected = trial.expected[variable]
    return expected.T if expected.ndim == 2 and min(expected.shape) > 1 else None


def _reshaped(trial: Trial, variable: str) -> Array | None:
    turned = _turned(trial, variable)
    return None if turned is None else turned.reshape(turned.shape[::-1])


class Transposed(Diagnosis):
    """The gradient of W has the shape of Wᵀ."""

    id = "transposed"
    title = "the gradient is transposed"
    specificity = 30
    page = Page(
        wrong="dW = dout.T @ x",
        right="dW = x.T @ dout",
        derivation=(
            "out = x W, shapes (N, M) = (N, D) (D, M)\n"
            "1. dW has the shape of W, (D, M): entry by entry it says what W has to change\n"
            "2. dC/dW_jk = sum over i of x_ij · dout_ik: row j from x, column k from dout\n"
            "3. that is (D, N) @ (N, M) = x.T @ dout\n"
            "4. dout.T @ x is (M, D): the same numbers at the wrong places. reshape doesn't mend "
            "that, it keeps the wrong order"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient's transpose agrees."""
        variables = evidence.agreeing(_turned)
        if variables:
            return Explanation(
                variables,
                "the gradient is transposed: yours is exactly its transpose",
                "transpose it, or swap the factors: x.T @ dout for dout.T @ x",
                "({}).T",
            )
        variables = evidence.agreeing(_reshaped)
        if not variables:
            return None
        return Explanation(
            variables,
            "the gradient is reshaped where it should be transposed: the shape is right, the "
            "entries stand at other places",
            "use .T, not reshape",
        )


DIAGNOSIS = Transposed()
