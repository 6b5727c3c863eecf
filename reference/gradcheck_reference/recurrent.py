"""Recurrent layers: value and backward side by side.

    rnn_cell      one step: h = tanh(x Wx + h_prev Wh + b)
    rnn           the same step T times, with the same weights: gradients come from every step
    gru_cell      a step that may keep its state: two gates between old and new
    lstm_cell     a step with a second state c, which is only added to: three gates
    lstm          T of them

Examples are rows: x (N, D), or (N, T, D) with T steps; states (N, M). Weights of several gates lie
side by side in the columns of Wx (D, G M), Wh (M, G M) and b (G M,). dz is the gradient with
respect to what stands inside a tanh or a sigmoid; ``_affine_backward`` takes it from there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import sigmoid
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["gru_cell", "gru_cell_backward", "lstm", "lstm_backward", "lstm_cell",
           "lstm_cell_backward", "rnn", "rnn_backward", "rnn_cell",
           "rnn_cell_backward"]  # fmt: skip

RNN_GATES, GRU_GATES, LSTM_GATES = 1, 3, 4


def _checked(
    gates: int, Wx: npt.ArrayLike, Wh: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike,
    *states: npt.ArrayLike,
) -> tuple[Array, ...]:  # fmt: skip
    """Return x, the states, Wx, Wh and b as inexact arrays whose shapes fit."""
    Wx, Wh, b, x = as_inexact(Wx), as_inexact(Wh), as_inexact(b), as_inexact(x)
    kept = tuple(as_inexact(s) for s in states)
    m = Wh.shape[0] if Wh.ndim else 0
    n, d = (x.shape[0], x.shape[-1]) if x.ndim > 1 else (0, 0)
    fit = Wx.shape == (d, gates * m) and Wh.shape == (m, gates * m) and b.shape == (gates * m,)
    if not n or not m or not fit or any(s.shape != (n, m) for s in kept):
        width = "M" if gates == 1 else f"{gates} M"
        shapes = ", ".join(str(a.shape) for a in (x, *kept, Wx, Wh, b))
        raise ValueError(
            f"x, states, Wx, Wh and b must have shapes (N, D), (N, M), (D, {width}), (M, {width}) "
            f"and ({width},) with something in them, not {shapes}"
        )
    return (x, *kept, Wx, Wh, b)


def _affine_backward(
    dz: Array, x: Array, h_prev: Array, Wx: Array, Wh: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Return dx, dh_prev, dWx, dWh, db of z = x Wx + h_prev Wh + b; as in ``affine_backward``."""
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, h_prev.T @ dz, np.asarray(np.sum(dz, axis=0))


def rnn_cell(
    x: npt.ArrayLike, h_prev: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike,
    b: npt.ArrayLike,
) -> Array:  # fmt: skip
    """Return h = tanh(x Wx + h_prev Wh + b): one step of a plain recurrent network.

    Parameters
    ----------
    x : array_like, shape (N, D)
        Examples as rows.
    h_prev : array_like, shape (N, M)
        The state before.
    Wx : array_like, shape (D, M)
    Wh : array_like, shape (M, M)
        Weights of the input and of the state.
    b : array_like, shape (M,)

    Returns
    -------
    ndarray, shape (N, M)
        The new state.

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990.

    Examples
    --------
    >>> rnn_cell([[1.0]], [[2.0]], [[0.5]], [[-0.25]], [0.0]).tolist()
    [[0.0]]
    """
    x, h_prev, Wx, Wh, b = _checked(RNN_GATES, Wx, Wh, b, x, h_prev)
    return np.asarray(np.tanh(x @ Wx + h_prev @ Wh + b))


