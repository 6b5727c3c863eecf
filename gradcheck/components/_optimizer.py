"""What optimizers share: they are judged by the trajectory of some steps, with fresh gradients."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source

STEPS = 5
"""Enough for a state that isn't kept, or a bias that isn't corrected, to show."""
MOST_KEPT = 0.99999
"""A memory of which all is kept, and nothing added, has no correction."""
TINY_GRADIENT = 1e-6
"""Scale of the gradients of one row: there the place of an epsilon shows."""

W = Variable("w", "the parameter w", ("D", "M"), role="parameter",
             aliases=("w", "weights", "weight", "parameter", "parameters", "param", "params",
                      "theta", "x", "p", "var", "variable"))  # fmt: skip
DW = Variable("dw", "the gradients dw", ("T", "D", "M"),
              aliases=("dw", "grad", "grads", "gradient", "gradients", "g", "dtheta", "dparam",
                       "dparams", "dx", "gradw", "dp"), is_differentiable=False)  # fmt: skip
RATE = Constant("learning_rate", "learning rate {:g}", usual=(0.01, 0.001, 0.1, 1.0, 1e-4),
                low=0.0, high=10.0, chosen=(0.07,),
                aliases=("learningrate", "lr", "eta", "alpha", "rate", "stepsize"))  # fmt: skip
"""What is chosen is no 1 - momentum, which a code may have in its place."""
EPS = Constant("eps", "eps {:g} beside the root", usual=(1e-8, 1e-7, 1e-6, 1e-10, 1e-5, 0.0),
               low=0.0, high=1e-2, chosen=(1e-7,), aliases=("eps", "epsilon", "e"))  # fmt: skip


def share(name: str, title: str, usual: tuple[float, ...], chosen: float,
          aliases: tuple[str, ...]) -> Constant:  # fmt: skip
    """Return a constant of [0, 1): how much of a memory is kept; 0 would be none at all."""
    return Constant(name, title, usual=usual, low=0.0, high=MOST_KEPT, chosen=(chosen,),
                    aliases=aliases, neutral=(0.0,))  # fmt: skip


MOMENTUM = share("beta", "momentum {:g}", (0.9, 0.99, 0.5, 0.95), 0.8,
                 ("beta", "beta1", "mu", "momentum", "rho", "gamma", "m", "friction",
                  "momentumrate"))  # fmt: skip
VELOCITIES = (
    Variant("classical", "the velocity is a step", {"form": "classical"}),
    Variant("averaged", "the velocity is a mean of the gradients", {"form": "averaged"}),
)
OUTSIDE = Variant("outside", "eps beside the root", {"place": "outside"})
INSIDE = Variant("inside", "eps inside the root", {"place": "inside"})


class Optimizer(Component):
    """Parameters after each of some steps from one state, with a new gradient each time."""

    kind = "step"
    sizes = ("D", "M")
    regimes = ("ordinary", "negative", "near-zero", "square")
    layouts = (Layout("any", "a parameter of any shape"),)
    has_gradient = False
    convention = "trajectory"
    repeats: ClassVar[int] = STEPS
    domain = "finite reals; all memories start as zeros, and steps are counted from 1"
    memories: ClassVar[int] = 1
    """How many arrays are kept from step to step."""

    @abstractmethod
    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's new parameter and what it keeps."""

    def options(self, variant: Variant) -> dict[str, float]:
        """Return the values of all constants, as the reference takes them.

        One that is looked for is varied a little, and must not leave its domain.
        """
        return {
            c.name: min(max(self.constant(variant, c.name), c.low), c.high)
            for c in self.constants
        }

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return w (D, M) and dw (T, D, M): a gradient for each of T steps."""
        return (W, DW)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with the number of steps."""
        return {**sizes, "T": self.repeats}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw w and dw; the gradients of the first row are tiny, where there are others."""
        shape = (sizes["D"], sizes["M"])
        dw = source.reals((self.repeats, *shape))
        if source.regime != "plain" and sizes["D"] > 1:
            dw[:, 0] *= TINY_GRADIENT
        return {"w": source.reals(shape), "dw": dw}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the parameters after each step (T, D, M), by the reference."""
        return self.counted(inputs, variant, lambda t: t)

    def counted(self, inputs: Inputs, variant: Variant, count: Callable[[int], int]) -> Array:
        """Return the same with another number for each step."""
        w = inputs["w"]
        kept: tuple[Array, ...] = (np.zeros_like(w),) * self.memories
        found = []
        for t, dw in enumerate(inputs["dw"], start=1):
            w, *rest = self.step(w, dw, kept, count(t), variant)
            kept = tuple(rest)
            found.append(w)
        return np.stack(found)

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return nothing: a step is judged by its value."""
        return {}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the parameters, the first ones included."""
        return max(super().output_magnitude(inputs, variant), float(np.max(np.abs(inputs["w"]))))
