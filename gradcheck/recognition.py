"""From a description of a module to readings: what each group of names is taken for.

Conventions propose; numbers decide. Every proposal is run once on a probe example with
pairwise distinct sizes, in every layout and variant that its signature allows, and the
one whose value (and then whose gradient) agrees with the reference is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.component import Array, Component, Variable, Variant
from gradcheck.conventions._names import parsed, strength
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.locating import (
    attribute_paths,
    gradient_paths,
    missing_path,
    value_and_gradient_paths,
)
from gradcheck.numerics.compare import precision
from gradcheck.presentation import Layout
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)
from gradcheck.records.program import Program, Reply, Value
from gradcheck.strategies.source import RandomSource
from gradcheck.subject import Answer, Call
from gradcheck.template import Execute, Path, ProgrammedSubject, Reading, at_path

__all__ = ["Recognition", "Unread", "recognise"]

PROBE_SIZES = {"N": 11, "D": 13, "M": 17, "K": 7, "H1": 19, "H2": 5, "H3": 23}
"""Pairwise distinct primes that nobody hard-codes."""
PROBE_SEED = 20
FIT = 1e-10
"""Relative agreement that counts as the same formula; a small epsilon inside a log is none."""
NARROW_FIT = 1e-4
EXACT, PLAIN_FACTOR, FACTOR, SHAPED, RAN, FAILED = 3.0, 2.6, 2.5, 2.0, 1.0, 0.0
SIMPLE = frozenset({0.5, 1.0, 2.0})
"""Factors that no size explains: a reading that needs only these is the likelier one."""
SURE, UNWANTED = 3, -1
MOST_NEAREST = 3
FREE, ONE_EXAMPLE, ONE_NUMBER = range(3)
RAW, ATTRIBUTES, KEPT = "@raw", "@attrs", "kept"
OUTPUT_NAMES = frozenset({"output", "out", "outputs", "a", "y", "activation", "activations",
                          "result", "o", "yhat", "probs", "loss", "z"})  # fmt: skip
SKIPPED_WORDS = frozenset({"train", "fit", "main", "run", "plot", "test", "load", "save", "show",
                           "print", "demo", "download"})  # fmt: skip


@dataclass(frozen=True)
class Unread:
    """A public name that no convention fits."""

    name: str
    reason: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Recognition:
    """The readings in source order, and the names without one."""

    readings: tuple[Reading, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True)
class _Fit:
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


def recognise(
    module: ModuleDescription,
    conventions: Sequence[Convention],
    components: Sequence[Component],
    execute: Execute,
    named: Mapping[str, str] | None = None,
) -> Recognition:
    """Return what a submission's public names are taken for.

    Parameters
    ----------
    module : ModuleDescription
        The worker's claims about names and signatures.
    conventions, components : sequence
        The families' members.
    execute : callable
        Executes programs on the submission.
    named : Mapping[str, str] or None
        Public name to component id, where an assignment says so.
    """
    remembering = _Remembering(execute)
    proposals = [
        _told(p, named or {})
        for convention in conventions
        for p in convention.propose(module, components, remembering)
        if p.strength == SURE or not SKIPPED_WORDS & set(p.names[0].lower().split("_"))
    ]
    proposals.sort(key=lambda p: p.strength != SURE)  # what hangs must not sink what is named
    best: dict[tuple[str, ...], _Fit] = {}
    groups: dict[tuple[str, ...], list[Proposal]] = {}
    for proposal in proposals:
        groups.setdefault(proposal.names, []).append(proposal)
    settled: set[str] = set()
    for names, group in sorted(groups.items(), key=_richness):
        strongest = max(p.strength for p in group)
        if strongest == UNWANTED or names[-1] in settled:
            continue
        fits = _fits([p for p in group if p.strength == strongest or strongest < SURE], remembering)
        if fits:
            best[names] = max(fits, key=lambda f: f.key)
            if strongest == SURE:  # fewer names can't fit better: see _chosen
                settled |= set(names)
    chosen = _chosen(best.values(), {c.id: c.order for c in conventions})
    readings = sorted((_reading(fit) for fit in chosen), key=lambda r: r.line)
    unread = _unread(module, readings, components, conventions, best)
    return Recognition(tuple(readings), tuple(unread))


def _told(proposal: Proposal, named: Mapping[str, str]) -> Proposal:
    """Return the proposal with the strength that an assignment's names give it."""
    wanted = {
        named[name]
        for full in proposal.names
        for name in (full, full.partition(".")[0])
        if name in named
    }
    if not wanted:
        return proposal
    return replace(proposal, strength=SURE if wanted == {proposal.component.id} else UNWANTED)


