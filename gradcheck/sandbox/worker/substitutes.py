"""What stands for a few functions of packages that aren't here, written with NumPy.

Values only: what autograd wraps, and what CuPy does elsewhere, is NumPy itself; SciPy's ``expit``,
``erf``, ``logsumexp`` and the like, its normal distribution, its correlation of images, and the
loops of a compiler that isn't there.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["SUBSTITUTES"]

_HALF = 0.5
erf = np.vectorize(math.erf, otypes=[float])
erfc = np.vectorize(math.erfc, otypes=[float])


def expit(x: Any) -> Any:
    """Return the logistic function."""
    x = np.asanyarray(x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def logit(p: Any) -> Any:
    """Return the logarithm of the odds."""
    return np.log(p) - np.log1p(-np.asanyarray(p))


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
    """Return the logarithm of a sum of exponentials, times ``b`` where it is given."""
    a = np.asanyarray(a)
    largest = np.max(a, axis=axis, keepdims=True)
    powers = np.exp(a - largest)
    total = np.sum(powers if b is None else b * powers, axis=axis, keepdims=True)
    found = np.log(total) + largest
    return found if keepdims else np.squeeze(found, axis=axis)


def softmax(x: Any, axis: Any = None) -> Any:
    """Return exponentials over their sum."""
    powers = np.exp(np.asanyarray(x) - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """Return the logarithm of the softmax."""
    return np.asanyarray(x) - logsumexp(x, axis=axis, keepdims=True)


def xlogy(x: Any, y: Any) -> Any:
    """Return x log(y), and 0 where x is 0."""
    is_nothing = np.equal(x, 0)
    return np.where(is_nothing, 0.0, x * np.log(np.where(is_nothing, 1.0, y)))


def correlate2d(in1: Any, in2: Any, mode: str = "full") -> Any:
    """Return the cross-correlation of two matrices: whole, of the first's size, or inside it."""
    image, kernel = np.asanyarray(in1), np.conj(in2)
    (h, w), (kh, kw) = image.shape, kernel.shape
    padded = np.pad(image, ((kh - 1, kh - 1), (kw - 1, kw - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw))
    full = np.einsum("ijkl,kl->ij", windows, kernel)
    if mode == "valid":
        return full[kh - 1 : h, kw - 1 : w]
    if mode == "same":
        top, left = (kh - 1) // 2, (kw - 1) // 2
        return full[top : top + h, left : left + w]
    return full


def convolve2d(in1: Any, in2: Any, mode: str = "full") -> Any:
    """Return the convolution of two matrices, of ``mode``'s size."""
    kernel = np.asanyarray(in2)[::-1, ::-1]
    if mode != "same":
        return correlate2d(in1, np.conj(kernel), mode)
    (h, w), (kh, kw) = np.shape(in1), kernel.shape
    full = correlate2d(in1, np.conj(kernel))
    return full[(kh - 1) // 2 : (kh - 1) // 2 + h, (kw - 1) // 2 : (kw - 1) // 2 + w]


def _density(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    z = (np.asanyarray(x) - loc) / scale
    return np.exp(-_HALF * z * z) / (math.sqrt(2 * math.pi) * scale)


def _distribution(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    return _HALF * (1 + erf((np.asanyarray(x) - loc) / (scale * math.sqrt(2))))


_SPECIAL: Mapping[str, Any] = {
    "expit": expit, "logit": logit, "logsumexp": logsumexp, "softmax": softmax,
    "log_softmax": log_softmax, "erf": erf, "erfc": erfc, "xlogy": xlogy,
}  # fmt: skip
_SIGNAL: Mapping[str, Any] = {"correlate2d": correlate2d, "convolve2d": convolve2d}
_STATS: Mapping[str, Any] = {"norm": types.SimpleNamespace(pdf=_density, cdf=_distribution)}
_NUMPY = {name: value for name, value in vars(np).items() if name[0] != "_"}
SUBSTITUTES: Mapping[str, Mapping[str, Any]] = {
    "scipy.special": _SPECIAL, "scipy.signal": _SIGNAL, "scipy.stats": _STATS,
    "scipy": {name: types.SimpleNamespace(**has) for name, has in
              (("special", _SPECIAL), ("signal", _SIGNAL), ("stats", _STATS))},
    "numba": {"prange": range},
    "autograd.numpy": _NUMPY, "cupy": _NUMPY,
}  # fmt: skip
"""By a package's name: what it has."""
