"""A linear support vector machine of several classes, with its weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Link, Variable, Variant
from gradcheck.components import _chain
from gradcheck.components._classifier import PENALTIES, REDUCTIONS, REG, X, Y
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import models

W = Variable("W", "the weights W", ("D", "K"), role="parameter", aliases=_chain.WEIGHT_ALIASES)
B = Variable("b", "the bias b", ("K",), role="parameter", aliases=_chain.BIAS_ALIASES)
MARGIN = 1.0
DIRECTION = 1.5
"""The largest entry of a direction along which W is moved."""
SAFETY = 4.0
"""Steps keep this part of the distance to the nearest kink."""
GAP = 0.05
SHARPNESS = 1.5
BIAS = 0.5
STRETCH, TRIES = 1.25, 8
"""Beside a bias, turning an example around may bring another lead near: then it grows."""


class LinearSvm(Component):
    """C = (1/N) sum over j != y of max(0, s_j - s_y + 1) + reg sum W^2, s = X W, perhaps + b."""

    id = "linear-svm"
    title = "linear support vector machine"
    kind = "model"
    names = ("linear_svm", "svm_loss", "svm_loss_naive", "svm_loss_vectorized", "linear_svm_loss",
             "multiclass_svm", "multiclass_svm_loss", "svm_cost", "svm",
             "svm_classifier", "linear_svm_cost")  # fmt: skip
    lookalikes = ("svm",)
    sizes = ("N", "D", "K")
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    constants = (REG,)
    domain = "finite reals; integer or one-hot labels; a margin of 1; penalties without the bias"
    kink_convention = "inputs keep away from leads of exactly the margin; any slope is right there"
    variants = tuple(
        Variant(f"{start}{summed}{penalty}", f"{words}{over}{told}",
                {"has_bias": bool(start), "penalty": penalty, **reduced})
        for summed, (over, reduced) in REDUCTIONS.items()
        for start, words in {"": "", "with-bias-": "with a bias, "}.items()
        for penalty, told in PENALTIES.items()
    )  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, W (D, K), integer labels"),
        Layout("rows-one-hot", "examples in rows, W (D, K), one-hot labels", {"y": "one-hot"}),
        Layout("columns", "examples in columns, W (K, D), integer labels",
               {"X": "transpose", "W": "transpose", "b": "column"}),
        Layout("rows-W-turned", "examples in rows, W (K, D), integer labels", {"W": "transpose"}),
    )  # fmt: skip

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return W (D, K), perhaps b (K,), X (N, D), y (N,)."""
        return (W, B, X, Y) if variant.options["has_bias"] else (W, X, Y)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw weights that keep the scores moderate, inputs and labels, away from the kinks.

        An example with a lead near the margin is turned around: its leads become others; beside
        a bias it is stretched until they are.
        """
        n, d, k = sizes["N"], sizes["D"], sizes["K"]
        drawn = {
            "W": source.reals((d, k), SHARPNESS / np.sqrt(d)), "X": source.reals((n, d)),
            "y": source.integers((n,), k),
        }  # fmt: skip
        if variant.options["has_bias"]:
            drawn["b"] = source.reals((k,), BIAS)
        for other in (-1.0, *([STRETCH] * TRIES if "b" in drawn else ())):
            is_near = np.any(np.abs(_gaps(drawn)) < GAP, axis=1)
            drawn["X"] = np.where(is_near[:, None], other * drawn["X"], drawn["X"])
        return {v.name: drawn[v.name] for v in self.variables(variant)}

    def _reg(self, variant: Variant) -> float:
        """Return the factor of the sum of squares."""
        reg = self.constant(variant, "reg")
        return reg if variant.options["penalty"] == "full" else reg / 2

    def scale(self, variant: Variant, n_examples: int) -> float:
        """Return what the mean over the examples is multiplied by: N where the cost is a sum."""
        return float(n_examples) if variant.options.get("reduction") == "sum" else 1.0

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost."""
        cost = models.svm_cost(*_with_ones(inputs), inputs["y"])
        cost *= self.scale(variant, len(inputs["y"]))
        return np.asarray(cost + self._reg(variant) * np.sum(inputs["W"] ** 2))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dW, and db where there is a bias."""
        found = models.svm_gradient(*_with_ones(inputs), inputs["y"])
        found *= self.scale(variant, len(inputs["y"]))
        rows = len(inputs["W"])
        dW = found[:rows] + 2 * self._reg(variant) * inputs["W"]
        return {"W": upstream * dW} | ({"b": upstream * found[rows]} if "b" in inputs else {})

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step of W that brings no lead to its kink."""
        features = np.abs(_with_ones(inputs)[1])
        reach = 2.0 * DIRECTION * float(np.max(np.sum(features, axis=1), initial=1.0))
        gaps = np.abs(_gaps(inputs))
        nearest = float(np.min(gaps, initial=GAP, where=gaps > 0.0))
        return min(super().largest_step(inputs, variant), nearest / (SAFETY * reach))

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return a bound of the sums of absolute terms."""
        most = inputs["W"].shape[1] * self.scale(variant, len(inputs["y"]))
        largest = float(np.max(np.abs(inputs["X"]), initial=0.0)) * most
        penalty = 2 * self._reg(variant) * float(np.max(np.abs(inputs["W"]), initial=0.0))
        sizes = {"W": largest + penalty, "b": float(most)}
        return {name: abs(float(upstream)) * sizes[name] for name in sizes if name in inputs}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return a bound of the cost's terms."""
        gaps = _gaps(inputs)
        leads = np.sum(np.abs(gaps), axis=1, where=np.isfinite(gaps))
        largest = float(np.max(leads)) * self.scale(variant, len(inputs["y"]))
        return max(1.0, super().output_magnitude(inputs, variant), largest)

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N where the cost is a mean, 1 where it is a sum."""
        return self.scale(variant, n_examples) / n_examples

    def penalties(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return 2 reg W."""
        return {"W": 2 * self._reg(variant) * upstream * inputs["W"]}

    def links(
        self, inputs: Inputs, gradients: Mapping[str, Array], variant: Variant
    ) -> tuple[Link, ...]:
        """Return dW = x ds + 2 reg W, ds counting the leads of one example."""
        gaps, label = _gaps(inputs)[0], inputs["y"][0]
        ds = np.where(np.isfinite(gaps), gaps > 0, 0).astype(np.float64)
        ds[label] = -ds.sum()
        dW = np.outer(inputs["X"][0], ds) + 2 * self._reg(variant) * inputs["W"]
        links = [Link("W", dW, gradients["W"].reshape(dW.shape), "dW = xᵀ · ds + 2 reg W")]
        if "b" in gradients:
            links.append(Link("b", ds, gradients["b"].reshape(-1), "db = ds"))
        return tuple(links)


def _with_ones(inputs: Inputs) -> tuple[Array, Array]:
    """Return W and X; a bias is one more row of W, for a feature of ones."""
    W, X = inputs["W"], inputs["X"]
    if "b" not in inputs:
        return W, X
    ones = np.ones((len(X), 1), dtype=X.dtype)
    return np.concatenate([W, inputs["b"][None]]), np.concatenate([X, ones], axis=1)


def _gaps(inputs: Inputs) -> Array:
    """Return how far each lead is from its kink, infinite for the label's own."""
    weights, features = _with_ones(inputs)
    s, labels = features @ weights, inputs["y"]
    rows = np.arange(len(labels))
    gaps: Array = s - s[rows, labels][:, None] + MARGIN
    gaps[rows, labels] = np.inf
    return gaps


COMPONENT = LinearSvm()
