"""What stands for functions of NumPy that mustn't see the carriers, or would use them wrongly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .wide import NotCarried, Wide, base, carry, real

__all__ = ["COMMON", "DUAL"]


def _of_reals(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function asked about the reals: its answer carries nothing."""

    def asked(*args: Any, **kwargs: Any) -> Any:
        return function(*(_shown(a) for a in args), **{k: _shown(v) for k, v in kwargs.items()})

    return asked


def _shown(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_shown(v) for v in value)
    return real(value) if isinstance(value, np.ndarray) else value


def _of_carriers(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function on plain arrays of the carriers: it is analytic."""

    def asked(*args: Any, **kwargs: Any) -> Any:
        return function(*(_plain(a) for a in args), **{k: _plain(v) for k, v in kwargs.items()})

    return asked


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_plain(v) for v in value)
    return base(value)


def _refused(function: Callable[..., Any]) -> Callable[..., Any]:
    def asked(*args: Any, **kwargs: Any) -> Any:
        raise NotCarried(getattr(function, "__name__", "a function"))

    return asked


def _sort(a: Any, axis: int | None = -1, **kwargs: Any) -> Any:
    del kwargs
    a = carry(np.asarray(base(a)).ravel()) if axis is None else a
    order = np.argsort(real(a), axis=-1 if axis is None else axis, kind="stable")
    return np.take_along_axis(base(a), order, -1 if axis is None else axis)


def _argsort(a: Any, axis: int | None = -1, **kwargs: Any) -> Any:
    del kwargs
    return np.argsort(real(a), axis=axis, kind="stable")


def _median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
            keepdims: bool = False) -> Any:  # fmt: skip
    del out, overwrite_input
    ordered = np.asarray(base(_sort(a, axis)))
    along = 0 if axis is None else axis
    count = ordered.shape[along]
    middle = [(count - 1) // 2, count // 2]
    found = np.take(ordered, middle, axis=along).mean(axis=along, keepdims=keepdims)
    return found.reshape((1,) * np.ndim(base(a))) if keepdims and axis is None else found


def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **kwargs: Any) -> Any:
    low, high = kwargs.get("min", a_min), kwargs.get("max", a_max)
    found = a if low is None else np.maximum(a, low)
    found = found if high is None else np.minimum(found, high)
    if out is None:
        return found
    out[...] = found
    return out


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = carry(x if isinstance(x, Wide) else np.asarray(x, dtype=np.float64))
    if ord is None or (ord == 2 and (axis is not None or x.ndim == 1)) or ord == "fro":
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    if isinstance(axis, tuple) or (axis is None and x.ndim != 1):
        raise NotCarried(f"the norm {ord!r} of a matrix")
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == math.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    return np.correlate(base(a), np.conj(base(v)), mode)


def _vdot(a: Any, b: Any) -> Any:
    return np.dot(np.ravel(base(a)), np.ravel(base(b)))


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None,
                neginf: Any = None) -> Any:  # fmt: skip
    values = real(x)
    cleaned = np.nan_to_num(values, nan=nan, posinf=posinf, neginf=neginf)
    found = np.where(np.isfinite(values), base(x), cleaned)
    if copy:
        return found
    x[...] = found
    return x


def _select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    found = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        found = np.where(condition, choice, found)
    return found


def _itself(value: Any) -> Any:
    return value


def _zeros(value: Any) -> Any:
    return np.zeros(np.shape(value))


def _method(name: str) -> Callable[..., Any]:
    """Return what calls the array's own method, as NumPy's function does."""

    def asked(a: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(carry(np.asarray(a) if not isinstance(a, np.ndarray) else a), name)(
            *args, **kwargs
        )

    return asked


COMMON: Mapping[Any, Callable[..., Any]] = {
    np.var: _method("var"), np.std: _method("std"), np.mean: _method("mean"),
    np.linalg.norm: _norm,
}  # fmt: skip
"""For every number system."""
_REALS = (np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.nonzero, np.argwhere,
          np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.round,
          np.around, np.allclose, np.isclose, np.array_equal, np.array_equiv, np.argpartition,
          np.iscomplex, np.isreal, np.iscomplexobj, np.isrealobj, np.array2string,
          np.array_repr, np.array_str, np.result_type, np.can_cast, np.linalg.matrix_rank,
          np.linalg.cond, np.fix)  # fmt: skip
_ANALYTIC = (np.linalg.inv, np.linalg.solve, np.linalg.det, np.linalg.matrix_power,
             np.linalg.multi_dot, np.convolve, np.einsum, np.trace, np.dot, np.inner,
             np.tensordot, np.outer, np.kron)  # fmt: skip
_REFUSED = (np.unique, np.percentile, np.quantile, np.nanpercentile, np.nanquantile,
            np.nanmedian, np.histogram, np.interp, np.cov, np.corrcoef, np.linalg.svd,
            np.linalg.eig, np.linalg.eigh, np.linalg.eigvals, np.linalg.eigvalsh, np.linalg.qr,
            np.linalg.cholesky, np.linalg.lstsq, np.linalg.pinv, np.linalg.slogdet, np.angle,
            np.partition, np.nanvar, np.nanstd, np.frexp, np.modf, np.i0, np.sinc,
            np.unwrap, np.real_if_close, np.polyfit, np.bincount)  # fmt: skip
DUAL: Mapping[Any, Callable[..., Any]] = {
    **COMMON,
    **{f: _of_reals(f) for f in _REALS},
    **{f: _of_carriers(f) for f in _ANALYTIC},
    **{f: _refused(f) for f in _REFUSED},
    np.sort: _sort, np.argsort: _argsort, np.median: _median, np.clip: _clip,
    np.correlate: _correlate, np.vdot: _vdot, np.nan_to_num: _nan_to_num, np.select: _select,
    np.real: _itself, np.imag: _zeros,
}  # fmt: skip
"""For carriers with an imaginary part."""
