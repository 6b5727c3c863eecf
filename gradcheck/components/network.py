"""A fully connected network with a sigmoid or linear output and a scalar cost (system B)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from gradcheck.component import (
    Array,
    Factor,
    Inputs,
    Link,
    Variable,
    Variant,
    interval_at_kinks,
)
from gradcheck.components import _chain
from gradcheck.components._model import Model
from gradcheck.constants import inside_logarithms, slopes
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import chain

DEPTHS = (3, 2, 1, 4)
HIDDEN = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
COSTS = {
    "binary-cross-entropy-mean": "binary cross-entropy, mean over the examples",
    "squared-error-mean": "squared error, mean over the examples",
    "squared-error-half-mean": "squared error, half the mean over the examples",
    "binary-cross-entropy-sum": "binary cross-entropy, sum over the examples",
}
SUMS = {
    "squared-error-sum": "squared error, sum over the examples",
    "squared-error-half-sum": "squared error, half the sum over the examples",
}
LINEAR_COSTS = ("squared-error-mean", "squared-error-half-mean")
"""Of networks whose last layer has no activation: regressions."""
UNBIASED = [(2, "sigmoid"), (3, "sigmoid"), (1, "sigmoid"), (2, "tanh")]
UNBIASED_COSTS = {k: v for k, v in {**SUMS, **COSTS}.items() if k != "binary-cross-entropy-sum"}
SYSTEM_B = ("sigmoid", "binary-cross-entropy-mean")
LONE = ("weights", "w", "weight", "synapticweights")
"""What the weights are called where there is one layer."""
SHARPNESS = 1.5
"""Size of the weights: signals pass through without saturating."""
SATURATED = 12.0
"""Largest size of the last z where it is saturated: probabilities of 6e-6 and more."""
X = Variable("X", "the inputs X", ("N", "D"), aliases=_chain.INPUT_ALIASES,
             is_differentiable=False)  # fmt: skip
Y = Variable("y", "the targets y", ("N", "K1"), role="target", aliases=_chain.TARGET_ALIASES,
             is_differentiable=False)  # fmt: skip


def _widths(depth: int) -> tuple[str, ...]:
    return ("D", *(f"H{layer}" for layer in range(1, depth)), "K1")


def _of_two(depth: int, layer: int, which: int) -> tuple[str, ...]:
    """Return further names of a layer's weights (0) or bias (1) where there are two layers."""
    return _chain.OF_TWO[layer - 1][which] if depth == 2 else ()


@cache
def _parameters(depth: int) -> tuple[tuple[Variable, Variable], ...]:
    widths = _widths(depth)
    return tuple(
        (
            Variable(f"W{k}", f"the weights W{k}", (widths[k - 1], widths[k]), role="parameter",
                     aliases=(f"w{k}", f"weights{k}", f"weight{k}", f"theta{k}", f"syn{k - 1}",
                              *(LONE if depth == 1 else ()), *_of_two(depth, k, 0))),
            Variable(f"b{k}", f"the bias b{k}", (widths[k],), role="parameter",
                     aliases=(f"b{k}", f"bias{k}", f"biases{k}", *_of_two(depth, k, 1))),
        )
        for k in range(1, depth + 1)
    )  # fmt: skip


def _layout(identifier: str, title: str, weights: str, bias: str, **others: str) -> Layout:
    of = dict(others)
    for k in range(1, max(DEPTHS) + 1):
        of |= {f"W{k}": weights, f"b{k}": bias}
    return Layout(identifier, title, of)


ONE_COLUMN = replace(
    _layout("column", "one example at a time as a column, W (out, in), b (out, 1)", "transpose",
            "column", X="transpose", y="transpose"),
    sizes={"N": 1},
)  # fmt: skip


