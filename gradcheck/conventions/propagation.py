"""Functions that pass a dict of parameters around: forward, cost and backward of a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcheck.calls.naming import (
    COST_WORDS,
    EXACT,
    NETWORK_WORDS,
    Name,
    is_parameter_dict,
    normalised,
    parsed,
    strength,
)
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

CACHES = frozenset({"cache", "caches", "memory", "store", "saved", "forwardcache", "activations",
                    "values", "outputs"})  # fmt: skip
PREDICTION = "prediction"
CONSTANTS = frozenset({"lambd", "lambda", "lam", "reg", "lmbda", "lambtha", "alpha", "keepprob",
                       "l2", "learningrate", "lr", "m", "epsilon", "eps"})  # fmt: skip


class Propagation(Convention):
    """``A2, cache = forward_propagation(X, parameters)``, a cost, ``backward_propagation(...)``."""

    id = "propagation"
    title = "forward, cost and backward functions of a network, with a dict of parameters"
    example = (
        "def forward_propagation(X, parameters): ...; return A2, cache\n"
        "def compute_cost(A2, Y): ...\n"
        "def backward_propagation(parameters, cache, X, Y): ...; return {'dW1': dW1, ...}"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a trio (or a pair without a cost), component and depth."""
        names = {f.name: parsed(f.name) for f in module.functions}
        parts = [c for c in components if c.kind in {"activation", "layer"}]
        known = {name for name, n in names.items()
                 if any(strength(n, c) == EXACT for c in parts)}  # fmt: skip
        # relu_backward is a part of the network, whatever stands beside it
        backwards = [
            f for f in module.functions if names[f.name].is_gradient and f.name not in known
        ]
        forwards = [
            f for f in module.functions
            if not names[f.name].is_gradient and NETWORK_WORDS & set(names[f.name].words)
            and f.name not in known
        ]  # fmt: skip
        costs: list[FunctionDescription | None] = [
            f for f in module.functions
            if not names[f.name].is_gradient and COST_WORDS & set(names[f.name].words)
        ]  # fmt: skip
        for backward in backwards:
            # with_dropout belongs to with_dropout, where there is such a forward
            for forward in _meant(names, forwards, backward):
                for cost in costs or [None]:
                    for component in components:
                        if component.kind == "model":
                            yield from self._of(forward, cost, backward, component)

    def _of(
        self, forward: FunctionDescription, cost: FunctionDescription | None,
        backward: FunctionDescription, component: Component,
    ) -> Iterator[Proposal]:  # fmt: skip
        trio = [f for f in (forward, cost, backward) if f is not None]
        for alike in by_variables(component):
            template = _template(forward, cost, backward, component.variables(alike[0]))
            if template is not None:
                yield self._proposal(trio, component, alike, template)

    def _proposal(
        self, trio: Sequence[FunctionDescription], component: Component,
        alike: Sequence[Variant], template: Template,
    ) -> Proposal:  # fmt: skip
        variables = component.variables(alike[0])
        return Proposal(
            self.id, component, tuple(f.name for f in trio), template, tuple(alike),
            tuple(layout.id for layout in component.layouts),
            max(strength(parsed(f.name), component) for f in trio),
            returned="gradients", raw=("g",),
            order=tuple(v.name for v in variables if v.role == "parameter"), line=trio[0].line,
            is_decisive=True,
        )  # fmt: skip


def _meant(
    names: Mapping[str, Name], forwards: Sequence[FunctionDescription],
    backward: FunctionDescription,
) -> list[FunctionDescription]:  # fmt: skip
    """Return the forwards that a backward may go with, by the words after ``with``."""

    def extra(name: str) -> tuple[str, ...]:
        words = names[name].words
        return words[words.index("with") :] if "with" in words else ()

    alike = [f for f in forwards if extra(f.name) == extra(backward.name)]
    return alike or [f for f in forwards if not extra(f.name)]


def _template(
    forward: FunctionDescription, cost: FunctionDescription | None,
    backward: FunctionDescription, variables: Sequence[Variable],
) -> Template | None:  # fmt: skip
    parameters = [v for v in variables if v.role == "parameter"]
    prelude: Step = ("dict", "params", [[v.name, f"${v.name}"] for v in parameters])
    known = {normalised(v.name): f"${v.name}" for v in variables}
    known |= {alias: f"${v.name}" for v in variables for alias in v.aliases}
    slots = _slots(forward, known, {})
    if slots is None:
        return None
    steps: tuple[Step, ...] = (
        prelude, ("name", "f", forward.name), ("call", "r", "f", slots, {}),
    )  # fmt: skip
    results = {PREDICTION: "r"}
    elements = forward.returns[-1].elements if forward.returns else ()
    if len(elements) > 1:
        steps += tuple(("item", f"r{k}", "r", k) for k in range(len(elements)))
        named = {normalised(e.name or f"result{k}"): f"r{k}" for k, e in enumerate(elements)}
        caches = [slot for name, slot in named.items() if name in CACHES]
        others = [slot for slot in named.values() if slot not in caches]
        results = {**named, PREDICTION: others[-1] if others else "r0"}
        results |= {name: caches[0] for name in CACHES if caches}
    if cost is not None:
        slots = _slots(cost, known, results)
        if slots is None:
            return None
        if not set(slots) & set(results.values()):
            return None  # it is no cost of this forward
        steps += (("name", "c", cost.name), ("call", "out", "c", slots, {}))
    last = _slots(backward, known, results)
    targets = {f"${v.name}" for v in variables if v.role == "target"}
    if last is None or not targets & set(last):
        return None  # without the targets it is the backward of a layer
    if not {*slots, *last} & set(results.values()):
        return None  # functions that call forward themselves are no trio
    return Template(
        (), steps, (("name", "b", backward.name), ("call", "g", "b", last, {})),
        output=None if cost is None else ("out",), state="cache",
        forward_function=None if cost is None else cost.name, backward_function=backward.name,
    )  # fmt: skip


def _slots(
    function: FunctionDescription, known: Mapping[str, str], results: Mapping[str, str]
) -> list[str] | None:
    """Return what a call passes: by name; the one that is left over is the prediction."""
    names = [p.name for p in function.required]
    found: list[str | None] = []
    for name in names:
        plain = normalised(name)
        if is_parameter_dict(name, [n for n in names if n != name]):
            found.append("params")
        else:
            found.append(results.get(plain) or known.get(plain))
    if found.count(None) > 1 or (None in found and PREDICTION not in results):
        return None
    left = next((n for n, slot in zip(names, found, strict=True) if slot is None), "")
    if normalised(left) in CONSTANTS:
        return None  # a penalty, or a share of what is kept
    return [slot or results[PREDICTION] for slot in found]


CONVENTION = Propagation()
