"""Reads pairs that no component fits as functions of the student's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.closeness import EXACT, RAN
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.fitting import fits
from gradcheck.own_component import OwnComponent, variant_of
from gradcheck.probing import Fit, probe_of
from gradcheck.recognition import Recognition, reading_of
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.template import Execute, Reading, Template

__all__ = ["component_of", "with_own"]

ROWS, SQUARE, COLUMN = ("N", "D"), ("D", "M"), ("D",)
SHAPES: Mapping[int, tuple[tuple[tuple[str, ...], ...], ...]] = {
    1: ((ROWS,), (COLUMN,)),
    2: ((ROWS, ROWS), (ROWS, SQUARE), (ROWS, COLUMN), (COLUMN, COLUMN)),
    3: ((ROWS, SQUARE, ("M",)), (ROWS, COLUMN, COLUMN), (ROWS, COLUMN, ()), (ROWS, ROWS, ROWS),
        (ROWS, ("M", "D"), ("M", "K"))),
    5: ((ROWS, SQUARE, ("M",), ("M", "K"), ("K",)),),
}  # fmt: skip
"""By the number of arguments: the shapes that are tried."""
DOMAINS = ("reals", "inside")


def component_of(reading: Reading, execute: Execute) -> OwnComponent:
    """Return the component that a reading of an own function is judged with."""
    return OwnComponent(reading.template, execute)


def with_own(
    recognition: Recognition, module: ModuleDescription, conventions: Sequence[Convention],
    execute: Execute,
) -> Recognition:  # fmt: skip
    """Return the recognition with the pairs among its unread names read as own functions."""
    left = {u.name for u in recognition.unread}
    functions = tuple(f for f in module.functions if f.name in left)
    if len(functions) < 2:
        return recognition
    own: list[Reading] = []
    taken: set[str] = set()
    for names, proposals in _pairs(functions, conventions, execute).items():
        if taken & set(names):
            continue
        found = [f for p in proposals for f in _tried(p, execute)]
        best = max(found, key=_key, default=None)
        if best is not None and _is_acceptable(best):
            own.append(reading_of(best))
            taken |= set(names)
    readings = sorted((*recognition.readings, *own), key=lambda r: r.line)
    unread = tuple(u for u in recognition.unread if u.name not in taken)
    return Recognition(tuple(readings), unread)


def _pairs(
    functions: tuple[FunctionDescription, ...], conventions: Sequence[Convention],
    execute: Execute,
) -> Mapping[tuple[str, ...], list[Proposal]]:  # fmt: skip
    """Return the proposals for pairs of functions, by their names."""
    module = ModuleDescription(functions)
    groups: dict[tuple[str, ...], list[Proposal]] = {}
    for function in functions:
        names = [p.name for p in function.required]
        for shapes in SHAPES.get(len(names), ()):
            dims = dict(zip(names, shapes, strict=True))
            component = _Prototype(dims)
            for convention in conventions:
                if not convention.serves_own:
                    continue
                for proposal in convention.propose(module, [component], execute):
                    if proposal.names[0] == function.name:
                        groups.setdefault(proposal.names, []).append(proposal)
    return groups


class _Prototype(OwnComponent):
    """A function whose shapes are supposed; what it computes isn't known yet."""

    def __init__(self, dims: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(Template(), lambda _: [])
        self.dims = dims
        self.variants = (  # type: ignore[misc]
            variant_of(dims, tuple(dims), "reals", is_scalar=False),
        )


def _tried(proposal: Proposal, execute: Execute) -> Iterator[Fit]:
    """Yield how a proposal fits, with gradients of all arguments and of each alone."""
    prototype, output = proposal.component, proposal.template.output
    if not isinstance(prototype, _Prototype) or output is None:
        return
    component = OwnComponent(proposal.template, execute)
    for domain in DOMAINS:
        bare = variant_of(prototype.dims, tuple(prototype.dims), domain, is_scalar=False)  # type: ignore[arg-type]
        value = component.forward(probe_of(component, bare, ()).inputs, bare)
        if value.size and np.all(np.isfinite(value)):
            break
    else:
        return
    every = tuple(prototype.dims)
    choices = [every] if len(every) == 1 else [every, *((name,) for name in every)]
    for names in choices:
        variant = variant_of(prototype.dims, names, domain, is_scalar=value.ndim == 0)  # type: ignore[arg-type]
        is_one_by_one = value.shape == probe_of(component, variant, ()).inputs[every[0]].shape
        if proposal.template.upstream == "local" and not (is_one_by_one or value.ndim == 0):
            continue  # a Jacobian can't be told from a gradient
        yield from fits([replace(proposal, component=component, variants=(variant,))], execute)


def _key(fit: Fit) -> tuple[object, ...]:
    """Sort what agrees best first; then what says more."""
    return (fit.gradient, len(fit.variant.id.split()) - fit.variant.id.count("*"),
            tuple(-r for r in fit.rank))  # fmt: skip


def _is_acceptable(fit: Fit) -> bool:
    """Return whether a disagreement would be the student's, not our reading's."""
    if fit.forward < EXACT:
        return False
    if fit.gradient >= EXACT:
        return True
    is_told = fit.proposal.template.upstream == "argument" or len(fit.variant.id.split()) == 3
    return is_told and fit.gradient > RAN
