"""What goes in comes out: arrays of every dtype, nested values, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sandbox_helpers import QUICK

from gradcheck.records.program import Opaque, Program
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.protocol import DTYPES
from gradcheck.sandbox.session import Session

SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=60)

SOURCE = """
import collections
import numpy as np

Pair = collections.namedtuple("Pair", "a b")

def identity(x):
    return x

def flags(x):
    return x.flags.writeable, x.flags.owndata, x.flags.c_contiguous

def scribble(x):
    x[...] = 7
    return x

def swapped(x):
    return x.astype(x.dtype.newbyteorder(">")), np.asfortranarray(x), x[::-1, ::-1].T

def matrix(x):
    return np.matrix(x), np.ma.masked_array(x, mask=False), np.broadcast_to(x[0, 0], (2, 3))

def numpy_scalars():
    return np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(1j), np.float64(2)

def subclasses():
    class Int(int):
        def __index__(self): return 99
    class Text(str):
        def __getitem__(self, key): return "lie"
    class Real(float):
        def __float__(self): return 99.0
    return Pair(Int(3), Text("true")), collections.OrderedDict(a=Real(2.5)), True

def strange():
    own = []
    own.append(own)
    deep = 1
    for _ in range(12):
        deep = [deep]
    return (
        object, {1, 2}, 2**70, np.array([1, None]), np.array(["a"]), own, deep, {(1, 2): 3},
        np.broadcast_to(np.zeros(1), (2**40,)), [0] * 30000, {1: "a", "1": "b"}, identity,
        np.datetime64("2020-01-01"),
    )

def keys():
    return {1: "int", np.int64(2): "numpy", "three": "str"}

def aliased(x):
    return x, x
"""


@pytest.fixture(scope="module")
def session(executor: Spawn) -> Iterator[Session]:
    with Session([("my_impl.py", SOURCE)], executor=executor, budgets=QUICK) as session:
        yield session


def returned(session: Session, name: str, *slots: tuple[Any, ...], arrays: Any = ()) -> Any:
    """Return what ``name`` returns when it is called with the slots those steps set."""
    names = [step[1] for step in slots[-1:]]
    steps = (*slots, ("name", "f", name), ("call", "r", "f", names, {}))
    (reply,) = session.execute([Program(steps, tuple(arrays), ("r",))])
    assert reply.fault is None
    return reply.values[0]


def array_of(tag: str) -> st.SearchStrategy[np.ndarray[Any, Any]]:
    shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    return (
        hnp.arrays(DTYPES[tag], shapes)
        if tag != "longdouble16"
        else hnp.arrays(np.float64, shapes).map(lambda x: np.asarray(x, np.longdouble) / 3)
    )


@SETTINGS
@given(st.sampled_from(sorted(DTYPES)).flatmap(array_of))
def test_arrays(session: Session, array: np.ndarray[Any, Any]) -> None:
    value = returned(session, "identity", ("put", "x", 0), arrays=[array])

    assert value.dtype == array.dtype and value.shape == array.shape
    np.testing.assert_array_equal(value, array)
    if array.dtype != np.longdouble:  # whose padding is anything
        assert value.tobytes() == array.tobytes()


@SETTINGS
@given(st.floats() | st.complex_numbers() | st.booleans() | st.integers(-(2**63), 2**63 - 1))
def test_scalars_arrive_as_plain_numbers(session: Session, number: Any) -> None:
    array = np.array(number)
    value = returned(session, "identity", ("scalar", "x", 0), arrays=[array])

    assert type(value) is type(number)
    assert np.array(value).tobytes() == array.tobytes()


CONSTANTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=20,
).filter(lambda value: str(value).count("[") < 8)


@SETTINGS
@given(CONSTANTS)
def test_constants_and_nested_lists(session: Session, value: Any) -> None:
    assert returned(session, "identity", ("constant", "x", value)) == value


def test_containers_keep_their_kind_and_keys(session: Session) -> None:
    value = returned(
        session,
        "identity",
        ("constant", "one", 1),
        ("put", "x", 0),
        ("tuple", "t", ["one", "x"]),
        ("list", "l", ["t", "one"]),
        ("dict", "d", [["W", "l"], [2, "one"]]),
        arrays=[np.arange(2)],
    )

    assert type(value) is dict and list(value) == ["W", "2"] and value["2"] == 1
    assert type(value["W"]) is list and type(value["W"][0]) is tuple
    assert value["W"][0][1].tolist() == [0, 1]


def test_put_gives_a_fresh_writable_owned_contiguous_copy(session: Session) -> None:
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    put = ("put", "x", 0)

    assert returned(session, "flags", put, arrays=[x]) == (True, True, True)
    steps = (
        put,
        ("name", "s", "scribble"),
        ("call", "q", "s", ["x"], {}),
        ("put", "y", 0),
    )
    program = Program(steps, (x,), ("q", "y"))
    for reply in session.execute([program, program]):
        scribbled, fresh = reply.values
        assert (np.asarray(scribbled) == 7).all()
        np.testing.assert_array_equal(fresh, x)


def test_byte_order_memory_order_and_strides_do_not_matter(session: Session) -> None:
    x = np.arange(6.0).reshape(2, 3)
    big, fortran, reversed_ = returned(session, "swapped", ("put", "x", 0), arrays=[x])

    for value, expected in [(big, x), (fortran, x), (reversed_, x[::-1, ::-1].T)]:
        assert value.dtype == np.float64 and value.flags.c_contiguous
        np.testing.assert_array_equal(value, expected)


def test_subclasses_of_array_are_cast_to_the_base_class(session: Session) -> None:
    x = np.arange(6.0).reshape(2, 3)
    values = returned(session, "matrix", ("put", "x", 0), arrays=[x])

    assert all(type(value) is np.ndarray for value in values)
    np.testing.assert_array_equal(values[1], x)
    assert values[2].shape == (2, 3)


def test_numpy_scalars_are_0d_arrays(session: Session) -> None:
    values = returned(session, "numpy_scalars")

    assert [value.dtype.name for value in values] == [
        "float32",
        "int8",
        "bool",
        "complex64",
        "float64",
    ]
    assert all(value.shape == () for value in values)
    assert [value.item() for value in values] == [1.5, -3, True, 1j, 2.0]


def test_what_subclasses_override_is_bypassed(session: Session) -> None:
    assert returned(session, "subclasses") == ((3, "true"), {"a": 2.5}, True)


def test_int_keys_become_str(session: Session) -> None:
    assert returned(session, "keys") == {"1": "int", "2": "numpy", "three": "str"}


def test_one_array_twice_is_two_values(session: Session) -> None:
    first, second = returned(session, "aliased", ("put", "x", 0), arrays=[np.arange(3)])

    assert first.tolist() == second.tolist() == [0, 1, 2]


def test_everything_else_is_opaque(session: Session) -> None:
    values = returned(session, "strange")
    opaque = [value for value in values if isinstance(value, Opaque)]

    assert [value.type_name for value in opaque] == [
        "type",
        "set",
        "int",
        "ndarray",
        "ndarray",
        "dict",
        "ndarray",
        "list",
        "dict",
        "function",
        "ndarray",
    ]
    notes = " | ".join(value.note for value in opaque)
    for note in (
        "beyond 64 bits",
        "dtype object",
        "dtype <U1",
        "type tuple",
        "8796093022208",
        "30000 elements",
        "two keys",
    ):
        assert note in notes
    assert values[5] == [Opaque("list", "contains itself")]
    assert "nested deeper than 8" in repr(values[6])
