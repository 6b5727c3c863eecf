"""A class that runs forward, measures its cost, and hands out the gradients, one method each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import CONTAINED, normalised, parsed, strength
from gradcheck.calls.steps import slots_of
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._constants import with_values
from gradcheck.conventions._model_calls import filled, method_of, value_calls
from gradcheck.conventions._objects import constructions, dwellings, placements
from gradcheck.conventions._updates import is_rate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Step

FORWARDS = ("forward", "forward_pass", "forward_propagation", "feedforward", "forward_prop",
            "propagate", "__call__", "predict_proba", "predict")  # fmt: skip
COSTS = ("calculate_total_loss", "total_loss", "loss", "cost", "compute_loss", "compute_cost",
         "cross_entropy_loss", "calculate_loss",
         "calculate_cost", "cross_entropy", "loss_function", "cost_function", "get_loss",
         "get_cost", "categorical_cross_entropy", "binary_cross_entropy",
         "cross_entropy_cost", "mse_loss", "mse", "calc_loss", "error")  # fmt: skip
BACKWARDS = ("backward", "backward_pass", "back_propagation", "backpropagate", "backprop",
             "backward_propagation", "back_prop", "backward_prop", "compute_gradients", "bptt",
             "gradients", "calculate_gradients", "gradient", "get_gradients")  # fmt: skip


class ModelTrio(Convention):
    """``out = net.forward(X)``, ``net.loss(out, y)``, ``grads = net.backward(X, y, out)``."""

    id = "model-trio"
    title = "a class with forward, cost and backward, which returns or keeps all gradients"
    example = (
        "class Net:\n    def forward(self, X): ...; return A2\n"
        "    def loss(self, A2, y): ...\n    def backward(self, X, y): ...; return grads"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and layout that fits its parameters."""
        for cls in module.classes:
            forward, cost, backward = (method_of(cls, n) for n in (FORWARDS, COSTS, BACKWARDS))
            if forward is None or backward is None:
                continue
            if any(is_rate(p.name) for p in cls.methods[backward].parameters):
                continue  # it descends by itself
            for component in (c for c in components if c.kind == "model"):
                for alike in by_variables(component):
                    found = list(self._of(cls, (forward, cost, backward), component, alike,
                                          execute))  # fmt: skip
                    yield from found
                    if found:  # of any depth: a shallower one would show less
                        break

    def _of(
        self, cls: ClassDescription, methods: tuple[str, str | None, str], component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        is_one = all("N" not in v.dims for v in data)  # one sequence: the cost may take several
        for rank, is_listed in enumerate((False, True) if is_one else (False,)):
            calls = _calls(cls, methods, data, is_listed=is_listed)
            if calls is not None:
                yield from self._called(cls, methods, calls, component, alike, execute, rank)

    def _called(  # type: ignore[no-untyped-def]
        self, cls, methods, calls, component, alike, execute, rank
    ) -> Iterator[Proposal]:
        parameters = [v for v in component.variables(alike[0]) if v.role == "parameter"]
        value, gradient, cost = calls
        names = tuple(f"{cls.name}.{m}" for m in (cost or methods[0], methods[2]))
        for construction in constructions(cls, component, alike[0]):
            homes = dwellings(construction, component, parameters, execute)
            if homes is None:
                continue
            told = with_values(component, alike, construction.passing)
            for setup, layout, fixed in placements(construction, component, alike[0], execute):
                template = Template(
                    setup, value, gradient, output=("out",) if cost else None, state="object",
                    forward_function=names[0] if cost else None, backward_function=names[1],
                )  # fmt: skip
                yield Proposal(
                    self.id, component, names, template, told, (layout.id,),
                    # a network's name doesn't tell what its last layer and its cost are
                    min(strength(parsed(cls.name), component), CONTAINED),
                    returned="gradients", raw=("g",),
                    order=_order(cls, methods[2], parameters),
                    called={n: str(home.key or home.attribute) for n, home in homes.items()},
                    rank=rank, line=cls.line, sizes=fixed, is_decisive=True,
                    needs_gradients=True,
                    is_guess=construction.is_guess,
                )  # fmt: skip


def _calls(
    cls: ClassDescription, methods: tuple[str, str | None, str], data: Sequence[Variable],
    *, is_listed: bool,
) -> tuple[tuple[Step, ...], tuple[Step, ...], str | None] | None:  # fmt: skip
    """Return the steps of value and gradient, and the cost that is called, if it can be."""
    forward, cost, backward = methods
    both = value_calls(cls, forward, cost, data, is_listed=is_listed) if cost else None
    value = both or value_calls(cls, forward, None, data)
    call = filled(cls.methods[backward], data, value[1]) if value else None
    if value is None or call is None:
        return None
    before, slots, keywords = call
    used = {slot for step in value[0] for slot in slots_of(step)} | set(slots)
    targets = {f"${v.name}" for v in data if v.role == "target"}
    if not targets & set(slots) or not {f"${v.name}" for v in data} <= used:
        return None  # without the targets it is the backward of a layer
    gradient: tuple[Step, ...] = (
        *before, ("get", "mb", "obj", backward), ("call", "g", "mb", slots, keywords),
        ("get", "attrs", "obj", "__dict__"),
    )  # fmt: skip
    return value[0], gradient, cost if both else None


def _order(
    cls: ClassDescription, backward: str, parameters: Sequence[Variable]
) -> tuple[str, ...]:
    """Return the parameters as their gradients are returned, where names tell; else in order."""
    returned = [normalised((e.name or "").rpartition(".")[2])
                for r in cls.methods[backward].returns for e in r.elements]  # fmt: skip
    names = {v.name: (normalised(v.name), *v.aliases) for v in parameters}
    found = [
        variable for text in returned for variable, own in names.items()
        if any(text in {f"d{n}", f"grad{n}", f"{n}grad", f"dld{n}", f"dl{n}"} for n in own)
    ]  # fmt: skip
    told = tuple(dict.fromkeys(found))
    return told if len(told) == len(parameters) else tuple(names)


CONVENTION = ModelTrio()
