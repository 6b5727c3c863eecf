"""The constants that the caller chooses: which values of them the code takes.

A convolution that is called with a stride and a padding must be right for each of them, so
its battery goes through several (``padding = 0`` is where ``x[:, :, p:-p, p:-p]`` breaks). A
value that the code refuses, by a ``raise`` or an ``assert`` of its own, is outside of its
domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np

from gradcheck.calls.closeness import EXACT, FAILED, score
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.component import Variant
from gradcheck.recognition.probing import Fit, fixed_sizes, probe_of
from gradcheck.records.program import Fault
from gradcheck.subject import Call

__all__ = ["with_choices"]

MOST_CHOICES = 6
"""Beside the first: a standard battery has each in several regimes."""


def with_choices(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with further variants to judge it in, where the caller chooses constants."""
    is_value = fit.output is not None
    if (fit.forward if is_value else fit.gradient) <= FAILED:
        return fit
    component = fit.proposal.component
    fixed = fixed_sizes(fit.proposal, fit.layout)
    fit = _by_others(fit, fixed, execute)
    subject = ProgrammedSubject(fit.template, component, fit.variant, fit.layout, execute)
    names = [n for n in subject.chosen if _is_read(n, subject, fixed)]
    candidates = islice(_candidates(fit, names), MOST_CHOICES)
    kept = []
    for variant in candidates:
        example = probe_of(component, variant, fixed, is_upstream_one=False)
        call = Call("forward" if is_value else "backward", example.inputs, example.upstream)
        (answer,) = subject.at(variant).run([call])
        if answer.fault is None or not _is_refusal(answer.fault):
            kept.append(variant)
    kept += _by_defaults(fit, subject, fixed)
    return replace(fit, further=tuple(kept))


def _by_defaults(
    fit: Fit, subject: ProgrammedSubject, fixed: tuple[tuple[str, int], ...]
) -> list[Variant]:
    """Return the variants in which slopes that have a default have another value.

    Only where the value listens to it: what the code ignores may mean something else. And where
    its name alone doesn't say what the function is, only where the value is then right, too.
    """
    component, variant = fit.proposal.component, fit.variant
    told = _told(fit)
    if not told or fit.forward < EXACT or not subject.has_forward or component.kind == "step":
        return []
    other = component.with_constants(component.without(variant, tuple(told)), told)
    example = probe_of(component, other, fixed, is_upstream_one=False)
    call = Call("forward", example.inputs)
    (was,), (answer,) = (s.run([call]) for s in (subject, subject.at(other)))
    expected = np.asarray(subject.at(other).show_output(example.output))
    if score(answer.output, expected) == EXACT:
        return [other]
    before, after = was.numbers, answer.numbers
    if fit.proposal.strength < SURE or before is None or after is None:
        return []
    return [] if np.array_equal(before, after) else [other]


def _told(fit: Fit) -> dict[str, float]:
    """Return other values of the slopes that are passed at their default."""
    component, variant = fit.proposal.component, fit.variant
    return {
        c.name: c.choice for c in component.constants
        if c.name in fit.proposal.template.options and not c.is_integer and c.chosen
        and component.constant(variant, c.name) not in (*c.chosen, *c.neutral)
    }  # fmt: skip


def _by_others(fit: Fit, fixed: tuple[tuple[str, int], ...], execute: Execute) -> Fit:
    """Return the fit in the variant that is right with other values, too.

    With a default of 1 the Huber cost and the smooth L1 cost are the same; else they differ.
    """
    component, told = fit.proposal.component, _told(fit)
    if not told or fit.forward < EXACT or fit.output is None or component.kind == "step":
        return fit
    own = {name: component.constant(fit.variant, name) for name in told}

    def is_right(variant: Variant) -> bool:
        subject = ProgrammedSubject(fit.template, component, variant, fit.layout, execute)
        example = probe_of(component, variant, fixed, is_upstream_one=False)
        (answer,) = subject.run([Call("forward", example.inputs)])
        return score(answer.output, np.asarray(subject.show_output(example.output))) == EXACT

    def at(variant: Variant, values: Mapping[str, float]) -> Variant:
        return component.with_constants(component.without(variant, tuple(told)), dict(values))

    if len(fit.proposal.variants) == 1 or is_right(at(fit.variant, told)):
        return fit
    others = (v for v in fit.proposal.variants if at(v, own) != fit.variant)
    better = (v for v in others if is_right(at(v, told)) and is_right(at(v, own)))
    found = next(better, None)
    return fit if found is None else replace(fit, variant=at(found, own))


def _is_read(
    name: str, subject: ProgrammedSubject, fixed: tuple[tuple[str, int], ...]
) -> bool:
    """Return whether the code knows a constant: a rare one may stand in a dict for nothing."""
    component, variant = subject.component, subject.variant
    constant = next(c for c in component.constants if c.name == name)
    if not constant.is_rare or not subject.has_forward:
        return True
    own = component.constant(variant, name)
    other = next(v for v in (*constant.usual, *constant.chosen) if v != own)
    moved = subject.at(component.with_constants(component.without(variant, [name]), {name: other}))
    example = probe_of(component, variant, fixed, is_upstream_one=False)
    (was,), (now,) = (s.run([Call("forward", example.inputs)]) for s in (subject, moved))
    before, after = was.numbers, now.numbers
    return before is None or after is None or not np.array_equal(before, after)


def _candidates(fit: Fit, names: Sequence[str]) -> Iterator[Variant]:
    """Yield the variants with other values of the named constants."""
    component, variant = fit.proposal.component, fit.variant
    passed = fit.proposal.template.options
    known = [c for c in component.constants if c.name in names]
    if not known:
        return
    own = tuple(component.constant(variant, name) for name in names)
    following = [
        c.name
        for c in component.constants
        if c.name not in passed and component.constant(variant, c.name)
        == component.constant(component.without(variant, [c.name]), c.name)
    ]  # what follows from the others, as a pool's stride from its window, goes on following
    bare = component.without(variant, [*names, *following])
    values = product(*(dict.fromkeys((*c.usual, *c.chosen)) for c in known))
    for chosen in values:
        if chosen != own:
            yield component.with_constants(bare, dict(zip(names, chosen, strict=True)))


def _is_refusal(fault: Fault) -> bool:
    """Return whether nothing is to be asked with these values: what hangs isn't asked again."""
    return fault.is_refusal or fault.kind != "exception"
