"""Small epsilons of a chosen fit: inside its logarithms, and beside the probability in its slope.

Both are told on examples close to the ends, where even 1e-15 shows. What an epsilon of up to
1e-7 explains entirely is a convention; the value's and the gradient's are fitted apart, each
to its own, so that one that only the gradient has can be told (see ``Component.accepted``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck import constants
from gradcheck.calls.closeness import EXACT
from gradcheck.calls.settling import Observed
from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.component import Array, Variant
from gradcheck.constants import Constant
from gradcheck.examples import Example
from gradcheck.numerics.compare import ROUNDING
from gradcheck.recognition.probing import PROBE_SEED, Fit, fixed_sizes, probe_of
from gradcheck.records.program import Value
from gradcheck.subject import Call

__all__ = ["with_epsilons"]

DRAWS = 6
"""Several examples a logarithm, so that rounding errors don't look like an epsilon."""
EXPLAINED = 1e-7
"""What an epsilon may leave unexplained, where 1 - a has lost its digits."""
NAUGHT = 1e-300
"""Adds nothing, but has the reference take ln(1 - a) of a rounded a, as plain code does."""
SMALLEST = 1e-17
"""A smaller one doesn't change a probability's last bit: it is rounding that looks like one."""
NEAR = 4.0
SAME = ROUNDING[np.dtype(np.float64)] * float(np.finfo(np.float64).eps)
"""A gradient that is closer to an accepted one, relative to its size, needs no epsilon."""
VALUE = (constants.ADDED, constants.FIRST, constants.SECOND)
SLOPE = (constants.SLOPE_ADDED, constants.SLOPE_FIRST, constants.SLOPE_SECOND)
STABILISERS = tuple(c.name for c in constants.STABILISERS)
Sides = Sequence[Sequence[Example]]


