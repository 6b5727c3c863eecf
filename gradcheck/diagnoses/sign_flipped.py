"""The sign is flipped."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class SignFlipped(ConstantFactor):
    """The gradient is exactly -1 times the right one, perhaps with another factor."""

    id = "sign-flipped"
    title = "the sign is flipped"
    specificity = 14
    page = Page(
        wrong="dq = (y / q - (1 - y) / (1 - q)) / n",
        right="dq = (-y / q + (1 - y) / (1 - q)) / n",
        derivation=(
            "L(q, y) = -(y ln q + (1 - y) ln(1 - q))\n"
            "1. d/dq [-y ln q] = -y / q\n"
            "2. d/dq [-(1 - y) ln(1 - q)] = -(1 - y) · (-1) / (1 - q) = (1 - y) / (1 - q)\n"
            "3. dL/dq = -y / q + (1 - y) / (1 - q): negative where y = 1, since raising q "
            "lowers the cost there\n"
            "With the sign flipped, gradient descent climbs."
        ),
    )


DIAGNOSIS = SignFlipped()
