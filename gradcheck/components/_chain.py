"""What models share: layers of affine + activation, then a cost, and the chain rule.

:func:`derive` spells the chain rule out with named local derivatives, so that a
diagnosis can ask what the gradient would be with one of them mistaken. With nothing
mistaken it equals the reference (held by a test).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gradcheck.component import Array, Factor, Link, Site, Variable
from gradcheck.constants import Slope
from gradcheck_reference import activations, costs

__all__ = [
    "BIAS_ALIASES",
    "FACTORS",
    "INPUT_ALIASES",
    "OF_TWO",
    "TARGET_ALIASES",
    "WEIGHT_ALIASES",
    "Net",
    "activate",
    "cost_of",
    "cost_slope",
    "derive",
    "links_of",
    "slope",
    "stabilised_slope",
]

WEIGHT_ALIASES = ("w", "weights", "weight", "theta", "wvec", "coef", "ws")
BIAS_ALIASES = ("b", "bias", "biases", "intercept", "b0", "w0")
INPUT_ALIASES = ("x", "xs", "inputs", "input", "data", "features", "xtrain", "xbatch", "xb", "a0",
                 "inputvector", "inputvectors")  # fmt: skip
TARGET_ALIASES = ("y", "ys", "targets", "target", "t", "labels", "label", "ytrue", "ytrain",
                  "yb", "ybatch", "truth")  # fmt: skip

OF_TWO: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("wh", "whidden", "weighth", "weightsh", "weightshidden", "hiddenweights", "weighthidden",
      "wih", "wxh", "weightsih", "weightsinputhidden", "weightsinputtohidden"),
     ("bh", "biash", "hiddenbias", "biashidden", "bhidden", "biasesh")),
    (("wo", "wout", "woutput", "weighto", "weightout", "weightsout", "weightsoutput",
      "outputweights", "who", "why", "weightsho", "weightshiddenoutput",
      "weightshiddentooutput"),
     ("bo", "bout", "biaso", "biasout", "outputbias", "biasoutput", "boutput", "by")),
)
"""What weights and biases are called where there is one hidden layer, beside their numbers."""

FACTORS = frozenset({"activation-slope", "cost-slope", "dz-dw", "dz-da", "passed-on"})
"""Local derivatives by name; ``passed-on`` is what a layer hands to the one before it (dz)."""
HALF = 0.5


@dataclass(frozen=True)
class Net:
    """What each layer and the cost of a model are.

    ``activations`` names one activation a layer, ``cost`` is ``squared-error`` or
    ``binary-cross-entropy``, ``reduction`` one of mean, half-mean, sum; ``epsilons`` are
    added inside the logarithms of a and of 1 - a.
    """

    activations: tuple[str, ...]
    cost: str
    reduction: str = "mean"
    epsilons: tuple[float, float] = (0.0, 0.0)


def activate(name: str, z: Array) -> Array:
    """Return the activation of that name at z."""
    value: Array = getattr(activations, name)(z)
    return value


def slope(name: str, z: Array) -> Array:
    """Return its derivative at z."""
    derivative: Array = getattr(activations, f"{name}_backward")(np.ones_like(z), z)
    return derivative


def _weight(net: Net, n: int) -> float:
    return {"mean": 1.0 / n, "half-mean": HALF / n, "sum": 1.0, "half-sum": HALF}[net.reduction]


def cost_of(net: Net, a: Array, z: Array, y: Array) -> Array:
    """Return the cost of the prediction a = f(z), both (N, K)."""
    weight = _weight(net, y.shape[0])
    if net.cost == "squared-error":
        return np.asarray(weight * costs.squared_error(a, y, reduction="sum"))
    first, second = net.epsilons
    if first or second:
        logs = y * np.log(a + first) + (1.0 - y) * np.log(1.0 - a + second)
        return np.asarray(-weight * logs.sum())
    if net.activations[-1] == "sigmoid":
        return np.asarray(
            weight * costs.binary_cross_entropy_from_logits(z, y, reduction="sum")
        )
    return np.asarray(weight * costs.binary_cross_entropy(a, y, reduction="sum"))


def cost_slope(net: Net, a: Array, y: Array) -> Array:
    """Return dC/da without the weight of an example."""
    if net.cost == "squared-error":
        return 2.0 * (a - y)
    return -y / a + (1.0 - y) / (1.0 - a)


def stabilised_slope(epsilons: Slope) -> Factor:
    """Return dC/da of binary cross-entropy as the student stabilised it."""

    def factor(site: Site) -> Array:
        y, a = np.asarray(site.y), site.a
        if epsilons.product:
            return np.asarray((a - y) / (a * (1.0 - a) + epsilons.product))
        return -y / (a + epsilons.first) + (1.0 - y) / (1.0 - a + epsilons.second)

    return factor


def run(net: Net, parameters: Sequence[tuple[Array, Array]], X: Array) -> tuple[
    list[Array], list[Array]
]:
    """Return activations a0 ... aL and pre-activations z1 ... zL."""
    outputs, pre = [X], []
    for name, (W, b) in zip(net.activations, parameters, strict=True):
        z = outputs[-1] @ W + b
        pre.append(z)
        outputs.append(activate(name, z))
    return outputs, pre


def derive(
    net: Net,
    parameters: Sequence[tuple[Array, Array]],
    X: Array,
    y: Array,
    wrong: Mapping[str, Factor] | None = None,
) -> list[tuple[Array, Array]]:
    """Return (dW, db) of each layer by the chain rule, some factors replaced by ``wrong``."""
    wrong = wrong or {}
    outputs, pre = run(net, parameters, X)
    depth = len(parameters)
    slopes = tuple(slope(name, z) for name, z in zip(net.activations, pre, strict=True))
    gradients: list[tuple[Array, Array]] = []
    da: Array | None = None
    for layer in range(depth, 0, -1):
        W, b = parameters[layer - 1]
        z, a, a_prev = pre[layer - 1], outputs[layer], outputs[layer - 1]
        slope_at = partial(slope, net.activations[layer - 1])
        site = Site(layer, depth, z, a, a_prev, W, b, y, tuple(outputs), slopes, tuple(pre),
                    slope_at=slope_at)  # fmt: skip
        if layer == depth:
            dC_da = wrong["cost-slope"](site) if "cost-slope" in wrong else cost_slope(net, a, y)
            da = dC_da * _weight(net, y.shape[0])
        site = replace(site, da=da)
        da_dz = wrong["activation-slope"](site) if "activation-slope" in wrong else site.slope
        dz = da * da_dz
        dz_dw = wrong["dz-dw"](site) if "dz-dw" in wrong else a_prev
        dz_da = wrong["dz-da"](site) if "dz-da" in wrong else W
        gradients.append((dz_dw.T @ dz, dz.sum(axis=0)))
        passed_on = wrong["passed-on"](site) if "passed-on" in wrong else dz
        da = passed_on @ dz_da.T
    return gradients[::-1]


def links_of(
    net: Net,
    names: Sequence[tuple[Variable, Variable]],
    parameters: Sequence[tuple[Array, Array]],
    X: Array,
    y: Array,
    gradients: Mapping[str, Array],
    epsilons: Sequence[Slope] = (),
) -> tuple[Link, ...]:
    """Return the links of the chain at a batch of one.

    At N = 1, db of a layer is its dz; so each dW must be a_prev times the student's own
    db, and each db must follow from the student's own db of the next layer. With
    ``epsilons``, the nearest of the accepted dC/da is expected.
    """
    outputs, pre = run(net, parameters, X)
    found = []
    for index, (weights, bias) in enumerate(names):
        if bias.name not in gradients:
            continue
        db = gradients[bias.name].reshape(-1)
        number = index + 1
        if weights.name in gradients:
            dW = np.outer(outputs[index][0], db)
            formula = f"d{weights.name} = a{index}ᵀ · dz{number}"
            found.append(Link(weights.name, dW, gradients[weights.name].reshape(dW.shape), formula))
        following = names[index + 1][1].name if index + 1 < len(names) else None
        da_dz = slope(net.activations[index], pre[index])[0]
        if following is None:
            error = _nearest_slope(net, outputs, pre, y, epsilons, db / da_dz) * _weight(net, 1)
            formula = f"d{bias.name} = dC/da{number} · da{number}/dz{number}"
        elif following in gradients:
            error = parameters[index + 1][0] @ gradients[following].reshape(-1)
            formula = f"dz{number} = dz{number + 1} · W{number + 1}ᵀ · da{number}/dz{number}"
        else:
            continue
        found.append(Link(bias.name, error * da_dz, db, formula))
    return tuple(found)


def _nearest_slope(
    net: Net, outputs: Sequence[Array], pre: Sequence[Array], y: Array, epsilons: Sequence[Slope],
    actual: Array,
) -> Array:  # fmt: skip
    """Return the accepted dC/da of one example that is nearest to the student's."""
    textbook: Array = cost_slope(net, outputs[-1], y)[0]
    if not epsilons:
        return textbook
    depth = len(pre)
    site = Site(depth, depth, pre[-1], outputs[-1], None, None, None, y, tuple(outputs))
    accepted = [textbook, *(stabilised_slope(e)(site)[0] for e in epsilons)]
    weight = _weight(net, 1)
    return min(accepted, key=lambda s: float(np.max(np.abs(s * weight - actual))))
