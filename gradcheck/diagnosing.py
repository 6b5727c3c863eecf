"""From failed checks to named causes: the most specific mistake that agrees exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Seen
from gradcheck.errors import SpecError

__all__ = ["Cause", "causes"]


@dataclass(frozen=True)
class Cause:
    """A diagnosis with its explanation and the more generic ones that hold too."""

    diagnosis: Diagnosis
    explanation: Explanation
    alternatives: tuple[str, ...]

    def explains(self, seen: Seen) -> bool:
        """Return whether it accounts for a failed check."""
        if seen.check in self.explanation.checks:
            return True
        return seen.variable is not None and seen.variable in self.explanation.variables


def causes(evidence: Evidence, diagnoses: Sequence[Diagnosis]) -> tuple[Cause, ...]:
    """Return the causes that hold, each for failures that no better one explains.

    One that explains more failing variables comes before one that explains fewer, one
    mistake before several; among equals the most specific one comes first, and the others
    become its alternatives.
    """
    holding = [
        (diagnosis, explanation)
        for diagnosis in diagnoses
        if (explanation := _explained(diagnosis, evidence)) is not None
    ]
    holding.sort(
        key=lambda pair: (
            -len(pair[1].variables), pair[1].mistakes, -pair[0].specificity, pair[0].id,
        )
    )  # fmt: skip
    found: list[Cause] = []
    explained: set[str] = set()
    covered: set[str] = set()
    for diagnosis, explanation in holding:
        is_new = (explanation.variables - explained) or (explanation.checks - covered)
        if not is_new:
            continue
        others = tuple(
            dict.fromkeys(
                (
                    *diagnosis.parents,
                    *explanation.related,
                    *(
                        d.id
                        for d, e in holding
                        if d is not diagnosis
                        and (e.variables & explanation.variables or e.checks & explanation.checks)
                    ),
                )
            )
        )
        found.append(Cause(diagnosis, explanation, others))
        explained |= explanation.variables
        covered |= explanation.checks
    return tuple(found)


def _explained(diagnosis: Diagnosis, evidence: Evidence) -> Explanation | None:
    """Return what a diagnosis explains; what asks too much of an author's reference, nothing."""
    try:
        return diagnosis.explain(evidence)
    except SpecError:
        return None
