"""What is wrong in one component only because another is: told once, with one mend for both.

A network is wrong when its cost is, a chain when one of its links is. A mend of its own, in its own
lines, would be taken twice by whoever follows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.records.report import CheckReport, DiagnosisRef, Location, Repair

__all__ = ["Cure", "cure_of", "explained", "following"]

Edits = Sequence[tuple[str, Repair]]
MOST_CURES = 3
"""Earlier mends that are tried out: each takes as long as the component itself."""


@dataclass(frozen=True)
class Cure:
    """The lines that were seen to mend a component, and the mistake in it.

    Parameters
    ----------
    component : str
        Its id.
    edits : tuple of (str, Repair)
        Files, and what to replace there.
    diagnosis, location : DiagnosisRef, Location
        Of the first of them.
    """

    component: str
    edits: tuple[tuple[str, Repair], ...]
    diagnosis: DiagnosisRef
    location: Location


def cure_of(component: str, checks: Iterable[CheckReport]) -> Cure | None:
    """Return what mends a component, if that was seen."""
    edits: dict[tuple[str, int], Repair] = {}
    first: tuple[DiagnosisRef, Location] | None = None
    for finding in (f for c in checks for f in c.findings):
        diagnosis, location = finding.diagnosis, finding.location
        repair = diagnosis.repair if diagnosis is not None else None
        if diagnosis is None or location is None or repair is None or not repair.verified:
            continue
        edits[location.file, repair.line] = repair
        first = first or (diagnosis, location)
    if first is None:
        return None
    return Cure(component, tuple((file, r) for (file, _), r in edits.items()), *first)


def explained(
    checks: Sequence[CheckReport], cures: Sequence[Cure], passes: Callable[[Edits], bool]
) -> list[CheckReport] | None:
    """Return the checks as consequences of an earlier component's mistake; None if they aren't.

    Parameters
    ----------
    cures : sequence of Cure
        Of the components before.
    passes : callable
        Whether every check of this component passes with some edits.
    """
    root = next((k for k, c in enumerate(checks) if c.outcome == "failed"), None)
    if root is None:
        return None
    cure = next((c for c in cures[-MOST_CURES:] if passes(c.edits)), None)
    if cure is None:
        return None
    told = (
        f"it comes from {cure.component}: with line {cure.location.line} mended, "
        "everything passes here, too"
    )
    diagnosis = cure.diagnosis.model_copy(update={"explanation": told})
    update = {"diagnosis": diagnosis, "location": cure.location, "follows_from": None}
    found = following(checks, root)
    found[root] = _updated(checks[root], update)
    return found


def following(checks: Sequence[CheckReport], root: int) -> list[CheckReport]:
    """Return the checks with all failures as consequences of one that a single line mends."""
    update = {"diagnosis": None, "follows_from": checks[root].name}
    return [
        c if k == root or c.outcome != "failed" else _updated(c, update)
        for k, c in enumerate(checks)
    ]


def _updated(check: CheckReport, update: Mapping[str, object]) -> CheckReport:
    """Return a check with all of its findings changed."""
    findings = tuple(f.model_copy(update=update) for f in check.findings)
    return check.model_copy(update={"findings": findings})
