"""The Python API: ``gradcheck.check(submission) -> Report``."""

from __future__ import annotations

import os
from pathlib import Path

from gradcheck import families, pipeline
from gradcheck.errors import InternalError, SpecError
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec, load_assignment
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.references.loading import try_references
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.executors import Executor
from gradcheck.shipped import located, shipped_assignments

__all__ = ["check", "grade", "read_assignment", "tried_assignment"]

DEFAULTS = Options()


def read_assignment(path: str | os.PathLike[str]) -> AssignmentSpec:
    """Return the assignment at a path, or the shipped one of that name.

    Raises
    ------
    SpecError
        With file and key, if something in it is wrong.
    """
    found = located(os.fspath(path))
    if not found.exists():
        names = ", ".join(shipped_assignments())
        raise SpecError(os.fspath(path), "", f"no such file, and no shipped assignment of that "
                        f"name (there are: {names})")  # fmt: skip
    return load_assignment(
        found,
        tuple(c.id for c in families.all_components()),
        tuple(c.id for c in families.all_checks()),
    )


def tried_assignment(path: str | os.PathLike[str]) -> AssignmentSpec:
    """Return an assignment whose own references are seen to work; see :func:`read_assignment`.

    Raises
    ------
    SpecError
        With file and key, if something in it or in a reference is wrong.
    """
    spec = read_assignment(path)
    if spec.references:
        executor = default_executor()
        try:
            try_references(spec, executor)
        finally:
            executor.close()
    return spec


def check(
    submission: str | os.PathLike[str],
    assignment: str | os.PathLike[str] | None = None,
    *,
    options: Options = DEFAULTS,
) -> Report:
    """Check one submission.

    Parameters
    ----------
    submission : path
        A ``.py`` file; it is executed in a process of its own, never in this one.
    assignment : path, name or None
        An ``assignment.toml``, or a shipped one's name; without one, whatever is recognised
        is checked.
    options : Options
        Seed, profile, hints, required isolation.

    Returns
    -------
    Report
        Frozen; ``report.outcome`` is passed, failed or errored.

    Raises
    ------
    SubmissionError, SpecError
        If a path can't be read.
    """
    spec = read_assignment(assignment) if assignment is not None else None
    executor = default_executor(options.level_of(spec))
    try:
        read = read_submission(Path(submission))
        return grade(read, spec, executor=executor, options=options.keyed(spec))
    finally:
        executor.close()


def grade(
    submission: Submission,
    spec: AssignmentSpec | None,
    *,
    executor: Executor,
    options: Options = DEFAULTS,
) -> Report:
    """Run the pipeline to its end and return the report."""
    required = options.level_of(spec)
    prepared = pipeline.Prepared(submission, spec, executor=executor, required=required)
    for event in pipeline.run(prepared, options):
        if isinstance(event, pipeline.Finished):
            return event.report
    raise InternalError("the pipeline ended without a report")
