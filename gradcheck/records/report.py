"""The report, ``gradcheck/report/v1``: what every renderer takes and the service stores."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from gradcheck.records.base import Record

__all__ = [
    "AssignmentRef",
    "CheckPoints",
    "CheckReport",
    "ComponentReport",
    "Counterexample",
    "DiagnosisRef",
    "FileRef",
    "Finding",
    "Hints",
    "Isolation",
    "Location",
    "Missing",
    "NumberArray",
    "Outcome",
    "Output",
    "Repair",
    "Report",
    "Score",
    "SubmissionRef",
    "Summary",
    "Tool",
    "Unrecognised",
]

SCHEMA_ID: Literal["gradcheck/report/v1"] = "gradcheck/report/v1"
Outcome = Literal["passed", "failed", "errored", "skipped"]
Severity = Literal["fault", "remark"]
Hints = Literal["none", "location", "mistake", "fix"]
"""How much is told of what is wrong; see :mod:`gradcheck.hints`."""


class Tool(Record):
    """Which gradcheck wrote the report."""

    name: Literal["gradcheck"] = "gradcheck"
    version: str


class AssignmentRef(Record):
    """The assignment that was graded, all null without one."""

    id: str | None = None
    version: str | None = None
    digest: str | None = None


class FileRef(Record):
    """One file of a submission."""

    name: str
    sha256: str
    bytes: int


class Output(Record):
    """What the submission printed, capped and escaped."""

    stdout: str = ""
    stderr: str = ""
    truncated: bool = False


class SubmissionRef(Record):
    """What was graded."""

    id: str
    name: str = ""
    """Of the file, folder or archive that was handed in."""
    files: tuple[FileRef, ...]
    output: Output = Output()
    left_out: tuple[str, ...] = ()
    """What wasn't executed: packages that aren't there, loops and calls at the top level."""


class Isolation(Record):
    """How far the worker was locked in, as observed before the source arrived."""

    level: int = Field(ge=0, le=4)
    name: str
    required: int = 0
    mechanisms: dict[str, Any] = Field(default_factory=dict)
    probes: dict[str, str] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()


class Score(Record):
    """Points; null where they can't be given."""

    points: float | None
    max_points: float


class Summary(Record):
    """How many checks ran, and how they ended."""

    checks: int
    passed: int
    failed: int
    errored: int
    skipped: int


class NumberArray(Record):
    """An array as data: entries are finite or null, ``note`` says what null stands for."""

    shape: tuple[int, ...]
    dtype: str
    data: Any
    note: str | None = None


class Counterexample(Record):
    """The smallest failing input."""

    regime: str
    sizes: dict[str, int]
    inputs: dict[str, NumberArray]
    upstream: NumberArray | None = None
    names: dict[str, str] = Field(default_factory=dict)
    """What the student's code calls the inputs, where that isn't the name above."""
    shrunk: bool = False


class Location(Record):
    """Where it stands in the submission."""

    file: str
    line: int
    end_line: int
    function: str
    source: str


class Repair(Record):
    """A one-statement edit, and whether the edited submission was seen to pass."""

    line: int
    before: str
    after: str
    verified: bool


class DiagnosisRef(Record):
    """The named cause.

    Parameters
    ----------
    id, title, explanation : str
        As on its page: ``gradcheck explain ID``.
    confidence : float
        From 0 to 1.
    alternatives : tuple of str
        Ids of more general mistakes that explain it, too.
    mend : str or None
        What to do, in words.
    repair : Repair or None
        The same as an edit of one statement; ``verified`` if it was seen to pass.
    """

    id: str
    title: str
    explanation: str
    confidence: float = Field(ge=0, le=1)
    alternatives: tuple[str, ...] = ()
    mend: str | None = None
    repair: Repair | None = None


class Finding(Record):
    """One observed fact.

    Parameters
    ----------
    severity : "fault" or "remark"
        A check whose findings are all remarks is passed.
    message : str
        What happened, in one sentence.
    location : Location or None
        The line in the submission.
    expected, actual : NumberArray or None
        What is right, and what the submission gives; ``actual`` is text where it is no array.
    counterexample : Counterexample or None
        The smallest failing input.
    replay : str or None
        The token for ``gradcheck replay``.
    follows_from : str or None
        The check that failed from the same cause and carries the diagnosis.
    diagnosis : DiagnosisRef or None
        The named cause, if one explains all of it.
    """

    id: str
    severity: Severity
    message: str
    traceback: tuple[str, ...] = ()
    location: Location | None = None
    expected: NumberArray | None = None
    actual: NumberArray | str | None = None
    counterexample: Counterexample | None = None
    replay: str | None = None
    follows_from: str | None = None
    diagnosis: DiagnosisRef | None = None


