"""Batch normalisation, in training and in test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gradcheck.component import Array, Inputs
from gradcheck.components._normalization import Normalization
from gradcheck.presentation import Layout
from gradcheck_reference import normalization

ROWS = {"gamma": "row", "beta": "row"}
COLUMNS = {"gamma": "column", "beta": "column"}


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
             "batch_norm_layer", "batchnorm1d", "batch_norm1d", "batch_norm_1d")  # fmt: skip
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
    )  # fmt: skip

    def value(self, inputs: Inputs, eps: float) -> Array:
        """Return the reference's value."""
        return normalization.batch_norm(inputs["x"], inputs["gamma"], inputs["beta"], eps=eps)

    def gradients(
        self, upstream: Array, inputs: Inputs, eps: float
    ) -> tuple[Array, Array, Array]:
        """Return the reference's gradients."""
        return normalization.batch_norm_backward(
            upstream, inputs["x"], inputs["gamma"], inputs["beta"], eps=eps
        )


COMPONENT = BatchNorm()
