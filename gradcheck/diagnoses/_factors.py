"""Constant factors: one, or several in one expression, told apart by the sizes they follow.

Every trial has other sizes, so a factor N, 1/N, N·D or 2 can't be mistaken for another.
For each variable the combination of the fewest slips that agrees exactly is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import ClassVar

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Trial

__all__ = ["ConstantFactor", "Slip", "combinations", "single_slips"]

Size = Callable[[Trial], float]
Combination = tuple["Slip", ...]


@dataclass(frozen=True)
class Slip:
    """One wrong factor.

    Parameters
    ----------
    above, below : tuple of str
        The factor as text: numerator and denominator ("N", "2").
    clause : str
        "the 1/N of the mean is missing".
    """

    diagnosis: str
    of: Size
    above: tuple[str, ...]
    below: tuple[str, ...]
    clause: str
    mend: str
    wrap: str = ""


def _size(*names: str) -> Size:
    def size(trial: Trial) -> float:
        result = 1.0
        for name in names:
            result *= trial.example.sizes[name]
        return result

    return size


def _over(size: Size) -> Size:
    return lambda trial: 1.0 / size(trial)


SIGN = Slip("sign-flipped", lambda _: -1.0, ("−",), (), "the sign is flipped",
            "put a minus in front", "-({})")  # fmt: skip


def _twos(evidence: Evidence) -> Iterator[Slip]:
    options = evidence.variant.options
    is_square = evidence.component.id in {"squared-error", "neuron"} or str(
        options.get("cost", "")
    ).startswith("squared-error")
    is_half = "half" in str(options.get("reduction", "")) + str(options.get("cost", ""))
    missing = extra = "a factor 2 "
    if is_square:
        missing = "the 2 from the derivative of the square "
        extra = "the 2 of the square cancels the ½ of this cost, yet one "
        extra = extra if is_half else "a factor 2 too much "
    extra_clause = f"{extra}is left over" if is_square and is_half else f"{extra}stands there"
    yield Slip("missing-factor-two", lambda _: 0.5, (), ("2",), f"{missing}is missing",
               "multiply by 2", "2 * ({})")  # fmt: skip
    yield Slip("extra-factor-two", lambda _: 2.0, ("2",), (), extra_clause,
               "take one factor 2 away", "({}) / 2")  # fmt: skip


def _sizes(evidence: Evidence) -> Iterator[Slip]:
    component, variant = evidence.component, evidence.variant
    names = component.sizes_of(variant)
    if "N" not in names:
        return
    if not component.has_reference:
        yield from _of_own()
        return
    features = [n for n in names if n != "N"] if component.kind in {"cost", "model"} else []
    is_mean = component.weight(variant, 2) != component.weight(variant, 1)
    over_all = component.id == "squared-error" and str(
        variant.options.get("reduction")
    ) in {"mean", "half-mean"}
    yield from _of_batch(features if over_all else [], is_mean=is_mean)
    for name in features if is_mean else ():
        if over_all:
            clause = f"a division by the width {name} is missing: the mean is over N·{name}"
            yield Slip("mean-over-features-too", _size(name), (name,), (), clause,
                       f"divide by {name} too")  # fmt: skip
        else:
            clause = f"it is divided by the width {name} too, though the mean is over N only"
            yield Slip("mean-over-features-too", _over(_size(name)), (), (name,), clause,
                       f"divide by N, not by N·{name}")  # fmt: skip


def _of_own() -> Iterator[Slip]:
    """Yield the factors of a function of which nobody knows whether it is a mean."""
    yield Slip("missing-batch-mean", _size("N"), ("N",), (), "the 1/N of the mean is missing",
               "divide by N")  # fmt: skip
    yield Slip("mean-applied-twice", _over(_size("N")), (), ("N",),
               "it is divided by N once too often", "take one division by N away")  # fmt: skip


def _of_batch(features: list[str], *, is_mean: bool) -> Iterator[Slip]:
    for names in (("N",), *(("N", name) for name in features)):
        text = "·".join(names)
        if is_mean:
            bottom = f"({text})" if len(names) > 1 else text
            yield Slip("missing-batch-mean", _size(*names), names, (),
                       f"the 1/{bottom} of the mean is missing", f"divide by {text}")  # fmt: skip
            yield Slip("mean-applied-twice", _over(_size(*names)), (), names,
                       f"the 1/{bottom} of the mean stands there twice",
                       f"take one division by {text} away")  # fmt: skip
        else:
            yield Slip("mean-in-the-wrong-place", _over(_size(*names)), (), names,
                       f"it is divided by {text}, though the value is no mean over the examples",
                       f"take the division by {text} away: it belongs to a mean cost")  # fmt: skip


def _choices(evidence: Evidence) -> list[Combination]:
    groups: list[list[Combination]] = [
        [(), (SIGN,)],
        [(), *((slip,) for slip in _sizes(evidence))],
        [(), *((slip,) for slip in _twos(evidence))],
    ]
    joined = [sum(parts, ()) for parts in product(*groups)]
    return sorted((c for c in joined if c), key=len)


def single_slips(evidence: Evidence) -> list[Slip]:
    """Return the constant factors that may be wrong beside something else."""
    return [combination[0] for combination in _choices(evidence) if len(combination) == 1]


@lru_cache(maxsize=4)
def combinations(evidence: Evidence) -> dict[str, Combination]:
    """Return for each failing variable the fewest slips that explain it exactly."""
    found: dict[str, Combination] = {}
    for combination in _choices(evidence):

        def factor(trial: Trial, slips: Combination = combination) -> float:
            result = 1.0
            for slip in slips:
                result *= slip.of(trial)
            return result

        agreeing = evidence.agreeing(lambda t, v, of=factor: of(t) * t.expected[v])  # type: ignore[misc]
        for variable in agreeing - set(found):
            found[variable] = combination
    return found


def _factor_text(combination: Combination) -> str:
    above = [a for slip in combination for a in slip.above if a != "−"]
    below = [b for slip in combination for b in slip.below]
    sign = "−" if SIGN in combination else ""
    bottom = f"({'·'.join(below)})" if len(below) > 1 else "".join(below)
    return f"{sign}{'·'.join(above) or '1'}" + (f"/{bottom}" if below else "")


def _clauses(combination: Combination) -> str:
    return " and ".join(slip.clause for slip in combination)


class ConstantFactor(Diagnosis):
    """A gradient that is off by a factor, alone or together with others."""

    specificity: ClassVar[int] = 12

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold for the variables whose factor contains this one."""
        groups: dict[Combination, list[str]] = {}
        for variable, combination in combinations(evidence).items():
            if any(slip.diagnosis == self.id for slip in combination):
                groups.setdefault(combination, []).append(variable)
        if not groups:
            return None
        first, *others = sorted(groups, key=lambda c: (-len(groups[c]), len(c)))
        sentence = f"{_clauses(first)}: yours is exactly {_factor_text(first)} × the gradient"
        for other in others:
            names = ", ".join(sorted(groups[other]))
            text = _factor_text(other)
            sentence += f"; with respect to {names}, {_clauses(other)}: {text} × the gradient"
        wrap = first[0].wrap if len(first) == 1 and not others else ""
        variables = frozenset(v for names in groups.values() for v in names)
        mend = "; ".join(slip.mend for slip in first)
        return Explanation(variables, sentence, mend, wrap, mistakes=len(first))
