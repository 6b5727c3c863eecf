"""From a description of a module to readings: what each group of names is taken for.

Conventions propose; numbers decide. Every proposal is run once on a probe example with
pairwise distinct sizes, in every layout and variant that its signature allows, and the
one whose value (and then whose gradient) agrees with the reference is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from gradcheck.calls.closeness import EXACT
from gradcheck.calls.keyed import lacks_keys
from gradcheck.calls.naming import (
    CONTAINED,
    ROUNDS,
    is_composite,
    normalised,
    parsed,
)
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.template import Execute, Reading
from gradcheck.component import Component
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.recognition.elsewhere import waits_for
from gradcheck.recognition.fitting import fits
from gradcheck.recognition.labelling import with_labels
from gradcheck.recognition.leftovers import Unread, unread_in
from gradcheck.recognition.probing import Fit
from gradcheck.recognition.refining import is_confirmed, refined
from gradcheck.recognition.worded import Worded, unasked, worded
from gradcheck.records.description import (
    ModuleDescription,
)
from gradcheck.records.program import Opaque, Program, Reply, Value

__all__ = ["Recognition", "Unread", "bounded", "joint", "reading_of", "recognise"]

_Group = tuple[tuple[str, ...], str]
"""Names, and of functions that are several components which one they are called as."""
UNWANTED = -1
ABSENT, ABSENT_PACKAGE = "Absent", "AbsentPackage"
"""What a worker calls the stand-in for a missing package, and the use of it."""
ENGINE = "autograd"
MOST_PROPOSED = 10_000
"""Of one convention. Sixty files of different authors in one make it propose less than 2000."""
MOST_TRIED = 3_000
"""Proposals that are run: some seconds. Three hundred functions that all might be each other's
gradients would keep the judge for minutes; real files have less than 300."""
MOST_CALLED = 6_000
"""Distinct programs after which nothing more is tried that isn't called like a component: half a
minute at worst. A proposal takes up to twenty of them; real files of 160 functions take 2000."""
MOST_READINGS = 200
TOO_MANY = "not looked at: the file holds more functions and classes than can be tried; split it"
NO_WORD = "with this word its values agree with no component"
SKIPPED_WORDS = frozenset({"train", "fit", "main", "run", "plot", "test", "load", "save", "show",
                           "print", "demo", "download"})  # fmt: skip


@dataclass(frozen=True)
class Recognition:
    """The readings in source order, and the names without one."""

    readings: tuple[Reading, ...]
    unread: tuple[Unread, ...]


def recognise(
    module: ModuleDescription,
    conventions: Sequence[Convention],
    components: Sequence[Component],
    execute: Execute,
    named: Mapping[str, str] | None = None,
    *, asked: Collection[str] = (),
) -> Recognition:  # fmt: skip
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
    asked : collection of str
        Ids of the components that an assignment asks for.
    """
    remembering = _Remembering(execute)
    proposals = _proposed(module.spread, conventions, components, remembering, named or {}, asked)
    best: dict[_Group, Fit] = {}
    groups: dict[_Group, list[Proposal]] = {}
    for proposal in proposals:
        groups.setdefault((proposal.names, proposal.branch), []).append(proposal)
    kept = _rationed(groups)
    settled: set[tuple[str, str]] = set()
    waiting: dict[str, str] = {}
    for key, group in sorted(kept.items(), key=_richness):
        names, branch = key
        strongest = max(p.strength for p in group)
        if strongest == UNWANTED or _is_taken(names[-1], branch, settled):
            continue
        if strongest < SURE and remembering.count > MOST_CALLED:
            del kept[key]
            continue
        if found := _found(group, strongest, remembering):
            best[key] = max(found, key=lambda f: f.key)
            if reason := waits_for(found, best[key], module, remembering):
                best[key] = replace(best[key], is_misread=True)
                waiting.setdefault(names[0].partition(".")[0], reason)
            if strongest == SURE:  # fewer names can't fit better: see _chosen
                settled |= {(name, branch) for name in names}
    best = _of_engines(best)
    chosen = [
        refined(with_labels(fit, remembering), remembering)
        for fit in _chosen(best.values(), {c.id: c.order for c in conventions})
        if not remembering.lacking & _owners(fit.proposal.names)
        and (fit.proposal.strength == SURE or is_confirmed(fit, remembering))
    ]
    readings = sorted((reading_of(fit) for fit in chosen), key=lambda r: r.line)
    unread = list(unread_in(module, readings, components, conventions, best, remembering.lacking,
                            waiting))  # fmt: skip
    unread = _with_too_many(unread, groups.keys() - kept.keys(), best)
    unread += [Unread(n, NO_WORD, ()) for n in unasked(module.spread, components, readings)]
    return Recognition(tuple(readings), tuple(unread))


