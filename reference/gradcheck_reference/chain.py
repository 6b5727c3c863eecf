"""The chain rule at work: whole models, from their parameters to the cost and back.

System A is one neuron with a ReLU and the mean squared error, system B a network of sigmoid layers
with the binary cross-entropy. Forward computes z and a layer by layer; backward walks the same line
from the end, one factor of the chain a step. ``dz`` always means ∂C/∂z, in the shape of z.

X (N, D) holds the examples as rows, y the targets; weights, biases and activations are
dimensionless.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import relu, relu_backward, sigmoid, sigmoid_backward
from gradcheck_reference.costs import (
    Cost,
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_backward,
    squared_error,
    squared_error_backward,
)
from gradcheck_reference.layers import affine
from gradcheck_reference.stable import Array, as_inexact

__all__ = [
    "logistic_cost",
    "logistic_gradient",
    "network_cost",
    "network_forward",
    "network_gradient",
    "neuron",
    "neuron_cost",
    "neuron_gradient",
    "three_layer_cost",
    "three_layer_gradient",
]

Parameters: TypeAlias = Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]
ThreeLayerGradient: TypeAlias = tuple[Array, Array, Array, Array, Array, Array]


def _weighted_sum(w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike) -> Array:
    """Return z (N,) = X w + b of a single neuron."""
    w, X = as_inexact(w), as_inexact(X)
    if X.ndim != 2 or w.shape != X.shape[1:] or np.shape(b) != ():
        raise ValueError(
            f"w, b and X must have shapes (D,), () and (N, D), "
            f"not {w.shape}, {np.shape(b)} and {X.shape}"
        )
    return np.asarray(X @ w + b)


def neuron(w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike) -> Array:
    """Return o_i = max(0, w · x_i + b), the output of one neuron for each example.

    Its gradient is part of ``neuron_gradient``; the kink is at w · x_i + b = 0.

    Parameters
    ----------
    w : array_like, shape (D,)
        Weights.
    b : float
        Bias.
    X : array_like, shape (N, D)
        Examples as rows.

    Returns
    -------
    ndarray, shape (N,)
        o, the predictions.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    T. Parr, J. Howard, "The matrix calculus you need for deep learning", arXiv:1802.01528, 2018.

    Examples
    --------
    >>> neuron([1.0, -1.0], 0.5, [[2.0, 1.0], [0.0, 3.0]]).tolist()
    [1.5, 0.0]
    """
    z = _weighted_sum(w, b, X)
    return relu(z)


def neuron_cost(w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike) -> Cost:
    """Return C(w, b) = (1/N) Σ_i (y_i - max(0, w · x_i + b))².

    The gradient is derived in ``neuron_gradient``.

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
    scalar
        In the square of the targets' unit.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    T. Parr, J. Howard, as in ``neuron``.

    Examples
    --------
    >>> float(neuron_cost([1.0, -1.0], 0.5, [[2.0, 1.0], [0.0, 3.0]], [1.0, 1.0]))
    0.625
    """
    o = neuron(w, b, X)
    return squared_error(o, y, reduction="mean")


def neuron_gradient(
    w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return (∂C/∂w, ∂C/∂b) of the neuron's mean squared error.

    Derivation
    ----------
    For each example: z_i = w · x_i + b, o_i = max(0, z_i), e_i = o_i - y_i, C = (1/N) Σ_i e_i².

    1. ∂C/∂o_i = (2/N) e_i                        the 2 of the square; e is o - y, not y - o
    2. ∂o_i/∂z_i = [z_i > 0]                      0 at the kink
    3. ∂C/∂z_i = ∂C/∂o_i · ∂o_i/∂z_i = (2/N) e_i [z_i > 0]
    4. ∂z_i/∂w = x_i, ∂z_i/∂b = 1
    5. ∂C/∂w = Σ_i ∂C/∂z_i · x_i = (2/N) Σ over {i: z_i > 0} of e_i x_i = Xᵀ dz
    6. ∂C/∂b = Σ_i ∂C/∂z_i       = (2/N) Σ over {i: z_i > 0} of e_i

    Edges
    -----
    Not differentiable in w and b when some z_i = 0 with y_i ≠ 0: such an example counts 0 here, and
    any share in [0, 1] of its term is accepted. A neuron with every z_i < 0 has gradient 0 and
    learns nothing.

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
    tuple
        dw (D,) and db (), cost per unit of w and b.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    T. Parr, J. Howard, as in ``neuron``.

    Examples
    --------
    >>> w, b = np.array([1.0, -1.0]), 0.5
    >>> X, y = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([1.0, 1.0])
    >>> dw, db = neuron_gradient(w, b, X, y)
    >>> dw.tolist(), float(db)
    ([1.0, 0.5], 0.5)
    >>> h = np.array([1e-6, 0.0])
    >>> numeric = (neuron_cost(w + h, b, X, y) - neuron_cost(w - h, b, X, y)) / 2e-6
    >>> bool(abs(numeric - dw[0]) < 1e-8)
    True
    """
    z = _weighted_sum(w, b, X)  # (N,)
    o = relu(z)  # (N,)
    do = squared_error_backward(o, y, reduction="mean")  # (N,)
    dz = relu_backward(do, z)  # (N,)
    dw = as_inexact(X).T @ dz  # (D, N) (N,) = (D,)
    db = np.sum(dz)  # ()
    return np.asarray(dw), np.asarray(db)


