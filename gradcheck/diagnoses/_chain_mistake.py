"""What diagnoses of one wrong local derivative share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Factor, Site
from gradcheck.diagnoses._factors import Slip as ConstantSlip
from gradcheck.diagnoses._factors import single_slips
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation

__all__ = [
    "ChainMistake",
    "error",
    "is_cross_entropy",
    "is_relu",
    "is_sigmoid",
    "is_tanh",
    "of_relu",
    "of_sigmoid",
]

Slip = tuple[Factor, str, str]
"""A wrong local derivative, the sentence with ``{where}`` for its place, and the mend."""
CLOSE = 1e-12
FUSED = "; besides, a − y is taken for dC/da, but it is dC/dz already"


def is_sigmoid(site: Site) -> bool:
    """Return whether the slope here is a(1 - a)."""
    return np.allclose(site.slope, site.a * (1 - site.a), rtol=0.0, atol=CLOSE)


def is_tanh(site: Site) -> bool:
    """Return whether the slope here is 1 - a²."""
    return np.allclose(site.slope, 1 - site.a**2, rtol=0.0, atol=CLOSE)


def is_relu(site: Site) -> bool:
    """Return whether the slope here is 1 for z > 0 and 0 otherwise."""
    return np.array_equal(site.slope, site.z > 0)


def of_sigmoid(wrong: Factor) -> Factor:
    """Return the mistake where the activation is a sigmoid, the right slope elsewhere."""
    return lambda site: wrong(site) if is_sigmoid(site) else site.slope


def of_relu(wrong: Factor) -> Factor:
    """Return the mistake where the activation is a ReLU, the right slope elsewhere."""
    return lambda site: wrong(site) if is_relu(site) else site.slope


def is_cross_entropy(evidence: Evidence) -> bool:
    """Return whether this is a model with sigmoid and binary cross-entropy at its end."""
    cost = str(evidence.variant.options.get("cost", ""))
    return evidence.component.kind == "model" and (
        evidence.component.id == "logistic-regression" or cost.startswith("binary-cross-entropy")
    )


def error(site: Site) -> Array:
    """Return a - y."""
    return np.asarray(site.a - site.y)


class ChainMistake(Diagnosis):
    """One local derivative is wrong, in all layers or in some."""

    factor: ClassVar[str] = "activation-slope"
    related: ClassVar[tuple[str, ...]] = ()
    """Ids that it counts as, too, and that are no more generic."""

    @abstractmethod
    def slips(self, evidence: Evidence) -> Iterable[Slip]:
        """Yield the forms that the mistake takes."""

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the chain with the local derivative replaced agrees exactly.

        At a cross-entropy it may come on top of a - y taken for dC/da.
        """
        alone = self._best(evidence, {}, "")
        fused: Mapping[str, Factor] = {"cost-slope": error}
        if alone:
            return alone
        if is_cross_entropy(evidence) and not evidence.rederived(fused):
            besides = self._best(evidence, fused, FUSED)
            if besides:
                return besides
        return self._scaled(evidence)

    def _scaled(self, evidence: Evidence) -> Explanation | None:
        """Return the mistake with a constant factor that is wrong besides."""
        for slip in single_slips(evidence):
            found = self._best(evidence, {}, f"; besides, {slip.clause}", slip)
            if found is not None and found.variables == frozenset(evidence.failing):
                return found
        return None

    def _best(
        self, evidence: Evidence, also: Mapping[str, Factor], addition: str,
        besides: ConstantSlip | None = None,
    ) -> Explanation | None:  # fmt: skip
        best: Explanation | None = None
        for wrong, sentence, mend in self.slips(evidence):
            if besides is None:
                variables, where = evidence.somewhere(self.factor, wrong, also)
            else:
                variables, where = evidence.somewhere(self.factor, wrong, also, besides.of)
                mend = f"{mend}; {besides.mend}"
            if len(variables) > (len(best.variables) if best else 0):
                best = Explanation(
                    variables, sentence.format(where=where) + addition, mend,
                    mistakes=1 + len(also) + (besides is not None),
                    related=(*self.related, *((besides.diagnosis,) if besides is not None else ())),
                )  # fmt: skip
        return best
