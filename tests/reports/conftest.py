"""Real reports, graded once; and helpers to import under any of pytest's import modes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gradcheck.api import grade, read_assignment
from gradcheck.intake.submissions import read_submission
from gradcheck.records.report import Report
from gradcheck.sandbox.executors.spawn import Spawn

ZOO = Path(__file__).resolve().parents[2] / "submissions"
GRADED = {
    "right": ("neuron/right-columns", None),
    "wrong": ("neuron/sign", None),
    "many": ("network/halved", "network"),
    "unreadable": ("blocks/syntax-error", "logistic"),
    "missing": ("neuron/right-class", "logistic"),
}
"""By name: a folder of the zoo and the assignment that it is graded by."""


@pytest.fixture(scope="session")
def real(executor: Spawn) -> dict[str, Report]:
    """Return a report of each kind from the zoo."""
    found = {}
    for name, (folder, assignment) in GRADED.items():
        submission = read_submission(next((ZOO / folder).glob("*.py")))
        spec = read_assignment(assignment) if assignment else None
        found[name] = grade(submission, spec, executor=executor)
    return found
