"""Normalisation of images: value and backward side by side.

What is normalised together are all pixels of some channels of *one* image:

    group_norm       the channels in groups of C / groups, each group by itself
    instance_norm    every channel by itself: as many groups as channels

γ and β belong to the channels, not to the pixels. Within a group all is as in ``layer_norm``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.normalization import normalised
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["group_norm", "group_norm_backward", "instance_norm", "instance_norm_backward"]

PIXELS = (0, 2, 3)
"""The axes that share one γ: examples, rows and columns."""


def _images(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, groups: int
) -> tuple[Array, Array, Array]:
    """Return the three as inexact arrays, checked: x (N, C, H, W), gamma and beta (C, 1, 1)."""
    x, gamma, beta = as_inexact(x), as_inexact(gamma), as_inexact(beta)
    if x.ndim != 4 or 0 in x.shape or gamma.shape != x.shape[1:2] or beta.shape != x.shape[1:2]:
        raise ValueError(
            f"x, gamma and beta must have shapes (N, C, H, W), (C,) and (C,) with something in "
            f"them, not {x.shape}, {gamma.shape} and {beta.shape}"
        )
    if groups < 1 or x.shape[1] % groups:
        raise ValueError(f"{x.shape[1]} channels can't be split into {groups} groups")
    return x, gamma[:, None, None], beta[:, None, None]


def _in_groups(x: Array, groups: int) -> Array:
    """Return (N, C, H, W) as (N, groups, everything in a group)."""
    return x.reshape(x.shape[0], groups, -1)


def group_norm(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *, groups: int = 2,
    eps: float = 1e-5,
) -> Array:  # fmt: skip
    """Return out = γ ⊙ (x - μ) / sqrt(v + eps) + β, with μ and v of each group of each image.

    A group is C / groups neighbouring channels with all their pixels, v the mean of the squares.
    The gradients are derived in ``group_norm_backward``.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    gamma, beta : array_like, shape (C,)
        γ and β, the scale and shift of each channel.
    groups : int
        How many, a divisor of C. 1 is a layer norm over the whole image.
    eps : float
        Added to the variance, in its unit.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    Y. Wu, K. He, "Group normalization", European Conference on Computer Vision, 2018.

    Examples
    --------
    >>> x = [[[[1.0]], [[3.0]], [[5.0]], [[5.0]]]]
    >>> group_norm(x, np.ones(4), [0.0, 0.0, 7.0, 8.0]).round(4).ravel().tolist()
    [-1.0, 1.0, 7.0, 8.0]
    """
    x, gamma, beta = _images(x, gamma, beta, groups)
    x_hat, _ = normalised(_in_groups(x, groups), axis=2, eps=eps)
    return np.asarray(gamma * x_hat.reshape(x.shape) + beta)


def group_norm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *,
    groups: int = 2, eps: float = 1e-5,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dgamma, dbeta) for ``group_norm``.

    Derivation
    ----------
    1. out_ncij = γ_c x_hat_ncij + β_c
    2. dγ_c = Σ_nij dout_ncij x_hat_ncij and dβ_c = Σ_nij dout_ncij     all pixels share γ_c
    3. g = dout ⊙ γ                                                     per channel, before the mean
    4. within each group, n = (C / groups) H W numbers, steps 4 to 10 of ``layer_norm_backward``:
       dx = (g - mean(g) - x_hat ⊙ mean(g ⊙ x_hat)) / σ                 means over the group

    n counts the pixels of all channels of the group, not the channels alone.

    Parameters
    ----------
    dout : array_like, shape (N, C, H, W)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, C, H, W)
        Images.
    gamma, beta : array_like, shape (C,)
        γ and β; the gradients don't depend on β.
    groups : int
        The same as in the value.
    eps : float
        The same as in the value.

    Returns
    -------
    tuple of ndarray
        dx (N, C, H, W), dgamma (C,), dbeta (C,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    Y. Wu, K. He, as in ``group_norm``.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(1, 4, 1, 2) ** 2
    >>> dout, gamma, h = np.cos(x), np.array([1.0, 2.0, -1.0, 0.5]), np.zeros_like(x)
    >>> h[0, 1, 0, 0] = 1e-6
    >>> dx, dgamma, dbeta = group_norm_backward(dout, x, gamma, gamma)
    >>> difference = group_norm(x + h, gamma, gamma) - group_norm(x - h, gamma, gamma)
    >>> numeric = np.sum(dout * difference) / 2e-6
    >>> bool(abs(numeric - dx[0, 1, 0, 0]) < 1e-8)
    True
    """
    x, gamma, _ = _images(x, gamma, beta, groups)
    dout = as_inexact(dout)
    require_same_shape(dout=dout, x=x)
    x_hat, sigma = normalised(_in_groups(x, groups), axis=2, eps=eps)
    g = _in_groups(dout * gamma, groups)
    mean_g = np.mean(g, axis=2, keepdims=True)
    mean_g_x_hat = np.mean(g * x_hat, axis=2, keepdims=True)
    dx = (g - mean_g - x_hat * mean_g_x_hat) / sigma
    dgamma = np.sum(dout * x_hat.reshape(x.shape), axis=PIXELS)
    dbeta = np.sum(dout, axis=PIXELS)
    return np.asarray(dx).reshape(x.shape), np.asarray(dgamma), np.asarray(dbeta)


