"""A closer look at a fit that was chosen: constants and epsilons where they show most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.closeness import EXACT
from gradcheck.probing import Fit, fixed_sizes, probe_of
from gradcheck.settling import refitted, sensitivity
from gradcheck.subject import Call
from gradcheck.template import Execute, ProgrammedSubject

__all__ = ["refined"]

MUCH = 16.0
"""How many times better an epsilon must explain a value than none."""
TELLING = ("ordinary", "near-zero", "saturated", "negative")
"""Regimes in one of which a constant shows most."""


def refined(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the values of what only shows on some inputs."""
    return _with_epsilon(_with_constants(fit, execute), execute)


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
    template = replace(fit.proposal.template, output=fit.output, gradients={})
    subject = ProgrammedSubject(template, component, variant, fit.layout, execute)
    (answer,) = subject.run([Call("forward", example.inputs)])
    if answer.fault is not None:
        return fit
    better = refitted(
        component, variant, fit.fitted, example.inputs, answer.output, subject.show_output
    )
    return replace(fit, variant=better)


def _with_epsilon(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the epsilon that the student's logarithms have, if any.

    Told on an example close to the ends, where even 1e-15 shows.
    """
    component = fit.proposal.component
    candidates = (fit.variant, *component.stabilised(fit.variant))
    if fit.forward < EXACT or fit.output is None or fit.is_narrow or len(candidates) == 1:
        return fit
    fixed = fixed_sizes(fit.proposal, fit.layout)
    examples = [probe_of(component, v, fixed, regime="saturated") for v in candidates]
    template = replace(fit.proposal.template, output=fit.output, gradients={})
    subject = ProgrammedSubject(template, component, fit.variant, fit.layout, execute)
    (answer,) = subject.run([Call("forward", examples[0].inputs)])
    if answer.fault is not None or not isinstance(answer.output, np.ndarray | float):
        return fit
    actual = np.asarray(answer.output, dtype=np.float64)
    with np.errstate(all="ignore"):
        errors = [
            float(np.max(np.abs(actual - subject.show_output(e.output)))) for e in examples
        ]
    best = int(np.nanargmin(errors)) if np.any(np.isfinite(errors)) else 0
    # the plain form unless an epsilon explains what the plain form doesn't
    is_needed = errors[best] * MUCH < errors[0]
    return replace(fit, variant=candidates[best]) if is_needed else fit
