"""Divided by N although the value is no mean."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class MeanInTheWrongPlace(ConstantFactor):
    """A layer, or a cost that is a sum, divides its gradient by N."""

    id = "mean-in-the-wrong-place"
    title = "divided by N where nothing is averaged"
    specificity = 13
    page = Page(
        wrong="dW = x.T @ dout / N",
        right="dW = x.T @ dout",
        derivation=(
            "1. out = x W + b has no 1/N in it, so its derivative has none\n"
            "2. dout = dC/dout comes from the cost; if the cost is a mean, the 1/N is in dout "
            "already\n"
            "3. dW = sum over the examples of x_i · dout_i: a sum, as W acts on every example\n"
            "A cost written as a sum has no 1/N in its gradient either: the gradient belongs to "
            "the cost as it is written."
        ),
    )


DIAGNOSIS = MeanInTheWrongPlace()
