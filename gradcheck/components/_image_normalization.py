"""What normalisations of images share: an input (N, C, H, W), a scale and a shift a channel."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from gradcheck.component import LARGEST_STEP, Array, Component, Inputs, Variable, Variant
from gradcheck.components._images import ONE_IMAGE, X
from gradcheck.components._normalization import BETA, EPS, GAMMA
from gradcheck.constants import Constant
from gradcheck.presentation import Layout
from gradcheck.strategies.source import Source
from gradcheck_reference import image_normalization

SCALE, SHIFT = replace(GAMMA, dims=("C",)), replace(BETA, dims=("C",))
PIXELS = (0, 2, 3)
BOTH = ("gamma", "beta")


class ImageNormalization(Component):
    """out = gamma x_hat + beta, with mean and variance of each group of channels of an image."""

    kind = "layer"
    sizes = ("N", "C", "OH", "OW")
    choices = {"N": (2, 3, 5), "C": (4, 2, 6), "OH": (2, 4), "OW": (3, 5)}
    size_names = {"C": ("channels", "numchannels", "nchannels", "c", "numfeatures", "features",
                        "nc", "dim", "nfeatures", "size", "inchannels")}  # fmt: skip
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "large-batch",
               "square")  # fmt: skip
    constants: ClassVar[tuple[Constant, ...]] = (EPS,)
    layouts = (
        Layout("nchw", "x (N, C, H, W), gamma (C,)"),
        Layout("nchw-map", "x (N, C, H, W), gamma (1, C, 1, 1)",
               dict.fromkeys(BOTH, "second-of-four")),
        Layout("nhwc", "x (N, H, W, C), gamma (C,)", {"x": "nhwc"}, "nhwc"),
        Layout("nhwc-map", "x (N, H, W, C), gamma (1, 1, 1, C)",
               {"x": "nhwc"} | dict.fromkeys(BOTH, "last-of-four"), "nhwc"),
        Layout("chw", "one image at a time (C, H, W), gamma (C,)", {"x": "first-row"}, "first-row",
               ONE_IMAGE),
    )  # fmt: skip

    @abstractmethod
    def groups(self, variant: Variant, n_channels: int) -> int:
        """Return how many groups the channels are in."""

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return x (N, C, H, W), gamma (C,), beta (C,)."""
        return (X, SCALE, SHIFT)

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes with those of the image, which is as large as the output."""
        return {**sizes, "H": sizes["OH"], "W": sizes["OW"]}

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw the three."""
        shapes = {v.name: tuple(sizes[d] for d in v.dims) for v in self.variables(variant)}
        return {name: source.reals(shape) for name, shape in shapes.items()}

    def _options(self, inputs: Inputs, variant: Variant) -> tuple[int, float]:
        return self.groups(variant, inputs["x"].shape[1]), self.constant(variant, "eps")

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, C, H, W)."""
        groups, eps = self._options(inputs, variant)
        return image_normalization.group_norm(
            inputs["x"], inputs["gamma"], inputs["beta"], groups=groups, eps=eps
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dgamma, dbeta."""
        groups, eps = self._options(inputs, variant)
        dx, dgamma, dbeta = image_normalization.group_norm_backward(
            upstream, inputs["x"], inputs["gamma"], inputs["beta"], groups=groups, eps=eps
        )
        return {"x": dx, "gamma": dgamma, "beta": dbeta}

    def _scales(self, inputs: Inputs, variant: Variant) -> tuple[Array, Array, Array]:
        """Return x_hat, sigma, and by how much x - mean loses digits beside sigma (at least 1).

        All have the shape of x.
        """
        groups, eps = self._options(inputs, variant)
        x = inputs["x"].reshape(len(inputs["x"]), groups, -1)
        sigma = np.sqrt(x.var(axis=2, keepdims=True) + eps)
        with np.errstate(all="ignore"):
            x_hat = (x - x.mean(axis=2, keepdims=True)) / sigma
            loss = np.maximum(1.0, np.max(np.abs(x), axis=2, keepdims=True) / sigma)
        whole = (np.broadcast_to(part, x.shape) for part in (x_hat, sigma, loss))
        first, second, third = (part.reshape(inputs["x"].shape) for part in whole)
        return first, second, third

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return the sizes of the terms: each is as uncertain as x - mean is beside sigma."""
        x_hat, sigma, loss = self._scales(inputs, variant)
        u = np.abs(upstream)
        largest = float(np.max(u * np.abs(inputs["gamma"])[:, None, None], initial=0.0))
        square = 1.0 + float(np.max(x_hat**2, initial=0.0))
        terms = {
            "x": largest * square * loss / sigma,
            "gamma": np.sum(u * (np.abs(x_hat) + loss), axis=PIXELS),
            "beta": np.sum(u, axis=PIXELS),
        }
        return {name: float(np.max(term, initial=0.0)) for name, term in terms.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the size of the terms of the value."""
        x_hat, _, loss = self._scales(inputs, variant)
        gamma, beta = (np.abs(inputs[name])[:, None, None] for name in BOTH)
        return float(np.max(gamma * (np.abs(x_hat) + loss) + beta, initial=0.0))

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return a step that is small beside every sigma."""
        _, sigma, _ = self._scales(inputs, variant)
        return LARGEST_STEP * min(1.0, float(np.min(sigma)))

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether no sigma is 0."""
        _, sigma, _ = self._scales(inputs, variant)
        return bool(np.all(sigma > 0))
