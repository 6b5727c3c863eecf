"""What the sandbox's tests share besides fixtures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program, Reply
from gradcheck.sandbox.session import Session

Open = Callable[..., Session]

QUICK = Budgets(import_cpu=0.3, call_cpu=0.15, wall_factor=40.0, blocked_wall=0.3)
"""Budgets under which a test of something that hangs takes a second."""


def call(name: str, *operands: Any) -> Program:
    """Return the program that calls a public name with arrays and returns the result."""
    arrays = tuple(np.asarray(operand) for operand in operands)
    slots = [f"a{index}" for index in range(len(arrays))]
    puts = [("put", slot, index) for index, slot in enumerate(slots)]
    return Program((*puts, ("name", "f", name), ("call", "r", "f", slots, {})), arrays, ("r",))


def kinds(replies: Sequence[Reply]) -> list[str]:
    """Return the kind of each reply's fault, or ``values``."""
    return [reply.fault.kind if reply.fault else "values" for reply in replies]
