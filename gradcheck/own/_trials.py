"""A network of the student's own is tried out: is its gradient that of its own cost?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.calls.locating import attribute_paths, gradient_paths
from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, ProgrammedSubject, Reading, Template
from gradcheck.component import Array, Variant
from gradcheck.examples import Example
from gradcheck.own._clipping import CLIPS, unclipped
from gradcheck.own._moves import moved
from gradcheck.own._operands import PROBED, Operand
from gradcheck.own._slopes import scores_of
from gradcheck.own_component import NETWORK, ROUGH, Domain, OwnComponent, variant_of
from gradcheck.recognition.probing import probe_of
from gradcheck.records.program import Program, Value
from gradcheck.subject import Call

__all__ = ["Outcome", "Trial", "best_of", "tried"]

SPENT = "the gradient uses up what the value keeps for it: each one follows a value of its own"
LACKING = ("the gradient leaves out an epsilon of its cost: it may be off by a millionth, which no "
           "mistake but another epsilon is")  # fmt: skip
SAME = 1e-3
"""How far two costs are apart that differ by an epsilon inside a logarithm."""
EPSILON = "judged without an epsilon inside its cost's logarithm, which the gradient leaves out"
OWN_LEAST = 2
"""Gradients that must be those of the code's own cost."""
DEEPEST = 3
"""How deep gradients may lie in lists and dicts of what is returned."""


@dataclass(frozen=True)
class Trial:
    """A way to call a network: value, then gradients somewhere in the slots of ``raw``."""

    names: tuple[str, ...]
    convention: str
    line: int
    template: Template
    operands: tuple[Operand, ...]
    sizes: Mapping[str, int]
    raw: tuple[str, ...] = ("g",)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Slots of objects' attributes, and the weights that each object has."""
    returned: tuple[str, ...] = ()
    """The names that stand in what is returned, where it is a tuple."""
    kept: Mapping[str, Path] = field(default_factory=dict)
    """Where gradients are that aren't returned: updates."""
    updates: Mapping[str, Path] = field(default_factory=dict)
    """Where weights are afterwards, if gradients only show in how these have changed."""
    notes: tuple[str, ...] = ()
    is_assumed: bool = False
    """Whether the cost is a textbook's, and none of the student's."""
    has_cost: bool = False
    """Whether the student has a cost, which a textbook's must agree with."""


@dataclass(frozen=True)
class Outcome:
    """How a trial went."""

    trial: Trial
    reading: Reading
    value: float
    """The cost of the probe."""
    right: frozenset[str]
    """The weights whose gradients are those of the cost."""
    idle: frozenset[str] = frozenset()
    """Arrays that are updated and that the cost doesn't depend on: no weights, but a momentum."""
    rough: Outcome | None = None
    """The same, gradients that leave out an epsilon of the cost being right."""

    @property
    def is_right(self) -> bool:
        """Whether every gradient is that of the cost."""
        return self._tally[0] == self._tally[1]

    @property
    def _tally(self) -> tuple[int, int]:
        """How many gradients are right, and how many there are; what is no weight doesn't count."""
        ignored = self.idle if self.trial.updates else frozenset()
        return len(self.right - ignored), len(set(self.reading.template.gradients) - ignored)

    @property
    def is_judgeable(self) -> bool:
        """Whether a disagreement would be the student's, not our reading's.

        Half of the gradients are right, so that the cost is the one that is meant: a factor that
        all of them lack may be made up for where the weights are updated. Of the code's own cost
        two are enough: in a recurrent network all that comes before the output may be wrong.
        """
        right, count = self._tally
        return right >= (count / 2 if self.trial.is_assumed else min(OWN_LEAST, count / 2))

    def agrees_with(self, values: Collection[float]) -> bool:
        """Return whether a textbook's cost is the student's own, but for a small epsilon."""
        if not values:
            return not self.trial.has_cost
        return any(abs(self.value - v) <= SAME * abs(v) for v in values)


