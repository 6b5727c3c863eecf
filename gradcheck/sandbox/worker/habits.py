"""One-line edits that leave what a function computes as it is, and change how.

It gives the right numbers, but writes into its arguments or rounds them off on the way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .edits import parsed
from .patches import SMALL, WRAPPED, Edit, Patches
from .slices import DEFINITIONS, Function, atom, reached

__all__ = ["habits"]

NARROW = ("float32", "float16", "int", "int32", "int64", "single", "half")
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
          ast.MatMult: "@"}  # fmt: skip


def habits(source: str, *, at: Sequence[int], kind: str, most: int) -> list[tuple[int, str]]:
    """Return lines with their new texts, the smallest changes first.

    Parameters
    ----------
    source : str
        A whole file.
    at : sequence of int
        The lines of the functions that are to blame.
    kind : str
        ``inputs-unchanged`` or ``dtype``: the check that fails.
    most : int
        How many edits are returned.
    """
    read = parsed(source)
    if read is None:
        return []
    tree, lines = read
    judged = [n for n in ast.walk(tree) if isinstance(n, DEFINITIONS) and n.lineno in at]
    line = Patches(lines)
    found: dict[tuple[int, str], int] = {}
    for function in [*judged, *(f for f in reached(tree, judged) if f not in judged)]:
        for size, number, after in _of(line, function, kind):
            if after != lines[number - 1]:
                found.setdefault((number, after), size)
    return sorted(found, key=lambda edit: found[edit])[:most]


def _of(line: Patches, function: Function, kind: str) -> Iterator[Edit]:
    for node in ast.walk(function):
        if getattr(node, "lineno", 0) != getattr(node, "end_lineno", -1):
            continue
        if kind == "dtype" and isinstance(node, ast.Call):
            yield from _of_types(line, node)
        elif kind != "dtype" and isinstance(node, ast.stmt):
            yield from _of_places(line, node)


def _of_types(line: Patches, call: ast.Call) -> Iterator[Edit]:
    """Yield a value that isn't made a narrower type."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "astype" and isinstance(call.func, ast.Attribute):
        yield line.put(call, line.inner(call.func.value))
    if name in NARROW and len(call.args) == 1:
        yield line.put(call, line.inner(call.args[0]))
    for keyword in call.keywords:
        if keyword.arg == "dtype":
            yield line.put(keyword.value, "float")


def _of_places(line: Patches, node: ast.stmt) -> Iterator[Edit]:
    """Yield a new array in the place of one that is written into."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        sign = _SIGNS.get(type(node.op))
        if sign:
            name, value = node.target.id, line.inner(node.value)
            yield line.statement(node, f"{name} = {name} {sign} {value}", SMALL)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Name) and atom(node.value):
            yield line.put(node.value, f"{line.text(node.value)}.copy()")
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            name, where = target.value.id, line.text(target.slice)
            text = f"{name} = np.where({where}, {line.text(node.value)}, {name})"
            yield line.statement(node, text, WRAPPED)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        given = [*call.args, *(k.value for k in call.keywords if k.arg == "out")]
        kept = [line.text(n) for n in given[:-1]]
        if len(given) > 1 and isinstance(given[-1], ast.Name):
            text = f"{given[-1].id} = {line.text(call.func)}({', '.join(kept)})"
            yield line.statement(node, text, WRAPPED)
