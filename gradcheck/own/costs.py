"""Reads costs of weights and data that no component knows, with their gradients.

``cost(theta, X, y, lambda_)`` beside ``gradient(theta, X, y, lambda_)``, or one function that
returns both: a penalty that leaves ``theta[0]`` out, a cost of the student's own. The gradient is
held to the derivative of that cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.naming import COST_WORDS, normalised, parsed
from gradcheck.calls.template import Execute, ProgrammedSubject, Reading, Template
from gradcheck.component import Array, Inputs, Variant
from gradcheck.own._calls import EXAMPLES, Caller, cost_in, numbers_of, operands_of, reaching
from gradcheck.own._operands import PROBED, Operand, answered, ones_of, sizes_of
from gradcheck.own._trials import Outcome, Trial, tried
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.own_component import OwnComponent
from gradcheck.recognition.probing import probe_of
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription
from gradcheck.subject import Call

__all__ = ["READER"]

WEIGHTS = frozenset({"theta", "thetas", "w", "weights", "weight", "beta", "coef", "params",
                     "parameters", "initialtheta"})  # fmt: skip
BIASES = frozenset({"b", "bias", "intercept", "w0"})
FEATURES = "s4"
FORMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((FEATURES,), (EXAMPLES,)), ((FEATURES, "s1"), (EXAMPLES, "s1")),
)  # fmt: skip
"""Shapes of the weights and of the targets."""
FOREIGN = frozenset({"test", "check", "numerical", "numeric", "descent", "train", "plot", "fit"})
MOST, MOST_PARTNERS = 6, 2
"""Gradients that are looked at, and costs for each."""
SAME = 1e-6
PENALTY = "penalty"


def _read(unread: Unread) -> Recognition:
    """Return the recognition with costs among its unread functions read."""
    functions = [f for f in unread.functions
                 if not FOREIGN & set(parsed(f.name).words)]  # fmt: skip
    costs = [f for f in functions if not parsed(f.name).is_gradient and _caller(f) is not None
             and COST_WORDS & set(parsed(f.name).words)]  # fmt: skip
    gradients = [f for f in functions if parsed(f.name).is_gradient and _caller(f) is not None]
    found: list[Reading] = []
    for cost in costs[:MOST]:
        found += _best([(cost, cost)], unread.execute)
    taken = {name for r in found for name in r.names}
    left = [c for c in costs if c.name not in taken]
    for gradient in gradients[:MOST]:
        found += _best([(c, gradient) for c in _near(left, gradient)], unread.execute)
    return joined(unread.recognition, found)


READER = Reader(order=35, read=_read)


def _near(
    costs: Sequence[FunctionDescription], gradient: FunctionDescription
) -> list[FunctionDescription]:
    """Return the costs that take what a gradient takes, those of the likest names first."""
    words = set(parsed(gradient.name).words)
    alike = [c for c in costs if numbers_of(c) == numbers_of(gradient)
             and set(_keys(c)) == set(_keys(gradient))]  # fmt: skip
    alike.sort(key=lambda c: len(words ^ set(parsed(c.name).words)))
    return alike[:MOST_PARTNERS]


def _keys(function: FunctionDescription) -> dict[str, str]:
    """Return the arguments that are weights or a bias."""
    names = [p.name for p in function.required if normalised(p.name) in WEIGHTS | BIASES]
    return {name: name for name in names}


def _caller(function: FunctionDescription) -> Caller | None:
    """Return how a function of weights, data and targets is called; None for another."""
    keys = _keys(function)
    weights = [name for name in keys if normalised(name) in WEIGHTS]
    if len(weights) != 1 or len(keys) > 2:
        return None
    caller = Caller("y", keys, numbers_of(function))
    steps = caller.call(function, "r", reaching(function))
    is_whole = steps is not None and {"$X", "$y"} <= operands_of(steps)
    return caller if is_whole else None


def _best(
    pairs: Sequence[tuple[FunctionDescription, FunctionDescription]], execute: Execute
) -> list[Reading]:
    """Return the reading that is right, else one whose mistake is the gradient's, else none."""
    meant: list[Reading] = []
    for trial in (trial for pair in pairs for trial in _trials(*pair, execute)):
        outcome = tried(trial, execute)
        if outcome is None:
            continue
        if outcome.is_right:
            return [outcome.reading]
        if not meant and _is_meant(outcome, execute):
            meant = [outcome.reading]
    return meant


