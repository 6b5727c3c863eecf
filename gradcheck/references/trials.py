"""References that an assignment brings, tried before anything is graded by them.

A gradient that the author wrote is held to the author's value by the checks of a student's, and
the value must be a finite number with a derivative wherever examples are drawn.
"""

from __future__ import annotations

import numpy as np

from gradcheck import families
from gradcheck.calls.template import ProgrammedSubject, Reading
from gradcheck.engine import Examination, examine
from gradcheck.errors import SpecError
from gradcheck.examples import Example, battery, signed
from gradcheck.mends.locations import Locator
from gradcheck.records.description import ModuleDescription
from gradcheck.references.component import Authored, ReferenceComponent, ValueComponent
from gradcheck.wording import Wording

__all__ = ["answering", "must_be_consistent"]

PURPOSE, DIFFERENCE, ROUGHLY = 23, 1e-6, 1e-4
"""A direction's random numbers, the step along it, and what may differ: that is no proof, but
what isn't carried is off by all of it."""
CONSISTENT = frozenset({"gradient-shape", "gradient-consistency"})
OPTIONAL = frozenset({"saturated", "near-zero"})
"""Regimes that a reference may be unable to answer."""


def must_be_consistent(authored: Authored, reading: Reading, module: ModuleDescription) -> None:
    """Hold the author's gradient to the author's value."""
    component = ValueComponent(authored)
    subject = ProgrammedSubject(
        authored.template, component, component.variant(reading.variant),
        component.layout(reading.layout), authored.execute,
    )  # fmt: skip
    checks = [c for c in families.all_checks() if c.id in CONSISTENT]
    examination = Examination(checks, lambda: (), 0, "quick")
    wording = Wording(subject, reading, Locator({}, module), lambda *_: "")
    for check in examine(subject, examination, {}, wording):
        if check.outcome == "failed":
            said = check.findings[0].message
            raise SpecError(
                authored.file, "", f"{reading.names[-1]}, {check.title}: {said}. Mend it, or take "
                "it out: the value alone is enough. Inputs without a gradient have gradient = "
                "false in the assignment"
            )  # fmt: skip


def answering(component: ReferenceComponent) -> ReferenceComponent:
    """Return the component, of which whole batteries have a finite value and gradient.

    Large values may be too much for it: then none are drawn.
    """
    variants = component.variants
    silent: set[str] = set()
    for example in battery(component, variants, (), 0, "standard"):
        is_finite = np.all(np.isfinite(example.output)) and (
            not component.differentiable(variants[0])
            or all(np.all(np.isfinite(g)) for g in example.gradients.values())
        )
        if is_finite:
            if example.regime == "ordinary":
                _must_be_carried(component, example)
            continue
        if example.regime not in OPTIONAL:
            shapes = ", ".join(f"{n} {v.shape}" for n, v in example.inputs.items())
            raise SpecError(
                component.authored.file, "", f"the reference of {component.id} gives NaN or "
                f"infinity (for {shapes}, {example.regime} values); say of what kind its inputs "
                'are, e.g. { shape = "N D", values = "positive" }'
            )  # fmt: skip
        silent.add(example.regime)
    return component.sparing(silent) if silent else component


def _must_be_carried(component: ReferenceComponent, example: Example) -> None:
    """See that complex numbers aren't hidden from the value (by ``np.real``, say)."""
    for variable in component.differentiable(example.variant):
        value = example.inputs[variable.name]
        direction = signed(example.rng(PURPOSE), value.shape)
        calls = [{**example.inputs, variable.name: value + s * DIFFERENCE * direction}
                 for s in (1.0, -1.0)]  # fmt: skip
        after, before = (component.value_of(a) for a in component.asked(calls))
        slope = float(np.sum(example.upstream * (after - before))) / (2 * DIFFERENCE)
        says = float(np.sum(example.gradients[variable.name] * direction))
        size = float(np.sum(np.abs(example.gradients[variable.name]))) + abs(slope)
        if abs(slope - says) > ROUGHLY * size:
            raise component.underivable(variable.name)