def instance_norm(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *, eps: float = 1e-5
) -> Array:
    """Return out = γ ⊙ (x - μ) / sqrt(v + eps) + β, with μ and v of each channel of each image.

    ``group_norm`` with as many groups as channels. The gradients are derived in
    ``instance_norm_backward``.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    gamma, beta : array_like, shape (C,)
        γ and β, the scale and shift of each channel.
    eps : float
        Added to the variance, in its unit.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    D. Ulyanov, A. Vedaldi, V. Lempitsky, "Instance normalization: the missing ingredient for fast
    stylization", arXiv:1607.08022, 2016.

    Examples
    --------
    >>> x = [[[[1.0, 3.0]], [[5.0, 5.0]]]]
    >>> instance_norm(x, [1.0, 1.0], [0.0, 7.0]).round(4).ravel().tolist()
    [-1.0, 1.0, 7.0, 7.0]
    """
    return group_norm(x, gamma, beta, groups=_channels(x), eps=eps)


def _channels(x: npt.ArrayLike) -> int:
    """Return how many channels there are; 1 for what has no such axis and is refused later."""
    shape = np.shape(x)
    return shape[1] if len(shape) > 1 else 1


def instance_norm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dgamma, dbeta) for ``instance_norm``.

    Derivation
    ----------
    1. the steps of ``group_norm_backward`` with groups = C, so n = H W:
    2. dγ_c = Σ_nij dout_ncij x_hat_ncij and dβ_c = Σ_nij dout_ncij
    3. dx = γ_c (dout - mean(dout) - x_hat ⊙ mean(dout ⊙ x_hat)) / σ     means over the H W pixels

    γ_c is one number for the whole channel, so it stands in front of the means here.

    Parameters
    ----------
    dout : array_like, shape (N, C, H, W)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, C, H, W)
        Images.
    gamma, beta : array_like, shape (C,)
        γ and β; the gradients don't depend on β.
    eps : float
        The same as in the value.

    Returns
    -------
    tuple of ndarray
        dx (N, C, H, W), dgamma (C,), dbeta (C,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    D. Ulyanov et al., as in ``instance_norm``.

    Examples
    --------
    >>> x = np.arange(6.0).reshape(1, 2, 1, 3) ** 2
    >>> dout, gamma, h = np.cos(x), np.array([1.0, 2.0]), np.zeros_like(x)
    >>> h[0, 1, 0, 0] = 1e-6
    >>> dx, dgamma, dbeta = instance_norm_backward(dout, x, gamma, gamma)
    >>> difference = instance_norm(x + h, gamma, gamma) - instance_norm(x - h, gamma, gamma)
    >>> numeric = np.sum(dout * difference) / 2e-6
    >>> bool(abs(numeric - dx[0, 1, 0, 0]) < 1e-8)
    True
    """
    return group_norm_backward(dout, x, gamma, beta, groups=_channels(x), eps=eps)
