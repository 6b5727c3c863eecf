"""The 2 of the square is missing."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class MissingFactorTwo(ConstantFactor):
    """The gradient is exactly half the right one."""

    id = "missing-factor-two"
    title = "a factor 2 is missing"
    page = Page(
        wrong="cost = np.mean((o - y)**2); do = (o - y) / N",
        right="cost = np.mean((o - y)**2); do = 2 * (o - y) / N",
        derivation=(
            "C = (1/N) sum (o_i - y_i)²\n"
            "1. power rule: d/du u² = 2u, with u = o_i - y_i\n"
            "2. inner derivative: du/do_i = 1\n"
            "3. dC/do_i = (2/N) (o_i - y_i)\n"
            "Only a cost with ½ in front, (1/2N) sum (o_i - y_i)², has no 2 in its gradient."
        ),
    )


DIAGNOSIS = MissingFactorTwo()
