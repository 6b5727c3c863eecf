"""What a network of the student's own is given: arrays by name, and calls with ones in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import Execute
from gradcheck.component import Array, Variable
from gradcheck.own._calls import EXAMPLES, operands_of
from gradcheck.records.program import Program, Step, Value

__all__ = ["PROBE", "PROBED", "STEPS", "Operand", "answered", "ones_of", "sizes_of"]

STEPS = "T"
"""The steps of sequences of which there are several."""
PROBE = 8
PROBED = {EXAMPLES: PROBE, STEPS: 3}
"""Examples and steps: so many as no size of a network is, and few."""


@dataclass(frozen=True)
class Operand:
    """One argument: its axes' names, and what its entries are."""

    name: str
    dims: tuple[str, ...]
    kind: str = ""
    is_weight: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def variable(self) -> Variable:
        """It as a variable, by the names that it has in the code."""
        role = "parameter" if self.is_weight else "data"
        return Variable(self.name, self.name, self.dims, role=role,  # type: ignore[arg-type]
                        aliases=(normalised(self.name), *self.aliases))  # fmt: skip


def sizes_of(operands: Iterable[Operand]) -> dict[str, int]:
    """Return the sizes of all axes but those of examples and steps: ``s4`` is 4."""
    return {d: int(d[1:]) for o in operands for d in o.dims if d.startswith("s")}


def ones_of(operands: Iterable[Operand], steps: Sequence[Step]) -> dict[str, Array]:
    """Return ones for the operands that steps take."""
    slots = operands_of(steps)
    taken = [o for o in operands if f"${o.name}" in slots]
    sizes = {**sizes_of(taken), **PROBED}
    return {o.name: np.ones([sizes[d] for d in o.dims]) for o in taken}


def answered(steps: Sequence[Step], arrays: Mapping[str, Array], execute: Execute) -> Value:
    """Return what steps leave in the slot ``r``; None where they raise."""
    puts: list[Step] = [("put", f"${name}", k) for k, name in enumerate(arrays)]
    (reply,) = execute([Program((*puts, *steps), tuple(arrays.values()), ("r",))])
    return None if reply.fault is not None else reply.values[0]
