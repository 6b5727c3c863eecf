"""A class with a cost of its data and, apart, the gradients of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import CONTAINED, method_among, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions._arguments import by_variables, matched
from gradcheck.conventions._constants import with_values
from gradcheck.conventions._objects import constructions, placements
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Step

COSTS = ("loss", "cost", "costfunction", "computecost", "computeloss", "lossfunction",
         "objective", "compute_cost", "calculateloss", "calculatecost", "getloss",
         "getcost")  # fmt: skip
GRADIENTS = ("gradient", "gradients", "costfunctionprime", "computegradients", "computegradient",
             "compute_gradients", "costprime", "lossprime", "grad", "grads",
             "calculategradients", "calculategradient",
             "getgradients", "lossgradient", "costgradient", "backprop", "backward",
             "backpropagation", "gradientdescentdirection")  # fmt: skip


class ModelPair(Convention):
    """``net.loss(X, y)`` and ``net.gradient(X, y)``, with the parameters inside."""

    id = "model-pair"
    title = "a class with loss(X, y) and gradient(X, y)"
    example = (
        "class Net:\n    def __init__(self, ...): self.params = {'W1': ..., 'b1': ...}\n"
        "    def loss(self, X, y): ...; return cost\n"
        "    def gradient(self, X, y): ...; return {'W1': dW1, 'b1': db1}"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component, depth and way to set the parameters."""
        for cls in module.classes:
            cost, gradient = (_method(cls, names) for names in (COSTS, GRADIENTS))
            if cost is None or gradient is None or _gives_both(cls, cost):
                continue
            for component in (c for c in components if c.kind == "model"):
                for alike in by_variables(component):
                    found = list(self._of(cls, cost, gradient, component, alike, execute))
                    yield from found
                    if found:  # of any depth: a shallower one would show less
                        break

    def _of(
        self, cls: ClassDescription, cost: str, gradient: str, component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        parameters = tuple(v.name for v in variables if v.role == "parameter")
        names = (f"{cls.name}.{cost}", f"{cls.name}.{gradient}")
        steps: list[tuple[Step, ...]] = []
        for slot, method in (("out", cost), ("g", gradient)):
            given = [p.name for p in cls.methods[method].required]
            found, _ = matched(given, data)
            if len(found) != len(data) or len(given) != len(data):
                return
            slots = [f"${found[n]}" for n in given]
            steps.append((("get", f"m{slot}", "obj", method),
                          ("call", slot, f"m{slot}", slots, {})))  # fmt: skip
        for construction in constructions(cls, component, alike[0]):
            told = with_values(component, alike, construction.passing)
            for rank, is_refilled in enumerate((False, True)):
                for setup, layout, fixed in placements(
                    construction, component, alike[0], execute, is_refilled=is_refilled
                ):
                    template = Template(
                        setup, steps[0], steps[1], output=("out",), state="object",
                        forward_function=names[0], backward_function=names[1],
                    )  # fmt: skip
                    yield Proposal(
                        self.id, component, names, template, told, (layout.id,),
                        # a network's name doesn't tell what its last layer and its cost are
                        min(strength(parsed(cls.name), component), CONTAINED),
                        returned="gradients", raw=("g",), needs_gradients=True,
                        order=parameters, rank=rank, line=cls.line, sizes=fixed,
                        is_guess=construction.is_guess,
                    )  # fmt: skip


def _method(cls: ClassDescription, names: Sequence[str]) -> str | None:
    """Return the method of the first of these names."""
    return method_among(cls.methods, names)


def _gives_both(cls: ClassDescription, cost: str) -> bool:
    """Return whether the cost's method hands out the gradients as well."""
    return any(len(r.elements) > 1 for r in cls.methods[cost].returns)


CONVENTION = ModelPair()
