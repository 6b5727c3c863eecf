"""A model that keeps its parameters and descends by itself: ``net.gradient_descent(...)``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.calls.naming import method_among, parsed, strength
from gradcheck.calls.results import Path
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._constants import with_values
from gradcheck.conventions._model_calls import filled, value_calls
from gradcheck.conventions._objects import constructions, dwellings, placements
from gradcheck.conventions._updates import AFTER, READ_FROM_UPDATE, is_rate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import (
    ClassDescription,
    ModuleDescription,
)
from gradcheck.records.program import Step

FORWARDS = ("forward_prop", "forward", "forward_propagation", "feedforward", "feed_forward",
            "predict", "predict_proba", "propagate", "forward_pass", "__call__")  # fmt: skip
COSTS = ("cost", "compute_cost", "loss", "compute_loss", "cost_function", "binary_cross_entropy",
         "cross_entropy", "calculate_loss", "calculate_cost")  # fmt: skip
UPDATES = ("gradient_descent", "backward_prop", "backward_propagation", "backprop", "backward",
           "back_propagation", "backpropagation", "update", "train_step", "step", "fit_step",
           "update_parameters", "update_weights", "back_prop", "training_step")  # fmt: skip


STEPS = ("step", "train_step", "fit_step", "training_step", "update", "update_parameters",
         "update_weights")  # fmt: skip
"""Methods that take one step at a rate that the object keeps."""
MORE = ("iter", "epoch", "step", "round", "momentum", "veloc", "beta", "decay", "reg", "lam",
        "optim", "l1", "l2", "penalty")  # fmt: skip
"""Words in the names of what makes one step more than a rate times a gradient."""


@dataclass(frozen=True)
class _Methods:
    """The class's methods that matter; ``kept`` is the attribute of a rate that it keeps."""

    forward: str | None
    cost: str | None
    update: str
    kept: str = ""


class ModelUpdate(Convention):
    """The gradient is (before - after) / learning rate, one step of a fresh object."""

    id = "model-update"
    title = "a model that updates its own parameters, with a learning rate"
    example = (
        "class Neuron:\n    def forward_prop(self, X): ...; return A\n"
        "    def cost(self, Y, A): ...\n"
        "    def gradient_descent(self, X, Y, A, alpha=0.05): ...    # changes the weights"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and layout that fits its parameters."""
        for cls in module.classes:
            methods = _methods(cls)
            if methods is None:
                continue
            for component in components:
                if component.kind == "model":
                    for alike in by_variables(component):
                        found = list(self._of(cls, methods, component, alike, execute))
                        yield from found
                        if found:  # the deepest that it can be: a shallower one would show less
                            break

    def _of(
        self, cls: ClassDescription, methods: _Methods, component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variant = alike[0]
        variables = component.variables(variant)
        parameters = [v for v in variables if v.role == "parameter"]
        data = [v for v in variables if v.role != "parameter"]
        calls = _calls(cls, methods, data)
        if calls is None or not all(v.is_differentiable for v in parameters):
            return
        value, descent = calls
        last = f"{cls.name}.{methods.update}"
        names = tuple(f"{cls.name}.{m}" for m in (methods.cost, methods.update) if m)
        for construction in constructions(cls, component, variant):
            homes = dwellings(construction, component, parameters, execute)
            if homes is None:
                continue
            told = with_values(component, alike, construction.passing)
            gradients: dict[str, Path] = {name: home.path(AFTER) for name, home in homes.items()}
            for setup, layout, fixed in placements(construction, component, variant, execute):
                template = Template(
                    setup, value, descent, output=("out",) if methods.cost else None,
                    gradients=gradients, state="object",
                    forward_function=f"{cls.name}.{methods.cost}" if methods.cost else None,
                    backward_function=last, updated=tuple(homes),
                )  # fmt: skip
                yield Proposal(
                    self.id, component, names, template, told, (layout.id,),
                    strength(parsed(cls.name), component), returned="known",
                    order=tuple(v.name for v in parameters), line=cls.line, sizes=fixed,
                    notes=(READ_FROM_UPDATE,), is_guess=construction.is_guess,
                )  # fmt: skip


def _methods(cls: ClassDescription) -> _Methods | None:
    """Return the methods of a class that updates with a learning rate."""
    forward = method_among(cls.methods, FORWARDS)
    cost = method_among(cls.methods, COSTS) if forward else None
    for update in UPDATES:
        method = cls.methods.get(update)
        if method is not None and any(is_rate(p.name) for p in method.parameters):
            return _Methods(forward, cost, update)
    kept = _kept_rate(cls)
    if not kept or forward is None or cost is None:
        return None
    data = {p.name for m in (forward, cost) for p in cls.methods[m].required}
    step = next((m for m in STEPS if m in cls.methods and _takes(cls, m, data)), None)
    return _Methods(forward, cost, step, kept) if step else None


def _takes(cls: ClassDescription, method: str, data: Collection[str]) -> bool:
    """Return whether a step takes what the value takes: what it is called with may be gradients."""
    required = [p.name for p in cls.methods[method].required]
    return bool(required) and set(required) <= set(data)


def _kept_rate(cls: ClassDescription) -> str:
    """Return the attribute of a learning rate; none where a step may be more than it says."""
    init = cls.methods.get("__init__")
    names = [t.removeprefix("self.") for t in (init.assignments if init else ())]
    if any(word in name.lower() for name in names for word in MORE):
        return ""
    return next((name for name in names if is_rate(name)), "")


def _calls(
    cls: ClassDescription, methods: _Methods, data: Sequence[Variable]
) -> tuple[tuple[Step, ...], tuple[Step, ...]] | None:
    """Return the steps of value and descent, or None where arguments can't be told."""
    value = value_calls(cls, methods.forward, methods.cost, data)
    call = filled(cls.methods[methods.update], data, value[1]) if value else None
    if value is None or call is None:
        return None
    before, slots, keywords = call
    kept: list[Step] = [("set", "obj", methods.kept, "rate")] if methods.kept else []
    descent: tuple[Step, ...] = (
        *before, ("get", "mu", "obj", methods.update), ("constant", "rate", RATE), *kept,
        ("call", "done", "mu", slots, keywords), ("get", AFTER, "obj", "__dict__"),
    )  # fmt: skip
    return value[0], descent


CONVENTION = ModelUpdate()