def _variants() -> tuple[Variant, ...]:
    kinds = [(d, h) for h in HIDDEN for d in DEPTHS if d > 1 or h == "sigmoid"]
    summed = [(d, h) for d, h in kinds if h == "sigmoid"]
    return (
        *(_variant(d, h, cost, words) for cost, words in COSTS.items() for d, h in kinds),
        *(_variant(d, h, cost, words) for cost, words in SUMS.items() for d, h in summed),
        *(_variant(d, h, cost, words, has_bias=False)
          for d, h in UNBIASED for cost, words in UNBIASED_COSTS.items()),
        *(_variant(d, h, cost, COSTS[cost], output="identity")
          for cost in LINEAR_COSTS for d, h in kinds if d > 1),
    )  # fmt: skip


def _variant(
    depth: int, hidden: str, cost: str, words: str, *, has_bias: bool = True,
    output: str = "sigmoid",
) -> Variant:  # fmt: skip
    layers = f"{depth} layer{'s' if depth > 1 else ''}, {HIDDEN[hidden]} inside"
    layers += "" if output == "sigmoid" else ", linear output"
    return Variant(
        f"{depth}-{hidden}-{cost}" + ("" if has_bias else "-unbiased")
        + ("" if output == "sigmoid" else "-linear"),
        f"{layers}{'' if has_bias else ', no biases'}, {words}",
        {"depth": depth, "hidden": hidden, "cost": cost, "bias": has_bias, "output": output},
    )


