"""Decay of the learning rate over the epochs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Component, Inputs, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import optimizers

RATE = Variable("learning_rate", "the first learning rate", (), role="constant",
                aliases=("learningrate", "learningrate0", "lr", "lr0", "initiallr", "alpha", "eta",
                         "alpha0", "eta0", "initiallearningrate", "baselr", "rate", "initialrate",
                         "startlr", "lrinitial", "lrstart"),
                is_differentiable=False)  # fmt: skip
EPOCH = Variable("epoch", "the epoch", (), role="constant",
                 aliases=("epoch", "epochnum", "t", "step", "iteration", "k", "n", "i", "it",
                          "globalstep", "iter", "epochs", "numepochs", "currentepoch"),
                 is_differentiable=False)  # fmt: skip
DECAY = Constant("decay", "decay {:g}", usual=(0.1, 1.0, 0.5, 0.01, 0.95, 0.9), low=0.0, high=10.0,
                 chosen=(0.3,),
                 aliases=("decay", "decayrate", "d", "gamma", "factor", "drop", "droprate",
                          "decayfactor", "kd", "rate", "lambda", "lam", 
                          "decayconstant"))  # fmt: skip
INTERVAL = Constant("interval", "in stairs of {:d} epochs", usual=(1,), low=1, high=10**6,
                    is_integer=True, chosen=(3,),
                    aliases=("interval", "timeinterval", "stepsize", "epochsdrop", "every",
                             "decaysteps", "drope", "decayevery", "dropevery",
                             "stepevery"))  # fmt: skip
MOST_EPOCHS = 20


class LearningRateDecay(Component):
    """The learning rate of an epoch: inverse time, a power, or an exponential."""

    id = "learning-rate-decay"
    title = "decay of the learning rate"
    kind = "step"
    names = ("learning_rate_decay", "lr_decay", "decay_learning_rate", "update_lr",
             "schedule_lr_decay", "decayed_learning_rate", "step_decay", "exponential_decay",
             "inverse_time_decay",
             "time_decay", "time_based_decay", "decay_lr", "lr_schedule", "update_learning_rate",
             "learning_rate_schedule", "exp_decay", "step_decay_schedule")  # fmt: skip
    sizes = ()
    regimes = ("ordinary", "square", "wide")
    domain = "a rate above 0; epochs counted from 0"
    layouts = (Layout("numbers", "plain numbers", {"learning_rate": "number", "epoch": "number"}),)
    constants = (DECAY, INTERVAL)
    variants = (
        Variant("inverse", "rate / (1 + decay · epoch)", {"form": "inverse"}),
        Variant("exponential", "rate · decay^epoch", {"form": "exponential"}),
        Variant("natural", "rate · e^(-decay · epoch)", {"form": "natural"}),
    )
    has_gradient = False

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the first learning rate and the epoch, both numbers."""
        return (RATE, EPOCH)

    def is_scalar(self, variant: Variant) -> bool:
        """Return True: a rate is one number."""
        return True

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw a positive rate and an epoch, not the first one."""
        rate = np.abs(source.real(0.1)) + 0.01
        return {"learning_rate": rate, "epoch": source.integers((1,), MOST_EPOCHS).reshape(()) + 1}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's rate ()."""
        return optimizers.decayed_rate(
            inputs["learning_rate"], epoch=int(inputs["epoch"]), form=variant.options["form"],
            decay=self.constant(variant, "decay"), interval=int(self.constant(variant, "interval")),
        )  # fmt: skip

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return nothing: a rate is judged by its value."""
        return {}


COMPONENT = LearningRateDecay()
