"""A class at a glance, ``gradcheck/class/v1``: what ``class.json`` holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gradcheck.records.base import Record
from gradcheck.records.report import AssignmentRef

__all__ = ["ClassRow", "ClassSummary", "RowOutcome"]

RowOutcome = Literal["passed", "failed", "errored", "not graded", "not submitted"]


class ClassRow(Record):
    """One submission, or one student of the roster who has none.

    Parameters
    ----------
    submission : str
        Its id, also the stem of its report's file; "" where nothing was submitted.
    student : str
        The name in the roster; "" without one.
    failed_checks, diagnoses : tuple of str
        As keys of the class's counts: ``<component>::<check>[<variable>]``; diagnosis ids.
    note : str
        Why it wasn't graded.
    """

    submission: str
    student: str = ""
    outcome: RowOutcome
    points: float | None = None
    max_points: float | None = None
    passed: int = 0
    failed: int = 0
    errored: int = 0
    skipped: int = 0
    failed_checks: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    note: str = ""


class ClassSummary(Record):
    """All submissions of a batch."""

    schema_: Literal["gradcheck/class/v1"] = Field(default="gradcheck/class/v1", alias="schema")
    assignment: AssignmentRef = AssignmentRef()
    submissions: int
    outcomes: dict[str, int]
    not_graded: tuple[str, ...] = ()
    points: tuple[float | None, ...] = ()
    max_points: float | None = None
    failed_checks: dict[str, int] = Field(default_factory=dict)
    """How many submissions fail each check, most first."""
    diagnoses: dict[str, int] = Field(default_factory=dict)
    """How many submissions make each mistake, most first."""
    rows: tuple[ClassRow, ...] = ()

    model_config = Record.model_config | {"populate_by_name": True}
