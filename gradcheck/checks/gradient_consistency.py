"""Is backward the derivative of this very forward?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.examples import signed
from gradcheck.numerics.compare import ROUNDING, precision
from gradcheck.numerics.derivative import Derivative, estimate, steps
from gradcheck.subject import Answer, Call, Subject

DIRECTIONS = 7
"""Purpose of the random numbers of directions."""
DECISIVE = 1e-3
"""A bound wider than this part of the gradient's size tells nothing."""


class GradientConsistency(Check):
    """<gradient, v> against d/dt <upstream, forward(x + t v)> along random directions."""

    id = "gradient-consistency"
    title = "gradient with respect to {}: derivative of the student's own value"
    question = "is backward the derivative of this forward?"
    order = 50
    after = ("gradient-shape", "output-shape")
    is_per_variable = True
    regimes = ("ordinary", "batch-of-one", "wide")
    most_examples = 2

    def reason_against(self, subject: Subject) -> str | None:
        """Need both, with enough digits for differences to tell anything."""
        if not subject.variables:
            return "no-backward"
        if subject.is_narrow:
            return "float32"
        return None if subject.has_forward else "no-forward"

    def ask(self, case: Case) -> Inquiry:
        """One direction a variable: O(1) evaluations whatever the number of entries."""
        example = case.example
        largest = example.component.largest_step(example.inputs, example.variant)
        ts = steps(largest)
        calls: list[Call] = []
        directions: dict[str, Array] = {}
        for place, name in enumerate(case.subject.variables):
            value = example.inputs[name]
            directions[name] = signed(example.rng(DIRECTIONS, place), value.shape)
            calls += [
                Call("forward", {**example.inputs, name: value + t * directions[name]}) for t in ts
            ]
        backward, *forwards = yield [case.backward, *calls]
        if backward.fault is not None:
            return []
        found = []
        for place, (name, direction) in enumerate(directions.items()):
            gradient = case.canonical(name, backward.gradients.get(name))
            chunk = forwards[place * len(ts) : (place + 1) * len(ts)]
            derivative = self._derivative(case, chunk, largest)
            if gradient is not None and derivative is not None:
                found.append(self._judge(case, name, gradient, direction, derivative))
        return found

    @staticmethod
    def _derivative(case: Case, answers: Sequence[Answer], largest: float) -> Derivative | None:
        shown = np.asarray(case.subject.show_output(case.example.upstream))
        values, magnitude, epsilon = [], 0.0, float(np.finfo(np.float64).eps)
        for answer in answers:
            output = as_array(answer.output) if answer.fault is None else None
            if output is None or output.shape != case.expected_output.shape:
                values.append(np.nan)
                continue
            dtype = precision(output)
            epsilon = max(epsilon, float(np.finfo(dtype).eps))
            terms = np.asarray(output, dtype=np.float64) * shown
            values.append(float(np.sum(terms)))
            size = float(np.sum(np.abs(terms)))
            magnitude = max(magnitude, size if np.isfinite(size) else 0.0)
        if np.all(np.isnan(values)):
            return None
        magnitude = max(magnitude, case.subject.component.output_magnitude(
            case.example.inputs, case.subject.variant))  # fmt: skip
        return estimate(values, magnitude, largest, epsilon)

    @staticmethod
    def _judge(
        case: Case, name: str, gradient: Array, direction: Array, derivative: Derivative
    ) -> Observation:
        with np.errstate(all="ignore"):
            actual = float(np.sum(np.asarray(gradient, dtype=np.float64) * direction))
            size = float(np.sqrt(np.sum((gradient * direction) ** 2)))
            reference = np.sqrt(np.sum((case.example.gradients[name] * direction) ** 2))
        size = max(size if np.isfinite(size) else 0.0, float(reference))
        dtype = precision(gradient)
        rounding = float(np.finfo(dtype).eps) * ROUNDING[dtype] * max(
            size, case.example.magnitude[name]
        )
        bound = derivative.bound + rounding + _spread(case, name, direction)
        details: Mapping[str, float] = {"numeric": derivative.value, "analytic": actual}
        if not np.isfinite(actual):
            return Observation("wrong", name, "the gradient is not finite", evidence="value",
                               method=derivative.method)  # fmt: skip
        difference = abs(actual - derivative.value)
        if not np.isfinite(derivative.bound) or bound > DECISIVE * max(size, difference):
            verdict = "undecided"
        else:
            verdict = "right" if difference <= bound else "wrong"
        message = (
            f"along a random direction the gradient says {actual:.9g}, "
            f"the derivative of forward is {derivative.value:.9g} ± {derivative.bound:.1g}"
        )
        return Observation(
            verdict, name, "" if verdict == "right" else message,  # type: ignore[arg-type]
            expected=np.asarray(derivative.value), actual=np.asarray(actual), bound=bound,
            method=derivative.method, evidence="consistency", details=details,
        )  # fmt: skip


def _spread(case: Case, name: str, direction: Array) -> float:
    """Return how far the accepted gradients lie apart along a direction (a small epsilon)."""
    projections = [float(np.sum(g[name] * direction)) for g in case.example.accepted]
    return max(projections) - min(projections)


CHECK = GradientConsistency()
