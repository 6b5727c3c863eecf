"""What a diagnosis is, and the evidence that it judges.

A diagnosis holds when the submission agrees exactly, on several examples with distinct
prime sizes, with what the reference gives *with that mistake made*. It never guesses
from names.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import ClassVar

import numpy as np

from gradcheck.component import Array, Component, Factor, Site, Variant
from gradcheck.constants import slopes
from gradcheck.examples import Example
from gradcheck.numerics.compare import precision
from gradcheck.presentation import Layout

__all__ = [
    "Diagnosis",
    "Evidence",
    "Explanation",
    "Hypothesis",
    "Page",
    "Seen",
    "Trial",
    "same",
    "slope_scopes",
]

EXACTLY = 1e-9
"""Relative agreement that counts as exact: far below any other mistake's difference."""
EXACTLY_NARROW = 1e-5
"""The same for values that went through float32."""
STABILISED = 100.0
"""By how many times a small epsilon in a cost can move a gradient, relatively."""
ROUNDING = 1e-13
"""Part of a gradient's natural size that its rounding may make, where its terms cancel."""
FEWEST = 2


@dataclass(frozen=True, eq=False)
class Trial:
    """One example and what the student's code gave for it, as the student's code sees it.

    Parameters
    ----------
    expected, actual : Mapping[str, numpy.ndarray]
        Gradients by variable; ``actual`` lacks what wasn't a real array.
    output : numpy.ndarray or None
        The student's value, where it was a real array.
    """

    example: Example
    layout: Layout
    expected: Mapping[str, Array]
    actual: Mapping[str, Array]
    expected_output: Array
    output: Array | None
    is_local: bool = False
    """Whether the student returns a local derivative that the harness multiplies."""

    def show(self, variable: str, canonical: Array) -> Array:
        """Return a canonical gradient as the student's code sees it."""
        return self.layout.presentation(variable).present(canonical, self.example.sizes)


@dataclass(frozen=True)
class Seen:
    """One failed check: its id, variable and what was observed."""

    check: str
    variable: str | None
    evidence: str
    regimes: frozenset[str] = frozenset()
    details: Mapping[str, object] = field(default_factory=dict)


def _once(trial: Trial) -> float:
    return 1.0


