"""What the source text says: where functions are, what they return and assign."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

__all__ = ["Definition", "Outline"]

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)

MAX_RETURNS = 50
MAX_ASSIGNMENTS = 500
MAX_TARGET = 200
MAX_KEY = 2**63
FUNCTION = "lambda"
"""What an element of a returned tuple is called that is a function made on the spot."""
GROWING = frozenset({"append", "insert", "extend", "appendleft"})


class Outline:
    """The definitions of one source text, by name and by position.

    Parameters
    ----------
    source : str
        Text that compiles.
    """

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        self.top: dict[str, ast.AST] = {}
        self.imported: set[str] = set()
        self._by_position: dict[tuple[str, int], Definition] = {}
        self._methods: dict[tuple[str, str], Definition] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._by_position[node.name, first_line(node)] = node
            elif isinstance(node, ast.Lambda):
                self._by_position["<lambda>", node.lineno] = node
        for statement in _own_statements(tree.body):
            self._bind(statement)

    def function(self, name: str, code_name: str, line: int) -> Definition | None:
        """Return the definition of a module-level function, lambda or alias.

        The statement that binds the name is preferred to code of another name: a
        decorator may have put a function that doesn't interest the reader in its place.
        """
        executed = self._by_position.get((code_name, line))
        bound = self.top.get(name)
        if code_name != name and isinstance(
            bound, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        ):
            return bound
        return executed

    def method(self, owner: str, name: str) -> Definition | None:
        """Return the definition of a method in the body of the class ``owner``."""
        return self._methods.get((owner, name))

    def methods_of(self, owner: str) -> dict[str, Definition]:
        """Return the methods in the body of the class ``owner``, by name."""
        return {name: node for (cls, name), node in self._methods.items() if cls == owner}

    def _bind(self, statement: ast.stmt) -> None:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.top[statement.name] = statement
        elif isinstance(statement, ast.ClassDef):
            self.top[statement.name] = statement
            for node in _own_statements(statement.body):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self._methods[statement.name, node.name] = node
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            names = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
            self.imported |= names
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            is_lambda = isinstance(statement.value, ast.Lambda)
            for target in targets:
                if isinstance(target, ast.Name):
                    self.top[target.id] = statement.value if is_lambda else statement
                    self.imported.discard(target.id)


def first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line at which the code object starts: that of the first decorator."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _own_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a scope, also inside ``if``, ``try``, ``with`` and loops."""
    pending = list(body)[::-1]
    while pending:
        statement = pending.pop()
        yield statement
        if isinstance(statement, _SCOPES):
            continue
        inner: list[ast.stmt] = []
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                inner.append(child)
            elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                inner.extend(child.body)
        pending.extend(inner[::-1])


def target_text(node: ast.expr) -> str | None:
    """Return ``dW``, ``self.dW`` or ``grads['dW']`` as it is written, or None."""
    root: ast.expr = node
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        if isinstance(root, ast.Subscript) and not isinstance(root.slice, ast.Constant):
            return None
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    text = ast.unparse(node)
    return text if len(text) <= MAX_TARGET else None


def returns(function: Definition) -> list[list[object]]:
    """Return ``[line, end line, elements, guards]`` of each ``return`` of a function's own body.

    The guards are the names that must be true for it to be reached, and ``not`` with a name
    that must be false, as far as the ``if`` around it says.
    """
    if isinstance(function, ast.Lambda):
        return [[*_return(function.body, function.body), []]]
    own = list(_own_statements(function.body))
    made = frozenset(_functions_made(own))
    guards = dict(_guards(own))
    found = [[*_return(s, s.value, made), guards.get(s, [])[:MAX_RETURNS]]
             for s in own if isinstance(s, ast.Return)]  # fmt: skip
    return found[:MAX_RETURNS]


def _guards(statements: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, list[str]]]:
    """Yield the statements directly inside an ``if`` that asks for a flag, with the flag."""
    for statement in statements:
        if not isinstance(statement, ast.If):
            continue
        test, is_so = statement.test, True
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, is_so = test.operand, not is_so
        names = sorted({n.id for n in ast.walk(test) if isinstance(n, ast.Name)
                        and len(n.id) < MAX_TARGET})  # fmt: skip
        for body, is_true in ((statement.body, is_so), (statement.orelse, not is_so)):
            yield from ((s, [n if is_true else f"not {n}" for n in names]) for s in body)


def _functions_made(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names of the functions that a function defines in its body."""
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement.name
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            yield from (t.id for t in statement.targets if isinstance(t, ast.Name))


def _return(
    node: ast.AST, value: ast.expr | None, made: frozenset[str] = frozenset()
) -> list[object]:
    is_none = value is None or (isinstance(value, ast.Constant) and value.value is None)
    elements = [] if is_none else [list(e) for e in _elements(value, made)]  # type: ignore[arg-type]
    return [*span(node), elements[:MAX_RETURNS]]


def _elements(
    value: ast.expr, made: frozenset[str]
) -> Iterator[tuple[int | str | None, str | None, int]]:
    if isinstance(value, (ast.Tuple, ast.List)) and not any(
        isinstance(element, ast.Starred) for element in value.elts
    ):
        for index, element in enumerate(value.elts):
            is_made = isinstance(element, ast.Lambda) or (
                isinstance(element, ast.Name) and element.id in made
            )
            yield index, FUNCTION if is_made else target_text(element), element.lineno
    elif isinstance(value, ast.Dict):
        for key, element in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and _is_short(key.value):
                yield key.value, target_text(element), element.lineno
    else:
        yield None, target_text(value), value.lineno


def _is_short(key: object) -> TypeGuard[int | str]:
    """Tell whether a dict's key may stand in a description."""
    if type(key) is int:
        return abs(key) < MAX_KEY
    return type(key) is str and len(key) <= MAX_TARGET


def assignments(function: Definition) -> list[list[object]]:
    """Return ``[target, lines]`` of what the function's own body assigns."""
    if isinstance(function, ast.Lambda):
        return []
    found: dict[str, list[int]] = {}
    answer: list[list[object]] = []
    for statement in _own_statements(function.body):
        for target in _targets(statement):
            lines = found.setdefault(target, [])
            if statement.lineno not in lines:
                lines.append(statement.lineno)
    for target, lines in list(found.items())[:MAX_ASSIGNMENTS]:
        answer.append([target, lines[:MAX_RETURNS]])
    return answer


def _targets(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        pending = list(statement.targets)
    elif (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr in GROWING
    ):
        pending = [statement.value.func.value]  # ``dW.insert(0, x)`` assigns a part of ``dW``
    elif isinstance(statement, ast.AugAssign) or (
        isinstance(statement, ast.AnnAssign) and statement.value is not None
    ):
        pending = [statement.target]
    else:
        return
    while pending:
        target = pending.pop(0)
        if isinstance(target, (ast.Tuple, ast.List)):
            pending[:0] = target.elts
        elif isinstance(target, ast.Starred):
            pending.insert(0, target.value)
        else:
            text = target_text(target)
            # ``dx[:, i] = ...`` assigns a part of ``dx``: that is where to look for it.
            while text is None and isinstance(target, ast.Subscript):
                target = target.value
                text = target_text(target)
            if text is not None:
                yield text


def span(node: ast.AST) -> tuple[int, int]:
    """Return the first and last line of a definition (of ``def``, not its decorators)."""
    line: int = node.lineno  # type: ignore[attr-defined]
    return line, getattr(node, "end_lineno", None) or line
