"""How the imaginary part follows the real one, ufunc by ufunc.

A carried number is ``a + i h b`` with a tiny step h: to first order, f of it is
``f(a) + i h f'(a) b``. The real part is computed by NumPy's own real function, so that it
is what the plain copy of the submission computes; complex functions of NumPy would take
other branches (``sqrt(-1)``) and lose digits that float64 has. Linear operations are
NumPy's own on complex numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .wide import NotCarried, base, real

__all__ = ["dispatch"]

Array = np.ndarray[Any, Any]
Slopes = Callable[..., Any]
LN2, LN10 = math.log(2.0), math.log(10.0)
HALF_CIRCLE = math.pi / 180.0

_erf = np.vectorize(math.erf, otypes=[float])


def imag(value: Any) -> Any:
    """Return the part that is carried; 0 for what carries nothing."""
    array = np.asarray(base(value))
    return array.imag if array.dtype.kind == "c" else 0.0


def joined(values: Any, tangents: Any) -> Array:
    """Return real values with what they carry."""
    shape = np.broadcast_shapes(np.shape(values), np.shape(tangents))
    found = np.empty(shape, np.complex128)
    found.real = values
    found.imag = tangents
    return found


def scaled(slope: Any, tangent: Any) -> Any:
    """Return slope times tangent; what carries nothing gives nothing, even at a pole."""
    return np.where(np.asarray(tangent) == 0, 0.0, slope * tangent)


UNARY: Mapping[str, Slopes] = {
    "exp": lambda x, r: r,
    "exp2": lambda x, r: r * LN2,
    "expm1": lambda x, r: np.exp(x),
    "log": lambda x, r: 1 / x,
    "log2": lambda x, r: 1 / (x * LN2),
    "log10": lambda x, r: 1 / (x * LN10),
    "log1p": lambda x, r: 1 / (1 + x),
    "sqrt": lambda x, r: 0.5 / r,
    "cbrt": lambda x, r: 1 / (3 * r * r),
    "square": lambda x, r: 2 * x,
    "reciprocal": lambda x, r: -r * r,
    "sin": lambda x, r: np.cos(x),
    "cos": lambda x, r: -np.sin(x),
    "tan": lambda x, r: 1 + r * r,
    "arcsin": lambda x, r: 1 / np.sqrt((1 - x) * (1 + x)),
    "arccos": lambda x, r: -1 / np.sqrt((1 - x) * (1 + x)),
    "arctan": lambda x, r: 1 / (1 + x * x),
    "sinh": lambda x, r: np.cosh(x),
    "cosh": lambda x, r: np.sinh(x),
    "tanh": lambda x, r: 1 / np.cosh(x) ** 2,
    "arcsinh": lambda x, r: 1 / np.sqrt(1 + x * x),
    "arccosh": lambda x, r: 1 / np.sqrt((x - 1) * (x + 1)),
    "arctanh": lambda x, r: 1 / ((1 - x) * (1 + x)),
    "absolute": lambda x, r: np.sign(x),
    "fabs": lambda x, r: np.sign(x),
    "negative": lambda x, r: -1.0,
    "positive": lambda x, r: 1.0,
    "conjugate": lambda x, r: 1.0,
    "deg2rad": lambda x, r: HALF_CIRCLE,
    "radians": lambda x, r: HALF_CIRCLE,
    "rad2deg": lambda x, r: 1 / HALF_CIRCLE,
    "degrees": lambda x, r: 1 / HALF_CIRCLE,
    "erf": lambda x, r: 2 / math.sqrt(math.pi) * np.exp(-x * x),
    "erfc": lambda x, r: -2 / math.sqrt(math.pi) * np.exp(-x * x),
    "ndtr": lambda x, r: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "expit": lambda x, r: r * (1 - r),
    "log_expit": lambda x, r: -np.expm1(r),
    "logit": lambda x, r: 1 / (x * (1 - x)),
}
"""By ufunc: the slope at x, where the value is r. The last ones are SciPy's."""
BINARY: Mapping[str, Slopes] = {
    "multiply": lambda x, y, r: (y, x),
    "divide": lambda x, y, r: (1 / y, -r / y),
    "maximum": lambda x, y, r: (x >= y, x < y),
    "minimum": lambda x, y, r: (x <= y, x > y),
    "fmax": lambda x, y, r: ((x >= y) | np.isnan(y), (x < y) | np.isnan(x)),
    "fmin": lambda x, y, r: ((x <= y) | np.isnan(y), (x > y) | np.isnan(x)),
    "power": lambda x, y, r: (y * np.power(x, y - 1), r * np.log(x)),
    "float_power": lambda x, y, r: (y * np.power(x, y - 1), r * np.log(x)),
    "hypot": lambda x, y, r: (x / r, y / r),
    "arctan2": lambda x, y, r: (y / (x * x + y * y), -x / (x * x + y * y)),
    "logaddexp": lambda x, y, r: (np.exp(x - r), np.exp(y - r)),
    "logaddexp2": lambda x, y, r: (np.exp2(x - r), np.exp2(y - r)),
    "remainder": lambda x, y, r: (1.0, -np.floor(x / y)),
    "fmod": lambda x, y, r: (1.0, -np.trunc(x / y)),
    "copysign": lambda x, y, r: (np.sign(x) * np.sign(r), 0.0),
    "xlogy": lambda x, y, r: (np.log(y), x / y),
    "xlog1py": lambda x, y, r: (np.log1p(y), x / (1 + y)),
}
"""By ufunc: the slopes for x and for y, where the value is r."""
LINEAR = frozenset({"add", "subtract", "matmul", "vecdot", "matvec", "vecmat"})
STEPPED = frozenset({"sign", "floor", "ceil", "trunc", "rint", "floor_divide", "heaviside",
                     "spacing"})  # fmt: skip
