"""Reads functions of a network whose layers, cost or penalty no component knows.

``forward_propagation(X, parameters)``, perhaps a cost, ``backward_propagation(X, Y, cache)``: with
a penalty, with dropout, of any depth. The gradient is held to the derivative of the cost that the
code has; where it has none, of the textbook's cost whose gradient it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.calls.naming import COST_WORDS, NETWORK_WORDS, normalised, parsed
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, Template
from gradcheck.own._calls import (
    ASSUMED,
    EXAMPLES,
    Caller,
    cost_in,
    numbers_of,
    operands_of,
    predictions,
    reached,
    reaching,
)
from gradcheck.own._costs import OUT, Setting, textbook_costs
from gradcheck.own._operands import PROBE, Operand, answered, ones_of, sizes_of
from gradcheck.own._trials import Outcome, Trial, best_of
from gradcheck.own.base import Reader, Unread, joined, owners
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Program, Step, Value

__all__ = ["READER"]

MOST_BACKWARDS, MOST_PARTNERS, MOST_PREDICTIONS = 8, 4, 3
"""How many gradients are looked at, forwards and costs for each, and results of a forward."""
WIDTHS = (4, 5, 6, 7, 9)
"""Of the input and the hidden layers."""
OUTPUTS = (3, 1)
WEIGHTS = frozenset({"w", "weight", "weights", "theta", "syn"})
BIASES = frozenset({"b", "bias", "biases"})
_LAYER = re.compile(r"([A-Za-z]+)_?(\d)")
FOREIGN = frozenset({"test", "case", "check", "numerical", "numeric", "vector", "descent", "clip"})
"""Words of what has to do with gradients and isn't one."""


@dataclass(frozen=True)
class _Net:
    """Layers as the code names them, and how its arrays lie."""

    operands: tuple[Operand, ...]
    keys: Mapping[str, str]
    """From a weight's operand to its key or argument."""
    is_columns: bool
    classes: int


def _read(unread: Unread) -> Recognition:
    """Return the recognition with networks' functions among its unread names read."""
    module, left = unread.module, unread.names
    names = {f.name: parsed(f.name) for f in module.functions}
    backwards = [f for f in module.functions if f.name in left and names[f.name].is_gradient
                 and not FOREIGN & set(names[f.name].words)]  # fmt: skip
    forwards = [f for f in module.functions if _is_forward(f)]
    costs = [f for f in module.functions
             if not names[f.name].is_gradient and COST_WORDS & set(names[f.name].words)
             and not FOREIGN & set(names[f.name].words)]  # fmt: skip
    tried = backwards[:MOST_BACKWARDS] if forwards else []
    best = (_best(backward, forwards, costs, unread.execute) for backward in tried)
    found = [o.reading for o in best if o is not None]
    taken = owners(found)
    kept = (r for r in unread.recognition.readings
            if not taken & set(r.names) or r.template.gradients)  # fmt: skip
    return joined(unread.recognition, found, kept=kept)


READER = Reader(order=30, read=_read)


def _is_forward(function: FunctionDescription) -> bool:
    name = parsed(function.name)
    is_named = name.is_forward or bool(NETWORK_WORDS & set(name.words))
    return is_named and not name.is_gradient and not FOREIGN & set(name.words)


def _best(
    backward: FunctionDescription, forwards: Sequence[FunctionDescription],
    costs: Sequence[FunctionDescription], execute: Execute,
) -> Outcome | None:  # fmt: skip
    extra = _extra(backward)
    costs = [c for c in costs if _extra(c) <= extra or not extra]  # with a penalty, say: another's
    usable = [c for c in costs if _is_callable(c, backward)]
    if not usable and (costs or "penalty" in numbers_of(backward)):
        return None  # a penalty in the cost alone, or in the gradient alone: which one is meant?
    for forward in _near(forwards, backward):
        trials = (
            trial
            for net in _nets((forward, backward), execute)
            for trial in _trials(forward, _near(usable, backward), backward, net, execute)
        )
        outcome = best_of(trials, execute)
        if outcome is not None:
            return outcome
    return None


def _extra(function: FunctionDescription) -> frozenset[str]:
    """Return the words after ``with``, or a last letter alone: what tells versions apart."""
    words = parsed(function.name).words
    told = words[words.index("with") + 1 :] if "with" in words else ()
    last = words[-1:] if words and len(words[-1]) == 1 else ()
    return frozenset((*told, *last))


def _near(
    functions: Sequence[FunctionDescription], backward: FunctionDescription
) -> list[FunctionDescription]:
    """Return those that a backward may go with, the likeliest first."""
    wanted = _extra(backward)
    near = sorted(functions, key=lambda f: len(_extra(f) ^ wanted))
    return near[:MOST_PARTNERS]


def _is_callable(cost: FunctionDescription, backward: FunctionDescription) -> bool:
    """Return whether a cost takes all numbers that the gradient depends on, and none else."""
    wanted = numbers_of(backward) & {"penalty"}
    needed = numbers_of(cost, has_default=False) & {"penalty"}
    return needed <= wanted <= numbers_of(cost)


