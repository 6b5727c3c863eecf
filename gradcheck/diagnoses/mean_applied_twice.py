"""1/N stands there twice."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class MeanAppliedTwice(ConstantFactor):
    """The gradient of a mean cost is exactly N times too small."""

    id = "mean-applied-twice"
    title = "the mean is taken twice"
    specificity = 13
    page = Page(
        wrong="dz = (a - y) / N; dw = X.T @ dz / N",
        right="dz = (a - y) / N; dw = X.T @ dz",
        derivation=(
            "1. C = (1/N) (L_1 + ... + L_N), so dC/dz_i = (1/N) dL_i/dz_i: here is the 1/N\n"
            "2. dC/dw = x_1 · dC/dz_1 + ... + x_N · dC/dz_N: a plain sum, since w acts on every "
            "example\n"
            "3. dividing by N again (or np.mean for np.sum) makes it 1/N²\n"
            "Put the 1/N in one place, where the cost puts it, and sum everywhere else."
        ),
    )


DIAGNOSIS = MeanAppliedTwice()
