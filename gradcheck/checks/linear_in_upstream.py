"""Is backward linear in the upstream gradient?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._relations import related
from gradcheck.checks.base import Case, Check, Inquiry
from gradcheck.examples import signed
from gradcheck.subject import Call, Subject

PURPOSE = 11
LEFT, RIGHT = 0.75, -2.0


class LinearInUpstream(Check):
    """backward(αu + βv) = α backward(u) + β backward(v); clipping or a square shows here."""

    id = "linear-in-upstream"
    title = "linear in the upstream gradient"
    question = "is backward linear in the upstream gradient?"
    order = 60
    after = ("gradient-shape",)
    regimes = ("ordinary", "negative", "wide", "near-zero")
    most_examples = 4

    def reason_against(self, subject: Subject) -> str | None:
        """Only where the student's code takes an upstream gradient, and draws nothing at random."""
        if not subject.variables or subject.component.is_random:
            return ""
        is_cost = subject.component.is_scalar(subject.variant)
        return None if subject.upstream == "argument" and not is_cost else ""

    def ask(self, case: Case) -> Inquiry:
        """Compare three backward passes."""
        example = case.example
        u = example.upstream
        v = signed(example.rng(PURPOSE), u.shape) * example.upstream_scale
        other = Call("backward", example.inputs, v)
        mixed = Call("backward", example.inputs, LEFT * u + RIGHT * v)
        at_u, at_v, at_mixed = yield [case.backward, other, mixed]
        if any(a.fault is not None for a in (at_u, at_v, at_mixed)):
            return []
        found = []
        for name in case.subject.variables:
            parts = [case.canonical(name, a.gradients.get(name)) for a in (at_u, at_v, at_mixed)]
            if any(p is None for p in parts):
                continue
            gu, gv, gm = (np.asarray(p) for p in parts)
            observed = related(
                case, None, gm, LEFT * gu + RIGHT * gv, example.magnitude[name],
                f"the gradient with respect to {name} isn't linear in the upstream gradient",
            )  # fmt: skip
            found.append(observed)
        return found


CHECK = LinearInUpstream()