def rnn_cell_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, h_prev: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike,
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dx, dh_prev, dWx, dWh, db) for ``rnn_cell``.

    Derivation
    ----------
    1. z = x Wx + h_prev Wh + b and h = tanh(z)
    2. dz = dout ⊙ (1 - h²)                        tanh' = 1 - tanh²
    3. dx = dz Wxᵀ and dWx = xᵀ dz                 z is affine in x
    4. dh_prev = dz Whᵀ and dWh = h_prevᵀ dz       and in h_prev
    5. db = Σ_i dz_i                               over the examples

    Parameters
    ----------
    dout : array_like, shape (N, M)
        ∂C/∂h.
    x, h_prev, Wx, Wh, b : array_like
        As in ``rnn_cell``.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dh_prev (N, M), dWx (D, M), dWh (M, M), db (M,).

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
    >>> x, h, Wx, Wh, b = ([[0.5]], [[2.0]], [[0.5]], [[0.25]], [0.1])
    >>> dx, dh, dWx, dWh, db = rnn_cell_backward([[1.0]], x, h, Wx, Wh, b)
    >>> above, below = (rnn_cell(x, h, Wx, [[0.25 + s]], b) for s in (1e-6, -1e-6))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric[0, 0] - dWh[0, 0]) < 1e-9)
    True
    """
    dout = as_inexact(dout)
    h = rnn_cell(x, h_prev, Wx, Wh, b)
    require_same_shape(dout=dout, h=h)
    x, h_prev, Wx, Wh, b = _checked(RNN_GATES, Wx, Wh, b, x, h_prev)
    dz = dout * (1 - h * h)
    return _affine_backward(dz, x, h_prev, Wx, Wh)


def rnn(
    x: npt.ArrayLike, h0: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike, b: npt.ArrayLike
) -> Array:
    """Return the states h_1 … h_T of T steps of ``rnn_cell`` with the same weights.

    h_t = tanh(x_t Wx + h_(t-1) Wh + b).

    Parameters
    ----------
    x : array_like, shape (N, T, D)
        N sequences of T inputs.
    h0 : array_like, shape (N, M)
        The state before the first step.
    Wx, Wh, b : array_like
        As in ``rnn_cell``.

    Returns
    -------
    ndarray, shape (N, T, M)

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    J. L. Elman, as in ``rnn_cell``.

    Examples
    --------
    >>> rnn([[[1.0], [0.0]]], [[2.0]], [[0.5]], [[-0.25]], [0.0]).tolist()
    [[[0.0], [0.0]]]
    """
    x, h, Wx, Wh, b = _checked(RNN_GATES, Wx, Wh, b, x, h0)
    states = []
    for t in range(_steps(x)):
        h = rnn_cell(x[:, t], h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def _steps(x: Array) -> int:
    """Return T of x (N, T, D)."""
    if x.ndim != 3 or not x.shape[1]:
        raise ValueError(f"x must have shape (N, T, D) with something in it, not {x.shape}")
    return int(x.shape[1])


def rnn_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, h0: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike,
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dx, dh0, dWx, dWh, db) for ``rnn``: back-propagation through time.

    Derivation
    ----------
    h_t reaches the cost on two ways, by itself and through h_(t+1):

    1. dh_t = dout_t + dh_prev of step t+1         dh_T = dout_T
    2. step t gives dx_t, dh_prev, dWx, dWh, db    by ``rnn_cell_backward`` at h_(t-1)
    3. the weights are the same in every step, so their gradients are the sums over t
    4. dh0 is dh_prev of step 1

    so one runs from t = T down to 1 and carries dh_prev.

    Parameters
    ----------
    dout : array_like, shape (N, T, M)
        ∂C/∂h_t for each t, as if the later states didn't depend on it.
    x, h0, Wx, Wh, b : array_like
        As in ``rnn``.

    Returns
    -------
    tuple of ndarray
        dx (N, T, D), dh0 (N, M), dWx (D, M), dWh (M, M), db (M,).

    Raises
    ------
    ValueError
        If the shapes don't fit.

    Source
    ------
    P. J. Werbos, "Backpropagation through time: what it does and how to do it", Proceedings of
    the IEEE 78(10), 1990.

    Examples
    --------
    >>> x, h, Wx, Wh, b = ([[[0.5], [1.0]]], [[2.0]], [[0.5]], [[0.25]], [0.1])
    >>> dx, dh, dWx, dWh, db = rnn_backward([[[1.0], [-2.0]]], x, h, Wx, Wh, b)
    >>> above, below = (rnn(x, h, Wx, [[0.25 + s]], b) for s in (1e-6, -1e-6))
    >>> numeric = np.sum([[[1.0], [-2.0]]] * (above - below)) / 2e-6
    >>> bool(abs(numeric - dWh[0, 0]) < 1e-9)
    True
    """
    dout, states = as_inexact(dout), rnn(x, h0, Wx, Wh, b)
    require_same_shape(dout=dout, h=states)
    x, h0, Wx, Wh, b = _checked(RNN_GATES, Wx, Wh, b, x, h0)
    before = np.concatenate([h0[:, None], states[:, :-1]], axis=1)
    carried = np.zeros_like(h0)
    dx: list[Array] = []
    sums = [np.zeros_like(w) for w in (Wx, Wh, b)]
    for t in reversed(range(x.shape[1])):
        dh = dout[:, t] + carried
        dx_t, carried, *parts = rnn_cell_backward(dh, x[:, t], before[:, t], Wx, Wh, b)
        dx.insert(0, dx_t)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return np.stack(dx, axis=1), carried, sums[0], sums[1], sums[2]


