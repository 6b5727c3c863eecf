"""Attention: value and backward side by side.

    attention             softmax(Q Kᵀ / sqrt(D)) V, for every sequence of a batch
    multi_head_attention  several of them beside each other, on parts of projected inputs

Sequences are (N, T, D): N examples, T places, D numbers each. Below, Q, K, V, S, P stand for one
example's matrices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import softmax
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["attention", "attention_backward", "multi_head_attention",
           "multi_head_attention_backward"]  # fmt: skip


def _queries_keys_values(
    Q: npt.ArrayLike, K: npt.ArrayLike, V: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return the three as inexact arrays whose shapes fit."""
    Q, K, V = as_inexact(Q), as_inexact(K), as_inexact(V)
    are_sequences = Q.ndim == K.ndim == V.ndim == 3 and 0 not in (*Q.shape, *K.shape, *V.shape)
    if not are_sequences or K.shape != (Q.shape[0], K.shape[1], Q.shape[2]) or (
        V.shape[:2] != K.shape[:2]
    ):  # fmt: skip
        raise ValueError(
            "Q, K and V must have shapes (N, T, D), (N, S, D) and (N, S, M) with something in "
            f"them, not {Q.shape}, {K.shape} and {V.shape}"
        )
    return Q, K, V


def _weights(Q: Array, K: Array, is_causal: bool) -> Array:
    """Return P = softmax(Q Kᵀ / sqrt(D)) over the keys; a causal one sees no later place."""
    S = Q @ K.swapaxes(1, 2) / Q.shape[2] ** 0.5
    if not is_causal:
        return np.asarray(softmax(S))
    P: Array = np.zeros_like(S)
    for t in range(S.shape[1]):
        P[:, t, : t + 1] = softmax(S[:, t, : t + 1])
    return P


def attention(
    Q: npt.ArrayLike, K: npt.ArrayLike, V: npt.ArrayLike, *, is_causal: bool = False
) -> Array:
    """Return softmax(Q Kᵀ / sqrt(D)) V: for each query a mean of the values.

    The softmax runs over the keys. A causal mask leaves out, for query t, all keys after t (as if
    their scores were -∞). The gradients are derived in ``attention_backward``.

    Parameters
    ----------
    Q : array_like, shape (N, T, D)
        Queries.
    K : array_like, shape (N, S, D)
        Keys.
    V : array_like, shape (N, S, M)
        Values.
    is_causal : bool
        Whether there is a causal mask.

    Returns
    -------
    ndarray, shape (N, T, M)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A. Vaswani et al., "Attention is all you need", arXiv:1706.03762, 2017.

    Examples
    --------
    >>> attention([[[0.0], [0.0]]], [[[1.0], [3.0]]], [[[2.0], [4.0]]]).tolist()
    [[[3.0], [3.0]]]
    >>> attention([[[0.0], [0.0]]], [[[1.0], [3.0]]], [[[2.0], [4.0]]], is_causal=True).tolist()
    [[[2.0], [3.0]]]
    """
    Q, K, V = _queries_keys_values(Q, K, V)
    return np.asarray(_weights(Q, K, is_causal) @ V)


