"""Adam: a velocity over the size of the gradients, both corrected for their start at 0."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import EPS, INSIDE, OUTSIDE, RATE, Optimizer, share
from gradcheck_reference import optimizers

BETA1 = share("beta1", "beta1 {:g}", (0.9, 0.5, 0.95, 0.99), 0.8,
              ("beta1", "b1", "betaone", "mu", "beta", "rho1"))  # fmt: skip
BETA2 = share("beta2", "beta2 {:g}", (0.999, 0.99, 0.98, 0.95), 0.95,
              ("beta2", "b2", "betatwo", "rho", "gamma", "rho2"))  # fmt: skip
BEFORE = Variant("before-correction", "eps beside the root that isn't corrected yet",
                 {"place": "before-correction"})  # fmt: skip


class Adam(Optimizer):
    """w = w - learning_rate m_hat / (sqrt(v_hat) + eps); the bias correction is part of it."""

    id = "adam"
    title = "Adam"
    names = ("adam", "adam_update", "adam_step", "update_parameters_with_adam", "adam_optimizer",
             "optimizer_adam", "sgd_adam", "adam_optimiser", "adaptive_moment_estimation",
             "update_adam", "adam_optimization")  # fmt: skip
    constants = (RATE, BETA1, BETA2, EPS)
    variants = (OUTSIDE, INSIDE, BEFORE)
    memories = 2

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w, m and v."""
        place = variant.options["place"]
        m, v = kept
        return optimizers.adam(w, dw, m, v, t=t, place=place, **self.options(variant))


COMPONENT = Adam()
