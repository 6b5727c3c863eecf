"""What classifiers share: layers, then softmax with cross-entropy and perhaps a penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Factor, Inputs, Link, Site, Variable, Variant
from gradcheck.components import _chain
from gradcheck.components._model import Model
from gradcheck.constants import Constant, inside_logarithms, slopes
from gradcheck.strategies.source import Source
from gradcheck_reference import activations, models
from gradcheck_reference.costs import one_hot

X = Variable("X", "the inputs X", ("N", "D"), aliases=_chain.INPUT_ALIASES,
             is_differentiable=False)  # fmt: skip
Y = Variable("y", "the labels y", ("N",), role="target", aliases=_chain.TARGET_ALIASES,
             is_differentiable=False)  # fmt: skip
REG = Constant("reg", "penalty {:g}", usual=(0.0, 0.1, 0.05, 0.01, 1.0, 5e-6), low=0.0, high=10.0,
               chosen=(0.3,), neutral=(0.0,),
               aliases=("reg", "regularization", "lam", "lambda", "lambd", "l2", "regstrength",
                        "l2reg", "weightdecay", "alpha", "regularizationstrength",
                        "strength", "regularizationrate", "regularisation", "regularizer",
                        "regularisationstrength", "regrate", "regparam", "lambdareg"))  # fmt: skip
PENALTIES = {"full": "a penalty of reg Σ W²", "half": "a penalty of reg/2 Σ W²"}
REDUCTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "": ("", {}), "sum-": ("sum over the examples, ", {"reduction": "sum"}),
}  # fmt: skip
"""By the part of a variant's id: words and options; a mean has none."""
SHARPNESS = 1.5

Layers = list[tuple[Array, Array]]
Pairs = tuple[tuple[Variable, Variable], ...]


def layer_pairs(widths: Sequence[str]) -> Pairs:
    """Return the weights and the bias of each layer of a network with these widths."""
    further = _chain.OF_TWO if len(widths) == 3 else (((), ()),) * len(widths)
    return tuple(
        (
            Variable(f"W{k}", f"the weights W{k}", (widths[k - 1], widths[k]), role="parameter",
                     aliases=(f"w{k}", f"weights{k}", f"weight{k}", f"theta{k}",
                              *further[k - 1][0])),
            Variable(f"b{k}", f"the bias b{k}", (widths[k],), role="parameter",
                     aliases=(f"b{k}", f"bias{k}", f"biases{k}", *further[k - 1][1])),
        )
        for k in range(1, len(widths))
    )  # fmt: skip


