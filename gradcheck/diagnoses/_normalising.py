"""What diagnoses of normalisations share: the terms of dx, a row for each mean and variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Trial

__all__ = ["IDS", "IMAGES", "WITHOUT_MEAN", "Terms", "restored", "terms"]

IMAGES = frozenset({"group-norm", "instance-norm"})
WITHOUT_MEAN = "rms-norm"
IDS = frozenset({"batch-norm", "layer-norm", WITHOUT_MEAN, *IMAGES})


def grouped(array: Array, trial: Trial) -> Array:
    """Return an array with a row for each group that has a mean and a variance of its own."""
    component, variant = trial.example.component, trial.example.variant
    if component.id == "batch-norm":
        return array.T
    if component.id not in IMAGES:
        return array
    n, channels = array.shape[:2]
    groups = channels
    if component.id == "group-norm":
        groups = int(component.constant(variant, "groups"))
    return array.reshape(n * groups, -1)


def restored(rows: Array, trial: Trial) -> Array:
    """Return rows of groups as the input x lies."""
    x = trial.example.inputs["x"]
    return rows.T if trial.example.component.id == "batch-norm" else rows.reshape(x.shape)


@dataclass(frozen=True)
class Terms:
    """g = dout gamma, the terms of the mean and of the variance, the variance, the epsilon."""

    g: Array
    of_mean: Array
    of_variance: Array
    variance: Array
    eps: float


def terms(trial: Trial) -> Terms:
    """Return the terms of dx = (g - of_mean - of_variance) / sqrt(variance + eps)."""
    example = trial.example
    component, inputs = example.component, example.inputs
    gamma = inputs.get("gamma", np.ones(()))
    if component.id in IMAGES and gamma.ndim:
        gamma = gamma[:, None, None]
    x = grouped(inputs["x"], trial)
    g = grouped(example.upstream * gamma, trial)
    eps = component.constant(example.variant, "eps")
    mean = 0.0 if component.id == WITHOUT_MEAN else x.mean(axis=1, keepdims=True)
    variance = np.mean((x - mean) ** 2, axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(variance + eps)
    first = np.zeros_like(g) if component.id == WITHOUT_MEAN else g.mean(axis=1, keepdims=True)
    second = x_hat * np.mean(g * x_hat, axis=1, keepdims=True)
    return Terms(g, first, second, variance, eps)
