"""Replies and descriptions are claims: exact, or a ProtocolError."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.records.program import Fault, Program
from gradcheck.sandbox.claims import decode_description
from gradcheck.sandbox.protocol import ProtocolError
from gradcheck.sandbox.replies import decode_fault, decode_reply

FUZZ = settings(derandomize=True, database=None, deadline=None, max_examples=100)
ASKED = Program((("constant", "x", 1),), (), ("x",))
FILES = {"my_impl.py": 9}


def decode(node: Any, payload: bytes = b"") -> Any:
    header = {"id": "r", "program": 0, "bytes": len(payload), "values": [node]}
    return decode_reply(header, payload, program=ASKED, files=FILES).values[0]


def test_arrays_are_writable_and_own_their_data() -> None:
    value = decode(["a", "float32", [2, 1]], np.array([1, 2], "f4").tobytes())

    assert value.tolist() == [[1.0], [2.0]]
    assert value.flags.writeable and value.flags.owndata


def test_bytes_of_a_bool_are_made_bools() -> None:
    assert decode(["a", "bool", [3]], b"\x00\x02\xff").view(np.uint8).tolist() == [0, 1, 1]


NESTED: list[Any] = ["n"]
for _ in range(9):
    NESTED = ["l", [NESTED]]


@pytest.mark.parametrize(
    ("node", "payload"),
    [
        (["a", "float64", [2]], b"\0" * 15),
        (["a", "float64", [2]], b"\0" * 17),
        (["a", "float64", [-1]], b""),
        (["a", "float64", [True]], b"\0" * 8),
        (["a", "float64", [1.0]], b"\0" * 8),
        (["a", "float64", [2**62, 2**62]], b""),
        (["a", "float64", [0, 2**63 - 1, 2**63 - 1]], b""),
        (["a", "float64", [0, 2**63]], b""),
        (["a", "float64", [1] * 65], b"\0" * 8),
        (["a", "object", [1]], b"\0" * 8),
        (["a", ["float64"], [1]], b"\0" * 8),
        (["a", ">f8", [1]], b"\0" * 8),
        (["a", "float64", 1], b"\0" * 8),
        (["a", "float64", [1], 0], b"\0" * 8),
        (["f", 1.0], b""),
        (["f"], b""),
        (["i", 2**63], b""),
        (["i", 1.0], b""),
        (["i", True], b""),
        (["b", 1], b""),
        (["s", "x" * 5000], b""),
        (["s", None], b""),
        (["o", "x"], b""),
        (["d", [["k", ["n"]], ["k", ["n"]]]], b""),
        (["d", [["k"]]], b""),
        (["d", [[1, ["n"]]]], b""),
        (["passed"], b""),
        ([["a"]], b""),
        ([], b""),
        (1.0, b""),
        (None, b""),
        (NESTED, b""),
        (["l", [["n"]] * 20_001], b""),
        (["t", [["l", [["n"]] * 10_000]] * 3], b""),
    ],
)
def test_values_that_are_not_as_agreed_are_refused(node: Any, payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(node, payload)


@pytest.mark.parametrize(
    "change",
    [
        {"values": []},
        {"values": [["n"], ["n"]]},
        {"values": None},
        {"outcome": "passed"},
        {"fault": None},
    ],
)
def test_a_reply_has_exactly_the_agreed_keys_and_count(change: dict[str, Any]) -> None:
    header = {"id": "r", "program": 0, "bytes": 0, "values": [["n"]]}
    decode_reply(header, b"", program=ASKED, files=FILES)

    with pytest.raises(ProtocolError):
        decode_reply(header | change, b"", program=ASKED, files=FILES)


FAULT = {"type_name": "E", "message": "m", "frames": [["my_impl.py", 9, "f"]], "step": 0,
         "is_refusal": False}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "skipped"},
        {"message": "m" * 4097},
        {"message": 3},
        {"is_refusal": 1},
        {"frames": [["my_impl.py", 10, "f"]]},
        {"frames": [["my_impl.py", 0, "f"]]},
        {"frames": [["other.py", 1, "f"]]},
        {"frames": [["my_impl.py", 1, "f"]] * 21},
        {"frames": [[[], 1, "f"]]},
        {"step": 1},
        {"step": True},
    ],
)
def test_faults_that_are_not_as_agreed_are_refused(change: dict[str, Any]) -> None:
    assert decode_fault(FAULT, FILES, steps=1).kind == "exception"

    with pytest.raises(ProtocolError):
        decode_fault(FAULT | change, FILES, steps=1)


def test_lone_surrogates_are_replaced() -> None:
    fault = decode_fault(FAULT | {"message": "a\ud800é"}, FILES, steps=1)

    assert fault.message == "a?é"


NOTHING_LEFT_OUT: dict[str, list[object]] = {"absent": [], "helpers": [], "skipped": []}
FUNCTION = {
    "file": 0,
    "name": "f",
    "parameters": [["x", "positional", True, 1.5, ["w"], [["relu", 3, 4], ["tanh", 0, 0]]]],
    "has_signature": True,
    "line": 2,
    "end_line": 4,
    "returns": [[3, 4, [[None, "y", 3], [0, None, 4], ["dW", "dW", 4]]]],
    "assignments": [["y", [2, 3]]],
}


def describe(function: dict[str, Any]) -> Any:
    claim = {"functions": [function], "classes": [], **NOTHING_LEFT_OUT}
    return decode_description(claim, lines=[9])


def test_a_description_is_understood() -> None:
    (function,) = describe(FUNCTION).functions

    assert function.parameters[0].default == 1.5
    assert function.parameters[0].words == {"relu": (3, 4), "tanh": (0, 0)}
    assert [element.key for element in function.returns[0].elements] == [None, 0, "dW"]
    assert function.assignments == {"y": (2, 3)}


def test_lines_are_counted_on_from_one_text_to_the_next() -> None:
    claim = {"functions": [FUNCTION | {"file": 1}], "classes": [], **NOTHING_LEFT_OUT}
    (function,) = decode_description(claim, lines=[100, 9]).functions

    assert (function.file, function.line, function.end_line) == (1, 102, 104)
    assert function.assignments == {"y": (102, 103)}
    with pytest.raises(ProtocolError):
        decode_description(claim, lines=[100, 3])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a b"},
        {"name": 3},
        {"line": 0},
        {"line": 5},
        {"end_line": 10},
        {"has_signature": 1},
        {"parameters": [["x", "positional", True, None]]},
        {"parameters": [["x", "positional", False, None, []]]},
        {"parameters": [["x", "sideways", False, None, [], []]]},
        {"parameters": [["x", ["positional"], False, None, [], []]]},
        {"parameters": [["x", "positional", False, [], [], []]]},
        {"parameters": [["x", "positional", False, 1e999, [], []]]},
        {"parameters": [["x", "positional", False, None, [1], []]]},
        {"parameters": [["x", "positional", False, None, ["w"] * 51, []]]},
        {"parameters": [["x", "positional", False, None, [], []]] * 201},
        {"parameters": [["x", "positional", False, None, [], ["relu"]]]},
        {"parameters": [["x", "positional", False, None, [], [[1, 2, 3]]]]},
        {"parameters": [["x", "positional", False, None, [], [["relu", 3, 99]]]]},
        {"parameters": [["x", "positional", False, None, [], [["relu", 3, 4]] * 51]]},
        {"returns": [[3, 2, []]]},
        {"returns": [[3, 4, [], ["flag"], []]]},
        {"returns": [[3, 4, [], [7]]]},
        {"returns": [[3, 4, [[True, None, 3]]]]},
        {"assignments": [["y", []]]},
        {"assignments": [["y", [10]]]},
        {"passed": True},
        {"file": 1},
        {"file": -1},
    ],
)
def test_descriptions_that_are_not_as_agreed_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        describe(FUNCTION | change)


JSON = st.recursive(
    st.sampled_from(["a", "t", "d", "f", "float64", "my_impl.py", None, True, 0, 1, -1, 2**64, 1.5])
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@FUZZ
@given(JSON, st.binary(max_size=16))
def test_random_values_raise_nothing_else(node: Any, payload: bytes) -> None:
    try:
        decode(node, payload)
    except ProtocolError:
        return
    assert isinstance(node, list)


@FUZZ
@given(st.sampled_from(sorted(FAULT)), JSON)
def test_random_faults_raise_nothing_else(key: str, claim: Any) -> None:
    try:
        fault = decode_fault({**FAULT, key: claim}, FILES, steps=1)
    except ProtocolError:
        return
    assert isinstance(fault, Fault)


@FUZZ
@given(st.sampled_from(sorted(FUNCTION)), JSON)
def test_random_descriptions_raise_nothing_else(key: str, claim: Any) -> None:
    try:
        described = describe({**FUNCTION, key: claim})
    except ProtocolError:
        return
    assert described.functions[0].line <= 9
