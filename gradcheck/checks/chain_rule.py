"""Is each link of the chain right, given the student's own gradient one link further on?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._relations import related
from gradcheck.checks.base import Case, Check, Inquiry
from gradcheck.component import Component
from gradcheck.subject import Subject


class ChainRule(Check):
    """At a batch of one, dW = a_prevᵀ · db and db follows from the next layer's db.

    So a mistake is found in the link where it is made, not in all links before it.
    """

    id = "chain-rule"
    title = "chain rule at {}"
    question = "is the network's gradient the product of its blocks' derivatives?"
    order = 55
    needs_reference = True
    after = ("gradient-shape",)
    is_per_variable = True
    regimes = ("batch-of-one",)

    def reason_against(self, subject: Subject) -> str | None:
        """Only for what is a chain of blocks, with a gradient."""
        has_links = type(subject.component).links is not Component.links
        return None if has_links and subject.variables else ""

    def ask(self, case: Case) -> Inquiry:
        """Compare each gradient with what the student's own next one implies."""
        (answer,) = yield [case.backward]
        if answer.fault is not None:
            return []
        restored = {
            name: case.canonical(name, answer.gradients.get(name))
            for name in case.subject.variables
        }
        gradients = {n: np.asarray(g, np.float64) for n, g in restored.items() if g is not None}
        component, variant = case.example.component, case.example.variant
        return [
            related(
                case, link.variable, link.actual, link.expected,
                case.example.magnitude[link.variable],
                f"the link {link.formula} of the chain is broken", "link",
            )
            for link in component.links(case.example.inputs, gradients, variant)
        ]  # fmt: skip


CHECK = ChainRule()
