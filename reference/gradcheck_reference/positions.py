"""Where a vector stands in its sequence, told by waves of many lengths."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact

__all__ = ["add_positions", "add_positions_backward", "positional_table"]

ORDERS = ("interleaved", "halves")


def positional_table(
    length: int, width: int, *, base: float = 10000.0, order: str = "interleaved"
) -> Array:
    """Return P (T, E) with sin(t / base^(2k/E)) and its cosine for k = 0 … E/2 - 1.

    Parameters
    ----------
    length : int
        T, how many positions there are; t counts them from 0.
    width : int
        E, an even number.
    base : float
        The longest wave has 2π base positions, nearly.
    order : {"interleaved", "halves"}
        Sines in the columns 2k and cosines in 2k + 1, or all sines before all cosines.

    Returns
    -------
    ndarray, shape (T, E)
        Between -1 and 1.

    Raises
    ------
    ValueError
        If T isn't positive, E isn't even, or ``order`` is something else.

    Source
    ------
    A. Vaswani et al., "Attention is all you need", NeurIPS, 2017, section 3.5.

    Examples
    --------
    >>> positional_table(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    >>> positional_table(2, 4, order="halves").round(4).tolist()
    [[0.0, 0.0, 1.0, 1.0], [0.8415, 0.01, 0.5403, 1.0]]
    """
    if length < 1 or width < 2 or width % 2:
        raise ValueError(f"length must be positive and width even, not {length} and {width}")
    if order not in ORDERS:
        raise ValueError(f"order must be interleaved or halves, not {order!r}")
    k = np.arange(width // 2)
    angles = np.arange(length)[:, None] / base ** (2 * k / width)
    waves = [np.sin(angles), np.cos(angles)]
    if order == "halves":
        return np.concatenate(waves, axis=1)
    return np.stack(waves, axis=2).reshape(length, width)


def add_positions(
    x: npt.ArrayLike, *, scale: float = 1.0, base: float = 10000.0, order: str = "interleaved"
) -> Array:
    """Return out = scale x + P, every sequence with the same P.

    The gradient is derived in ``add_positions_backward``.

    Parameters
    ----------
    x : array_like, shape (N, T, E)
        N sequences of T vectors.
    scale : float
        1, or √E where embeddings are made as large as the table.
    base, order
        As in ``positional_table``.

    Returns
    -------
    ndarray, shape (N, T, E)

    Raises
    ------
    ValueError
        If x has other axes, or as in ``positional_table``.

    Source
    ------
    A. Vaswani et al., as in ``positional_table``.

    Examples
    --------
    >>> add_positions([[[1.0, 2.0], [3.0, 4.0]]]).round(4).tolist()
    [[[1.0, 3.0], [3.8415, 4.5403]]]
    """
    x = as_inexact(x)
    if x.ndim != 3:
        raise ValueError(f"x must be (N, T, E), not {x.shape}")
    table = positional_table(x.shape[1], x.shape[2], base=base, order=order)
    return np.asarray(scale * x + table.astype(x.real.dtype))


def add_positions_backward(
    dout: npt.ArrayLike, x: npt.ArrayLike, *, scale: float = 1.0
) -> Array:
    """Return dx for out = scale x + P.

    Derivation
    ----------
    1. P doesn't depend on x: ∂out/∂x = scale, entry by entry
    2. dx = scale dout

    Parameters
    ----------
    dout : array_like, shape (N, T, E)
        ∂C/∂out.
    x : array_like, shape (N, T, E)
        The vectors; the gradient doesn't depend on them.
    scale : float
        As in ``add_positions``.

    Returns
    -------
    ndarray, shape (N, T, E)

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    A. Vaswani et al., as in ``positional_table``.

    Examples
    --------
    >>> add_positions_backward([[[3.0, -1.0]]], [[[0.5, 0.25]]], scale=2.0).tolist()
    [[[6.0, -2.0]]]
    >>> h = 1e-6
    >>> x = np.array([[[0.5, 0.25]]])
    >>> numeric = (add_positions(x + h, scale=2.0) - add_positions(x - h, scale=2.0)) / (2 * h)
    >>> bool(np.all(abs(numeric - 2.0) < 1e-8))
    True
    """
    dout, x = as_inexact(dout), as_inexact(x)
    if dout.shape != x.shape:
        raise ValueError(f"dout and x must have one shape, not {dout.shape} and {x.shape}")
    return np.asarray(scale * dout)