def _gates(z: Array, order: str, names: str) -> dict[str, Array]:
    """Return each gate's columns of z by its letter."""
    if sorted(order) != sorted(names):
        raise ValueError(f"order must hold each of {', '.join(names)} once, not {order!r}")
    return dict(zip(order, np.split(z, len(order), axis=1), strict=True))


def gru_cell(
    x: npt.ArrayLike, h_prev: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike,
    b: npt.ArrayLike, *, order: str = "zrn", keeps: str = "1-z", resets: str = "before",
) -> Array:  # fmt: skip
    """Return h of a gated recurrent unit.

    z = σ(x Wz + h_prev Uz + bz)                   how much is new
    r = σ(x Wr + h_prev Ur + br)                   how much of the old the new one sees
    n = tanh(x Wn + (r ⊙ h_prev) Un + bn)
    h = (1 - z) ⊙ h_prev + z ⊙ n

    Wx = [Wz Wr Wn], Wh = [Uz Ur Un], b = [bz br bn] side by side.

    Parameters
    ----------
    x : array_like, shape (N, D)
    h_prev : array_like, shape (N, M)
    Wx : array_like, shape (D, 3 M)
    Wh : array_like, shape (M, 3 M)
    b : array_like, shape (3 M,)
    order : str
        In which order the gates lie in the columns.
    keeps : {"1-z", "z"}
        The share of h_prev; with ``z``, h = z ⊙ h_prev + (1 - z) ⊙ n.
    resets : {"before", "after"}
        Whether r is applied before the product with Un, or after: r ⊙ (h_prev Un).

    Returns
    -------
    ndarray, shape (N, M)

    Raises
    ------
    ValueError
        If the shapes don't fit, or an option is none of these.

    Source
    ------
    K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation", EMNLP 2014; J. Chung et al., arXiv:1412.3555, 2014, for ``1-z``.

    Examples
    --------
    >>> gru_cell([[0.0]], [[2.0]], [[0.0] * 3], [[0.0] * 3], [0.0] * 3).tolist()
    [[1.0]]
    """
    _, z, _, n, old, _ = _gru(x, h_prev, Wx, Wh, b, order, keeps, resets)
    mixed = (1 - z) * old + z * n if keeps == "1-z" else z * old + (1 - z) * n
    return np.asarray(mixed)


