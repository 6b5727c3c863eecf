"""Each gradient of the reference against two derivatives of its own forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reference_cases import CASES, Case, Variables, inputs, largest
from reference_oracles import HAS_EXTENDED, assert_close, complex_step, extended_differences

by_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
reproducible = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def cost_along(
    case: Case, name: str, variables: Variables, constants: Variables
) -> Callable[[Any], Any]:
    return lambda moved: case.cost({**variables, name: moved}, constants)


@pytest.mark.sampled(2)
@by_case
@settings(reproducible, max_examples=12)
@given(data=st.data())
def test_agrees_with_the_complex_step(case: Case, data: st.DataObject) -> None:
    variables, constants = data.draw(inputs(case))
    assume(case.is_in_domain(variables, constants))
    analytic = case.gradient(variables, constants)
    scale = case.scale(variables, constants)
    assert len(analytic) == len(variables)
    for name, gradient in zip(variables, analytic, strict=True):
        numeric = complex_step(cost_along(case, name, variables, constants), variables[name])
        assert_close(gradient, numeric, scale, about=f"d{name}")


@pytest.mark.sampled(12, 4)
@pytest.mark.skipif(not HAS_EXTENDED, reason="long double is no wider than float64 here")
@by_case
@settings(reproducible, max_examples=8)
@given(data=st.data())
def test_agrees_with_extended_differences(case: Case, data: st.DataObject) -> None:
    variables, constants = data.draw(inputs(case))
    assume(case.is_in_domain(variables, constants))
    wide = {name: array.astype(np.longdouble) for name, array in variables.items()}
    analytic = case.gradient(variables, constants)
    scale = max(case.scale(variables, constants), abs(float(case.cost(variables, constants))))
    for name, gradient in zip(variables, analytic, strict=True):
        numeric = extended_differences(cost_along(case, name, wide, constants), wide[name])
        assert_close(gradient, numeric, scale, about=f"d{name}")


@pytest.mark.sampled(4, 3)
@by_case
@settings(reproducible, max_examples=5)
@given(data=st.data())
def test_float32_gradients_are_narrow_copies(case: Case, data: st.DataObject) -> None:
    variables, constants = data.draw(inputs(case))
    assume(case.is_in_domain(variables, constants))
    analytic = case.gradient(variables, constants)
    narrow = case.gradient(in_float32(variables), in_float32(constants))
    size = max(1.0, case.scale(variables, constants)) * max(1.0, largest(*variables.values()))
    for gradient, narrow_gradient in zip(analytic, narrow, strict=True):
        assert narrow_gradient.dtype == np.float32
        error = np.max(np.abs(narrow_gradient - gradient), initial=0)
        assert error <= 200 * np.finfo(np.float32).eps * size  # the inputs were rounded too


def in_float32(arrays: Variables) -> Variables:
    return {
        name: array if array.dtype == np.int64 else array.astype(np.float32)
        for name, array in arrays.items()
    }
