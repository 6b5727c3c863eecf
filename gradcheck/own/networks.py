"""Reads networks of the student's own that are classes: built, looked through, and trained once.

A network with layers, options or a cost that no component knows: ``loss(X, y)`` that returns the
gradients, too; ``forward(X)``, a cost and ``backward(X, y)``; ``loss(X, y)`` beside
``gradient(X, y)``. Its weights are found in its objects, and its gradients are held to the
derivative of its own cost, or where it has none, of the textbook's cost whose gradient they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import Execute
from gradcheck.own._calls import (
    Caller,
    cost_in,
    numbers_of,
    operands_of,
)
from gradcheck.own._fillings import filling, fillings
from gradcheck.own._networks import (
    COSTS,
    FORWARDS,
    GRADIENTS,
    Data,
    Network,
    call_of,
    data_of,
    network_of,
    predicted,
    sequences_of,
    trial_of,
    value_of,
    with_textbook_costs,
)
from gradcheck.own._parts import Parts, parts_of, with_layers
from gradcheck.own._training import trained
from gradcheck.own._trials import Trial, best_of
from gradcheck.own.base import Reader, Unread, joined, others
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import ClassDescription

__all__ = ["READER"]

MOST_CLASSES = 20
"""Classes that are looked at."""
MOST_PREDICTIONS = 4


def _read(unread: Unread) -> Recognition:
    """Return the recognition with networks among its unread classes read."""
    parts = parts_of(unread.recognition.readings, unread.module)
    execute = unread.execute
    best = (best_of(_trials(c, parts, execute), execute) for c in unread.classes[:MOST_CLASSES])
    found = [o.reading for o in best if o is not None]
    return joined(unread.recognition, found, kept=others(unread.recognition.readings, found))


READER = Reader(order=50, read=_read)


def _trials(cls: ClassDescription, parts: Parts, execute: Execute) -> Iterator[Trial]:
    """Yield the ways to call a class that trains a network."""
    own = {normalised(m.rpartition("__")[2]) for m in (*cls.methods, *cls.private)}
    if not own & {*COSTS, *GRADIENTS} or not own & {*FORWARDS, *COSTS}:
        return
    plain = filling(cls)
    ways = (plain,) if plain is not None and plain.vocabulary else ()
    is_built = False
    activation = parts.activation
    for filled in (*fillings(cls, activation), *ways, *with_layers(cls, parts, has_loss=True)):
        network = network_of(cls, filled, execute)
        if network is not None:
            is_built = True
            yield from _of(network, execute)
    for filled in () if is_built else trained(cls):
        network = network_of(cls, filled, execute)
        if network is not None:
            yield from _of(network, execute)


def _of(network: Network, execute: Execute) -> Iterator[Trial]:
    forward, cost, gradient = (network.method(n) for n in (FORWARDS, COSTS, GRADIENTS))
    for data in data_of(network):
        caller = _caller(network, data, gradient or cost or "")
        if cost is not None:
            yield from _with_cost(network, data, caller, cost, gradient)
        if forward is not None and gradient is not None:
            yield from _with_forward(network, data, caller, (forward, cost, gradient), execute)
    for data in sequences_of(network):
        caller = _caller(network, data, gradient or cost or "")
        if cost is not None:
            yield from _with_cost(network, data, caller, cost, gradient)
        if forward is not None and gradient is not None:
            yield from _in_forward(network, data, caller, (forward, gradient), execute)
            yield from _between(network, data, caller, (forward, cost, gradient), execute)


def _between(
    network: Network, data: Data, caller: Caller, methods: tuple[str, str | None, str],
    execute: Execute,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the calls of forward, of a cost of what it returned or kept, and of the gradient."""
    forward, cost, gradient = methods
    start = call_of(network, caller, forward, "r")
    value = None if start is None else value_of(network, data, start, execute)
    if cost is None or start is None or value is None:
        return
    caller = replace(caller.with_results(network.all_methods[forward], value), prediction="r")
    called, slopes = (call_of(network, caller, m, s) for m, s in ((cost, "cost"), (gradient, "g")))
    if called is not None and slopes is not None and "$y" in operands_of(called):
        names = (forward, cost, gradient)
        yield trial_of(network, data, names, (*start, *called), slopes, ("cost",), ("g",))


def _in_forward(
    network: Network, data: Data, caller: Caller, methods: tuple[str, str], execute: Execute
) -> Iterator[Trial]:
    """Yield the calls of a forward of data and targets that returns the cost, and backward."""
    forward, gradient = methods
    start = call_of(network, caller, forward, "r")
    if start is None or not {"$X", "$y"} <= operands_of(start):
        return
    value = value_of(network, data, start, execute)
    path = cost_in(value, "r")
    caller = caller.with_results(network.all_methods[forward], value)
    slopes = call_of(network, caller, gradient, "g")
    if path is not None and slopes is not None:
        yield trial_of(network, data, methods, start, slopes, path, ("g",))


def _caller(network: Network, data: Data, gradient: str) -> Caller:
    numbers = numbers_of(network.all_methods[gradient]) if gradient else frozenset()
    return Caller(data.target.name, {}, numbers)


def _with_cost(
    network: Network, data: Data, caller: Caller, cost: str, gradient: str | None
) -> Iterator[Trial]:
    """Yield the calls of a cost of the data, which returns gradients or has them beside it."""
    value = call_of(network, caller, cost, "r")
    if value is None or "$X" not in operands_of(value):
        return
    if any(len(r.elements) == 2 for r in network.all_methods[cost].returns):
        yield trial_of(network, data, (cost,), value, (), ("r", 0), ("r",))
    if gradient is not None:
        slopes = call_of(network, caller, gradient, "g")
        if slopes is not None:
            yield trial_of(network, data, (cost, gradient), value, slopes, ("r",), ("g",))


def _with_forward(
    network: Network, data: Data, caller: Caller, methods: tuple[str, str | None, str],
    execute: Execute,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the calls of forward, a cost and the gradient, and of forward with a usual cost."""
    forward, cost, gradient = methods
    start = call_of(network, caller, forward, "r")
    if start is None:
        return
    value = value_of(network, data, start, execute)
    caller = caller.with_results(network.all_methods[forward], value)
    for slot, steps in predicted(data, value, MOST_PREDICTIONS):
        at = replace(caller, prediction=slot)
        slopes = call_of(network, at, gradient, "g")
        slopes = slopes or call_of(network, replace(at, prediction="r"), gradient, "g")
        if slopes is None or "$y" not in operands_of(slopes):
            continue
        called = call_of(network, at, cost, "cost") if cost is not None else None
        if called is not None:
            whole = (*start, *steps, *called)
            names = (forward, cost or "", gradient)
            yield trial_of(network, data, names, whole, slopes, ("cost",), ("g",))
        yield from with_textbook_costs(network, data, (forward, gradient), (*start, *steps), slot,
                                       slopes, ("g",))  # fmt: skip
