"""The z-form of the derivative applied to an activation, inside a model."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_sigmoid, is_tanh
from gradcheck.diagnoses.base import Evidence, Page


def _twice(site: Site) -> Array:
    assert site.slope_at is not None
    return site.slope_at(site.a) if is_sigmoid(site) or is_tanh(site) else site.slope


class DerivativeAppliedTwice(ChainMistake):
    """σ'(σ(z)) in a chain: the function σ' applies σ once more to what is σ(z) already."""

    id = "derivative-applied-twice"
    title = "σ′(·) is given an activation and applies σ once more"
    specificity = 56
    parents = ("derivative-at-a",)
    page = Page(
        wrong="dz1 = da1 * sigmoid_prime(a1)",
        right="dz1 = da1 * sigmoid_prime(z1)    # or: da1 * a1 * (1 - a1)",
        derivation=(
            "def sigmoid_prime(z): s = sigmoid(z); return s * (1 - s)\n"
            "1. this function wants z and applies the sigmoid itself\n"
            "2. a1 is σ(z1) already, so sigmoid_prime(a1) computes σ(σ(z1)) (1 - σ(σ(z1)))\n"
            "3. da1/dz1 = σ(z1) (1 - σ(z1)): σ once\n"
            "4. a helper that returns x * (1 - x) is the other form: it wants a1"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield σ'(σ(z)), in models."""
        if evidence.component.kind == "model":
            yield (_twice,
                   "the derivative{where} is given the activation a and applies the function once "
                   "more: f′(f(z)) for f′(z)",
                   "pass z, or use the form in a: a * (1 - a)")  # fmt: skip


DIAGNOSIS = DerivativeAppliedTwice()
