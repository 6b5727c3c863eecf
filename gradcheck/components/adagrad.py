"""AdaGrad: a rate for every entry, by all its gradients so far."""

from __future__ import annotations

from gradcheck.component import Array, Variant
from gradcheck.components._optimizer import EPS, INSIDE, OUTSIDE, RATE, Optimizer
from gradcheck_reference import optimizers


class AdaGrad(Optimizer):
    """G = G + dw²; w = w - learning_rate dw / (sqrt(G) + eps)."""

    id = "adagrad"
    title = "AdaGrad"
    # a name is taken apart at its capitals, and "grad" is left out: AdaGrad is "ada"
    names = ("adagrad", "ada", "adagrad_update", "adagrad_step", "sgd_adagrad", "optimizer_adagrad",
             "update_parameters_with_adagrad", "adagrad_optimizer")  # fmt: skip
    constants = (RATE, EPS)
    variants = (OUTSIDE, INSIDE)

    def step(
        self, w: Array, dw: Array, kept: tuple[Array, ...], t: int, variant: Variant
    ) -> tuple[Array, ...]:
        """Return the reference's w and G."""
        place = variant.options["place"]
        return optimizers.adagrad(w, dw, *kept, place=place, **self.options(variant))


COMPONENT = AdaGrad()
