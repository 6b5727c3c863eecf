"""Reads networks of the student's own that are classes: built, looked through, and trained once.

A network with layers, options or a cost that no component knows: ``loss(X, y)`` that returns the
gradients, too; ``forward(X)``, a cost and ``backward(X, y)``; ``loss(X, y)`` beside
``gradient(X, y)``. Its weights are found in its objects, and its gradients are held to the
derivative of its own cost, or where it has none, of the textbook's cost whose gradient they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.naming import normalised
from gradcheck.own._calls import (
    ASSUMED,
    EXAMPLES,
    Caller,
    numbers_of,
    operands_of,
    predictions,
    reached,
)
from gradcheck.own._costs import OUT, Setting, textbook_costs
from gradcheck.own._fillings import (
    OUTPUTS,
    WIDTH_IN,
    Filling,
    fillings,
)
from gradcheck.own._objects import Node, Weight, looked, weights_of
from gradcheck.own._parts import Parts, parts_of, with_layers
from gradcheck.own._trials import Operand, Trial, best_of
from gradcheck.own.base import Reader, Unread, joined, owners
from gradcheck.recognition import Recognition
from gradcheck.records.description import ClassDescription
from gradcheck.records.program import Program, Step, Value
from gradcheck.results import Path
from gradcheck.template import Execute, Template

__all__ = ["READER"]

FORWARDS = ("forward", "forwardpass", "forwardpropagation", "feedforward", "forwardprop",
            "propagate", "call", "predictproba", "predict", "scores")  # fmt: skip
COSTS = ("loss", "cost", "computeloss", "computecost", "calculateloss", "calculatecost",
         "totalloss", "crossentropy", "lossfunction", "costfunction", "getloss", "getcost",
         "calcloss", "mseloss", "mse", "crossentropyloss")  # fmt: skip
GRADIENTS = ("backward", "backwardpass", "backpropagation", "backpropagate", "backprop",
             "backwardpropagation", "backwardprop", "computegradients", "computegradient",
             "gradients", "gradient", "calculategradients", "getgradients", "bptt",
             "grad", "grads")  # fmt: skip
MOST_CLASSES, MOST_NUMBERS = 20, 400
"""Classes that are looked at, and numbers in all weights of one."""
MOST_PREDICTIONS = 4
PROBE = 8


@dataclass(frozen=True)
class _Network:
    """An object that can be built, and its weights."""

    cls: ClassDescription
    steps: tuple[Step, ...]
    """Those that build it and put the operands in the places of its weights."""
    nodes: tuple[Node, ...]
    weights: tuple[Operand, ...]
    owners: Mapping[str, tuple[str, ...]]
    """From a node's slot to the weights that it has."""
    sizes: tuple[int, ...]
    image: tuple[int, ...] = ()

    def method(self, names: Sequence[str]) -> str | None:
        """Return the class's method of the first of these names, underscores aside."""
        own = {normalised(m): m for m in self.cls.methods if m != "__init__"}
        return next((own[n] for n in names if n in own), None)

    @property
    def after(self) -> tuple[Step, ...]:
        """The steps that look at its objects' attributes."""
        return tuple(step for node in self.nodes for step in node.steps)


@dataclass(frozen=True)
class _Data:
    """How the examples lie, and what is known of the target."""

    is_columns: bool
    target: Operand
    form: str
    outputs: int
    image: tuple[int, ...] = ()

    @property
    def inputs(self) -> Operand:
        """The network's input."""
        if self.image:
            return Operand("X", (EXAMPLES, *(f"s{n}" for n in self.image)))
        dims = (EXAMPLES, f"s{WIDTH_IN}")
        return Operand("X", dims[::-1] if self.is_columns else dims)


def _read(unread: Unread) -> Recognition:
    """Return the recognition with networks among its unread classes read."""
    parts = parts_of(unread.recognition.readings, unread.module)
    classes = [c for c in unread.module.classes if c.name in unread.names]
    execute = unread.execute
    best = (best_of(_trials(c, parts, execute), execute) for c in classes[:MOST_CLASSES])
    found = [o.reading for o in best if o is not None]
    taken = owners(found)
    kept = (r for r in unread.recognition.readings if not taken & owners([r]))
    return joined(unread.recognition, found, kept=kept)


READER = Reader(order=50, read=_read)


def _trials(cls: ClassDescription, parts: Parts, execute: Execute) -> Iterator[Trial]:
    """Yield the ways to call a class that trains a network."""
    own = {normalised(m) for m in cls.methods}
    if not own & {*COSTS, *GRADIENTS} or not own & {*FORWARDS, *COSTS}:
        return
    for filled in (*fillings(cls), *with_layers(cls, parts, has_loss=True)):
        network = _network(cls, filled, execute)
        if network is not None:
            yield from _of(network, execute)


