"""Layers without parameters that rearrange, add or leave out: value and backward side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact, require_same_shape
from gradcheck_reference.windows import require_upstream

__all__ = [
    "dropout",
    "dropout_backward",
    "flatten",
    "flatten_backward",
    "residual",
    "residual_backward",
]


def _batch(x: npt.ArrayLike) -> Array:
    """Return x as an inexact array, checked: axis 0 = examples."""
    x = as_inexact(x)
    if x.ndim < 1:
        raise ValueError(f"x must have a first axis of examples, not shape {x.shape}")
    return x


def flatten(x: npt.ArrayLike) -> Array:
    """Return each example as one row, the last axis running fastest: (N, …) -> (N, D).

    The gradient is derived in ``flatten_backward``.

    Parameters
    ----------
    x : array_like, shape (N, …)
        Examples of any shape.

    Returns
    -------
    ndarray, shape (N, D)
        A copy; D is the product of the other axes.

    Raises
    ------
    ValueError
        If x has no axis.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 6.5.

    Examples
    --------
    >>> flatten([[[1.0, 2.0], [3.0, 4.0]]]).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """
    x = _batch(x)
    return x.reshape(x.shape[0], -1).copy()


def flatten_backward(dout: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """Return dx for ``flatten``.

    Derivation
    ----------
    1. out_nd = x_n…, the place d standing for all other indices in their order
    2. each entry of x is one entry of out, so ∂out/∂x is a permutation, here the identity
    3. dx_n… = dout_nd: the same numbers, in the shape of x

    Parameters
    ----------
    dout : array_like, shape (N, D)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, …)
        Examples; the gradient depends on their shape only.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    I. Goodfellow et al., as in ``flatten``.

    Examples
    --------
    >>> x, dout = np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([[5.0, 6.0, 7.0, 8.0]])
    >>> flatten_backward(dout, x).tolist()
    [[[5.0, 6.0], [7.0, 8.0]]]
    >>> h = np.array([[[0.0, 1e-6], [0.0, 0.0]]])
    >>> numeric = np.sum(dout * (flatten(x + h) - flatten(x - h))) / 2e-6
    >>> bool(abs(numeric - 6.0) < 1e-7)
    True
    """
    x, dout = _batch(x), as_inexact(dout)
    require_upstream(dout, (x.shape[0], x[:1].size))
    return dout.reshape(x.shape).copy()


def residual(x: npt.ArrayLike, f: npt.ArrayLike) -> Array:
    """Return out = x + f, with f what a branch has made of x: a shortcut around the branch.

    The gradients are derived in ``residual_backward``.

    Parameters
    ----------
    x : array_like, any shape
        What goes around the branch.
    f : array_like, shape of x
        What the branch has made of it.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", Conference on
    Computer Vision and Pattern Recognition, 2016.

    Examples
    --------
    >>> residual([1.0, 2.0], [10.0, 20.0]).tolist()
    [11.0, 22.0]
    """
    x, f = as_inexact(x), as_inexact(f)
    require_same_shape(x=x, f=f)
    return np.asarray(x + f)


def residual_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, f: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return (dx, df) for out = x + f, with x and f taken as two inputs.

    Derivation
    ----------
    1. ∂out/∂x = 1 and ∂out/∂f = 1
    2. dx = dout and df = dout: a sum hands its upstream gradient to each of its terms

    What the branch makes of df comes on top of dx: x is used twice, so its gradients add up. That
    is why the shortcut keeps gradients alive.

    Parameters
    ----------
    dout : array_like, shape of x
        ∂C/∂out, cost per unit of out.
    x, f : array_like, any one shape
        The two terms; the gradients don't depend on them.

    Returns
    -------
    tuple of ndarray
        dx and df, two new arrays in the shape of x.

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    K. He et al., as in ``residual``.

    Examples
    --------
    >>> dx, df = residual_backward([3.0], [1.0], [10.0])
    >>> dx.tolist(), df.tolist()
    ([3.0], [3.0])
    >>> h = 1e-6
    >>> numeric = 3.0 * (residual([1.0 + h], [10.0]) - residual([1.0 - h], [10.0])) / (2 * h)
    >>> bool(abs(numeric[0] - 3.0) < 1e-7)
    True
    """
    x, f, dout = as_inexact(x), as_inexact(f), as_inexact(dout)
    require_same_shape(x=x, f=f)
    require_same_shape(dout=dout, x=x)
    return dout.copy(), dout.copy()


def dropout(x: npt.ArrayLike, mask: npt.ArrayLike, *, keep: float = 0.5) -> Array:
    """Return out = x ⊙ mask / keep: inverted dropout in training, for a mask that was drawn.

    mask is 1 with the probability keep and 0 otherwise, drawn anew for each call; divided by keep,
    out has the mean x, so that nothing is left to do at test time, where out = x. The gradient is
    derived in ``dropout_backward``.

    Parameters
    ----------
    x : array_like, any shape
        Values.
    mask : array_like, shape of x
        1 where an entry is kept, 0 where it is dropped.
    keep : float
        The probability of being kept, in (0, 1].

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way
    to prevent neural networks from overfitting", Journal of Machine Learning Research 15, 2014.

    Examples
    --------
    >>> dropout([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], keep=0.5).tolist()
    [2.0, 0.0, 6.0]
    """
    x, mask = as_inexact(x), as_inexact(mask)
    require_same_shape(x=x, mask=mask)
    return np.asarray(x * mask / keep, dtype=x.dtype)


def dropout_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, mask: npt.ArrayLike, *, keep: float = 0.5
) -> Array:
    """Return dx for out = x ⊙ mask / keep.

    Derivation
    ----------
    1. ∂out/∂x = mask / keep, entry by entry: the mask doesn't depend on x
    2. dx = dout ⊙ mask / keep, with the *same* mask as in the value, and divided by keep too

    Parameters
    ----------
    dout : array_like, shape of x
        ∂C/∂out, cost per unit of out.
    x : array_like, any shape
        Values; the gradient doesn't depend on them.
    mask : array_like, shape of x
        The mask of the value.
    keep : float
        The same as in the value.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    N. Srivastava et al., as in ``dropout``.

    Examples
    --------
    >>> x, mask, dout = np.array([1.0, 2.0]), np.array([1.0, 0.0]), np.array([5.0, 5.0])
    >>> dropout_backward(dout, x, mask).tolist()
    [10.0, 0.0]
    >>> h = np.array([1e-6, 0.0])
    >>> numeric = np.sum(dout * (dropout(x + h, mask) - dropout(x - h, mask))) / 2e-6
    >>> bool(abs(numeric - 10.0) < 1e-7)
    True
    """
    x, mask, dout = as_inexact(x), as_inexact(mask), as_inexact(dout)
    require_same_shape(x=x, mask=mask)
    require_same_shape(dout=dout, x=x)
    return np.asarray(dout * mask / keep, dtype=dout.dtype)
