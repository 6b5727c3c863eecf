"""The gradient has another epsilon than the value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._normalising import IDS, restored, terms
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial

USUAL = (0.0, 1e-12, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3)


def _throughout(eps: float) -> Hypothesis:
    """Return the gradient with that epsilon in all of it."""

    def wrong(trial: Trial, variable: str) -> Array | None:
        example = trial.example
        component = example.component
        variant = component.with_constants(
            component.without(example.variant, ["eps"]), {"eps": eps}
        )
        found = component.backward(example.inputs, example.upstream, variant)
        return np.asarray(trial.show(variable, found[variable]))

    return wrong


def _at_the_end(eps: float) -> Hypothesis:
    """Return dx whose x_hat is right and whose last division has that epsilon."""

    def wrong(trial: Trial, variable: str) -> Array | None:
        if variable != "x":
            return None
        found = terms(trial)
        rows = (found.g - found.of_mean - found.of_variance) / np.sqrt(found.variance + eps)
        return np.asarray(trial.show("x", restored(rows, trial)))

    return wrong


def _hypotheses(own: float) -> Iterator[tuple[Hypothesis, float]]:
    for eps in USUAL:
        if eps != own:
            yield _at_the_end(eps), eps
            yield _throughout(eps), eps


class EpsilonMismatch(Diagnosis):
    """sqrt(variance + eps) in the value, sqrt(variance) in the gradient."""

    id = "epsilon-mismatch"
    title = "value and gradient have different epsilons"
    specificity = 72
    page = Page(
        wrong="dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / np.sqrt(x.var(0))",
        right="dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / np.sqrt(x.var(0) + eps)",
        derivation=(
            "1. the value divides by sigma = sqrt(variance + eps)\n"
            "2. dsigma/dvariance = 1 / (2 sqrt(variance + eps)): the epsilon stays inside\n"
            "3. with another epsilon the gradient is that of another function: off by about "
            "eps / (2 variance), which is much where a feature hardly varies"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient of another epsilon agrees."""
        component = evidence.component
        if component.id not in IDS:
            return None
        own = component.constant(evidence.variant, "eps")
        for hypothesis, eps in _hypotheses(own):
            variables = evidence.agreeing(hypothesis)
            if variables:
                has = f"{eps:g}" if eps else "none"
                return Explanation(
                    variables,
                    f"the value has the epsilon {own:g} beside the variance, the gradient {has}",
                    "use the same sqrt(variance + eps) in both",
                )
        return None


DIAGNOSIS = EpsilonMismatch()