class Classifier(Model):
    """Mean or sum of the cross-entropy of softmax(z), z from the last layer; a penalty on W."""

    takes_logarithms = True
    domain = "finite reals; labels as integers or one-hot rows; penalties without the biases"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    constants: ClassVar[tuple[Constant, ...]] = (REG,)
    factors = _chain.FACTORS - {"cost-slope"}
    pairs: ClassVar[Pairs]
    """Weights and bias of each layer."""

    def has_bias(self, variant: Variant) -> bool:
        """Return whether the layers have biases."""
        return bool(variant.options.get("has_bias", True))

    def hidden(self, variant: Variant) -> str:
        """Return the activation inside."""
        return str(variant.options.get("hidden", "relu"))

    def reg(self, variant: Variant) -> float:
        """Return the factor of Σ W² in the cost."""
        reg = self.constant(variant, "reg")
        return reg if variant.options["penalty"] == "full" else reg / 2

    def scale(self, variant: Variant, n_examples: int) -> float:
        """Return what the mean over the examples is multiplied by: N where the cost is a sum."""
        return float(n_examples) if variant.options.get("reduction") == "sum" else 1.0

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the weights and biases of the layers, X (N, D), y (N,)."""
        count = 2 if self.has_bias(variant) else 1
        return (*(v for pair in self.pairs for v in pair[:count]), X, Y)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw weights that keep the signals moderate, inputs and labels."""
        drawn: dict[str, Array] = {}
        for weights, bias in self.pairs:
            rows, columns = (sizes[d] for d in weights.dims)
            drawn[weights.name] = source.reals((rows, columns), SHARPNESS / np.sqrt(rows))
            drawn[bias.name] = source.reals((columns,), 0.5)
        drawn["X"] = source.reals((sizes["N"], sizes["D"]))
        drawn["y"] = source.integers((sizes["N"],), sizes["K"])
        return {v.name: drawn[v.name] for v in self.variables(variant)}

    def _layers(self, inputs: Inputs) -> Layers:
        return [
            (inputs[w.name], inputs.get(b.name, np.zeros(inputs[w.name].shape[1])))
            for w, b in self.pairs
        ]

    def _parts(self, inputs: Inputs, variant: Variant) -> tuple[list[Array], list[Array], Array]:
        """Return what enters each layer, its z, and the right labels' probabilities."""
        pre: list[Array] = []
        entering = [inputs["X"]]
        for W, b in self._layers(inputs):
            if pre:
                entering.append(_chain.activate(self.hidden(variant), pre[-1]))
            pre.append(entering[-1] @ W + b)
        p = activations.softmax(pre[-1])
        return entering, pre, p[np.arange(len(p)), inputs["y"]]

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's cost; with an epsilon beside p that of -ln(p + eps)."""
        layers, reg = self._layers(inputs), self.reg(variant)
        scale = self.scale(variant, len(inputs["y"]))
        epsilon = inside_logarithms(variant.options)[0]
        if epsilon:
            _, _, right = self._parts(inputs, variant)
            penalty = reg * sum(float(np.sum(W * W)) for W, _ in layers)
            return np.asarray(-scale * np.mean(np.log(right + epsilon)) + penalty)
        cost = models.classifier_cost(
            layers, inputs["X"], inputs["y"], hidden=self.hidden(variant), reg=reg / scale
        )
        return scale * cost

    def _named(self, gradients: object, upstream: Array, inputs: Inputs) -> dict[str, Array]:
        named: dict[str, Array] = {}
        for (weights, bias), (dW, db) in zip(self.pairs, gradients, strict=True):  # type: ignore[call-overload]
            named |= {weights.name: upstream * dW, bias.name: upstream * db}
        return {name: g for name, g in named.items() if name in inputs}

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dW and db of each layer."""
        scale = self.scale(variant, len(inputs["y"]))
        found = models.classifier_gradient(
            self._layers(inputs), inputs["X"], inputs["y"], hidden=self.hidden(variant),
            reg=self.reg(variant) / scale,
        )  # fmt: skip
        return self._named(found, scale * upstream, inputs)

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return True: the softmax may be followed by log(p + eps)."""
        return True

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with epsilons, that of the student's cost."""
        textbook = self.backward(inputs, upstream, variant)
        own = (self._with_epsilon(inputs, upstream, variant, s.first)
               for s in slopes(variant.options))  # fmt: skip
        return textbook, *own

    def _with_epsilon(
        self, inputs: Inputs, upstream: Array, variant: Variant, epsilon: float
    ) -> dict[str, Array]:
        """Return the gradient with 1/(p + eps) for 1/p: each example's dz shrinks by a share."""
        _, _, right = self._parts(inputs, variant)
        return self._derived(inputs, upstream, variant, share=right / (right + epsilon))

    def depth(self, variant: Variant) -> int:
        """Return the number of its layers."""
        return len(self.pairs)

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return the gradients by the chain rule with some factors mistaken."""
        return self._derived(inputs, upstream, variant, wrong)

    def _derived(
        self, inputs: Inputs, upstream: Array, variant: Variant,
        wrong: Mapping[str, Factor] = MappingProxyType({}), share: Array | None = None,
    ) -> dict[str, Array]:  # fmt: skip
        """Return the gradients link by link; softmax and its cost are one of them."""
        entering, pre, _ = self._parts(inputs, variant)
        layers, depth = self._layers(inputs), len(self.pairs)
        p = activations.softmax(pre[-1])
        y = one_hot(inputs["y"], p.shape[1])
        slope_at = partial(_chain.slope, self.hidden(variant))
        slopes_of = (*(slope_at(z) for z in pre[:-1]), np.ones_like(p))
        da = (p - y) / len(p) * self.scale(variant, len(p))
        da *= 1.0 if share is None else share[:, None]
        found = []
        for k in reversed(range(depth)):
            W, b = layers[k]
            a = p if k + 1 == depth else entering[k + 1]
            site = Site(k + 1, depth, pre[k], a, entering[k], W, b, y, (*entering, p), slopes_of,
                        tuple(pre), da, np.ones_like if k + 1 == depth else slope_at)  # fmt: skip
            is_wrong = "activation-slope" in wrong and k + 1 < depth
            dz = da * (wrong["activation-slope"](site) if is_wrong else site.slope)
            dz_dw = wrong["dz-dw"](site) if "dz-dw" in wrong else entering[k]
            found.append((dz_dw.T @ dz + 2 * self.reg(variant) * W, dz.sum(axis=0)))
            passed_on = wrong["passed-on"](site) if "passed-on" in wrong else dz
            da = passed_on @ (wrong["dz-da"](site) if "dz-da" in wrong else W).T
        return self._named(found[::-1], upstream, inputs)

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N where the cost is a mean, 1 where it is a sum."""
        return self.scale(variant, n_examples) / n_examples

    def penalties(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return 2 reg W of each layer."""
        factor = 2 * self.reg(variant) * upstream
        return {w.name: factor * inputs[w.name] for w, _ in self.pairs}

    def links(
        self, inputs: Inputs, gradients: Mapping[str, Array], variant: Variant
    ) -> tuple[Link, ...]:
        """Return dW = a_prevᵀ · db + 2 reg W and dz = (p - Y), or by the next layer's own db."""
        entering, pre, _ = self._parts(inputs, variant)
        layers = self._layers(inputs)
        p = activations.softmax(pre[-1])
        dz = (p - one_hot(inputs["y"], p.shape[1]))[0]
        found: list[Link] = []
        for k in reversed(range(len(self.pairs))):
            weights, bias = (v.name for v in self.pairs[k])
            if bias in gradients:
                formula = "dz = p - Y" if k + 1 == len(layers) else f"dz{k + 1} = dz{k + 2} Wᵀ f′"
                found.append(Link(bias, dz, gradients[bias].reshape(-1), formula))
                dz = gradients[bias].reshape(-1)
            if weights in gradients:
                dW = np.outer(entering[k][0], dz) + 2 * self.reg(variant) * layers[k][0]
                found.append(Link(weights, dW, gradients[weights].reshape(dW.shape),
                                  f"d{weights} = a{k}ᵀ · dz{k + 1}"))  # fmt: skip
            if k:
                dz = (layers[k][0] @ dz) * _chain.slope(self.hidden(variant), pre[k - 1])[0]
        return tuple(found)


class DeepClassifier(Classifier):
    """One with hidden layers; others call networks of another kind so, too."""

    is_broad = True
    domain = (
        "finite reals; labels as integers, of which the last class is one, or one-hot rows; "
        "penalties without the biases"
    )

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw weights, inputs and labels, the first of the last class.

        Widespread code counts the classes of a batch by its largest label.
        """
        drawn = super().draw(source, sizes, variant)
        drawn["y"] = np.concatenate([[sizes["K"] - 1], drawn["y"][1:]])
        return drawn