Hypothesis = Callable[[Trial, str], Array | None]
"""What a variable's gradient would be with the mistake made; None where it can't be."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is known of one component's failures.

    Parameters
    ----------
    trials : tuple of Trial
        Ordinary examples with pairwise distinct prime sizes.
    seen : tuple of Seen
        The failed checks, in dependency order.
    failing : tuple of str
        Variables whose gradient fails.
    noticed : tuple of Seen
        The remarks, of checks that passed.
    """

    component: Component
    variant: Variant
    trials: tuple[Trial, ...]
    seen: tuple[Seen, ...]
    failing: tuple[str, ...]
    noticed: tuple[Seen, ...] = ()

    def has(self, evidence: str, *checks: str) -> bool:
        """Return whether a failed check (of those named) left that evidence."""
        return any(
            s.evidence == evidence and (not checks or s.check in checks) for s in self.seen
        )

    @property
    def depth(self) -> int:
        """How many layers the component has."""
        return self.component.depth(self.variant)

    @property
    def exactly(self) -> float:
        """The relative agreement that counts as exact; an epsilon in the cost widens it."""
        epsilons = (abs(e) for s in slopes(self.variant.options) for e in astuple(s))
        return max(EXACTLY, STABILISED * max(epsilons, default=0.0))

    def agreeing(self, hypothesis: Hypothesis) -> frozenset[str]:
        """Return the failing variables that agree exactly with a hypothesis on all trials."""
        return frozenset(v for v in self.failing if self._agrees(v, hypothesis))

    def _agrees(self, variable: str, hypothesis: Hypothesis) -> bool:
        agreed = telling = 0
        for trial in self.trials:
            actual = trial.actual.get(variable)
            if actual is None:
                return False
            with np.errstate(all="ignore"):
                wrong = hypothesis(trial, variable)
            if wrong is None:
                return False
            least = ROUNDING * trial.example.magnitude.get(variable, 0.0)
            if not same(actual, wrong, self.exactly, least):
                return False
            agreed += 1
            telling += not same(trial.expected[variable], wrong, least=least)
        return agreed >= FEWEST and telling >= 1

    def output_agrees(self, hypothesis: Callable[[Trial], Array]) -> bool:
        """Return whether the values agree exactly with a mistaken value on all trials."""
        pairs = [(t, hypothesis(t)) for t in self.trials]
        return (
            len(pairs) >= FEWEST
            and all(
                t.output is not None and same(t.output, wrong, self.exactly) for t, wrong in pairs
            )
            and any(not same(t.expected_output, wrong, self.exactly) for t, wrong in pairs)
        )

    def rederived(
        self, wrong: Mapping[str, Factor], times: Callable[[Trial], float] = _once
    ) -> frozenset[str]:
        """Return the failing variables that agree with the chain with factors replaced.

        A variable that is right although it would be wrong with this mistake refutes it. All are
        ``times`` as large, where a constant factor is wrong besides.
        """
        if not set(wrong) <= self.component.factors:
            return frozenset()
        memory: dict[int, Mapping[str, Array] | None] = {}

        def hypothesis(trial: Trial, variable: str) -> Array | None:
            key = id(trial)
            if key not in memory:
                memory[key] = _rederived(self.component, trial, wrong)
            gradients = memory[key]
            if gradients is None or variable not in gradients:
                return None
            return times(trial) * _shown(trial, variable, gradients[variable])

        agreeing = self.agreeing(hypothesis)
        if agreeing and any(self._is_refuted(v, hypothesis) for v in self._right()):
            return frozenset()
        return agreeing

    def _right(self) -> tuple[str, ...]:
        names = (v.name for v in self.component.differentiable(self.variant))
        return tuple(n for n in names if n not in self.failing)

    def _is_refuted(self, variable: str, hypothesis: Hypothesis) -> bool:
        for trial in self.trials:
            with np.errstate(all="ignore"):
                wrong = hypothesis(trial, variable)
            is_there = variable in trial.actual and wrong is not None
            if is_there and not same(trial.expected[variable], wrong, self.exactly):  # type: ignore[arg-type]
                return True
        return False

    def somewhere(
        self, factor: str, wrong: Factor, also: Mapping[str, Factor] | None = None,
        times: Callable[[Trial], float] = _once,
    ) -> tuple[frozenset[str], str]:  # fmt: skip
        """Return the most variables that one local derivative explains, and where it stands.

        It is tried in all layers, in the last one, in the hidden ones and in each alone,
        together with the mistakes ``also`` and a constant factor.
        """
        found: tuple[frozenset[str], str] = frozenset(), ""
        for where, scoped in slope_scopes(wrong, RIGHT[factor], self.depth):
            mistaken = {factor: scoped, **(also or {})}
            if times is not _once and not self._is_along(mistaken):
                continue
            variables = self.rederived(mistaken, times)
            if len(variables) > len(found[0]):
                found = variables, where
        return found

    def _is_along(self, wrong: Mapping[str, Factor]) -> bool:
        """Return whether all that fails is, in one trial, in proportion to the mistaken chain.

        A mistake that changes nothing would be none beside the factor.
        """
        if not self.trials or not self.failing or not set(wrong) <= self.component.factors:
            return False
        trial = self.trials[0]
        gradients = _rederived(self.component, trial, wrong) or {}
        is_other = False
        for name in self.failing:
            actual = trial.actual.get(name)
            if actual is None or name not in gradients:
                return False
            expected = _shown(trial, name, gradients[name])
            if actual.shape != expected.shape or not np.all(np.isfinite(expected)):
                return False
            is_other |= not same(trial.expected[name], expected, self.exactly)
            at = int(np.argmax(np.abs(expected))) if expected.size else 0
            ratio = actual.flat[at] / expected.flat[at] if np.any(expected) else 0.0
            if not ratio or not same(actual, ratio * expected, self.exactly):
                return False
        return is_other


