"""Networks of the student's own that are objects: their weights, their data, ways to call them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.calls.naming import normalised
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, Template
from gradcheck.own._calls import ASSUMED, EXAMPLES, Caller, predictions, reached, settled
from gradcheck.own._costs import OUT, Setting, textbook_costs
from gradcheck.own._fillings import OUTPUTS, WIDTH_IN, Filling
from gradcheck.own._objects import Node, Weight, looked, weights_of
from gradcheck.own._operands import PROBE, STEPS, Operand, answered, ones_of, sizes_of
from gradcheck.own._trials import Trial
from gradcheck.records.description import ClassDescription, FunctionDescription
from gradcheck.records.program import Program, Step, Value

__all__ = ["COSTS", "FORWARDS", "GRADIENTS", "Data", "Network", "call_of", "data_of",
           "network_of", "predicted", "sequences_of", "trial_of", "value_of",
           "with_textbook_costs"]  # fmt: skip

FORWARDS = ("forward", "forwardpass", "forwardpropagation", "feedforward", "forwardprop",
            "propagate", "call", "forwardpasstrain", "predictproba", "predict", "scores",
            "run", "query")  # fmt: skip
COSTS = ("loss", "cost", "computeloss", "computecost", "calculateloss", "calculatecost",
         "totalloss", "crossentropy", "lossfunction", "costfunction", "getloss", "getcost",
         "calcloss", "mseloss", "mse", "crossentropyloss", "lossandgrads", "lossandgradients",
         "lossandgradient", "lossgrad", "lossgrads", "costandgradients", "costandgrads",
         "computelossandgrads", "computelossandgradients", "lossfun", "lossfunc",
         "forwardbackward", "objective", "trainstep")  # fmt: skip
GRADIENTS = ("backward", "backwardpass", "backpropagation", "backpropagate", "backprop",
             "backwardpropagation", "backwardprop", "computegradients", "computegradient",
             "gradients", "gradient", "calculategradients", "getgradients", "bptt",
             "grad", "grads")  # fmt: skip
MOST_NUMBERS = 1500
"""In all weights of one network."""


@dataclass(frozen=True)
class Network:
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
    places: Mapping[str, Path] = field(default_factory=dict)
    """Where each weight is among the attributes that ``after`` looks at."""

    @property
    def all_methods(self) -> Mapping[str, FunctionDescription]:
        """Its methods by the names that the object has them by, private ones last."""
        own = {m: f for m, f in self.cls.methods.items() if m != "__init__"}
        return {**own, **self.cls.private}

    def method(self, names: Sequence[str]) -> str | None:
        """Return the class's method of the first of these names, underscores aside."""
        own: dict[str, str] = {}
        for name in self.all_methods:
            own.setdefault(normalised(name.rpartition("__")[2]), name)
        return next((own[n] for n in names if n in own), None)

    @property
    def after(self) -> tuple[Step, ...]:
        """The steps that look at its objects' attributes."""
        return tuple(step for node in self.nodes for step in node.steps)


@dataclass(frozen=True)
class Data:
    """How the examples lie, and what is known of the target."""

    is_columns: bool
    target: Operand
    form: str
    outputs: int
    image: tuple[int, ...] = ()
    sequence: Operand | None = None
    """The input, where it is no matrix of examples."""

    @property
    def inputs(self) -> Operand:
        """The network's input."""
        if self.sequence is not None:
            return self.sequence
        if self.image:
            return Operand("X", (EXAMPLES, *(f"s{n}" for n in self.image)))
        dims = (EXAMPLES, f"s{WIDTH_IN}")
        return Operand("X", dims[::-1] if self.is_columns else dims)


def data_of(network: Network) -> Iterator[Data]:
    """Yield what examples may look like: rows or columns, and the usual targets."""
    for outputs in dict.fromkeys(s for s in network.sizes if s in OUTPUTS):
        for is_columns in (False,) if network.image else (False, True):
            dims = (EXAMPLES, f"s{outputs}")
            kind = "binary" if outputs == 1 else f"onehot-{0 if is_columns else 1}"
            spread = Operand("y", dims[::-1] if is_columns else dims, kind)
            yield Data(is_columns, spread, "same", outputs, network.image)
            kind = f"labels-{max(outputs, 2)}"
            form = "labels" if outputs > 1 else "vector"
            labels = Operand("y", (EXAMPLES,), kind)
            yield Data(is_columns, labels, form, outputs, network.image)


def sequences_of(network: Network) -> Iterator[Data]:
    """Yield what sequences may look like, step by step: columns, or rows, or tokens."""
    outputs = dict.fromkeys(s for s in network.sizes if s in OUTPUTS)
    for width in outputs:
        for last in (("s1",), ()):
            inputs = Operand("X", (EXAMPLES, f"s{WIDTH_IN}", *last))
            yield Data(True, Operand("y", (EXAMPLES, f"s{width}", *last)), "steps", width,
                       sequence=inputs)  # fmt: skip
    for width in outputs:  # several sequences, of which the last step or each one counts
        inputs = Operand("X", (EXAMPLES, STEPS, f"s{WIDTH_IN}"))
        labels = Operand("y", (EXAMPLES,), f"labels-{max(width, 2)}")
        one = (EXAMPLES, f"s{width}")
        for target in (Operand("y", one, "binary" if width == 1 else "onehot-1"), labels,
                       Operand("y", (EXAMPLES, STEPS, f"s{width}"))):  # fmt: skip
            yield Data(False, target, "steps", width, sequence=inputs)
    for width in dict.fromkeys(network.sizes):
        for dims in ((EXAMPLES,), (EXAMPLES, STEPS)):
            tokens = Operand("X", dims, f"labels-{width}")
            yield Data(False, replace(tokens, name="y"), "steps", width, sequence=tokens)


