"""The members of all families, found once."""

from __future__ import annotations

from functools import cache

from gradcheck import checks, components, conventions, diagnoses, reports
from gradcheck.checks.base import Check
from gradcheck.component import Component
from gradcheck.conventions.base import Convention
from gradcheck.diagnoses.base import Diagnosis
from gradcheck.discovery import members
from gradcheck.reports.base import ReportFormat

__all__ = [
    "all_checks",
    "all_components",
    "all_conventions",
    "all_diagnoses",
    "all_formats",
    "component",
]


@cache
def all_components() -> tuple[Component, ...]:
    """Return every component."""
    return members(components, "COMPONENT", Component)  # type: ignore[type-abstract]


@cache
def all_conventions() -> tuple[Convention, ...]:
    """Return every convention, richest first."""
    found = members(conventions, "CONVENTION", Convention)  # type: ignore[type-abstract]
    return tuple(sorted(found, key=lambda c: c.order))


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check in dependency order."""
    found = members(checks, "CHECK", Check)  # type: ignore[type-abstract]
    return tuple(sorted(found, key=lambda c: c.order))


@cache
def all_diagnoses() -> tuple[Diagnosis, ...]:
    """Return every diagnosis."""
    return members(diagnoses, "DIAGNOSIS", Diagnosis)  # type: ignore[type-abstract]


@cache
def all_formats() -> dict[str, ReportFormat]:
    """Return every report format by its id."""
    return {f.id: f for f in members(reports, "FORMAT", ReportFormat)}  # type: ignore[type-abstract]


def component(identifier: str) -> Component:
    """Return the component of that id."""
    return next(c for c in all_components() if c.id == identifier)