def _gru(
    x: npt.ArrayLike, h_prev: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike,
    b: npt.ArrayLike, order: str, keeps: str, resets: str,
) -> tuple[dict[str, Array], Array, Array, Array, Array, Array]:  # fmt: skip
    """Return Wh by gate, z, r, n, h_prev, and h_prev Un."""
    if keeps not in {"1-z", "z"} or resets not in {"before", "after"}:
        raise ValueError(f"keeps must be 1-z or z, resets before or after, not {keeps}, {resets}")
    x, h_prev, Wx, Wh, b = _checked(GRU_GATES, Wx, Wh, b, x, h_prev)
    inner = _gates(x @ Wx + b, order, "zrn")
    U = _gates(Wh, order, "zrn")
    z, r = sigmoid(inner["z"] + h_prev @ U["z"]), sigmoid(inner["r"] + h_prev @ U["r"])
    through = h_prev @ U["n"]
    state = r * through if resets == "after" else (r * h_prev) @ U["n"]
    return U, z, r, np.asarray(np.tanh(inner["n"] + state)), h_prev, through


def gru_cell_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, h_prev: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike, *, order: str = "zrn", keeps: str = "1-z",
    resets: str = "before",
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dx, dh_prev, dWx, dWh, db) for ``gru_cell``.

    Derivation
    ----------
    With uz, ur, un what stands inside σ, σ and tanh:

    1. h = (1 - z) ⊙ h_prev + z ⊙ n
    2. dz = dout ⊙ (n - h_prev), dn = dout ⊙ z, and dh_prev = dout ⊙ (1 - z) so far
    3. duz = dz ⊙ z ⊙ (1 - z) and dun = dn ⊙ (1 - n²)
    4. un = … + (r ⊙ h_prev) Un                    with s = r ⊙ h_prev
    5. ds = dun Unᵀ, dUn = sᵀ dun, dr = ds ⊙ h_prev, dh_prev += ds ⊙ r
    6. dur = dr ⊙ r ⊙ (1 - r)
    7. dh_prev += duz Uzᵀ + dur Urᵀ, dUz = h_prevᵀ duz, dUr = h_prevᵀ dur
    8. with du = [duz dur dun]: dx = du Wxᵀ, dWx = xᵀ du, db = Σ_i du_i

    Four paths lead to h_prev: around the gates (step 2), by s (5), and through z and r (7).
    With ``resets="after"``, un = … + r ⊙ (h_prev Un): dr = dun ⊙ (h_prev Un), and
    dUn = h_prevᵀ (dun ⊙ r), dh_prev += (dun ⊙ r) Unᵀ. With ``keeps="z"`` step 2 has z and
    1 - z in each other's place, and dz the other sign.

    Parameters
    ----------
    dout : array_like, shape (N, M)
        ∂C/∂h.
    x, h_prev, Wx, Wh, b, order, keeps, resets
        As in ``gru_cell``.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dh_prev (N, M), dWx (D, 3 M), dWh (M, 3 M), db (3 M,).

    Raises
    ------
    ValueError
        As in ``gru_cell``.

    Source
    ------
    K. Cho et al., as in ``gru_cell``.

    Examples
    --------
    >>> x, h, b = [[0.5]], [[2.0]], [0.1, 0.0, 0.2]
    >>> Wx, Wh = [[0.5, 1.0, -1.0]], [[0.3, -0.2, 0.7]]
    >>> dx, dh, dWx, dWh, db = gru_cell_backward([[1.0]], x, h, Wx, Wh, b)
    >>> above, below = (gru_cell(x, [[2.0 + s]], Wx, Wh, b) for s in (1e-6, -1e-6))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric[0, 0] - dh[0, 0]) < 1e-9)
    True
    """
    dout = as_inexact(dout)
    U, z, r, n, h_prev, through = _gru(x, h_prev, Wx, Wh, b, order, keeps, resets)
    require_same_shape(dout=dout, h=n)
    x, h_prev, Wx, Wh, b = _checked(GRU_GATES, Wx, Wh, b, x, h_prev)
    new, old, sign = (z, 1 - z, 1) if keeps == "1-z" else (1 - z, z, -1)
    dz, dn = sign * dout * (n - h_prev), dout * new
    dh_prev = dout * old
    duz, dun = dz * z * (1 - z), dn * (1 - n * n)
    if resets == "before":
        s = r * h_prev
        ds, dUn = dun @ U["n"].T, s.T @ dun
        dr, dh_prev = ds * h_prev, dh_prev + ds * r
    else:
        dr, dUn = dun * through, h_prev.T @ (dun * r)
        dh_prev = dh_prev + (dun * r) @ U["n"].T
    dur = dr * r * (1 - r)
    dh_prev = dh_prev + duz @ U["z"].T + dur @ U["r"].T
    parts = {"z": (duz, h_prev.T @ duz), "r": (dur, h_prev.T @ dur), "n": (dun, dUn)}
    du = np.concatenate([parts[gate][0] for gate in order], axis=1)
    dWh = np.concatenate([parts[gate][1] for gate in order], axis=1)
    return du @ Wx.T, dh_prev, x.T @ du, dWh, np.asarray(np.sum(du, axis=0))


def lstm_cell(
    x: npt.ArrayLike, h_prev: npt.ArrayLike, c_prev: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike, *, order: str = "ifog",
) -> tuple[Array, Array]:  # fmt: skip
    """Return (h, c) of one step of a long short-term memory.

    [ui uf uo ug] = x Wx + h_prev Wh + b           four times M columns
    i = σ(ui), f = σ(uf), o = σ(uo), g = tanh(ug)
    c = f ⊙ c_prev + i ⊙ g
    h = o ⊙ tanh(c)

    Parameters
    ----------
    x : array_like, shape (N, D)
    h_prev, c_prev : array_like, shape (N, M)
    Wx : array_like, shape (D, 4 M)
    Wh : array_like, shape (M, 4 M)
    b : array_like, shape (4 M,)
    order : str
        In which order the gates lie in the columns.

    Returns
    -------
    tuple of ndarray
        h (N, M), c (N, M).

    Raises
    ------
    ValueError
        If the shapes don't fit, or the order isn't one of i, f, o, g.

    Source
    ------
    S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997; with
    the gate f of F. A. Gers et al., "Learning to forget", Neural Computation 12(10), 2000.

    Examples
    --------
    >>> h, c = lstm_cell([[0.0]], [[0.0]], [[2.0]], [[0.0] * 4], [[0.0] * 4], [0.0] * 4)
    >>> c.tolist(), bool(h[0, 0] == 0.5 * np.tanh(1.0))
    ([[1.0]], True)
    """
    i, f, o, g = _lstm(x, h_prev, c_prev, Wx, Wh, b, order)
    c = f * as_inexact(c_prev) + i * g
    return np.asarray(o * np.tanh(c)), np.asarray(c)


def _lstm(
    x: npt.ArrayLike, h_prev: npt.ArrayLike, c_prev: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike, order: str,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """Return i, f, o, g."""
    x, h_prev, _, Wx, Wh, b = _checked(LSTM_GATES, Wx, Wh, b, x, h_prev, c_prev)
    u = _gates(x @ Wx + h_prev @ Wh + b, order, "ifog")
    return sigmoid(u["i"]), sigmoid(u["f"]), sigmoid(u["o"]), np.asarray(np.tanh(u["g"]))


def lstm_cell_backward(
    dh: npt.ArrayLike, dc: npt.ArrayLike, x: npt.ArrayLike, h_prev: npt.ArrayLike,
    c_prev: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike, b: npt.ArrayLike, *,
    order: str = "ifog",
) -> tuple[Array, Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dx, dh_prev, dc_prev, dWx, dWh, db) for ``lstm_cell``.

    Derivation
    ----------
    dh and dc are the gradients with respect to both outputs, each as if it didn't depend on the
    other:

    1. h = o ⊙ tanh(c), so c reaches the cost by h too: dc_all = dc + dh ⊙ o ⊙ (1 - tanh²(c))
    2. do = dh ⊙ tanh(c)
    3. c = f ⊙ c_prev + i ⊙ g: df = dc_all ⊙ c_prev, di = dc_all ⊙ g, dg = dc_all ⊙ i
    4. dc_prev = dc_all ⊙ f                        no matrix, no slope: why it remembers
    5. dui = di ⊙ i (1 - i), duf = df ⊙ f (1 - f), duo = do ⊙ o (1 - o), dug = dg ⊙ (1 - g²)
    6. du = [dui duf duo dug], and the rest as in ``rnn_cell_backward``, steps 3 to 5

    Parameters
    ----------
    dh, dc : array_like, shape (N, M)
        ∂C/∂h and ∂C/∂c.
    x, h_prev, c_prev, Wx, Wh, b, order
        As in ``lstm_cell``.

    Returns
    -------
    tuple of ndarray
        dx (N, D), dh_prev (N, M), dc_prev (N, M), dWx (D, 4 M), dWh (M, 4 M), db (4 M,).

    Raises
    ------
    ValueError
        As in ``lstm_cell``.

    Source
    ------
    S. Hochreiter, J. Schmidhuber, as in ``lstm_cell``.

    Examples
    --------
    >>> x, h, b = [[0.5]], [[2.0]], [0.1] * 4
    >>> Wx, Wh = [[0.5, 1.0, -1.0, 0.3]], [[0.3, -0.2, 0.7, 1.0]]
    >>> dx, dh, dc, dWx, dWh, db = lstm_cell_backward([[1.0]], [[0.5]], x, h, [[0.4]], Wx, Wh, b)
    >>> above, below = (lstm_cell(x, h, [[0.4 + s]], Wx, Wh, b) for s in (1e-6, -1e-6))
    >>> numeric = (above[0] - below[0] + 0.5 * (above[1] - below[1])) / 2e-6
    >>> bool(abs(numeric[0, 0] - dc[0, 0]) < 1e-9)
    True
    """
    dh, dc = as_inexact(dh), as_inexact(dc)
    require_same_shape(dh=dh, dc=dc)
    i, f, o, g = _lstm(x, h_prev, c_prev, Wx, Wh, b, order)
    require_same_shape(dh=dh, h=i)
    x, h_prev, c_prev, Wx, Wh, b = _checked(LSTM_GATES, Wx, Wh, b, x, h_prev, c_prev)
    tanh_c = np.tanh(f * c_prev + i * g)
    dc_all = dc + dh * o * (1 - tanh_c * tanh_c)
    do = dh * tanh_c
    df, di, dg = dc_all * c_prev, dc_all * g, dc_all * i
    dc_prev = dc_all * f
    parts = {"i": di * i * (1 - i), "f": df * f * (1 - f), "o": do * o * (1 - o),
             "g": dg * (1 - g * g)}  # fmt: skip
    du = np.concatenate([parts[gate] for gate in order], axis=1)
    dx, dh_prev, dWx, dWh, db = _affine_backward(du, x, h_prev, Wx, Wh)
    return dx, dh_prev, np.asarray(dc_prev), dWx, dWh, db


