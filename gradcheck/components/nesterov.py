"""Gradient descent with Nesterov's momentum."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import MOMENTUM, RATE, VELOCITIES, Optimizer
from gradcheck_reference import optimizers


class Nesterov(Optimizer):
    """v = beta v - learning_rate dw; w = w + beta v - learning_rate dw."""

    id = "nesterov"
    title = "gradient descent with Nesterov's momentum"
    names = ("nesterov", "nesterov_momentum", "nag", "nesterov_accelerated_gradient",
             "sgd_nesterov", "nesterov_update", "sgd_nesterov_momentum", "nesterov_sgd",
             "sgd_with_nesterov", "nesterov_step", "nesterov_accelerated", "momentum_nesterov",
             "nesterov_optimizer", "update_parameters_with_nesterov")  # fmt: skip
    constants = (RATE, MOMENTUM)
    domain = Optimizer.domain + "; the gradient is taken at the parameter that is held"
    variants = VELOCITIES

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w and v."""
        form = variant.options["form"]
        return optimizers.nesterov(w, dw, *kept, form=form, **self.options(variant))


COMPONENT = Nesterov()
