"""A network that keeps its data, or trains itself, and changes its weights without a rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.naming import normalised, parsed, strength
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables, matched
from gradcheck.conventions._updates import AFTER, is_rate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, FunctionDescription, ModuleDescription
from gradcheck.records.program import Program, Step

FORWARDS = ("feedforward", "forward", "forwardpropagation", "forwardprop", "forwardpass")
BACKWARDS = ("backprop", "backpropagation", "backward", "backpropogation", "backwardpropagation",
             "backpropagate", "backwardprop", "backwardpass", "backpass")  # fmt: skip
TRAINING = ("train", "fit", "learn")
COUNTS = ("iterations", "epochs", "numberoftrainingiterations", "niterations", "nepochs", "steps",
          "numiterations", "numepochs", "epoch", "iteration", "nsteps", "maxiter",
          "niter", "trainingiterations", "numberofiterations")  # fmt: skip
LOOK = {"X": (4, 3), "y": (4, 1)}
"""Data that an object is constructed with to look at it."""
ONE_STEP = "the gradient is read from one update: weights before - weights after"


@dataclass(frozen=True)
class _Form:
    """How an object is made, and what makes one update."""

    construct: tuple[Step, ...]
    update: tuple[Step, ...]
    last: str
    takes_data: bool
    rate: float


class SelfUpdating(Convention):
    """``net = Net(X, y); net.feedforward(); net.backprop()``, or ``net.train(X, y, 1)``."""

    id = "self-updating"
    title = "a network that changes its weights itself, at a rate of its own"
    example = (
        "class NeuralNetwork:\n    def __init__(self, x, y): self.weights1 = ...\n"
        "    def feedforward(self): ...\n    def backprop(self): self.weights1 += ..."
    )
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and layout that fits its weights."""
        for cls in module.classes:
            for component in (c for c in components if c.kind == "model"):
                for alike in by_variables(component):
                    found = list(self._of(cls, component, alike, execute))
                    yield from found
                    if found:
                        break

    def _of(
        self, cls: ClassDescription, component: Component, alike: Sequence[Variant],
        execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        parameters = [v for v in variables if v.role == "parameter"]
        form = _form_of(cls, data) if {v.name for v in data} == set(LOOK) else None
        homes = _homes(form, parameters, execute) if form else None
        if form is None or homes is None:
            return
        filled = tuple(("set", "obj", a, f"${name}") for name, (a, _) in homes.items())
        for layout in component.layouts:
            sizes = _sizes(parameters, {n: shape for n, (_, shape) in homes.items()}, layout)
            if sizes is None:
                continue
            if form.takes_data:
                sizes.pop("D", None)
            template = Template(
                (*form.construct, *filled), (), form.update, output=None, state="object",
                gradients={n: (AFTER, attribute) for n, (attribute, _) in homes.items()},
                backward_function=form.last, updated=tuple(homes), rate=form.rate,
            )  # fmt: skip
            yield Proposal(
                self.id, component, (form.last,), template, tuple(alike), (layout.id,),
                min(strength(parsed(cls.name), component), 1), returned="known",
                order=tuple(homes), line=cls.line, sizes=sizes, notes=(ONE_STEP,),
                is_free_scale=True, is_guess=True,
            )  # fmt: skip


def _form_of(cls: ClassDescription, data: Sequence[Variable]) -> _Form | None:
    """Return how a class is used, or None if it is another kind of class."""
    init = cls.methods.get("__init__")
    name: Step = ("name", "cls", cls.name)
    required = [p.name for p in init.required] if init else []
    backward = _method(cls, BACKWARDS)
    if backward is not None and not cls.methods[backward].required and required:
        slots = _named(required, data)
        forward = _method(cls, FORWARDS)
        if slots is None or forward is None or cls.methods[forward].required:
            return None
        keywords, steps, rate = _rate(cls.methods[backward])
        update: tuple[Step, ...] = (
            ("get", "mf", "obj", forward), ("call", "forwarded", "mf", [], {}), *steps,
            ("get", "mb", "obj", backward), ("call", "done", "mb", [], keywords),
            ("get", AFTER, "obj", "__dict__"),
        )  # fmt: skip
        construct: tuple[Step, ...] = (name, ("call", "obj", "cls", slots, {}))
        return _Form(construct, update, f"{cls.name}.{backward}", True, rate)
    train = _method(cls, TRAINING)
    if train is None or required:
        return None
    given = [p.name for p in cls.methods[train].required]
    counts = [n for n in given if normalised(n) in COUNTS]
    slots = _named([n for n in given if n not in counts], data)
    if len(counts) != 1 or slots is None:
        return None
    operands = iter(slots)
    passed = ["once" if n in counts else next(operands) for n in given]
    keywords, steps, rate = _rate(cls.methods[train])
    update = (
        ("constant", "once", 1), *steps, ("get", "mt", "obj", train),
        ("call", "done", "mt", passed, keywords), ("get", AFTER, "obj", "__dict__"),
    )  # fmt: skip
    return _Form((name, ("call", "obj", "cls", [], {})), update, f"{cls.name}.{train}", False, rate)


def _rate(method: FunctionDescription) -> tuple[dict[str, str], tuple[Step, ...], float]:
    """Return the learning rate as a keyword, where the method has one, and what it is."""
    rate = next((p.name for p in method.parameters if is_rate(p.name) and p.has_default), None)
    if rate is None:
        return {}, (), 1.0
    return {rate: "rate"}, (("constant", "rate", RATE),), RATE


def _named(names: Sequence[str], data: Sequence[Variable]) -> list[str] | None:
    """Return the operands of two arguments, which names or their order tell."""
    if len(names) != len(data):
        return None
    found, _ = matched(names, data)
    return [f"${found[n]}" for n in names]


def _method(cls: ClassDescription, names: Sequence[str]) -> str | None:
    own = {normalised(m).removesuffix("s"): m for m in cls.methods}
    return next((own[n.removesuffix("s")] for n in names if n.removesuffix("s") in own), None)


def _homes(
    form: _Form, parameters: Sequence[Variable], execute: Execute
) -> dict[str, tuple[str, tuple[int, ...]]] | None:
    """Return the attribute that holds each parameter, and its shape; None if one has none."""
    arrays = tuple(np.zeros(shape) for shape in LOOK.values())
    puts: list[Step] = [("put", f"${n}", k) for k, n in enumerate(LOOK)] if form.takes_data else []
    steps = (*puts, *form.construct, ("get", "attrs", "obj", "__dict__"))
    (reply,) = execute([Program(steps, arrays if form.takes_data else (), ("attrs",))])
    if reply.fault is not None or not isinstance(reply.values[0], Mapping):
        return None
    held = {
        normalised(name.split("__")[-1]): (name, tuple(value.shape))
        for name, value in reply.values[0].items()
        if isinstance(value, np.ndarray)
    }
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    for variable in parameters:
        home = next((held[alias] for alias in variable.aliases if alias in held), None)
        if home is None:
            return None
        found[variable.name] = home
    return found


def _sizes(  # type: ignore[no-untyped-def]
    parameters: Sequence[Variable], shapes: Mapping[str, tuple[int, ...]], layout
) -> dict[str, int] | None:
    """Return the sizes that the object's weights have, or None where a layout doesn't fit."""
    sizes: dict[str, int] = {}
    for variable in parameters:
        try:
            restored = layout.presentation(variable.name).restore(np.empty(shapes[variable.name]))
        except (ValueError, IndexError):
            return None
        if restored.ndim != len(variable.dims):
            return None
        for dim, size in zip(variable.dims, restored.shape, strict=True):
            if sizes.setdefault(dim, size) != size:
                return None
    if sizes.pop("K1", 1) != 1:
        return None
    return sizes


CONVENTION = SelfUpdating()
