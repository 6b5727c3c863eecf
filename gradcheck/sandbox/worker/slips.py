"""Edits that undo a part that was left out: a path, a root, a product of sizes, a cut edge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeGuard

from .guesses import GRADIENT, SCALE, WEIGHTS, nearness, slopes
from .patches import FACTOR, GUESSED, NUMBER, WRAPPED, Edit, Patches
from .slices import atom

__all__ = [
    "carried",
    "kept",
    "keys",
    "of_activated",
    "of_brackets",
    "of_cut_edges",
    "of_factors",
    "of_keys",
    "of_path",
    "of_reduction",
    "of_repeated_rows",
    "of_root",
    "of_sizes",
    "of_slope",
    "of_where",
    "scales",
    "unread",
]  # fmt: skip

FEW_NAMES = 4
"""Names that one of these edits is tried with."""
ALL_NAMES = 8
_ACTIVATION = re.compile(r"^maximum$|relu|sig|tanh", re.IGNORECASE)
_PADDING = re.compile(r"pad|^p$", re.IGNORECASE)
_OWN = re.compile(r"\bself\.[A-Za-z_]\w*\b(?![(\[])")
_KEYS = re.compile(r"""(?<=[\w\])]\[)(["'][\w ]+["'])(?=\])|(["'][\w ]+["'])(?= ?:)""")
_NAME = re.compile(r"[A-Za-z_]\w*$")


def carried(nodes: Sequence[ast.AST]) -> list[str]:
    """Return what a loop hands on from step to step: given a value before it and inside it."""
    found: dict[str, None] = {}
    for loop in (n for n in nodes if isinstance(n, (ast.For, ast.While))):
        inside = {id(n) for n in ast.walk(loop)}
        within = {n.id for n in ast.walk(loop) if _is_set(n)}
        before = {n.id for n in nodes
                  if _is_set(n) and id(n) not in inside and n.lineno < loop.lineno}  # fmt: skip
        found |= dict.fromkeys(sorted(within & before))
    return list(found)[:FEW_NAMES]


def _is_set(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def keys(lines: Sequence[str]) -> list[str]:
    """Return the keys of dicts in a file, in quotes as they stand there."""
    found = (key for line in lines for pair in _KEYS.findall(line) for key in pair if key)
    return list(dict.fromkeys(found))


def of_keys(line: Patches, node: ast.Subscript, others: Sequence[str]) -> Iterator[Edit]:
    """Yield another key of a dict of which no such key is set in the file."""
    key = node.slice
    is_text = isinstance(key, ast.Constant) and isinstance(key.value, str)
    if is_text and isinstance(node.ctx, ast.Load):
        text = line.text(key)
        near = sorted((o for o in others if o != text), key=lambda o: -nearness(text, o))
        for other in near[:ALL_NAMES]:
            yield line.put(key, other)


def kept(tree: ast.AST, function: ast.AST) -> list[str]:
    """Return the attributes that other methods of a method's class keep on the object."""
    for owner in (n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)):
        if any(n is function for n in ast.walk(owner)):
            stored = (n for n in ast.walk(owner) if isinstance(n, ast.Attribute)
                      and isinstance(n.ctx, ast.Store) and atom(n))  # fmt: skip
            return list(dict.fromkeys(map(atom, stored)))[:ALL_NAMES]
    return []


def unread(parameters: Sequence[str], nodes: Sequence[ast.AST]) -> list[str]:
    """Return the parameters that a function never reads."""
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return [p for p in parameters if p not in read and p not in ("self", "cls")][:FEW_NAMES]


def scales(lines: Sequence[str]) -> list[str]:
    """Return the attributes of a file's objects that are called like a scale."""
    own = (name for line in lines for name in _OWN.findall(line))
    return list(dict.fromkeys(filter(SCALE.search, own)))[:FEW_NAMES]


def of_path(
    line: Patches, value: ast.expr, handed_on: Sequence[str], forgotten: Sequence[str]
) -> Iterator[Edit]:
    """Yield a value with what comes by another path: from the next step, or an argument."""
    for name in (*forgotten, *handed_on):
        if atom(value) != name:
            yield line.put(value, f"{line.text(value)} + {name}", FACTOR)
    for name in forgotten:
        yield line.put(value, f"{line.product(value)} * {name}", FACTOR)


def of_root(
    line: Patches, value: ast.expr, names: Sequence[str], numpy: str
) -> Iterator[Edit]:
    """Yield a value over the root of a width, as scaled products are."""
    for name in [n for n in names if _NAME.match(n)][:ALL_NAMES]:
        text = line.product(value)
        yield line.put(value, f"{text} / {numpy}.sqrt({name}.shape[-1])", GUESSED)


def of_sizes(line: Patches, value: ast.expr, sizes: Sequence[str]) -> Iterator[Edit]:
    """Yield a value over a product of two sizes: a window's, an image's, all entries."""
    plain = [s for s in sizes if _NAME.match(s)][-FEW_NAMES:]
    for first, second in combinations(plain, 2):
        yield line.put(value, f"{line.product(value)} / ({first} * {second})", GUESSED)


def of_where(line: Patches, node: ast.Call, names: Sequence[str]) -> Iterator[Edit]:
    """Yield a name for a number that ``np.where`` chooses: a slope that is an argument."""
    if getattr(node.func, "attr", "") != "where":
        return
    for number in node.args[1:]:
        if isinstance(number, ast.Constant):
            for name in names[:ALL_NAMES]:
                yield line.put(number, name, NUMBER)


def of_repeated_rows(line: Patches, node: ast.AugAssign, numpy: str) -> Iterator[Edit]:
    """Yield a sum into rows that may be taken twice: ``dW[i] += d`` keeps the last one only."""
    target = node.target
    if isinstance(node.op, ast.Add) and isinstance(target, ast.Subscript):
        whole, place, value = (line.text(n) for n in (target.value, target.slice, node.value))
        if whole and place and value and node.lineno == node.end_lineno:
            yield line.statement(node, f"{numpy}.add.at({whole}, {place}, {value})", WRAPPED)


def of_cut_edges(line: Patches, node: ast.Subscript, names: Sequence[str]) -> Iterator[Edit]:
    """Yield edges of any width in the place of ``1:-1`` and ``p:-p``."""
    axes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    cut = [k for k, axis in enumerate(axes) if _is_cut(axis)]
    if not cut or not line.text(node):
        return
    plain = [n for n in names if _NAME.match(n)]
    for edge in list(filter(_PADDING.search, names))[:FEW_NAMES]:
        for whole in plain[:FEW_NAMES]:
            kept = [f"{edge}:{edge} + {whole}.shape[{k}]" if k in cut else line.text(axis)
                    for k, axis in enumerate(axes)]  # fmt: skip
            yield line.put(node, f"{line.text(node.value)}[{', '.join(kept)}]", WRAPPED)


def _is_cut(axis: ast.expr) -> bool:
    """Tell whether as much is cut off at the end as at the beginning, and no step is taken."""
    if not isinstance(axis, ast.Slice) or axis.step is not None or axis.lower is None:
        return False
    end = axis.upper
    is_negative = isinstance(end, ast.UnaryOp) and isinstance(end.op, ast.USub)
    return is_negative and ast.dump(end.operand) == ast.dump(axis.lower)  # type: ignore[union-attr]


def of_brackets(line: Patches, node: ast.BinOp) -> Iterator[Edit]:
    """Yield a product of fewer factors, and brackets that were forgotten."""
    right, inner = node.right, node.left
    if isinstance(inner, ast.BinOp) and line.text(inner):
        first, second, last = (line.inner(n) for n in (inner.left, inner.right, right))
        if isinstance(node.op, ast.Mult) and isinstance(inner.op, ast.Mult):
            yield line.put(node, first)
        for kind, sign in ((ast.Add, "+"), (ast.Sub, "-"), (ast.Mult, "*")):
            if isinstance(inner.op, (ast.Mult, ast.Div)) and isinstance(node.op, kind):
                outer = "*" if isinstance(inner.op, ast.Mult) else "/"
                yield line.put(node, f"{first} {outer} ({second} {sign} {last})")
    if not isinstance(node.op, (ast.Add, ast.Sub)) or not isinstance(right, ast.BinOp):
        return
    sign = "+" if isinstance(node.op, ast.Add) else "-"
    first, second, last = line.text(node.left), line.product(right.left), line.inner(right.right)
    if isinstance(right.op, (ast.Mult, ast.Div)):  # a - b / c
        outer = "*" if isinstance(right.op, ast.Mult) else "/"
        yield line.put(node, f"({first} {sign} {second}) {outer} {last}")
    is_above = isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Mult, ast.Div))
    if isinstance(right.op, ast.Pow) and is_above:  # a / b + c ** 2
        assert isinstance(inner, ast.BinOp)
        outer = "*" if isinstance(inner.op, ast.Mult) else "/"
        inside = f"{line.text(inner.right)} {sign} {second}"
        yield line.put(node, f"{line.product(inner.left)} {outer} ({inside}) ** {last}")