def _richness(group: tuple[tuple[str, ...], list[Proposal]]) -> tuple[int, int]:
    """Sorts groups of more names, and surer ones, first."""
    names, proposals = group
    return -len(names), -max(p.strength for p in proposals)


class _Remembering:
    """Executes each distinct program once, and nothing more of a function that hung."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._known: dict[object, Reply] = {}
        self._hung: dict[str, Reply] = {}

    def __call__(self, programs: Sequence[Program]) -> list[Reply]:
        keys = [_identity(p) for p in programs]
        for key, program in zip(keys, programs, strict=True):
            if key in self._known:
                continue
            names = [str(step[2]) for step in program.steps if step[0] == "name"]
            hung = next((self._hung[n] for n in names if n in self._hung), None)
            if hung is not None:
                self._known[key] = hung
        fresh = {k: p for k, p in zip(keys, programs, strict=True) if k not in self._known}
        replies = self._execute(list(fresh.values())) if fresh else []
        for (key, program), reply in zip(fresh.items(), replies, strict=True):
            self._known[key] = reply
            if reply.fault is not None and reply.fault.kind in {"time-out", "crash", "protocol"}:
                self._hung |= {str(s[2]): reply for s in program.steps if s[0] == "name"}
        return [self._known[key] for key in keys]


def _identity(program: Program) -> object:
    arrays = tuple((a.dtype.str, a.shape, a.tobytes()) for a in program.arrays)
    return repr(program.steps), arrays, program.returns


def _probe_inputs(
    component: Component, variant: Variant, layout: Layout, fixed: Mapping[str, int]
) -> tuple[dict[str, Array], dict[str, int]]:
    sizes = {name: PROBE_SIZES[name] for name in component.sizes_of(variant)}
    sizes |= {k: v for k, v in {**fixed, **layout.sizes}.items() if k in sizes}
    rng = np.random.Generator(np.random.Philox(PROBE_SEED))
    return component.draw(RandomSource(rng, "ordinary"), sizes, variant), sizes


def _domain(variant: Variant) -> tuple[Any, ...]:
    """Return what the inputs of a variant depend on."""
    return variant.options.get("input"), variant.options.get("depth")


def _fits(proposals: Sequence[Proposal], execute: Execute) -> list[_Fit]:
    """Return the fits in each layout; narrower ones only where wider ones don't do.

    One example at a time is tried where no batch gives the right values, plain numbers
    only where arrays raise: code that takes arrays is judged with arrays.
    """
    fits: list[_Fit] = []
    for narrowness in (FREE, ONE_EXAMPLE, ONE_NUMBER):
        if narrowness == ONE_NUMBER and any(f.forward > FAILED for f in fits):
            break
        for proposal in proposals:
            for place, identifier in enumerate(proposal.layouts):
                layout = proposal.component.layout(identifier)
                if _narrowness(layout) == narrowness:
                    fits += _fits_in(proposal, layout, place, execute)
                    if any(f.is_complete for f in fits):
                        return fits
        if any(f.forward == EXACT for f in fits) and not _may_take_vectors(proposals):
            break
    return fits


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
) -> Iterator[_Fit]:
    domains: dict[tuple[Any, ...], list[Variant]] = {}
    for variant in proposal.variants:
        domains.setdefault(_domain(variant), []).append(variant)
    for number, variants in enumerate(domains.values()):
        yield from _fits_of_domain(proposal, layout, (place, number), variants, execute)


def _fits_of_domain(
    proposal: Proposal, layout: Layout, rank: tuple[int, int], variants: Sequence[Variant],
    execute: Execute,
) -> Iterator[_Fit]:  # fmt: skip
    component, first = proposal.component, variants[0]
    inputs, _ = _probe_inputs(component, first, layout, proposal.sizes)
    template = proposal.template
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
    upstream = _probe_upstream(component, first, inputs)
    calls = [Call("forward", inputs)] if has_forward else []
    if gradients:
        calls.append(Call("backward", inputs, upstream))
    answers = list(subject.run(calls))
    forward = answers.pop(0) if has_forward else None
    backward = answers[0] if answers else None
    if forward is not None and forward.fault is None and forward.output is None:
        kept = _kept_output(subject, first, inputs, layout)
        if kept is not None:
            template = replace(template, output=kept[0])
            proposal = replace(proposal, template=template)
            forward = replace(forward, output=kept[1])
    for place, variant in enumerate(variants):
        if template.upstream != "argument":
            upstream = np.ones_like(_expected(component, inputs, variant))
        yield _fit(proposal, subject, variant, inputs, upstream, forward, backward,
                   (rank[0], rank[1], place, proposal.rank))  # fmt: skip


def _kept_output(
    subject: ProgrammedSubject, variant: Variant, inputs: Mapping[str, Array], layout: Layout
) -> tuple[Path, Value] | None:
    """Return where an object keeps the value that its forward doesn't return."""
    if not any(step[0] == "get" and step[1] == KEPT for step in subject.template.forward):
        return None
    looking = ProgrammedSubject(
        replace(subject.template, output=(KEPT,)), subject.component, variant, layout,
        subject.execute,
    )  # fmt: skip
    (answer,) = looking.run([Call("forward", inputs)])
    attributes = answer.output
    if not isinstance(attributes, Mapping):
        return None
    expected = looking.show_output(_expected(subject.component, inputs, variant))
    scores = {name: _score(value, expected) for name, value in attributes.items()}
    named = [n for n in attributes if n.strip("_").lower() in OUTPUT_NAMES]
    best = next((n for n, score in scores.items() if score == EXACT), None)
    best = best or next((n for n in named if scores[n] >= SHAPED), None)
    return None if best is None else ((KEPT, best), attributes[best])