class CheckReport(Record):
    """One check of one variable.

    Parameters
    ----------
    variable : str or None
        The variable that it was asked of, where it is asked of each.
    outcome : "passed", "failed", "errored" or "skipped"
        ``errored``: it could not be decided, and that is no fault of the student.
    blocked_by : str or None
        Why it was skipped: a check that failed, or a reason such as ``no-forward``.
    method : str or None
        How the derivative was taken.
    evaluations : int
        How often the submission was called.
    bound : float or None
        The largest difference that the comparison's own error explains.
    findings : tuple of Finding
        What was observed.
    """

    id: str
    title: str
    variable: str | None = None
    outcome: Outcome
    blocked_by: str | None = None
    method: str | None = None
    evaluations: int = 0
    bound: float | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """As in the ids of tests: ``gradient-value[dW]``."""
        return f"{self.id}[{self.variable}]" if self.variable else self.id


class CheckPoints(Record):
    """What one check of a component is worth, where the assignment says so."""

    id: str
    points: float | None
    max_points: float


class ComponentReport(Record):
    """One component of the submission.

    Parameters
    ----------
    id, kind : str
        What it was taken for; as in the catalogue.
    names : tuple of str
        The public names that were judged.
    convention : str
        How it is written; as in the catalogue.
    reading : tuple of str
        The variant and the layout that its numbers agree with, and what was fitted.
    outcome : "passed", "failed" or "errored"
        Of all its checks together.
    points, max_points : float
        ``points`` is None where it could not be judged.
    check_points : tuple of CheckPoints
        Points by check, where the assignment gives them.
    checks : tuple of CheckReport
        In dependency order.
    """

    id: str
    kind: str
    names: tuple[str, ...]
    convention: str
    reading: tuple[str, ...] = ()
    outcome: Outcome
    points: float | None = None
    max_points: float = 0.0
    is_hidden: bool = False
    """Whether the assignment keeps this part from students: see :mod:`gradcheck.hints`."""
    check_points: tuple[CheckPoints, ...] = ()
    checks: tuple[CheckReport, ...] = ()


class Unrecognised(Record):
    """A public name that no convention fits, and what to do about it."""

    name: str
    reason: str
    nearest: tuple[str, ...] = ()
    mapping: str = ""
    """Three lines for an assignment.toml that have it judged as the nearest component."""


class Missing(Record):
    """A component that the assignment asks for and the submission lacks."""

    id: str
    names: tuple[str, ...] = ()
    max_points: float = 0.0
    is_hidden: bool = False


class Report(Record):
    """The whole.

    Parameters
    ----------
    seed, profile, hints : int, str, str
        What it was judged with.
    assignment : AssignmentRef
        Id, version and digest; all None without one.
    submission : SubmissionRef
        Id, files with their SHA-256, and what it printed.
    isolation : Isolation
        How far the student's code was locked in.
    outcome : "passed", "failed" or "errored"
        Any failed: failed; else any undecided: errored. Never passed when nothing ran.
    score : Score
        ``points`` is None where they can't be given.
    summary : Summary
        How many checks there were, and how they ended.
    components : tuple of ComponentReport
        In source order.
    unrecognised : tuple of Unrecognised
        Public names that fit no convention, and what to do about it.
    missing : tuple of Missing
        What the assignment asks for and the submission lacks.
    timing : Mapping[str, float]
        Seconds by stage.
    """

    schema_: Literal["gradcheck/report/v1"] = Field(default=SCHEMA_ID, alias="schema")
    tool: Tool
    created_at: str
    seed: int
    profile: str
    hints: Hints = "fix"
    has_mends: bool = True
    """Whether mends were tried out; a quick run does it only if asked to."""
    assignment: AssignmentRef
    submission: SubmissionRef
    isolation: Isolation
    outcome: Outcome
    score: Score
    summary: Summary
    components: tuple[ComponentReport, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    missing: tuple[Missing, ...] = ()
    withheld_points: float = 0.0
    """What hidden parts are worth that this view of the report leaves out."""
    timing: dict[str, float] = Field(default_factory=dict)

    model_config = Record.model_config | {"populate_by_name": True}
