"""A constant of the function is left out of its derivative."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.component import Array, Component
from gradcheck.diagnoses._constant import gradient_with
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

SMALL = frozenset({"eps", "momentum", "lr", "rate"})
"""Constants whose absence has a name of its own, or that are no part of the function."""


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
