"""Which arrays a step changes as gradients do: twice as much at twice the learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gradcheck.calls.results import Path
from gradcheck.calls.template import Execute, ProgrammedSubject, Template
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.own._calls import at_rate
from gradcheck.own_component import OwnComponent
from gradcheck.records.program import Value
from gradcheck.subject import Call

__all__ = ["moved"]

PROPORTIONAL = 1e-6
"""How exactly an update grows with the learning rate."""


def moved(
    template: Template, updates: Mapping[str, Path], component: OwnComponent, example: Example,
    execute: Execute,
) -> dict[str, Path]:  # fmt: skip
    """Return those of the paths that lead to what a step changes, in proportion to its rate.

    What only keeps a result, or is never changed, isn't among them.
    """
    after: list[Mapping[str, Value]] = []
    for factor in (1, 2):
        once = replace(
            template, setup=at_rate(template.setup, factor), updated=(), gradients=dict(updates),
            forward=at_rate(template.forward, factor), backward=at_rate(template.backward, factor),
        )  # fmt: skip
        subject = ProgrammedSubject(
            once, component, example.variant, component.layouts[0], execute
        )
        (answer,) = subject.run([Call("backward", example.inputs, example.upstream)])
        after.append(answer.raw)
    found: dict[str, Path] = {}
    for name, path in updates.items():
        before = example.inputs[name]
        first, second = (_difference(values.get(name), before) for values in after)
        if np.any(first) and np.allclose(second, 2 * first, rtol=PROPORTIONAL):
            found[name] = path
    return found


def _difference(after: Value, before: Array) -> Array:
    """Return by how much an array has changed; 0 where it is something else by now."""
    is_same = isinstance(after, np.ndarray) and after.shape == before.shape
    return after - before if is_same else np.zeros(())
