"""By which words functions branch: ``kind == "relu"``, ``{"relu": ...}[kind]``, ``case "relu"``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .syntax import MAX_TARGET, Definition, span

__all__ = ["WordReader", "Words"]

Words = dict[str, dict[str, tuple[int, int]]]
"""From a parameter to its words, each with the lines of its branch, or zeros."""

MAX_WORDS = 30
NOWHERE = (0, 0)
_Branch = tuple[str, list[str], tuple[int, int]]
_CASES = frozenset({"lower", "upper", "strip", "casefold", "title", "capitalize"})
"""Methods of a word that leave it the same word."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class WordReader:
    """Reads the functions of one file.

    Parameters
    ----------
    top : mapping of str to ast.AST
        What the file defines: tables by words, and functions that words are handed on to.
    """

    def __init__(self, top: Mapping[str, ast.AST]) -> None:
        self._top = top
        self._known: dict[tuple[ast.AST, int], Words] = {}

    def read(self, function: Definition, depth: int = 2) -> Words:
        """Return the words with which a function compares each of its parameters, one a branch.

        Where it compares none itself, those of the function that it hands the parameter on to.
        """
        if (function, depth) not in self._known:
            self._known[function, depth] = self._read(function, depth)
        return self._known[function, depth]

    def _read(self, function: Definition, depth: int) -> Words:
        given = function.args
        names = {a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
        tables = {**self._top, **_tables_of(function)}
        found: Words = {}
        for name, words, lines in _asked(function, tables):
            if name not in names or not words:
                continue
            known = found.setdefault(name, {})
            if not set(words) & known.keys() and len(known) < MAX_WORDS:
                known[words[0]] = lines
        for name, inner in self._handed_on(function, depth) if depth else ():
            if name in names and name not in found:
                found[name] = dict.fromkeys(inner, NOWHERE)
        return found

    def _handed_on(
        self, function: Definition, depth: int
    ) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            called = self._top.get(node.func.id)
            if not isinstance(called, _DEFINITIONS) or called is function:
                continue
            inside = self.read(called, depth - 1)
            given = called.args
            names = [a.arg for a in (*given.posonlyargs, *given.args)]
            passed = [*zip(names, node.args, strict=False),
                      *((k.arg, k.value) for k in node.keywords)]  # fmt: skip
            for name, value in passed:
                if isinstance(value, ast.Name) and name in inside:
                    yield value.id, inside[name]


def _asked(function: Definition, tables: Mapping[str, ast.AST]) -> Iterator[_Branch]:
    """Yield a name, the words that lead to one branch, and its lines, in source order."""
    pending: list[ast.AST] = [function]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.If, ast.IfExp)):
            asked = _alternatives(node.test)
            if asked is not None:
                body = node.body if isinstance(node.body, list) else [node.body]
                yield (*asked, (span(body[0])[0], span(body[-1])[1]))
        else:
            asked = _alternatives(node)
            if asked is not None:
                yield (*asked, NOWHERE)
                continue
        yield from _in_cases(node)
        yield from _in_table(node, tables)
        pending += list(ast.iter_child_nodes(node))[::-1]


def _alternatives(node: ast.AST) -> tuple[str, list[str]] | None:
    """Return the name and the words of ``kind == "relu" or kind == "ReLU"``, and of ``in``."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        parts = [_alternatives(value) for value in node.values]
        known = [p for p in parts if p is not None]
        if len(known) == len(parts) and len({name for name, _ in known}) == 1:
            return known[0][0], [word for _, words in known for word in words]
        return None
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        return None
    left, right = node.left, node.comparators[0]
    if isinstance(node.ops[0], ast.Eq):
        for subject, word in ((left, right), (right, left)):
            name = _subject(subject)
            if name and _word(word):
                return name, [_word(word)]
    elif isinstance(node.ops[0], ast.In) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        name = _subject(left)
        words = [_word(element) for element in right.elts]
        if name and words and all(words):
            return name, words
    return None


def _in_cases(node: ast.AST) -> Iterator[_Branch]:
    """Yield the words of ``match kind: case "relu" | "ReLU"``."""
    for case in node.cases if isinstance(node, ast.Match) else ():
        pattern = case.pattern
        parts = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
        words = [_word(p.value) for p in parts if isinstance(p, ast.MatchValue)]
        lines = span(case.body[0])[0], span(case.body[-1])[1]
        yield _subject(node.subject), [word for word in words if word], lines  # type: ignore[attr-defined]


def _in_table(node: ast.AST, tables: Mapping[str, ast.AST]) -> Iterator[_Branch]:
    """Yield the words of ``{"relu": relu}[kind]`` and of ``TABLE.get(kind)``."""
    table: ast.AST | None = None
    name = ""
    if isinstance(node, ast.Subscript):
        table, name = node.value, _subject(node.slice)
    elif (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.args and node.func.attr == "get"
    ):  # fmt: skip
        table, name = node.func.value, _subject(node.args[0])
    if isinstance(table, ast.Name):
        bound = tables.get(table.id)
        table = bound.value if isinstance(bound, (ast.Assign, ast.AnnAssign)) else None
    if name and isinstance(table, ast.Dict):
        pairs = zip(table.keys, table.values, strict=True)
        yield from ((name, [word], span(value)) for key, value in pairs if (word := _word(key)))


def _tables_of(function: Definition) -> dict[str, ast.AST]:
    """Return the tables that a function makes itself."""
    made = (node for node in ast.walk(function) if isinstance(node, ast.Assign))
    return {target.id: node for node in made if isinstance(node.value, ast.Dict)
            for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip


def _subject(node: ast.AST) -> str:
    """Return the name whose word is asked for: ``kind``, ``kind.lower()``."""
    while (
        isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute)
        and node.func.attr in _CASES
    ):  # fmt: skip
        node = node.func.value
    return node.id if isinstance(node, ast.Name) else ""


def _word(node: ast.AST | None) -> str:
    """Return a text in quotes, if it is one and not too long."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and len(value) <= MAX_TARGET else ""
