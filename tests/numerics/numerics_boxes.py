"""Black boxes for the numerics: functions that carry complex numbers, and some that don't."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.numerics.judge import Ask, Judgement, Trial, judge

Array = np.ndarray[Any, Any]
Forward = Callable[..., Array]


@dataclass
class Box:
    """Answers a judge's asks, and counts them.

    Parameters
    ----------
    forward : callable
        Of the inputs by name.
    backward : callable
        Of the upstream gradient and the inputs: gradients by name.
    carries : frozenset of str
        The number systems that it can be evaluated in.
    """

    forward: Forward
    backward: Callable[..., Mapping[str, Array]]
    carries: frozenset[str] = frozenset({"complex", "longdouble"})
    asks: list[Ask] = field(default_factory=list)

    def answer(self, ask: Ask) -> Any:
        self.asks.append(ask)
        if ask.upstream is not None:
            return self.backward(ask.upstream, **ask.inputs)
        if ask.system != "float64" and ask.system not in self.carries:
            return None
        with np.errstate(all="ignore"):
            return np.asarray(self.forward(**ask.inputs))

    @property
    def evaluations(self) -> int:
        """Values asked for, the one at the input itself included."""
        return 1 + sum(a.upstream is None for a in self.asks)


def judged(
    box: Box, inputs: Mapping[str, Array], *, seed: int = 0, only: Sequence[str] = (),
    **options: Any,
) -> dict[str, Judgement]:  # fmt: skip
    """Judge a box's gradients at one input, along directions of a seed."""
    rng = np.random.default_rng(seed)
    output = np.asarray(box.forward(**inputs))
    upstream = rng.uniform(0.5, 1.5, output.shape) * rng.choice([-1.0, 1.0], output.shape)
    gradients = dict(box.backward(upstream, **inputs))
    names = only or list(gradients)
    directions = {
        n: rng.uniform(0.5, 1.5, inputs[n].shape) * rng.choice([-1.0, 1.0], inputs[n].shape)
        for n in names
    }
    judging = judge(Trial(inputs, upstream, output, gradients, directions, rng, **options))
    try:
        asks = next(judging)
        while True:
            asks = judging.send([box.answer(ask) for ask in asks])
    except StopIteration as stop:
        return {j.variable: j for j in stop.value}


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def layer(x: Array, W: Array, b: Array) -> Array:
    return sigmoid(x @ W + b)


def layer_backward(dout: Array, x: Array, W: Array, b: Array) -> dict[str, Array]:
    a = layer(x, W, b)
    dz = dout * a * (1 - a)
    return {"x": dz @ W.T, "W": x.T @ dz, "b": dz.sum(axis=0)}


def layer_inputs(n: int, d: int, m: int, seed: int = 0) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=(n, d)), "W": rng.normal(size=(d, m)) / np.sqrt(d),
        "b": rng.normal(size=m),
    }  # fmt: skip


def relu(x: Array) -> Array:
    """Return max(0, x), along the branch of the real part."""
    return np.where(x.real > 0, x, 0 * x)
