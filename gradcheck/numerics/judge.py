"""Is a gradient the derivative of a black box? Right, wrong, or could not tell.

The judge asks a box for values (in a number system) and for gradients, and is sent arrays; it
never knows where the box runs. Directional first: the product <gradient, v> against the
derivative of <upstream, box(x + t v)>, one variable at a time, along a random direction of
signs and magnitudes; evaluations don't grow with the number of entries. The verdict is a
bound:

- a disagreement within what rounding explains is right;
- a small one beyond it is looked at again: what long doubles regain, or what changes at random
  at inputs a relative 1e-9 apart, was lost digits; a wrong formula stays;
- at a kink anything between the one-sided derivatives of each entry is right;
- where the derivative's own bound is too wide to tell, nothing is told.

What is wrong is then traced to its entries.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.numerics.compare import precision
from gradcheck.numerics.derivative import Derivative
from gradcheck.numerics.ladder import COMPLEX_STEP, Climb, Probe, climb, tangent
from gradcheck.numerics.localise import Located, locate
from gradcheck.numerics.regaining import (
    changes_at_random,
    in_long_doubles,
    truth_in_long_doubles,
)
from gradcheck.numerics.trial import Ask, Judgement, Trial, Verdict, moved

__all__ = ["Ask", "Judgement", "Trial", "judge"]

Array = npt.NDArray[Any]

TIGHT = {np.dtype(np.float64): 2.0**5, np.dtype(np.float32): 2.0**7}
"""Units of machine precision, relative to the size of the terms, that are right at once."""
SUSPECT = 1e-5
"""Up to this part of that size a difference may be lost digits, and is looked at again."""
LOST = 1e-3
"""Up to this part it may be where long doubles tell lost digits from a wrong formula."""
REGAINED = 2.0**-6
"""What long doubles leave of lost digits, at most: they have 11 bits more."""
DECISIVE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-2}
"""A bound wider than this part of that size can't pass anything."""
BESIDE = 1e-9
"""How far beside a kink its one-sided derivatives are taken."""
AT_KINK = 1e-6
"""What moving so far costs, as a part of the size of the terms."""
TINY = 1e-4
"""An input below which a right formula may cancel: an extreme one."""
UNSETTLED = 2.0**-3
"""A gradient that changes by so much of the difference in long doubles decides nothing."""
MOST_ENTRIES = 256
"""Entries whose one-sided derivatives are taken one by one."""


def judge(trial: Trial) -> Generator[Sequence[Ask], Sequence[Any], list[Judgement]]:
    """Judge the gradients at one input.

    Yields
    ------
    sequence of Ask
        To be answered by as many values (or gradients), None where there is none.
    """
    derivatives = yield from _climbed(trial)
    found = []
    for name, derivative in derivatives.items():
        found.append((yield from _Claim(trial, name, derivative).judged()))
    return found


def _climbed(trial: Trial) -> Generator[Sequence[Ask], Sequence[Any], dict[str, Derivative]]:
    """Climb the ladder once for each variable, all of them in step."""
    climbs: dict[str, Climb] = {
        name: climb(trial.point(trial.output, name)) for name in trial.directions
    }
    wanted = {name: next(one) for name, one in climbs.items()}
    found: dict[str, Derivative] = {}
    while wanted:
        asks = [
            moved(trial.inputs, name, trial.directions[name], probe)
            for name, probes in wanted.items()
            for probe in probes
        ]
        answers = iter((yield asks))
        following = {}
        for name, probes in wanted.items():
            try:
                following[name] = climbs[name].send([next(answers) for _ in probes])
            except StopIteration as stop:
                found[name] = stop.value
        wanted = following
    return {name: found[name] for name in trial.directions}