def best_of(trials: Iterable[Trial], execute: Execute) -> Outcome | None:
    """Return the first outcome that is right throughout, else the best that can be judged.

    A textbook's cost takes the place of the code's own where they differ by an epsilon inside a
    logarithm only; the gradient may leave that out. Where no textbook has the cost, what an epsilon
    makes is allowed for.
    """
    best: Outcome | None = None
    rough: list[Outcome] = []
    values: dict[object, set[float]] = {}
    for trial in trials:
        outcome = tried(trial, execute)
        if outcome is None:
            continue
        key = (trial.operands, tuple(sorted(trial.sizes.items())))
        if not trial.is_assumed:
            values.setdefault(key, set()).add(outcome.value)
        elif not outcome.agrees_with(values.get(key, ())):
            continue
        if outcome.is_right:
            return _said(outcome, values.get(key, ()))
        if outcome.is_judgeable and (best is None or len(outcome.right) > len(best.right)):
            best = _said(outcome, values.get(key, ()))
        rough += [outcome.rough] if outcome.rough is not None else []
    roughly = max((o for o in rough if o.is_judgeable), key=lambda o: len(o.right), default=None)
    is_better = roughly and (best is None or len(roughly.right) > len(best.right))
    return roughly if is_better else best


def _said(outcome: Outcome, values: Collection[float]) -> Outcome:
    """Return the outcome with the note that an epsilon of the code's own cost is left out."""
    if not outcome.trial.is_assumed or not values:
        return outcome
    kept = tuple(n for n in outcome.reading.notes if n not in outcome.trial.notes)
    return replace(outcome, reading=replace(outcome.reading, notes=(EPSILON, *kept)))


def tried(trial: Trial, execute: Execute) -> Outcome | None:
    """Return how a trial goes; None where it isn't called so, or hands out no gradients."""
    names = {slot[1:] for slot in trial.template.operands}
    operands = [o for o in trial.operands if o.name in names]
    component = OwnComponent(trial.template, execute)
    bare = _variant(operands, ())
    fixed = tuple(sorted({**trial.sizes, **PROBED}.items()))
    example = probe_of(component, bare, fixed)
    if example.output.ndim or not np.isfinite(example.output):
        return None
    if trial.updates:
        paths = moved(trial.template, trial.updates, component, example, execute)
    else:
        paths = dict(trial.kept) or _located(trial, operands, component, example, execute)
    if not paths:
        return None
    variant = _variant(operands, paths)
    updated = tuple(paths) if trial.updates else trial.template.updated
    template = replace(trial.template, gradients=paths, updated=updated)
    subject = ProgrammedSubject(template, component, variant, component.layouts[0], execute)
    (answer,) = subject.run([Call("backward", example.inputs, np.ones(()))])
    scores = scores_of(subject, example, tuple(paths), answer.gradients)
    notes = trial.notes
    if trial.updates and scores.decaying:
        return None
    sizes = dict(trial.sizes)
    has_tokens = any(o.kind.startswith("labels") and o.name == "X" for o in operands)
    if scores.right | scores.slight and (trial.updates or has_tokens):
        count = unclipped(subject, component, bare, dict(fixed))
        if count is None:
            return None
        if count:
            sizes |= {**PROBED, "N": count}
            notes = (*notes, CLIPS)
    if _is_spent(subject, example, answer.gradients):
        template = replace(template, backward=(*template.forward, *template.backward), state="none")
        notes = (*notes, SPENT)
    reading = Reading(
        component.id, trial.convention, trial.names, variant.id, component.layouts[0].id,
        template, sizes, notes, trial.line,
    )  # fmt: skip
    outcome = Outcome(trial, reading, float(example.output), scores.right, scores.idle)
    if not scores.slight or scores.slight & scores.idle:
        return outcome
    loose = replace(reading, variant=_variant(operands, paths, ROUGH).id, notes=(*notes, LACKING))
    rough = replace(outcome, reading=loose, right=scores.right | scores.slight)
    return replace(outcome, rough=rough)


