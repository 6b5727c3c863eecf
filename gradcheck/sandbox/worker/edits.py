"""One-line edits of a function's text, each of which undoes one slip.

A sign, a factor, a name for another, an axis, a transposition: what hand-written gradients get
wrong most often. The judge tries them out; none counts that isn't seen to pass. The text is
parsed only, nothing of it is executed.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeGuard

from .formulas import of_formula, of_value
from .guesses import DERIVATIVE, GRADIENT, PENALTY, SCALE, SIZE, nearness, other_numbers, slopes
from .patches import FACTOR, GUESSED, NUMBER, SMALL, WRAPPED, Edit, Patches
from .remains import modern
from .slices import DEFINITIONS, Function, Path, Unit, atom, indexed, reached, suspects
from .slips import (
    carried,
    kept,
    keys,
    of_activated,
    of_brackets,
    of_cut_edges,
    of_factors,
    of_keys,
    of_path,
    of_reduction,
    of_repeated_rows,
    of_root,
    of_sizes,
    of_slope,
    of_where,
    scales,
    unread,
)

__all__ = ["edits", "parsed"]

MOST_ALIKE = 8
"""Other names tried in the place of one."""
ALL_ALIKE = 20
"""The same for a name that is given no value here."""
MOST_SLOPES = 8
"""Names whose slopes are tried as a forgotten factor."""
FEW = 3
"""Sizes that one term of a sum is divided by."""
MOST_LINE = 200
NUMPY = ("np", "numpy", "xp")
"""What the module is called, the commonest first."""
LATER = 10
"""More than any size: what only some of the wrong results depend on is tried last."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_OTHER_SIGN = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "@"),
               ast.MatMult: ("@", "*"), ast.Div: ("/", "*")}  # fmt: skip
_OTHER_ORDER = {ast.Gt: (">", "<"), ast.Lt: ("<", ">"), ast.GtE: (">=", "<="),
                ast.LtE: ("<=", ">=")}  # fmt: skip
_CONTAINERS = frozenset({"self", "params", "parameters", "cache", "caches", "grads"})
_OTHER_NAME = {"sum": ("mean",), "mean": ("sum",), "log10": ("log",), "log2": ("log",),
               "log1p": ("log",), "abs": ("sign",), "float32": ("float64",),
               "float16": ("float64",), "maximum": ("minimum",),
               "minimum": ("maximum",)}  # fmt: skip
_REDUCTIONS = frozenset({"sum", "mean", "max"})


def edits(
    source: str, *, at: int, apart: int, wrong: Sequence[Path], right: Sequence[Path], most: int
) -> list[tuple[int, str]]:
    """Return lines with their new texts, the smallest changes first.

    Parameters
    ----------
    source : str
        A whole file.
    at, apart : int
        The line of the function that hands out what is wrong; that of one that is right, or 0.
    wrong, right : sequence of paths
        Its results, as :func:`slices.suspects` takes them.
    most : int
        How many edits are returned.
    """
    read = parsed(source)
    if read is None:
        return []
    tree, lines = read
    functions = [n for n in ast.walk(tree) if isinstance(n, (*DEFINITIONS, ast.Lambda))]
    judged = [f for f in functions if f.lineno == at]
    cleared = [f for f in functions if f.lineno == apart]
    cleared += reached(tree, cleared)
    known = [f.name for f in functions if isinstance(f, ast.FunctionDef)]
    imports = (n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)))
    imported = frozenset(a.asname or a.name.partition(".")[0] for n in imports for a in n.names)
    found: dict[tuple[int, str], int] = {}
    for function in judged:
        common, others = suspects(function, wrong, right)
        called = [f for f in reached(tree, [u.node for u in (*common, *others)])
                  if f not in cleared and f is not function]  # fmt: skip
        parts = [(function, common, 0), *((f, suspects(f, [], [])[0], 0) for f in called)]
        for owner, units, later in [*parts, (function, others, LATER)]:
            editor = _Editor(owner, lines, known, imported, kept(tree, owner))
            proposed = [edit for unit in units for edit in editor.of(unit)]
            for size, line, after in [*editor.exchanges(), *proposed]:
                if after != lines[line - 1] and len(after) <= MOST_LINE:
                    found.setdefault((line, after), size + later)
    ordered = sorted(found, key=lambda edit: found[edit])  # stable: in the order of the text
    return ordered[:most]


