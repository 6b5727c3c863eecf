"""Parentheses are missing: what binds tighter is computed first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

VALUE = frozenset({"forward-value"})


def _elu(trial: Trial) -> Array:
    z = trial.example.inputs["x"]
    alpha = trial.example.component.constant(trial.example.variant, "alpha")
    return np.asarray(np.where(z > 0, z, alpha * np.exp(z) - 1))


def _sigmoid(trial: Trial) -> Array:
    return np.asarray(1 / 1 + np.exp(-trial.example.inputs["x"]))


def _silu(trial: Trial) -> Array:
    z = trial.example.inputs["x"]
    return np.asarray(z / 1 + np.exp(-z))


def _softplus(trial: Trial) -> Array:
    return np.asarray(np.log(1) + np.exp(trial.example.inputs["x"]))


MISREAD: Mapping[str, tuple[Callable[[Trial], Array], str, str]] = {
    "elu": (_elu, "alpha * exp(z) - 1", "alpha * (exp(z) - 1)"),
    "sigmoid": (_sigmoid, "1 / 1 + exp(-z)", "1 / (1 + exp(-z))"),
    "silu": (_silu, "z / 1 + exp(-z)", "z / (1 + exp(-z))"),
    "softplus": (_softplus, "log(1) + exp(z)", "log(1 + exp(z))"),
}
"""By component: the value as it is computed, what was written, and what was meant."""


class OperatorPrecedence(Diagnosis):
    """alpha exp(z) - 1 for alpha (exp(z) - 1)."""

    id = "operator-precedence"
    title = "parentheses are missing"
    specificity = 80
    page = Page(
        wrong="a = 1 / 1 + np.exp(-z)",
        right="a = 1 / (1 + np.exp(-z))",
        derivation=(
            "1. * and / bind tighter than + and -: 1 / 1 + e is (1 / 1) + e, not 1 / (1 + e)\n"
            "2. the same in alpha * np.exp(z) - 1, and in 1 / 2 * n, which is n / 2\n"
            "3. a fraction's bar holds what is above and below together; in one line of code only "
            "parentheses do"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the value without the parentheses agrees."""
        if evidence.component.id not in MISREAD:
            return None
        wrong, written, meant = MISREAD[evidence.component.id]
        shown = lambda t: t.layout.of_output.present(wrong(t), {})  # noqa: E731
        if not evidence.output_agrees(shown):
            return None
        return Explanation(
            frozenset(),
            f"parentheses are missing: the value is {written}, where {meant} is meant",
            f"write {meant}", checks=VALUE,
        )  # fmt: skip


DIAGNOSIS = OperatorPrecedence()
