"""Normalisation: value and backward side by side.

Two layers here bring numbers to mean 0 and variance 1 and then give them a scale γ and a shift β
that are learned; ``rms_norm`` does without mean and shift. They differ in what is normalised
together:

    layer_norm     the D features of one example      a row of x, with sums over axis 1
    batch_norm     the N examples of one feature      a column of x, with sums over axis 0
    rms_norm       the D features of one example      a row of x, the mean square only

γ and β belong to the features. In the derivations k and j run over what is normalised together, n
is how many there are, and the other index is left out. For images see ``image_normalization``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = [
    "batch_norm",
    "batch_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "rms_norm",
    "rms_norm_backward",
]


def _input_scale_and_shift(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return the three as inexact arrays, checked: x (N, D), gamma (D,), beta (D,)."""
    x, gamma, beta = as_inexact(x), as_inexact(gamma), as_inexact(beta)
    if x.ndim != 2 or 0 in x.shape or gamma.shape != x.shape[1:] or beta.shape != x.shape[1:]:
        raise ValueError(
            f"x, gamma and beta must have shapes (N, D), (D,) and (D,) with something in them, "
            f"not {x.shape}, {gamma.shape} and {beta.shape}"
        )
    return x, gamma, beta


def normalised(
    x: Array, axis: int, eps: float, place: str = "inside"
) -> tuple[Array, Array]:
    """Return x_hat = (x - μ) / σ and σ = sqrt(v + eps), with v the mean of the squares.

    With ``place="outside"`` σ is sqrt(v) + eps.
    """
    mu = np.mean(x, axis=axis, keepdims=True)
    d = x - mu
    v = np.mean(d * d, axis=axis, keepdims=True)
    sigma = np.sqrt(v + eps) if place == "inside" else np.sqrt(v) + eps
    return np.asarray(d / sigma), np.asarray(sigma)


def _backward(
    dout: npt.ArrayLike, x: Array, gamma: Array, axis: int, eps: float, place: str = "inside"
) -> tuple[Array, Array, Array]:
    """Return (dx, dgamma, dbeta); steps 3 and 8 to 10 of both derivations."""
    dout = as_inexact(dout)
    require_same_shape(dout=dout, x=x)
    x_hat, sigma = normalised(x, axis, eps, place)
    root = sigma if place == "inside" else sigma - eps
    g = dout * gamma
    mean_g = np.mean(g, axis=axis, keepdims=True)
    mean_g_x_hat = np.mean(g * x_hat, axis=axis, keepdims=True)
    dx = (g - mean_g) / sigma - x_hat * mean_g_x_hat / root
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    return np.asarray(dx), np.asarray(dgamma), np.asarray(dbeta)


def layer_norm(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *, eps: float = 1e-5,
    place: str = "inside",
) -> Array:  # fmt: skip
    """Return out = γ ⊙ (x - μ) / sqrt(v + eps) + β, with μ and v of each row of x.

    μ_i = (1/D) Σ_d x_id is the row's mean, v_i = (1/D) Σ_d (x_id - μ_i)² its variance (divided by
    D, not by D - 1). The gradients are derived in ``layer_norm_backward``.

    Edges
    -----
    Smooth for eps > 0. In a row of equal numbers v = 0, and out = β. For D = 1 that is always so.

    Parameters
    ----------
    x : array_like, shape (N, D)
        Examples as rows.
    gamma : array_like, shape (D,)
        γ, the scale of each feature.
    beta : array_like, shape (D,)
        β, its shift.
    eps : float
        Added to the variance, in its unit, so that the root stays away from 0.
    place : {"inside", "outside"}
        Where eps stands: under the root, or beside it, as in (x - μ) / (sqrt(v) + eps), which is
        as common in code; then it has the unit of x.

    Returns
    -------
    ndarray, shape (N, D)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016.

    Examples
    --------
    >>> layer_norm([[1.0, 3.0], [5.0, 5.0]], [1.0, 2.0], [0.0, 10.0]).round(4).tolist()
    [[-1.0, 12.0], [0.0, 10.0]]
    """
    x, gamma, beta = _input_scale_and_shift(x, gamma, beta)
    x_hat, _ = normalised(x, axis=1, eps=eps, place=place)
    return np.asarray(gamma * x_hat + beta)


