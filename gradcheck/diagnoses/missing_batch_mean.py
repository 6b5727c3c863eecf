"""1/N is missing in the gradient of a mean."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class MissingBatchMean(ConstantFactor):
    """The gradient of a mean cost is exactly N (or N·D) times too large."""

    id = "missing-batch-mean"
    title = "the 1/N of the mean is missing"
    specificity = 13
    page = Page(
        wrong="dw = X.T @ (a - y)",
        right="dw = X.T @ (a - y) / N",
        derivation=(
            "1. the cost is a mean: C = (1/N) (L_1 + L_2 + ... + L_N)\n"
            "2. a constant factor stays in front of a derivative: "
            "dC/dw = (1/N) (dL_1/dw + ... + dL_N/dw)\n"
            "3. X.T @ (...) adds up the N examples, it doesn't average them: the 1/N has to be "
            "written\n"
            "4. where the mean is over N·D entries, as in np.mean of a matrix, it is 1/(N·D)\n"
            "Without it the gradient points the right way but grows with the batch: a learning "
            "rate that works for 10 examples blows up for 10 000."
        ),
    )


DIAGNOSIS = MissingBatchMean()
