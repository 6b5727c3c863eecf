"""ReLU's mask taken from the upstream gradient or another tensor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_relu
from gradcheck.diagnoses.base import Evidence, Page


def _mask(tensor: Array | None) -> Array:
    return np.where(np.asarray(tensor, dtype=np.float64) > 0, 1.0, 0.0)


class MaskFromTheWrongTensor(ChainMistake):
    """dout * (dout > 0) for dout * (x > 0)."""

    id = "mask-from-the-wrong-tensor"
    title = "ReLU's mask is taken from the wrong tensor"
    specificity = 58
    related = ("activation-on-the-error",)
    page = Page(
        wrong="dx = dout * (dout > 0)",
        right="dx = dout * (x > 0)",
        derivation=(
            "a = max(0, x)\n"
            "1. da/dx = 1 where x > 0, and 0 where x < 0: the mask asks for the sign of the input\n"
            "2. dC/dx = dout · [x > 0]\n"
            "3. the sign of dout says whether the cost rises or falls with a; it has no say in "
            "which units were on\n"
            "Keep x, or the mask itself, in the cache; a > 0 is the same mask."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield masks of the upstream gradient, of the target and of the layer's input."""
        mend = "take the mask from the input of the ReLU: (z > 0)"
        yield (of_relu(lambda s: _mask(s.da)),
               "the mask of the ReLU{where} is taken from the gradient that arrives, not from "
               "the ReLU's input", mend)  # fmt: skip
        yield (of_relu(lambda s: _mask(s.y)),
               "the mask of the ReLU{where} is taken from the targets, not from its input",
               mend)  # fmt: skip
        yield (of_relu(lambda s: _mask(s.a_prev)),
               "the mask of the ReLU{where} is taken from the layer's input, not from z",
               mend)  # fmt: skip


DIAGNOSIS = MaskFromTheWrongTensor()
