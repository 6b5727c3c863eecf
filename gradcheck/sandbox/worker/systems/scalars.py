"""The ``math`` that the second copy of a submission sees: one number at a time."""

from __future__ import annotations

import builtins
import math
import types
from typing import Any

import numpy as np

from .wide import NotCarried, Wide, base, carry, has_wide, real

__all__ = ["math_module"]


def _swapped_math(function: Any, name: str) -> Any:
    """Return a function of ``math`` that takes carried numbers too."""
    same = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2",
            "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "fabs": "fabs",
            "pow": "power"}  # fmt: skip

    def asked(*args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(a, Wide) for a in args):
            return function(*(_unlisted(a) for a in args), **kwargs)
        if name in {"floor", "ceil", "trunc", "isclose", "isnan", "isinf", "isfinite", "isqrt"}:
            return function(*(real(a).item() if isinstance(a, Wide) else a for a in args), **kwargs)
        if name in {"erf", "erfc"}:
            return carry(_special(name, args[0]))
        if name == "log" and len(args) > 1:
            return np.log(args[0]) / np.log(args[1])
        ufunc = getattr(np, same.get(name, name), None)
        if not isinstance(ufunc, np.ufunc):
            raise NotCarried(f"math.{name}")
        return ufunc(*args)

    asked.__name__ = name
    return asked


def _unlisted(value: Any) -> Any:
    if has_wide(value):
        raise NotCarried("a list of numbers given to math")
    return value


def _special(name: str, value: Any) -> Any:
    """Return erf or erfc, which NumPy doesn't have."""
    sign = 1.0 if name == "erf" else -1.0
    x = float(real(value))
    slope = sign * 2 / math.sqrt(math.pi) * math.exp(-x * x)
    found = np.array(getattr(math, name)(x), dtype=Wide.width)
    if Wide.width.kind == "c":
        found.imag = slope * np.asarray(base(value)).imag
        return found[()]
    raise NotCarried(f"math.{name}")


def math_module() -> Any:
    """Return what stands for the module ``math``."""
    module = types.ModuleType("math")
    for name in dir(math):
        value = getattr(math, name)
        setattr(module, name, _swapped_math(value, name) if callable(value) else value)
    module.fsum = builtins.sum  # type: ignore[attr-defined]
    module.prod = _product  # type: ignore[attr-defined]
    return module


def _product(values: Any, *, start: Any = 1) -> Any:
    found = start
    for value in values:
        found = found * value
    return found
