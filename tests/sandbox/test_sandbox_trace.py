"""The step that records calls of the submission's own functions, and its bounds."""

from __future__ import annotations

import numpy as np

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program, Value
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session

SOURCE = """
import sys
import numpy as np

class Box:
    def __init__(self):
        self.W = np.ones(2)

class Rude:
    @property
    def __dict__(self):
        raise RuntimeError("not yours")

def inner(x, box=None):
    return 2 * x

def outer(x):
    np.sum(x)
    x = inner(x) + inner(x + 1.0, Box())
    inner(x, Rude())
    return x

def often(x):
    for _ in range(1000):
        inner(x)
    return x

def ends_it(x):
    sys.setprofile(None)
    return inner(x)
"""
MOST_CALLS = 400


def traced(executor: Executor, function: str) -> list[Value]:
    steps = (
        ("put", "x", 0), ("name", "f", function), ("call", "before", "f", ["x"], {}),
        ("trace", "calls"), ("call", "r", "f", ["x"], {}),
    )  # fmt: skip
    program = Program(steps, (np.array([1.0, 3.0]),), ("r", "calls"))
    plain = Program((*steps[:2], ("call", "r", "f", ["x"], {})), program.arrays, ("r",))
    with Session([("a.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        reply, after = session.execute([program, plain])
    assert reply.fault is None and after.fault is None
    assert np.array_equal(reply.values[0], after.values[0])  # type: ignore[arg-type]
    calls = reply.values[1]
    assert isinstance(calls, list)
    return calls


def test_calls_with_their_numbers_as_they_were(executor: Executor) -> None:
    calls = traced(executor, "outer")
    assert [c[0] for c in calls] == ["outer", "inner", "Box.__init__", "inner", "inner"]  # type: ignore[index]
    numbers = [[n.tolist() for n in c[1]] for c in calls]  # type: ignore[index, union-attr]
    assert numbers[0] == numbers[1] == [[1.0, 3.0]]
    assert numbers[3] == [[2.0, 4.0], [1.0, 1.0]]


def test_what_is_kept_is_bounded_and_what_is_ended_proves_nothing(executor: Executor) -> None:
    assert len(traced(executor, "often")) == MOST_CALLS
    assert [c[0] for c in traced(executor, "ends_it")] == ["ends_it"]  # type: ignore[index]
