"""One try of a proposal: its calls on a probe example, what came back, and how close that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.calls import locating
from gradcheck.calls.closeness import (
    EXACT,
    FACTOR,
    FAILED,
    PLAIN_FACTOR,
    RAN,
    SHAPED,
    is_narrow,
    score,
)
from gradcheck.calls.locating import attribute_paths, called, gradient_paths, missing_path
from gradcheck.calls.results import Path, at_path, scaled
from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.component import Array, Variable, Variant
from gradcheck.conventions.base import FIRST_LAYER, Proposal
from gradcheck.examples import Example
from gradcheck.presentation import Layout
from gradcheck.recognition.accidents import is_of_layers
from gradcheck.recognition.foreign import is_foreign
from gradcheck.recognition.probing import (
    SLIPS,
    Fit,
    calls_arrays,
    fixed_sizes,
    is_opaque,
    is_refused,
    is_trivial,
    may_be_ours,
    probe_of,
)
from gradcheck.recognition.probing import is_partly_exact as partly
from gradcheck.records.program import Value
from gradcheck.subject import Answer, Call

__all__ = ["Attempt", "Located", "attempted", "example_of", "fit_of", "located_in"]

RAW, ATTRIBUTES, KEPT = "@raw", "@attrs", "kept"
OUTPUT_NAMES = frozenset({"output", "out", "outputs", "a", "y", "activation", "activations",
                          "result", "o", "yhat", "probs", "loss", "z"})  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """A proposal tried on the probe example of one variant.

    The proposal's template knows where an object keeps the value, if forward returns none.
    """

    proposal: Proposal
    subject: ProgrammedSubject
    example: Example
    forward: Answer | None
    backward: Answer | None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the calls gave that were made."""
        return tuple(a for a in (self.forward, self.backward) if a is not None)

    @property
    def is_dead(self) -> bool:
        """Whether every call raised: nothing can be told from the numbers."""
        return all(a.fault is not None for a in self.answers)

    @property
    def is_refused(self) -> bool:
        """Whether the code itself raised, at what it was called with."""
        return any(a.fault is not None and a.fault.is_refusal for a in self.answers)


@dataclass(frozen=True)
class Located:
    """Where value and gradients stand in what came back, and what they are."""

    value: Value
    output: Path | None
    paths: Mapping[str, Path]
    found: Mapping[str, Value]
    is_misread: bool = False
    is_first: bool = False
    """Whether backward returns nothing and leaves the parameters' gradients in the object."""


def attempted(proposal: Proposal, layout: Layout, variant: Variant, execute: Execute) -> Attempt:
    """Run a proposal's calls on the probe example."""
    component, template = proposal.component, proposal.template
    probe = example_of(proposal, layout, variant)
    has_forward = template.output is not None or proposal.returned == "value-and-gradients"
    gradients: dict[str, Path] = dict(template.gradients)
    if proposal.returned == "gradients":
        gradients = {RAW: proposal.raw}
        if any(step[1] == "attrs" for step in template.backward):
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
    return Attempt(proposal, subject, probe, forward, backward)


def example_of(proposal: Proposal, layout: Layout, variant: Variant) -> Example:
    """Return the example on which a proposal is tried."""
    is_one = proposal.template.upstream != "argument"
    fixed = fixed_sizes(proposal, layout)
    return probe_of(proposal.component, variant, fixed, is_upstream_one=is_one)


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


def _shown(asked: Attempt) -> ProgrammedSubject:
    """Return a subject that only shows values as the student's code sees them."""
    proposal, variant = asked.proposal, asked.example.variant
    return ProgrammedSubject(
        proposal.template, proposal.component, variant, asked.subject.layout, lambda _: []
    )


def located_in(asked: Attempt) -> Located:
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
    return Located(returned, output, paths, found, is_misread, is_first)


