"""A language model: a recurrent network that guesses each next token.

``next_token_cost`` runs one sequence of tokens through the steps of ``rnn`` and asks every state
for the token that follows: a softmax and a cross-entropy a step, with the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gradcheck_reference.costs import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    one_hot,
)
from gradcheck_reference.layers import affine, affine_backward
from gradcheck_reference.recurrent import rnn, rnn_backward
from gradcheck_reference.stable import Array, as_inexact

__all__ = ["next_token_cost", "next_token_gradient"]

WEIGHTS = 5


def _states(
    weights: Sequence[npt.ArrayLike], tokens: npt.ArrayLike, h0: npt.ArrayLike
) -> tuple[tuple[Array, ...], Array, Array, Array]:
    """Return the weights, the tokens as indicator rows (1, T, K), h0 (1, M) and h (T, M)."""
    if len(weights) != WEIGHTS:
        raise ValueError("the weights are Wx (K, M), Wh (M, M), b (M,), Wy (M, K) and by (K,)")
    Wx, Wh, b, Wy, by = (as_inexact(w) for w in weights)
    if Wx.ndim != 2 or Wy.shape != Wx.shape[::-1]:
        raise ValueError(
            f"Wx and Wy must have shapes (K, M) and (M, K), not {Wx.shape} and {Wy.shape}"
        )
    x = one_hot(tokens, Wx.shape[0]).astype(Wx.dtype)[None]
    before = as_inexact(h0)[None]
    return (Wx, Wh, b, Wy, by), x, before, rnn(x, before, Wx, Wh, b)[0]


def next_token_cost(
    weights: Sequence[npt.ArrayLike], tokens: npt.ArrayLike, following: npt.ArrayLike,
    h0: npt.ArrayLike, *, reduction: str = "sum",
) -> Array:  # fmt: skip
    """Return C = -Σ_t ln softmax(h_t Wy + by)[y_t], h_t = tanh(Wx[x_t] + h_(t-1) Wh + b).

    Parameters
    ----------
    weights : sequence of array_like
        Wx (K, M), a row for each token; Wh (M, M); b (M,); Wy (M, K); by (K,).
    tokens : array_like of int, shape (T,)
        x, each 0 … K - 1.
    following : array_like of int, shape (T,)
        y, the token after each.
    h0 : array_like, shape (M,)
        The state before the first step.
    reduction : {"sum", "mean"}
        Over the steps.

    Returns
    -------
    ndarray, shape ()
        In nats.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    T. Mikolov et al., "Recurrent neural network based language model", Interspeech, 2010.

    Examples
    --------
    >>> weights = [np.zeros((2, 1)), [[0.5]], [0.0], np.zeros((1, 2)), np.log([1.0, 3.0])]
    >>> round(float(next_token_cost(weights, [0, 1], [1, 1], [0.25])), 6)
    0.575364
    """
    (*_, Wy, by), _, _, h = _states(weights, tokens, h0)
    o = affine(h, Wy, by)
    return np.asarray(cross_entropy_from_logits(o, following, reduction=reduction))


def next_token_gradient(
    weights: Sequence[npt.ArrayLike], tokens: npt.ArrayLike, following: npt.ArrayLike,
    h0: npt.ArrayLike, *, reduction: str = "sum",
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dWx, dWh, db, dWy, dby) of ``next_token_cost``.

    Derivation
    ----------
    1. o_t = h_t Wy + by and do_t = p_t - Y_t      as in ``cross_entropy_from_logits_backward``
    2. dWy = Σ_t h_tᵀ do_t and dby = Σ_t do_t      the same weights in every step
    3. dh_t = do_t Wyᵀ                             what step t itself owes to its state
    4. dWx, dWh, db by ``rnn_backward``            it adds what later steps owe to h_t

    With the mean, every do_t is divided by T.

    Parameters
    ----------
    weights, tokens, following, h0, reduction
        As in ``next_token_cost``.

    Returns
    -------
    tuple of ndarray
        dWx (K, M), dWh (M, M), db (M,), dWy (M, K), dby (K,).

    Raises
    ------
    ValueError
        As in ``next_token_cost``.

    Source
    ------
    T. Mikolov et al., as in ``next_token_cost``.

    Examples
    --------
    >>> weights = [np.array([[0.5], [1.0]]), [[0.25]], [0.1], [[1.0, -1.0]], [0.0, 0.0]]
    >>> dWx, *_ = next_token_gradient(weights, [0, 1], [1, 1], [0.5])
    >>> h = np.array([[1e-6], [0.0]])
    >>> above = next_token_cost([weights[0] + h, *weights[1:]], [0, 1], [1, 1], [0.5])
    >>> below = next_token_cost([weights[0] - h, *weights[1:]], [0, 1], [1, 1], [0.5])
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric - dWx[0, 0]) < 1e-8)
    True
    """
    (Wx, Wh, b, Wy, by), x, before, h = _states(weights, tokens, h0)
    do = cross_entropy_from_logits_backward(affine(h, Wy, by), following, reduction=reduction)
    dh, dWy, dby = affine_backward(do, h, Wy, by)
    _, _, dWx, dWh, db = rnn_backward(dh[None], x, before, Wx, Wh, b)
    return dWx, dWh, db, dWy, dby
