"""The two sides of a kinked activation are swapped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip
from gradcheck.diagnoses.base import Evidence, Page


def _turned(site: Site) -> Array:
    """Return the slope at -z where the slope depends on the sign of z only."""
    assert site.slope_at is not None
    sides = np.where(site.z > 0, *site.slope_at(np.array([1.0, -1.0])))
    return site.slope_at(-site.z) if np.array_equal(sides, site.slope) else site.slope


class BranchesSwapped(ChainMistake):
    """The slope for z < 0 where z > 0, and the reverse."""

    id = "branches-swapped"
    title = "the two sides of the kink are swapped"
    specificity = 58
    page = Page(
        wrong="dx = np.where(x < 0, 1, 0.01) * dout",
        right="dx = np.where(x > 0, 1, 0.01) * dout",
        derivation=(
            "leaky ReLU: a = x for x > 0, a = 0.01 x for x < 0 (ReLU: 0 in place of 0.01)\n"
            "1. right of 0 the slope is that of x: 1\n"
            "2. left of 0 it is that of 0.01 x: 0.01\n"
            "3. np.where(condition, if_true, if_false): with x > 0 the 1 comes first\n"
            "4. check with one number: x = 2 must give 1"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield the slope of the other side."""
        yield (_turned,
               "the two sides of the kink{where} are swapped: z > 0 gets the slope of z < 0, and "
               "the reverse",
               "turn the condition round")  # fmt: skip


DIAGNOSIS = BranchesSwapped()
