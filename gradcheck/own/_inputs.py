"""What a layer's forward is given: data of several shapes, tokens, masks that hide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.calls.naming import normalised
from gradcheck.own._calls import FLAGS
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["LENGTHS", "MOST_INPUTS", "Form", "Passing", "forms_of", "passings"]

MASKS = frozenset({"mask", "masks", "srcmask", "trgmask", "tgtmask", "attnmask", "attentionmask",
                   "paddingmask", "memorymask", "crossmask", "encmask", "decmask", "selfmask",
                   "lookaheadmask", "causalmask", "padmask", "keypaddingmask"})  # fmt: skip
HIDING_NOTHING = (None, [[[1]]])
"""What masks are given: nothing, then one that lets all pass."""
LENGTHS = {"N": 5, "M": 3, "K": 7}
"""Examples and steps: no number that a width or a root of one is."""
MOST_INPUTS = 3
"""Of data."""
SEQUENCE, MEMORY = ("N", "M", "s"), ("N", "K", "s")
SHAPES: Mapping[int, tuple[tuple[tuple[str, ...], ...], ...]] = {
    1: ((("N", "s"),), (SEQUENCE,), (("s", "N"),), (("M", "s", "s1"),)),
    2: ((("N", "s"), ("N", "s")), (SEQUENCE, SEQUENCE), (SEQUENCE, MEMORY),
        (("s", "N"), ("s", "N")), (("M", "s", "s1"), ("M", "s", "s1"))),
    3: ((SEQUENCE, MEMORY, MEMORY), (SEQUENCE, SEQUENCE, SEQUENCE),
        (("N", "s"), ("N", "s"), ("N", "s"))),
}  # fmt: skip
"""By the number of inputs: what they may look like, ``s`` being a size of the object's."""


@dataclass(frozen=True)
class Passing:
    """How forward is called: data by the names of its own parameters, all else as constants."""

    steps: tuple[Step, ...]
    operands: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """Shapes of all inputs, and what entries are that are no reals."""

    dims: tuple[tuple[str, ...], ...]
    kinds: Mapping[int, str] = field(default_factory=dict)


def passings(function: FunctionDescription) -> Iterator[Passing]:
    """Yield the ways to fill in what forward must be given."""
    names = [p.name for p in function.required]
    data = tuple(n for n in names if normalised(n) not in MASKS | FLAGS)
    if not 1 <= len(data) <= MOST_INPUTS:
        return
    has_masks = any(normalised(n) in MASKS for n in names)
    for mask in HIDING_NOTHING if has_masks else (None,):
        steps: tuple[Step, ...] = ()
        if len(data) < len(names):
            steps = (("constant", "no mask", mask), ("constant", "flag", True))
        operands = [f"${n}" if n in data else
                    "no mask" if normalised(n) in MASKS else "flag" for n in names]  # fmt: skip
        yield Passing(steps, tuple(operands), data)


def forms_of(count: int, sizes: Sequence[int], vocabulary: int) -> Iterator[Form]:
    """Yield what so many inputs may look like, to an object built with these sizes.

    Where one of them is a number of tokens, the first input may be rows of these.
    """
    for shapes in SHAPES[count]:
        for size in sizes:
            if size != vocabulary:
                yield Form(tuple(_of_size(dims, size) for dims in shapes))
    if vocabulary:
        kinds = {0: f"labels-{vocabulary}"}
        for size in sizes if count > 1 else sizes[:1]:
            more = (_of_size(MEMORY, size),) * (count - 1)
            yield Form((("N", "M"), *more), kinds)


def _of_size(dims: tuple[str, ...], size: int) -> tuple[str, ...]:
    return tuple(f"s{size}" if d == "s" else d for d in dims)