def logistic_cost(w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike) -> Cost:
    """Return C = -(1/N) Σ_i (y_i ln q_i + (1 - y_i) ln(1 - q_i)), q_i = sigmoid(w · x_i + b).

    Computed from the logits z_i = w · x_i + b, so it stays accurate in saturation. The gradient is
    derived in ``logistic_gradient``.

    Parameters
    ----------
    w : array_like, shape (D,)
        Weights.
    b : float
        Bias.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N,)
        Targets, 0 or 1.

    Returns
    -------
    scalar
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal Statistical
    Society B 20(2), 1958.

    Examples
    --------
    >>> float(logistic_cost([np.log(3.0)], 0.0, [[1.0], [0.0]], [0, 1]).round(4))
    1.0397
    """
    z = _weighted_sum(w, b, X)
    return binary_cross_entropy_from_logits(z, y, reduction="mean")


def logistic_gradient(
    w: npt.ArrayLike, b: npt.ArrayLike, X: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return (∂C/∂w, ∂C/∂b) of logistic regression.

    Derivation
    ----------
    For each example: z_i = w · x_i + b, q_i = sigmoid(z_i).

    1. ∂C/∂q_i = (1/N) (-y_i/q_i + (1 - y_i)/(1 - q_i)) = (1/N) (q_i - y_i) / (q_i (1 - q_i))
    2. ∂q_i/∂z_i = q_i (1 - q_i)
    3. ∂C/∂z_i = ∂C/∂q_i · ∂q_i/∂z_i = (1/N) (q_i - y_i)
    4. ∂z_i/∂w = x_i, ∂z_i/∂b = 1
    5. ∂C/∂w = Σ_i ∂C/∂z_i · x_i = Xᵀ dz
    6. ∂C/∂b = Σ_i ∂C/∂z_i

    Edges
    -----
    Smooth and convex in (w, b).

    Parameters
    ----------
    w : array_like, shape (D,)
        Weights.
    b : float
        Bias.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N,)
        Targets, 0 or 1.

    Returns
    -------
    tuple
        dw (D,) and db (), nats per unit of w and b.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> w, b, X, y = np.array([np.log(3.0)]), 0.0, np.array([[1.0], [0.0]]), np.array([0, 1])
    >>> dw, db = logistic_gradient(w, b, X, y)
    >>> dw.round(6).tolist(), float(db.round(6))
    ([0.375], 0.125)
    >>> numeric = (logistic_cost(w, 1e-6, X, y) - logistic_cost(w, -1e-6, X, y)) / 2e-6
    >>> bool(abs(numeric - db) < 1e-9)
    True
    """
    z = _weighted_sum(w, b, X)  # (N,)
    dz = binary_cross_entropy_from_logits_backward(z, y, reduction="mean")  # (N,)
    dw = as_inexact(X).T @ dz  # (D, N) (N,) = (D,)
    db = np.sum(dz)  # ()
    return np.asarray(dw), np.asarray(db)


def three_layer_cost(
    W1: npt.ArrayLike,
    b1: npt.ArrayLike,
    W2: npt.ArrayLike,
    b2: npt.ArrayLike,
    W3: npt.ArrayLike,
    b3: npt.ArrayLike,
    X: npt.ArrayLike,
    y: npt.ArrayLike,
) -> Cost:
    """Return the cost of a network of three sigmoid layers, spelled out.

    z1 = X W1 + b1, a1 = sigmoid(z1), z2 = a1 W2 + b2, a2 = sigmoid(z2), z3 = a2 W3 + b3,
    a3 = sigmoid(z3) = q, and C = (1/N) Σ over examples and outputs of
    -(y ln q + (1 - y) ln(1 - q)), computed from z3. The gradient is derived in
    ``three_layer_gradient``.

    Parameters
    ----------
    W1, W2, W3 : array_like, shapes (D, H1), (H1, H2), (H2, K)
        Weights.
    b1, b2, b3 : array_like, shapes (H1,), (H2,), (K,)
        Biases.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N, K)
        Targets, 0 or 1.

    Returns
    -------
    scalar
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating
    errors", Nature 323, 1986.

    Examples
    --------
    >>> W, b = [[0.0]], [0.0]
    >>> cost = three_layer_cost(W, b, W, b, W, b, [[1.0], [2.0]], [[0], [1]])
    >>> float(cost.round(4)), float(np.log(2.0).round(4))
    (0.6931, 0.6931)
    """
    z1 = affine(X, W1, b1)  # (N, H1)
    a1 = sigmoid(z1)
    z2 = affine(a1, W2, b2)  # (N, H2)
    a2 = sigmoid(z2)
    z3 = affine(a2, W3, b3)  # (N, K)
    return binary_cross_entropy_from_logits(z3, y, reduction="batch-mean")


def three_layer_gradient(
    W1: npt.ArrayLike,
    b1: npt.ArrayLike,
    W2: npt.ArrayLike,
    b2: npt.ArrayLike,
    W3: npt.ArrayLike,
    b3: npt.ArrayLike,
    X: npt.ArrayLike,
    y: npt.ArrayLike,
) -> ThreeLayerGradient:
    """Return (dW1, db1, dW2, db2, dW3, db3) of ``three_layer_cost``.

    Derivation
    ----------
    1. ∂C/∂a3 = (1/N) (a3 - y) / (a3 (1 - a3))    the cost
    2. ∂a3/∂z3 = a3 (1 - a3)                      the last sigmoid
    3. dz3 = ∂C/∂a3 · ∂a3/∂z3 = (1/N) (a3 - y)
    4. ∂z3/∂W3 = a2:   dW3 = a2ᵀ dz3;   ∂z3/∂b3 = 1:   db3 = Σ_i dz3
    5. ∂z3/∂a2 = W3:   da2 = dz3 W3ᵀ
    6. ∂a2/∂z2 = a2 (1 - a2):   dz2 = da2 ⊙ a2 ⊙ (1 - a2)
    7. ∂z2/∂W2 = a1:   dW2 = a1ᵀ dz2;   db2 = Σ_i dz2
    8. ∂z2/∂a1 = W2:   da1 = dz2 W2ᵀ
    9. ∂a1/∂z1 = a1 (1 - a1):   dz1 = da1 ⊙ a1 ⊙ (1 - a1)
    10. ∂z1/∂W1 = X:   dW1 = Xᵀ dz1;   db1 = Σ_i dz1

    Read down, each line uses the one above, and every factor stands once:

        ∂C/∂W2 = ∂C/∂a3 · ∂a3/∂z3 · ∂z3/∂a2 · ∂a2/∂z2 · ∂z2/∂W2

    The 1/N comes in at step 1 and nowhere else.

    Edges
    -----
    Smooth everywhere.

    Parameters
    ----------
    W1, W2, W3 : array_like, shapes (D, H1), (H1, H2), (H2, K)
        Weights.
    b1, b2, b3 : array_like, shapes (H1,), (H2,), (K,)
        Biases.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N, K)
        Targets, 0 or 1.

    Returns
    -------
    tuple of ndarray
        In the order of the arguments, each in the shape of its parameter, nats per unit of it.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, as in ``three_layer_cost``.

    Examples
    --------
    >>> W1, W2, W3 = np.array([[0.5]]), np.array([[-1.0]]), np.array([[2.0]])
    >>> b, X, y = np.zeros(1), np.array([[1.0], [-2.0]]), np.array([[1], [0]])
    >>> dW1, db1, dW2, db2, dW3, db3 = three_layer_gradient(W1, b, W2, b, W3, b, X, y)
    >>> dW3.round(6).tolist(), db3.round(6).tolist()
    ([[0.094473]], [0.185913])
    >>> h = 1e-6
    >>> above = three_layer_cost(W1 + h, b, W2, b, W3, b, X, y)
    >>> below = three_layer_cost(W1 - h, b, W2, b, W3, b, X, y)
    >>> bool(abs((above - below) / (2 * h) - dW1[0, 0]) < 1e-9)
    True
    """
    z1 = affine(X, W1, b1)  # (N, H1)
    a1 = sigmoid(z1)
    z2 = affine(a1, W2, b2)  # (N, H2)
    a2 = sigmoid(z2)
    z3 = affine(a2, W3, b3)  # (N, K)

    dz3 = binary_cross_entropy_from_logits_backward(z3, y, reduction="batch-mean")  # (N, K)
    dW3 = a2.T @ dz3  # (H2, N) (N, K) = (H2, K)
    db3 = np.sum(dz3, axis=0)  # (K,)
    da2 = dz3 @ as_inexact(W3).T  # (N, K) (K, H2) = (N, H2)
    dz2 = sigmoid_backward(da2, z2)  # (N, H2)
    dW2 = a1.T @ dz2  # (H1, N) (N, H2) = (H1, H2)
    db2 = np.sum(dz2, axis=0)  # (H2,)
    da1 = dz2 @ as_inexact(W2).T  # (N, H2) (H2, H1) = (N, H1)
    dz1 = sigmoid_backward(da1, z1)  # (N, H1)
    dW1 = as_inexact(X).T @ dz1  # (D, N) (N, H1) = (D, H1)
    db1 = np.sum(dz1, axis=0)  # (H1,)
    return dW1, db1, dW2, db2, dW3, db3


def network_forward(parameters: Parameters, X: npt.ArrayLike) -> tuple[list[Array], list[Array]]:
    """Return the activations a0 … aL and the pre-activations z1 … zL of sigmoid layers.

    a_0 = X, z_l = a_(l-1) W_l + b_l, a_l = sigmoid(z_l). The gradient is derived in
    ``network_gradient``.

    Parameters
    ----------
    parameters : sequence of L >= 1 pairs (W, b)
        W (D_in, D_out), b (D_out,), in the order of the layers.
    X : array_like, shape (N, D)
        Examples as rows.

    Returns
    -------
    tuple of two lists
        Activations, L + 1 arrays, X first and the predictions last; pre-activations, L arrays.

    Raises
    ------
    ValueError
        If there is no layer, or the shapes don't fit.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 6.5.4.

    Examples
    --------
    >>> layer = ([[np.log(3.0)]], [0.0])
    >>> activations, pre_activations = network_forward([layer], [[1.0]])
    >>> [a.round(6).tolist() for a in activations], [z.round(6).tolist() for z in pre_activations]
    ([[[1.0]], [[0.75]]], [[[1.098612]]])
    """
    if len(parameters) == 0:
        raise ValueError("a network needs at least one layer: parameters is empty")
    activations, pre_activations = [as_inexact(X)], []
    for W, b in parameters:
        z = affine(activations[-1], W, b)
        pre_activations.append(z)
        activations.append(sigmoid(z))
    return activations, pre_activations


def network_cost(parameters: Parameters, X: npt.ArrayLike, y: npt.ArrayLike) -> Cost:
    """Return the network's binary cross-entropy, summed over outputs, mean over examples.

    Computed from the last layer's logits, so it stays accurate where the predictions round to 0 or
    1. The gradient is derived in ``network_gradient``.

    Parameters
    ----------
    parameters : sequence of L >= 1 pairs (W, b)
        W (D_in, D_out), b (D_out,), in the order of the layers.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N, K)
        Targets, 0 or 1.

    Returns
    -------
    scalar
        In nats.

    Raises
    ------
    ValueError
        If there is no layer, or the shapes don't fit.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, as in ``network_forward``.

    Examples
    --------
    >>> layer = ([[np.log(3.0)]], [0.0])
    >>> float(network_cost([layer], [[1.0], [0.0]], [[0], [1]]).round(4))
    1.0397
    """
    _, pre_activations = network_forward(parameters, X)
    return binary_cross_entropy_from_logits(pre_activations[-1], y, reduction="batch-mean")


def network_gradient(
    parameters: Parameters, X: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[tuple[Array, Array], ...]:
    """Return the pairs (dW, db) of ``network_cost``, in the order of the layers.

    Derivation
    ----------
    1. dz_L = (1/N) (a_L - y)                     as for three layers
    2. dW_l = a_(l-1)ᵀ dz_l                       since ∂z_l/∂W_l = a_(l-1)
    3. db_l = Σ_i dz_l                            since ∂z_l/∂b_l = 1
    4. da_(l-1) = dz_l W_lᵀ                       since ∂z_l/∂a_(l-1) = W_l
    5. dz_(l-1) = da_(l-1) ⊙ a_(l-1) ⊙ (1 - a_(l-1))

    Steps 2 to 5 repeat for l = L, L - 1, …, 1; the last round ends at step 3.

    Edges
    -----
    Smooth everywhere. Each sigmoid layer passes on at most a quarter of what comes in, so deep
    networks have small gradients near the input.

    Parameters
    ----------
    parameters : sequence of L >= 1 pairs (W, b)
        W (D_in, D_out), b (D_out,), in the order of the layers.
    X : array_like, shape (N, D)
        Examples as rows.
    y : array_like, shape (N, K)
        Targets, 0 or 1.

    Returns
    -------
    tuple of L pairs
        (dW, db) in the shapes of (W, b), nats per unit of the parameter.

    Raises
    ------
    ValueError
        If there is no layer, or the shapes don't fit.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, as in ``network_forward``.

    Examples
    --------
    >>> X, y = np.array([[1.0], [0.0]]), np.array([[0], [1]])
    >>> def cost(w):
    ...     return network_cost([(w, [0.0]), ([[2.0]], [-1.0])], X, y)
    >>> w, h = np.array([[np.log(3.0)]]), 1e-6
    >>> (dW1, db1), (dW2, db2) = network_gradient([(w, [0.0]), ([[2.0]], [-1.0])], X, y)
    >>> dW2.round(6).tolist(), db2.round(6).tolist()
    ([[0.108422]], [0.06123])
    >>> numeric = (cost(w + h) - cost(w - h)) / (2 * h)
    >>> bool(abs(numeric - dW1[0, 0]) < 1e-9)
    True
    """
    activations, pre_activations = network_forward(parameters, X)
    weights = [as_inexact(W) for W, _ in parameters]
    gradients = []
    dz = binary_cross_entropy_from_logits_backward(pre_activations[-1], y, reduction="batch-mean")
    for layer in reversed(range(len(parameters))):
        dW = activations[layer].T @ dz
        db = np.sum(dz, axis=0)
        gradients.append((dW, db))
        if layer > 0:
            da = dz @ weights[layer].T
            dz = sigmoid_backward(da, pre_activations[layer - 1])
    return tuple(reversed(gradients))