def _of(network: _Network, execute: Execute) -> Iterator[Trial]:
    forward, cost, gradient = (network.method(n) for n in (FORWARDS, COSTS, GRADIENTS))
    for data in _data(network):
        caller = _caller(network, data, gradient or cost or "")
        if cost is not None:
            yield from _with_cost(network, data, caller, cost, gradient)
        if forward is not None and gradient is not None:
            yield from _with_forward(network, data, caller, (forward, cost, gradient), execute)


def _caller(network: _Network, data: _Data, gradient: str) -> Caller:
    numbers = numbers_of(network.cls.methods[gradient]) if gradient else frozenset()
    return Caller(data.target.name, {}, numbers)


def _data(network: _Network) -> Iterator[_Data]:
    """Yield what examples may look like: rows or columns, and the usual targets."""
    for outputs in dict.fromkeys(s for s in network.sizes if s in OUTPUTS):
        for is_columns in (False,) if network.image else (False, True):
            dims = (EXAMPLES, f"s{outputs}")
            kind = "binary" if outputs == 1 else f"onehot-{0 if is_columns else 1}"
            spread = Operand("y", dims[::-1] if is_columns else dims, kind)
            yield _Data(is_columns, spread, "same", outputs, network.image)
            kind = f"labels-{max(outputs, 2)}"
            form = "labels" if outputs > 1 else "vector"
            labels = Operand("y", (EXAMPLES,), kind)
            yield _Data(is_columns, labels, form, outputs, network.image)


def _with_cost(
    network: _Network, data: _Data, caller: Caller, cost: str, gradient: str | None
) -> Iterator[Trial]:
    """Yield the calls of a cost of the data, which returns gradients or has them beside it."""
    value = _called(network, caller, cost, "r")
    if value is None or "$X" not in operands_of(value):
        return
    if any(len(r.elements) == 2 for r in network.cls.methods[cost].returns):
        yield _trial(network, data, (cost,), value, (), ("r", 0), ("r",))
    if gradient is not None:
        slopes = _called(network, caller, gradient, "g")
        if slopes is not None:
            yield _trial(network, data, (cost, gradient), value, slopes, ("r",), ("g",))


