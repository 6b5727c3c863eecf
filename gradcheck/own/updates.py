"""Reads networks of the student's own that are trained by one call, and hand out no gradients.

``train_step(X, y)`` that returns its loss, ``backward(targets)`` that changes the weights itself,
``fit(X, y, epochs=1)``: one step at a known rate tells the gradients, as (before - after) / rate.
An array is a weight if a step at twice the rate changes it by twice as much and the cost depends
on it; a momentum that the step fills isn't.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import Execute
from gradcheck.own._calls import (
    Caller,
    cost_in,
    has_rate,
    numbers_of,
    operands_of,
)
from gradcheck.own._fillings import Filling, fillings
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
from gradcheck.own._parts import parts_of
from gradcheck.own._trials import Outcome, Trial, best_of
from gradcheck.own.base import Reader, Unread, joined, others
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import ClassDescription
from gradcheck.records.program import Step

__all__ = ["READER"]

STEPS = ("trainstep", "trainingstep", "trainonbatch", "trainbatch", "step", "updatestep",
         "gradientstep", "sgdstep", "trainone", "trainsinglestep", "optimizestep", "learn",
         "train", "fit", "partialfit", "update", "trainepoch", "runepoch", *GRADIENTS)  # fmt: skip
"""Names of what changes the weights by one step."""
MOST_CLASSES, MOST_METHODS, MOST_PREDICTIONS = 10, 3, 2


def _read(unread: Unread) -> Recognition:
    """Return the recognition with networks among its unread classes read by their steps."""
    parts = parts_of(unread.recognition.readings, unread.module)
    activation = parts.activation
    best = (_outcome(c, activation, unread.execute) for c in unread.classes[:MOST_CLASSES])
    found = [o.reading for o in best if o is not None]
    return joined(unread.recognition, found, kept=others(unread.recognition.readings, found))


READER = Reader(order=55, read=_read)


def _outcome(cls: ClassDescription, activation: str, execute: Execute) -> Outcome | None:
    """Return how the best way to call a class goes."""
    names = {normalised(m.rpartition("__")[2]) for m in (*cls.methods, *cls.private)}
    if not names & set(STEPS):
        return None
    best: Outcome | None = None
    for filled in fillings(cls, activation):
        outcome = _tried(cls, filled, execute)
        if outcome is not None and outcome.is_right:
            return outcome
        best = best or outcome
    return best


def _tried(cls: ClassDescription, filled: Filling, execute: Execute) -> Outcome | None:
    """Return how an object goes, without the arrays that turn out to be no weights."""
    network = network_of(cls, filled, execute)
    outcome = best_of(_trials(network, execute), execute) if network else None
    if outcome is None or not outcome.idle:
        return outcome
    network = network_of(cls, filled, execute, without=outcome.idle)
    outcome = best_of(_trials(network, execute), execute) if network else None
    return None if outcome is None or outcome.idle else outcome


def _trials(network: Network, execute: Execute) -> Iterator[Trial]:
    """Yield the ways to call a network that changes its weights itself, at our rate."""
    methods = [m for s in STEPS if (m := network.method((s,))) is not None]
    for data in (*data_of(network), *sequences_of(network)):
        for method in methods[:MOST_METHODS]:
            function = network.all_methods[method]
            caller = Caller(data.target.name, {}, numbers_of(function))
            yield from _by_its_loss(network, data, caller, method, execute)
            yield from _after_forward(network, data, caller, method, execute)


def _is_step(network: Network, *called: tuple[Step, ...]) -> bool:
    """Return whether the rate of a step is ours."""
    return has_rate((*network.steps, *(step for steps in called for step in steps)))


def _by_its_loss(
    network: Network, data: Data, caller: Caller, method: str, execute: Execute
) -> Iterator[Trial]:
    """Yield a step that returns the cost which it makes smaller."""
    step = call_of(network, caller, method, "r")
    if step is None or not {"$X", "$y"} <= operands_of(step) or not _is_step(network, step):
        return
    value = value_of(network, data, step, execute)
    path = cost_in(value, "r")
    if path is not None:
        yield trial_of(network, data, (method,), step, (), path, (), is_update=True)


def _after_forward(
    network: Network, data: Data, caller: Caller, method: str, execute: Execute
) -> Iterator[Trial]:
    """Yield a forward, its cost, and the step that follows."""
    forward, cost = network.method(FORWARDS), network.method(COSTS)
    start = call_of(network, caller, forward, "r") if forward is not None else None
    if forward is None or start is None:
        return
    value = value_of(network, data, start, execute)
    if value is None:
        return
    caller = caller.with_results(network.all_methods[forward], value)
    for prediction, steps in predicted(data, value, MOST_PREDICTIONS):
        at = replace(caller, prediction=prediction)
        step = call_of(network, at, method, "g")
        if step is None or "$y" not in operands_of(step) or not _is_step(network, step):
            continue
        called = call_of(network, at, cost, "cost") if cost is not None else None
        if called is not None:
            whole, names = (*start, *steps, *called), (forward, cost or "", method)
            yield trial_of(network, data, names, whole, step, ("cost",), (), is_update=True)
        if data.form == "steps":
            continue
        yield from with_textbook_costs(network, data, (forward, method), (*start, *steps),
                                       prediction, step, (), is_update=True)  # fmt: skip
