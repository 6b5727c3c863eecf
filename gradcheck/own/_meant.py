"""Whether a gradient that is off is the student's mistake, or no gradient of that cost at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.component import Array, Inputs, Variant
from gradcheck.own._operands import PROBED
from gradcheck.own._trials import Outcome
from gradcheck.own_component import OwnComponent
from gradcheck.recognition.probing import probe_of
from gradcheck.subject import Call

__all__ = ["PENALTY", "is_meant"]

SAME = 1e-6
RIGHT = 1 / 3
"""Share of right entries that no misreading has: the output layer's, of a network's."""
PENALTY = "penalty"


@dataclass(frozen=True)
class _Slopes:
    """The derivative of the cost, and what the code says that it is, entry by entry."""

    own: Array
    said: Array

    @property
    def is_right(self) -> np.ndarray:
        """Which entries agree."""
        return np.isclose(self.own, self.said, rtol=SAME, atol=SAME)

    @property
    def is_meant(self) -> bool:
        """Whether a third of the entries is right, or all but for a factor."""
        size = float(np.linalg.norm(self.own) * np.linalg.norm(self.said))
        is_scaled = size > 0 and abs(float(self.own @ self.said)) >= (1 - SAME) * size
        return is_scaled or bool(np.mean(self.is_right) >= RIGHT)


def is_meant(outcome: Outcome, execute: Execute) -> bool:
    """Return whether a disagreement would be the gradient's mistake, and no other reading.

    All is right but for a factor, or a third of its entries is, with a penalty without it; and
    the gradient has one where the cost has: a penalty in one of both alone may be meant.
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
        return slopes.is_meant
    bare = _slopes(component, outcome, {**inputs, PENALTY: np.zeros(())}, variant, execute)
    if bare is None or not bare.is_meant:
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
