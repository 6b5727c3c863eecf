"""Which parts of a function can be to blame, seeing which of its results are right and wrong.

A result depends on the statements that compute the names in it, and on those that compute
theirs. A single slip lies in what all wrong results depend on, and no right one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["DEFINITIONS", "Function", "Unit", "atom", "indexed", "reached", "suspects"]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Path = Sequence["str | int"]
MOST_FUNCTIONS = 12
_OWN = ("self.", "cls.")


@dataclass(eq=False)
class Unit:
    """A part of a function that computes one thing: a statement, or one of several values.

    Parameters
    ----------
    node : ast.stmt or ast.expr
        What may be changed.
    value : ast.expr or None
        What it computes.
    sets, uses : set of str
        The names that it gives a value, and those that it reads, as :func:`atom` says them.
    """

    node: ast.stmt | ast.expr
    value: ast.expr | None
    sets: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)


def suspects(
    function: Function, wrong: Sequence[Path], right: Sequence[Path]
) -> tuple[list[Unit], list[Unit]]:
    """Return the units that all wrong results depend on and no right one; those that some do.

    Parameters
    ----------
    function : ast.FunctionDef
        The function that hands out the results.
    wrong, right : sequence of paths
        Where each result is: keys of what is returned, or an attribute (``["self.dW"]``). One
        that isn't found depends on all that the function does, and clears nothing; nor does one
        that a loop puts into a list with others.
    """
    units, returned = _units(function)
    blamed = [_slice(units, returned, path) or units for path in wrong] or [units]
    exact = [path for path in right if _is_exact(units, returned, path)]
    cleared = {id(u) for path in exact for u in _slice(units, returned, path)}
    left = [u for u in units if id(u) not in cleared] or units
    of = [{id(u) for u in some} for some in blamed]
    common = [u for u in left if all(id(u) in some for some in of)]
    others = [u for u in left if any(id(u) in some for some in of) and u not in common]
    return common, others


def reached(tree: ast.AST, nodes: Iterable[ast.AST]) -> list[Function]:
    """Return the functions of a file that some nodes call, and those that these call."""
    by_name: dict[str, list[Function]] = {}
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS):
            by_name.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            by_name.setdefault(atom(node.targets[0]), []).append(node.value)
    pending = list(nodes)
    found: list[Function] = []
    while pending and len(found) < MOST_FUNCTIONS:
        called = [n.func for n in ast.walk(pending.pop(0)) if isinstance(n, ast.Call)]
        names = dict.fromkeys(getattr(c, "id", getattr(c, "attr", "")) for c in called)
        fresh = [f for name in names for f in by_name.get(name, []) if f not in found]
        found += fresh
        pending += fresh
    return found


def atom(node: ast.AST) -> str:
    """Return how a value with a name is called: ``a``, ``self.a``, ``cache[a]``; else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        is_own = node.value.id in ("self", "cls")
        return f"{node.value.id}.{node.attr}" if is_own else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner = atom(node.value)
        return f"{owner}[{node.slice.value!s}]" if owner else ""
    return ""


def indexed(node: ast.AST) -> str:
    """Return the list that an element is of, by its name: of ``self.A[i]``; else nothing."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Name, ast.UnaryOp)):
        return atom(node.value)
    return ""


def _units(function: Function) -> tuple[list[Unit], list[ast.expr]]:
    """Return a function's units, and the values that it returns."""
    if isinstance(function, ast.Lambda):
        parts = [Unit(e, e, set(), set(_reads(e))) for e in _leaves(function.body)]
        return parts, [function.body]
    units: list[Unit] = []
    returned = []
    for statement in _statements(function.body):
        if isinstance(statement, ast.Return) and statement.value is not None:
            returned.append(statement.value)
            units += [Unit(e, e, set(), set(_reads(e))) for e in _leaves(statement.value)]
        elif isinstance(statement, ast.Assign):
            units += _assigned(statement)
        elif isinstance(statement, ast.AugAssign):
            uses = {*_reads(statement.value), *_written(statement.target)}
            units.append(Unit(statement, statement.value, set(_written(statement.target)), uses))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            grown = getattr(statement.value.func, "value", statement.value.func)
            values = [a for argument in statement.value.args for a in _leaves(argument)]
            uses = {name for v in values for name in _reads(v)} | {atom(grown)}
            units.append(Unit(statement, values[-1] if values else None, {atom(grown)}, uses))
    return units, returned


