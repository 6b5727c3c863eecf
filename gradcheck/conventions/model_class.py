"""A class whose ``loss(X, y)`` returns cost and gradients, with its parameters inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import method_among, normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import matched, may_return_both
from gradcheck.conventions._constants import given_to, with_values
from gradcheck.conventions._objects import constructions, placements
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Step

METHODS = ("loss", "cost", "loss_and_grad", "loss_and_gradients", "cost_and_gradient",
           "cost_and_gradients", "compute_loss", "propagate", "loss_and_grads", "loss_grad",
           "cost_and_grads", "compute_cost", "cost_grad", "loss_and_gradient",
           "value_and_grad")  # fmt: skip


class ModelClass(Convention):
    """``net.loss(X, y)`` with the parameters in a dict attribute (or in attributes)."""

    id = "model-class"
    title = "a class whose loss(X, y) returns cost and gradients"
    example = (
        "class Net:\n    def __init__(self, ...): self.params = {'W1': ..., 'b1': ...}\n"
        "    def loss(self, X, y): ...; return cost, grads"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and depth."""
        for cls in module.classes:
            method = method_among(cls.methods, METHODS)
            if method is None or not may_return_both(cls.methods[method]):
                continue
            for component in components:
                if component.kind == "model":
                    yield from self._of(cls, method, component, execute)

    def _of(
        self, cls: ClassDescription, method: str, component: Component, execute: Execute
    ) -> Iterator[Proposal]:
        groups: dict[int, list[Variant]] = {}
        for variant in component.variants:
            groups.setdefault(len(component.variables(variant)), []).append(variant)
        for rank, variants in enumerate(groups.values()):
            variant = variants[0]
            data = [v for v in component.variables(variant) if v.role != "parameter"]
            # loss(X, y=None) predicts where there are no labels: they are given all the same
            given = [p.name for p in cls.methods[method].parameters
                     if p.kind == "positional" and (not p.has_default or _is_one_of(p.name, data))]
            if len(given) != len(data):
                return
            found, _ = matched(given, data)
            order = tuple(found[name] for name in given)
            names = (f"{cls.name}.{method}",)
            passing = given_to(cls.methods[method], component, data)
            keywords = {name: slot for name, slot in passing.keywords.items() if name not in given}
            for construction in constructions(cls, component, variant):
                told = with_values(component, variants, construction.passing)
                told = with_values(component, told, passing)
                for setup, layout, fixed in placements(construction, component, variant, execute):
                    call: Step = ("call", "r", "m", [f"${v}" for v in order], keywords)
                    template = Template(
                        setup, (*passing.steps, ("get", "m", "obj", method), call), (),
                        state="object",
                        forward_function=names[0], backward_function=names[0],
                    )  # fmt: skip
                    parameters = [
                        v.name for v in component.variables(variant) if v.role == "parameter"
                    ]
                    yield Proposal(
                        self.id, component, names, template, told, (layout.id,),
                        strength(parsed(cls.name), component), returned="value-and-gradients",
                        raw=("r",), order=tuple(parameters), rank=rank, line=cls.line, sizes=fixed,
                        is_guess=construction.is_guess,
                    )  # fmt: skip


def _is_one_of(parameter: str, variables: Sequence[Variable]) -> bool:
    return any(normalised(parameter) in v.aliases for v in variables)


CONVENTION = ModelClass()
