"""The trusted side of the wire: nothing but ProtocolError comes out of bad bytes."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.sandbox.protocol import (
    DTYPES,
    MAX_HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    FrameBuffer,
    ProtocolError,
    pack,
    tag_of,
)

FUZZ = settings(derandomize=True, database=None, deadline=None, max_examples=100)


def raw(text: bytes) -> bytes:
    """Return a frame with that header, whatever it is."""
    return struct.pack("<I", len(text)) + text


def taken(data: bytes) -> Any:
    frames = FrameBuffer()
    frames.feed(data)
    return frames.take()


def test_a_frame_comes_out_as_it_went_in() -> None:
    header = {"id": "x", "bytes": 3, "text": "é\ud800"}
    frame = pack(header) + b"abc"

    assert taken(frame) == (header, b"abc", len(frame))


def test_bytes_may_come_one_at_a_time_and_frames_may_come_together() -> None:
    frame = pack({"bytes": 2}) + b"ab"
    frames = FrameBuffer()
    found = []
    for byte in frame + frame + b"\x01":
        frames.feed(bytes([byte]))
        found += [taken for taken in [frames.take()] if taken]

    assert [payload for _, payload, _ in found] == [b"ab", b"ab"]
    assert len(frames) == 1


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<Q", 2**63),
        struct.pack("<I", MAX_HEADER_BYTES + 1),
        raw(b""),
        raw(b"[]"),
        raw(b"{}"),
        raw(b'{"bytes": -1}'),
        raw(b'{"bytes": 1.0}'),
        raw(b'{"bytes": true}'),
        raw(b'{"bytes": 0, "x": NaN}'),
        raw(b'{"bytes": 0, "x": -Infinity}'),
        raw(b'{"bytes": %d}' % (MAX_PAYLOAD_BYTES + 1)),
        raw(b'{"bytes": ' + b"9" * 5000 + b"}"),
        raw(b"[" * 60_000),
        raw(b'{"bytes": 0, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        raw(b'\xff{"bytes": 0}'),
    ],
)
def test_impossible_frames_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        taken(data)


def test_a_header_is_refused_before_it_has_arrived() -> None:
    frames = FrameBuffer()
    frames.feed(struct.pack("<I", 2**32 - 1))

    with pytest.raises(ProtocolError, match="header"):
        frames.take()


@FUZZ
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_raise_nothing_else(data: bytes, is_framed: bool) -> None:
    try:
        frame = taken(raw(data) if is_framed else data)
    except ProtocolError:
        return
    assert frame is None or isinstance(frame[0], dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@FUZZ
@given(st.dictionaries(st.sampled_from(["bytes", "id", "values"]), JSON))
def test_random_headers_raise_nothing_else(header: dict[str, Any]) -> None:
    text = json.dumps(header).encode()
    count = header.get("bytes")
    is_possible = type(count) is int and 0 <= count <= MAX_PAYLOAD_BYTES
    if is_possible and b"NaN" not in text and b"Infinity" not in text:
        frames = FrameBuffer()
        frames.feed(raw(text))
        assert (frames.take() is not None) == (count == 0)
    else:
        with pytest.raises(ProtocolError):
            taken(raw(text))


@pytest.mark.parametrize("tag", sorted(DTYPES))
def test_each_dtype_has_one_tag(tag: str) -> None:
    assert tag_of(DTYPES[tag]) == tag
    assert tag_of(DTYPES[tag].newbyteorder(">")) == tag


@pytest.mark.parametrize("dtype", ["O", "U3", "S3", "M8[s]", "V4", "i4,f8"])
def test_other_dtypes_have_none(dtype: str) -> None:
    assert tag_of(np.dtype(dtype)) is None
