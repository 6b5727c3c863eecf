"""Many submissions, in parallel, resumable: what ``gradcheck grade`` does.

A submission is done when its report lies in ``reports/``: a report is written whole or not at
all, and says itself what it is a report of. So a rerun after a crash and a rerun that grades
only what is new are the same code, and nothing else has to be kept.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gradcheck.errors import GradcheckError, SubmissionError, UsageError
from gradcheck.files import write_reports
from gradcheck.grading.graders import Graders, Task
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.version import VERSION

__all__ = ["Graded", "Outcome", "Ungraded", "is_report_of", "run"]

AHEAD = 2
"""Submissions read and handed over ahead of need, for each process that grades."""

OURS = "internal error: this is our fault, not the submission's; please report it"


@dataclass(frozen=True)
class Graded:
    """A submission with its report, which was there already or has been made just now."""

    submission: Submission
    report: Report
    was_there: bool = False

    @property
    def identifier(self) -> str:
        """The submission's id."""
        return self.submission.id


@dataclass(frozen=True)
class Ungraded:
    """A submission that couldn't be graded, and why."""

    identifier: str
    reason: str


Outcome = Graded | Ungraded


def run(
    found: Sequence[tuple[str, Path]],
    spec: AssignmentSpec | None,
    *,
    options: Options,
    folder: Path,
    processes: int,
    is_resuming: bool,
    interpreter: str | None = None,
) -> Generator[Outcome]:
    """Grade submissions; yield each outcome as it comes, its report being written by then.

    Parameters
    ----------
    found : sequence of (str, Path)
        Id and path of each submission.
    folder : Path
        Where the reports go: ``<id>.json``.
    processes : int
        How many are graded at once.
    is_resuming : bool
        Whether a report that is there already, of the same submission under the same
        conditions, stands.
    interpreter : str or None
        The Python that runs students' code; None: see :func:`default_executor`.

    Raises
    ------
    UsageError
        If the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made: {error.strerror}") from error
    graders = Graders(processes, interpreter=interpreter)
    running: dict[Future[Report], Submission] = {}
    try:
        for identifier, path in found:
            try:
                submission = read_submission(path, identifier)
            except SubmissionError as error:
                _place(folder, identifier).unlink(missing_ok=True)  # of what it was before
                yield Ungraded(identifier, str(error))
                continue
            kept = _kept(folder, submission, spec, options) if is_resuming else None
            if kept is not None:
                yield Graded(submission, kept, was_there=True)
                continue
            running[graders.submit(Task(submission, spec, options))] = submission
            if len(running) >= processes * AHEAD:
                yield from _collected(running, folder)
        while running:
            yield from _collected(running, folder)
    finally:
        graders.close()
        for future, submission in running.items():  # interrupted: what is done isn't lost
            if not future.cancelled() and future.exception() is None:
                write_reports(_place(folder, submission.id), [future.result()])


def _collected(running: dict[Future[Report], Submission], folder: Path) -> Iterator[Outcome]:
    """Wait for the next to be done; write down and yield what there is."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in [f for f in running if f in done]:  # in the order of their beginning
        submission = running.pop(future)
        try:
            report = future.result()
            write_reports(_place(folder, submission.id), [report])
        except GradcheckError as error:
            yield Ungraded(submission.id, str(error))
            continue
        except Exception as error:  # our fault; the other submissions are graded all the same
            yield Ungraded(submission.id, f"{OURS}: {type(error).__name__}: {error}")
            continue
        yield Graded(submission, report)


def _place(folder: Path, identifier: str) -> Path:
    return folder / f"{identifier}.json"


def _kept(
    folder: Path, submission: Submission, spec: AssignmentSpec | None, options: Options
) -> Report | None:
    """Return the report that is there already, if it is of this submission."""
    try:
        report = Report.model_validate_json(_place(folder, submission.id).read_bytes())
    except (OSError, ValidationError):
        return None  # none, or half of one from before reports were written whole
    return report if is_report_of(report, submission, spec, options) else None


def is_report_of(
    report: Report, submission: Submission, spec: AssignmentSpec | None, options: Options
) -> bool:
    """Return whether grading the submission now would give this report again."""
    there = (
        report.tool.version, report.seed, report.profile, report.hints, report.has_mends,
        report.isolation.required,
        report.assignment.digest, [(f.name, f.sha256) for f in report.submission.files],
    )  # fmt: skip
    wanted = (
        VERSION, options.seed_of(spec, submission), options.profile, options.hints_of(spec),
        options.tries_mends, options.level_of(spec),
        spec.digest if spec else None, [(f.name, f.digest) for f in submission.files],
    )  # fmt: skip
    # below the required isolation nothing was judged; the machine may offer more by now
    return there == wanted and report.isolation.level >= report.isolation.required
