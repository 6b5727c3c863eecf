"""Tries a proposal out: on a probe example, in every layout and variant that it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck import locating
from gradcheck.accidents import SQUARE, may_be_accident, takes_any, without_accidents
from gradcheck.closeness import EXACT, FACTOR, FAILED, SHAPED, is_narrow, score
from gradcheck.component import Array, Component, Variant
from gradcheck.conventions.base import FIRST_LAYER, Proposal
from gradcheck.examples import Example
from gradcheck.locating import attribute_paths, called, gradient_paths, missing_path
from gradcheck.naming import EXACT as SURE
from gradcheck.presentation import Layout
from gradcheck.probing import Fit, fixed_sizes, is_opaque, is_trivial, may_be_ours, probe_of
from gradcheck.probing import is_partly_exact as partly
from gradcheck.records.program import Value
from gradcheck.results import Path, at_path, scaled
from gradcheck.settling import by_usual, counts, open_reals, settled
from gradcheck.subject import Answer, Call
from gradcheck.template import Execute, ProgrammedSubject

__all__ = ["fits"]

FREE, ONE_EXAMPLE, ONE_FEATURE, ONE_NUMBER = range(4)
NEARLY = 2.6
"""Mean score of three gradients of which all but one are right: the batch is what is meant."""
RAW, ATTRIBUTES, KEPT = "@raw", "@attrs", "kept"
OUTPUT_NAMES = frozenset({"output", "out", "outputs", "a", "y", "activation", "activations",
                          "result", "o", "yhat", "probs", "loss", "z"})  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """A proposal tried on the probe example of one variant.

    The proposal's template knows where an object keeps the value, if forward returns none.
    """

    proposal: Proposal
    subject: ProgrammedSubject
    example: Example
    forward: Answer | None
    backward: Answer | None


@dataclass(frozen=True)
class _Located:
    """Where value and gradients stand in what came back, and what they are."""

    value: Value
    output: Path | None
    paths: Mapping[str, Path]
    found: Mapping[str, Value]
    is_misread: bool = False
    is_first: bool = False
    """Whether backward returns nothing and leaves the parameters' gradients in the object."""


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
    for narrowness in (FREE, ONE_EXAMPLE, ONE_FEATURE, ONE_NUMBER):
        if narrowness == ONE_FEATURE and any(f.forward >= FACTOR for f in found):
            continue
        if narrowness == ONE_NUMBER and any(f.forward > FAILED for f in found):
            break
        for proposal in proposals:
            for place, identifier in enumerate(proposal.layouts):
                layout = proposal.component.layout(identifier)
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
        is_batch = not _may_take_vectors(proposals) or any(f.gradient >= NEARLY for f in found)
        if is_batch and is_valued:
            break
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
        first: _Asked | None = None
        for values in counts(component, variants[0], has_further=proposal.strength == SURE):
            whole = [component.with_constants(v, values) for v in variants]
            if first is not None and not _may_have(first, whole[0]):
                continue
            asked = _ask(proposal, layout, whole[0], execute)
            first = first or asked
            found = list(_fits_of_domain(asked, (place, number), whole, execute))
            yield from found
            if _is_settled(found):
                break
        if whole_numbers and _is_taken(proposal, found, is_refused=_is_refused(first)):
            return


def _may_have(asked: _Asked, variant: Variant) -> bool:
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


def _is_refused(asked: _Asked | None) -> bool:
    """Return whether the code itself raised, at what it was called with."""
    answers = (asked.forward, asked.backward) if asked is not None else ()
    return any(a is not None and a.fault is not None and a.fault.is_refusal for a in answers)


def _is_settled(found: Sequence[Fit]) -> bool:
    """Return whether other values of the integer constants need not be tried."""
    if any(f.forward == EXACT or (f.output is None and f.gradient == EXACT) for f in found):
        return True
    is_sure = any(f.proposal.strength == SURE for f in found)
    return not is_sure and all(f.forward == f.gradient == FAILED for f in found)


