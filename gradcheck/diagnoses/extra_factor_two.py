"""A factor 2 too much."""

from __future__ import annotations

from gradcheck.diagnoses._factors import ConstantFactor
from gradcheck.diagnoses.base import Page


class ExtraFactorTwo(ConstantFactor):
    """The gradient is exactly twice the right one."""

    id = "extra-factor-two"
    title = "a factor 2 too much"
    page = Page(
        wrong="cost = np.sum((o - y)**2) / (2*N); do = 2 * (o - y) / N",
        right="cost = np.sum((o - y)**2) / (2*N); do = (o - y) / N",
        derivation=(
            "C = (1/2N) sum (o_i - y_i)²\n"
            "1. power rule: d/du u² = 2u, with u = o_i - y_i\n"
            "2. the ½ in front cancels the 2: (1/2N) · 2 (o_i - y_i)\n"
            "3. dC/do_i = (1/N) (o_i - y_i)\n"
            "The ½ is there only for that: so that no 2 is left."
        ),
    )


DIAGNOSIS = ExtraFactorTwo()
