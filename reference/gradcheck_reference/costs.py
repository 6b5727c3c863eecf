"""Costs: a scalar from predictions and targets, and its gradient.

A *loss* belongs to one entry (or one example), the *cost* is the scalar that remains after the
reduction. With N examples of M outputs each, L the losses and size = N · M:

    "mean"             Σ L / size          every entry counts alike
    "batch-mean"       Σ L / N             sum over the outputs of an example, mean over examples
    "sum"              Σ L
    "none"             L, entry by entry, where every entry has a loss of its own
    "half-mean", "half-batch-mean", ...     half of these, so that the 2 of a square cancels

A reduction divides by a constant, the *divisor*, so the gradient of the cost is the gradient of the
loss over the same divisor. Backward functions return d_prediction = ∂C/∂prediction; the upstream
gradient of a cost is 1 and isn't passed; for "none" it is the gradient of the sum.

Logarithms are natural, so cross-entropies are in nats. Shapes must agree exactly: a target (N,)
against a prediction (N, 1) would broadcast to (N, N) and is refused.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import sigmoid, softmax
from gradcheck_reference.stable import (
    Array,
    as_inexact,
    log1p,
    log_sigmoid,
    log_softmax,
    require_same_shape,
    take_out_largest,
)

__all__ = [
    "absolute_error",
    "absolute_error_backward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_from_logits",
    "binary_cross_entropy_from_logits_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_backward",
    "hinge",
    "hinge_backward",
    "one_hot",
    "squared_error",
    "squared_error_backward",
]

Scalar: TypeAlias = np.inexact[Any]
Cost: TypeAlias = Scalar | Array
"""A scalar; an array where nothing is reduced."""

REDUCTIONS = ("mean", "batch-mean", "sum")
OF_ENTRIES = (*REDUCTIONS, "none")
OF_A_SQUARE = (*OF_ENTRIES, "half-mean", "half-batch-mean", "half-sum", "half-none")


def divisor_of(
    reduction: str, shape: tuple[int, ...], accepted: tuple[str, ...] = REDUCTIONS
) -> int:
    """Return what the sum of the losses is divided by."""
    if reduction not in accepted:
        raise ValueError(f"reduction must be one of {', '.join(accepted)}, not {reduction!r}")
    if 0 in shape:
        raise ValueError(f"a cost needs at least one entry, not shape {shape}")
    n_examples = shape[0] if shape else 1
    counts = {"mean": math.prod(shape), "batch-mean": n_examples, "sum": 1, "none": 1}
    count = counts[reduction.removeprefix("half-")]
    return 2 * count if reduction.startswith("half-") else count


def reduced(loss: Array, reduction: str, accepted: tuple[str, ...] = REDUCTIONS) -> Cost:
    """Return what a reduction leaves of the losses of the entries."""
    divisor = divisor_of(reduction, loss.shape, accepted)
    remaining: Cost = loss if reduction.endswith("none") else np.sum(loss)
    return remaining / divisor


def prediction_and_target(prediction: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, Array]:
    """Return both as inexact arrays of one shape; integer targets take the prediction's type."""
    prediction, target = as_inexact(prediction), np.asarray(target)
    if not np.issubdtype(target.dtype, np.inexact):
        target = target.astype(prediction.real.dtype)
    require_same_shape(prediction=prediction, target=target)
    return prediction, target


