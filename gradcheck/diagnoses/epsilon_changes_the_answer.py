"""A stabilising epsilon so large that it changes the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.calls.settling import Observed
from gradcheck.component import Array, Variant
from gradcheck.constants import ADDED, LARGEST_EPSILON, SLOPE_ADDED, STABILISERS
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

LARGE = replace(ADDED, usual=(1e-6, 1e-5, 1e-4, 1e-3, 1e-2), low=LARGEST_EPSILON, high=0.1)
FOLLOWING = frozenset({"forward-value", "loss-decrease", "stability"})
ROOM = "an epsilon of 1e-12 is enough to keep the logarithm finite"


class EpsilonChangesTheAnswer(Diagnosis):
    """The value, or the gradient, is the textbook's with one epsilon above 1e-7 in it."""

    id = "epsilon-changes-the-answer"
    title = "an epsilon is so large that it changes the answer"
    specificity = 75
    page = Page(
        wrong="cost = -np.mean(y * np.log(q + 1e-4) + (1 - y) * np.log(1 - q + 1e-4))",
        right="cost = -np.mean(y * np.log(q + 1e-12) + (1 - y) * np.log(1 - q + 1e-12))",
        derivation=(
            "1. ln(q + eps) = ln q + eps/q - ...: an epsilon moves the cost by about eps/q\n"
            "2. with q = 0.01 and eps = 1e-4 that is a hundredth, with eps = 1e-12 nothing\n"
            "3. the same epsilon belongs in the value and in its derivative: "
            "d/dq ln(q + eps) = 1/(q + eps)"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where one epsilon explains every trial."""
        if not evidence.component.is_stabilisable(evidence.variant):
            return None
        if evidence.has("value", "forward-value"):
            return self._of_value(evidence)
        return self._of_gradient(evidence) if evidence.failing else None

    @staticmethod
    def _of_value(evidence: Evidence) -> Explanation | None:
        component = evidence.component
        trials = [t for t in evidence.trials if t.output is not None]
        outputs = [np.ravel(np.asarray(t.output)) for t in trials]

        def of(variant: Variant) -> Array:
            values = (component.forward(t.example.inputs, variant) for t in trials)
            return np.concatenate([np.ravel(_laid_out(t, v)) for t, v in zip(
                trials, values, strict=True)])  # fmt: skip

        fitting = [
            t.output is not None and t.output.shape == t.expected_output.shape for t in trials
        ]
        if not trials or not all(fitting):
            return None
        epsilon = _fitted(evidence, of, np.concatenate(outputs), ADDED.name)
        if epsilon is None:
            return None
        own = evidence.agreeing(_slope(evidence, ADDED.name, epsilon))
        return Explanation(
            own, f"an epsilon of {epsilon:g} inside the logarithm changes the value", ROOM,
            checks=FOLLOWING | ({"gradient-consistency"} if not own else frozenset()),
        )  # fmt: skip

    @staticmethod
    def _of_gradient(evidence: Evidence) -> Explanation | None:
        component = evidence.component
        pairs = [(t, v) for t in evidence.trials for v in evidence.failing if v in t.actual]
        if not pairs or any(t.actual[v].shape != t.expected[v].shape for t, v in pairs):
            return None

        def of(variant: Variant) -> Array:
            rows = []
            for trial, name in pairs:
                example = trial.example
                gradient = component.accepted(example.inputs, example.upstream, variant)[-1]
                rows.append(np.ravel(trial.show(name, gradient[name])))
            return np.concatenate(rows)

        actual = np.concatenate([np.ravel(t.actual[v]) for t, v in pairs])
        epsilon = _fitted(evidence, of, actual, SLOPE_ADDED.name)
        if epsilon is None:
            return None
        return Explanation(
            evidence.agreeing(_slope(evidence, SLOPE_ADDED.name, epsilon)),
            f"an epsilon of {epsilon:g} beside the probability changes the gradient, and the "
            "value doesn't have it",
            ROOM, related=("epsilon-mismatch",),
        )  # fmt: skip


def _laid_out(trial: Trial, value: Array) -> Array:
    if trial.example.component.is_scalar(trial.example.variant):
        return value
    return trial.layout.of_output.present(value, {})


def _fitted(evidence: Evidence, of, actual: Array, name: str) -> float | None:  # type: ignore[no-untyped-def]
    """Return the epsilon that explains all trials to the last digits, if there is one."""
    if actual.dtype.kind != "f" or not np.all(np.isfinite(actual)):
        return None
    bare = _bare(evidence)
    seen = Observed(evidence.component, bare, of, actual)
    known = (replace(LARGE, name=name),)
    plain = seen.error(seen.at(known, (0.0,)))
    found = seen.explained(known, (LARGE.low,), plain)
    if found is None or seen.error(seen.at(known, found)) > evidence.exactly * seen.scale:
        return None
    return found[0]


def _bare(evidence: Evidence) -> Variant:
    return evidence.component.without(evidence.variant, [c.name for c in STABILISERS])


def _slope(evidence: Evidence, name: str, epsilon: float):  # type: ignore[no-untyped-def]
    """Return the gradient with the epsilon in it, as a hypothesis."""
    variant = evidence.component.with_constants(_bare(evidence), {name: epsilon})

    def hypothesis(trial: Trial, variable: str) -> Array:
        example = trial.example
        gradients: Sequence[Mapping[str, Array]] = evidence.component.accepted(
            example.inputs, example.upstream, variant
        )
        return trial.show(variable, gradients[-1][variable])

    return hypothesis


DIAGNOSIS = EpsilonChangesTheAnswer()
