"""Frames on the two protocol pipes: a length, a JSON header, raw array bytes.

A frame is a little-endian ``uint32`` (the header's length), the header as JSON, and
as many raw bytes as the header's key ``bytes`` says.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Sequence
from typing import Any

__all__ = ["MAX_HEADER_BYTES", "MAX_PAYLOAD_BYTES", "Channel", "to_json"]

MAX_HEADER_BYTES = 2**20
MAX_PAYLOAD_BYTES = 64 * 2**20

_PREFIX = struct.Struct("<I")
_JOIN_BELOW = 2**18
"""Below this size one write of a joined buffer is cheaper than one write a part."""

_CHUNK = 2**16
"""What a pipe holds. More would make each read map and unmap memory."""

# Bound here once, before any student code runs: what a submission patches later
# (os.write, json.dumps ...) then changes nothing.
_read, _write = os.read, os.write
_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def to_json(header: dict[str, Any]) -> bytes:
    """Return the header as ASCII JSON; NaN and infinities are refused."""
    return _encode(header).encode("ascii")


class Channel:
    """The worker's end of the protocol: requests come in, replies go out.

    Parameters
    ----------
    request_fd, reply_fd : int
        Inherited descriptors. They are moved to private close-on-exec ones, so that no
        program that a submission starts inherits them.
    """

    def __init__(self, request_fd: int, reply_fd: int) -> None:
        self._request = os.dup(request_fd)
        self._reply = os.dup(reply_fd)
        os.close(request_fd)
        os.close(reply_fd)
        self._arrived = bytearray()

    def receive(self) -> tuple[dict[str, Any], bytearray] | None:
        """Wait for the next request; None when the judge has gone."""
        if not self._wait_for(_PREFIX.size):
            return None
        end = _PREFIX.size + _PREFIX.unpack_from(self._arrived)[0]
        if not self._wait_for(end):
            return None
        header = _decode(self._arrived[_PREFIX.size : end].decode("ascii"))
        if not self._wait_for(end + header["bytes"]):
            return None
        payload = self._arrived[end : end + header["bytes"]]
        del self._arrived[: end + header["bytes"]]
        return header, payload

    def send(self, header: bytes, parts: Sequence[bytes] = ()) -> None:
        """Send one frame; the header's key ``bytes`` must be the length of the parts."""
        head = _PREFIX.pack(len(header)) + header
        if sum(map(len, parts)) < _JOIN_BELOW:
            self._write_all(b"".join((head, *parts)))
            return
        for part in (head, *parts):
            self._write_all(part)

    def _wait_for(self, count: int) -> bool:
        while len(self._arrived) < count:
            chunk = _read(self._request, _CHUNK)
            if not chunk:
                return False
            self._arrived += chunk
        return True

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[_write(self._reply, view) :]
