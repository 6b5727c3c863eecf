"""What a helper module that isn't there is known to give: ``sigmoid``, ``relu`` and the like.

A notebook of a course comes without the course's ``planar_utils`` or ``dnn_utils``. A few names
mean the same in every such module, and only these are stood in for, where

- the module's name says that it holds helpers, and it belongs to no public library;
- the file that imports it binds the name in no other way: what a file was to write isn't given;
- every call in the file takes one form. Some courses' activations return ``(A, cache)``; their
  ``sigmoid_backward(dA, cache)`` is given only beside these, since whether a ``sigmoid_prime(x)``
  is meant of what went in or of what came out can't be known. A ``softmax`` is given vectors only:
  along which axis of a matrix it goes isn't known either.

The worker has these, and no other gradient; under an assignment it forgets them before it is sent
the source, so that nobody finds there what is asked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from .substitutes import expit

__all__ = ["forget", "given"]

_HELPFUL = re.compile(r"(^|[._])(\w*utils?|helpers?|functions?|activations?|common)(?=[._\d]|$)",
                      re.IGNORECASE)  # fmt: skip
_LIBRARIES = frozenset((
    "autograd", "cupy", "jax", "keras", "mxnet", "numba", "paddle", "pandas", "scipy", "skimage",
    "sklearn", "tensorflow", "tf", "theano", "torch", "torchvision",
))  # fmt: skip
"""Whose members of these names are of other arrays, or have meanings of their own."""


def _softmax(x: Any) -> Any:
    x = np.asanyarray(x)
    if sum(size != 1 for size in x.shape) > 1:
        raise LookupError
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)


def _relu(x: Any) -> Any:
    return np.maximum(0, x)


_VALUES: dict[str, Callable[[Any], Any]] = {
    "sigmoid": expit, "relu": _relu, "tanh": np.tanh, "softmax": _softmax,
}  # fmt: skip


def _sigmoid_backward(upstream: Any, z: Any) -> Any:
    s = expit(z)
    return upstream * s * (1 - s)


def _relu_backward(upstream: Any, z: Any) -> Any:
    return np.where(np.asanyarray(z) > 0, upstream, 0)


def _tanh_backward(upstream: Any, z: Any) -> Any:
    return upstream * (1 - np.tanh(z) ** 2)


_BACKWARD: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": _sigmoid_backward, "relu": _relu_backward, "tanh": _tanh_backward,
}  # fmt: skip


def forget() -> None:
    """Give nothing any more, and keep nothing that could be given."""
    globals().clear()


def given(module: str, name: str, source: str) -> Callable[..., Any] | None:
    """Return what stands for a member of a module that isn't there; None for most.

    Parameters
    ----------
    module : str
        As it is imported.
    source : str
        Of the file that imports it: how it calls the member tells what that returns.

    Returns
    -------
    callable or None
        Of one array, or of an upstream gradient and what the activation kept; raises
        ``LookupError`` where its meaning isn't known.
    """
    activation = name.removesuffix("_backward")
    if activation not in _VALUES or module.partition(".")[0] in _LIBRARIES:
        return None
    if _HELPFUL.search(module) is None:
        return None
    form = _form(source, activation, 1)
    if name == activation:
        value = _VALUES[name]
        return {"plain": value, "pair": _with_cache(value)}.get(form)
    is_kept = form == "pair" and _form(source, name, 2) in ("plain", "none")
    return _BACKWARD.get(activation) if is_kept else None


def _with_cache(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def activation(z: Any) -> Any:
        return value(z), z

    return activation


@cache
def _bound(source: str) -> frozenset[str]:
    """Return the names that a file binds itself, by whatever statement but an import."""
    found: set[str] = set()
    for node in _nodes(source):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)


@cache
def _form(source: str, name: str, count: int) -> str:
    """Return what the calls of a function in a file take it to return.

    Returns
    -------
    {"plain", "pair", "none", "unclear"}
        A value, a value with a cache, nothing as it isn't called, or one here and the other there.
    """
    if name in _bound(source):
        return "unclear"
    local = {name}
    parents: dict[int, ast.AST] = {}
    for node in _nodes(source):
        parents |= {id(child): node for child in ast.iter_child_nodes(node)}
        if isinstance(node, ast.ImportFrom):
            local |= {a.asname for a in node.names if a.name == name and a.asname}
    forms, kept = set(), set()
    for node in _nodes(source):
        if not isinstance(node, ast.Call) or _called(node) not in local:
            continue
        if len(node.args) != count or node.keywords or isinstance(node.args[0], ast.Starred):
            return "unclear"
        parent = parents.get(id(node))
        forms.add(_taken(parent))
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            kept.add(parent.targets[0].id)
    parts = {
        node.value.id for node in _nodes(source)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)
    }  # fmt: skip
    if len(forms) > 1 or kept & parts:
        return "unclear"
    return next(iter(forms), "none")


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        # np.tanh and self.relu are others'
        return "" if function.value.id in ("np", "numpy", "self", "math") else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _taken(parent: ast.AST | None) -> str:
    """Return what is done with a result: taken apart in two, or not."""
    if isinstance(parent, ast.Subscript):
        return "pair"
    is_apart = isinstance(parent, ast.Assign) and any(
        isinstance(t, (ast.Tuple, ast.List)) and len(t.elts) == 2 for t in parent.targets
    )
    return "pair" if is_apart else "plain"


def _nodes(source: str) -> Iterator[ast.AST]:
    return ast.walk(_tree(source))


@cache
def _tree(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
