"""Arrays of one entry where a number belongs, as every NumPy before 2.4 took them.

``float(b)`` of a bias (1, 1, 1) and ``Z[i, h, w, c] = window.sum() + b`` are in the code of a much
copied course; a newer NumPy raises. There, and only there, source is compiled so that they mean
what they meant.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["HELPERS", "compiled"]

_NUMBER, _PUT = "_gradcheck_number_", "_gradcheck_put_"
_KINDS = frozenset({"float", "int", "complex"})


def _refuses() -> bool:
    """Return whether this NumPy makes no number of an array of one entry."""
    try:
        float(np.ones(1))
    except TypeError:
        return True
    return False


def _number(value: Any) -> Any:
    """Return an array of one entry without its axes; all else as it is."""
    is_one = isinstance(value, np.ndarray) and value.ndim > 0 and value.size == 1
    return value.reshape(()) if is_one else value


def _put(value: Any, target: Any, index: Any) -> None:
    """Do ``target[index] = value``."""
    try:
        target[index] = value
    except ValueError:
        number = _number(value)
        if number is value:
            raise
        target[index] = number


HELPERS: Mapping[str, Callable[..., Any]] = {_NUMBER: _number, _PUT: _put} if _refuses() else {}
"""What compiled code calls, by the names that its module has to have."""


def compiled(source: str | ast.Module, file: str) -> types.CodeType:
    """Return source as code, in which an array of one entry may stand for its number."""
    if HELPERS:
        try:
            tree = ast.parse(source, file) if isinstance(source, str) else source
            return compile(_adapted(tree), file, "exec", dont_inherit=True)
        except RecursionError:  # thousands of terms: the parser alone goes deeper
            pass
    return compile(source, file, "exec", dont_inherit=True)


def _adapted(tree: ast.Module) -> ast.Module:
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Call) and _is_number(node):
            node.args = [_call(_NUMBER, node.args, node)]
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                block[:] = [_as_call(s) if isinstance(s, ast.Assign) else s for s in block]
    return tree


def _is_number(call: ast.Call) -> bool:
    is_kind = isinstance(call.func, ast.Name) and call.func.id in _KINDS
    return is_kind and len(call.args) == 1 and not isinstance(call.args[0], ast.Starred)


def _as_call(statement: ast.Assign) -> ast.stmt:
    """Return ``a[i, j] = v`` as a call; what sets parts of an array, or a key, as it is."""
    target = statement.targets[0]
    if len(statement.targets) > 1 or not isinstance(target, ast.Subscript):
        return statement
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    if any(isinstance(p, (ast.Slice, ast.Starred)) or _is_text(p) for p in parts):
        return statement
    call = _call(_PUT, [statement.value, target.value, target.slice], statement)
    return ast.copy_location(ast.Expr(call), statement)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and not isinstance(node.value, int)
    )


def _call(name: str, arguments: list[ast.expr], place: ast.AST) -> ast.Call:
    callee = ast.copy_location(ast.Name(name, ast.Load()), place)
    return ast.copy_location(ast.Call(callee, list(arguments), []), place)
