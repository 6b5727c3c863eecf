"""Expressions with shared parts, and their gradient: what an autograd engine does.

An expression is a list of steps. Each makes one new number of earlier ones, which it names by
their place: the leaves come first, then the results in order. A number may be used many times.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gradcheck_reference.activations import relu, relu_backward
from gradcheck_reference.stable import Array, as_inexact

__all__ = ["expression", "expression_gradient"]

Step = tuple[str, int, int]
"""An operation, the place of its first operand, and that of the second (power: the exponent).

The operation ``number`` makes a constant: its first entry is the number itself.
"""
UNARY = ("relu", "tanh", "exp")


def _numbers(leaves: Sequence[npt.ArrayLike], steps: Sequence[Step]) -> list[Array]:
    """Return the leaves and the result of every step."""
    found = [as_inexact(leaf) for leaf in leaves]
    for operation, i, j in steps:
        if operation == "number":
            found.append(as_inexact(i))
            continue
        places = (i,) if operation in (*UNARY, "power") else (i, j)
        if not all(0 <= k < len(found) for k in places):
            raise ValueError(f"{operation} names a number that isn't there yet: {i}, {j}")
        x = found[i]
        if operation == "add":
            found.append(np.asarray(x + found[j]))
        elif operation == "subtract":
            found.append(np.asarray(x - found[j]))
        elif operation == "multiply":
            found.append(np.asarray(x * found[j]))
        elif operation == "divide":
            found.append(np.asarray(x / found[j]))
        elif operation == "power":
            found.append(np.asarray(x**j))
        elif operation == "relu":
            found.append(relu(x))
        elif operation == "tanh":
            found.append(np.asarray(np.tanh(x)))
        elif operation == "exp":
            found.append(np.asarray(np.exp(x)))
        else:
            raise ValueError(f"an operation is no {operation!r}")
    return found


def expression(leaves: Sequence[npt.ArrayLike], *, steps: Sequence[Step]) -> Array:
    """Return the last number of an expression.

    Parameters
    ----------
    leaves : sequence of numbers
        What it starts from.
    steps : sequence of (operation, place, place)
        ``add``, ``subtract``, ``multiply``, ``divide`` of two numbers; ``power`` of one, with an
        integer exponent; ``relu``, ``tanh``, ``exp`` of one; ``number`` makes a constant.

    Returns
    -------
    ndarray, shape ()

    Raises
    ------
    ValueError
        If a step names a number that isn't there yet, or another operation.

    Source
    ------
    A. Griewank, A. Walther, Evaluating Derivatives, SIAM, 2008, chapter 2.

    Examples
    --------
    >>> float(expression([2.0, 3.0], steps=[("multiply", 0, 1), ("add", 2, 0)]))
    8.0
    """
    return np.array(_numbers(leaves, steps)[-1])


def expression_gradient(
    leaves: Sequence[npt.ArrayLike], *, steps: Sequence[Step]
) -> tuple[Array, ...]:
    """Return the derivative of the last number with respect to every leaf.

    Derivation
    ----------
    Write v̄ for the derivative of the last number with respect to the number v.

    1. v̄ of the last number is 1
    2. v̄ = Σ over its uses u = f(…, v, …) of ū · ∂u/∂v       the chain rule: a sum over all paths
    3. so each use *adds* to v̄, and v̄ is complete when every use has been there: the steps are
       taken backwards, and each comes after all that use its result
    4. for u = x + y: 1 and 1; x - y: 1 and -1; x · y: y and x; x / y: 1/y and -x/y²;
       x^n: n x^(n-1); tanh x: 1 - u²; exp x: u; max(0, x): [x > 0]; a constant has no operand

    Where both operands are the same number, as in x · x, it is used twice and gets both.

    Parameters
    ----------
    leaves, steps
        As in ``expression``.

    Returns
    -------
    tuple of ndarray, shape ()
        One derivative a leaf.

    Raises
    ------
    ValueError
        As in ``expression``.

    Source
    ------
    A. Griewank, A. Walther, as in ``expression``.

    Examples
    --------
    >>> steps = [("multiply", 0, 1), ("add", 2, 0), ("multiply", 3, 3)]
    >>> da, db = expression_gradient([2.0, 3.0], steps=steps)
    >>> above, below = (expression([2.0 + s, 3.0], steps=steps) for s in (1e-6, -1e-6))
    >>> numeric = (above - below) / 2e-6
    >>> bool(abs(numeric - da) < 1e-7), float(db)
    (True, 32.0)
    """
    values = _numbers(leaves, steps)
    bar = [np.zeros_like(v) for v in values]
    bar[-1] = np.ones_like(values[-1])
    for k in reversed(range(len(steps))):
        operation, i, j = steps[k]
        if operation == "number":
            continue
        u, x = values[len(leaves) + k], values[i]
        u_bar = bar[len(leaves) + k]
        if operation in {"add", "subtract"}:
            bar[i] = bar[i] + u_bar
            bar[j] = bar[j] + u_bar if operation == "add" else bar[j] - u_bar
        elif operation == "multiply":
            bar[i] = bar[i] + u_bar * values[j]
            bar[j] = bar[j] + u_bar * x
        elif operation == "divide":
            y = values[j]
            bar[i] = bar[i] + u_bar / y
            bar[j] = bar[j] - u_bar * x / (y * y)
        elif operation == "power":
            bar[i] = bar[i] + u_bar * j * x ** (j - 1)
        elif operation == "relu":
            bar[i] = bar[i] + relu_backward(u_bar, x)
        elif operation == "tanh":
            bar[i] = bar[i] + u_bar * (1 - u * u)
        else:
            bar[i] = bar[i] + u_bar * u
    return tuple(np.array(b) for b in bar[: len(leaves)])
