"""Edits that put one textbook formula in the place of what is written for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import combinations

from .guesses import PENALTY, WEIGHTS
from .patches import FACTOR, GUESSED, WRAPPED, Edit, Patches
from .slices import atom

__all__ = ["of_formula", "of_value"]

MOST_NAMES = 4
DIAGONALS = frozenset({"diag", "diagflat"})


def of_formula(line: Patches, node: ast.expr, numpy: str) -> Iterator[Edit]:
    """Yield softmax's Jacobian for its diagonal, and a cost's slope for that of a fused pair."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        before, rest = node.left, node.right
        is_whole = isinstance(before, ast.BinOp) and isinstance(before.op, ast.Mult)
        if is_whole and _is_from_one(rest, before.right):  # type: ignore[attr-defined]
            error, s = line.product(before.left), line.inner(before.right)  # type: ignore[attr-defined]
            total = f"{numpy}.sum({error} * {s}, axis=-1, keepdims=True)"
            yield line.put(node, f"{s} * ({error} - {total})", WRAPPED)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        p, y = atom(node.left), atom(node.right)
        if p and y:
            yield line.put(node, f"(({p} - {y}) / ({p} * (1 - {p})))", WRAPPED)
            yield line.put(node, f"(-{y} / {p})", WRAPPED)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in DIAGONALS:
        inside = [n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)]
        if len(set(inside)) == 1:
            s, called = inside[0], line.text(node.func)
            yield line.put(node, f"({called}({s}) - {numpy}.outer({s}, {s}))", WRAPPED)


def _is_from_one(node: ast.expr, name: ast.expr) -> bool:
    """Tell whether something is taken from 1."""
    is_less = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return (is_less and isinstance(node.left, ast.Constant) and node.left.value == 1  # type: ignore[attr-defined]
            and ast.dump(node.right) == ast.dump(name))  # type: ignore[attr-defined]  # fmt: skip


def of_value(
    line: Patches, value: ast.expr, names: Sequence[str], numpy: str
) -> Iterator[Edit]:
    """Yield a value with its exponential, with a penalty more, or with two names exchanged."""
    text = line.text(value)
    yield line.put(value, f"{numpy}.exp({text})", GUESSED)
    for rate in list(filter(PENALTY.search, names))[:MOST_NAMES]:
        for name in list(filter(WEIGHTS.search, names))[:MOST_NAMES]:
            square = f"{rate} * {numpy}.sum({name} ** 2)"
            yield line.put(value, f"{text} + {square}", FACTOR)
            yield line.put(value, f"{text} + {square} / 2", FACTOR)
    yield from _of_pairs(line, value)


def _of_pairs(line: Patches, value: ast.expr) -> Iterator[Edit]:
    """Yield a value with two of its names in each other's place, wherever they stand."""
    called = {id(n.func) for n in ast.walk(value) if isinstance(n, ast.Call)}
    held = {id(n.value) for n in ast.walk(value) if isinstance(n, ast.Attribute)}
    read = [n for n in ast.walk(value) if isinstance(n, ast.Name) and id(n) not in called | held]
    names = list(dict.fromkeys(n.id for n in read))
    if 1 < len(names) <= MOST_NAMES and line.text(value):
        for one, other in combinations(names, 2):
            yield line.exchanged_names(value, one, other, FACTOR)
