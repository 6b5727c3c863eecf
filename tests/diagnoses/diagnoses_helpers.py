"""Evidence made by hand: what a submission with a certain mistake would return."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gradcheck import families
from gradcheck.component import Array, Component, Variant
from gradcheck.diagnoses.base import Evidence, Trial
from gradcheck.diagnosing import Cause, causes
from gradcheck.examples import Example, battery
from gradcheck.numerics.compare import compare

SEED = 7
MOST_TRIALS = 6
REGIMES = ("ordinary", "wide", "large-batch", "negative", "batch-of-one")
Wrong = Callable[[Example], Mapping[str, Array]]


def examples(component: Component, variant: Variant, seed: int = SEED) -> list[Example]:
    drawn = battery(component, (variant,), (), seed, "standard")
    found = [e for e in drawn if e.regime in REGIMES]
    return sorted(found, key=lambda e: REGIMES.index(e.regime))[:MOST_TRIALS]


def evidence_of(
    component: Component, variant: Variant, wrong: Wrong, *, seed: int = SEED,
    output: Callable[[Example], Array] = lambda e: e.output, failing: tuple[str, ...] | None = None,
) -> Evidence:  # fmt: skip
    """Return the evidence of code whose gradients are ``wrong`` (all that differ fail)."""
    layout = component.layouts[0]
    drawn = examples(component, variant, seed)
    trials = tuple(
        Trial(e, layout, e.gradients, dict(wrong(e)), e.output, output(e)) for e in drawn
    )
    found = [name for name in trials[0].actual if _is_wrong(name, trials)]
    return Evidence(component, variant, trials, (), tuple(found) if failing is None else failing)


def _is_wrong(name: str, trials: tuple[Trial, ...]) -> bool:
    def differs(trial: Trial) -> bool:
        actual, expected = trial.actual[name], trial.expected[name]
        if actual.shape != expected.shape:
            return True
        size = trial.example.magnitude[name]
        dtype = np.dtype(np.float64)
        return compare(actual, expected, expected, size, dtype).verdict == "wrong"

    return any(differs(t) for t in trials)


def scaled(factor: Callable[[Example], float]) -> Wrong:
    return lambda e: {name: factor(e) * g for name, g in e.gradients.items()}


def named(evidence: Evidence) -> list[Cause]:
    return list(causes(evidence, families.all_diagnoses()))


def component(identifier: str, variant: str | None = None) -> tuple[Component, Variant]:
    found = families.component(identifier)
    return found, found.variant(variant) if variant else found.variants[0]