class _Claim:
    """One variable's gradient beside the derivative along its direction."""

    def __init__(self, trial: Trial, name: str, derivative: Derivative) -> None:
        self.trial = trial
        self.name = name
        self.derivative = derivative
        self.direction = trial.directions[name]
        self.gradient = trial.gradients[name]
        self.dtype = precision(self.gradient, is_narrow=trial.is_narrow)
        with np.errstate(all="ignore"):
            terms = np.asarray(self.gradient, dtype=np.float64) * self.direction
            self.says = float(np.sum(terms))
            own = float(np.sqrt(np.sum(terms**2)))
        self.size = max(own if np.isfinite(own) else 0.0, abs(derivative.value),
                        trial.sizes.get(name, 0.0))  # fmt: skip
        rounding = float(np.finfo(self.dtype).eps) * TIGHT[self.dtype] * self.size
        self.bound = derivative.bound + rounding + trial.spreads.get(name, 0.0)

    @property
    def is_exact(self) -> bool:
        """Whether the derivative is known to the last digits."""
        return self.derivative.method == "complex-step"

    def judged(self) -> Generator[Sequence[Ask], Sequence[Any], Judgement]:
        """Compare, look again where that may change the verdict, find the entries."""
        difference = abs(self.says - self.derivative.value)
        if not np.isfinite(self.says):
            return self._said("wrong", reason="the gradient is not finite")
        if not np.isfinite(self.bound):
            reason = self.derivative.reason or "differences of forward don't settle"
            return self._said("undecided", reason=reason)
        if difference <= self.bound:
            is_sharp = self.bound <= DECISIVE[self.dtype] * max(self.size, difference)
            if self.is_exact or is_sharp:
                return self._said("right")
            return self._said("undecided", reason=self.derivative.reason)
        lost = yield from self._second_look()
        if lost is not None:
            return lost
        if self.is_exact and self.derivative.has_kink:
            return (yield from self._at_kink())
        entries = (yield from self._located()) if self.is_exact else None
        return self._said("wrong", entries=tuple(entries or ()))

    def _said(
        self, verdict: Verdict, *, entries: tuple[Located, ...] = (), reason: str = ""
    ) -> Judgement:
        return Judgement(self.name, verdict, self.derivative, self.says, self.bound, self.size,
                         entries, reason)  # fmt: skip

    def _second_look(self) -> Generator[Sequence[Ask], Sequence[Any], Judgement | None]:
        """Return what is right but for digits that code loses; None if it stays as wrong."""
        trial, name = self.trial, self.name
        difference = abs(self.says - self.derivative.value)
        is_small = difference <= LOST * self.size
        if not is_small and not trial.is_alone:
            return None
        if trial.is_alone and difference <= self._cancelled():
            return self._said("remark", reason="lost digits")
        says = yield from in_long_doubles(trial, name)
        if says is None:
            return (yield from self._as_noise(difference))
        truth, bound = self.derivative.value, self.bound
        if trial.is_alone and self.is_exact:
            # it may be the value that loses them: then its own derivative is none
            found = yield from truth_in_long_doubles(trial, name)
            if found is not None and abs(found.value - truth) > found.bound + bound:
                truth, bound = found.value, found.bound + bound
                difference = abs(self.says - truth)
        if difference <= bound or abs(says - truth) <= max(bound, REGAINED * difference):
            return self._said("right" if is_small else "remark", reason="lost digits")
        if trial.is_alone and abs(says - self.says) >= UNSETTLED * difference:
            return self._said("remark", reason="lost digits")
        return (yield from self._as_noise(difference)) if trial.is_alone else None

    def _as_noise(
        self, difference: float
    ) -> Generator[Sequence[Ask], Sequence[Any], Judgement | None]:
        """Return what is right if a small difference changes at random; None if it stays."""
        if not self.is_exact or difference > SUSPECT * self.size:
            return None
        is_noise = yield from changes_at_random(self.trial, self.name)
        return self._said("right", reason="lost digits") if is_noise else None

    def _cancelled(self) -> float:
        """Return what formulas with a tiny input below a fraction may lose to cancellation.

        (cos u - sin(u) / u) / u is off by a rounding error over u, whatever its own size.
        """
        value = np.abs(self.trial.inputs[self.name])
        tiniest = float(np.min(value, initial=np.inf, where=value > 0.0))
        rounding = float(np.finfo(self.dtype).eps) * TIGHT[self.dtype] * self.size
        return rounding / tiniest if tiniest < TINY else 0.0

    def _along(
        self, directions: Sequence[Array], at: Sequence[Array] | None = None
    ) -> Generator[Sequence[Ask], Sequence[Any], list[float]]:
        """Return the derivatives along flat directions, by complex steps; NaN where none is."""
        slopes = yield from self._slopes(directions, at)
        upstream = self.trial.upstream
        return [np.nan if s is None else float(np.sum(upstream * s)) for s in slopes]

    def _slopes(
        self, directions: Sequence[Array], at: Sequence[Array] | None = None
    ) -> Generator[Sequence[Ask], Sequence[Any], list[Array | None]]:
        """Return the derivatives of every output entry along flat directions."""
        trial, shape = self.trial, self.gradient.shape
        probe = Probe("complex", 1j * COMPLEX_STEP)
        places = at or [trial.inputs[self.name]] * len(directions)
        answers = yield [
            moved({**trial.inputs, self.name: place}, self.name, v.reshape(shape), probe)
            for place, v in zip(places, directions, strict=True)
        ]
        found: list[Array | None] = []
        for answer in answers:
            is_there = answer is not None and answer.shape == trial.output.shape
            real = trial.point(answer.real if is_there else trial.output, self.name)
            found.append(tangent(real, answer if is_there else None)[0])
        return found

    def _located(self) -> Generator[Sequence[Ask], Sequence[Any], list[Located] | None]:
        """Find the wrong entries, by exact derivatives along chosen directions."""
        flat = np.asarray(self.gradient, dtype=np.float64).reshape(-1)
        search = locate(flat, self.bound, self.trial.rng)
        located: list[Located] | None = yield from _driven(search, self._along)
        return located

    def _at_kink(self) -> Generator[Sequence[Ask], Sequence[Any], Judgement]:
        """Judge each entry by the interval between its one-sided derivatives."""
        count = self.gradient.size
        if count > MOST_ENTRIES:
            return self._said("undecided", reason=f"a kink at an input of {count} entries")
        value = self.trial.inputs[self.name]
        units = [row.reshape(self.gradient.shape) for row in np.eye(count)]
        sides = [value + sign * BESIDE * unit for sign in (1.0, -1.0) for unit in units]
        slopes = yield from self._slopes([u.reshape(-1) for u in (*units, *units)], sides)
        told = [s for s in slopes if s is not None and np.count_nonzero(s) <= 1]
        if len(told) < len(slopes):
            # where an input moves several outputs, kinks of several add up: what each may be
            # is no interval of their sum
            return self._said("undecided", reason="a kink of several outputs at once")
        ends = np.array([np.sum(self.trial.upstream * s) for s in told])
        ends = ends.reshape(2, *self.gradient.shape)
        low, high = ends.min(axis=0), ends.max(axis=0)
        slack = AT_KINK * max(self.size, float(np.max(np.abs(ends))))
        outside = (self.gradient < low - slack) | (self.gradient > high + slack)
        if not np.any(outside):
            return self._said("right", reason="between the one-sided derivatives")
        entries = tuple(
            Located(int(k), float(low.flat[k]), float(self.gradient.flat[k]))
            for k in np.flatnonzero(outside)
        )
        return self._said("wrong", entries=entries, reason="outside the one-sided derivatives")


def _driven(
    search: Generator[Sequence[Array], Sequence[float], Any],
    along: Callable[..., Generator[Sequence[Ask], Sequence[Any], list[float]]],
) -> Generator[Sequence[Ask], Sequence[Any], Any]:
    """Answer a search's directions until it returns."""
    try:
        wanted = next(search)
        while True:
            wanted = search.send((yield from along(wanted)))
    except StopIteration as stop:
        return stop.value
