"""Call programs as the bytes of one request frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcheck.errors import InternalError
from gradcheck.records.program import Array, Program
from gradcheck.sandbox.protocol import pack, tag_of

__all__ = ["encode_programs"]

_READS: dict[str, Any] = {
    "list": lambda step: step[2],
    "tuple": lambda step: step[2],
    "dict": lambda step: [slot for _, slot in step[2]],
    "call": lambda step: (step[2], *step[3], *step[4].values()),
    "get": lambda step: (step[2],),
    "set": lambda step: (step[1], step[3]),
    "pin": lambda step: (step[1], step[3]),
    "item": lambda step: (step[2],),
    "setitem": lambda step: (step[1], step[3]),
}
"""Which slots a step reads; those of the other steps read none."""
_LENGTHS = {"call": 5, "put": 3, "scalar": 3, "constant": 3, "list": 3, "tuple": 3, "dict": 3}
_LENGTHS |= {"name": 3, "get": 4, "set": 4, "item": 4, "setitem": 4, "pin": 4, "trace": 2,
             "recorder": 2, "context": 2,
             "generator": 2, "method": 3}  # fmt: skip
_WRITES_NOTHING = ("set", "setitem", "pin")


class _ArrayTable:
    """The distinct arrays of a request: each is sent once."""

    def __init__(self) -> None:
        self.layout: list[tuple[str, tuple[int, ...]]] = []
        self.parts: list[bytes] = []
        self._by_id: dict[int, int] = {}
        self._by_content: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def index(self, array: Array) -> int:
        known = self._by_id.get(id(array))
        if known is not None:
            return known
        tag = tag_of(array.dtype)
        if tag is None:
            raise InternalError(f"an operand of dtype {array.dtype} can't be sent to a worker")
        if array.dtype.byteorder == ">":
            array = array.astype(array.dtype.newbyteorder("<"))
        key = (tag, array.shape, array.tobytes())
        index = self._by_content.setdefault(key, len(self.layout))
        if index == len(self.layout):
            self.layout.append((tag, array.shape))
            self.parts.append(key[2])
        self._by_id[id(array)] = index
        return index


def encode_programs(programs: Sequence[Program], *, request_id: str) -> bytes:
    """Return one frame that asks for all the programs.

    Raises
    ------
    InternalError
        If a program is malformed: an unknown step, a slot that is read before it is set,
        an operand that isn't there or has a dtype that doesn't travel.
    """
    table = _ArrayTable()
    described = []
    for program in programs:
        _check(program)
        described.append(
            {
                "steps": program.steps,
                "arrays": [table.index(array) for array in program.arrays],
                "returns": program.returns,
                "memory": program.memory,
                "modules": program.modules,
            }
        )
    header = {
        "op": "run",
        "id": request_id,
        "arrays": table.layout,
        "programs": described,
        "bytes": sum(map(len, table.parts)),
    }
    try:
        head = pack(header)
    except (TypeError, ValueError) as error:
        raise InternalError(f"a program holds something that is no JSON: {error}") from error
    return b"".join((head, *table.parts))


def _check(program: Program) -> None:
    known: set[str] = set()
    for index, step in enumerate(program.steps):
        operation = step[0]
        if len(step) != _LENGTHS.get(operation):
            raise InternalError(f"step {index} is no step: {step!r}")
        if operation in _READS:
            for slot in _READS[operation](step):
                if slot not in known:
                    raise InternalError(
                        f"step {index} reads slot {slot!r} before it is set: {step!r}"
                    )
        elif operation in ("put", "scalar"):
            _check_operand(program, index, step)
        if operation not in _WRITES_NOTHING:
            known.add(step[1])
    missing = [slot for slot in program.returns if slot not in known]
    if missing:
        raise InternalError(f"a program returns slots that it never sets: {missing}")


def _check_operand(program: Program, index: int, step: tuple[Any, ...]) -> None:
    if not 0 <= step[2] < len(program.arrays):
        raise InternalError(f"step {index} asks for an array that isn't there: {step!r}")
    if step[0] == "scalar" and program.arrays[step[2]].ndim != 0:
        raise InternalError(f"step {index} makes a scalar of an array that isn't 0-d: {step!r}")
