"""Is backward the derivative of this very forward?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gradcheck.checks.base import LOST, Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.examples import Example, signed
from gradcheck.numerics.judge import Ask, Judgement, Trial, judge
from gradcheck.numerics.localise import Located
from gradcheck.numerics.patterns import apart, entry
from gradcheck.strategies.recipe import FAR
from gradcheck.subject import Answer, Call, Subject

DIRECTIONS, SIGNS = 7, 8
"""Purposes of the random numbers of directions, and of those that find entries."""
MOST_SHOWN = 3
MANY = 64
"""How often the last axis of something random is repeated: one entry's toss may come twice."""
UNREPEATABLE = (
    "its random numbers are others at every call; take them from np.random, or from a generator "
    "that np.random.default_rng makes"
)
SLIGHT = 1e-6
"""What a threshold beyond which a slope counts as 0 or 1 may be off, as a part of its size."""


class GradientConsistency(Check):
    """<gradient, v> against d/dt <upstream, forward(x + t v)> along random directions."""

    id = "gradient-consistency"
    title = "gradient with respect to {}: derivative of the student's own value"
    question = "is backward the derivative of this forward?"
    order = 50
    after = ("gradient-shape", "output-shape")
    is_per_variable = True
    regimes = ("ordinary", "batch-of-one", "wide", "negative", "saturated")
    most_examples = 3

    def reason_against(self, subject: Subject) -> str | None:
        """Need both."""
        if not subject.variables:
            return "no-backward"
        return None if subject.has_forward else "no-forward"

    def selected(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return the cases to ask; without a reference there is no other check of them."""
        is_alone = bool(cases) and not cases[0].subject.component.has_reference
        return cases if is_alone else super().selected(cases)

    def ask(self, case: Case) -> Inquiry:
        """One direction a variable: O(1) evaluations whatever the number of entries."""
        forward, backward, *again = yield [case.forward, case.backward, *_repeated(case)]
        trial = _trial(case, forward, backward)
        if trial is None:
            return []
        if again and _differ(*again):
            return [Observation("undecided", v, UNREPEATABLE) for v in case.subject.variables]
        judging = judge(trial)
        try:
            asks = next(judging)
            while True:
                answers = yield [_call(case, ask) for ask in asks]
                replies = [_reply(case, *pair) for pair in zip(asks, answers, strict=True)]
                asks = judging.send(replies)
        except StopIteration as stop:
            judgements: list[Judgement] = stop.value
        return [_observed(case, trial, _on_far_inputs(case, one)) for one in judgements]


def _repeated(case: Case) -> list[Call]:
    """Return two calls of something random on the same values, enough to tell what it drew.

    They lie in memory in two ways, or the second would be answered with what the first gave.
    """
    if not case.subject.component.is_random:
        return []
    wide = {name: np.tile(value, MANY) for name, value in case.example.inputs.items()}
    return [Call("forward", wide), Call("forward", wide, memory="F")]


def _differ(once: Answer, again: Answer) -> bool:
    """Return whether a value is drawn anew, with a generator that can't be set back."""
    first, second = as_array(once.output), as_array(again.output)
    return first is None or second is None or not np.array_equal(first, second, equal_nan=True)


def _trial(case: Case, forward: Answer, backward: Answer) -> Trial | None:
    """Return what is to be judged, or None where there is nothing."""
    example, subject = case.example, case.subject
    output = as_array(forward.output) if forward.fault is None else None
    upstream = np.asarray(subject.show_output(example.upstream))
    if output is None or output.shape != upstream.shape or backward.fault is not None:
        return None
    if not example.component.has_reference and not np.all(np.isfinite(output)):
        return None  # outside the domain of a function that only itself knows
    gradients = _gradients(case, backward)
    directions = {
        name: signed(example.rng(DIRECTIONS, place), g.shape)
        for place, (name, g) in enumerate(gradients.items())
    }
    component, variant = example.component, example.variant
    with np.errstate(all="ignore"):
        output = np.asarray(output, dtype=np.float64)
    return Trial(
        example.inputs, upstream, output, gradients, directions, example.rng(SIGNS),
        magnitude=component.output_magnitude(example.inputs, variant),
        sizes=_sizes(case, upstream, output),
        spreads={n: _spread(example, n, v, gradients[n]) for n, v in directions.items()},
        largest=component.largest_step(example.inputs, variant),
        fixed=frozenset(v.name for v in component.variables(variant) if v.role == "target"),
        is_narrow=subject.is_narrow,
        is_alone=not component.has_reference,
    )  # fmt: skip


def _sizes(case: Case, upstream: Array, output: Array) -> Mapping[str, float]:
    """Return the natural sizes of the gradients' entries; a guess where no reference knows."""
    example = case.example
    if example.component.has_reference or all(example.magnitude.values()):
        return example.magnitude
    cost = float(np.max(np.abs(upstream), initial=0.0) * np.max(np.abs(output), initial=0.0))
    return {
        name: cost / largest
        for name, value in example.inputs.items()
        if (largest := float(np.max(np.abs(value), initial=0.0)))
    }


def _gradients(case: Case, backward: Answer) -> dict[str, Array]:
    found = {}
    for name in case.subject.variables:
        gradient = case.canonical(name, backward.gradients.get(name))
        if gradient is not None:
            found[name] = gradient
    return found


def _call(case: Case, ask: Ask) -> Call:
    if ask.upstream is None:
        return Call("forward", ask.inputs, system=ask.system)
    upstream = case.example.upstream
    if ask.system == "longdouble":
        upstream = upstream.astype(np.longdouble)
    return Call("backward", ask.inputs, upstream, system=ask.system)


def _reply(case: Case, ask: Ask, answer: Answer) -> Array | Mapping[str, Array] | None:
    if answer.fault is not None:
        return None
    if ask.upstream is not None:
        return _gradients(case, answer)
    return answer.numbers


def _observed(case: Case, trial: Trial, found: Judgement) -> Observation:
    """Return a judgement in words."""
    derivative = found.derivative
    message = ""
    if found.verdict == "undecided":
        message = (
            f"the derivative of forward is known only to ± {derivative.bound:.1g}, beside values "
            f"of {found.size:.1g}" + (f" ({found.reason})" if found.reason else "")
        )
    elif found.verdict == "remark":
        says, true = apart(found.says, derivative.value)
        low, high = _range(trial.inputs[found.variable])
        message = (
            f"with inputs of size {low:.1g} to {high:.1g} it loses digits: the gradient says "
            f"{says}, the derivative of forward is {true}"
        )
    elif found.verdict == "wrong":
        says, true = apart(found.says, derivative.value)
        message = (
            f"along a random direction the gradient says {says}, the derivative of "
            f"forward is {true} ± {derivative.bound:.1g}"
        )
        if not np.isfinite(found.says):
            message = found.reason
        elif found.entries:
            message += "; wrong: " + _listed(case, found.variable, trial, found.entries)
    return Observation(
        found.verdict, found.variable, message, expected=np.asarray(derivative.value),
        actual=np.asarray(found.says), bound=found.bound, method=derivative.method,
        evidence=LOST if found.verdict == "remark" else "consistency",
        details={"numeric": derivative.value, "analytic": found.says},
    )  # fmt: skip


def _on_far_inputs(case: Case, found: Judgement) -> Judgement:
    """Return the judgement; on far inputs what overflows, or is lost beside 1, is a remark."""
    is_slight = not abs(found.says - found.derivative.value) > SLIGHT * found.size
    if case.example.regime == FAR and found.verdict == "wrong" and is_slight:
        return replace(found, verdict="remark")
    return found


def _range(value: Array) -> tuple[float, float]:
    """Return the smallest (but for 0) and the largest size of an input's entries."""
    sizes = np.abs(value[value != 0])
    return float(np.min(sizes, initial=np.inf)), float(np.max(sizes, initial=0.0))


def _listed(case: Case, name: str, trial: Trial, entries: Sequence[Located]) -> str:
    """Return wrong entries by their place in the student's own array."""
    shape = trial.gradients[name].shape
    places = np.asarray(case.subject.show(name, np.arange(int(np.prod(shape))).reshape(shape)))
    told = []
    for one in entries[:MOST_SHOWN]:
        actual, expected = apart(one.actual, one.expected)
        place = entry(np.argwhere(places == one.index)[0])
        told.append(f"{place} is {actual}, must be {expected}")
    more = len(entries) - MOST_SHOWN
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


def _spread(example: Example, name: str, direction: Array, found: Array) -> float:
    """Return how far the accepted gradients lie apart along a direction (a small epsilon)."""
    if not example.component.has_reference:
        leeway = example.component.leeway(example.variant)
        return leeway * float(np.sum(np.abs(found * direction))) if leeway else 0.0
    projections = [float(np.sum(g[name] * direction)) for g in example.accepted]
    return max(projections) - min(projections)


CHECK = GradientConsistency()
