"""The hidden error is taken from the raw output error."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


def _raw_error(site: Site) -> Array:
    assert site.da is not None
    return site.da if site.is_last else site.da * site.slope


def _no_weights(site: Site) -> Array:
    assert site.W is not None
    is_single = site.W.shape[1] == 1
    return np.ones_like(site.W) if site.is_last and is_single else site.W


class UpstreamShortcut(Diagnosis):
    """What is passed to the hidden layers isn't dz W^T but the raw error, or misses W."""

    id = "upstream-shortcut"
    title = "the hidden error takes a shortcut"
    specificity = 54
    parents = ("missing-intermediate",)
    page = Page(
        wrong="da1 = (a2 - y) @ W2.T              # with dz2 = (a2 - y) * a2 * (1 - a2)",
        right="da1 = dz2 @ W2.T",
        derivation=(
            "a1 -> z2 = a1 W2 + b2 -> a2 = σ(z2) -> C\n"
            "1. from C back to z2: dz2 = dC/da2 · da2/dz2, both factors\n"
            "2. from z2 back to a1: dz2/da1 = W2, so da1 = dz2 W2ᵀ\n"
            "3. taking dC/da2 for dz2 leaves out da2/dz2; leaving out W2ᵀ gives every hidden "
            "unit the same blame\n"
            "What a layer passes on is its own dz times its own W."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the chain with the shortcut agrees in the hidden layers."""
        if evidence.depth == 1:
            return None
        raw = evidence.rederived({"passed-on": _raw_error})
        if raw:
            return Explanation(
                raw,
                "what the output layer passes back is the raw error dC/da: the slope of the "
                "output's activation is left out on the way to the hidden layers",
                "pass on dz of the output layer, times Wᵀ",
            )
        bare = evidence.rederived({"dz-da": _no_weights})
        if bare:
            return Explanation(
                bare,
                "the weights Wᵀ of the output layer are missing on the way to the hidden layers",
                "multiply dz by Wᵀ (a matrix product) before passing it on",
            )
        return None


DIAGNOSIS = UpstreamShortcut()
