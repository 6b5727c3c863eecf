"""The triplet cost: an anchor should be nearer to its positive than to its negative."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from gradcheck.component import LARGEST_STEP, Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import margins

ANCHOR = Variable("anchor", "the anchors", ("N", "D"),
                  aliases=("anchor", "a", "anchors", "xa", "fa", "ea", "za", "anc", "anchoremb"),
                  weak=("x", "x1", "q", "u"))  # fmt: skip
POSITIVE = Variable("positive", "the positives", ("N", "D"),
                    aliases=("positive", "p", "pos", "positives", "xp", "fp", "ep", "zp",
                             "positiveemb"),
                    weak=("y", "x2", "v"))  # fmt: skip
NEGATIVE = Variable("negative", "the negatives", ("N", "D"),
                    aliases=("negative", "n", "neg", "negatives", "xn", "fn", "en", "zn",
                             "negativeemb"),
                    weak=("z", "x3", "w"))  # fmt: skip
ALL = ("anchor", "positive", "negative")
REDUCTIONS = {"mean": "mean over the triplets", "sum": "sum"}
UNITS = 2**10
"""Units of rounding within which a triplet counts as being at the margin."""
GAP = 0.1
"""Part of the margin that triplets keep from it, but in the regime ``kink``."""
NEAR, SPREAD, AT_KINK = 0.5, 1.2, 0.5
SAFETY = 8.0


class Triplet(Component):
    """C = reduction of max(0, |a - p|^2 - |a - n|^2 + margin), or without the squares."""

    id = "triplet"
    title = "triplet"
    kind = "cost"
    needs_name = True
    names = ("triplet", "triplet_loss", "triplet_cost", "triplet_margin", "triplet_margin_loss",
             "facenet_loss")  # fmt: skip
    domain = "rows of reals; without the squares no two points of a triplet coincide"
    kink_convention = (
        "where the distances differ by exactly the margin anything between no gradient and the "
        "whole is right; the reference takes none"
    )
    sizes = ("N", "D")
    regimes = ("ordinary", "wide", "batch-of-one", "kink", "large-batch", "square")
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 0.2, 0.5, 0.3, 0.1, 2.0, 0.4), low=1e-2,
                 high=1e2, aliases=("margin", "m", "delta", "alpha"), chosen=(0.6,)),
    )  # fmt: skip
    variants = tuple(
        Variant(f"{kind}-{reduction}", f"of {words}, {how}",
                {"is_squared": kind == "squared", "reduction": reduction})
        for (kind, words), (reduction, how) in product(
            (("squared", "squared distances"), ("plain", "distances")), REDUCTIONS.items()
        )
    )  # fmt: skip
    layouts = (
        Layout("rows", "one triplet a row"),
        Layout("columns", "one triplet a column", dict.fromkeys(ALL, "transpose")),
        Layout("single", "one triplet at a time", dict.fromkeys(ALL, "first-row"),
               sizes={"N": 1}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return anchor, positive, negative (N, D)."""
        return (ANCHOR, POSITIVE, NEGATIVE)

    def is_scalar(self, variant: Variant) -> bool:
        """Return True."""
        return True

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means, 1 for sums."""
        return 1.0 if variant.options["reduction"] == "sum" else 1.0 / n_examples

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw triplets on both sides of the margin; at the kink the first is exactly there."""
        n, margin = sizes["N"], self.constant(variant, "margin")
        shape = (n, sizes["D"])
        to_p, to_n = (_units(source.reals(shape)) for _ in range(2))
        anchor, share = source.reals(shape), 2.0 * source.probabilities((n,)) - 1.0
        near = np.full(n, NEAR * max(margin, 1.0))
        # m = near - far + margin, from -1.2 to 1.2 margins; one a batch at least is above 0
        share = np.where(np.abs(share) < GAP, GAP, share)
        share[0] = abs(share[0])
        is_kink = source.regime == "kink"
        m = SPREAD * margin * share * np.where(is_kink & (np.arange(n) == 0), 0.0, 1.0)
        m = np.minimum(m, (margin + near) * (1.0 - GAP))
        far = near + margin - m
        if variant.options["is_squared"]:
            near, far = np.sqrt(near), np.sqrt(far)
        return {"anchor": anchor, "positive": anchor + to_p * near[:, None],
                "negative": anchor + to_n * far[:, None]}  # fmt: skip

    def _options(self, variant: Variant) -> dict[str, Any]:
        return {"margin": self.constant(variant, "margin"), **variant.options}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        return np.asarray(margins.triplet(*(inputs[k] for k in ALL), **self._options(variant)))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's three gradients."""
        found = margins.triplet_backward(*(inputs[k] for k in ALL), **self._options(variant))
        return {name: upstream * gradient for name, gradient in zip(ALL, found, strict=True)}

    def _active(self, inputs: Inputs, variant: Variant, shift: float) -> dict[str, Array]:
        """Return the gradients with another margin: the terms that are active don't change."""
        options = self._options(variant)
        options["margin"] += shift
        found = margins.triplet_backward(*(inputs[k] for k in ALL), **options)
        return dict(zip(ALL, found, strict=True))

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the gradients without and with the triplets that are at the margin."""
        largest = max(float(np.max(np.abs(v))) for v in inputs.values())
        slack = UNITS * np.finfo(np.float64).eps * (1.0 + largest) ** 2
        ends = [self._active(inputs, variant, shift) for shift in (-slack, slack)]
        pairs = {name: [upstream * end[name] for end in ends] for name in ALL}
        return ({name: np.minimum(*pair) for name, pair in pairs.items()},
                {name: np.maximum(*pair) for name, pair in pairs.items()})  # fmt: skip

    def _smallest(self, inputs: Inputs) -> float:
        a = inputs["anchor"]
        rows = (np.sqrt(np.sum((a - inputs[k]) ** 2, axis=1)) for k in ALL[1:])
        return min(float(np.min(row)) for row in rows)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the size of the differences, with the digits that they lose."""
        weight = self.weight(variant, len(inputs["anchor"])) * abs(float(upstream))
        largest = max(float(np.max(np.abs(v))) for v in inputs.values())
        of = 4.0 * largest if variant.options["is_squared"] else (
            2.0 * max(1.0, largest / self._smallest(inputs)))  # fmt: skip
        return dict.fromkeys(ALL, max(of, 1.0) * weight)

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms, at least 1."""
        a, count = inputs["anchor"], len(inputs["anchor"])
        squares = [np.sum((np.abs(a) + np.abs(inputs[k])) ** 2, axis=1) for k in ALL[1:]]
        terms = sum(s if variant.options["is_squared"] else np.sqrt(s) for s in squares)
        whole = float(np.sum(terms + self.constant(variant, "margin")))
        return max(1.0, whole * self.weight(variant, count))

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that is small beside every distance."""
        width = inputs["anchor"].shape[1]
        return min(LARGEST_STEP, self._smallest(inputs) / (SAFETY * float(np.sqrt(width))))

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether no two points coincide."""
        return self._smallest(inputs) > 0


def _units(rows: Array) -> Array:
    """Return rows of length 1; one of zeros points along all axes."""
    rows = np.where(np.any(rows != 0, axis=1, keepdims=True), rows, 1.0)
    return np.asarray(rows / np.sqrt(np.sum(rows**2, axis=1, keepdims=True)))


COMPONENT = Triplet()
