"""ReLU's derivative taken as 1 everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_relu
from gradcheck.diagnoses.base import Evidence, Page


class ReluSlopeOne(ChainMistake):
    """d for d·[z > 0]."""

    id = "relu-slope-one"
    title = "ReLU's slope is 1 everywhere"
    specificity = 60
    parents = ("missing-intermediate",)
    page = Page(
        wrong="dz = da",
        right="dz = da * (z > 0)",
        derivation=(
            "a = max(0, z)\n"
            "1. for z > 0: a = z, so da/dz = 1\n"
            "2. for z < 0: a = 0 whatever z is, so da/dz = 0\n"
            "3. at z = 0 there is a kink: any slope in [0, 1] is right, 0 is usual\n"
            "4. dz = da · [z > 0]: units that are off learn nothing from this example"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield slope 1 for ReLUs."""
        yield (of_relu(lambda s: np.ones_like(s.z)),
               "the slope of the ReLU{where} is 1 everywhere; for z < 0 it is 0",
               "multiply by (z > 0)")  # fmt: skip


DIAGNOSIS = ReluSlopeOne()