def _with_too_many(
    unread: Sequence[Unread], left: Collection[_Group], best: Collection[_Group]
) -> list[Unread]:
    """Return the unread names, with the reason of those that were never tried."""
    names = _owners(n for names, _ in left for n in names)
    names -= _owners(n for names, _ in best for n in names)
    return [Unread(u.name, TOO_MANY, ()) if u.name in names else u for u in unread]


def _found(group: Sequence[Proposal], strongest: int, execute: Execute) -> list[Fit]:
    """Return the fits of what is proposed for the same names, the surest alone if sure."""
    tried = [p for p in group if p.strength == strongest or strongest < SURE]
    found = fits([p for p in tried if not p.is_decoy], execute)
    return _known(found, [p for p in tried if p.is_decoy], execute) if found else []


def _proposed(
    module: ModuleDescription, conventions: Sequence[Convention],
    components: Sequence[Component], execute: Execute, named: Mapping[str, str],
    asked: Collection[str],
) -> list[Proposal]:  # fmt: skip
    """Return what conventions make of the names, what is named first."""
    by_word = worded(module, components)
    proposals = [
        _hedged(_told(p, named), asked)
        for convention in conventions
        for p in islice(_of(convention, module, by_word, components, execute), MOST_PROPOSED)
        if p.strength == SURE or p.is_once
        or not SKIPPED_WORDS & set(p.names[0].lower().split("_"))
    ]
    proposals = [p for p in proposals if not lacks_keys(p.template, module)]
    # a component that needs its name is never taken without: nothing is called for it
    proposals = [p for p in proposals if p.strength == SURE or not p.component.needs_name]
    # what trains for many rounds is no function of a component, and takes long
    training = {f.name for f in module.functions
                if ROUNDS & {normalised(p.name) for p in f.parameters}}  # fmt: skip
    proposals = [p for p in proposals if p.is_once or not training & set(p.names)
                 or (p.strength == SURE and (p.component.kind != "step" or _counts(p)))]
    joined = {n for n in {p.names[0] for p in proposals} if is_composite(parsed(n), components)}
    proposals = [replace(p, needs_value=True) if p.names[0] in joined else p for p in proposals]
    # what hangs must not sink what is named
    return sorted(proposals, key=lambda p: p.strength != SURE)


def _of(
    convention: Convention, module: ModuleDescription, by_word: Worded,
    components: Sequence[Component], execute: Execute,
) -> Iterator[Proposal]:  # fmt: skip
    """Yield a convention's proposals, also for functions that are several by a word."""
    readable = _readable(components, convention)
    yield from convention.propose(by_word.without(module), readable, execute)
    for part in by_word.parts:
        found = (by_word.told(p) for p in convention.propose(part, readable, execute))
        yield from (p for p in found if p is not None)


def _of_engines(best: Mapping[_Group, Fit]) -> dict[_Group, Fit]:
    """Return the fits without those of what is written for an autograd engine's objects."""
    engines = {
        name
        for (names, _), fit in best.items()
        if fit.proposal.component.id == ENGINE and fit.is_acceptable
        for name in names
    }
    return {k: f for k, f in best.items()
            if not engines or not f.is_opaque or engines & set(k[0])}  # fmt: skip


def _rationed(groups: Mapping[_Group, list[Proposal]]) -> dict[_Group, list[Proposal]]:
    """Return the groups that are tried, what is called like a component first."""
    room = MOST_TRIED
    kept = {}
    for key, group in sorted(groups.items(), key=lambda g: -max(p.strength for p in g[1])):
        room -= len(group)
        if room < 0:
            break
        kept[key] = group
    return kept if room < 0 else dict(groups)


def bounded(recognition: Recognition) -> Recognition:
    """Return the recognition with no more readings than are judged, the first in the file."""
    readings, more = recognition.readings[:MOST_READINGS], recognition.readings[MOST_READINGS:]
    left = dict.fromkeys(owner for r in more for owner in sorted(_owners(r.names)))
    return Recognition(readings, (*recognition.unread, *(Unread(n, TOO_MANY, ()) for n in left)))


def joint(parts: Iterable[Recognition]) -> Recognition:
    """Return the recognition of several parts as one, in source order."""
    found = list(parts)
    readings = sorted((r for part in found for r in part.readings), key=lambda r: r.line)
    return Recognition(tuple(readings), tuple(u for part in found for u in part.unread))


def _readable(components: Sequence[Component], convention: Convention) -> list[Component]:
    """Return the components but those that another convention alone can read."""
    return [c for c in components if c.convention in {"", convention.id}]


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


