"""A closer look at a fit that was chosen: its constants where they show most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck.calls.closeness import EXACT
from gradcheck.calls.locating import gradient_paths
from gradcheck.calls.results import Path, at_path
from gradcheck.calls.settling import refitted, sensitivity
from gradcheck.calls.template import Execute, ProgrammedSubject
from gradcheck.component import Array
from gradcheck.recognition.choosing import with_choices
from gradcheck.recognition.placing import with_places
from gradcheck.recognition.probing import Fit, fixed_sizes, probe_of
from gradcheck.recognition.stabilising import with_epsilons
from gradcheck.records.description import ModuleDescription
from gradcheck.subject import Call

__all__ = ["is_confirmed", "refined"]

TELLING = ("ordinary", "near-zero", "saturated", "negative")
"""Regimes in one of which a constant shows most."""
CONFIRMING = ("wide", "negative", "saturated")
RAW = "@raw"
GROSS = 1e-3
"""More than lost digits and epsilons explain, as a part of the size."""


def refined(fit: Fit, execute: Execute, module: ModuleDescription) -> Fit:
    """Return the fit with the values of what only shows on some inputs."""
    fit = with_places(fit, execute, module)
    found = with_choices(with_epsilons(_with_constants(fit, execute), execute), execute)
    return _with_targets(found, execute)


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


def _with_targets(fit: Fit, execute: Execute) -> Fit:
    """Return the fit with the place of what may be a cost's gradient for its targets.

    It stands beside the prediction's, in a pair or by its name, and has the targets' shape.
    """
    component, variant = fit.proposal.component, fit.variant
    known = component.differentiable(variant)
    path = fit.paths.get(known[0].name, ()) if len(known) == 1 else ()
    targets = [v for v in component.variables(variant)
               if v.role == "target" and not v.is_differentiable and v.dims == known[0].dims]
    if component.kind != "cost" or len(path) < 2 or path[0] == "attrs" or not targets:
        return fit
    template = replace(fit.template, gradients={RAW: path[:-1]}, averaged=())
    if template.upstream == "local":
        template = replace(template, upstream="none")
    example = probe_of(component, variant, fixed_sizes(fit.proposal, fit.layout))
    subject = ProgrammedSubject(template, component, variant, fit.layout, execute)
    (answer,) = subject.run([Call("backward", example.inputs, example.upstream)])
    held = answer.raw.get(RAW)
    name = targets[0].name
    if isinstance(held, tuple | list) and len(held) == 2 and path[-1] == 0:
        place: Path = (*path[:-1], 1)
    else:
        place = gradient_paths(held, path[:-1], targets, ()).get(name, ())
    value = at_path({str(RAW): held}, (RAW, *place[-1:])) if place else None
    shape = np.shape(subject.show(name, example.inputs[name], example.sizes))
    is_one = isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.shape == shape
    return replace(fit, paths={**fit.paths, name: place}) if is_one else fit