def lstm(
    x: npt.ArrayLike, h0: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike, b: npt.ArrayLike,
    *, order: str = "ifog",
) -> Array:  # fmt: skip
    """Return h_1 … h_T of T steps of ``lstm_cell`` with the same weights, from c_0 = 0.

    Parameters
    ----------
    x : array_like, shape (N, T, D)
        N sequences of T inputs.
    h0 : array_like, shape (N, M)
        The state before the first step.
    Wx, Wh, b, order
        As in ``lstm_cell``.

    Returns
    -------
    ndarray, shape (N, T, M)

    Raises
    ------
    ValueError
        As in ``lstm_cell``.

    Source
    ------
    S. Hochreiter, J. Schmidhuber, as in ``lstm_cell``.

    Examples
    --------
    >>> lstm([[[0.0], [0.0]]], [[0.0]], [[0.0] * 4], [[0.0] * 4], [0.0] * 4).tolist()
    [[[0.0], [0.0]]]
    """
    return np.stack([h for h, _ in _states(x, h0, Wx, Wh, b, order)[1:]], axis=1)


def _states(
    x: npt.ArrayLike, h0: npt.ArrayLike, Wx: npt.ArrayLike, Wh: npt.ArrayLike, b: npt.ArrayLike,
    order: str,
) -> list[tuple[Array, Array]]:  # fmt: skip
    """Return (h, c) before the first step and after each."""
    x, h, Wx, Wh, b = _checked(LSTM_GATES, Wx, Wh, b, x, h0)
    found = [(h, np.zeros_like(h))]
    for t in range(_steps(x)):
        found.append(lstm_cell(x[:, t], *found[-1], Wx, Wh, b, order=order))
    return found


