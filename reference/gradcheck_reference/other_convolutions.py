"""Convolution of sequences, and the convolution that enlarges: value and backward side by side.

Both are ``conv2d`` looked at differently: a sequence is an image of one row, and a transposed
convolution does to its input what the gradient of a convolution does to its upstream.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.convolution import conv2d, conv2d_backward
from gradcheck_reference.stable import Array, as_inexact
from gradcheck_reference.windows import require_upstream, spread, windows_of

__all__ = ["conv1d", "conv1d_backward", "transposed_conv2d", "transposed_conv2d_backward"]


def _sequences(
    x: npt.ArrayLike, W: npt.ArrayLike, padding: int
) -> tuple[Array, Array]:
    """Return x in its frame and W as images of one row, checked: x (N, C, L), W (F, C, K)."""
    x, W = as_inexact(x), as_inexact(W)
    if x.ndim != 3 or W.ndim != 3:
        raise ValueError(
            f"x and W must have shapes (N, C, L) and (F, C, K), not {x.shape} and {W.shape}"
        )
    if padding < 0:
        raise ValueError(f"padding must be at least 0, not {padding}")
    framed = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    return framed[:, :, None, :], W[:, :, None, :]


def conv1d(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *, stride: int = 1, padding: int = 0
) -> Array:
    """Return z_nfi = Σ_cp x_nc(is+p) W_fcp + b_f, a cross-correlation along a sequence.

    The gradients are derived in ``conv1d_backward``. Smooth everywhere.

    Parameters
    ----------
    x : array_like, shape (N, C, L)
        Sequences of C numbers a step.
    W : array_like, shape (F, C, K)
        F kernels of K steps.
    b : array_like, shape (F,)
        Biases, one a kernel.
    stride : int
        Distance s of neighbouring windows, at least 1.
    padding : int
        How many zeros P are put at both ends.

    Returns
    -------
    ndarray, shape (N, F, OL)
        OL = ⌊(L + 2P - K) / s⌋ + 1.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 9.1.

    Examples
    --------
    >>> conv1d([[[1.0, 2.0, 3.0]]], [[[1.0, 10.0]]], [0.5]).tolist()
    [[[21.5, 32.5]]]
    """
    rows, kernels = _sequences(x, W, padding)
    return conv2d(rows, kernels, b, stride=stride)[:, :, 0]


def conv1d_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *,
    stride: int = 1, padding: int = 0,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dW, db) for z = conv1d(x, W, b).

    Derivation
    ----------
    Let x̂ (N, C, L + 2P) be x with its zeros. As in ``conv2d_backward``, with one place index less:

    1. z_nfi = Σ_cp x̂_nc(is+p) W_fcp + b_f
    2. dW_fcp = Σ_ni dout_nfi x̂_nc(is+p)
    3. db_f = Σ_ni dout_nfi
    4. dx̂_ncu = Σ dout_nfi W_fcp over all f, i, p with is + p = u
    5. dx is dx̂ without the P entries at both ends

    Parameters
    ----------
    dout : array_like, shape (N, F, OL)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, L)
        Sequences.
    W : array_like, shape (F, C, K)
        Kernels.
    b : array_like, shape (F,)
        Biases; the gradients don't depend on their values.
    stride, padding : int
        As in ``conv1d``.

    Returns
    -------
    tuple of ndarray
        dx (N, C, L), dW (F, C, K), db (F,).

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    I. Goodfellow et al., as in ``conv1d``.

    Examples
    --------
    >>> x, W, dout = np.array([[[1.0, 2.0, 3.0]]]), np.array([[[5.0, 7.0]]]), [[[1.0, 10.0]]]
    >>> dx, dW, db = conv1d_backward(dout, x, W, [0.0])
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[[5.0, 57.0, 70.0]]], [[[21.0, 32.0]]], [11.0])
    >>> h = np.array([[[0.0, 1e-6, 0.0]]])
    >>> numeric = np.sum(dout * (conv1d(x + h, W, [0.0]) - conv1d(x - h, W, [0.0]))) / 2e-6
    >>> bool(abs(numeric - 57.0) < 1e-7)
    True
    """
    rows, kernels = _sequences(x, W, padding)
    upstream = as_inexact(dout)
    if upstream.ndim != 3:
        raise ValueError(f"dout must have the output's shape (N, F, OL), not {upstream.shape}")
    dx, dW, db = conv2d_backward(upstream[:, :, None, :], rows, kernels, b, stride=stride)
    end = rows.shape[3] - padding
    return np.ascontiguousarray(dx[:, :, 0, padding:end]), dW[:, :, 0], db