def _rederived(
    component: Component, trial: Trial, wrong: Mapping[str, Factor]
) -> Mapping[str, Array] | None:
    example = trial.example  # in its own variant: others have other constants
    try:
        with np.errstate(all="ignore"):
            return component.rederive(example.inputs, example.upstream, example.variant, wrong)
    except (NotImplementedError, ValueError, TypeError, IndexError):
        return None  # with this mistake the shapes don't even fit


def _shown(trial: Trial, variable: str, gradient: Array) -> Array:
    try:
        return np.asarray(trial.show(variable, gradient))
    except (ValueError, IndexError):
        return np.asarray(gradient)  # a mistaken shape has no presentation


def same(a: Array, b: Array, exactly: float = EXACTLY, least: float = 0.0) -> bool:
    """Return whether two arrays are equal in shape and, to rounding, in value.

    ``least`` is what entries may differ by, however small all of them are.
    """
    if np.shape(a) != np.shape(b) or not np.all(np.isfinite(b)):
        return False
    if precision(np.asarray(a)) == np.float32:
        exactly = max(exactly, EXACTLY_NARROW)
    scale = float(np.max(np.abs(b), initial=0.0))
    return bool(np.all(np.abs(np.asarray(a, dtype=np.float64) - b) <= max(exactly * scale, least)))


@dataclass(frozen=True)
class Explanation:
    """A diagnosis that holds, in the words of this case.

    Parameters
    ----------
    variables : frozenset of str
        The failing variables that it explains; empty for a value or a purity check.
    sentence : str
        The cause in one sentence: "the sign is flipped: yours is exactly −1 × the gradient".
    mend : str
        What to do, in a few words: "put a minus in front".
    wrap : str
        How to mend an expression as text, with ``{}`` for it (``-({})``); empty if it
        takes more than that.
    checks : frozenset of str
        The checks whose failures it explains, where that isn't told by the variables.
    """

    variables: frozenset[str]
    sentence: str
    mend: str = ""
    wrap: str = ""
    checks: frozenset[str] = frozenset()
    mistakes: int = 1
    """How many mistakes it takes; an explanation by one goes before one by two."""
    related: tuple[str, ...] = ()
    """More ids for the alternatives: of the other mistakes, or of what it is in this case."""


@dataclass(frozen=True)
class Page:
    """The textbook page of a mistake, for ``gradcheck explain`` and the docs."""

    wrong: str
    right: str
    derivation: str
    example: str = ""


class Diagnosis(ABC):
    """A named mistake."""

    id: ClassVar[str]
    title: ClassVar[str]
    """What the mistake is, as a short clause: "the sign is flipped"."""
    specificity: ClassVar[int]
    """The most specific mistake that agrees is named first: 10 for a bare constant factor,
    50 for a factor of the chain, 90 for one that only a certain formula makes."""
    parents: ClassVar[tuple[str, ...]] = ()
    """More generic ids that this is a case of; they go into ``alternatives``."""
    page: ClassVar[Page]

    @abstractmethod
    def explain(self, evidence: Evidence) -> Explanation | None:
        """Return what this mistake explains of the evidence, or None."""


def _own_slope(site: Site) -> Array:
    return site.slope


def _own_input(site: Site) -> Array:
    return np.asarray(site.a_prev)


def _own_weights(site: Site) -> Array:
    return np.asarray(site.W)


RIGHT: Mapping[str, Factor] = {
    "activation-slope": _own_slope,
    "dz-dw": _own_input,
    "dz-da": _own_weights,
}
"""The right local derivatives, for the layers without the mistake."""


def slope_scopes(
    wrong: Factor, right: Factor, layers: int = 2
) -> Iterator[tuple[str, Factor]]:
    """Yield where a wrong local derivative may stand: everywhere, last, hidden, layer by layer."""

    def only(is_wrong: Callable[[Site], bool]) -> Factor:
        return lambda s: wrong(s) if is_wrong(s) else right(s)

    yield "", wrong
    if layers == 1:
        return
    yield " in the output layer", only(lambda s: s.is_last)
    yield " in the hidden layers" if layers > 2 else " in the hidden layer", only(
        lambda s: not s.is_last
    )
    if layers == 2:
        return
    for layer in range(1, layers):
        yield f" in layer {layer}", only(lambda s, k=layer: s.layer == k)  # type: ignore[misc]
