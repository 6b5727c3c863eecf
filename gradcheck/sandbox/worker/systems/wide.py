"""Arrays of wider numbers that behave like the float64 arrays which they stand for."""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

__all__ = ["FLOAT64", "NotCarried", "Number", "Whole", "Wide", "base", "carry", "has_wide",
           "is_float", "narrowed", "number", "real"]  # fmt: skip

Array = np.ndarray[Any, Any]
FLOAT64 = np.dtype(np.float64)
_view = np.ndarray.view


class NotCarried(TypeError):
    """An operation that the number system has no form of."""


def is_float(dtype: Any) -> bool:
    """Return whether a dtype is one that the submission's reals may have."""
    if dtype is None:
        return False
    try:
        return np.dtype(dtype).kind in "fc"
    except TypeError:
        return False


def base(value: Any) -> Any:
    """Return a wide or whole array as a plain one that shares its memory."""
    return _view(value, np.ndarray) if isinstance(value, (Wide, Whole)) else value


def real(value: Any) -> Array:
    """Return the value as a plain real array: what the submission believes it to be."""
    array = np.asarray(base(value))
    return array.real if array.dtype.kind == "c" else array


def narrowed(value: Any, dtype: Any) -> Any:
    """Return long doubles rounded by way of a type that is narrower than float64.

    Complex carriers keep what they carry: their values differ from the plain ones by that.
    """
    if Wide.width.kind == "c" or dtype is None or np.dtype(dtype).itemsize >= FLOAT64.itemsize:
        return value
    return carry(base(value).astype(dtype))


def number(value: Any) -> Number:
    """Return one value as what stands for a NumPy scalar."""
    return _view(np.array(base(value), dtype=Wide.width), Number)


def carry(value: Any) -> Any:
    """Return a value with all its floats carried; arrays of wide numbers aren't copied."""
    if isinstance(value, (Wide, Whole)):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O":
            return _of_objects(value)
        if value.dtype.kind not in "fc":
            return _view(value, Whole)
        return _view(value.astype(Wide.width, copy=False), Wide)
    if isinstance(value, np.inexact):
        return number(value)
    if type(value) in (tuple, list):
        return type(value)(carry(item) for item in value)
    return value


def _of_objects(value: Array) -> Array:
    """Return an array of objects as numbers, if they are numbers."""
    items = [base(item) for item in value.flat]
    if not items or not all(np.ndim(i) == 0 and isinstance(i, _NUMBERS) for i in items):
        return _view(value, Whole)
    return carry(np.array(items).reshape(value.shape))  # type: ignore[no-any-return]


_NUMBERS = (np.ndarray, np.number, int, float, complex)


def has_wide(value: Any) -> bool:
    """Return whether carried numbers stand in a list, at any depth."""
    if isinstance(value, (list, tuple)):
        return any(has_wide(v) for v in value)
    return isinstance(value, Wide)


def _is_formatting(frame: Any) -> bool:
    """Return whether a frame computes ``text % values``: numbers would meet ``__rmod__``."""
    code, place = frame.f_code.co_code, frame.f_lasti
    return code[place] == BINARY_OPERATION and code[place + 1] in REMAINDERS


BINARY_OPERATION = opcode.opmap["BINARY_OP"]
REMAINDERS = frozenset(
    k for k, (name, _) in enumerate(opcode._nb_ops)  # type: ignore[attr-defined]
    if name in {"NB_REMAINDER", "NB_INPLACE_REMAINDER"}
)  # fmt: skip


