"""Which slots the steps of a program name, and the same steps with others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradcheck.records.program import Step

__all__ = ["ASSIGNING", "renamed", "slots_of"]

ALONE = frozenset({"put", "scalar", "constant", "name", "method", "recorder", "context",
                   "generator"})
"""Operations that name no slot but the one that they fill."""
ASSIGNING = ALONE | {"list", "tuple", "dict", "call", "get", "item"}


def slots_of(step: Step) -> Iterable[str]:
    """Yield every slot that a step names (assigned first)."""
    operation = step[0]
    if operation in ALONE:
        yield step[1]
    elif operation in {"list", "tuple"}:
        yield step[1]
        yield from step[2]
    elif operation == "dict":
        yield step[1]
        yield from (slot for _, slot in step[2])
    elif operation == "call":
        yield from (step[1], step[2], *step[3], *step[4].values())
    elif operation in {"get", "item"}:
        yield from (step[1], step[2])
    else:  # set, setitem
        yield from (step[1], step[3])


def renamed(step: Step, names: Mapping[str, str]) -> Step:
    """Return the step with some slots renamed."""

    def new(slot: str) -> str:
        return names.get(slot, slot)

    operation = step[0]
    if operation in ALONE:
        return (operation, new(step[1]), *step[2:])
    if operation in {"list", "tuple"}:
        return (operation, new(step[1]), [new(s) for s in step[2]])
    if operation == "dict":
        return (operation, new(step[1]), [[key, new(s)] for key, s in step[2]])
    if operation == "call":
        keywords = {key: new(s) for key, s in step[4].items()}
        return (operation, new(step[1]), new(step[2]), [new(s) for s in step[3]], keywords)
    if operation in {"get", "item"}:
        return (operation, new(step[1]), new(step[2]), step[3])
    return (operation, new(step[1]), step[2], new(step[3]))
