"""A network of the student's own is tried out: is its gradient that of its own cost?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.component import Array, Variable, Variant
from gradcheck.examples import Example
from gradcheck.locating import attribute_paths, gradient_paths
from gradcheck.naming import normalised
from gradcheck.numerics.ladder import COMPLEX_STEP, Point, tangent
from gradcheck.own_component import NETWORK, OwnComponent, variant_of
from gradcheck.probing import probe_of
from gradcheck.records.program import Program, System, Value
from gradcheck.results import Path
from gradcheck.subject import Answer, Call
from gradcheck.template import Execute, ProgrammedSubject, Reading, Template

__all__ = ["Operand", "Outcome", "Trial", "best_of", "tried"]

STEPS, AGREEMENT, LEAST = (1e-3, 1e-5), 1e-8, 1e-3
"""Of differences along a direction (the second for where the first crosses a kink), and how well
they agree with a right gradient."""
CARRIED = 1e-10
"""How well a complex step does; what is further off may be an epsilon that the gradient lacks."""
SPENT = "the gradient uses up what the value keeps for it: each one follows a value of its own"
SAME = 1e-3
"""How far two costs are apart that differ by an epsilon inside a logarithm."""
EPSILON = "judged without an epsilon inside its cost's logarithm, which the gradient leaves out"
SEED = 8
DEEPEST = 3
"""How deep gradients may lie in lists and dicts of what is returned."""
PROBE_EXAMPLES = 8
"""As many as no size of a network is."""


@dataclass(frozen=True)
class Operand:
    """One argument: its axes' names, and what its entries are."""

    name: str
    dims: tuple[str, ...]
    kind: str = ""
    is_weight: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def variable(self) -> Variable:
        """It as a variable, by the names that it has in the code."""
        role = "parameter" if self.is_weight else "data"
        return Variable(self.name, self.name, self.dims, role=role,  # type: ignore[arg-type]
                        aliases=(normalised(self.name), *self.aliases))  # fmt: skip


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

    @property
    def is_right(self) -> bool:
        """Whether every gradient is that of the cost."""
        return len(self.right) == len(self.reading.template.gradients)

    @property
    def is_judgeable(self) -> bool:
        """Whether a disagreement would be the student's, not our reading's.

        Half of the gradients are right, so that the cost is the one that is meant: a factor that
        all of them lack may be made up for where the weights are updated.
        """
        return 2 * len(self.right) >= len(self.reading.template.gradients)

    def agrees_with(self, values: Collection[float]) -> bool:
        """Return whether a textbook's cost is the student's own, but for a small epsilon."""
        if not values:
            return not self.trial.has_cost
        return any(abs(self.value - v) <= SAME * abs(v) for v in values)


def best_of(trials: Iterable[Trial], execute: Execute) -> Outcome | None:
    """Return the first outcome that is right throughout, else the best that can be judged.

    A textbook's cost takes the place of the code's own where they differ by an epsilon inside a
    logarithm only; the gradient may leave that out.
    """
    best: Outcome | None = None
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
    return best


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
    fixed = tuple(sorted({**trial.sizes, "N": PROBE_EXAMPLES}.items()))
    example = probe_of(component, bare, fixed)
    if example.output.ndim or not np.isfinite(example.output):
        return None
    paths = dict(trial.kept) or _located(trial, operands, component, example, execute)
    if not paths:
        return None
    variant = _variant(operands, paths)
    template = replace(trial.template, gradients=paths)
    subject = ProgrammedSubject(template, component, variant, component.layouts[0], execute)
    (answer,) = subject.run([Call("backward", example.inputs, np.ones(()))])
    right = _right(subject, example, tuple(paths), answer.gradients)
    notes = trial.notes
    if _is_spent(subject, example, answer.gradients):
        template = replace(template, backward=(*template.forward, *template.backward), state="none")
        notes = (*notes, SPENT)
    reading = Reading(
        component.id, trial.convention, trial.names, variant.id, component.layouts[0].id,
        template, dict(trial.sizes), notes, trial.line,
    )  # fmt: skip
    return Outcome(trial, reading, float(example.output), right)


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


def _variant(operands: Sequence[Operand], differentiable: Collection[str]) -> Variant:
    dims = {o.name: o.dims for o in operands}
    kinds = {o.name: o.kind for o in operands if o.kind}
    return variant_of(dims, tuple(differentiable), NETWORK, is_scalar=True, kinds=kinds)


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


def _right(
    subject: ProgrammedSubject, example: Example, names: Sequence[str],
    gradients: Mapping[str, Value],
) -> frozenset[str]:  # fmt: skip
    """Return the weights whose gradients are the cost's, along a random direction."""
    rng = np.random.Generator(np.random.Philox(SEED))
    directions = {n: rng.standard_normal(example.inputs[n].shape) for n in names}
    slopes = _slopes(subject, example, directions)
    size = max(1.0, abs(float(example.output)))
    found = set()
    for name, direction in directions.items():
        actual = gradients.get(name)
        if not isinstance(actual, np.ndarray | float) or np.shape(actual) != direction.shape:
            continue
        products = direction * actual
        bound = AGREEMENT * (float(np.sum(np.abs(products))) + LEAST * size)
        is_carried = len(slopes[name]) == 1
        allowed = bound * CARRIED / AGREEMENT if is_carried else bound
        if any(abs(s - float(np.sum(products))) <= allowed for s in slopes[name]):
            found.add(name)
    is_told = any(np.any(np.asarray(gradients[n])) for n in found)
    return frozenset(found) if is_told else frozenset()


def _slopes(
    subject: ProgrammedSubject, example: Example, directions: Mapping[str, Array]
) -> dict[str, list[float]]:
    """Return the cost's derivative along each direction: by a complex step, or by differences."""

    def along(name: str, steps: Sequence[complex], system: System = "float64") -> list[Call]:
        moved = [example.inputs[name] + step * directions[name] for step in steps]
        return [Call("forward", {**example.inputs, name: m}, system=system) for m in moved]

    names = list(directions)
    where = Point(np.asarray(example.output), np.ones(()), abs(float(example.output)))
    calls = [call for n in names for call in along(n, [1j * COMPLEX_STEP], "complex")]
    carried = [tangent(where, _numbers(a))[0] for a in subject.run(calls)]
    found = {n: [float(s)] for n, s in zip(names, carried, strict=True) if s is not None}
    left = [n for n in names if n not in found]
    multiples = [step * k for step in STEPS for k in (1, -1, 2, -2)]
    calls = [call for n in left for call in along(n, multiples)]
    values = [_numbers(a) for a in subject.run(calls)]
    flat = [np.nan if v is None or v.size != 1 else float(v.ravel()[0]) for v in values]
    for place, name in enumerate(left):
        found[name] = []
        for k, step in enumerate(STEPS):
            start = 4 * (place * len(STEPS) + k)
            up, down, far_up, far_down = flat[start : start + 4]
            found[name].append((8 * (up - down) - (far_up - far_down)) / (12 * step))
    return found


def _numbers(answer: Answer) -> Array | None:
    """Return the cost that a call gave, alone or in a box."""
    array = answer.numbers
    is_one = array is not None and array.size == 1 and array.dtype.kind in "fiuc"
    return np.reshape(array, ()) if is_one and array is not None else None
