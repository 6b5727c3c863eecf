"""Reads networks that are lists of layers of neurons, each a dict of its weights, the bias last.

``forward_propagate(network, row)``, ``backward_propagate_error(network, expected)``, which keeps a
delta in each neuron, and ``update_weights(network, row, l_rate)``: one step of one example at a
known rate tells the gradients. The code has no cost: it is half the squared error, or the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from gradcheck.calls.naming import normalised, parsed
from gradcheck.calls.template import RATE, Reading, Template
from gradcheck.own._calls import ASSUMED, ONCE, RATES
from gradcheck.own._operands import Operand, sizes_of
from gradcheck.own._trials import Trial, best_of
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["READER"]

NETWORKS = frozenset({"network", "net", "nn", "layers", "model"})
KEYS = ("weights", "w", "weight")
INPUTS, HIDDEN, OUTPUTS = 3, 5, 2
COSTS = {"half the squared error": 0.5, "squared error": 1.0}
MOST = 3
"""Functions of a network that are looked at, of each kind."""
STEP_RATES = RATES | {"lrate", "l", "alpha", "rate"}


def _read(unread: Unread) -> Recognition:
    """Return the recognition with such networks' functions among its unread names read."""
    taking = [f for f in unread.functions
              if f.required and normalised(f.required[0].name) in NETWORKS]  # fmt: skip
    updates = [f for f in taking if any(_is_rate(p.name) for p in f.required)]
    backwards = [f for f in taking if f not in updates and parsed(f.name).is_gradient
                 and len(f.required) == 2]  # fmt: skip
    forwards = [f for f in taking if f not in (*updates, *backwards) and len(f.required) == 2]
    found: list[Reading] = []
    for chosen in product(forwards[:MOST], backwards[:MOST], updates[:MOST]):
        if not found:
            outcome = best_of(_trials(*chosen), unread.execute)
            found += [outcome.reading] if outcome is not None else []
    return joined(unread.recognition, found)


READER = Reader(order=32, read=_read)


def _is_rate(name: str) -> bool:
    return normalised(name) in STEP_RATES


def _trials(
    forward: FunctionDescription, backward: FunctionDescription, update: FunctionDescription
) -> Iterator[Trial]:
    """Yield the calls with each key and cost, of rows with the target behind the inputs or not."""
    for key, behind, (title, factor) in product(KEYS, (1, 0), COSTS.items()):
        slots = _given(update)
        if slots is None:
            return
        operands = (
            Operand("W1", (f"s{HIDDEN}", f"s{INPUTS + 1}"), is_weight=True),
            Operand("W2", (f"s{OUTPUTS}", f"s{HIDDEN + 1}"), is_weight=True),
            Operand("X", (f"s{INPUTS + behind}",)), Operand("y", (f"s{OUTPUTS}",), "onehot-0"),
        )  # fmt: skip
        value: tuple[Step, ...] = (
            ("name", "ff", forward.name), ("call", "r", "ff", ["network", "$X"], {}),
            *_squared(factor),
        )  # fmt: skip
        descent: tuple[Step, ...] = (
            ("name", "fb", backward.name), ("call", "deltas", "fb", ["network", "$y"], {}),
            ("constant", "rate", RATE), ("constant", "once", 1), ("name", "fu", update.name),
            ("call", "updated", "fu", slots, {}),
            ("get", "W1 copy", "$W1", "copy"), ("call", "W1 after", "W1 copy", [], {}),
            ("get", "W2 copy", "$W2", "copy"), ("call", "W2 after", "W2 copy", [], {}),
        )  # fmt: skip
        names = (forward.name, backward.name, update.name)
        template = Template(
            tuple(_network(key)), value, descent, output=("out",), state="object",
            forward_function=forward.name, backward_function=backward.name,
        )  # fmt: skip
        yield Trial(
            names, "propagation", forward.line, template, operands, sizes_of(operands), (),
            updates={w: (f"{w} after",) for w in ("W1", "W2")},
            notes=(ASSUMED.format(title),), is_assumed=True,
        )  # fmt: skip


def _given(update: FunctionDescription) -> list[str] | None:
    """Return what an update is called with; None where it wants more than a network and a row."""
    slots = ["network"]
    for parameter in update.required[1:]:
        if _is_rate(parameter.name):
            slots.append("rate")
        elif normalised(parameter.name) in ONCE:
            slots.append("once")
        elif "$X" not in slots:
            slots.append("$X")
        else:
            return None
    return slots


def _network(key: str) -> Iterator[Step]:
    """Yield the steps that build it: neurons' weights are the rows of the arrays themselves."""
    layers: Sequence[tuple[str, int]] = (("W1", HIDDEN), ("W2", OUTPUTS))
    for name, count in layers:
        for k in range(count):
            yield ("item", f"row {name} {k}", f"${name}", k)
            yield ("dict", f"neuron {name} {k}", [[key, f"row {name} {k}"]])
        yield ("list", f"layer {name}", [f"neuron {name} {k}" for k in range(count)])
    yield ("list", "network", [f"layer {name}" for name, _ in layers])


def _squared(factor: float) -> tuple[Step, ...]:
    """Return the steps that leave the squared error of a list of outputs in ``out``."""
    return (
        ("get", "from y", "$y", "__rsub__"), ("call", "error", "from y", ["r"], {}),
        ("get", "times", "error", "__mul__"), ("call", "squares", "times", ["error"], {}),
        ("get", "adding", "squares", "sum"), ("call", "total", "adding", [], {}),
        ("constant", "factor", factor), ("get", "scaling", "total", "__mul__"),
        ("call", "out", "scaling", ["factor"], {}),
    )  # fmt: skip
