"""A path through the mean or the variance of a normalisation is missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._normalising import IDS, IMAGES, WITHOUT_MEAN, restored, terms
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial


def _hypothesis(mean: float, variance: float, power: int = 1, *, per_pixel: bool = False,
                ) -> Hypothesis:  # fmt: skip
    """Return dx with so much of each path, divided by a power of sigma."""

    def dx(trial: Trial, variable: str) -> Array | None:
        if variable != "x":
            return None
        found = terms(trial)
        pixels = trial.example.inputs["x"][0, 0].size if per_pixel else 1
        paths = mean * found.of_mean + variance * found.of_variance
        sigma = np.sqrt(found.variance + found.eps)
        rows = (found.g - pixels * paths) / sigma**power
        return np.asarray(trial.show("x", restored(rows, trial)))

    return dx


def _hypotheses(component: str) -> Iterator[tuple[Hypothesis, str, str]]:
    """Yield each mistake with what is said of it and its mend."""
    if component == WITHOUT_MEAN:
        yield (_hypothesis(0, 0), "the path through the mean square is missing: x changes it too",
               "subtract x_hat * mean(g * x_hat), with g = dout * gamma")  # fmt: skip
    else:
        yield (_hypothesis(1, 0), "the path through the variance is missing: x changes it too",
               "subtract x_hat * mean(g * x_hat) as well, with g = dout * gamma")  # fmt: skip
        yield (_hypothesis(0, 1), "the path through the mean is missing: x changes it too",
               "subtract mean(g) as well, with g = dout * gamma")  # fmt: skip
        yield (_hypothesis(0, 0), "mean and variance are taken for constants, but x changes both",
               "use (g - mean(g) - x_hat * mean(g * x_hat)) / sigma, g = dout * gamma")  # fmt: skip
    yield (_hypothesis(1, 1, 2), "it is divided by the variance, not by its root",
           "divide by sigma = sqrt(variance + eps)")  # fmt: skip
    if component in IMAGES:
        yield (_hypothesis(1, 1, per_pixel=True),
               "the means are taken over the channels only: the sums run over pixels as well",
               "divide the sums by channels times pixels")  # fmt: skip


class NormalisationPathDropped(Diagnosis):
    """dx without the terms of the mean or of the variance."""

    id = "normalisation-path-dropped"
    title = "a path through the mean or the variance is missing"
    specificity = 70
    page = Page(
        wrong="dx = gamma / sigma * (dout - dout.mean(axis=0))",
        right="g = dout * gamma; dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / sigma",
        derivation=(
            "out = gamma x_hat + beta, x_hat = (x - mean) / sigma, sigma = sqrt(variance + eps)\n"
            "1. g = dC/dx_hat = dout gamma\n"
            "2. x leads to x_hat by three paths: directly, through the mean, through the variance\n"
            "3. directly: g / sigma\n"
            "4. the mean: dmean/dx = 1/n for each of the n values, so -mean(g) / sigma\n"
            "5. the variance: dsigma/dx = x_hat / n, and dx_hat/dsigma = -x_hat / sigma,\n"
            "   so -x_hat mean(g x_hat) / sigma\n"
            "6. dx = (g - mean(g) - x_hat mean(g x_hat)) / sigma: all means over what shares "
            "one mean and variance"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where dx agrees with one term or both left out."""
        if evidence.component.id not in IDS:
            return None
        for hypothesis, sentence, mend in _hypotheses(evidence.component.id):
            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(variables, sentence, mend)
        return None


DIAGNOSIS = NormalisationPathDropped()