def _ask(proposal: Proposal, layout: Layout, variant: Variant, execute: Execute) -> _Asked:
    """Run a proposal's calls on the probe example."""
    component, template = proposal.component, proposal.template
    probe = _probe(proposal, layout, variant)
    has_forward = template.output is not None or proposal.returned == "value-and-gradients"
    gradients: dict[str, Path] = dict(template.gradients)
    if proposal.returned == "gradients":
        gradients = {RAW: proposal.raw}
        if any(step[0] == "get" and step[1] == "attrs" for step in template.backward):
            gradients[ATTRIBUTES] = ("attrs",)
    probing = replace(
        template,
        output=template.output or proposal.raw,
        gradients=gradients,
        upstream="argument" if template.upstream == "argument" else "none",
    )
    subject = ProgrammedSubject(probing, component, variant, layout, execute)
    calls = [Call("forward", probe.inputs)] if has_forward else []
    if gradients:
        calls.append(Call("backward", probe.inputs, probe.upstream))
    answers = list(subject.run(calls))
    forward = answers.pop(0) if has_forward else None
    backward = answers[0] if answers else None
    if forward is not None and forward.fault is None and forward.output is None:
        kept = _kept_output(subject, probe)
        if kept is not None:
            proposal = replace(proposal, template=replace(template, output=kept[0]))
            forward = replace(forward, output=kept[1])
    return _Asked(proposal, subject, probe, forward, backward)


def _probe(proposal: Proposal, layout: Layout, variant: Variant) -> Example:
    is_one = proposal.template.upstream != "argument"
    fixed = fixed_sizes(proposal, layout)
    return probe_of(proposal.component, variant, fixed, is_upstream_one=is_one)


def _fits_of_domain(
    first: _Asked, rank: tuple[int, int], variants: Sequence[Variant], execute: Execute
) -> Iterator[Fit]:
    proposal, layout = first.proposal, first.subject.layout
    for place, open_variant in enumerate(variants):
        names = tuple(c.name for c in open_reals(proposal.component, open_variant))
        for variant in _settled(first, open_variant):
            example = _probe(proposal, layout, variant)
            is_new = variant is not open_variant and _is_new(first, example, variant)
            again = _ask(proposal, layout, variant, execute) if is_new else first
            asked = replace(again, example=example)
            yield (fit := _fit(asked, (*rank, place, proposal.rank), names))
            if fit.is_complete:
                return


def _settled(asked: _Asked, variant: Variant) -> Sequence[Variant]:
    """Return the variant with its open constants settled by the value; tried if there is none."""
    component, example = asked.proposal.component, asked.example
    if not open_reals(component, variant):
        return (variant,)
    if asked.forward is None:
        return by_usual(component, variant)
    value = _located(replace(asked, example=replace(example, variant=variant))).value
    show = asked.subject.show_output
    return (settled(component, variant, example.inputs, value, show),)


def _is_new(asked: _Asked, example: Example, variant: Variant) -> bool:
    """Return whether a settled variant is called with something else than was tried."""
    component = asked.proposal.component
    passed = asked.proposal.template.options
    was = asked.example
    return any(
        component.constant(variant, name) != component.constant(was.variant, name)
        for name in passed
    ) or any(not np.array_equal(example.inputs[n], v) for n, v in was.inputs.items())


def _kept_output(subject: ProgrammedSubject, probe: Example) -> tuple[Path, Value] | None:
    """Return where an object keeps the value that its forward doesn't return."""
    if not any(step[0] == "get" and step[1] == KEPT for step in subject.template.forward):
        return None
    looking = ProgrammedSubject(
        replace(subject.template, output=(KEPT,)), subject.component, probe.variant,
        subject.layout, subject.execute,
    )  # fmt: skip
    (answer,) = looking.run([Call("forward", probe.inputs)])
    attributes = answer.output
    if not isinstance(attributes, Mapping):
        return None
    expected = looking.show_output(probe.output)
    scores = {name: score(value, expected) for name, value in attributes.items()}
    named = [n for n in attributes if n.strip("_").lower() in OUTPUT_NAMES]
    best = next((n for n, score in scores.items() if score == EXACT), None)
    best = best or next((n for n in named if scores[n] >= SHAPED), None)
    return None if best is None else ((KEPT, best), attributes[best])


def _shown(asked: _Asked) -> ProgrammedSubject:
    """Return a subject that only shows values as the student's code sees them."""
    proposal, variant = asked.proposal, asked.example.variant
    return ProgrammedSubject(
        proposal.template, proposal.component, variant, asked.subject.layout, lambda _: []
    )


