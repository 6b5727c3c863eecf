"""AdamW: Adam with weight decay beside the gradient, not inside."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import EPS, RATE, Optimizer, share
from gradcheck.constants import Constant
from gradcheck_reference import optimizers

BETA1 = share("beta1", "beta1 {:g}", (0.9, 0.5, 0.95, 0.99), 0.8,
              ("beta1", "b1", "betaone"))  # fmt: skip
BETA2 = share("beta2", "beta2 {:g}", (0.999, 0.99, 0.98, 0.95), 0.95,
              ("beta2", "b2", "betatwo"))  # fmt: skip
DECAY = Constant("weight_decay", "weight decay {:g}", usual=(0.01, 0.1, 1e-3, 1e-4, 0.0), low=0.0,
                 high=1.0, chosen=(0.3,),
                 aliases=("weightdecay", "wd", "decay", "lambda", "lam", "lambd", "l2", "reg",
                          "weightdecayrate"))  # fmt: skip


class AdamW(Optimizer):
    """w = w - learning_rate (m_hat / (sqrt(v_hat) + eps) + weight_decay w)."""

    id = "adamw"
    title = "AdamW"
    names = ("adamw", "adam_w", "adamw_update", "adamw_step", "adamw_optimizer", "optimizer_adamw",
             "adam_with_weight_decay", "adam_weight_decay", "adam_decoupled",
             "update_parameters_with_adamw", "adam_with_decoupled_weight_decay")  # fmt: skip
    constants = (RATE, BETA1, BETA2, EPS, DECAY)
    variants = (
        Variant("outside", "the decay is multiplied by the learning rate",
                {"place": "outside", "decays_by": "rate"}),
        Variant("inside", "eps inside the root",
                {"place": "inside", "decays_by": "rate"}),
        Variant("own-rate", "the decay isn't multiplied by the learning rate",
                {"place": "outside", "decays_by": "itself"}),
    )  # fmt: skip
    memories = 2

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w, m and v."""
        place, decays_by = variant.options["place"], variant.options["decays_by"]
        m, v = kept
        return optimizers.adamw(
            w, dw, m, v, t=t, place=place, decays_by=decays_by, **self.options(variant)
        )


COMPONENT = AdamW()
