"""The ``numpy``, ``math`` and built-in ``float`` that the second copy of a submission sees.

Each attribute is the real one behind a proxy: float dtypes become the carriers' dtype,
lists of numbers become arrays, and what comes back is carried. A submission gets them
however it binds them (``from numpy import exp``, an ``import`` inside a function,
``xp=np`` as a default), for they are what its ``import`` statements find.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .kinds import abstract_type, float_type, plain
from .scalars import math_module
from .wide import (
    NotCarried,
    Number,
    Wide,
    base,
    carry,
    has_wide,
    is_float,
    number,
    real,
)

__all__ = ["swapped_builtins"]

Import = Callable[..., Any]
SWAPPED = ("numpy", "math", "importlib")
CONVERTING = frozenset({"array", "asarray", "asanyarray"})
COLLECTING = frozenset({
    "ascontiguousarray", "asfortranarray", "concatenate",
    "stack", "vstack", "hstack", "dstack", "column_stack", "row_stack", "block", "einsum",
    "meshgrid", "broadcast_arrays", "select", "choose", "ix_", "multi_dot", "piecewise", "zeros",
    "ones", "empty", "full", "reshape", "broadcast_to", "lexsort", "ravel_multi_index",
})  # fmt: skip
"""Functions whose list argument isn't one array of numbers, or becomes one anyway."""
AS_THEY_ARE = frozenset({
    "errstate", "seterr", "geterr", "set_printoptions", "get_printoptions", "printoptions",
    "iinfo", "shape", "ndim", "size", "broadcast_shapes", "ndindex",
    "may_share_memory", "shares_memory",
})  # fmt: skip
NUMPY_FLOATS = ("float64", "float32", "float16", "double", "single", "half", "longdouble",
                "float128")  # fmt: skip
ABSTRACT = ("floating", "number", "generic", "inexact", "ndarray")


def _argument(value: Any) -> Any:
    """Return an argument as the real function is to see it."""
    value = plain(value)
    if isinstance(value, _Ufunc):
        return value.real_ufunc
    if isinstance(value, _Function):
        return value.real_function
    return value