def attention_backward(
    dout: npt.ArrayLike, Q: npt.ArrayLike, K: npt.ArrayLike, V: npt.ArrayLike, *,
    is_causal: bool = False,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (dQ, dK, dV) for ``attention``.

    Derivation
    ----------
    1. S = Q Kᵀ / sqrt(D), P = softmax(S) by rows, out = P V
    2. dV = Pᵀ dout and dP = dout Vᵀ               a product's two gradients
    3. dS = P ⊙ (dP - Σ_s P_s dP_s)                as in ``softmax_backward``, by rows
    4. dQ = dS K / sqrt(D) and dK = dSᵀ Q / sqrt(D)

    Where a mask made P = 0, dS = 0 too: nothing more is to be done for it.

    Parameters
    ----------
    dout : array_like, shape (N, T, M)
        ∂C/∂out.
    Q, K, V, is_causal
        As in ``attention``.

    Returns
    -------
    tuple of ndarray
        dQ (N, T, D), dK (N, S, D), dV (N, S, M).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A. Vaswani et al., as in ``attention``.

    Examples
    --------
    >>> Q, K, V = np.array([[[0.5]]]), np.array([[[1.0], [-1.0]]]), np.array([[[2.0], [4.0]]])
    >>> dQ, dK, dV = attention_backward([[[1.0]]], Q, K, V)
    >>> above, below = (attention(Q + s, K, V) for s in (1e-6, -1e-6))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric[0, 0, 0] - dQ[0, 0, 0]) < 1e-9)
    True
    """
    dout = as_inexact(dout)
    Q, K, V = _queries_keys_values(Q, K, V)
    P = _weights(Q, K, is_causal)
    require_same_shape(dout=dout, out=np.asarray(P @ V))
    root = Q.shape[2] ** 0.5
    dV, dP = P.swapaxes(1, 2) @ dout, dout @ V.swapaxes(1, 2)
    dS = P * (dP - np.sum(P * dP, axis=2, keepdims=True))
    return dS @ K / root, dS.swapaxes(1, 2) @ Q / root, dV


def _projected(
    x: npt.ArrayLike, weights: tuple[npt.ArrayLike, ...], heads: int
) -> tuple[Array, tuple[Array, ...]]:
    """Return x and the weights as inexact arrays whose shapes fit."""
    x, arrays = as_inexact(x), tuple(as_inexact(w) for w in weights)
    d = x.shape[-1] if x.ndim == 3 and 0 not in x.shape else 0
    if not d or heads < 1 or d % heads or any(w.shape != (d, d) for w in arrays):
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise ValueError(
            "x must have shape (N, T, D) with something in it, the weights (D, D), and D must be "
            f"a multiple of the heads: not {x.shape}, {shapes} and {heads}"
        )
    return x, arrays


def _shifts(biases: Sequence[npt.ArrayLike], W: Array) -> tuple[Array, ...]:
    """Return the four biases, zeros where there are none."""
    if not biases:
        return (np.zeros(len(W), dtype=W.dtype),) * 4
    arrays = tuple(as_inexact(b) for b in biases)
    if len(arrays) != 4 or any(b.shape != (len(W),) for b in arrays):
        raise ValueError(f"biases must be four of shape ({len(W)},)")
    return arrays


def _split(a: Array, heads: int) -> Array:
    """Return (N, T, D) as (N · heads, T, D / heads)."""
    n, t, d = a.shape
    return a.reshape(n, t, heads, d // heads).swapaxes(1, 2).reshape(n * heads, t, d // heads)


def _joined(a: Array, heads: int) -> Array:
    """Return (N · heads, T, D / heads) as (N, T, D)."""
    n, t, d = a.shape
    return a.reshape(n // heads, heads, t, d).swapaxes(1, 2).reshape(n // heads, t, heads * d)


def multi_head_attention(
    x: npt.ArrayLike, Wq: npt.ArrayLike, Wk: npt.ArrayLike, Wv: npt.ArrayLike,
    Wo: npt.ArrayLike, *, heads: int, is_causal: bool = False,
    biases: Sequence[npt.ArrayLike] = (),
) -> Array:  # fmt: skip
    """Return self-attention with several heads: [A_1 … A_h] Wo + bo.

    Head k takes its D/h columns of x Wq + bq, x Wk + bk and x Wv + bv, and A_k is their
    ``attention``.

    Parameters
    ----------
    x : array_like, shape (N, T, D)
    Wq, Wk, Wv, Wo : array_like, shape (D, D)
        Projections to queries, keys and values, and of the heads' outputs.
    heads : int
        h, a divisor of D.
    is_causal : bool
        As in ``attention``.
    biases : sequence of four array_like, shape (D,)
        bq, bk, bv, bo; without them there are none.

    Returns
    -------
    ndarray, shape (N, T, D)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A. Vaswani et al., as in ``attention``.

    Examples
    --------
    >>> x, I = np.array([[[2.0, 4.0]]]), np.eye(2)
    >>> multi_head_attention(x, I, I, I, 3 * I, heads=2).tolist()
    [[[6.0, 12.0]]]
    """
    x, (Wq, Wk, Wv, Wo) = _projected(x, (Wq, Wk, Wv, Wo), heads)
    bq, bk, bv, bo = _shifts(biases, Wq)
    Q, K, V = (_split(x @ W + b, heads) for W, b in ((Wq, bq), (Wk, bk), (Wv, bv)))
    return np.asarray(_joined(attention(Q, K, V, is_causal=is_causal), heads) @ Wo + bo)


def multi_head_attention_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, Wq: npt.ArrayLike, Wk: npt.ArrayLike,
    Wv: npt.ArrayLike, Wo: npt.ArrayLike, *, heads: int, is_causal: bool = False,
    biases: Sequence[npt.ArrayLike] = (),
) -> tuple[Array, ...]:  # fmt: skip
    """Return (dx, dWq, dWk, dWv, dWo) for ``multi_head_attention``, with biases db of each too.

    Derivation
    ----------
    With A = [A_1 … A_h], all examples and places as rows:

    1. out = A Wo + bo: dWo = Aᵀ dout, dbo = Σ dout and dA = dout Woᵀ
    2. each head's dQ_k, dK_k, dV_k by ``attention_backward`` from its columns of dA
    3. Q = x Wq + bq, so dWq = xᵀ dQ and dbq = Σ dQ; the same for K and V
    4. x is used three times: dx = dQ Wqᵀ + dK Wkᵀ + dV Wvᵀ

    Parameters
    ----------
    dout : array_like, shape (N, T, D)
        ∂C/∂out.
    x, Wq, Wk, Wv, Wo, heads, is_causal, biases
        As in ``multi_head_attention``.

    Returns
    -------
    tuple of ndarray
        dx (N, T, D), dWq, dWk, dWv, dWo (D, D), and with biases dbq, dbk, dbv, dbo (D,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    A. Vaswani et al., as in ``attention``.

    Examples
    --------
    >>> x, dout = np.array([[[0.5, 1.0], [2.0, -1.0]]]), np.ones((1, 2, 2))
    >>> W = np.array([[1.0, 0.5], [0.3, -1.0]])
    >>> dx, dWq, *_ = multi_head_attention_backward(dout, x, W, W + 1, W, W, heads=2)
    >>> h = np.array([[0.0, 1e-6], [0.0, 0.0]])
    >>> above, below = (multi_head_attention(x, W + s, W + 1, W, W, heads=2) for s in (h, -h))
    >>> numeric = np.sum(dout * (above - below)) / 2e-6
    >>> bool(abs(numeric - dWq[0, 1]) < 1e-8)
    True
    """
    dout = as_inexact(dout)
    x, (Wq, Wk, Wv, Wo) = _projected(x, (Wq, Wk, Wv, Wo), heads)
    require_same_shape(dout=dout, x=x)
    bq, bk, bv, _ = _shifts(biases, Wq)
    Q, K, V = (_split(x @ W + b, heads) for W, b in ((Wq, bq), (Wk, bk), (Wv, bv)))
    A = _joined(attention(Q, K, V, is_causal=is_causal), heads)

    def summed(left: Array, right: Array) -> Array:
        return np.asarray(np.sum(left.swapaxes(1, 2) @ right, axis=0))

    dWo, dA = summed(A, dout), dout @ Wo.T
    parts = attention_backward(_split(dA, heads), Q, K, V, is_causal=is_causal)
    dQ, dK, dV = (_joined(part, heads) for part in parts)
    dx = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
    found = (dx, summed(x, dQ), summed(x, dK), summed(x, dV), dWo)
    if not biases:
        return found
    return (*found, *(np.asarray(np.sum(d, axis=(0, 1))) for d in (dQ, dK, dV, dout)))
