"""Does training with the student's own gradient lower the cost, as the reference does?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.subject import Call, Subject

STEPS = 20
FIRST_RATE = 1.0
ARMIJO = 1e-4
TRACKING = 1e-6
NARROW_TRACKING = 1e-3
"""How far costs may drift from the reference's, in float64 and in float32."""
HALVINGS = 40
NO_DESCENT = "no learning rate makes the reference descend all the way from this example"


class LossDecrease(Check):
    """K steps of gradient descent by the student's code track those of the reference."""

    id = "loss-decrease"
    title = "training lowers the cost"
    question = "does gradient descent with this gradient lower the cost as the reference does?"
    order = 110
    needs_reference = True
    after = ("output-shape", "gradient-shape")
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Need a cost with its gradient, or a step (of which whole trajectories are judged)."""
        if subject.component.kind == "step":
            names = {v.name for v in subject.component.variables(subject.variant)}
            return None if names == {"w", "dw", "learning_rate"} else ""
        if not subject.component.is_scalar(subject.variant) or not subject.variables:
            return ""
        return None if subject.has_forward else "no-forward"

    def ask(self, case: Case) -> Inquiry:
        """Really train: forward, backward, step, again."""
        if case.subject.component.kind == "step":
            return (yield from self._descend(case))
        example = case.example
        rate, reference = _reference_run(example)
        if not reference:  # an assignment's own reference need not be made to descend
            is_expected = example.component.is_shipped
            return [Observation("undecided", None, NO_DESCENT, method="training")] * is_expected
        inputs: dict[str, Array] = dict(example.inputs)
        costs: list[float] = []
        for _ in range(STEPS):
            calls = [Call("forward", inputs), Call("backward", inputs, example.upstream)]
            value, gradients = yield calls
            cost = as_array(value.output) if value.fault is None else None
            if cost is None or cost.shape != () or gradients.fault is not None:
                return []
            costs.append(float(cost))
            for name in case.subject.variables:
                gradient = case.canonical(name, gradients.gradients.get(name))
                if gradient is None:
                    return []
                with np.errstate(all="ignore"):
                    inputs[name] = inputs[name] - rate * gradient
        return [_judged(costs, reference, rate, case.subject.is_narrow)]

    def _descend(self, case: Case) -> Inquiry:
        """Minimise the mean of squares with the student's step: w shrinks to 0."""
        inputs = dict(case.example.inputs)
        rate = float(inputs["learning_rate"])
        w = inputs["w"]
        sizes = [float(np.sum(w**2))]
        for _ in range(STEPS):
            (answer,) = yield [Call("forward", {**inputs, "w": w, "dw": 2 * w})]
            moved = as_array(answer.output) if answer.fault is None else None
            if moved is None or moved.shape != w.shape:
                return []
            w = np.asarray(moved, dtype=np.float64)
            sizes.append(float(np.sum(w**2)))
        expected = [sizes[0] * (1 - 2 * rate) ** (2 * k) for k in range(STEPS + 1)]
        return [_judged(sizes, expected, rate, case.subject.is_narrow)]


def _reference_run(example: Example) -> tuple[float, list[float]]:
    """Return a rate at which the reference descends all the way, and its costs.

    The double of that rate does as well: away from the edge, so that rounding can't tip a
    step. Beside a kink no rate may do; then there are no costs.
    """
    rate = FIRST_RATE
    does_double = False
    for _ in range(HALVINGS):
        costs = _descended(example, rate)
        if costs is not None and does_double:
            return rate, costs
        does_double = costs is not None
        rate /= 2
    return rate, []


def _descended(example: Example, rate: float) -> list[float] | None:
    """Return the reference's costs, or None if a step doesn't lower the cost enough."""
    component, variant = example.component, example.variant
    inputs: Mapping[str, Array] = example.inputs
    costs: list[float] = []
    least = np.inf
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            cost = float(component.forward(inputs, variant))
        if not cost <= least:
            return None
        costs.append(cost)
        found = component.backward(inputs, example.upstream, variant)
        squared = sum(float(np.sum(g**2)) for g in found.values())
        least = cost - ARMIJO * rate * squared
        inputs = {**inputs, **{n: inputs[n] - rate * g for n, g in found.items()}}
        if not component.is_inside(inputs, variant):
            return None
    return costs


def _judged(
    costs: list[float], reference: list[float], rate: float, is_narrow: bool
) -> Observation:
    tracking = NARROW_TRACKING if is_narrow else TRACKING
    scale = max(abs(reference[0]), 1.0)
    drift = [abs(a - b) / scale for a, b in zip(costs, reference, strict=True)]
    if np.all(np.isfinite(drift)) and max(drift) <= tracking:
        return Observation("right", bound=tracking, method="training")
    how = "raise" if costs[-1] > costs[0] else "lower"
    how = how if np.all(np.isfinite(costs)) else "blow up"
    message = (
        f"{STEPS} steps with learning rate {rate:.3g} {how} the cost from "
        f"{costs[0]:.6g} to {costs[-1]:.6g}; the reference goes from "
        f"{reference[0]:.6g} to {reference[-1]:.6g}"
    )
    return Observation("wrong", None, message, expected=np.asarray(reference),
                       actual=np.asarray(costs), bound=tracking, method="training",
                       evidence="training")  # fmt: skip


CHECK = LossDecrease()
