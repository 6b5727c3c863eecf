"""A constant of the function is left out of its derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from gradcheck.component import Array, Component
from gradcheck.diagnoses._constant import gradient_with
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

SMALL = frozenset({"eps", "momentum", "lr", "rate"})
"""Constants whose absence has a name of its own, or that are no part of the function."""


def _elu(trial: Trial, variable: str) -> Array:
    """Return a + 1 for a + alpha, the slope for z < 0 by the value."""
    example = trial.example
    (x,) = example.inputs.values()
    slope = np.where(x > 0, 1.0, example.output + 1.0)
    return np.asarray(trial.show(variable, example.upstream * slope))


def _huber(trial: Trial, variable: str) -> Array | None:
    """Return the sign alone where delta times the sign belongs."""
    example = trial.example
    gradient = example.gradients.get(variable)
    if gradient is None or variable != "prediction":
        return None
    delta = example.component.constant(example.variant, "delta")
    error = np.abs(example.inputs["prediction"] - example.inputs["target"])
    return np.asarray(trial.show(variable, np.where(error <= delta, gradient, gradient / delta)))


def _without_gamma(trial: Trial, variable: str) -> Array | None:
    """Return dx of a normalisation without gamma."""
    example = trial.example
    gamma = example.inputs.get("gamma")
    if gamma is None or variable != "x":
        return None
    inputs = {**example.inputs, "gamma": np.ones_like(gamma)}
    found = example.component.backward(inputs, example.upstream, example.variant)
    return np.asarray(trial.show(variable, found[variable]))


SLOPES: Mapping[str, tuple[tuple[str, Callable[[Trial, str], Array | None]], ...]] = {
    "elu": (("alpha", _elu),), "huber": (("delta", _huber),),
}  # fmt: skip
"""Formulas into which the constant goes elsewhere, too."""


class ParameterIgnored(Diagnosis):
    """exp(z) for alpha exp(z)."""

    id = "parameter-ignored"
    title = "a constant of the function isn't in its derivative"
    specificity = 56
    page = Page(
        wrong="dx = dout * np.where(x > 0, 1, np.exp(x))",
        right="dx = dout * np.where(x > 0, 1, alpha * np.exp(x))",
        derivation=(
            "f(x) = alpha (e^x - 1) for x < 0\n"
            "1. a constant factor stays: (alpha g)' = alpha g'\n"
            "2. f'(x) = alpha e^x\n"
            "3. with alpha = 1 the two are the same, so that a test with the default passes"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient has 1 or 0 where the constant belongs."""
        component = evidence.component
        if component.kind == "step" or evidence.has("value", "forward-value"):
            return None
        for name, part in (*SLOPES.get(component.id, ()), ("gamma", _without_gamma)):
            if variables := evidence.agreeing(part):
                return Explanation(
                    variables, f"{name} isn't in the derivative", f"put {name} into the derivative"
                )
        for name, instead in _choices(component):

            def hypothesis(
                trial: Trial, variable: str, name: str = name, instead: float = instead
            ) -> Array | None:
                return gradient_with(trial, variable, name, instead)

            if variables := evidence.agreeing(hypothesis):
                return Explanation(
                    variables,
                    f"{name} isn't in the derivative: the gradient is that of {name} = {instead:g}",
                    f"put {name} into the derivative",
                )  # fmt: skip
        return None


def _choices(component: Component) -> Iterator[tuple[str, float]]:
    for constant in component.constants:
        if not constant.is_integer and constant.name not in SMALL:
            yield constant.name, 1.0
            yield constant.name, 0.0


DIAGNOSIS = ParameterIgnored()
