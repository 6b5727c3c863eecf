"""Objects of a class that nothing is known of: built, and looked through for their weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.calls.naming import normalised
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute
from gradcheck.component import Variable
from gradcheck.own._calls import settled
from gradcheck.own._fillings import Filling
from gradcheck.own._operands import PROBE
from gradcheck.records.program import Opaque, Program, Step, Value

__all__ = ["Node", "Weight", "lasting", "looked", "slope_beside",
           "weights_of"]  # fmt: skip

FOREIGN = ("running", "moving", "mean", "var", "mask", "cache", "velocity", "moment", "vdw", "sdw")
"""Beginnings of names of arrays that are no weights."""
SLOTS = frozenset({"v", "m", "s", "vhat", "mhat", "vb", "mb", "sb", "vbhat", "mbhat", "vw", "mw",
                   "sw", "g", "h"})  # fmt: skip
"""Names of what optimizers keep beside weights, 0 at first."""
GRADIENTS = ("d", "grad")
VALUES, SLOPES = frozenset({"value", "val", "data", "param", "weight", "w"}), ("d", "grad", "slope")
"""Keys of a weight in a dict of its own, and beginnings of those of its gradient."""
LISTED = ("w", "b", "theta", "syn")
"""Beginnings of names of lists of weights."""
"""Examples, where the number of them must be told."""
BIASES = frozenset({"b", "bias", "intercept"})
MOST_NODES, MOST_WEIGHTS, DEEPEST = 64, 64, 4


@dataclass(frozen=True)
class Node:
    """An object inside: the steps that put its attributes into ``slot``."""

    slot: str
    owner: str
    """The slot of the object itself."""
    path: tuple[str, ...]
    steps: tuple[Step, ...]
    attributes: Mapping[str, Value]


MOMENTA = frozenset({"v", "m", "s", "velocity", "velocities", "momentum", "momentums", "momenta",
                     "vel", "mom", "prev", "previous", "last", "cache", "old", "v1", "moment",
                     "moments", "update", "updates", "accumulator", "acc"})  # fmt: skip
"""Marks of what an optimizer keeps between its steps, in the names of arrays."""


@dataclass(frozen=True)
class Weight:
    """An array in an object, and the steps that put an operand in its place."""

    name: str
    owner: str
    called: str
    shape: tuple[int, ...]
    steps: tuple[Step, ...]
    inner: Path = ()
    """Where it is among the owner's attributes."""

    @property
    def path(self) -> Path:
        """Where it is, from the slot of the owner's attributes on."""
        return (self.owner, *self.inner)

    @property
    def full(self) -> str:
        """Its name with those of the objects that it is in, without underscores."""
        return normalised(self.name)

    @property
    def variable(self) -> Variable:
        """It as a variable, by its own name."""
        return Variable(self.name, self.called, (), role="parameter",
                        aliases=(normalised(self.called),))  # fmt: skip


def looked(filled: Filling, execute: Execute) -> tuple[Node, ...]:
    """Return the object and those inside it, with their attributes."""
    found: list[Node] = []
    waiting: list[tuple[str, tuple[str, ...], tuple[Step, ...]]] = [("obj", (), ())]
    while waiting and len(found) < MOST_NODES:
        level = [_node(*one) for one in waiting]
        taken = {**filled.given, **filled.looking}
        puts: list[Step] = [("put", f"${n}", k) for k, n in enumerate(taken)]
        arrays = tuple(np.ones(shape) for shape in taken.values())
        made = tuple(settled(filled.steps, PROBE))
        programs = [Program((*puts, *made, *n.steps), arrays, (n.slot,)) for n in level]
        waiting = []
        for node, reply in zip(level, execute(programs), strict=True):
            if reply.fault is not None or not isinstance(reply.values[0], Mapping):
                continue
            whole = Node(node.slot, node.owner, node.path, node.steps, reply.values[0])
            found.append(whole)
            if len(node.path) < DEEPEST:
                waiting += _inside(whole)
    return tuple(found[:MOST_NODES])


def _node(owner: str, path: tuple[str, ...], steps: tuple[Step, ...]) -> Node:
    slot = f"{owner} attributes"
    return Node(slot, owner, path, (*steps, ("get", slot, owner, "__dict__")), {})


def _inside(node: Node) -> Iterator[tuple[str, tuple[str, ...], tuple[Step, ...]]]:
    """Yield the objects among an object's attributes, in lists and in dicts of them."""
    before = node.steps[:-1]
    for name, value in node.attributes.items():
        slot = f"{node.owner}.{name}"
        reach: Step = ("get", slot, node.owner, name)
        if isinstance(value, Opaque):
            yield slot, (*node.path, name), (*before, reach)
        for key, inner in _entries(value):
            if isinstance(inner, Opaque):
                item: Step = ("item", f"{slot}.{key}", slot, key)
                yield f"{slot}.{key}", (*node.path, f"{name}{key}"), (*before, reach, item)


def _entries(value: Value) -> list[tuple[str | int, Value]]:
    if isinstance(value, Mapping):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list | tuple) else []


