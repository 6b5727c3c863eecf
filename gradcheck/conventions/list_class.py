"""A network that keeps its layers' weights in lists: ``net.backprop(x, y)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.calls.naming import method_among, normalised, parsed, strength
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables, matched
from gradcheck.conventions._objects import Construction, answered, attributes_of, constructions
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Program, Step

BACKWARDS = ("backprop", "backpropagation", "back_propagation", "backward", "back_prop",
             "compute_gradients", "gradients", "backpropagate", "get_gradients", "gradient",
             "calculate_gradients")  # fmt: skip
PREDICTIONS = ("feedforward", "feed_forward", "forward", "predict", "forward_pass", "propagate")
COST_SLOPES = ("cost_derivative", "loss_derivative", "cost_prime", "loss_prime", "error_derivative")
"""Methods that say which cost the network has, where it has none: (a, y) -> dC/da."""
HALF = 0.5
ASSUMED = "its cost is the one whose derivative {} is: the squared error {}"
COSTS = ("cost", "loss", "compute_cost", "compute_loss", "total_cost")
WEIGHTS = frozenset({"weights", "w", "ws", "weight", "theta", "thetas", "weightslist"})
BIASES = frozenset({"biases", "b", "bs", "bias", "biaseslist"})


class ListClass(Convention):
    """``nabla_b, nabla_w = net.backprop(x, y)``, with ``net.weights`` and ``net.biases``."""

    id = "list-class"
    title = "a network with lists of weights and biases"
    example = (
        "class Network:\n    def __init__(self, sizes): self.weights = [...]; self.biases = [...]\n"
        "    def backprop(self, x, y): ...; return nabla_b, nabla_w"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component, depth and order of the two lists."""
        for cls in module.classes:
            backward = method_among(cls.methods, BACKWARDS)
            if backward is None:
                continue
            for component in components:
                if component.kind == "model":
                    for alike in by_variables(component):
                        found = list(self._of(cls, backward, component, alike, execute))
                        yield from found
                        if found:  # of any depth: a shallower one would show less
                            break

    def _of(
        self, cls: ClassDescription, backward: str, component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        weights = [v for v in variables if v.role == "parameter" and len(v.dims) > 1]
        biases = [v for v in variables if v.role == "parameter" and len(v.dims) == 1]
        given = [p.name for p in cls.methods[backward].required]
        if len(weights) != len(biases) or len(given) != len(data):
            return
        for construction in constructions(cls, component, alike[0]):
            held = _lists(construction, component, len(weights), execute)
            if held is None:
                continue
            setup = _setup(construction, held, weights, biases)
            assumed = _assumed(cls, construction, component, data, execute)
            for rank, places in enumerate(((1, 0), (0, 1))):
                gradients: dict[str, Path] = {}
                for place, group in zip(places, (weights, biases), strict=True):
                    gradients |= {v.name: ("g", place, k) for k, v in enumerate(group)}
                template = _template(cls, backward, setup, data, gradients)
                names = (f"{cls.name}.{backward}",)
                proposal = Proposal(
                    self.id, component, names, template, tuple(alike),
                    tuple(layout.id for layout in component.layouts),
                    strength(parsed(cls.name), component), returned="known",
                    order=tuple(v.name for v in variables if v.role == "parameter"), rank=rank,
                    line=cls.line,
                )  # fmt: skip
                if assumed is not None and template.output is None:
                    steps, forward, note = assumed
                    told = replace(template, forward=steps, output=("out",),
                                   forward_function=f"{cls.name}.{forward}")  # fmt: skip
                    single = tuple(x.id for x in component.layouts if x.sizes.get("N") == 1)
                    yield replace(proposal, template=told, layouts=single, notes=(note,),
                                  needs_value=True)  # fmt: skip
                yield proposal


def _lists(
    construction: Construction, component: Component, depth: int, execute: Execute
) -> tuple[str, str] | None:
    """Return the attributes that hold as many weights, and biases, as there are layers."""
    if not construction.takes_sizes:
        return None
    attributes: Mapping[str, object] = attributes_of(construction, component, execute) or {}
    lists = {
        normalised(name.split("__")[-1]): name
        for name, value in attributes.items()
        if isinstance(value, list | tuple) and len(value) == depth
    }
    weights = next((lists[n] for n in lists if n in WEIGHTS), None)
    biases = next((lists[n] for n in lists if n in BIASES), None)
    return None if weights is None or biases is None else (weights, biases)


def _assumed(
    cls: ClassDescription, construction: Construction, component: Component,
    data: Sequence[Variable], execute: Execute,
) -> tuple[tuple[Step, ...], str, str] | None:  # fmt: skip
    """Return the steps of the squared error of a prediction, where a method says that it is meant.

    With the prediction and the cost known, a gradient may be wrong throughout and still be read:
    that of one example, since nothing tells whether more are added up.
    """
    forward, slope = (method_among(cls.methods, n) for n in (PREDICTIONS, COST_SLOPES))
    if forward is None or slope is None or len(data) != 2:
        return None
    if [len(cls.methods[m].required) for m in (forward, slope)] != [1, 2]:
        return None
    x, y = sorted(data, key=lambda v: v.role == "target")
    prediction, target = np.array([[0.25], [0.75]]), np.array([[1.0], [0.0]])
    asked: tuple[Step, ...] = (
        ("put", "a", 0), ("put", "t", 1), ("get", "slope", "obj", slope),
        ("call", "s", "slope", ["a", "t"], {}),
    )  # fmt: skip
    program = Program(asked, (prediction, target), ("s",))
    value = answered(construction, component, program, execute)
    if not isinstance(value, np.ndarray) or value.shape != prediction.shape:
        return None
    factor = {HALF: "with a half", 1.0: "without a half"}
    told = next((f for f in factor if np.array_equal(value, 2 * f * (prediction - target))), None)
    if told is None:
        return None
    steps: tuple[Step, ...] = (
        ("get", "predicted", "obj", forward), ("call", "p", "predicted", [f"${x.name}"], {}),
        ("get", "less", "p", "__sub__"), ("call", "error", "less", [f"${y.name}"], {}),
        ("get", "times", "error", "__mul__"), ("call", "square", "times", ["error"], {}),
        ("get", "added", "square", "sum"), ("call", "sum", "added", [], {}),
        ("constant", "factor", told), ("get", "part", "sum", "__mul__"),
        ("call", "out", "part", ["factor"], {}),
    )  # fmt: skip
    return steps, forward, ASSUMED.format(slope, factor[told])


def _setup(
    construction: Construction, held: tuple[str, str], weights: Sequence[Variable],
    biases: Sequence[Variable],
) -> tuple[Step, ...]:  # fmt: skip
    steps: list[Step] = list(construction.steps)
    for slot, attribute, group in zip(("ws", "bs"), held, (weights, biases), strict=True):
        steps.append(("list", slot, [f"${v.name}" for v in group]))
        steps.append(("set", "obj", attribute, slot))
    return tuple(steps)


def _template(
    cls: ClassDescription, backward: str, setup: tuple[Step, ...], data: Sequence[Variable],
    gradients: Mapping[str, Path],
) -> Template:  # fmt: skip
    def called(slot: str, method: str) -> tuple[Step, ...]:
        found, _ = matched([p.name for p in cls.methods[method].required], data)
        return (("get", f"m {method}", "obj", method),
                ("call", slot, f"m {method}", [f"${v}" for v in found.values()], {}))  # fmt: skip

    known = {name for v in data for name in (*v.aliases, *v.weak)}
    cost = next(
        (m for m in COSTS if m in cls.methods and len(cls.methods[m].required) == len(data)
         and all(normalised(p.name) in known for p in cls.methods[m].required)), None
    )  # fmt: skip
    return Template(
        setup, called("out", cost) if cost else (), called("g", backward),
        output=("out",) if cost else None, gradients=gradients, state="object",
        forward_function=f"{cls.name}.{cost}" if cost else None,
        backward_function=f"{cls.name}.{backward}",
    )  # fmt: skip


CONVENTION = ListClass()
