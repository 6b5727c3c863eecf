"""Batch normalisation, in training and in test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gradcheck.component import Array, Inputs, Variant
from gradcheck.components._normalization import Normalization
from gradcheck.presentation import Layout
from gradcheck_reference import normalization

ROWS = {"gamma": "row", "beta": "row"}
COLUMNS = {"gamma": "column", "beta": "column"}
MAPS = {"gamma": "second-of-four", "beta": "second-of-four"}
PIXELS = {"N": 2 * 2 * 3}
"""Over images, every pixel is one example."""


class BatchNorm(Normalization):
    """Every feature is brought to mean 0 and variance 1 over the batch.

    In test the mean and the variance are moving averages of those of the batches in training:
    with any momentum (on either side), of the biased or the unbiased variance, from any start
    (see the check ``running-statistics``). How the code is told to infer is looked for in a dict's
    ``mode``, a flag of forward, an attribute, ``train()`` and ``eval()``, or a method of its own;
    where nothing is found, training alone is judged.
    """

    id = "batch-norm"
    title = "batch normalisation (training, running statistics, test)"
    names = ("batch_norm", "batchnorm", "bn", "batch_normalization", "batch_normalisation",
             "batch_norm_layer", "batchnorm1d", "batch_norm1d", "batch_norm_1d",
             "spatial_batchnorm", "spatial_batch_norm", "batchnorm2d", "batch_norm_2d",
             "batch_norm2d")  # fmt: skip
    axis = 0
    mixes_examples = True
    extras: ClassVar[Mapping[str, str | float]] = {"mode": "train", "momentum": 0.9}
    extra_arrays: ClassVar[Mapping[str, tuple[str, float]]] = {
        "running_mean": ("gamma", 0.0), "running_var": ("gamma", 0.0),
    }  # fmt: skip
    mode_kind = "statistics"
    regimes = ("ordinary", "wide", "batch-of-one", "negative", "saturated", "near-zero",
               "large-batch", "square")  # fmt: skip
    layouts = (
        Layout("rows", "examples in rows, gamma (D,)"),
        Layout("rows-gamma-row", "examples in rows, gamma (1, D)", ROWS),
        Layout("columns", "examples in columns, gamma (D, 1)", {"x": "transpose"} | COLUMNS,
               "transpose"),
        Layout("nchw", "the pixels of images (N, C, H, W), gamma (C,)", {"x": "pixels-nchw"},
               "pixels-nchw", PIXELS),
        Layout("nchw-map", "the pixels of images (N, C, H, W), gamma (1, C, 1, 1)",
               {"x": "pixels-nchw"} | MAPS, "pixels-nchw", PIXELS),
        Layout("nhwc", "the pixels of images (N, H, W, C), gamma (C,)", {"x": "pixels-nhwc"},
               "pixels-nhwc", PIXELS),
    )  # fmt: skip

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's out (N, D)."""
        return normalization.batch_norm(
            inputs["x"], inputs["gamma"], inputs["beta"], eps=self.constant(variant, "eps")
        )

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's dx, dgamma, dbeta."""
        dx, dgamma, dbeta = normalization.batch_norm_backward(
            upstream, inputs["x"], inputs["gamma"], inputs["beta"],
            eps=self.constant(variant, "eps"),
        )  # fmt: skip
        return {"x": dx, "gamma": dgamma, "beta": dbeta}


COMPONENT = BatchNorm()
