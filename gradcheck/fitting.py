"""Tries a proposal out: on a probe example, in every layout and variant that it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from gradcheck.closeness import EXACT, FACTOR, FAILED, PROBE_SIZES, SHAPED, is_narrow, score
from gradcheck.component import Array, Component, Variable, Variant
from gradcheck.conventions.base import Proposal
from gradcheck.examples import Example
from gradcheck.locating import (
    attribute_paths,
    gradient_paths,
    missing_path,
    value_and_gradient_paths,
)
from gradcheck.naming import EXACT as SURE
from gradcheck.presentation import Layout
from gradcheck.records.program import Value
from gradcheck.strategies.source import RandomSource
from gradcheck.subject import Answer, Call
from gradcheck.template import Execute, Path, ProgrammedSubject, at_path

__all__ = ["Fit", "fits", "refined"]

PROBE_SEED = 20
MUCH = 16.0
"""How many times better an epsilon must explain a value than none."""
FREE, ONE_EXAMPLE, ONE_NUMBER = range(3)
RAW, ATTRIBUTES, KEPT = "@raw", "@attrs", "kept"
OUTPUT_NAMES = frozenset({"output", "out", "outputs", "a", "y", "activation", "activations",
                          "result", "o", "yhat", "probs", "loss", "z"})  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """How well one proposal fits in one layout and variant."""

    proposal: Proposal
    layout: Layout
    variant: Variant
    forward: float
    gradient: float
    output: Path | None
    paths: Mapping[str, Path]
    rank: tuple[int, ...]
    is_narrow: bool = False
    is_misread: bool = False
    """Whether what came back can't be what the convention expects."""

    @property
    def is_acceptable(self) -> bool:
        """Whether names or numbers are enough to take it."""
        if self.is_misread:
            return False
        if self.proposal.strength == SURE:
            return True
        if self.proposal.component.id == "identity" and not self.paths:
            return False
        if self.output is None:
            return self.gradient >= FACTOR
        return self.forward >= FACTOR or (self.gradient >= EXACT and self.forward >= SHAPED)

    @property
    def is_complete(self) -> bool:
        """Whether value and gradients both agree, so that nothing can fit better."""
        return self.forward == EXACT and self.gradient == EXACT

    @property
    def is_vector(self) -> bool:
        """Whether a layer is read as taking one 1-d example."""
        return self.proposal.component.kind == "layer" and self.layout.output == "first-row"

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts the best first."""
        is_free = "N" not in self.layout.sizes or (self.is_vector and self.is_complete)
        is_fitting = self.forward == EXACT or (self.output is None and self.gradient == EXACT)
        order = tuple(-r for r in self.rank)
        return (self.is_acceptable, self.proposal.strength == SURE, is_fitting, is_free,
                self.forward, self.gradient, order)  # fmt: skip


@lru_cache(maxsize=4096)
def _probe(
    component: Component, variant: Variant, fixed: tuple[tuple[str, int], ...],
    is_upstream_one: bool = True, regime: str = "ordinary",
) -> Example:  # fmt: skip
    """Return the probe example; its inputs depend on the variant's domain only."""
    sizes = {name: PROBE_SIZES[name] for name in component.sizes_of(variant)}
    sizes = component.fitted_sizes(sizes | {k: v for k, v in fixed if k in sizes}, variant)
    rng = np.random.Generator(np.random.Philox(PROBE_SEED))
    inputs = component.draw(RandomSource(rng, regime), sizes, variant)
    example = Example(component, variant, 0, regime, sizes, inputs, (PROBE_SEED,))
    if is_upstream_one:
        example.__dict__["upstream"] = np.ones_like(example.output)
    return example


def _fixed(proposal: Proposal, layout: Layout) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({**proposal.sizes, **layout.sizes}.items()))


def _domain(variant: Variant) -> tuple[Any, ...]:
    """Return what the inputs of a variant depend on."""
    return variant.options.get("input"), variant.options.get("depth")


def fits(proposals: Sequence[Proposal], execute: Execute) -> list[Fit]:
    """Return the fits in each layout; narrower ones only where wider ones don't do.

    One example at a time is tried where no batch gives the right values, plain numbers
    only where arrays raise: code that takes arrays is judged with arrays.
    """
    found: list[Fit] = []
    for narrowness in (FREE, ONE_EXAMPLE, ONE_NUMBER):
        if narrowness == ONE_NUMBER and any(f.forward > FAILED for f in found):
            break
        for proposal in proposals:
            for place, identifier in enumerate(proposal.layouts):
                layout = proposal.component.layout(identifier)
                if _narrowness(layout) == narrowness:
                    found += _fits_in(proposal, layout, place, execute)
                    if any(f.is_complete for f in found):
                        return found
        if any(f.forward == EXACT for f in found) and not _may_take_vectors(proposals):
            break
    return found


def _may_take_vectors(proposals: Sequence[Proposal]) -> bool:
    """Return whether code that is right for a batch by accident may mean one example.

    For layers ``W @ x + b`` also takes columns; where only the gradient of a 1-d example
    is right, one example is what it means. (Costs and models have 1/N, which one example
    would hide.)
    """
    return all(p.component.kind == "layer" for p in proposals)


def _narrowness(layout: Layout) -> int:
    if "N" not in layout.sizes:
        return FREE
    numbers = {"single-number", "vector-number"}
    is_number = all(p in numbers for p in layout.of.values())
    return ONE_NUMBER if is_number else ONE_EXAMPLE