def of_reduction(line: Patches, node: ast.Call) -> Iterator[Edit]:
    """Yield a sum along one axis for one over all, and with or without ``keepdims``."""
    named = {keyword.arg for keyword in node.keywords}
    begun = line.text(node)[:-1]
    comma = "" if begun.endswith("(") else ", "
    if "axis" not in named:
        for axis in ("0", "1", "-1"):
            yield line.put(node, f"{begun}{comma}axis={axis})")
            yield line.put(node, f"{begun}{comma}axis={axis}, keepdims=True)")
    if "keepdims" not in named:
        yield line.put(node, f"{begun}{comma}keepdims=True)")
    for keyword in node.keywords:
        kept = [line.text(a) for a in (*node.args, *node.keywords) if a is not keyword]
        yield line.put(node, f"{line.text(node.func)}({', '.join(kept)})")


def of_activated(
    line: Patches, node: ast.expr, names: Sequence[str], numpy: str
) -> Iterator[Edit]:
    """Yield an error times a slope for the activation of it, and ``where`` for an ``if``."""
    if isinstance(node, ast.IfExp):
        parts = ", ".join(line.text(n) for n in (node.test, node.body, node.orelse))
        yield line.put(node, f"{numpy}.where({parts})")
    if not isinstance(node, ast.Call):
        return
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = [a for a in node.args if not isinstance(a, ast.Constant)]
    if len(given) == 1 and GRADIENT.search(line.text(given[0])) and _ACTIVATION.search(called):
        for name in names[:ALL_NAMES]:
            for slope in slopes(name):
                yield line.put(node, f"{line.product(given[0])} * {slope}", FACTOR)


