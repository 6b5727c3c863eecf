"""First models of a course beside those of ``chain``: a straight line, and classifiers.

``linear_cost`` is an affine unit and a mean of squares; ``classifier_cost`` has one layer or
several, with an activation in between, and ends with softmax and cross-entropy; ``svm_cost`` ends
one layer with the hinge.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gradcheck_reference import activations
from gradcheck_reference.costs import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    hinge,
    hinge_backward,
    squared_error,
    squared_error_backward,
)
from gradcheck_reference.layers import affine, affine_backward
from gradcheck_reference.stable import Array, as_inexact

__all__ = [
    "classifier_cost",
    "classifier_gradient",
    "linear_cost",
    "linear_gradient",
    "svm_cost",
    "svm_gradient",
]

Layers = Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]


def _line(w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike) -> Array:
    """Return o = X w + b (N,)."""
    w, b, X = as_inexact(w), as_inexact(b), as_inexact(X)
    if X.ndim != 2 or 0 in X.shape or w.shape != X.shape[1:] or b.shape != ():
        raise ValueError(
            f"w, b and X must have shapes (D,), () and (N, D) with something in them, "
            f"not {w.shape}, {b.shape} and {X.shape}"
        )
    return np.asarray(X @ w + b)


def linear_cost(
    w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike
) -> Array:
    """Return C = (1/N) Σ (X w + b - y)², the cost of linear regression.

    Parameters
    ----------
    w : array_like, shape (D,)
        Weights.
    b : float
        Bias.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N,)
        Targets.

    Returns
    -------
    ndarray, shape ()
        In the unit of y².

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A.-M. Legendre, "Nouvelles méthodes pour la détermination des orbites des comètes", 1805.

    Examples
    --------
    >>> float(linear_cost([2.0], 1.0, [[1.0], [2.0]], [3.0, 4.0]))
    0.5
    """
    return np.asarray(squared_error(_line(w, b, X), y, reduction="mean"))


def linear_gradient(
    w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return (∂C/∂w, ∂C/∂b) of linear regression.

    Derivation
    ----------
    1. o = X w + b and C = (1/N) Σ (o - y)²
    2. ∂C/∂o_i = (2/N) (o_i - y_i)
    3. ∂o_i/∂w = x_i and ∂o_i/∂b = 1
    4. ∂C/∂w = Xᵀ do and ∂C/∂b = Σ_i do_i

    Parameters
    ----------
    w, b, X, y
        As in ``linear_cost``.

    Returns
    -------
    tuple of ndarray
        dw (D,) and db ().

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A.-M. Legendre, as in ``linear_cost``.

    Examples
    --------
    >>> w, b, X, y = np.array([2.0]), 1.0, [[1.0], [2.0]], [3.0, 4.0]
    >>> dw, db = linear_gradient(w, b, X, y)
    >>> dw.tolist(), float(db)
    ([2.0], 1.0)
    >>> numeric = (linear_cost(w + 1e-6, b, X, y) - linear_cost(w - 1e-6, b, X, y)) / 2e-6
    >>> bool(abs(numeric - dw[0]) < 1e-8)
    True
    """
    do = squared_error_backward(_line(w, b, X), y, reduction="mean")
    return np.asarray(as_inexact(X).T @ do), np.asarray(np.sum(do))


def _passed(
    layers: Layers, X: npt.ArrayLike, hidden: str
) -> tuple[list[tuple[Array, Array]], list[Array], list[Array]]:
    """Return the parameters, what enters each layer, and z of each layer."""
    if not layers or hidden not in {"relu", "sigmoid", "tanh"}:
        raise ValueError(f"a classifier has layers, and relu, sigmoid or tanh inside: {hidden!r}")
    parameters = [(as_inexact(W), as_inexact(b)) for W, b in layers]
    pre: list[Array] = []
    entering = [as_inexact(X)]
    for W, b in parameters:
        if pre:
            entering.append(getattr(activations, hidden)(pre[-1]))
        pre.append(affine(entering[-1], W, b))
    return parameters, entering, pre


def classifier_cost(
    layers: Layers, X: npt.ArrayLike, labels: npt.ArrayLike, *, hidden: str = "relu",
    reg: float = 0.0,
) -> Array:  # fmt: skip
    """Return C = -(1/N) Σ ln softmax(z)[label] + reg Σ W² of a classifier.

    With one layer, z = X W + b, this is softmax regression; with two, z = f(X W1 + b1) W2 + b2.

    Parameters
    ----------
    layers : sequence of pairs (W, b)
        W (D_in, D_out), b (D_out,), in the order of the layers.
    X : array_like, shape (N, D)
        Examples as rows.
    labels : array_like of int, shape (N,)
        Classes 0 … K - 1.
    hidden : {"relu", "sigmoid", "tanh"}
        f, after every layer but the last.
    reg : float
        λ of the penalty; biases have none.

    Returns
    -------
    ndarray, shape ()
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit, there is no layer, or ``hidden`` is something else.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> W = np.log([[1.0, 3.0]])
    >>> round(float(classifier_cost([(W, [0.0, 0.0])], [[1.0]], [1])), 6)
    0.287682
    """
    parameters, _, pre = _passed(layers, X, hidden)
    penalty = sum(np.sum(W * W) for W, _ in parameters)
    cost = cross_entropy_from_logits(pre[-1], labels, reduction="mean")
    return np.asarray(cost + reg * penalty, dtype=pre[-1].dtype)