def squared_error(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return C = Σ (prediction - target)² / divisor.

    The gradient, 2 (prediction - target) / divisor, is derived in ``squared_error_backward``.
    Smooth everywhere.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    reduction : str
        "mean", "batch-mean", "sum", "none", or half of these, as in "half-mean".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In the square of the target's unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 5.2.

    Examples
    --------
    >>> float(squared_error([1.0, 5.0], [0.0, 2.0]))
    5.0
    >>> float(squared_error([[1.0, 5.0]], [[0.0, 2.0]], reduction="half-batch-mean"))
    5.0
    """
    prediction, target = prediction_and_target(prediction, target)
    e = prediction - target
    loss = e * e
    return reduced(loss, reduction, OF_A_SQUARE)


def squared_error_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_prediction for C = Σ (prediction - target)² / divisor.

    Derivation
    ----------
    1. e = prediction - target, so ∂e/∂prediction = 1
    2. L = e², so ∂L/∂e = 2 e
    3. C = Σ L / divisor, so ∂C/∂L = 1 / divisor
    4. d_prediction = 2 e / divisor

    The 2 stays unless the cost is one of the halves, whose divisor has a 2 as well.

    Edges
    -----
    Smooth everywhere; 0 where prediction and target agree.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    reduction : str
        "mean", "batch-mean", "sum", "none", or half of these, as in "half-mean".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂prediction, in the unit of the target.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, as in ``squared_error``.

    Examples
    --------
    >>> squared_error_backward([1.0, 5.0], [0.0, 2.0]).tolist()
    [1.0, 3.0]
    >>> o, y, h = np.array([1.0, 5.0]), np.array([0.0, 2.0]), np.array([1e-6, 0.0])
    >>> numeric = (squared_error(o + h, y) - squared_error(o - h, y)) / 2e-6
    >>> bool(abs(numeric - 1.0) < 1e-8)
    True
    """
    prediction, target = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, prediction.shape, OF_A_SQUARE)
    e = prediction - target
    return np.asarray(2 * e / divisor)


def absolute_error(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return C = Σ |prediction - target| / divisor.

    The gradient, sign(prediction - target) / divisor, is derived in ``absolute_error_backward``.
    A kink where the prediction meets its target.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In the target's unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    P. Bloomfield, W. L. Steiger, Least Absolute Deviations, Birkhäuser, 1983, chapter 1.

    Examples
    --------
    >>> float(absolute_error([1.0, 5.0], [0.0, 2.0]))
    2.0
    """
    prediction, target = prediction_and_target(prediction, target)
    e = prediction - target
    loss = np.where(e.real < 0, -e, e)
    return reduced(loss, reduction, OF_ENTRIES)


def absolute_error_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_prediction for C = Σ |prediction - target| / divisor.

    Derivation
    ----------
    1. e = prediction - target, so ∂e/∂prediction = 1
    2. L = |e| = e for e > 0 and -e for e < 0, so ∂L/∂e = 1 or -1: the sign of e
    3. C = Σ L / divisor, so ∂C/∂L = 1 / divisor
    4. d_prediction = sign(e) / divisor

    Edges
    -----
    At e = 0 the one-sided slopes are -1 and 1, and anything between is right; here it is 0. The
    size of the error has no say: that is what the squared error adds.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        o, in the unit of the target.
    target : array_like, shape of prediction
        y, in its own unit.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂o, dimensionless.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    P. Bloomfield, W. L. Steiger, as in ``absolute_error``.

    Examples
    --------
    >>> absolute_error_backward([1.0, -5.0, 2.0, 2.0], [0.0, 2.0, 2.0, 3.0]).tolist()
    [0.25, -0.25, 0.0, -0.25]
    >>> o, y, h = np.array([1.0, -5.0]), np.array([0.0, 2.0]), np.array([0.0, 1e-6])
    >>> numeric = (absolute_error(o + h, y) - absolute_error(o - h, y)) / 2e-6
    >>> bool(abs(numeric - (-0.5)) < 1e-9)
    True
    """
    prediction, target = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, prediction.shape, OF_ENTRIES)
    e = prediction - target
    sign = np.sign(e.real).astype(e.dtype)
    return np.asarray(sign / divisor)


