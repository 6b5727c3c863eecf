"""Does a forward on other data in between leave the gradient alone?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.checks._relations import related
from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Subject


class NoStaleState(Check):
    """Backward uses what its own forward kept, not another call's."""

    id = "no-stale-state"
    title = "no stale state"
    question = "does a forward on other data in between change the gradient?"
    order = 82
    after = ("gradient-shape",)
    regimes = ("ordinary", "negative")
    most_examples = 2

    def reason_against(self, subject: Subject) -> str | None:
        """Only where something is kept from forward to backward, and no random numbers follow."""
        if subject.component.is_random:
            return ""
        return None if subject.keeps_state and subject.variables else ""

    def ask(self, case: Case) -> Inquiry:
        """Run forward on the same data turned around in between."""
        roles = {v.name: v.role for v in case.example.component.variables(case.example.variant)}
        other = {
            name: value if roles[name] == "parameter" else _turned(value)
            for name, value in case.example.inputs.items()
        }
        mixed = replace(case.backward, other=other)
        clean, disturbed = yield [case.backward, mixed]
        if clean.fault is not None:
            return []
        if disturbed.fault is not None:
            return [
                Observation("wrong", None, "backward fails after a forward on other data",
                            fault=disturbed.fault, phase="backward", evidence="stale")
            ]  # fmt: skip
        found = []
        for name in case.subject.variables:
            before = case.canonical(name, clean.gradients.get(name))
            after = case.canonical(name, disturbed.gradients.get(name))
            if before is None or after is None:
                continue
            found.append(
                related(
                    case, None, after, before, case.example.magnitude[name],
                    f"after a forward on other data the gradient with respect to {name} is that "
                    "of the other data",
                    "stale",
                )
            )  # fmt: skip
        return found


def _turned(value: Array) -> Array:
    """Return the same values in reverse order: other data of the same domain."""
    return np.array(value.reshape(-1)[::-1].reshape(value.shape))  # a number keeps having no axis


CHECK = NoStaleState()