def _counts(proposal: Proposal) -> bool:
    """Return whether its component takes the number of a round itself."""
    variables = proposal.component.variables(proposal.variants[0])
    return any(ROUNDS & set(v.aliases) for v in variables)


def _hedged(proposal: Proposal, asked: Collection[str]) -> Proposal:
    """Return the proposal, no surer than its name can make it where others are called so."""
    is_broad = proposal.component.is_broad and proposal.component.id not in asked
    if is_broad or all(v.is_rarer for v in proposal.variants):
        return replace(proposal, strength=min(proposal.strength, CONTAINED))
    return proposal


def _known(found: list[Fit], decoys: Sequence[Proposal], execute: Execute) -> list[Fit]:
    """Return the fits of words that the code knows: not of those that lead to another branch."""
    if not decoys or any(f.forward == EXACT for f in found):
        return found
    misled = [f.proposal.template.forward for p in decoys for f in fits([p], execute)
              if f.forward == EXACT]  # fmt: skip
    return [f for f in found if f.proposal.template.forward not in misled]


def _is_taken(name: str, branch: str, taken: Collection[tuple[str, str]]) -> bool:
    """Return whether a name is used already: by the same branch, or one of both by all of it."""
    return any(n == name and (b == branch or "" in {b, branch}) for n, b in taken)


def _richness(group: tuple[_Group, list[Proposal]]) -> tuple[int, int, int]:
    """Sorts groups of more names, and surer ones, first."""
    (names, _), proposals = group
    surely = max(p.strength for p in proposals)
    return -len(names), -surely, -parsed(names[0]).is_forward  # not a helper of the bare name


class _Remembering:
    """Executes each distinct program once, and nothing more of a function that hung."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._known: dict[object, Reply] = {}
        self.count = 0
        """How many programs have been executed."""
        self._hung: dict[str, Reply] = {}
        self.lacking: set[str] = set()
        """Names whose code needs what a missing package would have given."""

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
        self.count += len(fresh)
        for (key, program), reply in zip(fresh.items(), replies, strict=True):
            self._known[key] = reply
            if _is_lacking(reply):
                self.lacking |= _owners(str(s[2]) for s in program.steps if s[0] == "name")
            if reply.fault is not None and reply.fault.kind in {"time-out", "crash", "protocol"}:
                self._hung |= {str(s[2]): reply for s in program.steps if s[0] == "name"}
        return [self._known[key] for key in keys]


def _owners(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def _is_lacking(reply: Reply) -> bool:
    """Return whether a call met what stands for a package that isn't there."""
    if reply.fault is not None:
        return reply.fault.type_name in {ABSENT_PACKAGE, "ModuleNotFoundError"}
    return any(map(_is_absent, reply.values))


def _is_absent(value: Value) -> bool:
    """Return whether a value, or a part of it, is what stands for a missing package."""
    if isinstance(value, tuple | list):
        return any(map(_is_absent, value))
    return isinstance(value, Opaque) and value.type_name == ABSENT


def _identity(program: Program) -> object:
    arrays = tuple((a.dtype.str, a.shape, a.tobytes()) for a in program.arrays)
    return repr(program.steps), arrays, program.returns, program.system, program.memory


def _chosen(candidates: Iterable[Fit], order: Mapping[str, int]) -> list[Fit]:
    """Return the best fits that don't use a name twice, more names before fewer."""
    taken: set[tuple[str, str]] = set()
    kept: list[Fit] = []
    ranked = sorted(
        (f for f in candidates if f.is_acceptable),
        key=lambda f: (-len(f.proposal.names), -(f.proposal.strength == SURE),
                       -parsed(f.proposal.names[0]).is_forward,  # not its helper of the bare name
                       order[f.proposal.convention], f.proposal.is_surmised, -f.forward,
                       -f.gradient),
    )  # fmt: skip
    for fit in ranked:
        branch = fit.proposal.branch
        if not _is_taken(fit.proposal.names[-1], branch, taken):
            kept.append(fit)
            taken |= {(name, branch) for name in fit.proposal.names}
    return kept


def reading_of(fit: Fit) -> Reading:
    """Return what a fit says of its names, as plain data."""
    proposal = fit.proposal
    sizes = {**proposal.sizes, **fit.layout.sizes}
    return Reading(
        proposal.component.id, proposal.convention, proposal.names, fit.variant.id, fit.layout.id,
        fit.template, sizes, proposal.notes, proposal.line, fit.is_narrow, dict(proposal.called),
        tuple(v.id for v in fit.further),
    )  # fmt: skip