def call_of(
    network: Network, caller: Caller, method: str, slot: str
) -> tuple[Step, ...] | None:
    """Return the steps that call a method, or None where an argument of it isn't known."""
    return caller.call(network.all_methods[method], slot, ("get", f"m {slot}", "obj", method))


def trial_of(
    network: Network, data: Data, methods: Sequence[str], forward: tuple[Step, ...],
    backward: tuple[Step, ...], output: Path, raw: tuple[str, ...], note: str = "",
    *, is_update: bool = False,
) -> Trial:  # fmt: skip
    """Return a way to call a network: the cost, then what hands out gradients.

    With ``is_update`` these only show in how the weights have changed.
    """
    cls = network.cls
    names = tuple(f"{cls.name}.{m}" for m in methods)
    before, after = (forward, (*backward, *network.after)) if backward else (
        (*forward, *network.after), ()
    )
    template = Template(
        network.steps, before, after, output=output,
        state="none" if is_update and not after else "object",
        forward_function=names[0] if note or len(names) == 1 else names[-2],
        backward_function=names[-1],
    )  # fmt: skip
    operands = (*network.weights, data.inputs, data.target, Operand("penalty", (), "share"),
                Operand("share", (), "share"))  # fmt: skip
    returns = network.all_methods[methods[-1]].returns
    returned = tuple(e.name or "" for e in returns[-1].elements) if returns else ()
    return Trial(
        names, "model-trio", cls.line, template, operands, sizes_of(operands), raw,
        network.owners, returned, updates=network.places if is_update else {},
        notes=(note,) if note else (), is_assumed=bool(note),
        has_cost=network.method(COSTS) is not None,
    )  # fmt: skip


def network_of(
    cls: ClassDescription, filled: Filling, execute: Execute, *, without: Collection[str] = ()
) -> Network | None:
    """Return an object's weights and how they are set, if it can be built and has some.

    Arrays whose names are among ``without`` stay as they are.
    """
    nodes = looked(filled, execute)
    weights = tuple(w for w in weights_of(nodes)
                    if not {w.name, w.called.split("__")[-1]} & set(without))  # fmt: skip
    if not weights or sum(int(np.prod(w.shape)) for w in weights) > MOST_NUMBERS:
        return None
    shared = _shared(filled, nodes, weights, execute)
    called = [w.called.split("__")[-1] for w in weights]
    is_clear = len(set(called)) == len(called)
    steps = list(filled.steps)
    operands: list[Operand] = []
    owners: dict[str, tuple[str, ...]] = {}
    places: dict[str, Path] = {}
    for weight, own in zip(weights, called, strict=True):
        if weight.name in shared and shared[weight.name] != weight.name:
            continue  # the same array in another place
        name = own if is_clear else weight.name
        steps += _placed(weight, name, in_place=weight.name in shared)
        dims = tuple(f"s{n}" for n in weight.shape)
        operands.append(Operand(name, dims, is_weight=True, aliases=(normalised(own),)))
        places[name] = weight.path
        owners[weight.owner] = (*owners.get(weight.owner, ()), name)
    return Network(cls, tuple(steps), nodes, tuple(operands), owners, filled.sizes, filled.image,
                   places)  # fmt: skip


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
    steps: list[Step] = [*settled(filled.steps, PROBE)]
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


def value_of(
    network: Network, data: Data, start: tuple[Step, ...], execute: Execute
) -> Value:
    """Return what forward returns for ones; None where it raises."""
    operands = (*network.weights, data.inputs, data.target)
    steps = tuple(settled((*network.steps, *start), PROBE))
    return answered(steps, ones_of(operands, steps), execute)


def predicted(data: Data, value: Value, most: int) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield the slots of what may be the prediction, and the steps that fill them."""
    if data.form == "steps":
        yield "r", ()
        return
    shape = (PROBE, data.outputs)
    for path in predictions(value, shape[::-1] if data.is_columns else shape, "r")[:most]:
        steps, slot = reached(path, "r")
        yield slot, steps
    if not data.is_columns:  # it takes rows, and turns them into columns itself
        for path in predictions(value, shape[::-1], "r")[:1]:
            steps, slot = reached(path, "r")
            turned = f"{slot} turned"
            yield turned, (*steps, ("get", turned, slot, "T"))


def with_textbook_costs(
    network: Network, data: Data, methods: tuple[str, str], forward: tuple[Step, ...],
    prediction: str, backward: tuple[Step, ...], raw: tuple[str, ...], *, is_update: bool = False,
) -> Iterator[Trial]:  # fmt: skip
    """Yield the trials in which each of the usual costs follows a prediction."""
    setting = Setting(prediction, "$y", data.form, data.is_columns, data.outputs, EXAMPLES,
                      f"{network.cls.name}.{methods[0]}")  # fmt: skip
    for usual in textbook_costs(setting):
        yield trial_of(network, data, methods, (*forward, *usual.steps), backward, (OUT, 0), raw,
                       ASSUMED.format(usual.title), is_update=is_update)  # fmt: skip
