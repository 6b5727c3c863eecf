"""Costs with a margin: what is far enough apart costs nothing. Value and backward side by side.

``hinge``, for classes, stands in ``costs``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.costs import (
    OF_ENTRIES,
    Cost,
    Scalar,
    divisor_of,
    prediction_and_target,
    reduced,
    rows_and_indicators,
)
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = [
    "binary_hinge",
    "binary_hinge_backward",
    "contrastive",
    "contrastive_backward",
    "multi_class_squared_hinge",
    "multi_class_squared_hinge_backward",
    "squared_hinge",
    "squared_hinge_backward",
    "triplet",
    "triplet_backward",
]


HALVES = ("mean", "sum", "half-mean", "half-sum")


def _positive(m: Array) -> Array:
    """Return max(0, m)."""
    return np.where(m.real > 0, m, 0)


def binary_hinge(
    scores: npt.ArrayLike, target: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Cost:
    """Return C = Σ max(0, margin - y s) / divisor, for targets y of -1 and 1.

    The gradient is derived in ``binary_hinge_backward``.

    Parameters
    ----------
    scores : array_like, any shape, axis 0 = examples
        s, any real numbers.
    target : array_like, shape of scores
        y, -1 or 1.
    margin : float
        What y s should reach, in the unit of the scores.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In the scores' unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20 (1995), 273-297.

    Examples
    --------
    >>> float(binary_hinge([0.5, 3.0, 1.0], [1, 1, -1], reduction="sum"))
    2.5
    """
    s, y = prediction_and_target(scores, target)
    h = _positive(margin - y * s)
    return reduced(h, reduction, OF_ENTRIES)


def binary_hinge_backward(
    scores: npt.ArrayLike, target: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return d_scores for C = Σ max(0, margin - y s) / divisor.

    Derivation
    ----------
    1. m = margin - y s, so ∂m/∂s = -y
    2. h = max(0, m), so ∂h/∂m = [m > 0]          at the kink m = 0 anything in [0, 1]; here 0
    3. ∂h/∂s = -y [m > 0]
    4. d_scores = -y [m > 0] / divisor

    Parameters
    ----------
    scores : array_like, any shape, axis 0 = examples
        s, any real numbers.
    target : array_like, shape of scores
        y, -1 or 1.
    margin : float
        The same as in the value.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of scores
        ∂C/∂s, no unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    C. Cortes, V. Vapnik, as in ``binary_hinge``.

    Examples
    --------
    >>> binary_hinge_backward([0.5, 3.0, 1.0], [1, 1, -1], reduction="sum").tolist()
    [-1.0, 0.0, 1.0]
    >>> s, y, h = np.array([0.5, 1.0]), np.array([1.0, -1.0]), np.array([0.0, 1e-6])
    >>> numeric = (binary_hinge(s + h, y) - binary_hinge(s - h, y)) / 2e-6
    >>> bool(abs(numeric - 0.5) < 1e-8)
    True
    """
    s, y = prediction_and_target(scores, target)
    divisor = divisor_of(reduction, s.shape, OF_ENTRIES)
    m = margin - y * s
    d_scores: Array = -y * np.where(m.real > 0, 1.0, 0.0).astype(s.dtype) / divisor
    return d_scores + 0.0


