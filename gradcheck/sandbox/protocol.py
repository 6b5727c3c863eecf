"""Frames: a length, a JSON header, and as many raw bytes as the header says.

What comes from a worker is a claim by whoever runs there. It is measured against the
caps below *before* anything is allocated for it, and anything that isn't exactly as
agreed is a :class:`ProtocolError`. A frame has no way to say that something passed.
"""

from __future__ import annotations

import json
import struct
from typing import Any, NoReturn

import numpy as np

from gradcheck.errors import GradcheckError

__all__ = ["DTYPES", "FrameBuffer", "ProtocolError", "pack", "tag_of"]

MAX_HEADER_BYTES = 2**20
MAX_PAYLOAD_BYTES = 64 * 2**20
_PREFIX = struct.Struct("<I")

Header = dict[str, Any]
DType = np.dtype[Any]


class ProtocolError(GradcheckError):
    """A worker said something that isn't in the protocol; the message says what."""


def _travelling() -> dict[str, DType]:
    names = ["bool", "float16", "float32", "float64", "complex64", "complex128"]
    names += [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    dtypes: dict[str, DType] = {name: np.dtype(name).newbyteorder("<") for name in names}
    extended = np.dtype(np.longdouble)
    # Where a long double is a double (Windows, some ARM) the tag float64 says it all.
    if extended.itemsize > dtypes["float64"].itemsize:
        dtypes[f"longdouble{extended.itemsize}"] = extended
    return dtypes


DTYPES = _travelling()
"""The number types that travel, by the name that stands in a header."""
_TAGS = {(dtype.kind, dtype.itemsize): tag for tag, dtype in DTYPES.items()}


def tag_of(dtype: DType) -> str | None:
    """Return the name under which arrays of this dtype travel, or None."""
    return _TAGS.get((dtype.kind, dtype.itemsize))


def _refuse(constant: str) -> NoReturn:
    raise ProtocolError(f"{constant} in a header")


_decode = json.JSONDecoder(parse_constant=_refuse).decode
_encode = json.JSONEncoder(separators=(",", ":")).encode


def pack(header: Header) -> bytes:
    """Return the length and the header as bytes; the raw bytes are to follow them."""
    text = _encode(header).encode("ascii")
    return _PREFIX.pack(len(text)) + text


class FrameBuffer:
    """Cuts the bytes of a reply pipe into frames, as they arrive."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._header: Header | None = None
        self._header_size = 0

    def __len__(self) -> int:
        """Return how many bytes have come that belong to no frame taken so far."""
        return len(self._data) + self._header_size

    def feed(self, data: bytes) -> None:
        """Add bytes that have arrived."""
        self._data += data

    def take(self) -> tuple[Header, bytes, int] | None:
        """Return the next frame's header, payload and size; None while it is incomplete.

        Raises
        ------
        ProtocolError
            If what has arrived can't be the beginning of a frame.
        """
        if self._header is None and not self._take_header():
            return None
        assert self._header is not None
        count: int = self._header["bytes"]
        if len(self._data) < count:
            return None
        payload = bytes(self._data[:count])
        del self._data[:count]
        header, size = self._header, self._header_size + count
        self._header, self._header_size = None, 0
        return header, payload, size

    def _take_header(self) -> bool:
        if len(self._data) < _PREFIX.size:
            return False
        (length,) = _PREFIX.unpack_from(self._data)
        if length > MAX_HEADER_BYTES:
            raise ProtocolError(f"a header of {length} bytes")
        end = _PREFIX.size + length
        if len(self._data) < end:
            return False
        self._header = _parsed(bytes(self._data[_PREFIX.size : end]))
        self._header_size = end
        del self._data[:end]
        return True


def _parsed(text: bytes) -> Header:
    try:
        header = _decode(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a header that is no JSON ({type(error).__name__})") from None
    if not isinstance(header, dict):
        raise ProtocolError("a header that is no object")
    count = header.get("bytes")
    if type(count) is not int or not 0 <= count <= MAX_PAYLOAD_BYTES:
        raise ProtocolError("a header without a possible count of bytes")
    return header