def _probe_upstream(component: Component, variant: Variant, inputs: Mapping[str, Array]) -> Array:
    if component.is_scalar(variant):
        return np.ones(())
    shape = _expected(component, inputs, variant).shape
    rng = np.random.Generator(np.random.Philox(PROBE_SEED + 1))
    return RandomSource(rng, "ordinary").reals(shape)


def _expected(component: Component, inputs: Mapping[str, Array], variant: Variant) -> Array:
    return np.asarray(component.forward(inputs, variant))


def _fit(
    proposal: Proposal, subject: ProgrammedSubject, variant: Variant,
    inputs: Mapping[str, Array], upstream: Array, forward: Answer | None,
    backward: Answer | None, rank: tuple[int, ...],
) -> _Fit:  # fmt: skip
    component = proposal.component
    shown = ProgrammedSubject(
        proposal.template, component, variant, subject.layout, lambda _: []
    )
    value = shown.show_output(_expected(component, inputs, variant))
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
    score = FAILED
    if forward is not None and forward.fault is None:
        score = _score(returned, value)
    expected = component.accepted(inputs, upstream, variant) if variables else ()
    gradient = max((_gradient_score(shown, found, e) for e in expected), default=FAILED)
    told = returned if forward is not None else next(iter(found.values()), None)
    return _Fit(proposal, subject.layout, variant, score, gradient, output, paths, rank,
                _is_narrow(told), is_misread)  # fmt: skip


def _called(variable: Variable, own: str | None) -> Variable:
    """Return the variable with the student's own name of it first among its aliases."""
    if own is None:
        return variable
    return replace(variable, aliases=(own.replace("_", "").lower(), *variable.aliases))


def _gradient_score(
    subject: ProgrammedSubject, found: Mapping[str, Value], expected: Mapping[str, Array]
) -> float:
    scores = [_score(found.get(n), subject.show(n, e)) for n, e in expected.items()]
    return float(np.mean(scores)) if scores else FAILED


def _score(actual: Value, expected: Array) -> float:
    """Return how close a returned value is to an expected array."""
    if actual is None or isinstance(actual, bool):
        return FAILED
    if not isinstance(actual, np.ndarray | float | int):
        return RAN / 2
    found = np.asarray(actual)
    if found.shape != np.shape(expected) or found.dtype.kind not in "fiu":
        return RAN
    scale = float(np.max(np.abs(expected), initial=0.0)) or 1.0
    tolerance = NARROW_FIT if _is_narrow(found) else FIT
    with np.errstate(all="ignore"):
        if np.all(np.abs(found - expected) <= tolerance * scale):
            return EXACT
        mask = np.abs(expected) > FIT * scale
        ratios = found[mask] / expected[mask]
    is_constant = ratios.size > 0 and np.all(np.abs(ratios - ratios[0]) <= FIT * abs(ratios[0]))
    if is_constant and _is_usual(float(ratios[0])):
        is_simple = abs(ratios[0]) in SIMPLE
        return PLAIN_FACTOR if is_simple else FACTOR
    return SHAPED if np.all(np.isfinite(found)) else (RAN + SHAPED) / 2