def parsed(source: str) -> tuple[ast.Module, list[str]] | None:
    """Return a file's tree and lines, of one of Python 2 in today's form; None for no Python."""
    for text in (source, modern(source)):
        try:
            return ast.parse(text), _LINE_END.split(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


class _Editor:
    """The edits of one function."""

    def __init__(
        self, function: Function, lines: list[str], names: Sequence[str],
        imported: frozenset[str], own: Sequence[str],
    ) -> None:  # fmt: skip
        self._line = Patches(lines)
        self._has_root = any("sqrt(" in line for line in lines)
        self._scales, self._keys = scales(lines), keys(lines)
        body = function.body if isinstance(function.body, list) else [function.body]
        self._nodes = [n for s in body for n in ast.walk(s)]
        self._functions = [name for name in dict.fromkeys(names) if name not in imported]
        self._imported = imported
        self._numpy = next((name for name in NUMPY if name in imported), NUMPY[0])
        given = function.args
        parameters = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        self._others = {id(n.func) for n in self._nodes if isinstance(n, ast.Call)}
        self._others |= {id(n.value) for n in self._nodes if isinstance(n, ast.Subscript)}
        read = [n for n in self._nodes if self._is_value(n)]
        made = [n for n in self._nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        atoms = [self._line.text(n) for n in (*read, *made)]
        self._known = list(dict.fromkeys(filter(None, [*parameters, *atoms, *own])))
        self._parameters = [p for p in parameters if p not in ("self", "cls")]
        texts = map(self._line.text, made)
        self._given = {*parameters, *self._functions, *texts, *(n for n in atoms if "." in n)}
        times = Counter(map(self._line.text, read))
        self._single = {name for name in map(self._line.text, made) if times[name] == 1}
        self._idle = {self._line.text(n) for n in made} - {self._line.text(n) for n in read}
        self._carried = carried(self._nodes)
        self._unread = unread(parameters, self._nodes)
        self._divisors = self._sizes(parameters, own)
        self._factors = set(self._alone())

    def of(self, unit: Unit) -> Iterator[Edit]:
        """Yield the edits of one part; what counts examples is taken to be right."""
        text = self._line.text(unit.value) if unit.value is not None else ""
        if SIZE.search(text) and not isinstance(unit.node, ast.AugAssign):
            return
        for node in ast.walk(unit.node):
            if isinstance(node, ast.expr) and self._line.text(node):
                yield from self._of_expression(node)
        if isinstance(unit.node, (ast.Assign, ast.AugAssign)):
            yield from self._of_assignment(unit.node)
        if isinstance(unit.node, ast.stmt):
            yield self._line.dropped(unit.node)
        if unit.value is not None and text and not isinstance(unit.value, ast.Constant):
            yield from self._around(unit.value, next(iter(sorted(unit.sets)), ""))

    def _alone(self) -> Iterator[int]:
        """Yield the ids of values and factors: a number there may stand for a name."""
        for node in self._nodes:
            if isinstance(node, (ast.Assign, ast.AugAssign)):
                yield id(node.value)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
                yield from (id(node.left), id(node.right))

    def exchanges(self) -> Iterator[Edit]:
        """Yield two values that stand side by side, exchanged: gradients in the wrong order."""
        for node in self._nodes:
            some = getattr(node, "elts", None) or getattr(node, "values", None)
            if isinstance(node, (ast.Tuple, ast.List, ast.Dict)) and some and self._line.text(node):
                is_set = isinstance(getattr(node, "ctx", None), ast.Store)
                for first, second in combinations(some[:MOST_ALIKE], 2):
                    size, line, after = self._line.exchanged(first, second)
                    yield GUESSED if is_set else size, line, after

    def _of_expression(self, node: ast.expr) -> Iterator[Edit]:
        if isinstance(node, ast.BinOp):
            yield from self._of_operation(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield self._line.put(node, self._line.inner(node.operand))
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            signs = _OTHER_ORDER.get(type(node.ops[0]))
            if signs:
                yield from self._line.between(node.left, node.comparators[0], *signs)
            yield self._line.put(node, self._line.inner(node.left), WRAPPED)
        elif isinstance(node, ast.Constant) and _is_number(node.value):
            for other in other_numbers(node.value):
                yield self._line.put(node, other, NUMBER)
            if id(node) in self._factors:
                for other in self._nearest("", node.lineno):
                    yield self._line.put(node, other, NUMBER)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)
        elif isinstance(node, ast.Subscript):
            yield from of_cut_edges(self._line, node, self._known)
            yield from of_keys(self._line, node, self._keys)
            for other in self._alike(self._line.text(node.value), self._of_line(node.lineno)):
                yield self._line.put(node.value, other)
        near = self._nearest(self._line.text(node), node.lineno)
        yield from of_activated(self._line, node, near, self._numpy)
        yield from of_formula(self._line, node, self._numpy)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            yield self._line.put(node, self._line.inner(node.value))
        if self._is_value(node):
            name = self._line.text(node)
            change = GUESSED if name in self._single else SMALL  # nobody would read it any more
            for other in self._alike(name, self._of_line(node.lineno)):
                yield self._line.put(node, other, change)
                yield self._line.everywhere(node, other, change)

    def _of_operation(self, node: ast.BinOp) -> Iterator[Edit]:
        left, right = self._line.product(node.left), self._line.product(node.right)
        kind = type(node.op)
        if kind in _OTHER_SIGN:
            yield from self._line.between(node.left, node.right, *_OTHER_SIGN[kind])
        if kind in (ast.Add, ast.Sub):
            if right != "1":
                yield from self._line.between(node.left, node.right, _OTHER_SIGN[kind][0], "*")
            for side in (node.left, node.right):
                term = self._line.product(side)
                yield self._line.put(side, f"2 * {term}", WRAPPED)
                for size in self._divisors[:FEW]:
                    yield self._line.put(side, f"{term} / {size}", WRAPPED)
        if kind in (ast.Mult, ast.Div, ast.Add, ast.Sub):
            yield self._line.put(node, left)
        if kind in (ast.Mult, ast.Add):
            yield self._line.put(node, right)
        if kind is ast.Mult:
            for name in sorted(self._of_line(node.lineno)):
                yield self._line.put(node, f"{self._line.text(node)} * {name}", FACTOR)
        if kind is ast.Div:
            yield self._line.without(node.lineno, f" / {self._line.text(node.right)}")
            for size in self._divisors[:FEW]:
                yield self._line.put(node.right, size, NUMBER)
        yield from of_brackets(self._line, node)
        yield from of_slope(self._line, node)
        yield from of_factors(self._line, node, self._nearest("", node.lineno), self._known)
        if kind is ast.MatMult:
            first, second = self._line.inner(node.left), self._line.inner(node.right)
            yield self._line.put(node, f"{second} @ {first}")
            yield self._line.put(node.left, f"{first}.T")
            yield self._line.put(node.right, f"{second}.T")

    def _of_call(self, node: ast.Call) -> Iterator[Edit]:
        if len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args):
            yield self._line.exchanged(node.args[-2], node.args[-1])
            yield self._line.exchanged(node.args[0], node.args[1])
        for argument in node.args:
            if isinstance(argument, ast.Name):
                text = self._line.text(argument)
                yield self._line.put(argument, f"-{text}", WRAPPED)
                for size in self._divisors:
                    yield self._line.put(argument, f"{text} / {size}", WRAPPED)
            elif isinstance(argument, ast.Subscript):
                yield from of_path(self._line, argument, self._carried, ())
        yield from of_where(self._line, node, self._nearest("", node.lineno))
        for keyword in node.keywords:
            if keyword.arg == "dtype":
                yield self._line.put(keyword.value, "float")
        if isinstance(node.func, ast.Name) and node.func.id in self._functions:
            called = node.func.id
            others = sorted(self._functions, key=lambda n: -nearness(called, n))
            for other in others[:MOST_ALIKE]:
                yield self._line.put(node.func, other)
            if len(node.args) == 1 and DERIVATIVE.search(called):
                for slope in slopes(self._line.inner(node.args[0])):
                    yield self._line.put(node, f"({slope})")
        if isinstance(node.func, ast.Attribute):
            for other in _OTHER_NAME.get(node.func.attr, ()):
                yield self._line.renamed(node.func, other)
            if node.func.attr == "astype":
                yield self._line.put(node, self._line.inner(node.func.value))
            if node.func.attr in _REDUCTIONS:
                yield from of_reduction(self._line, node)
            if node.func.attr in ("dot", "matmul") and len(node.args) == 2:
                first, second = (self._line.text(a) for a in node.args)
                owner = self._line.text(node.func)
                yield self._line.put(node, f"{owner}({second}, {first})")
                for side in node.args:
                    yield self._line.put(side, f"{self._line.inner(side)}.T")

    def _of_assignment(self, node: ast.Assign | ast.AugAssign) -> Iterator[Edit]:
        target = node.targets[-1] if isinstance(node, ast.Assign) else node.target
        if isinstance(node, ast.Assign):
            if not isinstance(target, ast.Tuple | ast.List):
                yield from self._line.between(target, node.value, "=", "+=")
        elif isinstance(node.op, ast.Add | ast.Sub):
            sign, other = _OTHER_SIGN[type(node.op)]
            yield from self._line.between(target, node.value, f"{sign}=", f"{other}=")
            yield from self._line.between(target, node.value, f"{sign}=", "=")
            yield from of_repeated_rows(self._line, node, self._numpy)

    def _around(self, value: ast.expr, target: str) -> Iterator[Edit]:
        """Yield a value with a factor, a sign, a sum or a slope more."""
        text, whole = self._line.product(value), self._line.inner(value)
        yield self._line.put(value, f"-{text}", WRAPPED)
        for scale in self._scales:
            yield self._line.put(value, f"{text} / {scale}", WRAPPED)
        for changed in (f"2 * {text}", f"{text} / 2", f"{whole}.T"):
            yield self._line.put(value, changed, WRAPPED)
        for size in self._divisors:
            yield from (self._line.put(value, f"{text} {s} {size}", WRAPPED) for s in "/*")
            for twice in ("-", "2 * ", "-2 * "):
                yield self._line.put(value, f"{twice}{text} / {size}", GUESSED)
        yield self._line.put(value, f"-2 * {text}", WRAPPED)
        for how in ("0", "1", "0, keepdims=True", "1, keepdims=True"):
            yield self._line.put(value, f"{whole}.sum(axis={how})", WRAPPED)
        nearest = self._nearest(target, value.lineno)
        for name in self._known:
            if not GRADIENT.match(name):
                yield self._line.put(value, f"{text} * {name}", FACTOR)
        change = FACTOR if atom(value) else GUESSED  # a copy of another value says nothing
        for name in nearest:
            for slope in slopes(name):
                yield self._line.put(value, f"{text} * {slope}", change)
        for name in () if atom(value) else self._parameters[:FEW]:
            yield self._line.put(value, name, FACTOR)
        for function in filter(DERIVATIVE.search, self._functions):
            for name in nearest:
                yield self._line.put(value, f"{text} * {function}({name})", GUESSED)
        yield from of_value(self._line, value, self._known, self._numpy)
        yield from of_path(self._line, value, self._carried, self._unread)
        yield from of_sizes(self._line, value, self._divisors)
        if self._has_root:
            yield from of_root(self._line, value, self._known, self._numpy)
        yield from self._penalised(value, target)

    def _penalised(self, value: ast.expr, target: str) -> Iterator[Edit]:
        """Yield a value with the penalty's gradient added."""
        whole = self._line.text(value)
        weights = [n for n in self._known
                   if n.rpartition(".")[2].lower() in target.lower() and n != target]  # fmt: skip
        for rate in filter(PENALTY.search, self._known):
            for weight in sorted(weights, key=len)[-2:]:
                for twice in ("", "2 * "):
                    yield self._line.put(value, f"{whole} + {twice}{rate} * {weight}", WRAPPED)
                for size in self._divisors[:2]:
                    yield self._line.put(value, f"{whole} + {rate} / {size} * {weight}", WRAPPED)

    def _sizes(self, parameters: list[str], own: Sequence[str]) -> list[str]:
        """Return what the number of examples may be called."""
        divided = [n.right for n in self._nodes if isinstance(n, ast.BinOp)
                   and isinstance(n.op, ast.Div)]  # fmt: skip
        sizes = [self._line.text(d) for d in divided if not isinstance(d, ast.BinOp | ast.Constant)]
        for node in self._nodes:
            if isinstance(node, ast.Assign):
                made = self._line.text(node.value)
                if ".shape" in made or ".size" in made or made.startswith("len("):
                    targets = (t for whole in node.targets for t in ast.walk(whole))
                    sizes += [t.id for t in targets if isinstance(t, ast.Name)]
        data = [p for p in parameters if p not in _CONTAINERS] or list(own)
        sizes += [f"{p}.shape[0]" for p in data[:2]]
        sizes += [f"{p}.{size}" for p in data[:1] for size in ("shape[1]", "size")]
        sizes += filter(SCALE.search, self._known)
        return [s for s in dict.fromkeys(sizes) if s]

    def _alike(self, name: str, beside: set[str]) -> list[str]:
        """Return the names that are tried in the place of one, those of its line first.

        So are names that are given a value and never read: they were meant somewhere.
        """
        others = [n for n in self._known if n != name]
        nearest = sorted(others, key=lambda n: (n not in beside | self._idle, -nearness(name, n)))
        return nearest[: MOST_ALIKE if name in self._given else ALL_ALIKE]

    def _nearest(self, target: str, line: int) -> list[str]:
        """Return values that may have been forgotten: those of the line come first."""
        beside = self._of_line(line)
        values = (n for n in self._known if not GRADIENT.match(n))
        return sorted(values, key=lambda n: (n not in beside, -nearness(target, n)))[:MOST_SLOPES]

    def _of_line(self, line: int) -> set[str]:
        here = (n for n in self._nodes if getattr(n, "lineno", 0) == line and self._is_value(n))
        return {self._line.text(n) for n in here}

    def _is_value(self, node: ast.AST) -> bool:
        """Tell whether it is a value with a name that is read, no function and no container."""
        is_read = isinstance(getattr(node, "ctx", None), ast.Load)
        name = indexed(node) or atom(node)
        is_known = name not in ("", "self", "cls", *self._imported)
        return is_read and is_known and id(node) not in self._others


def _is_number(value: object) -> TypeGuard[float]:
    return type(value) in (int, float)
