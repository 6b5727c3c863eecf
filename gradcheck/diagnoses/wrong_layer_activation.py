"""Another layer's activation, or another layer's slope."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.component import Array, Factor, Site
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


def _input_of(layer: int, taken: int) -> Factor:
    def factor(site: Site) -> Array:
        assert site.a_prev is not None
        return site.activations[taken] if site.layer == layer else site.a_prev

    return factor


def _slope_of(layer: int, taken: int) -> Factor:
    return lambda site: site.slopes[taken - 1] if site.layer == layer else site.slope


class WrongLayerActivation(Diagnosis):
    """a1 used where the previous layer's activation belongs; another layer's slope."""

    id = "wrong-layer-activation"
    title = "the activation is another layer's"
    specificity = 58
    page = Page(
        wrong="dW3 = a1.T @ dz3",
        right="dW3 = a2.T @ dz3",
        derivation=(
            "z3 = a2 W3 + b3\n"
            "1. dz3/dW3 is what W3 is multiplied with, and that is a2, the output of layer 2\n"
            "2. dC/dW3 = a2ᵀ dz3; shapes: (H2, N) @ (N, K) = (H2, K), the shape of W3\n"
            "3. in general dW_l = a_(l-1)ᵀ dz_l: the activation before, the error after\n"
            "4. and dz_l = da_l · f'(z_l): the slope at the layer's own z"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where another layer's activation or slope agrees."""
        best: Explanation | None = None
        for factor, wrong, sentence, mend in _choices(evidence.depth):
            variables = evidence.rederived({factor: wrong})
            if len(variables) > (len(best.variables) if best else 0):
                best = Explanation(variables, sentence, mend)
        return best


def _choices(depth: int) -> Iterator[tuple[str, Factor, str, str]]:
    for layer in range(1, depth + 1):
        for taken in range(depth + 1):
            if taken != layer - 1:
                yield (
                    "dz-dw",
                    _input_of(layer, taken),
                    f"the gradient of W{layer} takes a{taken} where a{layer - 1}, the activation "
                    "before, belongs",
                    f"use a{layer - 1}",
                )
            if 0 < taken != layer:
                yield (
                    "activation-slope",
                    _slope_of(layer, taken),
                    f"layer {layer} takes the slope of layer {taken}'s activation where its own "
                    "belongs",
                    f"use the derivative at z{layer}",
                )


DIAGNOSIS = WrongLayerActivation()