def _small_images(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, stride: int, padding: int
) -> tuple[Array, Array, Array, tuple[int, int]]:
    """Return x (N, C, H, W), W (C, F, KH, KW), b (F,), checked, and the framed output's sides."""
    x, W, b = as_inexact(x), as_inexact(W), as_inexact(b)
    if x.ndim != 4 or W.ndim != 4 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:2]:
        raise ValueError(
            f"x, W and b must have shapes (N, C, H, W), (C, F, KH, KW) and (F,), "
            f"not {x.shape}, {W.shape} and {b.shape}"
        )
    if stride < 1 or padding < 0:
        raise ValueError(
            f"stride must be at least 1 and padding at least 0, not {stride} and {padding}"
        )
    height, width = ((n - 1) * stride + k for n, k in zip(x.shape[2:], W.shape[2:], strict=True))
    if min(height, width) <= 2 * padding:
        raise ValueError(f"a padding of {padding} leaves nothing of {(height, width)}")
    return x, W, b, (height, width)


def transposed_conv2d(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *, stride: int = 1, padding: int = 0
) -> Array:
    """Return z_nfuv = Σ x_ncij W_cfpq + b_f over all c, i, j, p, q with (is+p, js+q) = (u+P, v+P).

    Each entry of x puts its multiple of the kernel into the output, at s times its own place; where
    these overlap they add up. P rows and columns are cut off at each edge. The gradients are
    derived in ``transposed_conv2d_backward``.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    W : array_like, shape (C, F, KH, KW)
        Kernels, the input's channels first.
    b : array_like, shape (F,)
        Biases, one an output channel.
    stride : int
        By how much s the image is enlarged, at least 1.
    padding : int
        How much P is cut off at each edge.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)
        OH = s (H - 1) + KH - 2P, OW alike.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285,
    2016, chapter 4.

    Examples
    --------
    >>> transposed_conv2d([[[[1.0, 2.0]]]], [[[[1.0, 10.0, 100.0]]]], [0.5], stride=2).tolist()
    [[[[1.5, 10.5, 102.5, 20.5, 200.5]]]]
    """
    x, W, b, (height, width) = _small_images(x, W, b, stride, padding)
    stamps = np.moveaxis(np.tensordot(x, W, axes=((1,), (0,))), 3, 1)
    framed = spread(stamps, (x.shape[0], W.shape[1], height, width), stride)
    whole = framed[:, :, padding : height - padding, padding : width - padding]
    return np.asarray(whole + b[:, None, None])


def transposed_conv2d_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *,
    stride: int = 1, padding: int = 0,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dW, db) for z = transposed_conv2d(x, W, b).

    Derivation
    ----------
    Let d̂ be dout in a frame of P zeros, and v_nfijpq = d̂_nf(is+p)(js+q) its windows,
    (N, F, H, W, KH, KW): what x_ncij has put its kernel on.

    1. ∂z/∂x_ncij = W_cfpq at the place (is + p, js + q) of the frame
    2. dx_ncij = Σ_fpq v_nfijpq W_cfpq             a convolution of d̂, of the same stride
    3. dW_cfpq = Σ_nij x_ncij v_nfijpq
    4. db_f = Σ_nuv dout_nfuv

    Parameters
    ----------
    dout : array_like, shape (N, F, OH, OW)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, H, W)
        Images.
    W : array_like, shape (C, F, KH, KW)
        Kernels.
    b : array_like, shape (F,)
        Biases; the gradients don't depend on their values.
    stride, padding : int
        As in ``transposed_conv2d``.

    Returns
    -------
    tuple of ndarray
        dx (N, C, H, W), dW (C, F, KH, KW), db (F,).

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    V. Dumoulin, F. Visin, as in ``transposed_conv2d``.

    Examples
    --------
    >>> x, W = np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0, 100.0]]]])
    >>> dout, h = np.array([[[[1.0, 2.0, 3.0, 4.0, 5.0]]]]), np.array([[[[0.0, 1e-6]]]])
    >>> dx, dW, db = transposed_conv2d_backward(dout, x, W, [0.0], stride=2)
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[[[321.0, 543.0]]]], [[[[7.0, 10.0, 13.0]]]], [15.0])
    >>> above, below = (transposed_conv2d(x + s, W, [0.0], stride=2) for s in (h, -h))
    >>> numeric = np.sum(dout * (above - below)) / 2e-6
    >>> bool(abs(numeric - 543.0) < 1e-6)
    True
    """
    x, W, b, (height, width) = _small_images(x, W, b, stride, padding)
    dout = as_inexact(dout)
    require_upstream(
        dout, (x.shape[0], W.shape[1], height - 2 * padding, width - 2 * padding)
    )
    frame = (padding, padding)
    KH, KW = W.shape[2:]
    windows = windows_of(np.pad(dout, ((0, 0), (0, 0), frame, frame)), KH, KW, stride)
    dx = np.moveaxis(np.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3))), 3, 1)
    dW = np.tensordot(x, windows, axes=((0, 2, 3), (0, 2, 3)))
    db = np.sum(dout, axis=(0, 2, 3))
    return np.ascontiguousarray(dx), np.asarray(dW), np.asarray(db)
