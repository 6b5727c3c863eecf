"""At a kink, is the gradient within the one-sided ones?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, unfit
from gradcheck.component import Array
from gradcheck.numerics.compare import compare, precision
from gradcheck.subject import Subject


class Kink(Check):
    """Anything between the one-sided gradients is right; NaN or 5 isn't."""

    id = "kink"
    title = "gradient at the kink"
    question = "at the kink, is the gradient within the one-sided interval?"
    order = 51
    needs_reference = True
    after = ("gradient-shape",)
    regimes = ("kink",)

    def reason_against(self, subject: Subject) -> str | None:
        """Only for components that have a kink."""
        has_kink = not subject.component.kink_convention.startswith("smooth")
        is_drawn = "kink" in subject.component.regimes
        return None if subject.variables and has_kink and is_drawn else ""

    def ask(self, case: Case) -> Inquiry:
        """Compare with both ends."""
        (answer,) = yield [case.backward]
        if answer.fault is not None:
            return []
        low, high = case.example.interval
        found = []
        judged = {}
        for name in case.subject.variables:
            value = answer.gradients.get(name)
            ends = case.subject.show(name, low[name]), case.subject.show(name, high[name])
            if np.array_equal(*ends) or unfit(value, ends[0], ""):
                continue
            actual = np.asarray(value)
            comparison = compare(
                actual, *ends, case.example.magnitude[name],
                precision(actual, is_narrow=case.subject.is_narrow),
            )
            if comparison.verdict == "wrong":
                found.append(
                    Observation(
                        "wrong", None,
                        f"at the kink the gradient with respect to {name} {_lies(actual)}",
                        expected=ends[0], actual=actual, bound=comparison.bound, method="interval",
                        evidence="kink",
                    )
                )  # fmt: skip
            else:
                found.append(Observation("right", bound=comparison.bound, method="interval"))
                judged[name] = np.asarray(case.canonical(name, value), dtype=np.float64)
        return [*found, *self._remarked(case, judged)]

    @staticmethod
    def _remarked(case: Case, accepted: Mapping[str, Array]) -> list[Observation]:
        example = case.example
        if set(accepted) != set(example.gradients):
            return []
        remark = example.component.remark_at_kink(
            example.inputs, example.upstream, accepted, example.variant
        )
        if not remark:
            return []
        return [Observation("remark", None, remark, method="interval", evidence="kink")]


def _lies(actual: Array) -> str:
    """Return what is wrong with a gradient at the kink."""
    if np.all(np.isfinite(actual)):
        return "lies outside the one-sided gradients"
    return "is NaN" if np.any(np.isnan(actual)) else "is infinite"


CHECK = Kink()