def _assigned(statement: ast.Assign) -> Iterator[Unit]:
    """Yield a unit for each target that has a value of its own."""
    first, value = statement.targets[0], statement.value
    sides = (ast.Tuple, ast.List)
    if isinstance(first, sides) and isinstance(value, sides) and len(first.elts) == len(value.elts):
        for target, part in zip(first.elts, value.elts, strict=True):
            yield Unit(part, part, set(_written(target)), set(_reads(part)))
        return
    if isinstance(value, ast.Dict) and len(statement.targets) == 1 and atom(first):
        for key, part in zip(value.keys, value.values, strict=True):
            name = f"{atom(first)}[{key.value!s}]" if isinstance(key, ast.Constant) else atom(first)
            yield Unit(part, part, {name}, set(_reads(part)))
        return
    sets = {name for target in statement.targets for name in _written(target)}
    indices = {name for target in statement.targets for name in _indices(target)}
    yield Unit(statement, value, sets, {*_reads(value), *indices})


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (*DEFINITIONS, ast.ClassDef)):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _leaves(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a value that stand on their own."""
    if isinstance(value, (ast.Tuple, ast.List)):
        for element in value.elts:
            yield from _leaves(element)
    elif isinstance(value, ast.Dict):
        for element in value.values:
            yield from _leaves(element)
    else:
        yield value


def _written(target: ast.expr) -> Iterator[str]:
    """Yield the names that an assignment gives a value."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _written(element)
        return
    if isinstance(target, ast.Starred):
        target = target.value
    while not atom(target) and isinstance(target, ast.Subscript):
        target = target.value  # ``dx[:, i] = ...`` sets a part of ``dx``
    if atom(target):
        yield atom(target)


def _indices(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Subscript):
        yield from _reads(target.slice)
        yield from _indices(target.value)


def _reads(node: ast.AST) -> Iterator[str]:
    """Yield the names that an expression reads."""
    name = atom(node)
    if name:
        yield name
        return
    for child in ast.iter_child_nodes(node):
        yield from _reads(child)


def _slice(units: Sequence[Unit], returned: Sequence[ast.expr], path: Path) -> list[Unit]:
    """Return what a result depends on; nothing, where the result isn't found."""
    if path and str(path[0]).startswith(_OWN):
        found: list[Unit] = []
        wanted = {f"{path[0]}[{path[1]}]" if len(path) > 1 else str(path[0])}
    else:
        parts = [part for value in returned for part in _at(value, path)]
        leaves = {id(leaf) for part, _ in parts for leaf in _leaves(part)}
        found = [u for u in units if id(u.node) in leaves]
        wanted = {name for u in found for name in u.uses}
        wanted = {f"{n}[{key}]" for n in wanted for _, key in parts if key is not None} or wanted
    while True:
        new = [u for u in units if not any(u is f for f in found)
               and any(_is_of(name, w) for name in u.sets for w in wanted)]  # fmt: skip
        if not new:
            return found
        found += new
        wanted |= {name for u in new for name in u.uses}


def _is_exact(units: Sequence[Unit], returned: Sequence[ast.expr], path: Path) -> bool:
    """Tell whether a result is set apart from its neighbours in a list or a dict."""
    if path and str(path[0]).startswith(_OWN):
        wanted = [f"{path[0]}[{path[1]}]"] if len(path) > 1 else []
    else:
        parts = [(part, key) for value in returned for part, key in _at(value, path)]
        wanted = [f"{atom(part)}[{key}]" for part, key in parts if key is not None]
    return all(any(name in u.sets for u in units) for name in wanted)


def _is_of(name: str, wanted: str) -> bool:
    """Tell whether setting a name sets (a part of) another."""
    return name == wanted or wanted.startswith(f"{name}[") or name.startswith(f"{wanted}[")


def _at(value: ast.expr, path: Path) -> Iterator[tuple[ast.expr, str | int | None]]:
    """Yield the part of a returned value at a path, with a key inside it that isn't spelt out."""
    if not path:
        yield value, None
    elif isinstance(value, (ast.Tuple, ast.List)):
        if isinstance(path[0], int) and path[0] < len(value.elts):
            yield from _at(value.elts[path[0]], path[1:])
    elif isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == path[0]:
                yield from _at(part, path[1:])
    elif atom(value):
        yield value, path[0]