def lstm_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, h0: npt.ArrayLike, Wx: npt.ArrayLike,
    Wh: npt.ArrayLike, b: npt.ArrayLike, *, order: str = "ifog",
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Return (dx, dh0, dWx, dWh, db) for ``lstm``.

    Derivation
    ----------
    As in ``rnn_backward``, with two states to carry:

    1. dh_t = dout_t + dh_prev of step t+1 and dc_t = dc_prev of step t+1      both 0 after T
    2. step t gives dx_t, dh_prev, dc_prev, dWx, dWh, db by ``lstm_cell_backward``
    3. the weights' gradients are the sums over t
    4. dh0 is dh_prev of step 1; c_0 = 0 is no input, its gradient is dropped

    Parameters
    ----------
    dout : array_like, shape (N, T, M)
        ∂C/∂h_t for each t, as if the later states didn't depend on it.
    x, h0, Wx, Wh, b, order
        As in ``lstm``.

    Returns
    -------
    tuple of ndarray
        dx (N, T, D), dh0 (N, M), dWx (D, 4 M), dWh (M, 4 M), db (4 M,).

    Raises
    ------
    ValueError
        As in ``lstm_cell``.

    Source
    ------
    P. J. Werbos, as in ``rnn_backward``.

    Examples
    --------
    >>> x, h, Wx = [[[0.5], [1.0]]], [[2.0]], [[0.5, 1.0, -1.0, 0.3]]
    >>> Wh, b, dout = [[0.3, -0.2, 0.7, 1.0]], [0.1] * 4, [[[1.0], [-2.0]]]
    >>> dx, dh, dWx, dWh, db = lstm_backward(dout, x, h, Wx, Wh, b)
    >>> above, below = (lstm(x, [[2.0 + s]], Wx, Wh, b) for s in (1e-6, -1e-6))
    >>> numeric = np.sum(dout * (above - below)) / 2e-6
    >>> bool(abs(numeric - dh[0, 0]) < 1e-9)
    True
    """
    dout, states = as_inexact(dout), _states(x, h0, Wx, Wh, b, order)
    x, h0, Wx, Wh, b = _checked(LSTM_GATES, Wx, Wh, b, x, h0)
    require_same_shape(dout=dout, h=np.stack([h for h, _ in states[1:]], axis=1))
    dh_carried, dc_carried = np.zeros_like(h0), np.zeros_like(h0)
    dx: list[Array] = []
    sums = [np.zeros_like(w) for w in (Wx, Wh, b)]
    for t in reversed(range(x.shape[1])):
        dh = dout[:, t] + dh_carried
        dx_t, dh_carried, dc_carried, *parts = lstm_cell_backward(
            dh, dc_carried, x[:, t], *states[t], Wx, Wh, b, order=order
        )
        dx.insert(0, dx_t)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return np.stack(dx, axis=1), dh_carried, sums[0], sums[1], sums[2]