def with_epsilons(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the epsilons that its value and its gradient have, if any."""
    component = fit.proposal.component
    if fit.is_narrow or not component.is_stabilisable(fit.variant):
        return fit
    sides = _sides(fit)
    subject = ProgrammedSubject(fit.template, component, fit.variant, fit.layout, execute)
    variant = fit.variant
    if fit.output is not None and fit.forward == EXACT:
        variant = component.with_constants(variant, _of_value(subject, sides))
    if subject.variables:
        variant = component.with_constants(variant, _of_gradient(subject, variant, sides))
    return replace(fit, variant=variant)


def _sides(fit: Fit) -> Sides:
    """Return telling examples: with targets of 1, then of 0, where each takes one logarithm."""
    component, variant = fit.proposal.component, fit.variant
    fixed = fixed_sizes(fit.proposal, fit.layout)
    examples = [
        probe_of(component, variant, fixed, regime="saturated", seed=PROBE_SEED + k)
        for k in range(DRAWS)
    ]
    if not component.has_two_logarithms:
        return (examples,)
    (target,) = (v.name for v in component.variables(variant) if v.role == "target")
    return tuple(
        [e.with_inputs({**e.inputs, target: np.full_like(e.inputs[target], y)}) for e in examples]
        for y in (1.0, 0.0)
    )


def _of_value(subject: ProgrammedSubject, sides: Sides) -> dict[str, float]:
    """Return what is added inside the logarithms."""
    component, variant = subject.component, subject.variant
    seen = []
    for examples in sides:
        answers = subject.run([Call("forward", e.inputs) for e in examples])
        shown = [subject.show_output(e.output) for e in examples]
        found = _joined([a.output if a.fault is None else None for a in answers], shown)
        if found is None:
            return {}

        def of(other: Variant, examples: Sequence[Example] = examples) -> Array:
            values = (component.forward(e.inputs, other) for e in examples)
            return np.concatenate([np.ravel(subject.show_output(np.asarray(v))) for v in values])

        seen.append(Observed(component, variant, of, found))
    return _epsilons(seen, VALUE) or {}


def _joined(values: Sequence[Value], expected: Sequence[Array]) -> Array | None:
    """Return all entries in a row, or None where something isn't finite or has another shape."""
    found = []
    for value, wanted in zip(values, expected, strict=True):
        is_number = isinstance(value, np.ndarray | float) and not isinstance(value, bool)
        array = np.asarray(value if is_number else np.nan)
        if array.dtype.kind != "f" or array.shape != wanted.shape or not np.all(np.isfinite(array)):
            return None
        found.append(np.ravel(array))
    return np.concatenate(found)


def _epsilons(
    seen: Sequence[Observed], known: tuple[Constant, Constant, Constant],
    rounding: float | None = None,
) -> dict[str, float] | None:  # fmt: skip
    """Return the epsilon of both sides, or one a side; None where they don't explain it."""
    both, *apart = known
    if len(seen) == 1:
        apart = [both]
    found: dict[str, float] = {}
    for side, constant in zip(seen, apart, strict=False):
        plain = min(side.error(side.at((constant,), (none,))) for none in (0.0, NAUGHT))
        if plain <= (side.rounding if rounding is None else rounding):
            continue
        value = side.explained((constant,), (0.0,), plain)
        if value is None or side.error(side.at((constant,), value)) > EXPLAINED * side.scale:
            return None
        if abs(value[0]) >= SMALLEST:
            found[constant.name] = value[0]
    if len(found) == len(apart) > 1:
        (first, _), (second, other) = zip(apart, seen, strict=True)
        left = other.error(other.at((second,), (found[second.name],)))
        shared = other.error(other.at((second,), (found[first.name],)))
        if shared <= max(other.rounding, NEAR * left):
            return {both.name: found[first.name]}
    return found


def _of_gradient(subject: ProgrammedSubject, variant: Variant, sides: Sides) -> dict[str, float]:
    """Return what stands beside the probability in a gradient that no other truth explains."""
    component = subject.component
    bare = component.without(variant, STABILISERS)
    seen: list[Observed] = []
    right: set[int] | None = None
    for examples in sides:
        answers = subject.run([Call("backward", e.inputs, e.upstream) for e in examples])
        values = [
            _returned(subject, a.gradients, e) if a.fault is None else None
            for a, e in zip(answers, examples, strict=True)
        ]
        found = _joined(values, [_shown(subject, e.gradients, e) for e in examples])
        if found is None:
            return {}
        of = _expected(subject, examples)
        side = Observed(component, bare, lambda v, of=of: of(v, -1), found)  # type: ignore[misc]
        count = len(component.accepted(examples[0].inputs, examples[0].upstream, variant))
        agreeing = {k for k in range(count) if side.error(of(variant, k)) <= SAME}
        right = agreeing if right is None else right & agreeing
        seen.append(side)
    if right:
        return {}
    forms = [_epsilons(seen, SLOPE, SAME)]
    if component.has_two_logarithms:
        forms.append(_product(seen))
    explaining = [form for form in forms if form]
    left = [_left(seen, bare, form) for form in explaining]
    return explaining[int(np.argmin(left))] if explaining else {}


def _left(seen: Sequence[Observed], bare: Variant, form: Mapping[str, float]) -> float:
    """Return what a form leaves unexplained."""
    return max(side.error(side.of(side.component.with_constants(bare, form))) for side in seen)


def _product(seen: Sequence[Observed]) -> dict[str, float] | None:
    """Return the epsilon of (p - y) / (p (1 - p) + eps), if it explains both sides."""
    known = (constants.SLOPE_PRODUCT,)
    for side in seen:
        value = side.explained(known, (0.0,), side.error(side.at(known, (0.0,))))
        if value is not None and all(
            s.error(s.at(known, value)) <= EXPLAINED * s.scale for s in seen
        ):
            return {constants.SLOPE_PRODUCT.name: value[0]}
    return None


def _scale(example: Example, name: str) -> float:
    return float(np.max(np.abs(example.gradients[name]), initial=0.0)) or 1.0


def _shown(
    subject: ProgrammedSubject, gradients: Mapping[str, Array], example: Example
) -> Array:
    """Return the gradients of all variables in a row, each relative to its textbook's size."""
    rows = (
        np.ravel(subject.show(name, np.asarray(gradients[name]))) / _scale(example, name)
        for name in subject.variables
    )
    return np.concatenate(list(rows))


def _returned(
    subject: ProgrammedSubject, found: Mapping[str, Value], example: Example
) -> Array | None:
    """Return what the student's code returned in the same form."""
    rows = []
    for name in subject.variables:
        wanted = subject.show(name, np.asarray(example.gradients[name]))
        joined = _joined([found.get(name)], [wanted])
        if joined is None:
            return None
        rows.append(joined / _scale(example, name))
    return np.concatenate(rows)


def _expected(
    subject: ProgrammedSubject, examples: Sequence[Example]
) -> Callable[[Variant, int], Array]:
    """Return the accepted gradient of a place, as a function of the variant."""

    def of(variant: Variant, place: int) -> Array:
        accepted = [subject.component.accepted(e.inputs, e.upstream, variant) for e in examples]
        rows = (_shown(subject, a[place], e) for a, e in zip(accepted, examples, strict=True))
        return np.concatenate(list(rows))

    return of
