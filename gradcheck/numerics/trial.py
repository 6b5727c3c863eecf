"""What is to be judged at one input, what a judge asks, and what it thinks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gradcheck.numerics.derivative import LARGEST, Derivative
from gradcheck.numerics.ladder import Point, Probe, System
from gradcheck.numerics.localise import Located

__all__ = ["Ask", "Judgement", "Trial", "Verdict", "moved"]

Array = npt.NDArray[Any]
Verdict = Literal["right", "wrong", "remark", "undecided"]


@dataclass(frozen=True, eq=False)
class Ask:
    """One evaluation: a value in a number system, or (with an upstream gradient) gradients."""

    inputs: Mapping[str, Array]
    system: System = "float64"
    upstream: Array | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """An input to judge gradients at.

    Parameters
    ----------
    inputs : Mapping[str, numpy.ndarray]
        What the box takes.
    upstream : numpy.ndarray
        Of the output's shape: the gradients are those of ``sum(upstream * output)``.
    output, gradients : numpy.ndarray, Mapping[str, numpy.ndarray]
        What the box gives there, asked for already.
    directions : Mapping[str, numpy.ndarray]
        By variable to be judged: along what.
    rng : numpy.random.Generator
        For the directions that find entries.
    magnitude : float
        Natural size of the output's terms.
    sizes : Mapping[str, float]
        Natural sizes of the gradients' entries, as far as they are known.
    spreads : Mapping[str, float]
        How far accepted gradients lie apart along the directions.
    largest : float
        How far an input may be moved along its direction.
    fixed : frozenset of str
        Inputs that the second look leaves as they are (labels, targets).
    is_narrow : bool
        Whether the box computes in float32.
    has_carriers : bool
        Whether the box can be evaluated in other number systems.
    is_alone : bool
        Whether nothing else judges the box: then all digits lost is no fault.
    """

    inputs: Mapping[str, Array]
    upstream: Array
    output: Array
    gradients: Mapping[str, Array]
    directions: Mapping[str, Array]
    rng: np.random.Generator
    magnitude: float = 0.0
    sizes: Mapping[str, float] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)
    largest: float = LARGEST
    fixed: frozenset[str] = frozenset()
    is_narrow: bool = False
    has_carriers: bool = True
    is_alone: bool = False

    def point(self, output: Array, name: str) -> Point:
        """Return where the derivative of an output is wanted, with respect to an input."""
        size = max(self.magnitude, float(np.max(np.abs(output), initial=0.0)))
        inputs = float(np.max(np.abs(self.inputs[name]), initial=0.0))
        return Point(output, self.upstream, size, self.largest, inputs, self.has_carriers)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What is thought of one variable's gradient.

    Parameters
    ----------
    says : float
        The gradient's own product with the direction.
    bound : float
        What derivative and rounding together may be off.
    size : float
        Natural size of the product's terms.
    entries : tuple of Located
        The wrong ones, where they were found.
    reason : str
        Why it couldn't be told, or how it was.
    """

    variable: str
    verdict: Verdict
    derivative: Derivative
    says: float
    bound: float
    size: float
    entries: tuple[Located, ...] = ()
    reason: str = ""


def moved(inputs: Mapping[str, Array], name: str, direction: Array, probe: Probe) -> Ask:
    """Return the question for a value at an input that is moved along a direction."""
    value = inputs[name]
    shifted: Array
    if probe.system == "longdouble":
        shifted = value.astype(np.longdouble) + np.longdouble(probe.step.real) * direction
    elif probe.system == "complex":
        shifted = value + probe.step * direction
    else:
        shifted = value + probe.step.real * direction
    return Ask({**inputs, name: shifted}, probe.system)
