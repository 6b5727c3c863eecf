"""By which keys functions read the dicts that they are given, as far as the text is sure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .syntax import MAX_TARGET, Definition

__all__ = ["KeyReader"]

MAX_KEYS = 50
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SURE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.expr)
"""What is executed wherever the body is, before the first statement that may return."""
_UNSURE = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp,
           ast.GeneratorExp)  # fmt: skip
"""Expressions of which a part may not be evaluated."""


class KeyReader:
    """Reads the functions of one file, each once.

    Parameters
    ----------
    functions : mapping of str to ast.AST
        What the file defines: a function reads what those read that it hands its parameters to.
    """

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        self._functions = functions
        self._known: dict[ast.AST, dict[str, list[str]]] = {}

    def read(self, function: Definition) -> dict[str, list[str]]:
        """Return by which names in quotes a function surely reads each of its parameters.

        What stands in a branch, or after one that may return or that puts something else in the
        parameter's place, isn't sure.
        """
        if function not in self._known:
            found = self._known[function] = {}  # of one that calls itself nothing more is known
            left = set(_parameters(function))
            is_lambda = isinstance(function, ast.Lambda)
            body: list[ast.AST] = [function.body] if is_lambda else [*function.body]  # type: ignore[list-item, misc]
            for statement in body:
                inner = list(ast.walk(statement))
                if isinstance(statement, _SURE):
                    for name, key in self._reads(statement):
                        if name in left and key not in found.setdefault(name, []):
                            found[name].append(key)
                elif any(isinstance(node, ast.Return) for node in inner):
                    break
                left -= {n.id for n in inner
                         if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
        return {name: keys[:MAX_KEYS] for name, keys in self._known[function].items()}

    def _reads(self, statement: ast.AST) -> Iterator[tuple[str, str]]:
        """Yield ``p`` and ``w`` of ``p["w"]`` that is read, here or where ``p`` is handed on to."""
        for node in _certain(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = self._functions.get(node.func.id)
                if isinstance(called, _DEFINITIONS):
                    inside = self.read(called)
                    for name, given in zip(_parameters(called), node.args, strict=False):
                        if isinstance(given, ast.Starred):
                            break
                        if isinstance(given, ast.Name):
                            yield from ((given.id, key) for key in inside.get(name, ()))
            elif (
                isinstance(node, ast.Subscript)
                and isinstance(node.ctx, ast.Load)
                and isinstance(node.value, ast.Name)
                and isinstance(node.slice, ast.Constant)
                and type(node.slice.value) is str
                and len(node.slice.value) <= MAX_TARGET
            ):
                yield node.value.id, node.slice.value


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is evaluated wherever the node is."""
    pending = [node]
    while pending:  # a sum of thousands of terms is that deep
        one = pending.pop()
        yield one
        if not isinstance(one, _UNSURE):
            pending += ast.iter_child_nodes(one)


def _parameters(function: Definition) -> list[str]:
    given = function.args
    return [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
