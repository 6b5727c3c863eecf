"""The slope of tanh without its square, or the square alone."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.component import Array, Site
from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, is_tanh
from gradcheck.diagnoses.base import Evidence, Page


def _without_square(site: Site) -> Array:
    return 1 - site.a if is_tanh(site) else site.slope


def _like_sigmoid(site: Site) -> Array:
    return site.a * (1 - site.a) if is_tanh(site) else site.slope


class TanhSlopeIncomplete(ChainMistake):
    """tanh' written 1 - a, or a(1 - a) as for the sigmoid."""

    id = "tanh-slope-incomplete"
    title = "tanh′ isn't 1 − a²"
    specificity = 60
    page = Page(
        wrong="dz = da * (1 - a)",
        right="dz = da * (1 - a**2)",
        derivation=(
            "a = tanh(z) = sinh(z) / cosh(z)\n"
            "1. quotient rule, with sinh' = cosh and cosh' = sinh: "
            "tanh'(z) = (cosh² - sinh²) / cosh²\n"
            "2. = 1 - sinh² / cosh² = 1 - tanh²(z)\n"
            "3. da/dz = 1 - a²: even in z, 1 at z = 0\n"
            "a (1 - a) is the slope of the sigmoid, not of tanh."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield 1 - a and a(1 - a)."""
        mend = "use 1 - a**2"
        yield (_without_square,
               "the slope of tanh{where} is 1 − a where 1 − a² belongs", mend)  # fmt: skip
        yield (_like_sigmoid,
               "the slope of tanh{where} is a(1 − a), the sigmoid's, where 1 − a² belongs",
               mend)  # fmt: skip


DIAGNOSIS = TanhSlopeIncomplete()