def layer_norm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *,
    eps: float = 1e-5, place: str = "inside",
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dgamma, dbeta) for ``layer_norm``.

    Derivation
    ----------
    Within one row (k, j features, n = D), with σ = sqrt(v + eps) and x_hat_k = (x_k - μ) / σ:

    1. out_k = γ_k x_hat_k + β_k
    2. dγ_k = Σ dout_k x_hat_k and dβ_k = Σ dout_k          over the rows, which share γ and β
    3. g_k = ∂C/∂x_hat_k = dout_k γ_k
    4. ∂μ/∂x_j = 1/n
    5. ∂v/∂x_j = (2/n) Σ_k (x_k - μ)([k = j] - 1/n) = (2/n) (x_j - μ)      as Σ_k (x_k - μ) = 0
    6. ∂σ/∂x_j = 1/(2σ) · ∂v/∂x_j = (x_j - μ)/(n σ) = x_hat_j / n          eps stays inside σ
    7. ∂x_hat_k/∂x_j = ([k = j] - 1/n)/σ - (x_k - μ)/σ² · x_hat_j/n
                     = ([k = j] - 1/n - x_hat_k x_hat_j / n) / σ
    8. dx_j = Σ_k g_k ∂x_hat_k/∂x_j
    9.      = (g_j - (1/n) Σ_k g_k - x_hat_j (1/n) Σ_k g_k x_hat_k) / σ
    10. so dx = (g - mean(g) - x_hat ⊙ mean(g ⊙ x_hat)) / σ                means over the row

    With eps beside the root σ = r + eps, r = sqrt(v), and step 6 is ∂σ/∂x_j = (x_j - μ)/(n r) =
    x_hat_j σ/(n r): the last term is divided by r, not by σ.

    Three paths lead from x_j to the output: its own, the mean's and the variance's. They are the
    three terms of step 10; a forgotten path is a forgotten term.

    Edges
    -----
    Σ_j dx_j = 0 in each row: the same number added to all of it changes nothing. Up to eps so is
    Σ_j dx_j x_hat_j: neither does a factor.

    Parameters
    ----------
    dout : array_like, shape (N, D)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, D)
        Examples as rows.
    gamma, beta : array_like, shape (D,)
        γ and β; the gradients don't depend on β.
    eps, place
        The same as in the value.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dgamma (D,), dbeta (D,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    J. L. Ba et al., as in ``layer_norm``.

    Examples
    --------
    >>> x, gamma, beta = np.array([[1.0, 3.0, 4.0]]), np.array([1.0, 2.0, -1.0]), np.zeros(3)
    >>> dout, h = np.array([[1.0, 0.5, 2.0]]), np.array([[0.0, 1e-6, 0.0]])
    >>> dx, dgamma, dbeta = layer_norm_backward(dout, x, gamma, beta)
    >>> difference = layer_norm(x + h, gamma, beta) - layer_norm(x - h, gamma, beta)
    >>> numeric = np.sum(dout * difference) / 2e-6
    >>> bool(abs(numeric - dx[0, 1]) < 1e-8), bool(abs(np.sum(dx)) < 1e-12), dbeta.tolist()
    (True, True, [1.0, 0.5, 2.0])
    >>> beside = {"eps": 0.5, "place": "outside"}
    >>> difference = layer_norm(x + h, gamma, beta, **beside) - layer_norm(
    ...     x - h, gamma, beta, **beside
    ... )
    >>> numeric = np.sum(dout * difference) / 2e-6
    >>> bool(abs(numeric - layer_norm_backward(dout, x, gamma, beta, **beside)[0][0, 1]) < 1e-8)
    True
    """
    x, gamma, beta = _input_scale_and_shift(x, gamma, beta)
    return _backward(dout, x, gamma, axis=1, eps=eps, place=place)


def batch_norm(
    x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *, eps: float = 1e-5
) -> Array:
    """Return out = γ ⊙ (x - μ) / sqrt(v + eps) + β, with μ and v of each *column* of x.

    This is what the layer does in training: μ_d = (1/N) Σ_i x_id is the mean of feature d over the
    batch, v_d = (1/N) Σ_i (x_id - μ_d)² its variance (divided by N, not by N - 1). The gradients
    are derived in ``batch_norm_backward``.

    Edges
    -----
    Smooth for eps > 0. The examples of a batch depend on each other; a batch of one is all β,
    whatever x is.

    Parameters
    ----------
    x : array_like, shape (N, D)
        Examples as rows.
    gamma : array_like, shape (D,)
        γ, the scale of each feature.
    beta : array_like, shape (D,)
        β, its shift.
    eps : float
        Added to the variance, in its unit, so that the root stays away from 0.

    Returns
    -------
    ndarray, shape (N, D)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", International Conference on Machine Learning, 2015.

    Examples
    --------
    >>> batch_norm([[1.0, 5.0], [3.0, 5.0]], [1.0, 2.0], [0.0, 10.0]).round(4).tolist()
    [[-1.0, 10.0], [1.0, 10.0]]
    """
    x, gamma, beta = _input_scale_and_shift(x, gamma, beta)
    x_hat, _ = normalised(x, axis=0, eps=eps)
    return np.asarray(gamma * x_hat + beta)


def batch_norm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, *,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dx, dgamma, dbeta) for ``batch_norm`` in training.

    Derivation
    ----------
    Within one column (k, j examples, n = N), with σ = sqrt(v + eps) and x_hat_k = (x_k - μ) / σ:

    1. out_k = γ x_hat_k + β                                one γ and one β for the whole column
    2. dγ = Σ_k dout_k x_hat_k and dβ = Σ_k dout_k
    3. g_k = ∂C/∂x_hat_k = dout_k γ
    4. ∂μ/∂x_j = 1/n
    5. ∂v/∂x_j = (2/n) Σ_k (x_k - μ)([k = j] - 1/n) = (2/n) (x_j - μ)      as Σ_k (x_k - μ) = 0
    6. ∂σ/∂x_j = 1/(2σ) · ∂v/∂x_j = (x_j - μ)/(n σ) = x_hat_j / n          eps stays inside σ
    7. ∂x_hat_k/∂x_j = ([k = j] - 1/n)/σ - (x_k - μ)/σ² · x_hat_j/n
                     = ([k = j] - 1/n - x_hat_k x_hat_j / n) / σ
    8. dx_j = Σ_k g_k ∂x_hat_k/∂x_j
    9.      = (g_j - (1/n) Σ_k g_k - x_hat_j (1/n) Σ_k g_k x_hat_k) / σ
    10. so dx = (g - mean(g) - x_hat ⊙ mean(g ⊙ x_hat)) / σ                means over the column

    With dγ and dβ put in, step 10 is the short form γ / (n σ) (n dout - dβ - x_hat dγ).

    Edges
    -----
    Σ_j dx_j = 0 in each column. A batch of one has dx = 0 and dγ = 0.

    Parameters
    ----------
    dout : array_like, shape (N, D)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, D)
        Examples as rows.
    gamma, beta : array_like, shape (D,)
        γ and β; the gradients don't depend on β.
    eps : float
        The same as in the value.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dgamma (D,), dbeta (D,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    S. Ioffe, C. Szegedy, as in ``batch_norm``.

    Examples
    --------
    >>> x, gamma, beta = np.array([[1.0], [3.0], [4.0]]), np.array([2.0]), np.zeros(1)
    >>> dout, h = np.array([[1.0], [0.5], [2.0]]), np.array([[0.0], [1e-6], [0.0]])
    >>> dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, beta)
    >>> difference = batch_norm(x + h, gamma, beta) - batch_norm(x - h, gamma, beta)
    >>> numeric = np.sum(dout * difference) / 2e-6
    >>> bool(abs(numeric - dx[1, 0]) < 1e-8), bool(abs(np.sum(dx)) < 1e-12), dbeta.tolist()
    (True, True, [3.5])
    """
    x, gamma, beta = _input_scale_and_shift(x, gamma, beta)
    return _backward(dout, x, gamma, axis=0, eps=eps)


def _input_and_scale(x: npt.ArrayLike, gamma: npt.ArrayLike) -> tuple[Array, Array]:
    """Return both as inexact arrays, checked: x (N, D), gamma (D,)."""
    x, gamma = as_inexact(x), as_inexact(gamma)
    if x.ndim != 2 or 0 in x.shape or gamma.shape != x.shape[1:]:
        raise ValueError(
            f"x and gamma must have shapes (N, D) and (D,) with something in them, "
            f"not {x.shape} and {gamma.shape}"
        )
    return x, gamma


def rms_norm(x: npt.ArrayLike, gamma: npt.ArrayLike, *, eps: float = 1e-5) -> Array:
    """Return out = γ ⊙ x / r, with r = sqrt((1/D) Σ_d x_d² + eps) of each row of x.

    A layer norm without the mean: nothing is subtracted, nothing is added. The gradients are
    derived in ``rms_norm_backward``.

    Edges
    -----
    Smooth for eps > 0. A row of zeros stays one.

    Parameters
    ----------
    x : array_like, shape (N, D)
        Examples as rows.
    gamma : array_like, shape (D,)
        γ, the scale of each feature.
    eps : float
        Added to the mean square, in its unit.

    Returns
    -------
    ndarray, shape (N, D)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    B. Zhang, R. Sennrich, "Root mean square layer normalization", NeurIPS, 2019.

    Examples
    --------
    >>> rms_norm([[3.0, 4.0]], [1.0, 2.0], eps=0.0).round(4).tolist()
    [[0.8485, 2.2627]]
    """
    x, gamma = _input_and_scale(x, gamma)
    r = _root_mean_square(x, eps)
    return np.asarray(gamma * (x / r))


def _root_mean_square(x: Array, eps: float) -> Array:
    """Return r (N, 1)."""
    return np.asarray(np.sqrt(np.mean(x * x, axis=1, keepdims=True) + eps))


def rms_norm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, gamma: npt.ArrayLike, *, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Return (dx, dgamma) for ``rms_norm``.

    Derivation
    ----------
    Within one row (k, j features, D of them), with x_hat_k = x_k / r:

    1. out_k = γ_k x_hat_k, so dγ_k = Σ dout_k x_hat_k             over the rows, which share γ
    2. g_k = ∂C/∂x_hat_k = dout_k γ_k
    3. ∂r/∂x_j = 1/(2r) · (2/D) x_j = x_j / (D r) = x_hat_j / D    eps stays inside r
    4. ∂x_hat_k/∂x_j = [k = j] / r - x_k / r² · x_hat_j / D
                     = ([k = j] - x_hat_k x_hat_j / D) / r
    5. dx_j = Σ_k g_k ∂x_hat_k/∂x_j = (g_j - x_hat_j (1/D) Σ_k g_k x_hat_k) / r
    6. so dx = (g - x_hat ⊙ mean(g ⊙ x_hat)) / r                   mean over the row

    Two of layer norm's three paths: the one through the mean isn't there.

    Parameters
    ----------
    dout : array_like, shape (N, D)
        ∂C/∂out, cost per unit of out.
    x : array_like, shape (N, D)
        Examples as rows.
    gamma : array_like, shape (D,)
        γ.
    eps : float
        The same as in the value.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dgamma (D,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    B. Zhang, R. Sennrich, as in ``rms_norm``.

    Examples
    --------
    >>> x, gamma, dout = np.array([[1.0, 3.0]]), np.array([1.0, 2.0]), np.array([[1.0, 0.5]])
    >>> dx, dgamma = rms_norm_backward(dout, x, gamma)
    >>> h = np.array([[0.0, 1e-6]])
    >>> numeric = np.sum(dout * (rms_norm(x + h, gamma) - rms_norm(x - h, gamma))) / 2e-6
    >>> bool(abs(numeric - dx[0, 1]) < 1e-8)
    True
    """
    x, gamma = _input_and_scale(x, gamma)
    dout = as_inexact(dout)
    require_same_shape(dout=dout, x=x)
    r = _root_mean_square(x, eps)
    x_hat = x / r
    g = dout * gamma
    dx = (g - x_hat * np.mean(g * x_hat, axis=1, keepdims=True)) / r
    dgamma = np.sum(dout * x_hat, axis=0)
    return np.asarray(dx), np.asarray(dgamma)
