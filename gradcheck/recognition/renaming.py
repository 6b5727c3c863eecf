"""Functions that an assignment names: a value and its gradient, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import parsed
from gradcheck.component import Component
from gradcheck.conventions.base import Proposal
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Step

__all__ = ["under_usual_names", "with_own_names"]


def under_usual_names(
    module: ModuleDescription, components: Sequence[Component], named: Mapping[str, str]
) -> Iterator[tuple[ModuleDescription, Mapping[str, str]]]:
    """Yield the module with two named functions called like value and gradient, and their names.

    Conventions tell a pair by what both are called: ``quetsch`` and ``quetsch_steigung`` are one
    where an assignment names both for one component, the value first.
    """
    there = {f.name for f in module.functions}
    for component in components:
        pair = [name for name, identifier in named.items()
                if identifier == component.id and name in there]  # fmt: skip
        usual = next((name for name in component.names if name not in there), None)
        if len(pair) != 2 or usual is None or _is_told(*pair):
            continue
        known = dict(zip(pair, (usual, f"{usual}_backward"), strict=True))
        functions = tuple(replace(f, name=known.get(f.name, f.name)) for f in module.functions)
        yield replace(module, functions=functions), {new: own for own, new in known.items()}


def _is_told(value: str, gradient: str) -> bool:
    """Return whether names tell the pair already."""
    one, other = parsed(value), parsed(gradient)
    return one.is_gradient != other.is_gradient and one.stem == other.stem


def with_own_names(proposal: Proposal, own: Mapping[str, str]) -> Proposal | None:
    """Return the proposal with the functions' own names; None if it isn't of both."""
    if not set(own) <= set(proposal.names):
        return None
    template = proposal.template

    def called(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(
            ("name", step[1], own.get(step[2], step[2])) if step[0] == "name" else step
            for step in steps
        )

    changed = replace(
        template, setup=called(template.setup), forward=called(template.forward),
        backward=called(template.backward),
        forward_function=own.get(template.forward_function or "", template.forward_function),
        backward_function=own.get(template.backward_function or "", template.backward_function),
    )  # fmt: skip
    names = tuple(own.get(name, name) for name in proposal.names)
    return replace(proposal, names=names, template=changed)
