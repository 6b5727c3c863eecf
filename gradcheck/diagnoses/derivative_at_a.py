"""The slope evaluated at a instead of z, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_sigmoid, is_tanh
from gradcheck.diagnoses.base import Evidence, Page


def _at_a(site: Site) -> Array:
    assert site.slope_at is not None
    return np.asarray(site.slope_at(site.a))


def _formula_at_z(site: Site) -> Array:
    if is_sigmoid(site):
        return np.asarray(site.z * (1 - site.z))
    return np.asarray(1 - site.z**2) if is_tanh(site) else site.slope


class DerivativeAtA(ChainMistake):
    """f'(a) where f'(z) belongs, or the a-formula with z put in."""

    id = "derivative-at-a"
    title = "the slope is taken at a instead of z"
    specificity = 55
    page = Page(
        wrong="dz = da * sigmoid_prime(a)      # sigmoid_prime(z) = σ(z) (1 - σ(z))",
        right="dz = da * sigmoid_prime(z)      # or: da * a * (1 - a)",
        derivation=(
            "a = f(z)\n"
            "1. da/dz = f'(z): the slope of f at the point where f was evaluated, and that is z\n"
            "2. for the sigmoid f'(z) = σ(z) (1 - σ(z)), and as a = σ(z), this is a (1 - a)\n"
            "3. so there are two right ways: put z into σ(·)(1 - σ(·)), or put a into ·(1 - ·)\n"
            "4. mixed up they give σ(a) (1 - σ(a)), or z (1 - z): neither is a slope of f here"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield f'(a), then the formula in a with z put in."""
        yield (_at_a,
               "the slope{where} is taken at a where it belongs at z: f′(a) for f′(z)",
               "put z into the derivative, or use its form in a")  # fmt: skip
        yield (_formula_at_z,
               "the formula of the slope{where} is the one for a, but z is put in: z(1 − z) or "
               "1 − z² for the same with a",
               "put the activation a in")  # fmt: skip


DIAGNOSIS = DerivativeAtA()