def weights_of(nodes: Sequence[Node]) -> tuple[Weight, ...]:
    """Return the arrays of the objects that may be weights; none where there are too many."""
    found: list[Weight] = []
    for node in nodes:
        before = node.steps[:-1]
        for name, value in node.attributes.items():
            if not _is_weight(name, value, node.attributes):
                continue
            full = "_".join((*node.path, name)).replace(" ", "").replace(".", "").replace(":", "")
            steps = (*before, ("set", node.owner, name, f"${full}"))
            found.append(Weight(full, node.slot, name, np.shape(value), steps, (name,)))  # type: ignore[arg-type]
        found += _in_dicts(node)
        found += _in_lists(node)
    found = [w for w in found if not _is_momentum(w, found)]
    names = [w.name for w in found]
    is_clear = len(set(names)) == len(names) and len(names) <= MOST_WEIGHTS
    return tuple(found) if is_clear else ()


def _is_momentum(weight: Weight, among: Sequence[Weight]) -> bool:
    """Return whether an array is called like what an optimizer keeps of another: ``vW1``, ``m_b``.

    Also if it is in a dict or list of that name: ``self.velocity["W1"]``.
    """
    if len(weight.inner) > 1 and normalised(str(weight.inner[0])) in MOMENTA:
        return True
    own = normalised(weight.called)
    beside = (normalised(w.called) for w in among if w is not weight and w.shape == weight.shape)
    names = [name for other in beside for name in (other, f"d{other}")]
    marks = {mark for n in names for mark in (own.removesuffix(n), own.removeprefix(n))} - {own}
    return bool(marks & MOMENTA)


def lasting(filled: Filling, execute: Execute) -> tuple[tuple[Node, ...], tuple[Weight, ...]]:
    """Return objects and weights after a first call: arrays that more examples don't make larger.

    What else is there by then are results that the objects keep.
    """
    nodes = looked(filled, execute)
    more = {name: (shape[0] + 1, *shape[1:]) for name, shape in filled.looking.items()}
    again = weights_of(looked(replace(filled, looking=more), execute))
    shapes = {w.name: w.shape for w in again}
    return nodes, tuple(w for w in weights_of(nodes) if shapes.get(w.name) == w.shape)


def _in_dicts(node: Node) -> Iterator[Weight]:
    """Yield the weights in dicts: ``self.params["W"]``."""
    for name, value in node.attributes.items():
        if not isinstance(value, Mapping) or normalised(name).startswith(GRADIENTS):
            continue
        slot = f"{node.owner}.{name}"
        for key, inner in value.items():
            if isinstance(inner, Mapping) and key.isidentifier():
                yield from _in_records(node, name, key, inner)
            if _is_weight(key, inner, value) and key.isidentifier():
                assert isinstance(inner, np.ndarray)
                full = "_".join((*node.path, name, key))
                steps = (*node.steps[:-1], ("get", slot, node.owner, name),
                         ("setitem", slot, key, f"${full}"))  # fmt: skip
                yield Weight(full, node.slot, key, inner.shape, steps, (name, key))


def _in_records(
    node: Node, name: str, key: str, record: Mapping[str, Value]
) -> Iterator[Weight]:
    """Yield the weight of a dict of its value and more: ``self.params["W"]["value"]``."""
    slot = f"{node.owner}.{name}"
    own = next((k for k in record if normalised(k) in VALUES), None)
    value = record.get(own) if own is not None else None
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        full = "_".join((*node.path, name, key))
        steps = (*node.steps[:-1], ("get", slot, node.owner, name),
                 ("item", f"{slot}.{key}", slot, key),
                 ("setitem", f"{slot}.{key}", own, f"${full}"))  # fmt: skip
        yield Weight(full, node.slot, key, value.shape, steps, (name, key, str(own)))


def slope_beside(attributes: Value, weight: Weight) -> Path | None:
    """Return where a weight's gradient is, if both are in a dict of that weight."""
    if len(weight.inner) != len(("params", "W", "value")) or not isinstance(attributes, Mapping):
        return None
    name, key, own = (str(k) for k in weight.inner)
    record = attributes.get(name, {}).get(key, {})
    beside = next((k for k in record if k != own and normalised(k).startswith(SLOPES)), None)
    return None if beside is None else (weight.owner, name, key, beside)


def _in_lists(node: Node) -> Iterator[Weight]:
    """Yield the weights in lists of them: ``self.weights[0]``."""
    for name, value in node.attributes.items():
        plain = normalised(name.split("__")[-1])
        if not isinstance(value, list) or not plain.startswith(LISTED):
            continue
        slot = f"{node.owner}.{name}"
        for place, inner in enumerate(value):
            if _is_weight(name, inner, {}):
                assert isinstance(inner, np.ndarray)
                full = "_".join((*node.path, f"{name}{place}"))
                steps = (*node.steps[:-1], ("get", slot, node.owner, name),
                         ("setitem", slot, place, f"${full}"))  # fmt: skip
                yield Weight(full, node.slot, f"{name}{place}", inner.shape, steps,
                             (name, place))  # fmt: skip


def _is_weight(name: str, value: Value, beside: Mapping[str, Value]) -> bool:
    """Return whether an attribute is an array of reals that is no gradient of another.

    One number is a weight only where it is called a bias.
    """
    is_number = type(value) is float or (isinstance(value, np.ndarray) and not value.ndim)
    if is_number:
        return normalised(name) in BIASES and np.asarray(value).dtype.kind == "f"
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.size:
        return False
    plain = normalised(name)
    if plain.startswith(FOREIGN) or (plain in SLOTS and not np.any(value)):
        return False
    others = {normalised(n) for n in beside if n != name}
    twins = {f"d{o}" for o in others} | {f"grad{o}" for o in others} | {f"{o}grad" for o in others}
    return value.ndim > 0 and plain not in twins
