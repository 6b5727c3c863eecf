"""The activation is applied to the error that is propagated back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.component import Array, Factor, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_sigmoid, is_tanh
from gradcheck.diagnoses.base import Evidence, Page


def _sigmoid(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _applied(function: Callable[[Array], Array], has: Callable[[Site], bool]) -> Factor:
    """Return f(da) as what da would be multiplied by, where the activation is that one."""

    def factor(site: Site) -> Array:
        if site.da is None or not has(site):
            return site.slope
        return np.asarray(function(site.da) / site.da)

    return factor


class ActivationOnTheError(ChainMistake):
    """dz1 = sigmoid(dz2 @ W2.T) for (dz2 @ W2.T) * a1 * (1 - a1)."""

    id = "activation-on-the-error"
    title = "the activation is applied to the back-propagated error"
    specificity = 59
    page = Page(
        wrong="dz1 = sigmoid(dz2 @ W2.T)",
        right="dz1 = (dz2 @ W2.T) * a1 * (1 - a1)",
        derivation=(
            "a1 = σ(z1), z2 = a1 W2 + b2\n"
            "1. dC/da1 = dz2 W2ᵀ: the error that arrives\n"
            "2. dC/dz1 = dC/da1 · σ'(z1): times the slope at z1, which is a1 (1 - a1)\n"
            "3. σ(dC/da1) isn't linear in the error: twice the error would give less than twice "
            "the gradient"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield sigmoid and tanh of the error."""
        for function, has in ((_sigmoid, is_sigmoid), (np.tanh, is_tanh)):
            yield (_applied(function, has),
                   "the activation{where} is applied to the error that arrives, in place of its "
                   "slope at z", "multiply the error by the activation's slope")  # fmt: skip


DIAGNOSIS = ActivationOnTheError()