def _arguments(args: Any, kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    named = {name: _argument(value) for name, value in kwargs.items()}
    if is_float(named.get("dtype")):
        named["dtype"] = Wide.width
    return [_argument(a) for a in args], named


def _gathered(value: Any) -> Any:
    """Return a list of numbers as a carried array."""
    is_list = isinstance(value, (list, tuple))
    return carry(np.array(_stripped(value))) if is_list and has_wide(value) else value


def _stripped(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_stripped(v) for v in value]
    return base(value)


class _Function:
    """A function of NumPy that gives carried numbers."""

    def __init__(self, function: Any, name: str) -> None:
        self.real_function = function
        self.__name__ = name
        self.__doc__ = function.__doc__
        self._gathers = name not in COLLECTING

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it on carriers."""
        given, named = _arguments(args, kwargs)
        if self.__name__ in CONSTRUCTORS and len(given) > 1:
            place = CONSTRUCTORS[self.__name__]
            if len(given) > place and is_float(given[place]):
                given[place] = Wide.width
        if self.__name__ in CONVERTING:
            return self._converted(given, named)
        if self._gathers:
            given = [_gathered(a) for a in given]
        own = Wide.functions.get(self.real_function)
        if own is not None and any(isinstance(a, Wide) for a in (*given, *named.values())):
            return carry(own(*given, **named))
        return carry(self.real_function(*given, **named))

    def _converted(self, given: list[Any], named: Mapping[str, Any]) -> Any:
        """Return an array of the carriers, or of what a dtype that is no float makes of them."""
        value = _stripped(given[0]) if has_wide(given[0]) else given[0]
        dtype = given[1] if len(given) > 1 else named.get("dtype")
        is_carried = np.asarray(value).dtype.kind == Wide.width.kind
        if is_carried and dtype is not None and np.dtype(dtype).kind not in "fcO":
            return carry(np.array(real(value)).astype(dtype))
        if isinstance(value, np.ndarray) and self.__name__ != "array" and dtype is None:
            return carry(value)
        return carry(self.real_function(value, *given[1:], **named))

    def __getattr__(self, name: str) -> Any:
        """Return the real function's attribute."""
        return getattr(self.real_function, name)


CONSTRUCTORS = {"zeros": 1, "ones": 1, "empty": 1, "full": 2, "array": 1, "asarray": 1,
                "zeros_like": 1, "ones_like": 1, "empty_like": 1, "full_like": 2, "asanyarray": 1,
                "ascontiguousarray": 1, "fromiter": 1, "eye": 3, "identity": 1}  # fmt: skip
"""Where a dtype stands among the positional arguments."""


class _Ufunc:
    """A ufunc whose results are carried."""

    def __init__(self, ufunc: Any) -> None:
        self.real_ufunc = ufunc
        self.__name__ = ufunc.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it on carriers."""
        return self._asked(self.real_ufunc, args, kwargs)

    def _asked(self, function: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        given = [_gathered(plain(a)) for a in args]
        named = {name: plain(value) for name, value in kwargs.items()}
        if is_float(named.get("dtype")):
            del named["dtype"]
        found = function(*given, **named)
        return found if named.get("out") is not None else carry(found)

    def reduce(self, *args: Any, **kwargs: Any) -> Any:
        """Reduce along an axis."""
        if self.__name__ in STEPWISE:
            return self._stepwise(*args, **kwargs)
        return self._asked(self.real_ufunc.reduce, args, kwargs)

    def _stepwise(
        self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None,
        keepdims: bool = False,
    ) -> Any:  # fmt: skip
        """Reduce along one axis, entry after entry."""
        rows = np.moveaxis(base(carry(_gathered(array))), axis, 0)
        found = carry(rows[0])
        for row in rows[1:]:
            found = self(found, carry(row))
        return carry(np.expand_dims(base(found), axis)) if keepdims else found

    def accumulate(self, *args: Any, **kwargs: Any) -> Any:
        """Accumulate along an axis."""
        return self._asked(self.real_ufunc.accumulate, args, kwargs)

    def outer(self, *args: Any, **kwargs: Any) -> Any:
        """Return all pairs."""
        return self._asked(self.real_ufunc.outer, args, kwargs)

    def at(self, *args: Any, **kwargs: Any) -> Any:
        """Change in place, unbuffered."""
        return self._asked(self.real_ufunc.at, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        """Return the real ufunc's attribute."""
        return getattr(self.real_ufunc, name)


STEPWISE = frozenset({"logaddexp", "logaddexp2", "hypot"})
"""Ufuncs whose reduction is taken entry after entry, by their rule for two numbers."""


class _Joiner:
    """``np.r_`` or ``np.c_``."""

    def __init__(self, joiner: Any) -> None:
        self._joiner = joiner

    def __getitem__(self, key: Any) -> Any:
        """Return the parts joined, with what they carry."""
        parts = key if isinstance(key, tuple) else (key,)
        return carry(self._joiner[tuple(base(_gathered(p)) for p in parts)])


class _Vectorize:
    """``np.vectorize``: entry by entry, with numbers that carry."""

    def __init__(self, pyfunc: Any = None, **options: Any) -> None:
        if options.get("signature") or options.get("excluded"):
            raise NotCarried("vectorize with a signature")
        self.pyfunc = pyfunc
        self.__name__ = getattr(pyfunc, "__name__", "vectorize")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function on each entry."""
        if self.pyfunc is None:  # used as @np.vectorize(otypes=...)
            self.pyfunc = args[0]
            return self
        arrays = np.broadcast_arrays(*(base(carry(np.asarray(base(_gathered(a))))) for a in args))
        shape = arrays[0].shape
        rows = [
            self.pyfunc(*(_entry(a[place]) for a in arrays), **kwargs)
            for place in np.ndindex(*shape)
        ]
        if rows and isinstance(rows[0], tuple):
            return tuple(_filled(column, shape) for column in zip(*rows, strict=True))
        return _filled(rows, shape)


def _entry(value: Any) -> Any:
    return number(value) if isinstance(value, np.inexact) else value


def _filled(values: Any, shape: tuple[int, ...]) -> Any:
    return carry(np.array([base(v) for v in values]).reshape(shape))


class _Module(types.ModuleType):
    """A module of NumPy whose members are swapped as they are asked for."""

    def __init__(self, module: Any) -> None:
        super().__init__(module.__name__)
        self._module = module
        if hasattr(module, "__path__"):
            self.__path__: list[str] = []
        self.__all__ = list(getattr(module, "__all__", [n for n in dir(module) if n[0] != "_"]))

    def __getattr__(self, name: str) -> Any:
        """Return a member, swapped; the next time it is there already."""
        value = _member(getattr(self._module, name), name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        """Return the module's names."""
        return dir(self._module)


class _Refused(types.ModuleType):
    """A module that has no form for carried numbers."""

    def __getattr__(self, name: str) -> Any:
        """Refuse."""
        raise NotCarried(f"{self.__name__}.{name}")


REFUSED = frozenset({"numpy.ma", "numpy.fft"})
_MODULES: dict[str, Any] = {}
_FLOATS: dict[Any, Any] = {}


def _swapped_module(module: Any) -> Any:
    found = _MODULES.get(module.__name__)
    if found is None:
        found = _MODULES[module.__name__] = _Module(module)
    return found


def _member(value: Any, name: str) -> Any:
    if isinstance(value, types.ModuleType) and value.__name__ in REFUSED:
        return _Refused(value.__name__)
    if isinstance(value, types.ModuleType):
        return _swapped_module(value) if value.__name__.partition(".")[0] == "numpy" else value
    if name == "divmod":
        return divmod
    if isinstance(value, np.ufunc):
        return _Ufunc(value)
    if name in AS_THEY_ARE:
        return value
    if name in {"r_", "c_"}:
        return _Joiner(value)
    if name == "ndenumerate":
        return lambda array: ((place, array[place]) for place in np.ndindex(np.shape(array)))
    if name == "dtype":  # called with the swapped types
        return _Function(value, name)
    if name == "vectorize":
        return _Vectorize
    if name == "frompyfunc":
        return lambda function, nin, nout: _Vectorize(function)
    if name == "isscalar":
        return lambda v: isinstance(v, Number) or np.isscalar(v)
    if name in {"finfo", "issubdtype"}:
        return lambda *args: value(*(plain(a) for a in args))
    if isinstance(value, type):
        if value in _FLOATS:
            return _FLOATS[value]
        if name in ABSTRACT:
            return abstract_type(value)
        return value
    if callable(value):
        return _Function(value, name)
    return value


def swapped_builtins() -> dict[str, Any]:
    """Return the built-ins for the second copy, whose ``import`` finds the swapped modules."""
    for name in NUMPY_FLOATS:
        real_type = getattr(np, name, None)
        if real_type is not None and real_type not in _FLOATS:
            _FLOATS[real_type] = float_type(real_type)
    _MODULES["math"] = math_module()
    found = dict(vars(builtins))
    found["float"] = float_type(float)
    found["__import__"] = _importer(builtins.__import__)
    found["issubclass"] = lambda a, b: issubclass(plain(a), b)
    return found


def _importer(original: Import) -> Import:
    def find(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (),
             level: int = 0) -> Any:  # fmt: skip
        found = original(name, globals, locals, fromlist, level)
        if level or name.partition(".")[0] not in SWAPPED:
            return found
        if name == "math":
            return _MODULES["math"]
        if name.partition(".")[0] == "importlib":
            return _importing(found)
        return _swapped_module(found)

    def _importing(module: Any) -> Any:
        stand_in = types.ModuleType(module.__name__)
        vars(stand_in).update(vars(module))
        stand_in.import_module = _find_module  # type: ignore[attr-defined]
        return stand_in

    def _find_module(name: str, package: str | None = None) -> Any:
        if package is not None:
            raise NotCarried("a relative import by importlib")
        return _deepest(find(name), name)

    return find


def _deepest(module: Any, name: str) -> Any:
    """Return ``a.b.c`` of the module ``a`` that an import gives."""
    for part in name.split(".")[1:]:
        module = getattr(module, part)
    return module
