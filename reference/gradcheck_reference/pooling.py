"""Pooling of images: value and backward side by side; ``windows`` says what a window is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact
from gradcheck_reference.windows import require_fit, require_upstream, spread, windows_of

__all__ = [
    "average_pool",
    "average_pool_backward",
    "global_average_pool",
    "global_average_pool_backward",
    "max_pool",
    "max_pool_backward",
]


def _images(x: npt.ArrayLike, window: int, stride: int | None) -> tuple[Array, int, int, int]:
    """Return x as inexact images, the stride (that of the window if None), OH and OW."""
    x = as_inexact(x)
    if x.ndim != 4:
        raise ValueError(f"x must have shape (N, C, H, W), not {x.shape}")
    stride = window if stride is None else stride
    return x, stride, *require_fit(x, window, window, stride, 0)


def _largest(windows: Array) -> Array:
    """Return [entry is the first largest of its window], of the windows' shape.

    Complex numbers are compared by their real parts.
    """
    entries = windows.reshape(*windows.shape[:4], -1).real
    first = np.argmax(entries, axis=4)
    chosen = np.arange(entries.shape[4]) == first[..., None]
    return np.asarray(chosen.reshape(windows.shape))


def max_pool(x: npt.ArrayLike, *, window: int = 2, stride: int | None = None) -> Array:
    """Return z_ncij = max_pq x_nc(is+p)(js+q), the largest entry of each square window.

    The gradient is derived in ``max_pool_backward``. There is a kink where the largest entry of a
    window is there twice.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    window : int
        Side K of the windows, at least 1.
    stride : int, optional
        Distance s of neighbouring windows; K by default, so that they don't overlap.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)
        OH = ⌊(H - K) / s⌋ + 1, OW alike.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 9.3.

    Examples
    --------
    >>> max_pool([[[[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 0.0]]]]).tolist()
    [[[[4.0, 5.0]]]]
    """
    x, stride, _, _ = _images(x, window, stride)
    windows = windows_of(x, window, window, stride)
    z = np.sum(np.where(_largest(windows), windows, 0), axis=(4, 5))
    return np.asarray(z)


def max_pool_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, *, window: int = 2, stride: int | None = None
) -> Array:
    """Return dx for z = max_pool(x).

    Derivation
    ----------
    Let v_ncijpq = x_nc(is+p)(js+q) be the windows, (N, C, OH, OW, K, K), so that z_ncij is the
    largest of v_ncij.. over p and q. With dout_ncij = ∂C/∂z_ncij,

    1. ∂z_ncij/∂v_ncijpq = [v_ncijpq is the largest]    a little more of another changes nothing
    2. dv_ncijpq = dout_ncij [v_ncijpq is the largest]  (N, C, OH, OW, K, K)
    3. dx_ncuv = Σ over all i, j, p, q with (is + p, js + q) = (u, v) of dv_ncijpq
                                                        (N, C, H, W)

    Where windows overlap, one entry may be the largest of several, and their parts are added.

    Kink
    ----
    Where the largest entry is there several times, moving one of them up raises z and moving it
    down doesn't: each of them may get any part of dout_ncij, from nothing to the whole. Here the
    first (in the order of rows) gets it all.

    Parameters
    ----------
    dout : array_like, shape (N, C, OH, OW)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, H, W)
        Images.
    window, stride : int
        As in ``max_pool``.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998, for layers that subsample; the maximum's
    slope is that of any function made of branches.

    Examples
    --------
    >>> x, dout = np.array([[[[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]]]), np.array([[[[10.0, 100.0]]]])
    >>> max_pool_backward(dout, x, stride=1).tolist()
    [[[[0.0, 0.0, 100.0], [10.0, 0.0, 0.0]]]]
    >>> h = np.array([[[[0.0, 0.0, 0.0], [1e-6, 0.0, 0.0]]]])
    >>> numeric = np.sum(dout * (max_pool(x + h, stride=1) - max_pool(x - h, stride=1))) / 2e-6
    >>> bool(abs(numeric - 10.0) < 1e-7)
    True
    """
    x, stride, OH, OW = _images(x, window, stride)
    dout = as_inexact(dout)
    require_upstream(dout, (*x.shape[:2], OH, OW))
    windows = windows_of(x, window, window, stride)
    dwindows = np.where(_largest(windows), dout[..., None, None], 0)
    return spread(dwindows, x.shape, stride)


def average_pool(x: npt.ArrayLike, *, window: int = 2, stride: int | None = None) -> Array:
    """Return z_ncij = (1/K²) Σ_pq x_nc(is+p)(js+q), the mean of each square window.

    The gradient is derived in ``average_pool_backward``. Smooth everywhere.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    window : int
        Side K of the windows, at least 1.
    stride : int, optional
        Distance s of neighbouring windows; K by default, so that they don't overlap.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)
        OH = ⌊(H - K) / s⌋ + 1, OW alike.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998, section II.B.

    Examples
    --------
    >>> average_pool([[[[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 0.0, 1.0]]]]).tolist()
    [[[[2.5, 1.5]]]]
    """
    x, stride, _, _ = _images(x, window, stride)
    windows = windows_of(x, window, window, stride)
    return np.asarray(np.sum(windows, axis=(4, 5)) / window**2)


def average_pool_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, *, window: int = 2, stride: int | None = None
) -> Array:
    """Return dx for z = average_pool(x).

    Derivation
    ----------
    Let v_ncijpq = x_nc(is+p)(js+q) be the windows, (N, C, OH, OW, K, K), so that
    z_ncij = (1/K²) Σ_pq v_ncijpq. With dout_ncij = ∂C/∂z_ncij,

    1. ∂z_ncij/∂v_ncijpq = 1/K²                    the same for each of the K² entries
    2. dv_ncijpq = dout_ncij / K²                  (N, C, OH, OW, K, K)
    3. dx_ncuv = Σ over all i, j, p, q with (is + p, js + q) = (u, v) of dv_ncijpq
                                                   (N, C, H, W)

    Parameters
    ----------
    dout : array_like, shape (N, C, OH, OW)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, H, W)
        Images; the gradient depends on their shape only.
    window, stride : int
        As in ``average_pool``.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998, section II.B.

    Examples
    --------
    >>> x, dout = np.array([[[[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]]]), np.array([[[[4.0, 8.0]]]])
    >>> average_pool_backward(dout, x, stride=1).tolist()
    [[[[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]]]]
    >>> h = np.array([[[[0.0, 1e-6, 0.0], [0.0, 0.0, 0.0]]]])
    >>> above, below = (average_pool(x + step, stride=1) for step in (h, -h))
    >>> numeric = np.sum(dout * (above - below)) / 2e-6
    >>> bool(abs(numeric - 3.0) < 1e-7)
    True
    """
    x, stride, OH, OW = _images(x, window, stride)
    dout = as_inexact(dout)
    require_upstream(dout, (*x.shape[:2], OH, OW))
    dentry = dout / window**2
    dwindows = np.broadcast_to(dentry[..., None, None], (*dout.shape, window, window))
    return spread(dwindows, x.shape, stride)


def global_average_pool(x: npt.ArrayLike) -> Array:
    """Return z_nc = (1/(H W)) Σ_uv x_ncuv, the mean of each channel of each image.

    The gradient is derived in ``global_average_pool_backward``. Smooth everywhere.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.

    Returns
    -------
    ndarray, shape (N, C)

    Raises
    ------
    ValueError
        If x isn't images of at least one pixel.

    Source
    ------
    M. Lin, Q. Chen, S. Yan, "Network in network", International Conference on Learning
    Representations, 2014.

    Examples
    --------
    >>> global_average_pool([[[[1.0, 2.0], [4.0, 5.0]]]]).tolist()
    [[3.0]]
    """
    return np.asarray(np.mean(_whole(x), axis=(2, 3)))


def _whole(x: npt.ArrayLike) -> Array:
    """Return x as inexact images with something in them."""
    x = as_inexact(x)
    if x.ndim != 4 or 0 in x.shape:
        raise ValueError(f"x must have shape (N, C, H, W) with something in it, not {x.shape}")
    return x


def global_average_pool_backward(dout: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Return dx for z = global_average_pool(x).

    Derivation
    ----------
    1. ∂z_nc/∂x_ncuv = 1/(H W)                     the same for every pixel of the channel
    2. dx_ncuv = dout_nc / (H W)

    Parameters
    ----------
    dout : array_like, shape (N, C)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, H, W)
        Images; the gradient depends on their shape only.

    Returns
    -------
    ndarray, shape (N, C, H, W)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    M. Lin et al., as in ``global_average_pool``.

    Examples
    --------
    >>> x, dout = np.array([[[[1.0, 2.0], [4.0, 5.0]]]]), np.array([[8.0]])
    >>> global_average_pool_backward(dout, x).tolist()
    [[[[2.0, 2.0], [2.0, 2.0]]]]
    >>> h = np.array([[[[0.0, 1e-6], [0.0, 0.0]]]])
    >>> numeric = np.sum(dout * (global_average_pool(x + h) - global_average_pool(x - h))) / 2e-6
    >>> bool(abs(numeric - 2.0) < 1e-8)
    True
    """
    x, dout = _whole(x), as_inexact(dout)
    require_upstream(dout, x.shape[:2])
    n_pixels = x.shape[2] * x.shape[3]
    share = dout[:, :, None, None] / n_pixels
    return np.broadcast_to(share, x.shape).copy()
