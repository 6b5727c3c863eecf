"""Records which functions are called, and with which numbers: the submission's own, and NumPy's."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

import numpy as np

from .encode import MAX_NAME
from .systems import Wide, real

__all__ = ["MOST_CALLS", "Trace"]

MOST_CALLS = 400
MOST_NUMBERS = 12
"""Arguments that are kept of one call, attributes of objects and parts of containers included."""
MOST_BYTES = 4 * 2**20
"""What all that is kept may weigh; what comes later isn't recorded."""

CURVED = frozenset({"exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "tanh", "sinh", "cosh",
                    "arctan", "sin", "cos", "tan", "logaddexp"})  # fmt: skip
"""NumPy's functions of which calls are recorded, where the numbers are carried by wider ones."""
_OPERATION = Wide.__array_ufunc__.__code__

_set_profile = sys.setprofile  # bound before a submission can patch it
_attributes = object.__getattribute__


class Trace:
    """Calls as they happen; ``calls`` holds ``[name, [number or array, ...]]`` of each.

    Parameters
    ----------
    files : mapping of str to int
        The submission's files: what is called elsewhere isn't recorded.

    Notes
    -----
    A submission can end its trace (``sys.setprofile``): what isn't recorded proves nothing.
    """

    def __init__(self, files: Mapping[str, int]) -> None:
        self._files = files
        self._room = MOST_BYTES
        self.calls: list[list[Any]] = []

    def start(self) -> None:
        """Record from here on."""
        _set_profile(self._look)

    @staticmethod
    def stop() -> None:
        """Record no more."""
        _set_profile(None)

    def _look(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        name = frame.f_code.co_qualname[:MAX_NAME]
        is_own = frame.f_code.co_filename in self._files
        if not is_own:
            operation = _operation(frame)
            if operation is None:
                return
            name = f"numpy.{operation}"
        try:
            numbers = [_copied(v) for v in (_numbers(frame) if is_own else _operands(frame))]
        except Exception:  # an object of the submission's that doesn't let itself be looked at
            numbers = []
        self._room -= sum(np.asarray(number).nbytes for number in numbers)
        if self._room < 0 or len(self.calls) >= MOST_CALLS:
            _set_profile(None)
            return
        self.calls.append([name, numbers])


def _operation(frame: FrameType) -> str | None:
    """Return which of NumPy's functions a frame computes with carried numbers."""
    if frame.f_code is not _OPERATION or frame.f_locals.get("method") != "__call__":
        return None
    name = getattr(frame.f_locals.get("ufunc"), "__name__", "")
    return name if name in CURVED else None


def _operands(frame: FrameType) -> list[Any]:
    return [np.asarray(real(value)) for value in frame.f_locals["inputs"]]


def _numbers(frame: FrameType) -> list[Any]:
    """Return the numbers among a call's arguments, and one level inside them."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    found: list[Any] = []
    for name in code.co_varnames[:count]:
        value = frame.f_locals.get(name)
        found += [value] if _is_number(value) else [v for v in _inside(value) if _is_number(v)]
        if len(found) >= MOST_NUMBERS:
            break
    return found[:MOST_NUMBERS]


def _inside(value: Any) -> Iterator[Any]:
    kind = type(value)
    if kind in (list, tuple):
        yield from value[:MOST_NUMBERS]
    elif kind is dict:
        yield from list(value.values())[:MOST_NUMBERS]
    elif type(kind) is type and kind.__dictoffset__:
        for held in list(_attributes(value, "__dict__").values())[:MOST_NUMBERS]:
            yield held
            if type(held) is dict:  # self.params["W1"]
                yield from list(held.values())[:MOST_NUMBERS]


def _is_number(value: Any) -> bool:
    if type(value) is np.ndarray:
        return value.dtype.kind in "fc"
    return isinstance(value, np.inexact) or type(value) in (float, complex)


def _copied(value: Any) -> Any:
    return value.copy() if type(value) is np.ndarray else value
