"""Gradient descent with momentum."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import MOMENTUM, RATE, VELOCITIES, Optimizer
from gradcheck_reference import optimizers


class Momentum(Optimizer):
    """v = beta v - learning_rate dw; w = w + v."""

    id = "momentum"
    title = "gradient descent with momentum"
    names = ("momentum", "sgd_momentum", "momentum_update", "momentum_sgd", "sgd_with_momentum",
             "update_parameters_with_momentum", "gradient_descent_momentum", "momentum_step",
             "gradient_descent_with_momentum", "momentum_optimizer", "heavy_ball",
             "optimizer_momentum", "gd_momentum", "momentum_gd")  # fmt: skip
    constants = (RATE, MOMENTUM)
    variants = VELOCITIES

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w and v."""
        form = variant.options["form"]
        return optimizers.momentum(w, dw, *kept, form=form, **self.options(variant))


COMPONENT = Momentum()
