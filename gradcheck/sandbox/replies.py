"""Reply frames as values and faults: every claim is checked, nothing is believed."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcheck.records.program import Array, Fault, Frame, Opaque, Program, Reply, Value
from gradcheck.sandbox.protocol import DTYPES, Header, ProtocolError

__all__ = ["decode_fault", "decode_reply", "integer", "listed", "text"]

MAX_DEPTH = 8
MAX_DIMENSIONS = 64
MAX_VALUES = 20_000
MAX_TEXT = 4096
MAX_NAME = 200
MAX_FRAMES = 20
_INT64 = range(-(2**63), 2**63)
_FLOAT, _COMPLEX = struct.Struct("<d"), struct.Struct("<dd")
Files = Mapping[str, int]
FAULT_KEYS = {"type_name", "message", "frames", "step", "is_refusal"}


def text(value: object, cap: int = MAX_NAME) -> str:
    """Return a claimed text; lone surrogates become replacement characters."""
    if type(value) is not str or len(value) > cap:
        raise ProtocolError(f"something else where a text of at most {cap} characters is due")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def integer(value: object, low: int, high: int) -> int:
    """Return a claimed integer within ``low`` and ``high``, both included."""
    if type(value) is not int or not low <= value <= high:
        raise ProtocolError(f"something else where an integer of {low} to {high} is due")
    return value


def listed(value: object, low: int, high: int) -> list[Any]:
    """Return a claimed list with ``low`` to ``high`` elements."""
    if type(value) is not list or not low <= len(value) <= high:
        raise ProtocolError(f"something else where a list of {low} to {high} elements is due")
    return value


def decode_reply(header: Header, payload: bytes, *, program: Program, files: Files) -> Reply:
    """Return what a frame says about one program.

    Parameters
    ----------
    header, payload : dict, bytes
        The frame; that its ids are the awaited ones has been checked.
    program : Program
        What was asked.
    files : mapping of str to int
        The submission's files and how many lines each has.

    Raises
    ------
    ProtocolError
        If the frame is not exactly a reply to this program.
    """
    if "fault" in header:
        _keys(header, "fault")
        if payload:
            raise ProtocolError("a fault with values")
        return Reply(fault=decode_fault(header["fault"], files, steps=len(program.steps)))
    _keys(header, "values")
    count = len(program.returns)
    reader = _Reader(payload)
    values = tuple(reader.read(node, 0) for node in listed(header["values"], count, count))
    reader.finish()
    return Reply(values=values)


def _keys(header: Header, body: str) -> None:
    if header.keys() != {"id", "program", "bytes", body}:
        raise ProtocolError("a header with other keys than agreed")


def decode_fault(claim: object, files: Files, *, steps: int = 0) -> Fault:
    """Return a claimed exception; a worker can claim no other kind of fault."""
    if type(claim) is not dict or claim.keys() != FAULT_KEYS:
        raise ProtocolError("a fault with other keys than agreed")
    frames = []
    for entry in listed(claim["frames"], 0, MAX_FRAMES):
        file, line, function = listed(entry, 3, 3)
        if type(file) is not str or file not in files:
            raise ProtocolError("a line of a file that isn't the submission's")
        frames.append(Frame(file, integer(line, 1, files[file]), text(function)))
    step, is_refusal = claim["step"], claim["is_refusal"]
    if type(is_refusal) is not bool:
        raise ProtocolError("something else where yes or no is due")
    return Fault(
        kind="exception",
        type_name=text(claim["type_name"]),
        message=text(claim["message"], MAX_TEXT),
        frames=tuple(frames),
        step=None if step is None else integer(step, 0, steps - 1),
        is_refusal=is_refusal,
    )


class _Reader:
    """Turns nodes into values, taking raw bytes in order."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._offset = 0
        self._count = 0

    def read(self, node: object, depth: int) -> Value:
        self._count += 1
        if self._count > MAX_VALUES:
            raise ProtocolError(f"more than {MAX_VALUES} values")
        if type(node) is not list or not node or type(node[0]) is not str:
            raise ProtocolError("something else where a value is due")
        found = _NODES.get(node[0])
        if found is None or len(node) != found[0]:
            raise ProtocolError("a value of an unknown form")
        return found[1](self, node, depth)

    def finish(self) -> None:
        if self._offset != len(self._payload):
            raise ProtocolError("more raw bytes than the values account for")

    def _advance(self, count: int) -> int:
        """Return the offset of the next ``count`` bytes and go past them."""
        offset = self._offset
        if count > len(self._payload) - offset:
            raise ProtocolError("fewer raw bytes than the values account for")
        self._offset = offset + count
        return offset

    def read_array(self, node: list[Any], depth: int) -> Array:
        tag, shape = node[1], listed(node[2], 0, MAX_DIMENSIONS)
        dtype = DTYPES.get(tag) if type(tag) is str else None
        if dtype is None:
            raise ProtocolError("an array of an unknown dtype")
        for length in shape:
            integer(length, 0, _INT64[-1])
        count = math.prod(shape)
        offset = self._advance(count * dtype.itemsize)
        try:
            if count == 0:
                return np.empty(shape, dtype)
            if dtype.kind == "b":  # any byte but 0 and 1 would be no bool
                raw = np.frombuffer(self._payload, np.uint8, count, offset)
                return raw.astype(bool).reshape(shape)
            return np.frombuffer(self._payload, dtype, count, offset).reshape(shape).copy()
        except ValueError:  # an empty array whose other sides are beyond NumPy's limits
            raise ProtocolError("an array of an impossible shape") from None

    def read_float(self, node: list[Any], depth: int) -> float:
        number: float = _FLOAT.unpack_from(self._payload, self._advance(_FLOAT.size))[0]
        return number

    def read_complex(self, node: list[Any], depth: int) -> complex:
        return complex(*_COMPLEX.unpack_from(self._payload, self._advance(_COMPLEX.size)))

    def read_integer(self, node: list[Any], depth: int) -> int:
        return integer(node[1], _INT64[0], _INT64[-1])

    def read_boolean(self, node: list[Any], depth: int) -> bool:
        if type(node[1]) is not bool:
            raise ProtocolError("something else where a bool is due")
        return node[1]

    def read_string(self, node: list[Any], depth: int) -> str:
        return text(node[1], MAX_TEXT)

    def read_none(self, node: list[Any], depth: int) -> None:
        return None

    def read_opaque(self, node: list[Any], depth: int) -> Opaque:
        return Opaque(text(node[1]), text(node[2], MAX_TEXT))

    def read_tuple(self, node: list[Any], depth: int) -> tuple[Value, ...]:
        return tuple(self.read_list(node, depth))

    def read_list(self, node: list[Any], depth: int) -> list[Value]:
        if depth >= MAX_DEPTH:
            raise ProtocolError(f"values nested deeper than {MAX_DEPTH}")
        return [self.read(item, depth + 1) for item in listed(node[1], 0, MAX_VALUES)]

    def read_dict(self, node: list[Any], depth: int) -> dict[str, Value]:
        if depth >= MAX_DEPTH:
            raise ProtocolError(f"values nested deeper than {MAX_DEPTH}")
        found: dict[str, Value] = {}
        for pair in listed(node[1], 0, MAX_VALUES):
            key, item = listed(pair, 2, 2)
            name = text(key)
            if name in found:
                raise ProtocolError("a key twice")
            found[name] = self.read(item, depth + 1)
        return found


_NODES: dict[str, tuple[int, Callable[[_Reader, list[Any], int], Value]]] = {
    "a": (3, _Reader.read_array),
    "f": (1, _Reader.read_float),
    "c": (1, _Reader.read_complex),
    "i": (2, _Reader.read_integer),
    "b": (2, _Reader.read_boolean),
    "s": (2, _Reader.read_string),
    "n": (1, _Reader.read_none),
    "t": (2, _Reader.read_tuple),
    "l": (2, _Reader.read_list),
    "d": (2, _Reader.read_dict),
    "o": (3, _Reader.read_opaque),
}
"""By tag: how long the node is, and who reads it."""
