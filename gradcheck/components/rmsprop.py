"""RMSprop: a rate for every entry, by its recent gradients."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import EPS, INSIDE, OUTSIDE, RATE, Optimizer, share
from gradcheck_reference import optimizers

DECAY = replace(share("decay", "{:g} of the squares kept", (0.9, 0.99, 0.999, 0.95), 0.8,
              ("decay", "decayrate", "beta", "beta2", "rho", "gamma", "alpha")),
                keys=("decay_rate",))  # fmt: skip


class RmsProp(Optimizer):
    """s = decay s + (1 - decay) dw²; w = w - learning_rate dw / (sqrt(s) + eps)."""

    id = "rmsprop"
    title = "RMSprop"
    names = ("rmsprop", "rms_prop", "rmsprop_update", "rmsprop_step", "sgd_rmsprop",
             "update_parameters_with_rmsprop", "rmsprop_optimizer", "optimizer_rmsprop",
             "root_mean_square_propagation")  # fmt: skip
    constants = (RATE, DECAY, EPS)
    variants = (OUTSIDE, INSIDE)

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w and s."""
        place = variant.options["place"]
        return optimizers.rmsprop(w, dw, *kept, place=place, **self.options(variant))


COMPONENT = RmsProp()
