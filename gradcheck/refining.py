"""A closer look at a fit that was chosen: its constants where they show most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.choosing import with_choices
from gradcheck.closeness import EXACT
from gradcheck.component import Array
from gradcheck.probing import Fit, fixed_sizes, probe_of
from gradcheck.settling import refitted, sensitivity
from gradcheck.stabilising import with_epsilons
from gradcheck.subject import Call
from gradcheck.template import Execute, ProgrammedSubject

__all__ = ["is_confirmed", "refined"]

TELLING = ("ordinary", "near-zero", "saturated", "negative")
"""Regimes in one of which a constant shows most."""
CONFIRMING = ("wide", "negative", "saturated")
GROSS = 1e-3
"""More than lost digits and epsilons explain, as a part of the size."""


def refined(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the values of what only shows on some inputs."""
    return with_choices(with_epsilons(_with_constants(fit, execute), execute), execute)


def is_confirmed(fit: Fit, execute: Execute) -> bool:
    """Return whether the value is the component's on other inputs too, not only on ordinary ones.

    min(max(x, 0), 6) is no ReLU, though it is one up to 6. Asked where names alone don't say it.
    """
    component, variant = fit.proposal.component, fit.variant
    if fit.forward < EXACT or fit.output is None:
        return True
    fixed = fixed_sizes(fit.proposal, fit.layout)
    regimes = [r for r in CONFIRMING if r in component.regimes]
    examples = [probe_of(component, variant, fixed, regime=r) for r in regimes]
    subject = ProgrammedSubject(fit.template, component, variant, fit.layout, execute)
    answers = subject.run([Call("forward", e.inputs) for e in examples])
    return not any(
        _is_another(answer.numbers, np.asarray(subject.show_output(e.output)))
        for answer, e in zip(answers, examples, strict=True)
    )


def _is_another(found: Array | None, expected: Array) -> bool:
    """Return whether a value is finite, and far from what is expected."""
    if found is None or found.shape != expected.shape or not np.all(np.isfinite(found)):
        return False
    scale = float(np.max(np.abs(expected), initial=0.0))
    return bool(np.any(np.abs(found - expected) > GROSS * scale))


def _with_constants(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with its fitted constants told where the output depends on them most."""
    component, variant = fit.proposal.component, fit.variant
    if not fit.fitted or fit.forward < EXACT or fit.output is None:
        return fit
    fixed = fixed_sizes(fit.proposal, fit.layout)
    regimes = [r for r in TELLING if r in component.regimes]
    examples = [probe_of(component, variant, fixed, regime=r) for r in regimes]
    example = max(
        examples, key=lambda e: sensitivity(component, variant, fit.fitted, e.inputs), default=None
    )
    if example is None:
        return fit
    subject = ProgrammedSubject(fit.template, component, variant, fit.layout, execute)
    (answer,) = subject.run([Call("forward", example.inputs)])
    if answer.fault is not None:
        return fit
    better = refitted(
        component, variant, fit.fitted, example.inputs, answer.output, subject.show_output
    )
    return replace(fit, variant=better)
