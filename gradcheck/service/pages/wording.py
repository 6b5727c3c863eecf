"""An assignment in words, for those who hand in and for those who teach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row

from gradcheck import families
from gradcheck.records.assignment import OTHER_CHECKS, AssignmentComponent, AssignmentSpec, Hints
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.service.pages import queries

__all__ = ["Asked", "asked", "check_title", "fact", "facts", "mistake", "public_points"]

HINTS: Mapping[Hints, str] = {
    "none": "which check fails",
    "location": "which check fails, where, and the smallest failing input",
    "mistake": "where it fails, the smallest failing input, and the mistake by its name",
    "fix": "where it fails, the mistake by its name, and how to mend it",
}
SEEDS = {
    "per-student": "other examples for each student",
    "secret": "examples that nobody can know before; the report publishes the seed",
}


@dataclass(frozen=True)
class Asked:
    """A component that is asked for."""

    title: str
    id: str
    names: tuple[str, ...]
    points: float
    is_hidden: bool
    checks: tuple[tuple[str, float], ...]
    """Title and points of each check that gives some; none: all or nothing."""


def asked(spec: AssignmentSpec, *, is_whole: bool) -> list[Asked]:
    """Return what is asked for.

    Parameters
    ----------
    is_whole : bool
        Whether hidden parts are told, too.
    """
    return [_asked(c) for c in spec.components if is_whole or not c.hidden]


def _asked(wanted: AssignmentComponent) -> Asked:
    return Asked(
        title=_title(wanted), id=wanted.id, names=wanted.names,
        points=wanted.points, is_hidden=wanted.hidden,
        checks=tuple((check_title(c), p) for c, p in wanted.checks.items()),
    )  # fmt: skip


def _title(wanted: AssignmentComponent) -> str:
    """Return what a component is called: one with a reference of its own, by its id."""
    if wanted.reference is not None:
        return wanted.id.replace("-", " ")
    return families.component(wanted.id).title


def public_points(row: Row[Any]) -> float:
    """Return what the parts of an assignment are worth that students see."""
    spec = queries.newest_spec(row)
    return sum(c.points for c in spec.components if not c.hidden)


def facts(spec: AssignmentSpec) -> list[tuple[str, str]]:
    """Return how it is graded: pairs of a term and what it is."""
    budgets = spec.budgets
    found = [
        ("Students are told", HINTS[spec.hints]),
        ("Examples", SEEDS.get(str(spec.seed), f"the same for all (seed {spec.seed})")),
        ("Isolation", f"level {spec.isolation} ({LEVEL_NAMES[spec.isolation]}) or better"),
        ("Time", f"{budgets.import_cpu:g} s to import, {budgets.call_cpu:g} s a call, "
                 f"{budgets.submission_cpu:g} s in all"),
    ]  # fmt: skip
    if spec.strict.checks:
        titles = ", ".join(check_title(c) for c in spec.strict.checks)
        found.append(("Remarks that cost points", titles))
    return found


@cache
def _checks() -> dict[str, str]:
    return {c.id: c.title for c in families.all_checks()}


@cache
def _mistakes() -> dict[str, str]:
    return {d.id: d.title for d in families.all_diagnoses()}


def check_title(identifier: str, variable: str = "") -> str:
    """Return what a check is called.

    >>> check_title("gradient-value", "w"), check_title("others")
    ('gradient with respect to w', 'all other checks')
    """
    if identifier == OTHER_CHECKS:
        return "all other checks"
    title = _checks().get(identifier, identifier)
    return title.format(variable or "each variable")


def fact(name: str) -> str:
    """Return a failed check of the class's counts in words.

    >>> fact("neuron::gradient-value[w]")
    'neuron: gradient with respect to w'
    """
    component, _, rest = name.partition("::")
    if not rest:
        return mistake(name)
    check, _, variable = rest.removesuffix("]").partition("[")
    return f"{component}: {check_title(check, variable)}"


def mistake(identifier: str) -> str:
    """Return what a mistake is called.

    >>> mistake("no-such-mistake")
    'no-such-mistake'
    """
    return _mistakes().get(identifier, identifier)
