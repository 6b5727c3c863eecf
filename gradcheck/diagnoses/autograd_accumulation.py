"""An autograd engine that doesn't add up what reaches a number that is used several times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses._engine import Walk, built, gradients, walks
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial

OPERATIONS = frozenset({"+", "*", "**", "relu", "tanh", "exp"})
ASSIGNING = (OPERATIONS, frozenset({"+", "*"}), frozenset({"+"}), frozenset({"*"}),
             OPERATIONS - {"+", "*"})  # fmt: skip
AT_ONCE = (
    "a number passes its gradient on before all its uses have added to it",
    "sort the numbers first, and go backwards through them, each once",
)
REPEATED = (
    "a number that is used several times passes its gradient on several times",
    "keep the numbers that were visited: each stands once in the order",
)
ASSIGNED = (
    "gradients are assigned, not added: of a number that is used twice only one use counts",
    "write += in every _backward",
)
NOT_PASSED = (
    "the local derivatives aren't multiplied by the gradient that arrives",
    "multiply by out.grad",
)
NOT_PASSED_BY = (
    "the local derivative of {} isn't multiplied by the gradient that arrives",
    "multiply by out.grad in the _backward of {}",
)
NONE: frozenset[str] = frozenset()
Slip = tuple[tuple[str, str], Walk, frozenset[str], frozenset[str]]
"""What to say, the order, the operations that assign, and those that ignore what arrives."""


def _slips() -> Iterator[Slip]:
    for kind, walk in walks():
        if kind == "sorted":
            yield from ((ASSIGNED, walk, operations, NONE) for operations in ASSIGNING)
            yield NOT_PASSED, walk, NONE, OPERATIONS
            for one in sorted(OPERATIONS):
                sentence, mend = (text.format(one) for text in NOT_PASSED_BY)
                yield (sentence, mend), walk, NONE, frozenset({one})
        else:
            yield (AT_ONCE if kind == "at once" else REPEATED), walk, NONE, NONE


class AutogradAccumulation(Diagnosis):
    """self.grad = out.grad for self.grad += out.grad."""

    id = "autograd-accumulation"
    title = "gradients of a number that is used several times aren't added up"
    specificity = 70
    page = Page(
        wrong="self.grad = other.data * out.grad",
        right="self.grad += other.data * out.grad",
        derivation=(
            "u = t s, t = s + c: s is used twice\n"
            "1. du/ds = (du by the factor s) + (du by t) · dt/ds: a sum over all ways\n"
            "2. each use adds its part: +=, from grad = 0\n"
            "3. a number may pass its gradient on only when all its uses have added to it: go "
            "through the numbers in the reverse of an order in which each follows its operands\n"
            "4. and only once: what it passes on twice counts twice"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where all gradients are those of an engine with the slip."""
        if evidence.component.id != "autograd" or not evidence.failing:
            return None
        for (sentence, mend), walk, assigning, ignoring in _slips():

            def hypothesis(
                trial: Trial, variable: str, walk: Walk = walk,
                assigning: frozenset[str] = assigning, ignoring: frozenset[str] = ignoring,
            ) -> Array | None:  # fmt: skip
                found = _mistaken(trial, walk, assigning, ignoring=ignoring)
                return None if found is None else np.asarray(trial.show(variable, found[variable]))

            variables = evidence.agreeing(hypothesis)
            if variables == frozenset(evidence.failing):
                return Explanation(variables, sentence, mend)
        return None


def _mistaken(
    trial: Trial, walk: Walk, assigning: frozenset[str], *, ignoring: frozenset[str]
) -> Mapping[str, Array] | None:
    """Return the leaves' gradients with the slip."""
    example = trial.example
    names = list(example.inputs)
    values = [float(example.inputs[name]) for name in names]
    nodes = built(values, example.variant.options["steps"])
    found = gradients(nodes[-1], nodes[: len(names)], walk, assigning=assigning,
                      ignoring=ignoring)  # fmt: skip
    if found is None:
        return None
    return {name: np.asarray(g) for name, g in zip(names, found, strict=True)}


DIAGNOSIS = AutogradAccumulation()
