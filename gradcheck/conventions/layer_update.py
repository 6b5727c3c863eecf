"""A layer whose ``backward(dout, learning_rate)`` updates its parameters inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import method_among, parsed, strength
from gradcheck.calls.results import Path
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables, matched, operands_back
from gradcheck.conventions._homes import Home
from gradcheck.conventions._objects import constructions, dwellings, placements
from gradcheck.conventions._updates import AFTER, READ_FROM_UPDATE, is_rate
from gradcheck.conventions._words import by_word
from gradcheck.conventions.base import FIRST_LAYER, Convention, Proposal
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
    Parameter,
)
from gradcheck.records.program import Step

FORWARDS = ("forward", "__call__", "call", "feedforward", "forward_propagation", "forward_pass",
            "fprop", "forward_prop")  # fmt: skip
BACKWARDS = ("backward", "backprop", "backward_propagation", "backward_pass", "bprop",
             "back_propagation", "backward_prop")  # fmt: skip


class LayerUpdate(Convention):
    """The gradient is (before - after) / learning rate, one step of a fresh object."""

    id = "layer-update"
    title = "a layer whose backward takes a learning rate and updates its parameters"
    example = (
        "class Dense:\n    def __init__(self, n_in, n_out): self.weights = ...; self.bias = ...\n"
        "    def forward(self, x): ...\n    def backward(self, dout, learning_rate): ...; return dx"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and layout that fits its parameters."""
        for cls in module.classes:
            forward = method_among(cls.methods, FORWARDS)
            backward = method_among(cls.methods, BACKWARDS)
            if forward is None or backward is None:
                continue
            taken = [p for p in cls.methods[backward].parameters if p.kind == "positional"]
            rates = [p.name for p in taken if is_rate(p.name)]
            kept = _kept_rate(cls) if not rates else None
            if len(rates) + bool(kept) != 1:
                continue
            for component in components:
                if component.kind not in {"activation", "layer"}:
                    continue
                for alike in by_variables(component):
                    methods = (forward, backward)
                    found = list(self._of(cls, methods, taken, kept, component, alike, execute))
                    yield from found
                    if found:
                        break

    def _of(
        self, cls: ClassDescription, methods: tuple[str, str], taken: Sequence[Parameter],
        kept: str | None, component: Component, alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        parameters = [v for v in variables if v.role == "parameter"]
        given = [p.name for p in cls.methods[methods[0]].required]
        if len(given) != len(data) or len(data) != 1:
            return
        found, _ = matched(given, data)
        needed = [p.name for p in taken if not is_rate(p.name)]
        back = operands_back(needed, found) if needed else None
        if back is None:
            return
        operands = iter(back)
        slots = ["rate" if is_rate(p.name) else next(operands) for p in taken]
        names = (f"{cls.name}.{methods[0]}", f"{cls.name}.{methods[1]}")
        for construction in constructions(cls, component, alike[0]):
            homes: Mapping[str, Home] | None = {}
            if parameters:
                homes = dwellings(construction, component, parameters, execute)
            if homes is None or construction.takes_arrays or (kept and not homes):
                continue
            for setup, layout, fixed in placements(construction, component, alike[0], execute):
                built = _at_the_rate(setup, kept) if kept else setup
                template = _template(built, names, found[given[0]], slots, homes, data[0])
                is_first = bool(homes) and _returns_nothing(cls.methods[methods[1]])
                if is_first:
                    left = {n: p for n, p in template.gradients.items() if n != data[0].name}
                    template = replace(template, gradients=left)
                proposal = Proposal(
                    self.id, component, names, template, tuple(alike), (layout.id,),
                    strength(parsed(cls.name), component), returned="known",
                    order=tuple(v.name for v in (*data, *parameters)), line=cls.line, sizes=fixed,
                    notes=(READ_FROM_UPDATE, *([FIRST_LAYER] if is_first else [])),
                    is_guess=construction.is_guess,
                )  # fmt: skip
                yield from by_word(proposal, cls)


def _kept_rate(cls: ClassDescription) -> str | None:
    """Return the constructor's parameter of a learning rate, which the object keeps."""
    init = cls.methods.get("__init__")
    named = (p.name for p in init.parameters if is_rate(p.name) and p.has_default) if init else ()
    return next(iter(named), None)


def _at_the_rate(setup: tuple[Step, ...], kept: str) -> tuple[Step, ...]:
    """Return the construction with the learning rate that an update is read at."""
    steps = [("call", *s[1:4], {**s[4], kept: "rate"}) if s[:2] == ("call", "obj") else s
             for s in setup]  # fmt: skip
    return (("constant", "rate", RATE), *steps)


def _returns_nothing(function: FunctionDescription) -> bool:
    """Return whether a function returns nothing, as that of a first layer may."""
    return not any(r.elements for r in function.returns)


def _template(
    setup: tuple[Step, ...], names: tuple[str, str], operand: str, slots: Sequence[str],
    homes: Mapping[str, Home], data: Variable,
) -> Template:  # fmt: skip
    forward, backward = (name.rpartition(".")[2] for name in names)
    gradients: dict[str, Path] = {data.name: ("g",)}
    gradients |= {name: home.path(AFTER) for name, home in homes.items()}
    return Template(
        setup,
        (("get", "mf", "obj", forward), ("call", "out", "mf", [f"${operand}"], {})),
        (
            ("get", "mb", "obj", backward),
            ("constant", "rate", RATE),
            ("call", "g", "mb", list(slots), {}),
            ("get", AFTER, "obj", "__dict__"),
        ),
        output=("out",), gradients=gradients, upstream="argument", state="object",
        forward_function=names[0], backward_function=names[1], updated=tuple(homes),
    )  # fmt: skip


CONVENTION = LayerUpdate()
