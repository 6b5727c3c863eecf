"""dz/dw written as z itself."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _z(site: Site) -> Array:
    return site.z


class ZForItsDerivative(Diagnosis):
    """∂z/∂w written w·a + b."""

    id = "z-for-its-derivative"
    title = "∂z/∂w is written as z itself"
    specificity = 62
    page = Page(
        wrong="dz_dw = w * x + b; dw = dC_dz * dz_dw",
        right="dz_dw = x;         dw = dC_dz * dz_dw",
        derivation=(
            "z = w x + b\n"
            "1. d/dw [w x] = x: w is the variable, x the constant in front of it\n"
            "2. d/dw [b] = 0\n"
            "3. dz/dw = x (in a deeper layer: the previous layer's activation)\n"
            "4. likewise dz/db = 1 and dz/dx = w\n"
            "w x + b is z, not its derivative."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where z for dz/dw agrees, whatever shape the product comes out in."""
        variables, where = evidence.somewhere("dz-dw", _z)
        variables |= evidence.agreeing(lambda trial, name: _spread(evidence, trial, name))
        if not variables:
            return None
        return Explanation(
            variables,
            f"∂z/∂w{where} is written as z = w·a + b itself; the derivative is the layer's input a",
            "use the layer's input (x, or the previous layer's activation) for dz/dw",
        )


def _spread(evidence: Evidence, trial: Trial, variable: str) -> Array | None:
    """Return the one number that z·dz sums to in a single unit, in the shape that came out."""
    if "dz-dw" not in evidence.component.factors or evidence.component.kind != "model":
        return None
    example = trial.example
    try:
        wrong = evidence.component.rederive(
            example.inputs, example.upstream, example.variant, {"dz-dw": _z}
        )[variable]
    except (ValueError, IndexError):
        return None
    if wrong.size != 1 or variable == "b":
        return None
    return np.broadcast_to(wrong.reshape(()), trial.actual[variable].shape)


DIAGNOSIS = ZForItsDerivative()
