"""Is it the reference's gradient?"""

from __future__ import annotations

from functools import partial

import numpy as np

from gradcheck.checks._agreement import agreement
from gradcheck.checks.base import EPSILON, Case, Check, Inquiry, Observation, unfit
from gradcheck.component import Array
from gradcheck.constants import (
    SLOPE_ADDED,
    SLOPE_FIRST,
    SLOPE_PRODUCT,
    SLOPE_SECOND,
    inside_logarithms,
)
from gradcheck.examples import Example
from gradcheck.records.program import Value
from gradcheck.strategies.recipe import LONG, TIES
from gradcheck.subject import Answer, Call, Subject

SLOPES = (SLOPE_ADDED, SLOPE_FIRST, SLOPE_SECOND, SLOPE_PRODUCT)


class GradientValue(Check):
    """The gradient against the reference's, entry by entry, in every regime but kinks."""

    id = "gradient-value"
    title = "gradient with respect to {}"
    question = "is it the reference's gradient?"
    order = 40
    needs_reference = True
    also = (LONG, TIES)
    after = ("gradient-shape",)
    is_per_variable = True

    def reason_against(self, subject: Subject) -> str | None:
        """Need a backward."""
        return None if subject.variables else "no-backward"

    def ask(self, case: Case) -> Inquiry:
        """Compare every variable's gradient."""
        (answer,) = yield [case.backward]
        if answer.fault is not None:
            return []
        found = []
        low, _ = case.example.interval
        for name in case.subject.variables:
            value = answer.gradients.get(name)
            if not case.is_smooth or unfit(value, case.subject.show(name, low[name]), ""):
                continue
            place = case.accepted_place(name, np.asarray(value))
            if place:
                found.append(self._otherwise_right(case, name, place))
                continue
            expected = case.subject.show(name, low[name])
            observed = yield from agreement(
                case, np.asarray(value), expected, expected, case.example.magnitude[name],
                lambda moved: Call("backward", moved.inputs, moved.upstream),
                partial(_gradient, name), partial(_shown, case, name), name,
            )  # fmt: skip
            found.append(observed)
        return found

    @staticmethod
    def _otherwise_right(case: Case, name: str, place: int) -> Observation:
        """Return right for the derivative of the student's own cost, else a remark."""
        options, example = case.subject.variant.options, case.example
        epsilons = [options[c.name] for c in SLOPES if options.get(c.name)]
        if not epsilons or place < len(example.accepted) - 1:
            return Observation("right", name, method="reference")
        textbook, own = example.accepted[0][name], example.accepted[place][name]
        scale = float(np.max(np.abs(textbook), initial=0.0)) or 1.0
        size = float(np.max(np.abs(own - textbook), initial=0.0)) / scale
        inside = max(map(abs, inside_logarithms(options)))
        where = f", {inside:g} inside the logarithm" if inside else " only"
        said = " and ".join(dict.fromkeys(f"{e:g}" for e in epsilons))
        return Observation(
            "remark", name,
            f"{said} stands beside the probability in the gradient{where}: it differs from the "
            f"textbook's by up to {size:.2g} of its size",
            evidence=EPSILON, method="reference", details={"size": size},
        )  # fmt: skip


def _gradient(name: str, answer: Answer) -> Value:
    return answer.gradients.get(name)


def _shown(case: Case, name: str, moved: Example) -> Array:
    return case.subject.show(name, moved.gradients[name])


CHECK = GradientValue()
