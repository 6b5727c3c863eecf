"""The max-pooling layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._pool import Pool
from gradcheck.strategies.source import Source
from gradcheck_reference import pooling
from gradcheck_reference.windows import spread, windows_of

GAP = 1e-3
"""Distance of neighbouring values: no window has a tie, nor one in float32."""
PLAIN_GAP, PLAIN_DECIMALS = 0.1, 1
TIE_TOLERANCE = 1e-6
"""How far the parts of a tie may be from the whole: rounding, in float32 too."""
SAFETY = 8.0
"""Steps keep this part of the distance to a tie (directions have entries of up to 1.5)."""


class MaxPool(Pool):
    """The largest entry of each window."""

    id = "max-pool"
    title = "max pooling"
    names = ("max_pool", "max_pooling", "max_pool2d", "max_pooling2d", "maxpool", "maxpool2d",
             "maxpooling", "maxpooling2d", "max_pool_layer", "pool_max", "maxpooling_layer",
             "pool", "pooling", "pool2d", "pooling2d", "pool_layer")  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "kink", "large-batch", "square")
    kink_convention = (
        "where the largest entry of a window is there several times, each of them may get any part "
        "of the window's upstream gradient; parts that don't add up to it are a remark"
    )

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw x (N, C, H, W): no two values alike, but in the regime ``kink`` (ties)."""
        x = super().draw(source, sizes, variant)["x"]
        if source.regime == "kink":
            x[0, 0, 0, :2] = np.max(x) + 1.0  # a tie of the largest, whatever was drawn
            return {"x": x}
        if source.regime == "plain":
            return {"x": np.round(_spaced(x, PLAIN_GAP), PLAIN_DECIMALS)}
        return {"x": _spaced(x, GAP)}

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, C, OH, OW)."""
        return pooling.max_pool(inputs["x"], **self.window_and_stride(variant))

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx."""
        constants = self.window_and_stride(variant)
        return {"x": pooling.max_pool_backward(upstream, inputs["x"], **constants)}

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return nothing and all of each window's upstream gradient at its ties."""
        windows = self._windows(inputs["x"], variant)
        largest = windows == np.max(windows, axis=(4, 5), keepdims=True)
        is_tie = np.sum(largest, axis=(4, 5), keepdims=True) > 1
        whole = np.where(largest, upstream[..., None, None], 0.0)
        ends = (np.where(is_tie, np.minimum(whole, 0.0), whole),
                np.where(is_tie, np.maximum(whole, 0.0), whole))  # fmt: skip
        stride = self.window_and_stride(variant)["stride"]
        low, high = ({"x": spread(end, inputs["x"].shape, stride)} for end in ends)
        return low, high

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the largest sum of upstream gradients that may meet in an entry."""
        return {"x": float(np.max(self.covered(inputs, np.abs(upstream), variant), initial=0.0))}

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that changes no window's largest entry."""
        windows = self._windows(inputs["x"], variant)
        entries = np.sort(windows.reshape(*windows.shape[:4], -1), axis=4)
        if entries.shape[4] == 1:
            return super().largest_step(inputs, variant)
        gaps = entries[..., -1] - entries[..., -2]
        nearest = float(np.min(gaps, initial=np.inf, where=gaps > 0.0))
        return min(super().largest_step(inputs, variant), nearest / SAFETY)

    def remark_at_kink(
        self, inputs: Inputs, upstream: Array, gradients: Mapping[str, Array], variant: Variant
    ) -> str:
        """Say where a tie's parts don't add up to the window's upstream gradient."""
        spread = np.sum(gradients["x"], axis=(2, 3)) - np.sum(upstream, axis=(2, 3))
        sizes = np.sum(np.abs(upstream), axis=(2, 3))
        if np.all(np.abs(spread) <= TIE_TOLERANCE * sizes):
            return ""
        return (
            "where the largest entry of a window is there several times, their gradients don't add "
            "up to the window's (a mask x == max gives each of them all of it)"
        )

    def _windows(self, x: Array, variant: Variant) -> Array:
        window, stride = self.window_and_stride(variant).values()
        return windows_of(x, window, window, stride)


def _spaced(x: Array, gap: float) -> Array:
    """Return x with values that are nearer than ``gap`` pushed down, apart from each other."""
    order = np.argsort(-x, axis=None, kind="stable")
    steps = gap * np.arange(x.size)
    falling = np.minimum.accumulate(x.ravel()[order] + steps) - steps
    spaced = np.empty(x.size)
    spaced[order] = falling
    return spaced.reshape(x.shape)


COMPONENT = MaxPool()