def classifier_gradient(
    layers: Layers, X: npt.ArrayLike, labels: npt.ArrayLike, *, hidden: str = "relu",
    reg: float = 0.0,
) -> tuple[tuple[Array, Array], ...]:  # fmt: skip
    """Return the pairs (dW, db) of ``classifier_cost``, in the order of the layers.

    Derivation
    ----------
    1. dz_L = (1/N) (p - Y), p = softmax(z_L)     as in ``cross_entropy_from_logits_backward``
    2. dW_l = a_(l-1)ᵀ dz_l + 2 reg W_l           the penalty adds its own slope
    3. db_l = Σ_i dz_l
    4. da_(l-1) = dz_l W_lᵀ
    5. dz_(l-1) = da_(l-1) ⊙ f′(z_(l-1))

    Steps 2 to 5 repeat for l = L, …, 1; the last round ends at step 3.

    Parameters
    ----------
    layers, X, labels, hidden, reg
        As in ``classifier_cost``.

    Returns
    -------
    tuple of pairs
        (dW, db) in the shapes of (W, b).

    Raises
    ------
    ValueError
        As in ``classifier_cost``.

    Source
    ------
    C. M. Bishop, as in ``classifier_cost``.

    Examples
    --------
    >>> W, b, X, h = np.array([[0.5, -1.0]]), np.zeros(2), [[2.0]], np.array([[1e-6, 0.0]])
    >>> ((dW, db),) = classifier_gradient([(W, b)], X, [1], reg=0.1)
    >>> above, below = (classifier_cost([(W + s, b)], X, [1], reg=0.1) for s in (h, -h))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric - dW[0, 0]) < 1e-8)
    True
    """
    parameters, entering, pre = _passed(layers, X, hidden)
    dz = cross_entropy_from_logits_backward(pre[-1], labels, reduction="mean")
    gradients = []
    for layer in reversed(range(len(parameters))):
        W, b = parameters[layer]
        da, dW, db = affine_backward(dz, entering[layer], W, b)
        gradients.append((np.asarray(dW + 2 * reg * W, dtype=dW.dtype), db))
        if layer:
            dz = getattr(activations, f"{hidden}_backward")(da, pre[layer - 1])
    return tuple(reversed(gradients))


def svm_cost(
    W: npt.ArrayLike, X: npt.ArrayLike, labels: npt.ArrayLike, *, reg: float = 0.0
) -> Array:
    """Return C = (1/N) Σ_i Σ_(j ≠ y_i) max(0, s_ij - s_(i, y_i) + 1) + reg Σ W², s = X W.

    Parameters
    ----------
    W : array_like, shape (D, K)
        Weights; a bias is the row of a feature that is always 1.
    X : array_like, shape (N, D)
        Examples as rows.
    labels : array_like of int, shape (N,)
        Classes y, 0 … K - 1.
    reg : float
        λ of the penalty.

    Returns
    -------
    ndarray, shape ()
        In the unit of the scores.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    J. Weston, C. Watkins, Support Vector Machines for Multi-Class Pattern Recognition, ESANN, 1999.

    Examples
    --------
    >>> W, X = [[1.0, 0.5], [0.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]]
    >>> float(svm_cost(W, X, [0, 1]))
    0.25
    """
    W = as_inexact(W)
    s = affine(X, W, np.zeros(W.shape[-1], dtype=W.dtype))
    cost = hinge(s, labels, reduction="mean")
    return np.asarray(cost + reg * np.sum(W * W), dtype=s.dtype)


def svm_gradient(
    W: npt.ArrayLike, X: npt.ArrayLike, labels: npt.ArrayLike, *, reg: float = 0.0
) -> Array:
    """Return dW of ``svm_cost``.

    Derivation
    ----------
    1. ds_ij = (1/N) [s_ij - s_(i, y_i) + 1 > 0] for j ≠ y_i, and ds_(i, y_i) = -Σ_(j ≠ y_i) ds_ij
    2. dW = Xᵀ ds + 2 reg W                       as s = X W, and the penalty's own slope

    Parameters
    ----------
    W, X, labels, reg
        As in ``svm_cost``.

    Returns
    -------
    ndarray, shape (D, K)
        Where a lead is exactly the margin any slope in [0, 1] of its term is right, here 0.

    Raises
    ------
    ValueError
        As in ``svm_cost``.

    Source
    ------
    J. Weston, C. Watkins, as in ``svm_cost``.

    Examples
    --------
    >>> W, X = np.array([[1.0, 0.5], [0.0, 2.0]]), [[1.0, 0.0], [0.0, 1.0]]
    >>> dW, h = svm_gradient(W, X, [0, 1], reg=0.1), np.array([[1e-6, 0.0], [0.0, 0.0]])
    >>> numeric = (svm_cost(W + h, X, [0, 1], reg=0.1) - svm_cost(W - h, X, [0, 1], reg=0.1)) / 2e-6
    >>> bool(abs(numeric - dW[0, 0]) < 1e-8)
    True
    """
    W = as_inexact(W)
    b = np.zeros(W.shape[-1], dtype=W.dtype)
    ds = hinge_backward(affine(X, W, b), labels, reduction="mean")
    _, dW, _ = affine_backward(ds, X, W, b)
    return np.asarray(dW + 2 * reg * W, dtype=dW.dtype)