def _with_forward(
    network: _Network, data: _Data, caller: Caller, methods: tuple[str, str | None, str],
    execute: Execute,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the calls of forward, a cost and the gradient, and of forward with a usual cost."""
    forward, cost, gradient = methods
    start = _called(network, caller, forward, "r")
    if start is None:
        return
    value = _value(network, data, start, execute)
    caller = caller.with_results(network.cls.methods[forward], value)
    shape = (PROBE, data.outputs)
    for path in predictions(value, shape[::-1] if data.is_columns else shape, "r")[
        :MOST_PREDICTIONS
    ]:
        steps, slot = reached(path, "r")
        at = replace(caller, prediction=slot)
        slopes = _called(network, at, gradient, "g")
        slopes = slopes or _called(network, replace(at, prediction="r"), gradient, "g")
        if slopes is None or "$y" not in operands_of(slopes):
            continue
        called = _called(network, at, cost, "cost") if cost is not None else None
        if called is not None:
            whole = (*start, *steps, *called)
            names = (forward, cost or "", gradient)
            yield _trial(network, data, names, whole, slopes, ("cost",), ("g",))
        setting = Setting(slot, "$y", data.form, data.is_columns, data.outputs, EXAMPLES,
                          f"{network.cls.name}.{forward}")  # fmt: skip
        for usual in textbook_costs(setting):
            whole = (*start, *steps, *usual.steps)
            yield _trial(network, data, (forward, gradient), whole, slopes, (OUT, 0), ("g",),
                         ASSUMED.format(usual.title))  # fmt: skip


def _called(
    network: _Network, caller: Caller, method: str, slot: str
) -> tuple[Step, ...] | None:
    return caller.call(network.cls.methods[method], slot, ("get", f"m {slot}", "obj", method))


def _trial(
    network: _Network, data: _Data, methods: Sequence[str], forward: tuple[Step, ...],
    backward: tuple[Step, ...], output: Path, raw: tuple[str, ...], note: str = "",
) -> Trial:  # fmt: skip
    cls = network.cls
    names = tuple(f"{cls.name}.{m}" for m in methods)
    before, after = (forward, (*backward, *network.after)) if backward else (
        (*forward, *network.after), ()
    )
    template = Template(
        network.steps, before, after, output=output, state="object",
        forward_function=names[0] if note or len(names) == 1 else names[-2],
        backward_function=names[-1],
    )  # fmt: skip
    operands = (*network.weights, data.inputs, data.target, Operand("penalty", (), "share"),
                Operand("share", (), "share"))  # fmt: skip
    sizes = {d: int(d[1:]) for o in operands for d in o.dims if d.startswith("s")}
    returns = cls.methods[methods[-1]].returns
    returned = tuple(e.name or "" for e in returns[-1].elements) if returns else ()
    return Trial(
        names, "model-trio", cls.line, template, operands, sizes, raw, network.owners, returned,
        notes=(note,) if note else (), is_assumed=bool(note),
        has_cost=network.method(COSTS) is not None,
    )  # fmt: skip


def _network(cls: ClassDescription, filled: Filling, execute: Execute) -> _Network | None:
    """Return an object's weights and how they are set, if it can be built and has some."""
    nodes = looked(filled, execute)
    weights = weights_of(nodes)
    if not weights or sum(int(np.prod(w.shape)) for w in weights) > MOST_NUMBERS:
        return None
    shared = _shared(filled, nodes, weights, execute)
    called = [w.called.split("__")[-1] for w in weights]
    is_clear = len(set(called)) == len(called)
    steps = list(filled.steps)
    operands: list[Operand] = []
    owners: dict[str, tuple[str, ...]] = {}
    for weight, own in zip(weights, called, strict=True):
        if weight.name in shared and shared[weight.name] != weight.name:
            continue  # the same array in another place
        name = own if is_clear else weight.name
        steps += _placed(weight, name, in_place=weight.name in shared)
        dims = tuple(f"s{n}" for n in weight.shape)
        operands.append(Operand(name, dims, is_weight=True, aliases=(normalised(own),)))
        owners[weight.owner] = (*owners.get(weight.owner, ()), name)
    return _Network(cls, tuple(steps), nodes, tuple(operands), owners, filled.sizes, filled.image)


def _placed(weight: Weight, name: str, *, in_place: bool) -> Iterator[Step]:
    """Yield the steps that set a weight, or fill its array where several objects have it."""
    *before, last = weight.steps
    yield from before
    if not in_place:
        yield (*last[:-1], f"${name}")
        return
    slot = f"array {weight.name}"
    yield ("get" if last[0] == "set" else "item", slot, last[1], last[2])
    yield ("constant", "nothing", 0.0)
    for method, operand in (("__imul__", "nothing"), ("__iadd__", f"${name}")):
        yield ("get", f"{slot} {method}", slot, method)
        yield ("call", f"{slot} done", f"{slot} {method}", [operand], {})


def _shared(
    filled: Filling, nodes: Sequence[Node], weights: Sequence[Weight], execute: Execute
) -> dict[str, str]:
    """Return the weights whose array several objects have: by name the first of each."""
    steps: list[Step] = [*filled.steps]
    slots: list[str] = []
    for weight in weights:
        *before, last = weight.steps
        slot = f"array {weight.name}"
        steps += [*before, ("get" if last[0] == "set" else "item", slot, last[1], last[2]),
                  ("get", f"{slot} place", slot, "__array_interface__"),
                  ("item", f"{slot} at", f"{slot} place", "data")]  # fmt: skip
        slots.append(f"{slot} at")
    (reply,) = execute([Program(tuple(steps), (), tuple(slots))])
    if reply.fault is not None:
        return {}
    places = [str(v) for v in reply.values]
    first: dict[str, str] = {}
    for place, weight in zip(places, weights, strict=True):
        first.setdefault(place, weight.name)
    return {w.name: first[p] for p, w in zip(places, weights, strict=True) if places.count(p) > 1}


def _value(
    network: _Network, data: _Data, start: tuple[Step, ...], execute: Execute
) -> Value:
    """Return what forward returns for ones; None where it raises."""
    sizes = {EXAMPLES: PROBE}
    wanted = [o for o in (*network.weights, data.inputs, data.target)
              if f"${o.name}" in operands_of((*network.steps, *start))]  # fmt: skip
    arrays = tuple(np.ones([sizes.get(d) or int(d[1:]) for d in o.dims]) for o in wanted)
    puts: list[Step] = [("put", f"${o.name}", k) for k, o in enumerate(wanted)]
    (reply,) = execute([Program((*puts, *network.steps, *start), arrays, ("r",))])
    return None if reply.fault is not None else reply.values[0]