def _nets(functions: Sequence[FunctionDescription], execute: Execute) -> Iterator[_Net]:
    """Yield the networks whose weights' names stand in the code, in every usual layout."""
    names = {p.name for f in functions for p in f.required} | _strings(functions, execute)
    layers: dict[tuple[bool, int], str] = {}
    for name in sorted(names):
        match = _LAYER.fullmatch(name)
        stem = match[1].lower() if match else ""
        if match and stem in WEIGHTS | BIASES:
            layers.setdefault((stem in WEIGHTS, int(match[2])), name)
    numbers = sorted(number for is_weight, number in layers if is_weight)
    if not numbers and {"W", "b"} <= names:
        layers = {(w, k): f"{'W' if w else 'b'}{k}" for w in (True, False) for k in (1, 2, 3)}
        numbers = [1, 2, 3]
    if not numbers or len(numbers) >= len(WIDTHS):
        return
    for classes in OUTPUTS:
        for form in ("columns", "rows", "rows-flat"):
            yield _net(layers, numbers, classes, form)


def _net(
    layers: Mapping[tuple[bool, int], str], numbers: Sequence[int], classes: int, form: str
) -> _Net:
    is_columns = form == "columns"
    widths = [f"s{n}" for n in (*WIDTHS[: len(numbers)], classes)]
    operands: list[Operand] = []
    keys: dict[str, str] = {}
    for place, number in enumerate(numbers):
        into, out = widths[place], widths[place + 1]
        key = layers[True, number]
        operands.append(Operand(key, (out, into) if is_columns else (into, out), is_weight=True))
        keys[key] = key
        bias = layers.get((False, number))
        if bias is not None:
            dims = {"columns": (out, "s1"), "rows": ("s1", out), "rows-flat": (out,)}[form]
            operands.append(Operand(bias, dims, is_weight=True))
            keys[bias] = bias
    first, last = (widths[0], EXAMPLES), (widths[-1], EXAMPLES)
    operands.append(Operand("X", first if is_columns else first[::-1]))
    for name, dims, kind in (
        ("Y", last if is_columns else last[::-1], _spread(classes, is_columns=is_columns)),
        ("labels", (EXAMPLES,), f"labels-{max(classes, 2)}"),
        ("penalty", (), "share"), ("share", (), "share"),
    ):  # fmt: skip
        operands.append(Operand(name, dims, kind))
    return _Net(tuple(operands), keys, is_columns, classes)


def _spread(classes: int, *, is_columns: bool) -> str:
    return "binary" if classes == 1 else f"onehot-{0 if is_columns else 1}"


def _strings(functions: Sequence[FunctionDescription], execute: Execute) -> set[str]:
    """Return the strings that stand in functions' code."""
    steps = [(("name", "f", f.name), ("get", "c", "f", "__code__"), ("get", "k", "c", "co_consts"))
             for f in functions]  # fmt: skip
    found: set[str] = set()
    waiting: list[Value] = [v for reply in execute([Program(s, (), ("k",)) for s in steps])
                            if reply.fault is None for v in reply.values]  # fmt: skip
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple | list):
            waiting += value
    return found


def _trials(
    forward: FunctionDescription, costs: Sequence[FunctionDescription],
    backward: FunctionDescription, net: _Net, execute: Execute,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the calls of a net: with each cost of the code's own, then each of the textbook's."""
    for target, form in (("Y", "same"), ("labels", "labels" if net.classes > 1 else "vector")):
        caller = Caller(target, net.keys, numbers_of(backward), functions=_handed(forward))
        start = caller.call(forward, "r", reaching(forward))
        if start is None:
            return
        value = answered(start, ones_of(net.operands, start), execute)
        results = caller.with_results(forward, value)
        place = cost_in(value, "r")
        if place is not None:
            yield from _whole(results, (forward, backward), start, place, backward, net)
        for path in predictions(value, _shape(net), "r")[:MOST_PREDICTIONS]:
            steps, slot = reached(path, "r")
            at = replace(results, prediction=slot)
            for own in costs:
                called = at.call(own, "cost", reaching(own))
                if called is not None:
                    whole = (*start, *steps, *called)
                    yield from _whole(at, (forward, own, backward), whole, ("cost",), backward, net)
            setting = Setting(slot, f"${target}", form, net.is_columns, net.classes, EXAMPLES,
                              forward.name)  # fmt: skip
            for cost in textbook_costs(setting):
                whole = (*start, *steps, *cost.steps)
                yield from _whole(at, (forward, backward), whole, (OUT, 0), backward, net,
                                  ASSUMED.format(cost.title), has_cost=bool(costs))  # fmt: skip


def _handed(forward: FunctionDescription) -> dict[str, str]:
    """Return what a backward calls the forward that it is handed: ``forward_prop_func``."""
    return {normalised(forward.name) + end: forward.name for end in ("func", "fn", "function", "")}


def _whole(
    caller: Caller, functions: Sequence[FunctionDescription], forward: tuple[Step, ...],
    output: Path, backward: FunctionDescription, net: _Net, note: str = "", *,
    has_cost: bool = True,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the trial with the gradient's call, where what it takes is told."""
    gradient = caller.call(backward, "g", reaching(backward))
    if gradient is None or not {"$Y", "$labels"} & operands_of((*forward, *gradient)):
        return
    names = tuple(f.name for f in functions)
    template = Template(
        (), forward, gradient, output=output, state="cache",
        forward_function=names[0] if note else names[-2], backward_function=names[-1],
    )  # fmt: skip
    returned = backward.returns[-1].elements if backward.returns else ()
    yield Trial(
        names, "propagation", functions[0].line, template, net.operands, sizes_of(net.operands),
        returned=tuple(e.name or "" for e in returned), notes=(note,) if note else (),
        is_assumed=bool(note), has_cost=has_cost,
    )  # fmt: skip


def _shape(net: _Net) -> tuple[int, int]:
    """Return the shape of what a net predicts of the probe's examples."""
    return (net.classes, PROBE) if net.is_columns else (PROBE, net.classes)