def _is_spent(
    subject: ProgrammedSubject, example: Example, once: Mapping[str, Value]
) -> bool:
    """Return whether a second backward after one forward gives something else."""
    if not subject.template.backward or subject.updated:
        return False
    (answer,) = subject.run([Call("backward", example.inputs, np.ones(()), repeats=2)])
    twice = answer.gradients
    return any(not np.array_equal(np.asarray(once[n]), np.asarray(twice.get(n)))
               for n in once if isinstance(once[n], np.ndarray | float))  # fmt: skip


def _variant(
    operands: Sequence[Operand], differentiable: Collection[str], domain: Domain = NETWORK
) -> Variant:
    dims = {o.name: o.dims for o in operands}
    kinds = {o.name: o.kind for o in operands if o.kind}
    return variant_of(dims, tuple(differentiable), domain, is_scalar=True, kinds=kinds)


def _located(
    trial: Trial, operands: Sequence[Operand], component: OwnComponent, example: Example,
    execute: Execute,
) -> dict[str, Path]:  # fmt: skip
    """Return where the weights' gradients are in what was returned or kept."""
    subject = ProgrammedSubject(
        trial.template, component, example.variant, component.layouts[0], execute
    )
    program, _ = subject.compiled(Call("backward", example.inputs, np.ones(())))
    slots = (*trial.raw, *trial.attributes)
    (reply,) = execute([Program(program.steps, program.arrays, slots)])
    if reply.fault is not None:
        return {}
    weights = [o for o in operands if o.is_weight]
    found: dict[str, Path] = {}
    for slot, value in zip(slots, reply.values, strict=True):
        left = [o for o in weights if o.name not in found]
        if slot in trial.attributes:
            own = [o.variable for o in left if o.name in trial.attributes[slot]]
            found |= attribute_paths(value, (slot,), own) if own else {}
        else:
            found |= _in_value(value, (slot,), left, trial, example)
    return found


def _in_value(
    value: Value, raw: Path, weights: Sequence[Operand], trial: Trial, example: Example
) -> dict[str, Path]:
    """Return where gradients are in a value: by their names, then by shapes that one weight has."""
    leaves = list(_leaves(value, raw))
    called = [_name_of(path, trial.returned) for path, _ in leaves]
    named = {name: leaf for name, (_, leaf) in zip(called, leaves, strict=True) if name}
    places = {name: path for name, (path, _) in zip(called, leaves, strict=True) if name}
    variables = [o.variable for o in weights]
    told = gradient_paths(named, raw, variables, ()) if named else {}
    found = {n: places[str(path[-1])] for n, path in told.items()}
    shapes = {o.name: example.inputs[o.name].shape for o in weights if o.name not in found}
    left = [(path, leaf) for path, leaf in leaves if path not in found.values()]
    for shape in set(shapes.values()):
        own = [name for name, s in shapes.items() if s == shape]
        fitting = [path for path, leaf in left if np.shape(leaf) == shape]
        if len(own) == len(fitting):
            found |= dict(zip(own, fitting, strict=True))
    return found


def _leaves(value: Value, path: Path) -> Iterator[tuple[Path, Array]]:
    """Yield the arrays and numbers in a value, with where they are."""
    if isinstance(value, bool):
        return
    if isinstance(value, np.ndarray | float | int):
        yield path, np.asarray(value)
    elif len(path) <= DEEPEST and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif len(path) <= DEEPEST and isinstance(value, tuple | list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))


def _name_of(path: Path, returned: Sequence[str]) -> str:
    """Return the name that a returned array goes by, or nothing."""
    last = path[-1]
    if isinstance(last, str):
        return last if len(path) > 1 else ""
    is_flat = len(path) == 2 and last < len(returned)
    return returned[last].rpartition(".")[2] if is_flat else ""