def binary_cross_entropy(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return C = Σ L / divisor with L = -(y ln q + (1 - y) ln(1 - q)), from probabilities q.

    The gradient is derived in ``binary_cross_entropy_backward``. ln(1 - q) is computed as
    ``log1p(-q)``, which keeps the digits of a small q.

    Edges
    -----
    q must lie strictly between 0 and 1. Where a saturated sigmoid rounds to 0 or 1, use
    ``binary_cross_entropy_from_logits``; there is no clipping here, since a clipped cost has
    another gradient.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        q, probabilities in (0, 1).
    target : array_like, shape of prediction
        y, 0 or 1; any number in [0, 1] is a probability of class 1.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In nats; never negative.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    G. E. Hinton, "Connectionist learning procedures", Artificial Intelligence 40, 1989;
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> float(binary_cross_entropy([0.25, 0.5], [1, 0]).round(4)), float((1.5 * np.log(2)).round(4))
    (1.0397, 1.0397)
    """
    q, y = prediction_and_target(prediction, target)
    loss = -(y * np.log(q) + (1 - y) * log1p(-q))
    return reduced(loss, reduction, OF_ENTRIES)


def binary_cross_entropy_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_prediction for the binary cross-entropy of probabilities.

    Derivation
    ----------
    1. d ln q / dq = 1/q
    2. d ln(1 - q) / dq = -1 / (1 - q)            the inner derivative brings a minus
    3. dL/dq = -(y/q - (1 - y)/(1 - q))           the minus of L stands before both terms
    4.       = -y/q + (1 - y)/(1 - q)
    5.       = (-y (1 - q) + (1 - y) q) / (q (1 - q)) = (q - y) / (q (1 - q))
    6. C = Σ L / divisor, so d_prediction = dL/dq / divisor

    Edges
    -----
    q strictly between 0 and 1; the slope grows without bound at the wrong end.

    Parameters
    ----------
    prediction : array_like, any shape, axis 0 = examples
        q, probabilities in (0, 1).
    target : array_like, shape of prediction
        y, 0 or 1, or a probability.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂q, nats per unit of probability.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    G. E. Hinton; C. M. Bishop; as in ``binary_cross_entropy``.

    Examples
    --------
    >>> binary_cross_entropy_backward([0.25, 0.5], [1, 0]).round(12).tolist()
    [-2.0, 1.0]
    >>> q, y, h = np.array([0.25, 0.5]), np.array([1, 0]), np.array([1e-6, 0.0])
    >>> numeric = (binary_cross_entropy(q + h, y) - binary_cross_entropy(q - h, y)) / 2e-6
    >>> bool(abs(numeric - (-2.0)) < 1e-8)
    True
    """
    q, y = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, q.shape, OF_ENTRIES)
    d_loss = (q - y) / (q * (1 - q))
    return np.asarray(d_loss / divisor)


