"""The normalisations' natural sizes: every right way to write them fits, 1e-9 more doesn't."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from gradcheck.component import Component
from gradcheck.components import batch_norm, layer_norm
from gradcheck.examples import battery
from gradcheck.numerics.compare import compare, precision

Array = npt.NDArray[np.float64]
Backward = Callable[[Array, Array, Array, float], tuple[Array, Array, Array]]

SEEDS = range(4)
EPSILONS = (1e-5, 1e-8, 1e-12)
WRONG = 1 + 1e-9


def staged(dout: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
    """One small step a line, as a course has it."""
    n = len(x)
    xmu = x - 1 / n * np.sum(x, axis=0)
    sqrtvar = np.sqrt(1 / n * np.sum(xmu**2, axis=0) + eps)
    ivar = 1 / sqrtvar
    dxhat = dout * gamma
    dsqrtvar = -1 / sqrtvar**2 * np.sum(dxhat * xmu, axis=0)
    dsq = 1 / n * np.ones(x.shape, x.dtype) * (0.5 / sqrtvar * dsqrtvar)
    dx1 = dxhat * ivar + 2 * xmu * dsq
    dx2 = 1 / n * np.ones(x.shape, x.dtype) * -np.sum(dx1, axis=0)
    return dx1 + dx2, np.sum(dout * xmu * ivar, axis=0), np.sum(dout, axis=0)


def compact(dout: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
    """One line, with powers of the variance."""
    n, d = len(x), x - x.mean(axis=0)
    v = x.var(axis=0) + eps
    dx = gamma / n * v**-0.5 * (n * dout - dout.sum(axis=0) - d / v * np.sum(dout * d, axis=0))
    return dx, np.sum(d * v**-0.5 * dout, axis=0), dout.sum(axis=0)


def by_matrix(dout: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
    """The whole Jacobian of each column."""
    n = len(x)
    sigma = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / sigma
    dx = np.empty_like(x)
    for k in range(x.shape[1]):
        jacobian = (np.eye(n) - 1 / n - np.outer(x_hat[:, k], x_hat[:, k]) / n) / sigma[k]
        dx[:, k] = jacobian.T @ (gamma * dout)[:, k]
    return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


def turned(backward: Backward) -> Backward:
    """Return the same for rows: layer normalisation with gamma taken out."""

    def by_row(dout: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array, Array]:
        one = np.ones(len(x), x.dtype)
        dx, _, _ = backward((dout * gamma).T, x.T, one, eps)
        x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
        return dx.T, np.sum(dout * x_hat, axis=0), dout.sum(axis=0)

    return by_row


WAYS = [
    pytest.param(component, way, id=f"{component.id}-{backward.__name__}")
    for backward in (staged, compact, by_matrix)
    for component, way in (
        (batch_norm.COMPONENT, backward), (layer_norm.COMPONENT, turned(backward)),
    )
]  # fmt: skip


@pytest.mark.parametrize("eps", EPSILONS)
@pytest.mark.parametrize(("component", "way"), WAYS)
def test_every_way_to_write_it_is_right_and_no_more(
    component: Component, way: Backward, eps: float
) -> None:
    variant = component.with_constants(component.variants[0], {"eps": eps})
    is_caught: dict[str, bool] = {}
    for seed in SEEDS:
        for one in battery(component, (variant,), (), seed, "standard"):
            for width in (np.float64, np.float32):
                cast = [a.astype(width) for a in (one.upstream, one.inputs["x"],
                                                  one.inputs["gamma"])]  # fmt: skip
                for name, found in zip(one.gradients, way(*cast, eps), strict=True):
                    expected, size = one.gradients[name], one.magnitude[name]
                    bits = precision(found, is_narrow=width is np.float32)
                    said = compare(found, expected, expected, size, bits)
                    assert said.verdict == "right", (one.regime, name, width, said)
                    if width is np.float64:
                        more = compare(found * WRONG, expected, expected, size, bits)
                        is_caught[name] = is_caught.get(name, False) or more.verdict != "right"
    assert is_caught == dict.fromkeys(is_caught, True)