class Whole(np.ndarray[Any, Any]):
    """An array of integers or booleans, whose floats are born wide."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **kwargs: Any
    ) -> Any:
        """Compute as NumPy does, and carry what comes out."""
        if any(isinstance(i, Wide) for i in (*inputs, *(out or ()))):
            return NotImplemented
        if out is not None:
            kwargs["out"] = tuple(base(o) for o in out)
        if is_float(kwargs.get("dtype")):
            kwargs["dtype"] = FLOAT64
        found = getattr(ufunc, method)(*(base(i) for i in inputs), **kwargs)
        return out[0] if out is not None else carry(found)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Compute as NumPy does, and carry what comes out."""
        return carry(super().__array_function__(func, types, args, kwargs))

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Return wide numbers where floats are asked for."""
        if self.dtype.kind == "O" and is_float(dtype):
            return _of_objects(base(self))
        return carry(base(self).astype(dtype, *args, **kwargs))

    def mean(self, *args: Any, **kwargs: Any) -> Any:
        """Return the mean, a float and so a wide number."""
        return carry(base(self).mean(*args, **kwargs))


class Wide(np.ndarray[Any, Any]):
    """An array of the submission's reals, carried by wider numbers.

    Attributes
    ----------
    width : numpy.dtype
        What carries a real.
    dispatch : callable
        Takes a ufunc's name, method and arguments and returns what it gives.
    functions : dict
        What stands for those functions of NumPy that mustn't see the carriers.
    """

    width: ClassVar[np.dtype[Any]] = np.dtype(np.complex128)
    dispatch: ClassVar[Any] = None
    functions: ClassVar[dict[Any, Any]] = {}

    @property
    def dtype(self) -> Any:
        """The dtype that the submission believes it to have."""
        return FLOAT64

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **kwargs: Any
    ) -> Any:
        """Compute by the rules of the number system."""
        where = kwargs.pop("where", True)
        for name in ("casting", "order", "subok", "signature"):
            kwargs.pop(name, None)
        found = Wide.dispatch(ufunc, method, inputs, kwargs)
        if method == "at":
            return None
        if out is not None:
            np.copyto(base(out[0]), found, where=base(where), casting="unsafe")
            return out[0]
        if where is not True:
            if method != "__call__":
                raise NotCarried(f"{ufunc.__name__}.{method} with where")
            found = np.where(base(where), found, 0)
        if np.ndim(found) == 0 and np.asarray(found).dtype.kind in "fc":
            return number(found)
        return carry(found)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Compute by the system's own form of a function, else by NumPy's."""
        own = Wide.functions.get(func)
        if own is not None:
            return carry(own(*args, **kwargs))
        return carry(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, key: Any) -> Any:
        """Return a view, or a number where NumPy returns a scalar."""
        found = super().__getitem__(base(key) if isinstance(key, np.ndarray) else key)
        return found if isinstance(found, np.ndarray) else number(found)

    def __iter__(self) -> Iterator[Any]:
        """Yield rows, or numbers."""
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[k] for k in range(len(self)))

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Return a copy of the carriers for a float type, the real part's cast for others."""
        if is_float(dtype):
            return narrowed(self.copy(), dtype)
        return carry(real(self).astype(dtype))

    def item(self, *args: Any) -> Any:
        """Return one entry as a number."""
        return number(base(self).item(*args))

    def tolist(self) -> Any:
        """Return nested lists of numbers."""
        return self.item() if self.ndim == 0 else [row.tolist() for row in self]

    def __bool__(self) -> bool:
        """Return the truth of the one real."""
        return bool(real(self))

    def __int__(self) -> int:
        """Return the one real, truncated."""
        return int(real(self))

    def __float__(self) -> float:
        """Refuse, as a float would lose what is carried; but text may have it: ``"%.2f" % x``."""
        if _is_formatting(sys._getframe(1)):
            return float(real(self))
        raise NotCarried("a plain float")

    def __divmod__(self, other: Any) -> Any:
        """Return quotient and remainder."""
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        """Return quotient and remainder."""
        return other // self, other % self

    def __complex__(self) -> complex:
        """Refuse: the carrier isn't the submission's to see."""
        raise NotCarried("a plain complex")

    def __round__(self, digits: int = 0) -> Any:
        """Return the one real, rounded: a constant."""
        return number(np.round(real(self), digits))

    def __format__(self, spec: str) -> str:
        """Return the one real, formatted."""
        return format(real(self).item() if self.ndim == 0 else real(self), spec)

    def __repr__(self) -> str:
        """Return the reals, as NumPy shows them."""
        return repr(real(self))

    __str__ = __repr__

    def argmax(self, *args: Any, **kwargs: Any) -> Any:
        """Return where the largest reals are."""
        return real(self).argmax(*args, **kwargs)

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Return where the smallest reals are."""
        return real(self).argmin(*args, **kwargs)

    def argsort(self, axis: int | None = -1, **kwargs: Any) -> Any:
        """Return the order of the reals; equal ones keep theirs."""
        del kwargs
        return real(self).argsort(axis=axis, kind="stable")

    def sort(self, axis: int = -1, **kwargs: Any) -> None:
        """Sort in place by the reals."""
        order = self.argsort(axis, **kwargs)
        self[...] = np.take_along_axis(base(self), order, axis)

    def nonzero(self) -> Any:
        """Return where the reals aren't 0."""
        return real(self).nonzero()

    def mean(self, axis: Any = None, dtype: Any = None, out: Any = None, **kwargs: Any) -> Any:
        """Return the sum over the count."""
        del dtype
        total = self.sum(axis=axis, **kwargs)
        found = total / (self.size / max(np.size(base(total)), 1))
        if out is None:
            return found
        out[...] = found
        return out

    def var(self, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
            keepdims: bool = False, **kwargs: Any) -> Any:  # fmt: skip
        """Return the mean of squared deviations."""
        del dtype, out, kwargs
        deviation = self - self.mean(axis=axis, keepdims=True)
        squares = deviation * deviation
        total = squares.sum(axis=axis, keepdims=keepdims)
        return total / (self.size / max(np.size(base(total)), 1) - ddof)

    def std(self, *args: Any, **kwargs: Any) -> Any:
        """Return the root of the variance."""
        return np.sqrt(self.var(*args, **kwargs))

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """Return rounded reals: constants."""
        del out
        return carry(np.round(real(self), decimals))

    def dot(self, other: Any, out: Any = None) -> Any:
        """Return the matrix product."""
        found = carry(np.dot(base(self), base(other)))
        if out is None:
            return found
        out[...] = found
        return out

    def conj(self) -> Any:
        """Return itself: a real number is its own conjugate."""
        return self

    conjugate = conj

    @property
    def real(self) -> Any:
        """The array itself."""
        return self

    @property
    def imag(self) -> Any:
        """Zeros, as of every real."""
        return carry(np.zeros(self.shape))

    def view(self, *args: Any, **kwargs: Any) -> Any:
        """Return a view of another class, never of another dtype."""
        if any(is_class(a) is False for a in (*args, *kwargs.values())):
            raise NotCarried("a view of another dtype")
        return super().view(*args, **kwargs) if not args else self[...]


def is_class(value: Any) -> bool:
    """Return whether something is a class of arrays."""
    return isinstance(value, type) and issubclass(value, np.ndarray)


class Number(Wide):
    """What stands for a NumPy scalar: it doesn't change in place."""

    def __iadd__(self, other: Any) -> Any:
        """Return a new number."""
        return self + other

    def __isub__(self, other: Any) -> Any:
        """Return a new number."""
        return self - other

    def __imul__(self, other: Any) -> Any:
        """Return a new number."""
        return self * other

    def __itruediv__(self, other: Any) -> Any:
        """Return a new number."""
        return self / other

    def __ipow__(self, other: Any) -> Any:
        """Return a new number."""
        return self**other

    def __hash__(self) -> int:
        """Refuse: what is remembered by its value would bring back what another one carried."""
        raise NotCarried("a number as a key")
