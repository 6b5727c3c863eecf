"""On right solutions no diagnosis holds, whatever the component, variant and seed."""

from __future__ import annotations

import numpy as np
import pytest
from diagnoses_helpers import evidence_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck import families
from gradcheck.component import Array, Component, Variant
from gradcheck.diagnoses.base import Seen
from gradcheck.examples import Example

DIFFERENTIABLE = [(c, v) for c in families.all_components() if c.has_gradient for v in c.variants]
LAST_DIGITS = 1e-13


def all_of(component: Component, variant: Variant) -> tuple[str, ...]:
    return tuple(v.name for v in component.differentiable(variant))


@given(
    st.sampled_from(DIFFERENTIABLE), st.integers(0, 2**16), st.integers(0, 2**16),
    st.sampled_from([0.0, LAST_DIGITS]),
)  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.nested_given])
def test_nothing_holds_on_the_right_gradient(
    kind: tuple[Component, Variant], seed: int, noise: int, size: float
) -> None:
    component, variant = kind
    rng = np.random.default_rng(noise)

    def right(example: Example) -> dict[str, Array]:
        return {
            n: np.asarray(g * (1 + size * rng.standard_normal(np.shape(g))))
            for n, g in example.gradients.items()
        }

    evidence = evidence_of(component, variant, right, seed=seed, failing=all_of(component, variant))
    for diagnosis in families.all_diagnoses():
        assert diagnosis.explain(evidence) is None, diagnosis.id


@given(st.sampled_from(DIFFERENTIABLE), st.integers(0, 2**16))
@settings(max_examples=25, suppress_health_check=[HealthCheck.nested_given])
def test_nothing_holds_on_random_gradients(kind: tuple[Component, Variant], seed: int) -> None:
    component, variant = kind
    rng = np.random.default_rng(seed)

    def random(example: Example) -> dict[str, Array]:
        return {n: rng.standard_normal(np.shape(g)) for n, g in example.gradients.items()}

    names = all_of(component, variant)
    evidence = evidence_of(component, variant, random, seed=seed, failing=names)
    assert [d.id for d in families.all_diagnoses() if d.explain(evidence)] == []


@pytest.mark.parametrize("diagnosis", families.all_diagnoses(), ids=lambda d: d.id)
def test_nothing_holds_without_evidence(diagnosis: object) -> None:
    component = families.component("gradient-descent")
    evidence = evidence_of(component, component.variants[0], lambda e: {})
    assert diagnosis.explain(evidence) is None  # type: ignore[attr-defined]


def test_other_failures_don_t_make_one() -> None:
    component = families.component("sigmoid")
    evidence = evidence_of(component, component.variants[0], lambda e: e.gradients)
    seen = Seen("gradient-shape", "x", "fault", frozenset({"ordinary"}),
                {"raised": "IndexError", "message": "index 3 is out of bounds"})  # fmt: skip
    failing = type(evidence)(
        component, component.variants[0], evidence.trials, (seen,), ("x",)
    )
    assert [d.id for d in families.all_diagnoses() if d.explain(failing)] == []
