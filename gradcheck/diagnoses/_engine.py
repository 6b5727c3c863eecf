"""A scalar autograd engine with mistakes: what such an engine would have for gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Node", "Walk", "built", "gradients", "walks"]

MOST_VISITS = 20_000
"""Walks that visit a number once for each way to it are given up after as many."""


@dataclass(eq=False)
class Node:
    """A number, what it is made of, and its local derivatives with respect to that."""

    value: float
    children: tuple[Node, ...] = ()
    slopes: tuple[float, ...] = ()
    operation: str = ""
    gradient: float = field(default=0.0)


Walk = Callable[[Node], Iterable[Node]]
"""From the result, the order in which numbers pass their gradients on."""


def _add(x: Node, y: Node) -> Node:
    return Node(x.value + y.value, (x, y), (1.0, 1.0), "+")


def _multiply(x: Node, y: Node) -> Node:
    return Node(x.value * y.value, (x, y), (y.value, x.value), "*")


def _power(x: Node, n: float) -> Node:
    return Node(x.value**n, (x,), (n * x.value ** (n - 1),), "**")


def _negative(x: Node) -> Node:
    return _multiply(x, Node(-1.0))


def _unary(operation: str, x: Node) -> Node:
    if operation == "relu":
        return Node(max(x.value, 0.0), (x,), (float(x.value > 0),), operation)
    if operation == "tanh":
        t = math.tanh(x.value)
        return Node(t, (x,), (1 - t * t,), operation)
    e = math.exp(x.value)
    return Node(e, (x,), (e,), operation)


def built(leaves: Sequence[float], steps: Sequence[tuple[str, int, int]]) -> list[Node]:
    """Return the leaves, and the results of an expression's steps, as most engines make them.

    A difference is a sum with the negative, a quotient a product with a power.
    """
    nodes = [Node(leaf) for leaf in leaves]
    plain: set[int] = set()
    for operation, i, j in steps:
        if operation == "number":
            plain.add(len(nodes))
            nodes.append(Node(float(i)))
        elif operation == "power":
            nodes.append(_power(nodes[i], j))
        elif operation in {"relu", "tanh", "exp"}:
            nodes.append(_unary(operation, nodes[i]))
        else:
            is_reflected = i in plain
            nodes.append(_binary(operation, nodes[i], nodes[j], is_reflected=is_reflected))
    return nodes


def _binary(operation: str, x: Node, y: Node, *, is_reflected: bool) -> Node:
    if operation in {"subtract", "divide"}:
        y = _negative(y) if operation == "subtract" else _power(y, -1)
    first, second = (y, x) if is_reflected else (x, y)
    is_sum = operation in {"add", "subtract"}
    return _add(first, second) if is_sum else _multiply(first, second)


def gradients(
    root: Node, leaves: Sequence[Node], walk: Walk, *, assigning: frozenset[str] = frozenset(),
    ignoring: frozenset[str] = frozenset(),
) -> tuple[float, ...] | None:  # fmt: skip
    """Return the leaves' gradients after a walk; None where it takes too long.

    Parameters
    ----------
    assigning : frozenset of str
        Operations that set their operands' gradients, where the others add to them.
    ignoring : frozenset of str
        Operations whose local derivative isn't multiplied by what arrives.
    """
    root.gradient = 1.0
    for visits, node in enumerate(walk(root)):
        if visits > MOST_VISITS:
            return None
        for child, slope in zip(node.children, node.slopes, strict=True):
            part = slope * (1.0 if node.operation in ignoring else node.gradient)
            child.gradient = part if node.operation in assigning else child.gradient + part
    return tuple(leaf.gradient for leaf in leaves)


def _sorted(root: Node, *, turned: bool, once: bool = True) -> list[Node]:
    """Return the numbers so that each comes after all that it is used in.

    Without ``once`` a number is there once for each way to it.
    """
    order: list[Node] = []
    seen: set[int] = set()

    def visit(node: Node) -> None:
        if (once and id(node) in seen) or len(order) > MOST_VISITS:
            return
        seen.add(id(node))
        for child in node.children[::-1] if turned else node.children:
            visit(child)
        order.append(node)

    visit(root)
    return order[::-1]


def _at_once(root: Node, *, last_first: bool, dedupe: bool) -> Iterator[Node]:
    """Yield numbers as soon as anything has reached them, again for every way to them."""
    waiting = [root]
    while waiting:
        node = waiting.pop(-1 if last_first else 0)
        yield node
        children = tuple(dict.fromkeys(node.children)) if dedupe else node.children
        waiting += children


def _recursive(root: Node, *, dedupe: bool) -> Iterator[Node]:
    """Yield each number and then, at once, what it is made of."""
    yield root
    children = dict.fromkeys(root.children) if dedupe else root.children
    for child in children:
        yield from _recursive(child, dedupe=dedupe)


def walks() -> Iterator[tuple[str, Walk]]:
    """Yield the orders: ``sorted`` right ones, ``at once`` and ``repeated`` mistaken ones."""
    for turned in (False, True):
        yield "sorted", lambda root, turned=turned: _sorted(root, turned=turned)  # type: ignore[misc]
    for dedupe in (True, False):
        for last in (True, False):
            yield "at once", lambda root, last=last, dedupe=dedupe: _at_once(  # type: ignore[misc]
                root, last_first=last, dedupe=dedupe
            )
        yield "at once", lambda root, dedupe=dedupe: _recursive(root, dedupe=dedupe)  # type: ignore[misc]
    for turned in (False, True):
        yield "repeated", lambda root, turned=turned: _sorted(root, turned=turned, once=False)  # type: ignore[misc]
