"""Costs that compare distributions: value and backward side by side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.costs import (
    Scalar,
    divisor_of,
    prediction_and_target,
    rows_and_indicators,
)
from gradcheck_reference.stable import Array

__all__ = [
    "kl_divergence",
    "kl_divergence_backward",
    "kl_divergence_from_logs",
    "kl_divergence_from_logs_backward",
    "negative_log_likelihood",
    "negative_log_likelihood_backward",
]


def kl_divergence(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "batch-mean"
) -> Scalar:
    """Return C = Σ p ln(p/q) / divisor, the divergence of the target p from the prediction q.

    The gradient with respect to q is derived in ``kl_divergence_backward``. Where p = 0 the term
    is 0, its limit.

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        q, a row of probabilities an example, above 0 wherever p is.
    target : array_like, shape of prediction
        p, rows of probabilities.
    reduction : str
        "batch-mean": over the N examples; "mean": over all entries; or "sum".

    Returns
    -------
    scalar
        In nats; 0 only if p and q agree.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    S. Kullback, R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics
    22, 1951.

    Examples
    --------
    >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).round(4).tolist()
    0.1308
    """
    q, p = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, q.shape)
    is_there = p != 0
    ratio = np.where(is_there, p, 1) / np.where(is_there, q, 1)
    loss = p * np.log(ratio)
    cost: Scalar = np.sum(loss) / divisor
    return cost


def kl_divergence_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "batch-mean"
) -> Array:
    """Return d_prediction for C = Σ p ln(p/q) / divisor.

    Derivation
    ----------
    1. L = p ln p - p ln q; the first term knows nothing of q
    2. ∂L/∂q = -p / q
    3. d_prediction = -p / q / divisor

    Edges
    -----
    The entries of q count as independent here; that they add up to 1 is the business of whatever
    made them, a softmax for instance. Through it, -p/q becomes q - p.

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        q, rows of probabilities above 0 wherever p is.
    target : array_like, shape of prediction
        p, rows of probabilities.
    reduction : str
        "batch-mean", "mean" or "sum".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂q, in nats.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    S. Kullback, R. A. Leibler, as in ``kl_divergence``.

    Examples
    --------
    >>> kl_divergence_backward([[0.5, 0.5]], [[0.25, 0.75]]).tolist()
    [[-0.5, -1.5]]
    >>> q, p, h = np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]]), np.array([[1e-6, 0.0]])
    >>> numeric = (kl_divergence(q + h, p) - kl_divergence(q - h, p)) / 2e-6
    >>> bool(abs(numeric - (-0.5)) < 1e-9)
    True
    """
    q, p = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, q.shape)
    is_there = p != 0
    d_loss = -p / np.where(is_there, q, 1)
    return np.asarray(d_loss / divisor)


def kl_divergence_from_logs(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "batch-mean"
) -> Scalar:
    """Return C = Σ p (ln p - l) / divisor: as ``kl_divergence``, with l = ln q given.

    The logarithm has been taken already, by a log-softmax for instance. The gradient with respect
    to l is derived in ``kl_divergence_from_logs_backward``. Where p = 0 the term is 0.

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        l = ln q, a row an example.
    target : array_like, shape of prediction
        p, rows of probabilities.
    reduction : str
        "batch-mean": over the N examples; "mean": over all entries; or "sum".

    Returns
    -------
    scalar
        In nats.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    S. Kullback, R. A. Leibler, as in ``kl_divergence``.

    Examples
    --------
    >>> from_logs = kl_divergence_from_logs(np.log([[0.5, 0.5]]), [[0.25, 0.75]])
    >>> bool(abs(from_logs - kl_divergence([[0.5, 0.5]], [[0.25, 0.75]])) < 1e-15)
    True
    """
    logs, p = prediction_and_target(prediction, target)
    divisor = divisor_of(reduction, logs.shape)
    is_there = p != 0
    loss = np.where(is_there, p * (np.log(np.where(is_there, p, 1)) - logs), 0)
    cost: Scalar = np.sum(loss) / divisor
    return cost


def kl_divergence_from_logs_backward(
    prediction: npt.ArrayLike, target: npt.ArrayLike, *, reduction: str = "batch-mean"
) -> Array:
    """Return d_prediction for C = Σ p (ln p - l) / divisor.

    Derivation
    ----------
    1. L = p ln p - p l; the first term knows nothing of l
    2. ∂L/∂l = -p                            no division by q: l is the logarithm already
    3. d_prediction = -p / divisor

    Parameters
    ----------
    prediction : array_like, shape (N, K)
        l = ln q; the gradient doesn't depend on it.
    target : array_like, shape of prediction
        p, rows of probabilities.
    reduction : str
        "batch-mean", "mean" or "sum".

    Returns
    -------
    ndarray, shape of prediction
        ∂C/∂l, dimensionless.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    S. Kullback, R. A. Leibler, as in ``kl_divergence``.

    Examples
    --------
    >>> logs, p = np.log([[0.5, 0.5]]), np.array([[0.25, 0.75]])
    >>> kl_divergence_from_logs_backward(logs, p).tolist()
    [[-0.25, -0.75]]
    >>> h = np.array([[1e-6, 0.0]])
    >>> above, below = (kl_divergence_from_logs(logs + s, p) for s in (h, -h))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric - (-0.25)) < 1e-9)
    True
    """
    logs, p = prediction_and_target(prediction, target)
    return np.asarray(0 - p / divisor_of(reduction, logs.shape), dtype=logs.dtype)


def negative_log_likelihood(
    log_probabilities: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Scalar:
    """Return C = -Σ_i l_iy / divisor: the log-probability of each label, taken negative.

    The logarithm has been taken already, by a log-softmax for instance. The gradient is derived in
    ``negative_log_likelihood_backward``. Linear, so no edges.

    Parameters
    ----------
    log_probabilities : array_like, shape (N, K)
        l = ln p, a row an example.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes 0 … K - 1, or their indicators Y.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    scalar
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
    >>> float(negative_log_likelihood([[-0.5, -2.0], [-3.0, -0.25]], [0, 0]))
    1.75
    """
    logs, y = rows_and_indicators(log_probabilities, labels)
    divisor = divisor_of(reduction, logs.shape[:1])
    loss = -np.sum(np.where(y == 0, 0, y * logs), axis=-1)
    cost: Scalar = np.sum(loss) / divisor
    return cost


def negative_log_likelihood_backward(
    log_probabilities: npt.ArrayLike, labels: npt.ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return d_log_probabilities for C = -Σ_i l_iy / divisor.

    Derivation
    ----------
    1. L = -l_y, with the label y
    2. ∂L/∂l_k = -[k = y]                    the others aren't in it
    3. d_log_probabilities = -Y / divisor    with the indicators Y

    With l = log_softmax(z) in front, step 3 becomes (p - Y) / divisor for z; here it doesn't.

    Parameters
    ----------
    log_probabilities : array_like, shape (N, K)
        l = ln p; the gradient doesn't depend on it.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes, or their indicators Y.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    ndarray, shape (N, K)
        ∂C/∂l, dimensionless.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    C. M. Bishop, as in ``negative_log_likelihood``.

    Examples
    --------
    >>> logs = np.array([[-0.5, -2.0], [-3.0, -0.25]])
    >>> negative_log_likelihood_backward(logs, [0, 1]).tolist()
    [[-0.5, 0.0], [0.0, -0.5]]
    >>> h = np.array([[1e-6, 0.0], [0.0, 0.0]])
    >>> above, below = (negative_log_likelihood(logs + s, [0, 1]) for s in (h, -h))
    >>> bool(abs((above - below) / 2e-6 - (-0.5)) < 1e-9)
    True
    """
    logs, y = rows_and_indicators(log_probabilities, labels)
    divisor = divisor_of(reduction, logs.shape[:1])
    return np.asarray(0 - y / divisor, dtype=logs.dtype)
