"""The slope of the output activation is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_relu
from gradcheck.diagnoses.base import Evidence, Explanation, Page, Trial


def _one(site: Site) -> Array:
    return np.ones_like(site.z) if site.is_last and not is_relu(site) else site.slope


class OutputSlopeMissing(ChainMistake):
    """(a - y) for (a - y) a(1 - a)."""

    id = "output-slope-missing"
    title = "the slope at the output is missing"
    specificity = 52
    parents = ("missing-intermediate",)
    page = Page(
        wrong="dz = 2 * (a - y) / N                  # with C = mean((a - y)²)",
        right="dz = 2 * (a - y) * a * (1 - a) / N",
        derivation=(
            "C = (1/N) sum (a - y)², a = σ(z)\n"
            "1. dC/da = (2/N) (a - y)\n"
            "2. da/dz = a (1 - a)\n"
            "3. dC/dz = dC/da · da/dz = (2/N) (a - y) a (1 - a)\n"
            "Only for the sigmoid with the cross-entropy the slope cancels: there dC/da has "
            "a (1 - a) below, and dC/dz = (a - y)/N. Another cost, another product."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield slope 1 in the last layer of a model."""
        if evidence.component.kind == "model":
            yield (_one,
                   "the slope da/dz of the output's activation is missing: dC/da is taken for "
                   "dC/dz",
                   "multiply by the derivative of the output's activation")  # fmt: skip

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold in a model, or where a cost from logits returns dC/dp for dC/dz."""
        is_logit = evidence.variant.options.get("input") == "logits"
        if evidence.component.id != "binary-cross-entropy" or not is_logit:
            return super().explain(evidence)

        def unfused(trial: Trial, variable: str) -> Array:
            p = 1 / (1 + np.exp(-trial.example.inputs["prediction"]))
            slope = trial.show("prediction", p * (1 - p))
            return np.asarray(trial.expected[variable] / slope)

        variables = evidence.agreeing(unfused)
        if not variables:
            return None
        return Explanation(
            variables,
            "the cost takes logits, but this is the derivative with respect to the probability: "
            "the slope p(1 − p) of the sigmoid is missing",
            "multiply by p * (1 - p): the product is p - y",
        )


DIAGNOSIS = OutputSlopeMissing()
