"""Convolution of images: value and backward side by side; ``windows`` says what a window is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact
from gradcheck_reference.windows import (
    dilated,
    require_fit,
    require_upstream,
    spread,
    windows_of,
)

__all__ = ["conv2d", "conv2d_backward"]


def _padded(x: Array, padding: int) -> Array:
    """Return x with a frame of zeros, (N, C, H, W) -> (N, C, H + 2P, W + 2P)."""
    frame = (padding, padding)
    return np.pad(x, ((0, 0), (0, 0), frame, frame))


def _require_dilation(dilation: int) -> None:
    """Raise ValueError unless the entries of a kernel are at least 1 apart."""
    if dilation < 1:
        raise ValueError(f"dilation must be at least 1, not {dilation}")


def _images_and_kernels(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return the three as inexact arrays, checked: x (N, C, H, W), W (F, C, KH, KW), b (F,)."""
    x, W, b = as_inexact(x), as_inexact(W), as_inexact(b)
    if x.ndim != 4 or W.ndim != 4 or x.shape[1] != W.shape[1] or b.shape != W.shape[:1]:
        raise ValueError(
            f"x, W and b must have shapes (N, C, H, W), (F, C, KH, KW) and (F,), "
            f"not {x.shape}, {W.shape} and {b.shape}"
        )
    return x, W, b


def conv2d(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike, *, stride: int = 1, padding: int = 0,
    dilation: int = 1,
) -> Array:  # fmt: skip
    """Return z_nfij = Σ_cpq x_nc(is+p)(js+q) W_fcpq + b_f, a cross-correlation.

    Deep learning calls it convolution although the kernel isn't turned around. Each kernel f is
    laid on the image at every place (i, j); the product of what lies on each other, summed, is one
    number of the output. The gradients are derived in ``conv2d_backward``. Smooth everywhere.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        Images.
    W : array_like, shape (F, C, KH, KW)
        F kernels, each as deep as the image.
    b : array_like, shape (F,)
        Biases, one a kernel.
    stride : int
        Distance s of neighbouring windows, at least 1.
    padding : int
        Width P of the frame of zeros around each image.
    dilation : int
        Distance d of neighbouring entries of a kernel, at least 1: is + dp takes the place of
        is + p everywhere.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)
        OH = ⌊(H + 2P - d (KH - 1) - 1) / s⌋ + 1, OW alike.

    Raises
    ------
    ValueError
        If the shapes don't fit, or the constants are out of range.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, equations 9.6 and 9.7.

    Examples
    --------
    >>> image, kernel = [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]], [[[[1.0, 0.0], [0.0, 10.0]]]]
    >>> conv2d(image, kernel, [0.5]).tolist()
    [[[[51.5, 62.5]]]]
    """
    x, W, b = _images_and_kernels(x, W, b)
    KH, KW = W.shape[2:]
    _require_dilation(dilation)
    require_fit(x, dilated(KH, dilation), dilated(KW, dilation), stride, padding)
    windows = windows_of(_padded(x, padding), KH, KW, stride, dilation)
    z = np.tensordot(windows, W, axes=((1, 4, 5), (1, 2, 3)))
    return np.asarray(np.moveaxis(z, 3, 1) + b[:, None, None])


def conv2d_backward(
    dout: npt.ArrayLike,
    x: npt.ArrayLike,
    W: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> tuple[Array, Array, Array]:
    """Return (dx, dW, db) for z = conv2d(x, W, b).

    Derivation
    ----------
    Let x̂ (N, C, H + 2P, W + 2P) be x in its frame of zeros, and v_ncijpq = x̂_nc(is+p)(js+q) its
    windows, (N, C, OH, OW, KH, KW). Then z_nfij = Σ_cpq v_ncijpq W_fcpq + b_f: an affine layer at
    every place (i, j), with the same W and b at all of them. With dout_nfij = ∂C/∂z_nfij,

    1. ∂z_nfij/∂W_fcpq = v_ncijpq                  the other factor of the product
    2. ∂z_nfij/∂b_f = 1                            at each of the N · OH · OW places
    3. ∂z_nfij/∂v_ncijpq = W_fcpq                  the same p, q: nothing is turned around
    4. dW_fcpq = Σ_nij dout_nfij v_ncijpq          (N, F, OH, OW) (N, C, OH, OW, KH, KW)
                                                   = (F, C, KH, KW)
    5. db_f = Σ_nij dout_nfij                      all axes but the kernels': (F,)
    6. dv_ncijpq = Σ_f dout_nfij W_fcpq            (N, C, OH, OW, KH, KW)
    7. dx̂_ncuv = Σ over all i, j, p, q with (is + p, js + q) = (u, v) of dv_ncijpq
                                                   (N, C, H + 2P, W + 2P)
    8. dx_ncuv = dx̂_nc(u+P)(v+P)                   the frame is cut off: (N, C, H, W)

    Step 7 for s = 1 puts p = u - i: dx̂_ncuv = Σ_fij dout_nfij W_fc(u-i)(v-j), a convolution in the
    mathematician's sense, which is where the kernel that is turned around comes from. With a
    dilation d, dp and dq take the places of p and q in x̂, in the windows and in step 7.

    Parameters
    ----------
    dout : array_like, shape (N, F, OH, OW)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, C, H, W)
        Images.
    W : array_like, shape (F, C, KH, KW)
        Kernels.
    b : array_like, shape (F,)
        Biases; the gradients don't depend on their values.
    stride, padding, dilation : int
        As in ``conv2d``.

    Returns
    -------
    tuple of ndarray
        dx (N, C, H, W), dW (F, C, KH, KW), db (F,), each in the shape of its variable.

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
    >>> x, W = np.array([[[[1.0, 2.0, 3.0]]]]), np.array([[[[5.0, 7.0]]]])
    >>> dx, dW, db = conv2d_backward([[[[1.0, 10.0]]]], x, W, [0.0])
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[[[5.0, 57.0, 70.0]]]], [[[[21.0, 32.0]]]], [11.0])
    >>> h, dout = np.array([[[[0.0, 1e-6, 0.0]]]]), np.array([[[[1.0, 10.0]]]])
    >>> numeric = np.sum(dout * (conv2d(x + h, W, [0.0]) - conv2d(x - h, W, [0.0]))) / 2e-6
    >>> bool(abs(numeric - dx[0, 0, 0, 1]) < 1e-7)
    True
    """
    x, W, b = _images_and_kernels(x, W, b)
    dout = as_inexact(dout)
    KH, KW = W.shape[2:]
    _require_dilation(dilation)
    OH, OW = require_fit(x, dilated(KH, dilation), dilated(KW, dilation), stride, padding)
    require_upstream(dout, (x.shape[0], W.shape[0], OH, OW))
    x_framed = _padded(x, padding)
    windows = windows_of(x_framed, KH, KW, stride, dilation)
    dW = np.tensordot(dout, windows, axes=((0, 2, 3), (0, 2, 3)))
    db = np.sum(dout, axis=(0, 2, 3))
    dwindows = np.moveaxis(np.tensordot(dout, W, axes=((1,), (0,))), 3, 1)
    dx_framed = spread(dwindows, x_framed.shape, stride, dilation)
    rows, columns = (slice(padding, padding + size) for size in x.shape[2:])
    dx = dx_framed[:, :, rows, columns]
    return np.ascontiguousarray(dx), np.asarray(dW), np.asarray(db)
