"""Tries a proposal out: on a probe example, in every layout and variant that it allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.calls.closeness import EXACT, FACTOR, FAILED
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.settling import by_usual, counts, open_reals, settled
from gradcheck.calls.template import Execute
from gradcheck.component import Component, Variant
from gradcheck.conventions.base import Proposal
from gradcheck.examples import Example
from gradcheck.presentation import Layout
from gradcheck.recognition.accidents import SQUARE, may_be_accident, takes_any, without_accidents
from gradcheck.recognition.attempt import Attempt, attempted, example_of, fit_of, located_in
from gradcheck.recognition.probing import Fit

__all__ = ["fits"]

FREE, ONE_EXAMPLE, ONE_FEATURE, ONE_NUMBER = range(4)
STEPS = "steps"
NEARLY = 2.6
"""Mean score of three gradients of which all but one are right: the batch is what is meant."""


def _domain(component: Component, variant: Variant) -> tuple[Any, ...]:
    """Return what the inputs of a variant depend on."""
    whole = (variant.options.get(c.name) for c in component.constants if c.is_integer)
    return variant.options.get("input"), variant.options.get("depth"), *whole


def fits(proposals: Sequence[Proposal], execute: Execute) -> list[Fit]:
    """Return the fits in each layout; narrower ones only where wider ones don't do.

    One example at a time is tried where no batch gives the right values, one feature where
    several don't, plain numbers only where arrays raise: code that takes arrays is judged with
    arrays.
    """
    found: list[Fit] = []
    is_valued = is_complete = False  # some fit has the right value; and the right gradients
    is_batch = False
    for narrowness in (FREE, ONE_EXAMPLE, ONE_FEATURE, ONE_NUMBER):
        if narrowness == ONE_FEATURE and any(f.forward >= FACTOR for f in found):
            continue
        if narrowness == ONE_NUMBER and any(f.forward > FAILED for f in found):
            break
        for proposal in proposals:
            for place, identifier in enumerate(proposal.layouts):
                layout = proposal.component.layout(identifier)
                if is_batch and layout.output != STEPS:
                    continue
                if identifier.endswith(SQUARE) and takes_any(found):
                    continue  # its value takes any image: so must its gradient
                if _narrowness(proposal.component, layout) == narrowness:
                    found += (fresh := list(_fits_in(proposal, layout, place, execute)))
                    is_valued |= any(f.forward == EXACT for f in fresh)
                    is_complete |= any(f.is_complete for f in fresh)
                    if any(f.is_complete and not may_be_accident(f) for f in fresh):
                        return without_accidents(found)
            if is_complete:
                return without_accidents(found)
            if proposal.is_decisive and is_valued:
                return found
        if is_valued and not _may_take_vectors(proposals):
            break
        # what is right but for one gradient may still be meant for sequences, which are batches too
        is_batch = is_valued and any(f.gradient >= NEARLY for f in found)
    return without_accidents(found)


def _may_take_vectors(proposals: Sequence[Proposal]) -> bool:
    """Return whether code that is right for a batch by accident may mean one example.

    For layers ``W @ x + b`` also takes columns; where only the gradient of a 1-d example is right,
    one example is what it means. (Costs and models have 1/N, which one example would hide.)
    """
    return all(p.component.kind == "layer" for p in proposals)


def _narrowness(component: Component, layout: Layout) -> int:
    if "N" not in layout.sizes:
        return ONE_FEATURE if component.kind == "model" and "D" in layout.sizes else FREE
    numbers = {"single-number", "vector-number"}
    is_number = all(p in numbers for p in layout.of.values())
    return ONE_NUMBER if is_number else ONE_EXAMPLE


def _fits_in(
    proposal: Proposal, layout: Layout, place: int, execute: Execute
) -> Iterator[Fit]:
    component = proposal.component
    whole_numbers = any(c.is_integer for c in component.constants)
    domains: dict[tuple[Any, ...], list[Variant]] = {}
    for variant in proposal.variants:
        if proposal.template.is_for(component, variant):
            domains.setdefault(_domain(component, variant), []).append(variant)
    for number, variants in enumerate(domains.values()):
        first: Attempt | None = None
        for values in counts(component, variants[0], has_further=proposal.strength == SURE):
            whole = [component.with_constants(v, values) for v in variants]
            if first is not None and not _may_have(first, whole[0]):
                continue
            asked = attempted(proposal, layout, whole[0], execute)
            first = first or asked
            found = list(_fits_of_domain(asked, (place, number), whole, execute))
            yield from found
            if _is_settled(found):
                break
        is_refused = first is not None and first.is_refused
        if whole_numbers and _is_taken(proposal, found, is_refused=is_refused):
            return


def _may_have(asked: Attempt, variant: Variant) -> bool:
    """Return whether a value of that shape may come from code with a variant's constants.

    What a code's own stride and window make of an image tells most of them without a call.
    """
    output = asked.forward.output if asked.forward is not None else None
    if not isinstance(output, np.ndarray):
        return True
    component, inputs = asked.proposal.component, asked.example.inputs
    try:
        expected = asked.subject.show_output(component.forward(inputs, variant))
    except ValueError:  # a window that is larger than the image
        return False
    return bool(np.shape(expected) == output.shape)


def _is_taken(proposal: Proposal, found: Sequence[Fit], *, is_refused: bool) -> bool:
    """Return whether further choices of the constants need not be tried: these aren't refused.

    What is wrong with the first choice must not be looked at with another one.
    """
    if any(f.forward == EXACT for f in found):
        return True
    is_chosen = bool(proposal.template.options)
    return is_chosen and not (is_refused and all(f.forward == FAILED for f in found))


def _is_settled(found: Sequence[Fit]) -> bool:
    """Return whether other values of the integer constants need not be tried."""
    if any(f.forward == EXACT or (f.output is None and f.gradient == EXACT) for f in found):
        return True
    is_sure = any(f.proposal.strength == SURE for f in found)
    return not is_sure and all(f.forward == f.gradient == FAILED for f in found)


def _fits_of_domain(
    first: Attempt, rank: tuple[int, int], variants: Sequence[Variant], execute: Execute
) -> Iterator[Fit]:
    proposal, layout = first.proposal, first.subject.layout
    for place, open_variant in enumerate(variants[:1] if first.is_dead else variants):
        names = tuple(c.name for c in open_reals(proposal.component, open_variant))
        for variant in _settled(first, open_variant):
            example = example_of(proposal, layout, variant)
            is_new = _is_new(first, example, variant)
            again = attempted(proposal, layout, variant, execute) if is_new else first
            asked = replace(again, example=example)
            yield (fit := fit_of(asked, (*rank, place, proposal.rank), names))
            if fit.is_complete:
                return


def _settled(asked: Attempt, variant: Variant) -> Sequence[Variant]:
    """Return the variant with its open constants settled by the value; tried if there is none."""
    component, example = asked.proposal.component, asked.example
    if not open_reals(component, variant):
        return (variant,)
    if asked.forward is None:
        return by_usual(component, variant)
    value = located_in(replace(asked, example=replace(example, variant=variant))).value
    show = asked.subject.show_output
    return (settled(component, variant, example.inputs, value, show),)


def _is_new(asked: Attempt, example: Example, variant: Variant) -> bool:
    """Return whether a variant is called with something else than was tried."""
    component = asked.proposal.component
    passed = asked.proposal.template.options
    was = asked.example
    return any(
        component.constant(variant, name) != component.constant(was.variant, name)
        for name in passed
    ) or any(not np.array_equal(example.inputs[n], v) for n, v in was.inputs.items())
