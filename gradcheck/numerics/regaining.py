"""Lost digits told from a wrong formula.

Code that is right can lose digits, or all of them, where it subtracts numbers that are nearly
equal: (1 - cos x) / x near 0. With 11 more bits of a long double it loses 11 bits less; a
wrong formula stays as wrong as it was. Where code has no long doubles, inputs a little apart
tell: what is lost changes at random from one to the next.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.numerics.compare import JITTERS, is_noise, jitters
from gradcheck.numerics.derivative import Derivative, steps
from gradcheck.numerics.ladder import (
    COMPLEX_STEP,
    EXTENDED,
    HAS_EXTENDED,
    Probe,
    extended,
    tangent,
)
from gradcheck.numerics.trial import Ask, Trial, moved

__all__ = ["changes_at_random", "in_long_doubles", "truth_in_long_doubles"]

Array = npt.NDArray[Any]


def in_long_doubles(
    trial: Trial, name: str
) -> Generator[Sequence[Ask], Sequence[Any], float | None]:
    """Return what the gradient says along the direction in long doubles; None without them."""
    if not HAS_EXTENDED or not trial.has_carriers:
        return None
    wide = {
        key: value.astype(EXTENDED) if value.dtype.kind == "f" else value
        for key, value in trial.inputs.items()
    }
    (found,) = yield [Ask(wide, "longdouble", trial.upstream.astype(EXTENDED))]
    gradient = None if found is None else found.get(name)
    direction = trial.directions[name]
    if gradient is None or gradient.dtype != EXTENDED or gradient.shape != direction.shape:
        return None
    return float(np.sum(gradient * direction))


def truth_in_long_doubles(
    trial: Trial, name: str
) -> Generator[Sequence[Ask], Sequence[Any], Derivative | None]:
    """Return the derivative of the value in long doubles; None without them."""
    if not HAS_EXTENDED or not trial.has_carriers:
        return None
    probes = [Probe("longdouble", step) for step in steps(trial.largest)]
    values = yield [moved(trial.inputs, name, trial.directions[name], p) for p in probes]
    return extended(trial.point(trial.output, name), values)


def changes_at_random(
    trial: Trial, name: str
) -> Generator[Sequence[Ask], Sequence[Any], bool]:
    """Return whether the disagreement is noise: at inputs a little apart it changes."""
    direction = trial.directions[name]
    apart = jitters(trial.inputs, trial.inputs.keys() - trial.fixed)
    probe = Probe("complex", 1j * COMPLEX_STEP)
    asks = [Ask(inputs) for inputs in apart]
    asks += [Ask(inputs, upstream=trial.upstream) for inputs in apart]
    asks += [moved(inputs, name, direction, probe) for inputs in apart]
    answers = yield asks
    outputs, gradients, carried = (answers[k * JITTERS : (k + 1) * JITTERS] for k in range(3))
    differences = []
    for output, found, step in zip(outputs, gradients, carried, strict=True):
        gradient = None if found is None else found.get(name)
        if output is None or output.shape != trial.output.shape or gradient is None:
            return False
        slope, _ = tangent(trial.point(output, name), step)
        if slope is None or gradient.shape != direction.shape:
            return False
        along = np.sum(gradient * direction)
        differences.append(np.asarray(along - np.sum(trial.upstream * slope)))
    return is_noise(differences)
