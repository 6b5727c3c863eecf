"""Prediction and target have changed places."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

FOLLOWING = frozenset({"forward-value", "gradient-consistency", "loss-decrease", "stability"})
LOGARITHMS = frozenset({"binary-cross-entropy", "cross-entropy"})
FEWEST = 2
BOTH = ("prediction", "target")


def _swapped(trial: Trial) -> dict[str, Array] | None:
    inputs = trial.example.inputs
    if not set(BOTH) <= set(inputs) or inputs[BOTH[0]].shape != inputs[BOTH[1]].shape:
        return None
    return {**inputs, BOTH[0]: inputs[BOTH[1]], BOTH[1]: inputs[BOTH[0]]}


def _value(trial: Trial) -> Array:
    swapped = _swapped(trial)
    example = trial.example
    if swapped is None:
        return example.output  # nothing to tell
    value = example.component.forward(swapped, example.variant)
    if example.component.is_scalar(example.variant):
        return np.asarray(value)
    return np.asarray(trial.layout.of_output.present(value, {}))


def _gradient(trial: Trial, variable: str) -> Array | None:
    swapped, example = _swapped(trial), trial.example
    if swapped is None or variable != BOTH[0]:
        return None
    found = example.component.backward(swapped, example.upstream, example.variant)
    shown = np.asarray(trial.show(variable, found[variable]))
    is_only_turned = same(-trial.expected[variable], shown)
    return None if is_only_turned else shown  # y - a for a - y: that is a sign


def _infinite(evidence: Evidence) -> frozenset[str]:
    """Return the prediction where labels of 0 and 1 stand below a fraction: all is infinite."""
    if BOTH[0] not in evidence.failing or evidence.component.id not in LOGARITHMS:
        return frozenset()
    pairs = []
    for trial in evidence.trials:
        actual = trial.actual.get(BOTH[0])
        with np.errstate(all="ignore"):
            wrong = _gradient(trial, BOTH[0])
        if actual is None or wrong is None or actual.shape != wrong.shape:
            return frozenset()
        pairs.append((actual, wrong))
    is_so = len(pairs) >= FEWEST and all(
        not np.any(np.isfinite(a)) and np.array_equal(np.sign(a), np.sign(w), equal_nan=True)
        for a, w in pairs
    )
    return frozenset(BOTH[:1]) if is_so else frozenset()


class ArgumentsSwapped(Diagnosis):
    """q ln(q / p) for p ln(p / q)."""

    id = "arguments-swapped"
    title = "prediction and target are swapped"
    specificity = 58
    page = Page(
        wrong="np.sum(q * np.log(q / p))        # p the target, q the prediction",
        right="np.sum(p * np.log(p / q))",
        derivation=(
            "1. D(p‖q) = Σ p ln(p/q): the target weighs, the prediction stands below\n"
            "2. D(q‖p) is another number, and another gradient: ln(q/p) + 1 in place of -p/q\n"
            "3. a squared error doesn't mind; costs with a logarithm do, since they take that of "
            "the prediction"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where value or gradient are those of the swapped arguments."""
        if evidence.component.kind != "cost":
            return None
        with np.errstate(all="ignore"):
            is_value = evidence.output_agrees(_value)
        variables = evidence.agreeing(_gradient) or _infinite(evidence)
        if not is_value and not variables:
            return None
        where = " in the value" if is_value else " in the gradient"
        where = "" if is_value and variables else where
        following = FOLLOWING if is_value else frozenset()
        if is_value and all(seen.check != "gradient-consistency" for seen in evidence.seen):
            following |= {"gradient-value"}  # the derivative of the swapped value
        return Explanation(
            variables, f"prediction and target are swapped{where}", "change their places",
            checks=following,
        )  # fmt: skip


DIAGNOSIS = ArgumentsSwapped()
