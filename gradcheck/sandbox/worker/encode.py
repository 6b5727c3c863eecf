"""Python values as JSON nodes and raw bytes.

Only exact base types are trusted: whatever a subclass overrides (``__array__``,
``__len__``, ``__iter__`` ...) is bypassed by calling the base type's own slot. Sizes
are looked at before anything is copied. What has no form here becomes an ``"o"`` node.

====================================  ====================================================
``["a", dtype, shape]``               array; its bytes follow in the payload, C order
``["f"]`` ``["c"]``                   float, complex; 8 and 16 bytes of payload
``["i", n]`` ``["b", flag]``          int within 64 bits, bool
``["s", text]`` ``["n"]``             str, None
``["t", nodes]`` ``["l", nodes]``     tuple, list
``["d", [[key, node], ...]]``         dict with keys of type str, dataclass of arrays
``["o", type name, note]``            anything else
====================================  ====================================================
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from .dtypes import DTYPES, tag_of
from .frames import MAX_PAYLOAD_BYTES

__all__ = ["MAX_DEPTH", "MAX_NAME", "MAX_TEXT", "MAX_VALUES", "Encoder", "type_name"]

MAX_DEPTH = 8
MAX_VALUES = 20_000
MAX_TEXT = 4096
MAX_NAME = 200
_asarray = np.asarray  # bound before a submission can patch it
_INT64 = range(-(2**63), 2**63)
_FLOAT, _COMPLEX = struct.Struct("<d"), struct.Struct("<dd")

_PLAIN = (np.ndarray, float, int, np.float64, np.float32)

Node = list[Any]


def type_name(value: object) -> str:
    """Return the name of the value's type, whatever its metaclass says about it."""
    name = type.__dict__["__name__"].__get__(type(value))
    return str.__getitem__(name, slice(0, MAX_NAME))


class Encoder:
    """Turns the values of one reply into nodes; ``parts`` collects the raw bytes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self._count = 0
        self._open: set[int] = set()

    def node(self, value: Any, depth: int = 0) -> Node:
        """Return the node of one value."""
        self._count += 1
        if self._count > MAX_VALUES:
            return ["o", type_name(value), f"more than {MAX_VALUES} values in one reply"]
        kind = type(value)
        if kind is np.ndarray:
            return self._array(value)
        if issubclass(kind, np.ndarray):
            return self._array(np.ndarray.view(value, np.ndarray))
        if issubclass(kind, np.generic):
            return self._array(_asarray(value))
        if issubclass(kind, (tuple, list, dict)):
            return self._container(value, kind, depth)
        return self._plain(value, kind)

    def _plain(self, value: Any, kind: type) -> Node:
        if value is None:
            return ["n"]
        if kind is bool:
            return ["b", value]
        if issubclass(kind, int):
            number = int.__index__(value)
            return ["i", number] if number in _INT64 else ["o", "int", "beyond 64 bits"]
        if issubclass(kind, float):
            return self._raw("f", _FLOAT.pack(float.__float__(value)))
        if issubclass(kind, complex):
            exact = complex.__pos__(value)
            return self._raw("c", _COMPLEX.pack(exact.real, exact.imag))
        if issubclass(kind, str):
            return ["s", str.__getitem__(value, slice(0, MAX_TEXT))]
        fields = _fields(value, kind)
        if fields:
            return ["d", [[name, self.node(item)] for name, item in fields.items()]]
        return ["o", type_name(value), ""]

    def _raw(self, tag: str, data: bytes) -> Node:
        if self.size + len(data) > MAX_PAYLOAD_BYTES:
            return ["o", "float" if tag == "f" else "complex", _too_large(len(data))]
        self.parts.append(data)
        self.size += len(data)
        return [tag]

    def _array(self, array: np.ndarray[Any, Any]) -> Node:
        tag = tag_of(array.dtype)
        if tag is None:
            return ["o", "ndarray", f"dtype {array.dtype}"[:MAX_NAME]]
        if self.size + array.nbytes > MAX_PAYLOAD_BYTES:
            return ["o", "ndarray", f"shape {array.shape}: {_too_large(array.nbytes)}"]
        shape = list(array.shape)
        self.parts.append(array.astype(DTYPES[tag], copy=False).tobytes())
        self.size += array.nbytes
        return ["a", tag, shape]

    def _container(self, value: Any, kind: type, depth: int) -> Node:
        if id(value) in self._open:
            return ["o", type_name(value), "contains itself"]
        if depth >= MAX_DEPTH:
            return ["o", type_name(value), f"nested deeper than {MAX_DEPTH}"]
        self._open.add(id(value))
        try:
            if issubclass(kind, dict):
                return self._dict(value, depth)
            if issubclass(kind, tuple):
                return self._sequence("t", tuple.__len__(value), tuple.__iter__(value), depth)
            return self._sequence("l", list.__len__(value), list.__iter__(value), depth)
        finally:
            self._open.discard(id(value))

    def _sequence(self, tag: str, length: int, items: Iterable[Any], depth: int) -> Node:
        if self._count + length > MAX_VALUES:
            kind = "tuple" if tag == "t" else "list"
            return ["o", kind, f"{length} elements: more than {MAX_VALUES} values in one reply"]
        return [tag, [self.node(item, depth + 1) for item in items]]

    def _dict(self, value: dict[Any, Any], depth: int) -> Node:
        if self._count + dict.__len__(value) > MAX_VALUES:
            return ["o", "dict", f"more than {MAX_VALUES} values in one reply"]
        pairs: dict[str, Any] = {}
        for key, item in dict.items(value):
            name = _key(key)
            if name is None:
                return ["o", "dict", f"a key of type {type_name(key)}"]
            if name in pairs:
                return ["o", "dict", f"two keys that read {name!r}"[:MAX_NAME]]
            pairs[name] = item
        return ["d", [[name, self.node(item, depth + 1)] for name, item in pairs.items()]]


def _fields(value: Any, kind: type) -> dict[str, Any]:
    """Return what a dataclass holds, if that is arrays and numbers alone: a record of results."""
    names = [name for owner in type.mro(kind)[::-1]
             for name in type.__getattribute__(owner, "__dict__").get("__dataclass_fields__", ())
             if type(name) is str][:MAX_NAME]  # fmt: skip
    try:
        found = {name: object.__getattribute__(value, name) for name in names}
    except AttributeError:
        return {}
    return found if all(type(v) in _PLAIN for v in found.values()) else {}


def _key(key: Any) -> str | None:
    kind = type(key)
    if issubclass(kind, str):
        return str.__getitem__(key, slice(0, MAX_NAME))
    if kind is int or issubclass(kind, np.integer):
        number = int(key)
        return str(number) if number in _INT64 else None
    return None


def _too_large(count: int) -> str:
    return f"{count} bytes, a reply holds at most {MAX_PAYLOAD_BYTES}"