def of_factors(
    line: Patches, node: ast.BinOp, names: Sequence[str], known: Sequence[str]
) -> Iterator[Edit]:
    """Yield a slope for a bare 1, and an error that has gone through a layer's weights."""
    if not isinstance(node.op, ast.Mult):
        if isinstance(node.op, ast.MatMult):
            yield line.put(node, line.text(node.left))
        return
    if isinstance(node.right, ast.Constant) and node.right.value == 1:
        for name in names[:ALL_NAMES]:
            for slope in slopes(name):
                yield line.put(node, f"{line.product(node.left)} * {slope}", FACTOR)
    error = atom(node.left)
    if GRADIENT.match(error.rpartition(".")[2]):
        for name in list(filter(WEIGHTS.search, known))[:FEW_NAMES]:
            yield line.put(node.left, f"({error} @ {name}.T)", WRAPPED)
            yield line.put(node.left, f"({name}.T @ {error})", WRAPPED)


def of_slope(line: Patches, node: ast.BinOp) -> Iterator[Edit]:
    """Yield the slope of tanh for that of the sigmoid, and the other way round."""
    rest = node.right
    own = line.inner(node.left)
    is_square = isinstance(node.op, ast.Pow) and line.text(rest) == "2"
    is_product = isinstance(node.op, ast.Mult)
    if is_square or (is_product and own == line.inner(rest)):
        yield line.put(node, f"{own} * (1 - {own})")
    if is_product and atom(rest):  # the slope a (1 - a), of which one factor is there
        yield line.put(node, f"{line.text(node)} * (1 - {line.text(rest)})")
    if is_product and _is_from_one(rest) and atom(rest.right):
        half = line.text(rest.right)
        yield line.put(node, f"{line.product(node.left)} * {half} * (1 - {half})")
    if is_product and _is_from_one(rest):
        one, before = line.inner(rest.right), node.left
        yield line.put(node, f"({own} - {one})")
        if own == one:
            yield line.put(node, f"(1 - {one}**2)")
            yield line.put(node, f"({one} > 0)")
        elif isinstance(before, ast.BinOp) and one == line.inner(before.right):
            yield line.put(node, f"{line.product(before.left)} * (1 - {one}**2)")
            yield line.put(node, f"{line.product(before.left)} * ({one} > 0)")
    if _is_from_one(node):
        taken = node.right
        if isinstance(taken, ast.BinOp) and isinstance(taken.op, ast.Pow):
            own = line.inner(taken.left)
            yield line.put(node, f"{own} * (1 - {own})")
            yield line.put(node, f"{own} > 0")
        yield line.put(taken, f"{line.inner(taken)}**2")


def _is_from_one(node: ast.expr) -> TypeGuard[ast.BinOp]:
    """Tell whether something is taken from 1."""
    is_less = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return is_less and isinstance(node.left, ast.Constant) and node.left.value == 1  # type: ignore[attr-defined]
