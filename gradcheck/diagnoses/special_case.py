"""Wrong for long batches, equal values or other shapes only: code that makes a difference."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page
from gradcheck.strategies.recipe import LONG, TIES

SAID = {
    frozenset({LONG}): (
        "it goes wrong only for many examples, features or classes (257 examples here)",
        "look for a limit, a block length or an `if` on a size: none belongs in the formula",
    ),
    frozenset({TIES}): (
        "it goes wrong only where several values are equal",
        "look for a comparison (==, argmax, unique) that a smooth formula doesn't need",
    ),
}
AXES = "axes"
SAID_OF_AXES = (
    "it goes wrong only for arrays of another number of axes, where its value is right",
    "look for an `if` on ndim or len(shape), and for a shape that is taken for granted",
)


class SpecialCase(Diagnosis):
    """A branch for some sizes or values, with another formula in it."""

    id = "special-case"
    title = "wrong only in a special case"
    specificity = 84
    page = Page(
        wrong="dz /= min(len(z), 128)",
        right="dz /= len(z)",
        derivation=(
            "1. the formula is one and the same for any number of examples and any values\n"
            "2. a limit, a block length or an `if` makes another one of it, for some of them only\n"
            "3. small tests never go there, and training does: the gradient is wrong in every "
            "large batch\n"
            "Write the formula without the special case."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where everything that fails fails in one of the special regimes only."""
        failed = [s for s in evidence.seen if s.regimes]
        regimes = {s.regimes for s in failed}
        said = SAID.get(regimes.pop()) if len(regimes) == 1 else None
        if {s.evidence for s in failed} == {AXES}:
            said = SAID_OF_AXES
        if said is None:
            return None
        return Explanation(
            frozenset(s.variable for s in failed if s.variable is not None), *said,
            checks=frozenset(s.check for s in failed),
        )  # fmt: skip


DIAGNOSIS = SpecialCase()