"""Constant between their jumps."""
TOLD = frozenset({
    "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isnan", "isinf",
    "isfinite", "signbit", "logical_and", "logical_or", "logical_not", "logical_xor",
})  # fmt: skip
"""Answers yes or no about the reals."""
EXTREMES: Mapping[str, Callable[..., Any]] = {
    "maximum": np.argmax, "fmax": np.nanargmax, "minimum": np.argmin, "fmin": np.nanargmin,
}  # fmt: skip


def dispatch(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what a ufunc gives for carried numbers."""
    name = ufunc.__name__
    if name == "true_divide":
        name = "divide"
    kwargs.pop("dtype", None)
    if method == "__call__":
        return _called(ufunc, name, inputs, kwargs)
    if method == "outer":
        first, second = (np.asarray(base(i)) for i in inputs)
        return _called(ufunc, name, (first.reshape(first.shape + (1,) * second.ndim), second), {})
    if method == "reduce" and name in EXTREMES:
        return _extreme(name, *inputs, **kwargs)
    if name in TOLD and method in {"reduce", "accumulate"}:
        return getattr(ufunc, method)(real(inputs[0]), *inputs[1:], **kwargs)
    if name in {"add", "multiply"} or (name == "subtract" and method == "at"):
        return getattr(ufunc, method)(*(base(i) for i in inputs), **_plain(kwargs))
    raise NotCarried(f"{ufunc.__name__}.{method}")


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: base(value) for name, value in kwargs.items()}


def _called(ufunc: np.ufunc, name: str, inputs: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    if name in LINEAR:
        plain = [i.conj() if name in {"vecdot", "vecmat"} and k == 0 else i
                 for k, i in enumerate(np.asarray(base(i)) for i in inputs)]  # fmt: skip
        return ufunc(*plain, **kwargs)
    if name in TOLD | STEPPED:
        return ufunc(*(real(i) for i in inputs))
    if name == "clip":
        value, low, high = inputs
        return _called(np.minimum, "minimum", (_called(np.maximum, "maximum", (value, low), {}),
                                               high), {})  # fmt: skip
    values = [np.asarray(real(i), dtype=np.float64) for i in inputs]
    tangents = [imag(i) for i in inputs]
    if name in UNARY:
        (x,) = values
        value = x if name == "conjugate" else ufunc(x)
        with np.errstate(all="ignore"):
            return joined(value, scaled(UNARY[name](x, value), tangents[0]))
    if name in BINARY:
        x, y = values
        value = ufunc(*(real(i) for i in inputs)) if name == "power" else ufunc(x, y)
        with np.errstate(all="ignore"):
            slopes = BINARY[name](x, y, value)
            carried = [scaled(s, t) for s, t in zip(slopes, tangents, strict=True)]
        return joined(value, carried[0] + carried[1])
    if name == "frompyfunc" or ufunc.nin > 2:
        raise NotCarried(name)
    raise NotCarried(f"the ufunc {name}")


def _extreme(
    name: str, array: Any, axis: Any = 0, keepdims: bool = False, **kwargs: Any
) -> Any:
    """Return the largest or smallest entries along an axis, with what they carry."""
    for option in ("out", "dtype"):
        kwargs.pop(option, None)
    start = kwargs.pop("initial", None)
    if kwargs.pop("where", True) is not True or kwargs:
        raise NotCarried(f"{name}.reduce with options")
    plain = np.asarray(base(array))
    axes = tuple(range(plain.ndim)) if axis is None else np.atleast_1d(axis).tolist()
    axes = [a % plain.ndim for a in axes] if plain.ndim else []
    kept = [a for a in range(plain.ndim) if a not in axes]
    turned = plain.transpose(*kept, *axes).reshape(*(plain.shape[a] for a in kept), -1)
    places = EXTREMES[name](turned.real, axis=-1)
    found = np.take_along_axis(turned, np.expand_dims(places, -1), -1)[..., 0]
    if keepdims:
        found = found.reshape([1 if a in axes else n for a, n in enumerate(plain.shape)])
    if start is not None and start is not np._NoValue:
        found = _called(getattr(np, name), name, (found, start), {})
    return found
