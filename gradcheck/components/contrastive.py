"""The contrastive cost of pairs, from their distance or from two embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from gradcheck.component import LARGEST_STEP, Array, Component, Inputs, Variable, Variant
from gradcheck.components import _cost
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import margins

REDUCTIONS = {
    "mean": "mean over the pairs", "half-mean": "half the mean over the pairs",
    "sum": "sum", "half-sum": "half the sum",
}  # fmt: skip
DISTANCE = Variable(
    "distance", "the distances", ("N",),
    aliases=("distance", "d", "dist", "distances", "dists", "dw", "ed", "euclidean", "dis"),
    weak=(*_cost.PREDICTION_ALIASES, *_cost.PREDICTION_WEAK),
)  # fmt: skip
FIRST = Variable(
    "x1", "the first embeddings", ("N", "D"),
    aliases=("x1", "a", "e1", "z1", "f1", "emb1", "embedding1", "h1", "left", "anchor", "out1",
             "output1", "xa", "za", "u", "zi", "o1", "feat1", "v1", "g1"),
    weak=("x", "z", "e"),
)  # fmt: skip
SECOND = Variable(
    "x2", "the second embeddings", ("N", "D"),
    aliases=("x2", "b", "e2", "z2", "f2", "emb2", "embedding2", "h2", "right", "other", "out2",
             "output2", "xb", "zb", "v", "zj", "o2", "feat2", "v2", "g2"),
    weak=("w", "pair", "positive"),
)  # fmt: skip
LABEL = Variable(
    "label", "the labels", ("N",), role="target",
    aliases=(*_cost.TARGET_ALIASES, "y", "same", "issame", "similar", "issimilar", "s"),
    weak=_cost.TARGET_WEAK, is_differentiable=False,
)  # fmt: skip
NEAREST, FARTHEST, GAP = 0.2, 2.0, 0.1
"""Distances, in margins; they keep the gap from 1, where the slope of the slope jumps."""
SAFETY = 8.0


class Contrastive(Component):
    """C = reduction of y d^2 + (1 - y) max(0, margin - d)^2."""

    id = "contrastive"
    title = "contrastive"
    kind = "cost"
    needs_name = True
    names = ("contrastive", "contrastive_loss", "contrastive_cost", "siamese_loss",
             "contrastive_divergence_loss", "pair_loss", "pairwise_contrastive")  # fmt: skip
    foreign = frozenset({"z1", "z2", "zi", "zj", "temperature", "tau", "anchor"})
    domain = "distances above 0; labels 0 and 1, either of which may mean that a pair is similar"
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "large-batch", "square")
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 2.0, 0.5, 1.5, 0.2, 1.25, 5.0), low=1e-2,
                 high=1e2, aliases=("margin", "m", "delta"), chosen=(1.5,)),
    )  # fmt: skip
    variants = tuple(
        Variant(
            f"{given}-{similar}-{reduction}",
            f"of {given}, {words}, a label of {similar} means similar",
            {"given": given, "similar": similar, "reduction": reduction},
        )
        for given, similar, (reduction, words) in product(
            ("distances", "embeddings"), (1, 0), REDUCTIONS.items()
        )
    )  # fmt: skip
    layouts = (
        Layout("rows", "one pair a row"),
        Layout("columns", "one pair a column", {"x1": "transpose", "x2": "transpose"}),
        Layout("single", "one pair at a time",
               {"x1": "first-row", "x2": "first-row", "distance": "vector-number",
                "label": "vector-number"}, sizes={"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return distance (N,) and label (N,), or x1, x2 (N, D) and label (N,)."""
        is_distance = variant.options["given"] == "distances"
        return (DISTANCE, LABEL) if is_distance else (FIRST, SECOND, LABEL)

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return N, and D for embeddings."""
        return ("N",) if variant.options["given"] == "distances" else self.sizes

    def is_scalar(self, variant: Variant) -> bool:
        """Return True."""
        return True

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means, 1 for sums."""
        return 1.0 if variant.options["reduction"] in _cost.SUMS else 1.0 / n_examples

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw pairs of both kinds, of distances on both sides of the margin."""
        n, margin = sizes["N"], self.constant(variant, "margin")
        share = NEAREST + (FARTHEST - NEAREST) * source.probabilities((n,))
        share = np.where(np.abs(share - 1.0) < GAP, 1.0 - GAP, share)
        label = source.binary((n,))
        if variant.options["given"] == "distances":
            return {"distance": margin * share, "label": label}
        x1, way = source.reals((n, sizes["D"])), source.reals((n, sizes["D"]))
        way = way / np.sqrt(np.sum(way**2, axis=1, keepdims=True))
        return {"x1": x1, "x2": x1 + way * (margin * share)[:, None], "label": label}

    @staticmethod
    def _distances(inputs: Inputs) -> Array:
        if "distance" in inputs:
            return inputs["distance"]
        e = inputs["x1"] - inputs["x2"]
        return np.asarray(np.sqrt(np.sum(e * e, axis=1)))

    def _similar(self, inputs: Inputs, variant: Variant) -> Array:
        label = inputs["label"]
        return np.asarray(label if variant.options["similar"] == 1 else 1.0 - label)

    def _options(self, variant: Variant) -> dict[str, float]:
        return {"margin": self.constant(variant, "margin"),
                "reduction": variant.options["reduction"]}  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        options: dict[str, object] = dict(self._options(variant))
        cost = margins.contrastive(
            self._distances(inputs), self._similar(inputs, variant), **options  # type: ignore[arg-type]
        )
        return np.asarray(cost)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient of the distances, or of both embeddings."""
        d, options = self._distances(inputs), dict(self._options(variant))
        slope = upstream * margins.contrastive_backward(
            d, self._similar(inputs, variant), **options  # type: ignore[arg-type]
        )
        if "distance" in inputs:
            return {"distance": slope}
        first = (slope / d)[:, None] * (inputs["x1"] - inputs["x2"])
        return {"x1": first, "x2": -first}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the terms of the slope; embeddings lose digits beside distances."""
        d = self._distances(inputs)
        weight = self.weight(variant, len(d)) * abs(float(upstream))
        size = 2 * weight * (float(np.max(d)) + self.constant(variant, "margin"))
        if "distance" in inputs:
            return {"distance": size}
        loss = max(1.0, float(np.max(np.abs(inputs["x1"]))) / float(np.min(d)))
        return {"x1": size * loss, "x2": size * loss}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms that are squared, at least 1."""
        d, margin = self._distances(inputs), self.constant(variant, "margin")
        largest = float(np.max(d)) + margin
        if "x1" in inputs:
            largest += float(np.max(np.abs(inputs["x1"])))
        return max(1.0, len(d) * self.weight(variant, len(d)) * largest**2)

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that keeps every distance above 0."""
        width = inputs["x1"].shape[1] if "x1" in inputs else 1
        nearest = float(np.min(self._distances(inputs)))
        return min(LARGEST_STEP, nearest / (SAFETY * float(np.sqrt(width))))

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether every distance is above 0."""
        return bool(np.all(self._distances(inputs) > 0))


COMPONENT = Contrastive()
