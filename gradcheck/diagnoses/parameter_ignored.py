"""A constant of the value is left out of the derivative."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial

ELSEWHERE = frozenset({"eps", "reg", "strength"})
"""Constants whose mistakes have names of their own."""
LEFT_OUT = (1.0, 0.0)


def _with(name: str, value: float) -> Hypothesis:
    """Return the gradient of the same function with another value of a constant."""

    def wrong(trial: Trial, variable: str) -> Array | None:
        example = trial.example
        component = example.component
        other = component.with_constants(
            component.without(example.variant, [name]), {name: value}
        )
        try:
            found = component.backward(example.inputs, example.upstream, other)
        except ValueError:  # not a value that this constant can have
            return None
        return np.asarray(trial.show(variable, found[variable]))

    return wrong


class ParameterIgnored(Diagnosis):
    """The derivative of alpha z for z < 0 without its alpha."""

    id = "parameter-ignored"
    title = "a constant of the value is ignored in the derivative"
    specificity = 65
    page = Page(
        wrong="dz = da * np.where(z > 0, 1, np.exp(z))",
        right="dz = da * np.where(z > 0, 1, alpha * np.exp(z))",
        derivation=(
            "elu: a = z for z > 0, a = alpha (e^z - 1) for z < 0\n"
            "1. for z < 0: da/dz = alpha e^z: a factor of the value is a factor of its derivative\n"
            "2. with alpha = 1, as in most examples, its absence can't be seen\n"
            "3. the same holds for the slope of a leaky ReLU, the delta of a Huber loss, a scale"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient with the constant at 1 or 0 agrees."""
        component, variant = evidence.component, evidence.variant
        if component.kind == "step":
            return None
        for constant in component.constants:
            if constant.is_integer or constant.name in ELSEWHERE:
                continue
            own = component.constant(variant, constant.name)
            for value in LEFT_OUT:
                if value == own:
                    continue
                variables = evidence.agreeing(_with(constant.name, value))
                if variables:
                    return Explanation(
                        variables,
                        f"the value has {constant.title.format(own)}, the derivative is that of "
                        f"{value:g}",
                        f"use the same {constant.name} in both",
                    )
        return None


DIAGNOSIS = ParameterIgnored()
