"""The gradient is a numeric derivative."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Seen, Trial
from gradcheck.numerics.quantised import are_differences, slopes_of

DIFFERENCED = "differenced"
"""What the check not-differenced has seen."""
NEARLY = 1e-2
"""Differences are right in their first digits; what isn't has another mistake as well."""
RIGHT = 1e-14
FOLLOWING = frozenset(
    {"linear-in-upstream", "zero-upstream", "batch-additivity", "batch-permutation",
     "gradient-value", "gradient-consistency", "chain-rule", "not-differenced", "stability", "kink",
     "dtype"}
)  # fmt: skip


class FiniteDifferences(Diagnosis):
    """(f(x + h) - f(x - h)) / 2h in place of a derivative."""

    id = "finite-differences"
    title = "the gradient is a numeric derivative, not a chain rule"
    specificity = 85
    page = Page(
        wrong="def sigmoid_prime(z):\n    return (sigmoid(z + h) - sigmoid(z - h)) / (2 * h)",
        right="def sigmoid_prime(z):\n    a = sigmoid(z)\n    return a * (1 - a)",
        derivation=(
            "1. (f(x + h) - f(x - h)) / 2h is f'(x) plus an error of about h² f'''(x) / 6\n"
            "2. a small h makes that error small, but f(x + h) and f(x - h) then agree in most "
            "of their digits, and the subtraction leaves few: at best 10 or 11 of 16\n"
            "3. a gradient of n entries takes 2n evaluations of f, where the chain rule takes "
            "about as much as one; with a million weights it can't be used\n"
            "4. differences are how a derivative is *tested*, here too; write the chain rule "
            "down, factor by factor, and keep the differences for a test of your own"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where backward was seen to evaluate the value beside the input, or shows it."""
        told = (*evidence.noticed, *evidence.seen)
        seen = next((s for s in told if s.evidence == DIFFERENCED), None)
        failing = {s.check for s in evidence.seen}
        if not failing & FOLLOWING or not _is_nearly_right(evidence):
            return None
        if seen is None and not _is_quantised(evidence):
            return None
        return Explanation(
            frozenset(evidence.failing), _sentence(seen),
            "write the derivative as a formula; keep the differences for testing it",
            checks=frozenset(FOLLOWING & failing),
        )  # fmt: skip


def _sentence(seen: Seen | None) -> str:
    tail = "a numeric derivative, not a chain rule: right in its first digits only"
    if seen is None or "function" not in seen.details:
        return f"it is a difference of two values, divided by a step: {tail}"
    count, function = seen.details["count"], seen.details["function"]
    return f"your backward calls {function} {count} times, at inputs moved a little: {tail}"


def _is_nearly_right(evidence: Evidence) -> bool:
    """Return whether there are gradients, all right in their first digits, on all trials."""
    return any(t.actual for t in evidence.trials) and all(
        _error(t, v) <= NEARLY for t in evidence.trials for v in t.expected
    )


def _error(trial: Trial, variable: str) -> float:
    actual, expected = trial.actual.get(variable), trial.expected[variable]
    if actual is None:
        return 0.0  # it has no such gradient
    if actual.shape != expected.shape:
        return np.inf
    with np.errstate(all="ignore"):
        apart = np.max(np.abs(actual - expected), initial=0.0)
        scale = np.max(np.abs(expected), initial=0.0)
    return float(apart / scale) if scale and np.isfinite(apart) else float(apart > 0)


def _is_quantised(evidence: Evidence) -> bool:
    """Return whether gradients that aren't exact are whole numbers of the value's last digits."""
    pairs = [p for t in evidence.trials for v in evidence.failing for p in _pairs(t, v)]
    if not pairs or all(_error(t, v) <= RIGHT for t in evidence.trials for v in evidence.failing):
        return False
    slopes, values = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return are_differences(slopes, values)


def _pairs(trial: Trial, variable: str) -> Iterator[tuple[Array, Array]]:
    """Yield the slopes of a gradient and the values that they are of."""
    slopes, value = trial.actual.get(variable), trial.output
    if slopes is None or value is None:
        return
    found = slopes_of(slopes, value, trial.example.upstream)
    if found is not None:
        yield found, np.ravel(np.broadcast_to(value, slopes.shape))


DIAGNOSIS = FiniteDifferences()
