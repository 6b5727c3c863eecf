"""Divided by the number of features as well, or not where it should be."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class MeanOverFeaturesToo(ConstantFactor):
    """Cost and gradient disagree on whether the mean is over N or over N·D."""

    id = "mean-over-features-too"
    title = "the mean is over the features in one place only"
    specificity = 11
    page = Page(
        wrong="cost = np.sum((p - t)**2) / len(p); dp = 2 * (p - t) / p.size",
        right="cost = np.sum((p - t)**2) / len(p); dp = 2 * (p - t) / len(p)",
        derivation=(
            "p has the shape (N, D): len(p) is N, p.size is N·D, and np.mean(p) divides by N·D\n"
            "1. C = (1/N) · sum of all (p - t)²: the examples are averaged, their D outputs "
            "added up\n"
            "2. dC/dp = (2/N) (p - t): the same 1/N\n"
            "3. with np.mean((p - t)**2) both would have 1/(N·D)\n"
            "Cost and gradient must divide by the same number."
        ),
    )


DIAGNOSIS = MeanOverFeaturesToo()
