"""Programs as frames: each array once, and our own mistakes named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck.errors import InternalError
from gradcheck.records.program import Program
from gradcheck.sandbox.protocol import FrameBuffer
from gradcheck.sandbox.requests import encode_programs


def sent(programs: list[Program]) -> tuple[dict[str, Any], bytes]:
    frames = FrameBuffer()
    frames.feed(encode_programs(programs, request_id="r"))
    frame = frames.take()
    assert frame is not None and len(frames) == 0
    return frame[0], frame[1]


def test_an_array_is_sent_once_whether_same_object_or_same_content() -> None:
    x = np.arange(6.0).reshape(2, 3)
    step = (("put", "x", 0),)
    header, payload = sent([Program(step, (x,)), Program(step, (x,)), Program(step, (x.copy(),))])

    assert header["arrays"] == [["float64", [2, 3]]]
    assert [program["arrays"] for program in header["programs"]] == [[0], [0], [0]]
    assert payload == x.tobytes()


def test_equal_bytes_of_another_shape_or_dtype_are_another_array() -> None:
    x = np.zeros((2, 3))
    header, _ = sent([Program((), (x, x.T, x.view(np.int64), np.asfortranarray(x)))])

    assert header["programs"][0]["arrays"] == [0, 1, 2, 0]


def test_bytes_are_little_endian_in_c_order() -> None:
    x = np.asfortranarray(np.arange(6).reshape(2, 3).astype(">i4"))

    _, payload = sent([Program((), (x,))])

    assert payload == np.arange(6, dtype="<i4").tobytes()


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (Program((("jump", "x"),)), "no step"),
        (Program((("put", "x"),)), "no step"),
        (Program((("call", "r", "f", [], {}),)), "reads slot 'f'"),
        (Program((("tuple", "r", ["a"]),)), "reads slot 'a'"),
        (Program((("put", "x", 0),)), "isn't there"),
        (Program((("put", "x", -1),), (np.zeros(1),)), "isn't there"),
        (Program((("scalar", "x", 0),), (np.zeros(1),)), "0-d"),
        (Program((), (), ("r",)), "never sets"),
        (Program((), (np.array(["a"]),)), "dtype <U1"),
        (Program((("constant", "x", np.float64),)), "no JSON"),
    ],
)
def test_a_malformed_program_is_our_mistake(program: Program, says: str) -> None:
    with pytest.raises(InternalError, match=says):
        encode_programs([program], request_id="r")