def _is_closer(
    asked: Attempt, name: str, returned: Path | None, kept: Path, slots: Mapping[str, Value]
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


def fit_of(asked: Attempt, rank: tuple[int, ...], fitted: tuple[str, ...]) -> Fit:
    """Return how close value and gradients of a try are to what is expected."""
    proposal, example, forward = asked.proposal, asked.example, asked.forward
    backward = asked.backward
    component, variant = proposal.component, example.variant
    variables = component.differentiable(variant)
    located, shown = located_in(asked), _shown(asked)
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
    told_by = closeness if forward is not None else max(scores, default=FAILED)
    is_ours = may_be_ours(answer, told_by, is_guess=proposal.is_guess)
    is_misread = located.is_misread or is_ours
    is_misread = is_misread or (component.kind == "step" and calls_arrays(answer))
    faults = [a.fault for a in asked.answers if a.fault is not None]
    has_foreign = any(map(is_foreign, faults))
    is_misread = is_misread or has_foreign
    is_misread = is_misread or (proposal.is_lazy and forward is not None and closeness < EXACT)
    gradient = max(scores, default=FAILED)
    is_scaled = any(one and all(FACTOR <= s < EXACT for s in one) for one in each)
    is_misread = is_misread or (proposal.is_free_scale and is_scaled and gradient < EXACT)
    is_misread = is_misread or is_of_layers(component, variables, located.found)
    if proposal.is_told_by_one and forward is not None:  # the rate may make up for a factor of two
        is_misread |= closeness < EXACT or any(
            one and all(s == PLAIN_FACTOR for s in one) and _is_along(shown, located.found, e)
            for one, e in zip(each, expected, strict=True)
        )
    told = located.value if forward is not None else next(iter(located.found.values()), None)
    matters = proposal.is_surmised or forward is None or closeness >= SHAPED
    is_empty = matters and is_trivial(told, shown, example)
    return Fit(
        proposal, asked.subject.layout, variant, closeness, gradient,
        located.output, located.paths, rank, is_narrow(told), is_misread,
        is_empty, is_opaque(told, forward), fitted,
        partly(component, backward.raw.get(RAW) if backward else None, each, expected)
        or (proposal.is_told_by_one and any(_is_telling(s, variables) for s in each if s)),
        faults[0] if faults else None,
        has_foreign
        or (forward is not None and forward.fault is not None and is_refused(forward.fault)),
        _is_slip(asked, shown, located.found),
    )  # fmt: skip


def _is_slip(
    asked: Attempt, subject: ProgrammedSubject, found: Mapping[str, Value]
) -> bool:
    """Return whether a name isn't there, or two gradients are right in each other's place."""
    fault = asked.backward.fault if asked.backward is not None else None
    if fault is not None:
        return fault.type_name in SLIPS
    if len(found) != 2:
        return False
    turned = dict(zip(found, reversed([*found.values()]), strict=True))
    return any(set(_gradient_scores(subject, turned, e)) == {EXACT} for e in asked.example.accepted)


def _is_along(
    subject: ProgrammedSubject, found: Mapping[str, Value], expected: Mapping[str, Array]
) -> bool:
    """Return whether gradients that are off by a factor have the right sign."""
    return all(
        float(np.sum(np.asarray(found[n]) * subject.show(n, e))) > 0 for n, e in expected.items()
    )


def _is_telling(scores: Sequence[float], variables: Sequence[Variable]) -> bool:
    """Return whether one gradient is right, and the others no more than penalised."""
    matrices = [k for k, v in enumerate(variables) if len(v.dims) > 1]
    wrong = [k for k, one in enumerate(scores) if one < EXACT]
    is_penalised = bool(matrices) and wrong == matrices
    return max(scores) == EXACT and min(scores) > RAN and not is_penalised


def _gradient_scores(
    subject: ProgrammedSubject, found: Mapping[str, Value], expected: Mapping[str, Array]
) -> list[float]:
    return [score(found.get(n), subject.show(n, e)) for n, e in expected.items()]
