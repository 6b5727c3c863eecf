"""Gradient descent with Nesterov's momentum."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import RATE, Optimizer, share
from gradcheck_reference import optimizers

BETA = share("beta", "momentum {:g}", (0.9, 0.99, 0.5, 0.95), 0.8,
             ("beta", "beta1", "mu", "momentum", "rho", "gamma", "m", "friction",
              "momentumrate"))  # fmt: skip


class Nesterov(Optimizer):
    """v = beta v - learning_rate dw; w = w + beta v - learning_rate dw."""

    id = "nesterov"
    title = "gradient descent with Nesterov's momentum"
    names = ("nesterov", "nesterov_momentum", "nag", "nesterov_accelerated_gradient",
             "sgd_nesterov", "nesterov_update", "sgd_nesterov_momentum", "nesterov_sgd",
             "sgd_with_nesterov", "nesterov_step", "nesterov_accelerated", "momentum_nesterov",
             "nesterov_optimizer", "update_parameters_with_nesterov")  # fmt: skip
    constants = (RATE, BETA)
    domain = Optimizer.domain + "; the gradient is taken at the parameter that is held"
    variants = (
        Variant("classical", "the velocity is a step", {"form": "classical"}),
        Variant("averaged", "the velocity is a mean of the gradients", {"form": "averaged"}),
    )

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w and v."""
        form = variant.options["form"]
        return optimizers.nesterov(w, dw, *kept, form=form, **self.options(variant))


COMPONENT = Nesterov()
