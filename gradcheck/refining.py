"""A closer look at a fit that was chosen: its constants where they show most."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.choosing import with_choices
from gradcheck.closeness import EXACT
from gradcheck.probing import Fit, fixed_sizes, probe_of
from gradcheck.settling import refitted, sensitivity
from gradcheck.stabilising import with_epsilons
from gradcheck.subject import Call
from gradcheck.template import Execute, ProgrammedSubject

__all__ = ["refined"]

TELLING = ("ordinary", "near-zero", "saturated", "negative")
"""Regimes in one of which a constant shows most."""


def refined(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the values of what only shows on some inputs."""
    return with_choices(with_epsilons(_with_constants(fit, execute), execute), execute)


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
