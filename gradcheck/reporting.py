"""From judged components to the report: the last stage of the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from gradcheck import hints, scoring
from gradcheck.judging import ANYTHING
from gradcheck.mends.locations import Locator
from gradcheck.options import Options
from gradcheck.planning import LOADS, Plan
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault
from gradcheck.records.report import (
    AssignmentRef,
    CheckReport,
    ComponentReport,
    FileRef,
    Finding,
    Isolation,
    Missing,
    Output,
    Report,
    SubmissionRef,
    Tool,
    Unrecognised,
)
from gradcheck.records.submission import Submission
from gradcheck.records.text import as_written, visible
from gradcheck.version import VERSION
from gradcheck.wording import escaped

__all__ = ["SUBMISSION", "partly_loaded", "report_of", "unloaded"]

SUBMISSION = "submission"
"""Kind and id of the pseudo-component that carries ``loads`` where the file doesn't load."""
LOADS_TITLE = "the file loads"


def unloaded(
    submission: Submission, fault: Fault, spec: AssignmentSpec | None
) -> ComponentReport:
    """Return the pseudo-component that carries the failed check ``loads``."""
    locator = Locator(dict(submission.sources), ModuleDescription())
    finding = Finding(
        id=f"{SUBMISSION}/{LOADS}",
        severity="fault",
        message=escaped(f"{fault.type_name}: {fault.message}"),
        traceback=tuple(escaped(f"{f.file}:{f.line} in {f.function}") for f in fault.frames),
        location=locator.of_fault(fault),
    )
    worth = spec.max_points if spec else ANYTHING.points
    if fault.kind == "skipped":  # by us: nothing is said of the submission
        check = CheckReport(
            id=LOADS, title=LOADS_TITLE, outcome="skipped", blocked_by=fault.type_name
        )
    else:
        check = CheckReport(id=LOADS, title=LOADS_TITLE, outcome="failed", findings=(finding,))
    return ComponentReport(
        id=SUBMISSION,
        kind=SUBMISSION,
        names=(),
        convention="",
        outcome="errored" if fault.kind == "skipped" else "failed",
        points=None if fault.kind == "skipped" else 0.0,
        max_points=worth,
        checks=(check,),
    )


def partly_loaded(submission: Submission, module: ModuleDescription) -> ComponentReport:
    """Return the pseudo-component of what doesn't load beside what does."""
    locator = Locator(dict(submission.sources), module)
    findings = [
        Finding(
            id=f"{SUBMISSION}/{LOADS}", severity="fault", message=escaped(one.reason),
            location=locator.of_lines(one.line, one.end_line),
        )
        for one in module.unloaded
    ]  # fmt: skip
    check = CheckReport(id=LOADS, title=LOADS_TITLE, outcome="failed", findings=tuple(findings))
    return ComponentReport(
        id=SUBMISSION, kind=SUBMISSION, names=(), convention="", outcome="failed", points=0.0,
        max_points=ANYTHING.points, checks=(check,),
    )  # fmt: skip


def _left_out(submission: Submission, module: ModuleDescription | Fault) -> tuple[str, ...]:
    """Return what of a submission wasn't executed, in words."""
    if isinstance(module, Fault):
        return ()
    absent = (
        f"the package {visible(name)} isn't there"
        + (f": {name}.py lies beside this file, which is a submission of its own; hand in the "
           "folder (gradcheck check --single FOLDER)" if name in submission.beside else "")
        + _given(module, name)
        for name in module.absent
    )  # fmt: skip
    locator = Locator(dict(submission.sources), module)
    skipped = []
    for one in module.skipped:
        file, line = locator.place(one.line) or ("", one.line)
        last = line + one.end_line - one.line
        lines = f"line {line} to {last}" if last > line else f"line {line}"
        where = lines if len(submission.files) == 1 else f"{visible(file)}, {lines}"
        skipped.append(f"{where}: {visible(one.reason)}")
    unopened = (f"{name}: an archive inside of the archive isn't opened; pack its files themselves"
                for name in submission.unopened)  # fmt: skip
    return (*absent, *skipped, *unopened)


def _given(module: ModuleDescription, package: str) -> str:
    """Return which helpers of a package we stood in for, in words."""
    members = (h.rpartition(".")[2] for h in module.helpers if h.partition(".")[0] == package)
    names = ", ".join(map(visible, dict.fromkeys(members)))
    return f"; given by gradcheck in their usual meaning: {names}" if names else ""


def report_of(
    submission: Submission, spec: AssignmentSpec | None, plan: Plan,
    module: ModuleDescription | Fault, components: Sequence[ComponentReport],
    isolation: Isolation, output: Output, seed: int, options: Options,
    timing: Mapping[str, float],
) -> Report:  # fmt: skip
    """Return the report of a submission, cut to what its hints allow."""
    missing = tuple(
        Missing(id=c.id, names=c.names, max_points=c.points, is_hidden=c.hidden)
        for c in (spec.components[k] for k in plan.absent)  # type: ignore[union-attr]
    )
    outcome, points = scoring.verdict(components, missing, isolation)
    report = Report(
        tool=Tool(version=VERSION),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=seed,
        profile=options.profile,
        hints=options.hints_of(spec),
        has_mends=options.tries_mends,
        assignment=AssignmentRef(id=spec.id, version=spec.version, digest=spec.digest)
        if spec
        else AssignmentRef(),
        submission=SubmissionRef(
            id=submission.id,
            name=submission.called,
            files=tuple(
                FileRef(name=f.name, sha256=f.digest, bytes=f.size) for f in submission.files
            ),
            output=output,
            left_out=_left_out(submission, module),
        ),
        isolation=isolation,
        outcome=outcome,
        score=points,
        summary=scoring.summary(components),
        components=tuple(components),
        unrecognised=tuple(
            Unrecognised(name=as_written(u.name), reason=as_written(u.reason),
                         nearest=u.nearest, mapping=u.mapping)
            for u in plan.recognition.unread
        ),
        missing=missing,
        timing=dict(timing),
    )
    return hints.cut(report)

