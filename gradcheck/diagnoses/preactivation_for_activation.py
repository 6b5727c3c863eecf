"""z of the layer before where its activation belongs."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip
from gradcheck.diagnoses.base import Evidence, Page


def _pre(site: Site) -> Array:
    assert site.a_prev is not None
    return site.pre[site.layer - 2] if site.layer > 1 else site.a_prev


class PreactivationForActivation(ChainMistake):
    """dW2 = z1ᵀ dz2 for a1ᵀ dz2."""

    id = "preactivation-for-activation"
    title = "z of the layer before where a belongs"
    specificity = 58
    related = ("wrong-layer-activation",)
    factor = "dz-dw"
    page = Page(
        wrong="dW2 = z1.T @ dz2",
        right="dW2 = a1.T @ dz2",
        derivation=(
            "a1 = f(z1), z2 = a1 W2 + b2\n"
            "1. W2 is multiplied with a1, not with z1: f has been applied in between\n"
            "2. dz2/dW2 = a1\n"
            "3. dC/dW2 = a1ᵀ dz2\n"
            "Keep both in the cache: z1 for f'(z1), a1 for dW2."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield z of the layer before for its a."""
        if evidence.depth > 1:
            yield (_pre,
                   "the gradient of the weights{where} takes z of the layer before where its "
                   "activation a belongs",
                   "use the activation")  # fmt: skip


DIAGNOSIS = PreactivationForActivation()
