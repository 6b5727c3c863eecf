"""A scalar autograd engine: numbers that remember what they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, combinations
from typing import Any

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import expressions

FUNCTIONS = ("relu", "tanh", "exp")
ARITHMETIC = {
    "all-and-plain-numbers": "+, -, ·, /, **, and plain numbers on the left",
    "all": "+, -, ·, /, **",
    "sums-and-products": "+ and ·",
}
"""What a class may have, and how it is said."""
LEAVES = tuple(
    Variable(name, f"the number {name}", (), aliases=(name,)) for name in ("a", "b", "c")
)
NEAREST, MOST = 0.5, 1.0
"""Leaves have magnitudes from 0.5 to 1.5: nothing is near a kink, or divided by a small number."""
Step = tuple[str, int, int]


def _expression(arithmetic: str, functions: tuple[str, ...]) -> tuple[Step, ...]:
    """Return an expression in which leaves, and results of every depth, are used several times."""
    steps: list[Step] = []

    def new(operation: str, i: int, j: int = 0) -> int:
        steps.append((operation, i, j))
        return len(LEAVES) + len(steps) - 1

    a, b, c = range(len(LEAVES))
    s = new("multiply", a, b)
    t = new("add", s, c)
    u = new("multiply", t, s)  # s by two ways of different length
    parts = [new("multiply", u, u), new("add", u, a)]  # a number times itself
    if arithmetic != "sums-and-products":
        d = new("subtract", a, c)
        square = new("power", b, 2)
        below = new("add", square, new("multiply", c, c))
        parts += [new("divide", new("subtract", d, s), below), new("power", t, 3), d]
    if arithmetic == "all-and-plain-numbers":  # on the left: x - 2 may be right where 2 - x isn't
        two, three = new("number", 2), new("number", 3)
        parts += [new("add", two, a), new("multiply", three, t), new("subtract", two, s),
                  new("divide", three, below)]  # fmt: skip
    for name in functions:
        if name == "relu":  # of three negative numbers, s is positive and this is negative
            parts.append(new(name, new("multiply", s, a)))
        f = new(name, s)
        parts += [new("multiply", f, t), f]  # its result, too, is used twice
    total = parts[0]
    for part in parts[1:]:
        total = new("add", total, part)
    new("multiply", total, total)
    return tuple(steps)


def _variants() -> tuple[Variant, ...]:
    subsets = list(chain.from_iterable(combinations(FUNCTIONS, n) for n in range(3, -1, -1)))
    return tuple(
        Variant(
            "-".join((arithmetic, *functions)), ", ".join((title, *functions)),
            {"steps": _expression(arithmetic, functions), "input": (arithmetic, functions),
             "needs": (arithmetic, functions)},
        )
        for arithmetic, title in ARITHMETIC.items()
        for functions in subsets
    )  # fmt: skip


class Autograd(Component):
    """The gradient of an expression of three numbers, by ``backward()`` of its result."""

    id = "autograd"
    title = "autograd engine"
    kind = "layer"
    names = ("value", "scalar", "autograd", "autograd_value", "micrograd", "engine", "node",
             "scalar_value", "var", "variable", "number")  # fmt: skip
    convention = "autograd-engine"
    sizes = ()
    regimes = ("ordinary", "negative", "square")
    domain = "numbers; +, ·, and what else of -, /, **, relu, tanh, exp the class has"
    variants = _variants()
    layouts = (Layout("numbers", "plain numbers", {v.name: "number" for v in LEAVES}),)

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return a, b, c, all numbers."""
        return LEAVES

    def is_scalar(self, variant: Variant) -> bool:
        """Return True: an expression ends in one number."""
        return True

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw the leaves, away from 0."""
        found = {}
        for v in LEAVES:
            x = source.real()
            found[v.name] = np.sign(x) * (NEAREST + np.minimum(np.abs(x), MOST))
        return found

    def _call(self, inputs: Inputs, variant: Variant) -> tuple[list[Array], tuple[Step, ...]]:
        steps: Any = variant.options["steps"]
        return [inputs[v.name] for v in LEAVES], steps

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's value ()."""
        leaves, steps = self._call(inputs, variant)
        return expressions.expression(leaves, steps=steps)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's derivatives."""
        leaves, steps = self._call(inputs, variant)
        found = expressions.expression_gradient(leaves, steps=steps)
        return {v.name: np.asarray(upstream * g) for v, g in zip(LEAVES, found, strict=True)}

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return sizes of the sums of absolute terms: those with all leaves positive."""
        size = self._positive(inputs, variant)
        exact = super().magnitude(inputs, upstream, variant)
        return {name: max(size, g) for name, g in exact.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the sum of absolute terms."""
        return max(self._positive(inputs, variant), super().output_magnitude(inputs, variant))

    def _positive(self, inputs: Inputs, variant: Variant) -> float:
        leaves, steps = self._call(inputs, variant)
        sizes = [np.abs(leaf) for leaf in leaves]
        added = [("add" if op == "subtract" else op, i, j) for op, i, j in steps]
        terms = (expressions.expression(sizes, steps=added),
                 *expressions.expression_gradient(sizes, steps=added))  # fmt: skip
        return max(float(np.abs(term)) for term in terms)


COMPONENT = Autograd()
