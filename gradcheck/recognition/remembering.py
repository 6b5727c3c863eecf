"""Executes programs for recognition, which asks the same of many proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcheck.calls.template import Execute
from gradcheck.records.program import Opaque, Program, Reply, Value

__all__ = ["Remembering", "owners"]

ABSENT, ABSENT_PACKAGE = "Absent", "AbsentPackage"
"""What a worker calls the stand-in for a missing package, and the use of it."""


class Remembering:
    """Executes each distinct program once, and nothing more of a function that hung."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._known: dict[object, Reply] = {}
        self.count = 0
        """How many programs have been executed."""
        self._hung: dict[str, Reply] = {}
        self.lacking: set[str] = set()
        """Names whose code needs what a missing package would have given."""

    def __call__(self, programs: Sequence[Program]) -> list[Reply]:
        """Return the replies to programs, in order."""
        keys = [_identity(p) for p in programs]
        for key, program in zip(keys, programs, strict=True):
            if key in self._known:
                continue
            names = [str(step[2]) for step in program.steps if step[0] == "name"]
            hung = next((self._hung[n] for n in names if n in self._hung), None)
            if hung is not None:
                self._known[key] = hung
        fresh = {k: p for k, p in zip(keys, programs, strict=True) if k not in self._known}
        replies = self._execute(list(fresh.values())) if fresh else []
        self.count += len(fresh)
        for (key, program), reply in zip(fresh.items(), replies, strict=True):
            self._known[key] = reply
            if _is_lacking(reply):
                self.lacking |= owners(str(s[2]) for s in program.steps if s[0] == "name")
            if reply.fault is not None and reply.fault.kind in {"time-out", "crash", "protocol"}:
                self._hung |= {str(s[2]): reply for s in program.steps if s[0] == "name"}
        return [self._known[key] for key in keys]


def owners(names: Iterable[str]) -> set[str]:
    """Return the functions and classes that qualified names belong to."""
    return {name.partition(".")[0] for name in names}


def _is_lacking(reply: Reply) -> bool:
    """Return whether a call met what stands for a package that isn't there."""
    if reply.fault is not None:
        return reply.fault.type_name in {ABSENT_PACKAGE, "ModuleNotFoundError"}
    return any(map(_is_absent, reply.values))


def _is_absent(value: Value) -> bool:
    """Return whether a value, or a part of it, is what stands for a missing package."""
    if isinstance(value, tuple | list):
        return any(map(_is_absent, value))
    return isinstance(value, Opaque) and value.type_name == ABSENT


def _identity(program: Program) -> object:
    arrays = tuple((a.dtype.str, a.shape, a.tobytes()) for a in program.arrays)
    return repr(program.steps), arrays, program.returns, program.system, program.memory
