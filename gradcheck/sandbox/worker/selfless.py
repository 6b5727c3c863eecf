"""Which methods use nothing of their object that changes: they are functions that a class keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .syntax import Definition

__all__ = ["is_selfless"]


def is_selfless(
    method: Definition, others: Mapping[str, Definition], beyond: frozenset[str] = frozenset()
) -> bool:
    """Return whether a method uses its object only to call methods that use nothing of it either.

    If an object needs no arguments, what it is given when it is made, and no method sets again,
    is part of the function, too.

    Parameters
    ----------
    others : mapping of str to Definition
        The methods in the body of its class, by name.
    beyond : frozenset of str
        Methods that are being looked at already.
    """
    given = [*method.args.posonlyargs, *method.args.args]
    if not given or isinstance(method, ast.Lambda) or method.decorator_list:
        return False
    own = given[0].arg
    fixed = _fixed(others)
    looking = beyond | {method.name}
    fine: set[ast.AST] = set()
    for node in ast.walk(method):
        if not (isinstance(node, ast.Attribute) and _is_name(node.value, own)):
            continue
        is_read = isinstance(node.ctx, ast.Load)
        if is_read and (node.attr in fixed or _is_selfless_one(node.attr, others, looking)):
            fine.add(node.value)
    used = {node for node in ast.walk(method) if _is_name(node, own)}
    return used <= fine


def _is_selfless_one(
    name: str, others: Mapping[str, Definition], beyond: frozenset[str]
) -> bool:
    if name in beyond:
        return True
    method = others.get(name)
    return method is not None and is_selfless(method, others, beyond)


def _fixed(methods: Mapping[str, Definition]) -> set[str]:
    """Return the attributes that only the constructor sets, if it needs no arguments."""
    init = methods.get("__init__")
    if not isinstance(init, ast.FunctionDef):
        return set()
    needed = len(init.args.posonlyargs) + len(init.args.args) - len(init.args.defaults)
    if needed > 1 or any(default is None for default in init.args.kw_defaults):
        return set()
    later = {name for method in methods.values() if method is not init for name in _set(method)}
    return set(_set(init)) - later


def _set(method: Definition) -> Iterator[str]:
    """Yield the attributes of its object that a method sets, or changes in place."""
    given = [*method.args.posonlyargs, *method.args.args]
    own = given[0].arg if given else ""
    for node in ast.walk(method):
        target = node
        while isinstance(target, ast.Subscript):
            target = target.value
        is_changed = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
        if is_changed and isinstance(target, ast.Attribute) and _is_name(target.value, own):
            yield target.attr


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