def binary_cross_entropy_from_logits(
    logits: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return the binary cross-entropy of q = sigmoid(z), computed from the logits z.

    Derivation
    ----------
    Of the value (the gradient is derived in ``binary_cross_entropy_from_logits_backward``):

    1. L = -(y ln q + (1 - y) ln(1 - q))          with q = sigmoid(z)
    2. ln q = log_sigmoid(z)
    3. 1 - q = sigmoid(-z), so ln(1 - q) = log_sigmoid(-z)
    4. L = -(y log_sigmoid(z) + (1 - y) log_sigmoid(-z))

    Both terms have one sign, so nothing cancels, and nothing overflows for any finite z.

    Parameters
    ----------
    logits : array_like, any shape, axis 0 = examples
        z, in nats.
    target : array_like, shape of logits
        y, 0 or 1, or a probability.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In nats; never negative.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 6.2.2.2.

    Examples
    --------
    >>> float(binary_cross_entropy_from_logits([0.0, np.log(3.0)], [1, 1]).round(4))
    0.4904
    >>> float(binary_cross_entropy_from_logits([700.0], [0]))
    700.0
    """
    z, y = prediction_and_target(logits, target)
    loss = -(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))
    return reduced(loss, reduction, OF_ENTRIES)


def binary_cross_entropy_from_logits_backward(
    logits: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_logits for the binary cross-entropy of q = sigmoid(z).

    Derivation
    ----------
    1. dL/dq = (q - y) / (q (1 - q))              from ``binary_cross_entropy_backward``
    2. dq/dz = q (1 - q)                          from ``sigmoid_backward``
    3. dL/dz = dL/dq · dq/dz = q - y              the slope of the sigmoid cancels
    4.       = q (1 - y) - y (1 - q)              add and subtract q y
    5. 1 - q = sigmoid(-z)
    6. d_logits = dL/dz / divisor

    Step 4 is computed: with y = 1 and a large z it is -sigmoid(-z), where q - y would be 0.

    Edges
    -----
    Smooth everywhere. q - y is the gradient with respect to z *only*; with respect to q it is
    step 1.

    Parameters
    ----------
    logits : array_like, any shape, axis 0 = examples
        z, in nats.
    target : array_like, shape of logits
        y, 0 or 1, or a probability.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of logits
        ∂C/∂z, dimensionless.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> binary_cross_entropy_from_logits_backward([0.0, np.log(3.0)], [1, 0]).round(6).tolist()
    [-0.25, 0.375]
    >>> f, y = binary_cross_entropy_from_logits, np.array([1, 0])
    >>> z, h = np.array([0.0, 2.0]), np.array([1e-6, 0.0])
    >>> numeric = (f(z + h, y) - f(z - h, y)) / 2e-6
    >>> bool(abs(numeric - (-0.25)) < 1e-9)
    True
    """
    z, y = prediction_and_target(logits, target)
    divisor = divisor_of(reduction, z.shape, OF_ENTRIES)
    q = sigmoid(z)
    one_minus_q = sigmoid(-z)
    d_loss = q * (1 - y) - y * one_minus_q
    return np.asarray(d_loss / divisor)


def one_hot(labels: npt.ArrayLike, n_classes: int) -> Array:
    """Return Y (N, K) in float64 with Y[i, labels[i]] = 1 and 0 elsewhere.

    Labels are choices, not numbers: nothing is differentiated with respect to them.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Classes 0 … K - 1.
    n_classes : int
        K, the number of classes.

    Returns
    -------
    ndarray, shape (N, K)
        Indicators, dimensionless.

    Raises
    ------
    ValueError
        If labels aren't integers, aren't one-dimensional, or one lies outside 0 … K - 1.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.1 (where it is
    called the 1-of-K coding).

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be integers of shape (N,), not {labels.dtype} of shape {labels.shape}"
        )
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError(f"labels must lie in 0 … {n_classes - 1}, not {labels.tolist()}")
    classes = np.arange(n_classes)
    return np.asarray(labels[:, np.newaxis] == classes, dtype=np.float64)


def rows_and_indicators(prediction: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, Array]:
    """Return prediction (N, K) and the labels as indicators (N, K) of the same type."""
    prediction, labels = as_inexact(prediction), np.asarray(labels)
    if prediction.ndim != 2:
        raise ValueError(f"prediction must have shape (N, K), not {prediction.shape}")
    n_examples, n_classes = prediction.shape
    if labels.ndim == 2:
        return prediction_and_target(prediction, labels)
    if labels.shape != (n_examples,):
        raise ValueError(
            f"labels must have shape ({n_examples},) or {prediction.shape}, not {labels.shape}"
        )
    return prediction, one_hot(labels, n_classes).astype(prediction.real.dtype)


def cross_entropy(
    prediction: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return C = Σ_i L_i / divisor with L_i = -Σ_k Y_ik ln p_ik, from probabilities p.

    With one-hot rows Y the loss of an example is -ln of the probability given to its label. The
    gradient is derived in ``cross_entropy_backward``.

    Edges
    -----
    The probability of the label must be positive. Those of the other classes may be 0: they don't
    enter.

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        p, probabilities.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes 0 … K - 1, or their indicators Y; rows of probabilities will do as well.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; "sum"; or "none".

    Returns
    -------
    scalar, or array of shape (N,) for "none"
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, Pattern Recognition and Machine Learning, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> float(cross_entropy([[0.25, 0.75], [0.5, 0.5]], [0, 1]).round(4))
    1.0397
    """
    p, y = rows_and_indicators(prediction, labels)
    log_p = np.log(np.where(y == 0, 1, p))
    loss = -np.sum(y * log_p, axis=-1)
    return reduced(loss, reduction, OF_ENTRIES)


def cross_entropy_backward(
    prediction: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_prediction for the cross-entropy of probabilities.

    Derivation
    ----------
    1. d ln p / dp = 1/p
    2. ∂L_i/∂p_ik = -Y_ik / p_ik                  0 for every class but the label's
    3. C = Σ L / divisor, so d_prediction = -Y / p / divisor

    Edges
    -----
    The probabilities are taken as free: that they sum to 1 is the softmax's affair. p - y is *not*
    this gradient but the one with respect to the logits.

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        p, probabilities; those of the labels positive.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes, or their indicators Y.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; "sum"; or "none".

    Returns
    -------
    ndarray, shape (N, K)
        ∂C/∂p, nats per unit of probability.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, as in ``cross_entropy``.

    Examples
    --------
    >>> p = np.array([[0.25, 0.75], [0.5, 0.5]])
    >>> cross_entropy_backward(p, [0, 1]).round(12).tolist() == [[-2, 0], [0, -1]]
    True
    >>> h = np.array([[1e-6, 0.0], [0.0, 0.0]])
    >>> numeric = (cross_entropy(p + h, [0, 1]) - cross_entropy(p - h, [0, 1])) / 2e-6
    >>> bool(abs(numeric - (-2.0)) < 1e-8)
    True
    """
    p, y = rows_and_indicators(prediction, labels)
    divisor = divisor_of(reduction, p.shape[:1], OF_ENTRIES)
    d_loss = -y / np.where(y == 0, 1, p)
    return np.asarray(d_loss / divisor)


def cross_entropy_from_logits(
    logits: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Cost:
    """Return the cross-entropy of p = softmax(z), computed from the logits z.

    Derivation
    ----------
    Of the value (the gradient is derived in ``cross_entropy_from_logits_backward``):

    1. L_i = -Σ_k Y_ik ln p_ik                    with p = softmax(z)
    2. L_i = -Σ_k Y_ik log_softmax(z)_ik          one function, so p may round to 0 or 1

    Smooth everywhere.

    Parameters
    ----------
    logits : array_like, shape (N, K)
        z, in nats.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes 0 … K - 1, or their indicators Y; rows of probabilities will do as well.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; "sum"; or "none".

    Returns
    -------
    scalar, or array of shape (N,) for "none"
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press, 2016, section 6.2.2.3.

    Examples
    --------
    >>> float(cross_entropy_from_logits([[0.0, np.log(3.0)], [0.0, 0.0]], [0, 1]).round(4))
    1.0397
    >>> float(cross_entropy_from_logits([[-700.0, 700.0]], [0]))
    1400.0
    """
    z, y = rows_and_indicators(logits, labels)
    loss = -np.sum(y * log_softmax(z), axis=-1)
    return reduced(loss, reduction, OF_ENTRIES)


def cross_entropy_from_logits_backward(
    logits: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_logits for the fused pair softmax and cross-entropy.

    Derivation
    ----------
    For one example, with Σ_i y_i = 1:

    1. dL/dp_i = -y_i / p_i                       from ``cross_entropy_backward``
    2. ∂p_i/∂z_k = p_i ([i = k] - p_k)            from ``softmax_backward``
    3. dL/dz_k = Σ_i dL/dp_i · ∂p_i/∂z_k = -Σ_i y_i ([i = k] - p_k)
    4.         = p_k Σ_i y_i - y_k = p_k - y_k
    5.         = p_k (Σ_i y_i - y_k) - y_k (1 - p_k)     subtract and add p_k y_k
    6. d_logits = dL/dz / divisor

    Step 5 is computed, with 1 - p_k of the largest class summed from the others: with a confident
    right answer p_k - y_k would be 0.

    Edges
    -----
    Smooth everywhere; each row sums to 0 when its indicators sum to 1.

    Parameters
    ----------
    logits : array_like, shape (N, K)
        z, in nats.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes, or their indicators Y.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; "sum"; or "none".

    Returns
    -------
    ndarray, shape (N, K)
        ∂C/∂z, dimensionless.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    J. S. Bridle, "Training stochastic model recognition algorithms as networks can lead to maximum
    mutual information estimation of parameters", Advances in Neural Information Processing
    Systems 2, 1989.

    Examples
    --------
    >>> z = np.array([[0.0, np.log(3.0)], [0.0, 0.0]])
    >>> cross_entropy_from_logits_backward(z, [0, 1]).round(12).tolist()
    [[-0.375, 0.375], [0.25, -0.25]]
    >>> f, h = cross_entropy_from_logits, np.array([[1e-6, 0.0], [0.0, 0.0]])
    >>> numeric = (f(z + h, [0, 1]) - f(z - h, [0, 1])) / 2e-6
    >>> bool(abs(numeric - (-0.375)) < 1e-9)
    True
    """
    z, y = rows_and_indicators(logits, labels)
    divisor = divisor_of(reduction, z.shape[:1], OF_ENTRIES)
    p = softmax(z)
    one_minus_p = _one_minus_softmax(z)
    d_loss = p * (np.sum(y, axis=-1, keepdims=True) - y) - y * one_minus_p
    return np.asarray(d_loss / divisor)


def _one_minus_softmax(z: Array) -> Array:
    """Return 1 - softmax(z), for the largest entry as rest / (1 + rest)."""
    k, _, _, rest = take_out_largest(z)
    is_largest = np.arange(z.shape[-1]) == k
    return np.where(is_largest, rest / (1 + rest), 1 - softmax(z))


def hinge(
    scores: npt.ArrayLike, labels: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Scalar:
    """Return the cost of a multi-class support vector machine: C = Σ_i L_i / divisor.

    L_i = Σ_{j ≠ y} max(0, s_j - s_y + margin): each class pays by how much its score comes closer
    than the margin to the score s_y of the label. The gradient is derived in ``hinge_backward``.

    Edges
    -----
    A kink wherever s_y is ahead of another score by exactly the margin.

    Parameters
    ----------
    scores : array_like, shape (N, K)
        s, dimensionless; any real numbers.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes 0 … K - 1, or their indicators Y.
    margin : float
        By how much the label's score should lead, in the unit of the scores.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    scalar
        In the unit of the scores.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    J. Weston, C. Watkins, "Support vector machines for multi-class pattern recognition", ESANN,
    1999.

    Examples
    --------
    >>> float(hinge([[3.0, 2.5, 0.0], [1.0, 0.0, 4.0]], [0, 1]))
    3.75
    """
    s, y = rows_and_indicators(scores, labels)
    divisor = divisor_of(reduction, s.shape[:1])
    m = _leads(s, y, margin)
    loss = np.sum(np.where(m.real > 0, m, 0), axis=-1)
    cost: Scalar = np.sum(loss) / divisor
    return cost


def _leads(s: Array, y: Array, margin: float) -> Array:
    """Return m_j = s_j - s_y + margin for the classes j ≠ y, and 0 for the label itself."""
    s_y = np.sum(y * s, axis=-1, keepdims=True)
    return np.asarray(np.where(y == 0, s - s_y + margin, 0), dtype=s.dtype)


def hinge_backward(
    scores: npt.ArrayLike, labels: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return d_scores for the cost of a multi-class support vector machine.

    Derivation
    ----------
    For one example with the label y:

    1. m_j = s_j - s_y + margin                   for j ≠ y
    2. L = Σ_{j ≠ y} max(0, m_j), so ∂L/∂m_j = [m_j > 0]
    3. ∂m_j/∂s_j = 1, so ∂L/∂s_j = [m_j > 0]      for j ≠ y
    4. ∂m_j/∂s_y = -1 in *every* term, so ∂L/∂s_y = -Σ_{j ≠ y} [m_j > 0]
    5. d_scores = ∂L/∂s / divisor

    Edges
    -----
    At m_j = 0 the slope of the maximum may be anything in [0, 1]; here it is 0. Each row sums
    to 0.

    Parameters
    ----------
    scores : array_like, shape (N, K)
        s, dimensionless.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes, or their indicators Y.
    margin : float
        By how much the label's score should lead.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    ndarray, shape (N, K)
        ∂C/∂s, dimensionless.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    J. Weston, C. Watkins, as in ``hinge``.

    Examples
    --------
    >>> s = np.array([[3.0, 2.5, 0.0], [1.0, 0.0, 4.0]])
    >>> hinge_backward(s, [0, 1]).tolist()
    [[-0.5, 0.5, 0.0], [0.5, -1.0, 0.5]]
    >>> h = np.array([[0.0, 0.0, 0.0], [0.0, 1e-6, 0.0]])
    >>> numeric = (hinge(s + h, [0, 1]) - hinge(s - h, [0, 1])) / 2e-6
    >>> bool(abs(numeric - (-1.0)) < 1e-9)
    True
    """
    s, y = rows_and_indicators(scores, labels)
    divisor = divisor_of(reduction, s.shape[:1])
    is_active = np.asarray(_leads(s, y, margin).real > 0, dtype=s.dtype)
    d_loss = is_active - y * np.sum(is_active, axis=-1, keepdims=True)
    return np.asarray(d_loss / divisor)
