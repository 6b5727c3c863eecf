"""What models of a single unit share: w (D,), b (), X (N, D), y (N,), a scalar cost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import (
    Array,
    Component,
    Factor,
    Inputs,
    Link,
    Variable,
    Variant,
    interval_at_kinks,
)
from gradcheck.components import _chain
from gradcheck.constants import slopes
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source

W = Variable("w", "the weights w", ("D",), role="parameter", aliases=_chain.WEIGHT_ALIASES)
B = Variable("b", "the bias b", (), role="parameter", aliases=_chain.BIAS_ALIASES)
X = Variable("X", "the inputs X", ("N", "D"), aliases=_chain.INPUT_ALIASES,
             is_differentiable=False)  # fmt: skip
Y = Variable("y", "the targets y", ("N",), role="target", aliases=_chain.TARGET_ALIASES,
             is_differentiable=False)  # fmt: skip

BIASES = {"": "", "without-bias-": "no bias, "}
"""How the ids and titles of variants start: the first column of X may be ones instead."""
SHARPNESS = 1.5
"""Size of the weights: most examples stay away from saturation."""
NUMBER = {"b": "number"}
COLUMNS = {"w": "column", "X": "transpose", "y": "row"}
LAYOUTS = (
    Layout("rows", "examples in rows, w (D,), y (N,)", NUMBER),
    Layout("rows-column", "examples in rows, w (D, 1), y (N, 1)",
           NUMBER | {"w": "column", "y": "column"}),
    Layout("columns", "examples in columns, w (D, 1), Y (1, N)", NUMBER | COLUMNS),
    Layout("columns-w-row", "examples in columns, w (1, D), Y (1, N)",
           NUMBER | COLUMNS | {"w": "row"}),
    Layout("rows-b-element", "examples in rows, w (D,), b (1,), y (N,)", {"b": "one-element"}),
    Layout("rows-column-b-element", "examples in rows, w (D, 1), b (1,), y (N, 1)",
           {"b": "one-element", "w": "column", "y": "column"}),
    Layout("rows-column-b-matrix", "examples in rows, w (D, 1), b (1, 1), y (N, 1)",
           {"b": "one-by-one", "w": "column", "y": "column"}),
    Layout("columns-b-matrix", "examples in columns, w (D, 1), b (1, 1), Y (1, N)",
           COLUMNS | {"b": "one-by-one"}),
    Layout("columns-w-row-b-matrix", "examples in columns, w (1, D), b (1, 1), Y (1, N)",
           COLUMNS | {"w": "row", "b": "one-by-one"}),
    Layout("rows-w-column", "examples in rows, w (D, 1), y (N,)", NUMBER | {"w": "column"}),
    Layout("columns-w-vector", "examples in columns, w (D,), y (N,)",
           NUMBER | {"X": "transpose"}),
    Layout("single", "one example at a time: x (D,), y a number",
           NUMBER | {"X": "first-row", "y": "vector-number"}, sizes={"N": 1}),
    Layout("one-feature", "one feature: w a number, x (N,), y (N,)",
           NUMBER | {"w": "vector-number", "X": "squeeze-column"}, sizes={"D": 1}),
)  # fmt: skip


class Unit(Component):
    """cost(activation(X w + b), y): one affine unit, an activation, a cost."""

    kind = "model"
    layouts = LAYOUTS
    factors: ClassVar[frozenset[str]] = _chain.FACTORS
    regimes: ClassVar[tuple[str, ...]] = (
        "ordinary", "wide", "batch-of-one", "negative", "saturated", "kink", "large-batch",
        "square",
    )  # fmt: skip

    @abstractmethod
    def net(self, variant: Variant) -> _chain.Net:
        """Return what the unit's activation and cost are."""

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return w (D,), b () where there is one, X (N, D), y (N,)."""
        return (W, B, X, Y) if variant.options.get("has_bias", True) else (W, X, Y)

    def _targets(self, source: Source, n: int, variant: Variant) -> Array:
        is_binary = self.net(variant).cost == "binary-cross-entropy"
        return source.binary((n,)) if is_binary else source.reals((n,))

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw w, b (if any), X, y; in the regime ``kink`` the first example has z = 0 exactly."""
        n, d = sizes["N"], sizes["D"]
        X = source.reals((n, d))
        b = source.real(0.5)
        if source.regime == "kink":
            X[0] = 0.0
            b = np.zeros(())
        w = source.reals((d,), SHARPNESS / np.sqrt(d))
        if source.regime == "saturated":
            w = w / np.abs(w).sum()  # |z| stays within the saturated range of the inputs
            b = b / np.maximum(np.abs(b), 1.0)
        if source.regime == "batch-of-one" and (X @ w + b)[0] < 0:
            w, b = -w, -b  # a ReLU that is off would tell nothing of this one example
        y = self._targets(source, n, variant)
        if source.regime == "kink":
            y[0] = 1.0  # with no error at the kink every slope would do
        drawn = {"w": w, "b": b, "X": X, "y": y}
        return {v.name: drawn[v.name] for v in self.variables(variant)}

    def _matrices(self, inputs: Inputs) -> tuple[list[tuple[Array, Array]], Array, Array]:
        b = np.reshape(inputs.get("b", np.zeros(())), (1,))
        parameters = [(inputs["w"][:, None], b)]
        return parameters, inputs["X"], inputs["y"][:, None]

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the cost, 0-d."""
        net = self.net(variant)
        parameters, X, y = self._matrices(inputs)
        outputs, pre = _chain.run(net, parameters, X)
        return _chain.cost_of(net, outputs[-1], pre[-1], y)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return dw (D,) and db ()."""
        return self.rederive(inputs, upstream, variant, {})

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return dw, and db where there is a bias, with some factors mistaken."""
        parameters, X, y = self._matrices(inputs)
        ((dW, db),) = _chain.derive(self.net(variant), parameters, X, y, wrong)
        dw = dW[:, 0] if dW.shape[0] == X.shape[1] else dW
        found = {"w": upstream * dw, "b": upstream * db.sum()}
        return {name: g for name, g in found.items() if name in inputs}

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return the textbook's gradient and, with an epsilon, that of the student's cost."""
        own = (
            self.rederive(inputs, upstream, variant, {"cost-slope": _chain.stabilised_slope(s)})
            for s in slopes(variant.options)
        )
        return self.backward(inputs, upstream, variant), *own

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return both ends: at z = 0 a ReLU's slope may be anything in [0, 1]."""
        low = self.backward(inputs, upstream, variant)
        if self.net(variant).activations[0] != "relu":
            return low, low
        high = self.rederive(
            inputs, upstream, variant, {"activation-slope": lambda site: (site.z >= 0) * 1.0}
        )
        return interval_at_kinks(low, high)

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the gradients' sizes, at least those of one example with slope 1."""
        weight = self.weight(variant, inputs["X"].shape[0])
        size = super().magnitude(inputs, upstream, variant)
        floors = {"w": weight * float(np.max(np.abs(inputs["X"]), initial=0.0)), "b": weight}
        return {name: max(found, floors[name]) for name, found in size.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the cost's size, at least 1."""
        return max(1.0, super().output_magnitude(inputs, variant))

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return 1/N for means, 1 for sums."""
        return 1.0 if "sum" in self.net(variant).reduction else 1.0 / n_examples

    def links(
        self, inputs: Inputs, gradients: Mapping[str, Array], variant: Variant
    ) -> tuple[Link, ...]:
        """Return the links db = dC/da · da/dz and dw = xᵀ · dz at a batch of one."""
        parameters, X, y = self._matrices(inputs)
        matrices = {"w": gradients["w"][:, None]} if "w" in gradients else {}
        if "b" in gradients:
            matrices["b"] = gradients["b"].reshape(1)
        links = _chain.links_of(
            self.net(variant), [(W, B)], parameters, X, y, matrices, slopes(variant.options)
        )
        return tuple(
            Link(k.variable, k.expected.reshape(-1), k.actual.reshape(-1), k.formula)
            for k in links
        )
