"""Layers with parameters: value and backward side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact

__all__ = ["affine", "affine_backward", "embedding", "embedding_backward"]


def _input_and_parameters(
    x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return the three as inexact arrays, checked: x (N, D), W (D, M), b (M,)."""
    x, W, b = as_inexact(x), as_inexact(W), as_inexact(b)
    if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"x, W and b must have shapes (N, D), (D, M) and (M,), "
            f"not {x.shape}, {W.shape} and {b.shape}"
        )
    return x, W, b


def affine(x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Return z = x W + b, that is z_im = Σ_d x_id W_dm + b_m.

    The gradients are derived in ``affine_backward``. Smooth everywhere. Each row of z depends on
    one row of x; every row uses the same b.

    Parameters
    ----------
    x : array_like, shape (N, D)
        Examples as rows, dimensionless.
    W : array_like, shape (D, M)
        Weights, from input d to output m.
    b : array_like, shape (M,)
        Biases, one an output.

    Returns
    -------
    ndarray, shape (N, M)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 6.5.

    Examples
    --------
    >>> affine([[1.0, 2.0]], [[3.0, 0.0], [0.0, 4.0]], [10.0, 20.0]).tolist()
    [[13.0, 28.0]]
    """
    x, W, b = _input_and_parameters(x, W, b)
    return np.asarray(x @ W + b)


def affine_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, W: npt.ArrayLike, b: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return (dx, dW, db) for z = x W + b.

    Derivation
    ----------
    z_im = Σ_d x_id W_dm + b_m, and dout_im = ∂C/∂z_im.

    1. ∂z_im/∂x_jd = [i = j] W_dm                 another example's input has no say
    2. ∂z_im/∂W_dn = [m = n] x_id                 the *other* factor of the product, not z
    3. ∂z_im/∂b_n = [m = n]
    4. dx_id = Σ_m dout_im W_dm,  so dx = dout Wᵀ         (N, M) (M, D) = (N, D)
    5. dW_dm = Σ_i x_id dout_im,  so dW = xᵀ dout         (D, N) (N, M) = (D, M)
    6. db_m = Σ_i dout_im,        so db sums the rows     (M,)

    The sums over the examples i are all there is: a mean belongs to the cost, and has come in with
    dout already.

    Parameters
    ----------
    dout : array_like, shape (N, M)
        ∂C/∂z, cost per unit of z.
    x : array_like, shape (N, D)
        Examples as rows.
    W : array_like, shape (D, M)
        Weights.
    b : array_like, shape (M,)
        Biases; the gradients don't depend on their values.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dW (D, M), db (M,), each in the shape of its variable.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
    differentiation", in Advances in Automatic Differentiation, Springer, 2008.

    Examples
    --------
    >>> x, W, b = np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [5.0, 4.0]]), np.zeros(2)
    >>> dout = np.array([[1.0, 10.0]])
    >>> dx, dW, db = affine_backward(dout, x, W, b)
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[3.0, 45.0]], [[1.0, 10.0], [2.0, 20.0]], [1.0, 10.0])
    >>> h = np.array([[0.0, 1e-6], [0.0, 0.0]])
    >>> numeric = np.sum(dout * (affine(x, W + h, b) - affine(x, W - h, b))) / 2e-6
    >>> bool(abs(numeric - dW[0, 1]) < 1e-7)
    True
    """
    x, W, b = _input_and_parameters(x, W, b)
    dout = as_inexact(dout)
    if dout.shape != (x.shape[0], W.shape[1]):
        raise ValueError(
            f"dout must have the output's shape {(x.shape[0], W.shape[1])}, not {dout.shape}"
        )
    dx = dout @ W.T
    dW = x.T @ dout
    db = np.sum(dout, axis=0)
    return np.asarray(dx), np.asarray(dW), np.asarray(db)


def _table_and_indices(W: npt.ArrayLike, indices: npt.ArrayLike) -> tuple[Array, Array]:
    """Return W as an inexact array (V, D) and the indices, checked."""
    W, indices = as_inexact(W), np.asarray(indices)
    if W.ndim != 2:
        raise ValueError(f"W must have shape (V, D), not {W.shape}")
    if not np.issubdtype(indices.dtype, np.integer):
        raise ValueError(f"indices must be integers, not {indices.dtype}")
    if np.any((indices < 0) | (indices >= len(W))):
        raise ValueError(f"indices must lie in 0 … {len(W) - 1}, not {indices.tolist()}")
    return W, indices


def embedding(W: npt.ArrayLike, indices: npt.ArrayLike) -> Array:
    """Return out_i = W[indices_i]: for every index its row of the table.

    The gradient is derived in ``embedding_backward``. Linear in W; nothing is differentiated with
    respect to an index.

    Parameters
    ----------
    W : array_like, shape (V, D)
        The table: one row of weights a word (or class, or user).
    indices : array_like of int, any shape, such as (N,) or (N, T)
        Which rows, from 0 … V - 1.

    Returns
    -------
    ndarray, shape of indices and (D,)

    Raises
    ------
    ValueError
        If the shapes don't fit or an index is no row.

    Source
    ------
    Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, "A neural probabilistic language model", Journal
    of Machine Learning Research 3, 2003.

    Examples
    --------
    >>> embedding([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [2, 0, 2]).tolist()
    [[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]]
    """
    W, indices = _table_and_indices(W, indices)
    return np.asarray(W[indices])


def embedding_backward(dout: npt.ArrayLike, W: npt.ArrayLike, indices: npt.ArrayLike) -> Array:
    """Return dW for out_i = W[indices_i].

    Derivation
    ----------
    1. out_id = W_vd                              with v = indices_i
    2. ∂out_id/∂W_ve = [v = indices_i] [d = e]
    3. dW_vd = Σ_i dout_id [v = indices_i]        over *every* place i where row v was taken
    4. dW = Σ_i, one at a time: add dout_i to the row indices_i of a table of zeros

    A row that was taken twice gets two terms; ``dW[indices] += dout`` keeps only the last.
    Rows that were never taken keep 0. With one-hot rows Y step 3 is dW = Yᵀ dout, as in
    ``affine_backward``.

    Parameters
    ----------
    dout : array_like, shape of indices and (D,)
        ∂C/∂out, cost per unit of W.
    W : array_like, shape (V, D)
        The table; the gradient doesn't depend on its values.
    indices : array_like of int, any shape
        Which rows were taken.

    Returns
    -------
    ndarray, shape (V, D)
        dW.

    Raises
    ------
    ValueError
        If the shapes don't fit or an index is no row.

    Source
    ------
    Y. Bengio et al., as in ``embedding``.

    Examples
    --------
    >>> dout = np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]])
    >>> dW = embedding_backward(dout, np.zeros((3, 2)), [2, 0, 2])
    >>> dW.tolist()
    [[10.0, 20.0], [0.0, 0.0], [101.0, 202.0]]
    >>> W, h = np.ones((3, 2)), np.array([[0.0, 0.0], [0.0, 0.0], [1e-6, 0.0]])
    >>> numeric = np.sum(dout * (embedding(W + h, [2, 0, 2]) - embedding(W - h, [2, 0, 2]))) / 2e-6
    >>> bool(abs(numeric - dW[2, 0]) < 1e-6)
    True
    """
    W, indices = _table_and_indices(W, indices)
    dout = as_inexact(dout)
    if dout.shape != (*indices.shape, W.shape[1]):
        raise ValueError(
            f"dout must have the output's shape {(*indices.shape, W.shape[1])}, not {dout.shape}"
        )
    dW = np.zeros_like(W, dtype=dout.dtype)
    np.add.at(dW, indices, dout)
    return dW