def _fits_in(
    proposal: Proposal, layout: Layout, place: int, execute: Execute
) -> Iterator[Fit]:
    domains: dict[tuple[Any, ...], list[Variant]] = {}
    for variant in proposal.variants:
        domains.setdefault(_domain(variant), []).append(variant)
    for number, variants in enumerate(domains.values()):
        yield from _fits_of_domain(proposal, layout, (place, number), variants, execute)


def _fits_of_domain(
    proposal: Proposal, layout: Layout, rank: tuple[int, int], variants: Sequence[Variant],
    execute: Execute,
) -> Iterator[Fit]:  # fmt: skip
    component, first = proposal.component, variants[0]
    template, fixed = proposal.template, _fixed(proposal, layout)
    is_one = template.upstream != "argument"
    probe = _probe(component, first, fixed, is_one)
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
    subject = ProgrammedSubject(probing, component, first, layout, execute)
    calls = [Call("forward", probe.inputs)] if has_forward else []
    if gradients:
        calls.append(Call("backward", probe.inputs, probe.upstream))
    answers = list(subject.run(calls))
    forward = answers.pop(0) if has_forward else None
    backward = answers[0] if answers else None
    if forward is not None and forward.fault is None and forward.output is None:
        kept = _kept_output(subject, probe)
        if kept is not None:
            template = replace(template, output=kept[0])
            proposal = replace(proposal, template=template)
            forward = replace(forward, output=kept[1])
    for place, variant in enumerate(variants):
        example = _probe(component, variant, fixed, is_one)
        fit = _fit(proposal, subject, example, forward, backward,
                   (rank[0], rank[1], place, proposal.rank))  # fmt: skip
        yield fit
        if fit.is_complete:
            return


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


def _fit(
    proposal: Proposal, subject: ProgrammedSubject, example: Example, forward: Answer | None,
    backward: Answer | None, rank: tuple[int, ...],
) -> Fit:  # fmt: skip
    variant = example.variant
    component = proposal.component
    shown = ProgrammedSubject(
        proposal.template, component, variant, subject.layout, lambda _: []
    )
    value = shown.show_output(example.output)
    variables = component.differentiable(variant)
    named = [_called(v, proposal.called.get(v.name)) for v in variables]
    output, paths = proposal.template.output, dict(proposal.template.gradients)
    is_misread = False
    found: dict[str, Value] = {}
    returned: Value = forward.output if forward else None
    if proposal.returned == "value-and-gradients":
        both = value_and_gradient_paths(
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
        paths = gradient_paths(raw, proposal.raw, named, proposal.order)
        paths |= attribute_paths(attributes, ("attrs",), variables)
        slots = {str(proposal.raw[0]): raw, "attrs": attributes}
        found = {name: at_path(slots, path) for name, path in paths.items()}
    if proposal.returned != "nothing":
        for v in variables:
            paths.setdefault(v.name, missing_path(proposal.raw, v.name))
    closeness = FAILED
    if forward is not None and forward.fault is None:
        closeness = score(returned, value, has_logarithm=component.takes_logarithms)
    expected = example.accepted if variables else ()
    gradient = max((_gradient_score(shown, found, e) for e in expected), default=FAILED)
    told = returned if forward is not None else next(iter(found.values()), None)
    return Fit(proposal, subject.layout, variant, closeness, gradient, output, paths, rank,
                is_narrow(told), is_misread)  # fmt: skip


def _called(variable: Variable, own: str | None) -> Variable:
    """Return the variable with the student's own name of it first among its aliases."""
    if own is None:
        return variable
    return replace(variable, aliases=(own.replace("_", "").lower(), *variable.aliases))


def _gradient_score(
    subject: ProgrammedSubject, found: Mapping[str, Value], expected: Mapping[str, Array]
) -> float:
    scores = [score(found.get(n), subject.show(n, e)) for n, e in expected.items()]
    return float(np.mean(scores)) if scores else FAILED


def refined(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the epsilon that the student's logarithms have, if any.

    Told on an example close to the ends, where even 1e-15 shows.
    """
    component = fit.proposal.component
    candidates = (fit.variant, *component.stabilised(fit.variant))
    if fit.forward < EXACT or fit.output is None or fit.is_narrow or len(candidates) == 1:
        return fit
    fixed = _fixed(fit.proposal, fit.layout)
    examples = [_probe(component, v, fixed, regime="saturated") for v in candidates]
    template = replace(fit.proposal.template, output=fit.output, gradients={})
    subject = ProgrammedSubject(template, component, fit.variant, fit.layout, execute)
    (answer,) = subject.run([Call("forward", examples[0].inputs)])
    if answer.fault is not None or not isinstance(answer.output, np.ndarray | float):
        return fit
    actual = np.asarray(answer.output, dtype=np.float64)
    with np.errstate(all="ignore"):
        errors = [
            float(np.max(np.abs(actual - subject.show_output(e.output)))) for e in examples
        ]
    best = int(np.nanargmin(errors)) if np.any(np.isfinite(errors)) else 0
    # the plain form unless an epsilon explains what the plain form doesn't
    is_needed = errors[best] * MUCH < errors[0]
    return replace(fit, variant=candidates[best]) if is_needed else fit