class Network(Model):
    """cost(a_L, y), a_l = f(a_(l-1) W_l + b_l), any depth, one sigmoid or linear output."""

    id = "network"
    title = "network"
    is_broad = True
    names = ("network", "neural_network", "net", "nn", "mlp", "three_layer_network", "network_cost",
             "neural_net", "multilayer_perceptron", "network_loss",
             "deep_network", "two_layer_network", "two_layer_net", "three_layer_net",
             "network_cost_and_gradient", "three_layer", "feed_forward_network")  # fmt: skip
    takes_logarithms = True
    has_two_logarithms = True
    domain = "finite reals; targets 0 and 1"
    kink_convention = "ReLU layers: any slope in [0, 1] where z = 0"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    factors = _chain.FACTORS
    variants = _variants()
    layouts = (
        _layout("rows", "examples in rows, W (in, out), b (out,)", "same", "same"),
        _layout("rows-b-row", "examples in rows, W (in, out), b (1, out)", "same", "row"),
        _layout("columns", "examples in columns, W (out, in), b (out, 1)", "transpose", "column",
                X="transpose", y="transpose"),
        _layout("rows-y-vector", "examples in rows, W (in, out), b (out,), y (N,)", "same", "same",
                y="squeeze-column"),
        _layout("rows-W-turned", "examples in rows, W (out, in), b (out,)", "transpose", "same"),
        _layout("rows-W-turned-b-row", "examples in rows, W (out, in), b (1, out)", "transpose",
                "row"),
        _layout("columns-y-vector", "examples in columns, W (out, in), b (out, 1), y (N,)",
                "transpose", "column", X="transpose", y="squeeze-column"),
        _layout("rows-b-row-y-vector", "examples in rows, W (in, out), b (1, out), y (N,)", "same",
                "row", y="squeeze-column"),
        ONE_COLUMN,
        _layout("columns-W-turned", "examples in columns, W (in, out), b (out, 1)", "same",
                "column", X="transpose", y="transpose"),
    )  # fmt: skip

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return N, D and the hidden widths."""
        return ("N", *_widths(variant.options["depth"])[:-1])

    def net(self, variant: Variant) -> _chain.Net:
        """Return the variant's activations and cost."""
        options = variant.options
        cost, _, reduction = options["cost"].rpartition("-")
        if cost.endswith("-half"):
            cost, reduction = cost.removesuffix("-half"), f"half-{reduction}"
        hidden = (options["hidden"],) * (options["depth"] - 1)
        return _chain.Net(
            (*hidden, options["output"]), cost, reduction, inside_logarithms(options)
        )

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return whether its cost has logarithms."""
        return bool(variant.options["cost"].startswith("binary-cross-entropy"))

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return W1, b1, ..., WL, bL (or the weights alone), X (N, D), y (N, 1)."""
        pairs = _parameters(variant.options["depth"])
        count = 2 if variant.options["bias"] else 1
        return (*(v for pair in pairs for v in pair[:count]), X, Y)

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw weights that keep the signals away from saturation, inputs and targets."""
        sizes = {**sizes, "K1": 1}
        drawn: dict[str, Array] = {}
        for weights, bias in _parameters(variant.options["depth"]):
            rows, columns = (sizes[d] for d in weights.dims)
            drawn[weights.name] = source.reals((rows, columns), SHARPNESS / np.sqrt(rows))
            drawn[bias.name] = source.reals((columns,), 0.5)
        drawn["X"] = source.reals((sizes["N"], sizes["D"]))
        if source.regime == "saturated":
            self._tame(drawn, variant)
        drawn["y"] = source.binary((sizes["N"], 1))
        return {v.name: drawn[v.name] for v in self.variables(variant)}

    def _tame(self, drawn: dict[str, Array], variant: Variant) -> None:
        """Scale the last layer so that the prediction is close to 0 and 1, but neither."""
        pairs = _parameters(variant.options["depth"])
        parameters = [(drawn[w.name], drawn[b.name]) for w, b in pairs]
        _, pre = _chain.run(self.net(variant), parameters, drawn["X"])
        scale = SATURATED / float(np.max(np.abs(pre[-1])))
        for variable in pairs[-1]:
            drawn[variable.name] = drawn[variable.name] * scale

    def _split(
        self, inputs: Inputs, variant: Variant
    ) -> tuple[list[tuple[Array, Array]], Array, Array]:
        pairs = _parameters(variant.options["depth"])
        parameters = [
            (inputs[w.name], inputs.get(b.name, np.zeros(inputs[w.name].shape[1])))
            for w, b in pairs
        ]
        return parameters, inputs["X"], inputs["y"]

    def _is_system_b(self, variant: Variant) -> bool:
        options = variant.options
        kind = options["hidden"], options["cost"]
        return kind == SYSTEM_B and not any(inside_logarithms(options))

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the cost; for system B by the reference's own derivation."""
        parameters, X, y = self._split(inputs, variant)
        if self._is_system_b(variant):
            return np.asarray(chain.network_cost(parameters, X, y))
        net = self.net(variant)
        outputs, pre = _chain.run(net, parameters, X)
        return _chain.cost_of(net, outputs[-1], pre[-1], y)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dW and db of each layer; for system B by the reference's own derivation."""
        if not self._is_system_b(variant):
            return self.rederive(inputs, upstream, variant, {})
        gradients = chain.network_gradient(*self._split(inputs, variant))
        return self._named(gradients, upstream, variant)

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with an epsilon, that of the student's cost."""
        own = (
            self.rederive(inputs, upstream, variant, {"cost-slope": _chain.stabilised_slope(s)})
            for s in slopes(variant.options)
        )
        return self.backward(inputs, upstream, variant), *own

    def _named(
        self, gradients: object, upstream: Array, variant: Variant
    ) -> dict[str, Array]:
        named: dict[str, Array] = {}
        pairs = _parameters(variant.options["depth"])
        for (weights, bias), (dW, db) in zip(pairs, gradients, strict=True):  # type: ignore[call-overload]
            named |= {weights.name: upstream * dW}
            named |= {bias.name: upstream * db} if variant.options["bias"] else {}
        return named

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return the gradients by the chain rule with some factors mistaken."""
        gradients = _chain.derive(self.net(variant), *self._split(inputs, variant), wrong)
        return self._named(gradients, upstream, variant)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both ends; random signals don't meet the kinks of ReLU layers."""
        gradient = self.backward(inputs, upstream, variant)
        return interval_at_kinks(gradient, gradient)

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means, 1 for sums."""
        return 1.0 if variant.options["cost"].endswith("-sum") else 1.0 / n_examples

    def links(
        self, inputs: Inputs, gradients: Mapping[str, Array], variant: Variant
    ) -> tuple[Link, ...]:
        """Return every link from the output back to W1."""
        pairs = _parameters(variant.options["depth"])
        return _chain.links_of(
            self.net(variant), pairs, *self._split(inputs, variant), gradients,
            slopes(variant.options),
        )


COMPONENT = Network()