def _located(asked: _Asked) -> _Located:
    """Return where value and gradients stand in what the calls returned."""
    proposal, forward, backward = asked.proposal, asked.forward, asked.backward
    variables = proposal.component.differentiable(asked.example.variant)
    named = [called(v, proposal.called.get(v.name)) for v in variables]
    output, paths = proposal.template.output, dict(proposal.template.gradients)
    is_misread = False
    found: dict[str, Value] = {}
    returned: Value = forward.output if forward else None
    if proposal.returned == "value-and-gradients":
        value = _shown(asked).show_output(asked.example.output)
        both = locating.value_and_gradient_paths(
            returned, proposal.raw, named, proposal.order, float(np.ravel(value)[0])
        )
        output, paths = both or ((*proposal.raw, 0), {})
        answered = forward is not None and forward.fault is None and returned is not None
        is_misread = both is None and answered
        slots = {str(proposal.raw[0]): returned}
        returned = at_path(slots, output)
        found = {name: at_path(slots, path) for name, path in paths.items()}
    elif backward is not None and proposal.returned == "gradients":
        raw, attributes = backward.raw.get(RAW), backward.raw.get(ATTRIBUTES)
        kept = attribute_paths(attributes, ("attrs",), named)
        left = [v for v in named if v.name not in kept]
        if isinstance(raw, tuple | list) and len(raw) == len(left):
            named = left  # as many are returned as aren't kept: not the parameters' gradients
        paths = gradient_paths(raw, proposal.raw, named, proposal.order)
        slots = {str(proposal.raw[0]): raw, "attrs": attributes}
        paths |= {n: p for n, p in kept.items() if not _is_closer(asked, n, paths.get(n), p, slots)}
        found = {name: at_path(slots, path) for name, path in paths.items()}
    elif backward is not None and proposal.returned == "known":
        found = dict(backward.gradients)
    found |= {
        name: scaled(found[name], asked.example.sizes["N"])
        for name in proposal.template.averaged if name in found
    }  # fmt: skip
    is_answered = backward is not None and backward.fault is None and bool(backward.raw)
    is_first = is_answered and proposal.component.kind == "layer" and locating.is_of_a_first_layer(
        backward.raw.get(RAW, 0.0), found, variables)  # type: ignore[union-attr]  # fmt: skip
    if proposal.returned != "nothing" and proposal.raw:
        for v in variables:
            if not is_first or v.role == "parameter":
                paths.setdefault(v.name, missing_path(proposal.raw, v.name))
    if is_first:
        found = {n: value for n, value in found.items() if value is not None}
        paths = {n: path for n, path in paths.items() if n in found}
    return _Located(returned, output, paths, found, is_misread, is_first)


def _is_closer(
    asked: _Asked, name: str, returned: Path | None, kept: Path, slots: Mapping[str, Value]
) -> bool:
    """Return whether what is returned is a gradient rather than what an object keeps.

    An attribute that is called like one may be a slope that backward multiplies by.
    """
    if returned is None:
        return False
    shown = _shown(asked)
    one, other = (
        max((_gradient_scores(shown, {name: at_path(slots, path)}, {name: e[name]})[0]
             for e in asked.example.accepted), default=FAILED)
        for path in (returned, kept)
    )  # fmt: skip
    return one == EXACT > other


def _fit(asked: _Asked, rank: tuple[int, ...], fitted: tuple[str, ...]) -> Fit:
    proposal, example, forward = asked.proposal, asked.example, asked.forward
    backward = asked.backward
    component, variant = proposal.component, example.variant
    located, shown = _located(asked), _shown(asked)
    closeness = FAILED
    if forward is not None and forward.fault is None:
        value = shown.show_output(example.output)
        closeness = score(located.value, value, has_logarithm=component.takes_logarithms)
    expected = example.accepted if component.differentiable(variant) else ()
    if located.is_first:
        proposal = replace(proposal, notes=(*proposal.notes, FIRST_LAYER))
        expected = tuple({n: g for n, g in e.items() if n in located.found} for e in expected)
    each = [_gradient_scores(shown, located.found, e) for e in expected]
    scores = [float(np.mean(one)) if one else FAILED for one in each]
    answer = forward or asked.backward
    is_ours = may_be_ours(answer, closeness, is_guess=proposal.is_guess)
    is_misread = located.is_misread or is_ours
    is_misread = is_misread or (proposal.is_lazy and forward is not None and closeness < EXACT)
    gradient = max(scores, default=FAILED)
    is_scaled = any(one and all(FACTOR <= s < EXACT for s in one) for one in each)
    is_misread = is_misread or (proposal.is_free_scale and is_scaled and gradient < EXACT)
    told = located.value if forward is not None else next(iter(located.found.values()), None)
    matters = proposal.is_surmised or forward is None or closeness >= SHAPED
    is_empty = matters and is_trivial(told, shown, example)
    return Fit(
        proposal, asked.subject.layout, variant, closeness, gradient,
        located.output, located.paths, rank, is_narrow(told), is_misread,
        is_empty, is_opaque(told, forward), fitted,
        partly(component, backward.raw.get(RAW) if backward else None, each, expected),
    )  # fmt: skip


def _gradient_scores(
    subject: ProgrammedSubject, found: Mapping[str, Value], expected: Mapping[str, Array]
) -> list[float]:
    return [score(found.get(n), subject.show(n, e)) for n, e in expected.items()]