def _is_narrow(value: Value) -> bool:
    """Return whether a value comes in float32, in name or in truth."""
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float):
        return False
    array = np.asarray(value)
    return array.dtype.kind == "f" and precision(array) == np.float32


def _is_usual(ratio: float) -> bool:
    """Return whether a ratio is one that a forgotten factor gives."""
    sizes = {1.0, 2.0, *(float(s) for s in PROBE_SIZES.values())}
    size = abs(ratio)
    return any(abs(size - s) <= FIT * s or abs(size * s - 1.0) <= FIT for s in sizes)


def _chosen(fits: Iterable[_Fit], order: Mapping[str, int]) -> list[_Fit]:
    """Return the best fits that don't use a name twice, more names before fewer."""
    taken: set[str] = set()
    kept: list[_Fit] = []
    ranked = sorted(
        (f for f in fits if f.is_acceptable),
        key=lambda f: (-len(f.proposal.names), -(f.proposal.strength == SURE),
                       order[f.proposal.convention], -f.forward, -f.gradient),
    )  # fmt: skip
    for fit in ranked:
        if fit.proposal.names[-1] not in taken:
            kept.append(fit)
            taken |= set(fit.proposal.names)
    return kept


def _reading(fit: _Fit) -> Reading:
    proposal = fit.proposal
    template = replace(proposal.template, output=fit.output, gradients=dict(fit.paths))
    sizes = {**proposal.sizes, **fit.layout.sizes}
    return Reading(
        proposal.component.id, proposal.convention, proposal.names, fit.variant.id, fit.layout.id,
        template, sizes, proposal.notes, proposal.line, fit.is_narrow, dict(proposal.called),
    )  # fmt: skip


def _unread(
    module: ModuleDescription, readings: Sequence[Reading],
    components: Sequence[Component], conventions: Sequence[Convention],
    best: Mapping[tuple[str, ...], _Fit],
) -> Iterator[Unread]:  # fmt: skip
    used = {name.partition(".")[0] for r in readings for name in r.names}
    entries: list[FunctionDescription | ClassDescription] = [*module.functions, *module.classes]
    for entry in sorted(entries, key=lambda e: e.line):
        if entry.name in used:
            continue
        name = parsed(entry.name)
        meant = next((c for c in components if strength(name, c) == SURE), None)
        tried = [f for names, f in best.items() if names[0].partition(".")[0] == entry.name]
        tried.sort(key=lambda f: f.key, reverse=True)
        nearest = tuple(dict.fromkeys(f.proposal.component.id for f in tried))[:MOST_NEAREST]
        if meant is not None:
            yield Unread(entry.name, _misfit(entry, meant), (meant.id,))
        elif nearest:
            reason = "its values agree with none of the components that its signature fits"
            yield Unread(entry.name, reason, nearest)
        else:
            reason = "no convention fits its name and signature"
            yield Unread(entry.name, reason, tuple(_shapes(entry, conventions)))


def _misfit(entry: FunctionDescription | ClassDescription, meant: Component) -> str:
    """Return how something with a component's name differs from what is called so."""
    wanted = ", ".join(v.name for v in meant.variables(meant.variants[0]))
    if isinstance(entry, ClassDescription):
        methods = ", ".join(m for m in entry.methods if m != "__init__") or "none"
        return (
            f"it is named like {meant.id}, but its methods ({methods}) are no forward and "
            "backward that fit"
        )
    taken = ", ".join(p.name for p in entry.required) or "nothing"
    return f"it is named like {meant.id}, which takes ({wanted}), but it takes ({taken})"


def _shapes(
    entry: FunctionDescription | ClassDescription, conventions: Sequence[Convention]
) -> Iterator[str]:
    """Yield the nearest conventions, each with its example."""
    if isinstance(entry, ClassDescription):
        wanted: tuple[str, ...] = ("layer-class", "model-class")
    elif parsed(entry.name).is_gradient:
        wanted = ("function-pair", "forward-backward", "gradient-alone")
    else:
        wanted = ("function-pair", "forward-backward", "value-and-gradient")
    known = {c.id: c for c in conventions}
    yield from (f"{name}: {known[name].example}" for name in wanted if name in known)
