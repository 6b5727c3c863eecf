"""A function and its derivative: ``sigmoid(z)`` and ``sigmoid_prime(z)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import Name, closest, is_quotient, parsed, strength
from gradcheck.calls.template import Execute
from gradcheck.component import Component
from gradcheck.conventions._arguments import plans
from gradcheck.conventions._constants import named_in
from gradcheck.conventions._local import Callee, local_templates
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription

GENERIC = frozenset({"cost", "loss", "forward", "objective", "error", "j", "c", "f", "compute"})


class FunctionPair(Convention):
    """A value and its derivative with the same arguments (or the derivative at a)."""

    id = "function-pair"
    title = "a function and its derivative"
    example = "def sigmoid(z): ...\ndef sigmoid_prime(z): ...    # or _grad, _derivative, _backward"
    serves_own = True
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a pair, component and reading."""
        names = {f.name: parsed(f.name) for f in module.functions}
        for backward in module.functions:
            if not names[backward.name].is_gradient:
                continue
            gradient = names[backward.name]
            values = [f for f in module.functions if not names[f.name].is_gradient]
            pairs = [f for f in values if _are_pair(names[f.name], gradient, f, backward)]
            if not pairs and not gradient.stem:  # gradients(w, b, X, y) beside one mse(w, b, X, y)
                alike = [f for f in values if _same(f, backward)]
                pairs = alike if len(alike) == 1 else []
            wanted = closest(gradient, [names[f.name] for f in pairs])
            for forward in (f for f in pairs if names[f.name] in wanted):
                for component in components:
                    yield from self._readings(names, forward, backward, component)

    def _readings(
        self, names: dict[str, Name], forward: FunctionDescription, backward: FunctionDescription,
        component: Component,
    ) -> Iterator[Proposal]:  # fmt: skip
        if not component.has_gradient:
            return
        surely = max(strength(names[f.name], component) for f in (forward, backward))
        for variants, plan in plans(forward, component, named_in(backward, component)):
            readings = local_templates(
                Callee(forward, forward.name, (("name", "f", forward.name),)),
                Callee(backward, backward.name, (("name", "fp", backward.name),)),
                plan, component, component.variables(variants[0]),
            )  # fmt: skip
            for rank, (template, note) in enumerate(readings):
                yield Proposal(
                    self.id, component, (forward.name, backward.name), template, variants,
                    tuple(layout.id for layout in component.layouts), surely,
                    returned="gradients", raw=("g",),
                    order=plan.order, called=plan.called, rank=rank,
                    line=forward.line, notes=(note,) if note else (), is_guess=plan.is_guess,
                )  # fmt: skip


def _are_pair(
    forward: Name, backward: Name, f: FunctionDescription, g: FunctionDescription
) -> bool:
    if "".join(forward.stem) == "".join(backward.stem) and forward.stem:
        return True
    same = _same(f, g)
    if is_quotient(backward.text):
        return same and bool(f.required)
    if backward.stem:
        return False
    return (not forward.stem or bool(GENERIC & set(forward.words))) and same


def _same(f: FunctionDescription, g: FunctionDescription) -> bool:
    """Return whether two functions take the same arguments."""
    return [p.name for p in f.required] == [p.name for p in g.required]


CONVENTION = FunctionPair()