def squared_hinge(
    scores: npt.ArrayLike, target: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Cost:
    """Return C = Σ max(0, margin - y s)² / divisor, for targets y of -1 and 1.

    The gradient is derived in ``squared_hinge_backward``. At y s = margin value and slope are 0 on
    both sides: no kink, unlike the plain hinge.

    Parameters
    ----------
    scores : array_like, any shape, axis 0 = examples
        s, any real numbers.
    target : array_like, shape of scores
        y, -1 or 1.
    margin : float
        What y s should reach, in the unit of the scores.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    scalar, or array of the shape of prediction for "none"
        In the square of the scores' unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    Y. Tang, "Deep learning using linear support vector machines", arXiv:1306.0239, 2013.

    Examples
    --------
    >>> float(squared_hinge([0.5, 3.0, 1.0], [1, 1, -1], reduction="sum"))
    4.25
    """
    s, y = prediction_and_target(scores, target)
    h = _positive(margin - y * s)
    return reduced(h * h, reduction, OF_ENTRIES)


def squared_hinge_backward(
    scores: npt.ArrayLike, target: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return d_scores for C = Σ max(0, margin - y s)² / divisor.

    Derivation
    ----------
    1. m = margin - y s, so ∂m/∂s = -y
    2. h = max(0, m), L = h², so ∂L/∂m = 2 h               also where h = 0
    3. ∂L/∂s = -2 y h
    4. d_scores = -2 y h / divisor

    Parameters
    ----------
    scores : array_like, any shape, axis 0 = examples
        s, any real numbers.
    target : array_like, shape of scores
        y, -1 or 1.
    margin : float
        The same as in the value.
    reduction : str
        "mean", "batch-mean", "sum" or "none".

    Returns
    -------
    ndarray, shape of scores
        ∂C/∂s, in the unit of the scores.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    Y. Tang, as in ``squared_hinge``.

    Examples
    --------
    >>> squared_hinge_backward([0.5, 3.0, 1.0], [1, 1, -1], reduction="sum").tolist()
    [-1.0, 0.0, 4.0]
    >>> s, y, h = np.array([0.5, 1.0]), np.array([1.0, -1.0]), np.array([0.0, 1e-6])
    >>> numeric = (squared_hinge(s + h, y) - squared_hinge(s - h, y)) / 2e-6
    >>> bool(abs(numeric - 2.0) < 1e-8)
    True
    """
    s, y = prediction_and_target(scores, target)
    divisor = divisor_of(reduction, s.shape, OF_ENTRIES)
    h = _positive(margin - y * s)
    return np.asarray((0 - 2 * y * h) / divisor)


def multi_class_squared_hinge(
    scores: npt.ArrayLike, labels: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Scalar:
    """Return C = Σ_i Σ_{j ≠ y} max(0, s_j - s_y + margin)² / divisor: the squares of ``hinge``.

    The gradient is derived in ``multi_class_squared_hinge_backward``. No kink.

    Parameters
    ----------
    scores : array_like, shape (N, K)
        s, any real numbers.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes 0 … K - 1, or their indicators Y.
    margin : float
        By how much the label's score should lead, in the unit of the scores.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    scalar
        In the square of the scores' unit.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    Y. Tang, as in ``squared_hinge``.

    Examples
    --------
    >>> float(multi_class_squared_hinge([[3.0, 2.5, 0.0], [1.0, 0.0, 4.0]], [0, 1]))
    14.625
    """
    s, y = rows_and_indicators(scores, labels)
    divisor = divisor_of(reduction, s.shape[:1])
    h = _leads(s, y, margin)
    cost: Scalar = np.sum(h * h) / divisor
    return cost


def _leads(s: Array, y: Array, margin: float) -> Array:
    """Return h_j = max(0, s_j - s_y + margin) for the classes j ≠ y, and 0 for the label."""
    s_y = np.sum(y * s, axis=-1, keepdims=True)
    return np.asarray(np.where(y == 0, _positive(s - s_y + margin), 0), dtype=s.dtype)


def multi_class_squared_hinge_backward(
    scores: npt.ArrayLike, labels: npt.ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return d_scores for the multi-class squared hinge.

    Derivation
    ----------
    For one example with the label y:

    1. h_j = max(0, s_j - s_y + margin)           for j ≠ y
    2. L = Σ_{j ≠ y} h_j², so ∂L/∂h_j = 2 h_j     also where h_j = 0
    3. ∂L/∂s_j = 2 h_j                            for j ≠ y
    4. ∂L/∂s_y = -2 Σ_{j ≠ y} h_j                 s_y stands in every term, with a minus
    5. d_scores = ∂L/∂s / divisor

    Parameters
    ----------
    scores : array_like, shape (N, K)
        s, any real numbers.
    labels : array_like, shape (N,) of int, or (N, K)
        Classes, or their indicators Y.
    margin : float
        The same as in the value.
    reduction : str
        "mean" or, the same, "batch-mean": over the N examples; or "sum".

    Returns
    -------
    ndarray, shape (N, K)
        ∂C/∂s, in the unit of the scores. Each row sums to 0.

    Raises
    ------
    ValueError
        If the shapes don't fit, a label is no class, nothing is there, or the reduction is unknown.

    Source
    ------
    Y. Tang, as in ``squared_hinge``.

    Examples
    --------
    >>> s = np.array([[3.0, 2.5, 0.0], [1.0, 0.0, 4.0]])
    >>> multi_class_squared_hinge_backward(s, [0, 1]).tolist()
    [[-0.5, 0.5, 0.0], [2.0, -7.0, 5.0]]
    >>> h = np.array([[0.0, 0.0, 0.0], [0.0, 1e-6, 0.0]])
    >>> above, below = (multi_class_squared_hinge(s + step, [0, 1]) for step in (h, -h))
    >>> bool(abs((above - below) / 2e-6 - (-7.0)) < 1e-7)
    True
    """
    s, y = rows_and_indicators(scores, labels)
    divisor = divisor_of(reduction, s.shape[:1])
    h = _leads(s, y, margin)
    d_loss = 2 * (h - y * np.sum(h, axis=-1, keepdims=True))
    return np.asarray(d_loss / divisor)


def contrastive(
    distances: npt.ArrayLike, is_similar: npt.ArrayLike, *, margin: float = 1.0,
    reduction: str = "mean",
) -> Scalar:  # fmt: skip
    """Return C = Σ (y d² + (1 - y) max(0, margin - d)²) / divisor for pairs at distance d.

    y is 1 for a pair that belongs together, 0 for one that doesn't. The gradient is derived in
    ``contrastive_backward``. No kink: at d = margin value and slope are 0 on both sides.

    Parameters
    ----------
    distances : array_like, shape (N,)
        d, at least 0.
    is_similar : array_like, shape (N,)
        y, 0 or 1.
    margin : float
        How far apart the others should be, in the unit of d.
    reduction : str
        "mean", "sum", or half of these: "half-mean", "half-sum".

    Returns
    -------
    scalar
        In the square of d's unit.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    R. Hadsell, S. Chopra, Y. LeCun, "Dimensionality reduction by learning an invariant mapping",
    Conference on Computer Vision and Pattern Recognition, 2006.

    Examples
    --------
    >>> float(contrastive([0.5, 0.25, 3.0], [1, 0, 0], reduction="sum"))
    0.8125
    """
    d, y = prediction_and_target(distances, is_similar)
    divisor = divisor_of(reduction, d.shape, HALVES)
    h = _positive(margin - d)
    loss = y * d * d + (1 - y) * h * h
    cost: Scalar = np.sum(loss) / divisor
    return cost


def contrastive_backward(
    distances: npt.ArrayLike, is_similar: npt.ArrayLike, *, margin: float = 1.0,
    reduction: str = "mean",
) -> Array:  # fmt: skip
    """Return d_distances for the contrastive cost.

    Derivation
    ----------
    1. y = 1:  L = d², so ∂L/∂d = 2 d                      pulls together
    2. y = 0:  h = max(0, margin - d), L = h², so ∂L/∂d = -2 h      pushes apart, up to the margin
    3. d_distances = (2 y d - 2 (1 - y) h) / divisor

    From d = |x₁ - x₂| it goes on to ∂d/∂x₁ = (x₁ - x₂) / d and ∂d/∂x₂ = -(x₁ - x₂) / d.

    Parameters
    ----------
    distances : array_like, shape (N,)
        d, at least 0.
    is_similar : array_like, shape (N,)
        y, 0 or 1.
    margin : float
        The same as in the value.
    reduction : str
        "mean", "sum", "half-mean" or "half-sum".

    Returns
    -------
    ndarray, shape (N,)
        ∂C/∂d, in the unit of d.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    R. Hadsell et al., as in ``contrastive``.

    Examples
    --------
    >>> contrastive_backward([0.5, 0.25, 3.0], [1, 0, 0], reduction="sum").tolist()
    [1.0, -1.5, 0.0]
    >>> d, y, h = np.array([0.5, 0.25]), np.array([1.0, 0.0]), np.array([0.0, 1e-6])
    >>> numeric = (contrastive(d + h, y) - contrastive(d - h, y)) / 2e-6
    >>> bool(abs(numeric - (-0.75)) < 1e-9)
    True
    """
    d, y = prediction_and_target(distances, is_similar)
    divisor = divisor_of(reduction, d.shape, HALVES)
    h = _positive(margin - d)
    d_loss = 2 * y * d - 2 * (1 - y) * h
    return np.asarray(d_loss / divisor)


def _distances(a: Array, other: Array, is_squared: bool) -> Array:
    """Return |a - other|², or its root, of each row."""
    e = a - other
    square = np.sum(e * e, axis=-1)
    return np.asarray(square if is_squared else np.sqrt(square))


def _rows(*rows: npt.ArrayLike) -> tuple[Array, ...]:
    """Return anchors, positives and negatives as inexact arrays of one shape."""
    a, p, n = (as_inexact(r) for r in rows)
    require_same_shape(anchors=a, positives=p)
    require_same_shape(anchors=a, negatives=n)
    return a, p, n


def triplet(
    anchors: npt.ArrayLike, positives: npt.ArrayLike, negatives: npt.ArrayLike, *,
    margin: float = 1.0, is_squared: bool = True, reduction: str = "mean",
) -> Scalar:  # fmt: skip
    """Return C = Σ max(0, |a - p|² - |a - n|² + margin) / divisor: n should be farther than p.

    The gradients are derived in ``triplet_backward``. A kink where the two distances differ by
    exactly the margin.

    Parameters
    ----------
    anchors, positives, negatives : array_like, all of shape (N, D)
        a, p (which belongs to a) and n (which doesn't), a row each.
    margin : float
        In the unit of the distance, or of its square.
    is_squared : bool
        Whether squares of distances are compared, or the distances.
    reduction : str
        "mean" or, the same, "batch-mean": over the N triplets; or "sum".

    Returns
    -------
    scalar

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    F. Schroff, D. Kalenichenko, J. Philbin, "FaceNet: a unified embedding for face recognition and
    clustering", Conference on Computer Vision and Pattern Recognition, 2015.

    Examples
    --------
    >>> float(triplet([[0.0, 0.0]], [[1.0, 1.0]], [[1.5, 0.0]]))
    0.75
    """
    a, p, n = _rows(anchors, positives, negatives)
    divisor = divisor_of(reduction, a.shape[:1])
    m = _distances(a, p, is_squared) - _distances(a, n, is_squared) + margin
    cost: Scalar = np.sum(_positive(m)) / divisor
    return cost


def triplet_backward(
    anchors: npt.ArrayLike, positives: npt.ArrayLike, negatives: npt.ArrayLike, *,
    margin: float = 1.0, is_squared: bool = True, reduction: str = "mean",
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (d_anchors, d_positives, d_negatives) for the triplet cost.

    Derivation
    ----------
    For one triplet:

    1. m = |a - p|² - |a - n|² + margin, L = max(0, m), so ∂L/∂m = [m > 0]
    2. ∂|a - p|²/∂a = 2 (a - p) and ∂|a - p|²/∂p = -2 (a - p); with n alike
    3. d_p = -2 (a - p) [m > 0] / divisor
    4. d_n = 2 (a - n) [m > 0] / divisor                   two minus signs
    5. d_a = (2 (a - p) - 2 (a - n)) [m > 0] / divisor = 2 (n - p) [m > 0] / divisor

    Without the squares, ∂|a - p|/∂a = (a - p) / |a - p| takes the place of 2 (a - p).

    Edges
    -----
    At m = 0 everything between nothing and the whole is right; here it is nothing. The three add up
    to 0: moving all points alike changes no distance.

    Parameters
    ----------
    anchors, positives, negatives : array_like, all of shape (N, D)
        a, p and n.
    margin : float
        The same as in the value.
    is_squared : bool
        The same as in the value; if False no two of a row may coincide.
    reduction : str
        "mean" or, the same, "batch-mean": over the N triplets; or "sum".

    Returns
    -------
    tuple of ndarray
        d_anchors, d_positives and d_negatives, all (N, D).

    Raises
    ------
    ValueError
        If the shapes differ, nothing is there, or the reduction is unknown.

    Source
    ------
    F. Schroff et al., as in ``triplet``.

    Examples
    --------
    >>> a, p, n = np.array([[0.0, 0.0]]), np.array([[1.0, 1.0]]), np.array([[1.5, 0.0]])
    >>> [d.tolist() for d in triplet_backward(a, p, n)]
    [[[1.0, -2.0]], [[2.0, 2.0]], [[-3.0, 0.0]]]
    >>> h = np.array([[1e-6, 0.0]])
    >>> numeric = (triplet(a + h, p, n) - triplet(a - h, p, n)) / 2e-6
    >>> bool(abs(numeric - 1.0) < 1e-8)
    True
    """
    a, p, n = _rows(anchors, positives, negatives)
    divisor = divisor_of(reduction, a.shape[:1])
    near, far = (_distances(a, other, is_squared) for other in (p, n))
    is_active = ((near - far + margin).real > 0)[:, None]
    factors = (2, 2) if is_squared else (1 / near[:, None], 1 / far[:, None])
    to_p = np.where(is_active, factors[0] * (a - p), 0) / divisor
    to_n = np.where(is_active, factors[1] * (a - n), 0) / divisor
    return np.asarray(to_p - to_n), np.asarray(0 - to_p), np.asarray(to_n)
