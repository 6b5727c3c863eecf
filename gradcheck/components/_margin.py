"""What costs of scores against targets of -1 and 1 share: a margin that y s should reach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Variable, Variant
from gradcheck.components import _cost
from gradcheck.components._entrywise import Entrywise
from gradcheck.constants import Constant
from gradcheck.strategies.source import Source

GAP = 0.05
"""Distance that y s keeps from the margin: slopes jump there."""


class Margin(Entrywise):
    """A cost of margin - y s, entry by entry."""

    regimes = ("ordinary", "wide", "batch-of-one", "negative", "large-batch", "square")
    domain = "any scores; targets -1 and 1; a margin above 0"
    constants = (
        Constant("margin", "margin {:g}", usual=(1.0, 0.5, 2.0, 0.1), low=1e-3, high=1e2,
                 aliases=("margin", "delta", "m", "d"), chosen=(1.5,)),
    )  # fmt: skip
    prediction = Variable(
        "prediction", "the scores", ("N", "D"),
        aliases=(*_cost.LOGIT_ALIASES, *_cost.PREDICTION_ALIASES), weak=_cost.PREDICTION_WEAK,
    )  # fmt: skip

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw scores and targets (N, D), with y s on both sides of the margin."""
        shape = (sizes["N"], sizes["D"])
        scores, target = source.reals(shape, 1.5), 2.0 * source.binary(shape) - 1.0
        margin = self.constant(variant, "margin")
        is_close = np.abs(target * scores - margin) < GAP
        return {
            "prediction": np.where(is_close, target * (margin + GAP), scores), "target": target
        }  # fmt: skip