def _trials(
    cost: FunctionDescription, gradient: FunctionDescription, execute: Execute
) -> Iterator[Trial]:
    """Yield the calls with weights and targets of every usual shape."""
    caller = _caller(gradient)
    assert caller is not None
    value = caller.call(cost, "r", reaching(cost))
    slope = caller.call(gradient, "g", reaching(gradient))
    if value is None or slope is None:
        return
    names = (cost.name,) if cost is gradient else (cost.name, gradient.name)
    returned = gradient.returns[-1].elements if gradient.returns else ()
    for weights, target in FORMS:
        operands = (
            *(Operand(k, weights if normalised(k) in WEIGHTS else (), is_weight=True)
              for k in caller.keys),
            Operand("X", (EXAMPLES, FEATURES)), Operand("y", target, "binary"),
            Operand(PENALTY, (), "share"),
        )  # fmt: skip
        output = cost_in(answered(value, ones_of(operands, value), execute), "r")
        if output is None or (cost is gradient) != (len(output) > 1):
            continue
        template = Template(
            (), value, slope, output=output, state="cache", forward_function=cost.name,
            backward_function=gradient.name,
        )  # fmt: skip
        yield Trial(names, "value-and-gradient" if cost is gradient else "function-pair",
                    cost.line, template, operands, sizes_of(operands),
                    returned=tuple(e.name or "" for e in returned))  # fmt: skip


@dataclass(frozen=True)
class _Slopes:
    """The derivative of the cost, and what the code says that it is, entry by entry."""

    own: Array
    said: Array

    @property
    def is_right(self) -> np.ndarray:
        """Which entries agree."""
        return np.isclose(self.own, self.said, rtol=SAME, atol=SAME)


def _is_meant(outcome: Outcome, execute: Execute) -> bool:
    """Return whether a disagreement would be the gradient's mistake, and no other reading.

    Half of its entries are right. With a penalty, all are right without it, and the gradient has
    one wherever the cost has: a penalty in the cost alone, or in the gradient alone, may be meant.
    """
    template = outcome.reading.template
    component = OwnComponent(template, execute)
    variant = component.variant(outcome.reading.variant)
    fixed = tuple(sorted({**outcome.trial.sizes, **PROBED}.items()))
    inputs = probe_of(component, variant, fixed).inputs
    slopes = _slopes(component, outcome, inputs, variant, execute)
    if slopes is None:
        return False
    if PENALTY not in inputs:
        return bool(np.mean(slopes.is_right) >= 1 / 2)
    bare = _slopes(component, outcome, {**inputs, PENALTY: np.zeros(())}, variant, execute)
    if bare is None or not np.all(bare.is_right):
        return False
    is_own = np.abs(slopes.own - bare.own) > SAME
    is_said = np.abs(slopes.said - bare.said) > SAME
    return bool(np.any(is_own) and np.all(is_said[is_own]))


def _slopes(
    component: OwnComponent, outcome: Outcome, inputs: Inputs, variant: Variant, execute: Execute
) -> _Slopes | None:
    template = outcome.reading.template
    subject = ProgrammedSubject(template, component, variant, component.layouts[0], execute)
    (answer,) = subject.run([Call("backward", inputs, np.ones(()))])
    own = component.backward(inputs, np.ones(()), variant)
    said = {n: np.asarray(g) for n, g in answer.gradients.items()
            if isinstance(g, np.ndarray | float)}  # fmt: skip
    if any(n not in said or said[n].shape != own[n].shape for n in own):
        return None
    return _Slopes(*(np.concatenate([np.ravel(found[n]) for n in own]) for found in (own, said)))
