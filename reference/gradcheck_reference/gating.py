"""Gates: one half of the numbers decides how much of the other half passes.

A gate g and a value u of one shape give out = silu(g) ⊙ u. What a submission calls its input x is
u and g in a row, or both are affine in x; ``swiglu`` takes them apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.rectifiers import silu, silu_backward
from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["swiglu", "swiglu_backward"]


def swiglu(gate: npt.ArrayLike, value: npt.ArrayLike) -> Array:
    """Return out = silu(gate) ⊙ value, with silu(g) = g σ(g).

    The gradients are derived in ``swiglu_backward``. Smooth everywhere.

    Parameters
    ----------
    gate : array_like, any shape
        g, dimensionless.
    value : array_like, shape of gate
        u, in its own unit.

    Returns
    -------
    ndarray, shape of gate

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    N. Shazeer, "GLU variants improve Transformer", arXiv:2002.05202, 2020.

    Examples
    --------
    >>> swiglu([0.0, 2.0], [3.0, 10.0]).round(4).tolist()
    [0.0, 17.6159]
    """
    gate, value = as_inexact(gate), as_inexact(value)
    require_same_shape(gate=gate, value=value)
    return np.asarray(silu(gate) * value)


def swiglu_backward(
    dout: npt.ArrayLike, gate: npt.ArrayLike, value: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return (d_gate, d_value) for out = silu(gate) ⊙ value.

    Derivation
    ----------
    1. ∂out/∂value = silu(gate)                                       the other factor
    2. ∂out/∂gate = value · silu'(gate)
    3. silu'(g) = σ(g) + g σ(g) (1 - σ(g))                            see ``silu_backward``
    4. d_value = dout ⊙ silu(gate)
    5. d_gate = dout ⊙ value ⊙ silu'(gate)

    Parameters
    ----------
    dout : array_like, shape of gate
        ∂C/∂out, cost per unit of out.
    gate, value : array_like, any one shape
        g and u.

    Returns
    -------
    tuple of ndarray
        d_gate and d_value, both in the shape of gate.

    Raises
    ------
    ValueError
        If the shapes differ.

    Source
    ------
    N. Shazeer, as in ``swiglu``.

    Examples
    --------
    >>> d_gate, d_value = swiglu_backward([1.0], [2.0], [10.0])
    >>> d_gate.round(4).tolist(), d_value.round(4).tolist()
    ([10.9078], [1.7616])
    >>> h = 1e-6
    >>> numeric = (swiglu([2.0 + h], [10.0]) - swiglu([2.0 - h], [10.0])) / (2 * h)
    >>> bool(abs(numeric[0] - d_gate[0]) < 1e-7)
    True
    """
    dout, gate, value = as_inexact(dout), as_inexact(gate), as_inexact(value)
    require_same_shape(gate=gate, value=value)
    require_same_shape(dout=dout, gate=gate)
    d_value = dout * silu(gate)
    d_gate = silu_backward(dout * value, gate)
    return d_gate, np.asarray(d_value)
