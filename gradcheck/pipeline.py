"""The line: submission in, report out. The only module that sees every stage.

``assignment → spec → submission → session → recognition → checks → findings → diagnoses
→ report``. It yields events and ends with one frozen :class:`Report`; the pytest plug-in,
the command line, the notebook and the Python API are its callers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gradcheck import completeness, families, hints, mending, scoring
from gradcheck.engine import Examination, examine, planned
from gradcheck.examples import Profile
from gradcheck.locations import Locator
from gradcheck.notebooks import with_code
from gradcheck.own import component_of, with_own
from gradcheck.own_blocks import with_blocks
from gradcheck.recognition import Recognition, bounded, joint, recognise
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec, Hints
from gradcheck.records.budgets import Budgets
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
    Repair,
    Report,
    SubmissionRef,
    Tool,
    Unrecognised,
)
from gradcheck.records.submission import Submission
from gradcheck.records.text import visible
from gradcheck.references import References
from gradcheck.replay import encode, labels_of
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.levels import observed_isolation
from gradcheck.sandbox.session import Session
from gradcheck.seeds import course_key, seed_for
from gradcheck.template import ProgrammedSubject, Reading
from gradcheck.version import VERSION
from gradcheck.wording import Wording, escaped

__all__ = [
    "LOADS",
    "SUBMISSION",
    "Event",
    "Finished",
    "Item",
    "Judged",
    "Options",
    "Plan",
    "Prepared",
    "Started",
    "run",
]

ANYTHING = AssignmentComponent(id="anything")
"""What a component answers to where no assignment says: it is worth one point."""
SUBMISSION = "submission"
"""Kind and id of the pseudo-component that carries ``loads`` where the file doesn't load."""
LOADS = "loads"
LOADS_TITLE = "the file loads"
Selected = Callable[["Item"], bool]


@dataclass(frozen=True)
class Options:
    """What a caller may choose; None leaves it to the assignment.

    Parameters
    ----------
    seed : int or None
        What examples are drawn from.
    profile : "quick", "standard" or "thorough"
        How many examples are drawn.
    hints : "none", "location", "mistake", "fix" or None
        How much is told; without an assignment, "fix".
    isolation : int or None
        The level, 0 to 4, below which nothing is judged.
    student : str or None
        Whose submission it is, where examples are drawn for each; its id, if not said.
    course_key : str or None
        For assignments whose seed is secret.
    """

    seed: int | None = None
    profile: Profile = "standard"
    hints: Hints | None = None
    isolation: int | None = None
    student: str | None = None
    course_key: str | None = field(default=None, repr=False)

    def level_of(self, spec: AssignmentSpec | None) -> int:
        """Return the isolation that is required: the caller's, else the assignment's."""
        if self.isolation is not None:
            return self.isolation
        return spec.isolation if spec else 0

    def hints_of(self, spec: AssignmentSpec | None) -> Hints:
        """Return how much is told: the caller's level, else the assignment's."""
        return self.hints or (spec.hints if spec else "fix")

    def seed_of(self, spec: AssignmentSpec | None, submission: Submission) -> int:
        """Return the seed that a submission is judged with."""
        return seed_for(
            spec, submission, wanted=self.seed, student=self.student, key=self.course_key
        )

    @property
    def tries_mends(self) -> bool:
        """Whether mends are tried out: in a quick run only if hints of that level are asked for."""
        return self.profile != "quick" or self.hints == "fix"

    def keyed(self, spec: AssignmentSpec | None) -> Options:
        """Return the options with the course's key, where the assignment needs it.

        Raises
        ------
        UsageError
            If it needs one, and there is none.
        """
        if spec is None or spec.seed != "secret" or self.seed is not None:
            return self
        return replace(self, course_key=course_key(spec))


DEFAULTS = Options()


@dataclass(frozen=True)
class Item:
    """One check of one variable of one component: an item of pytest."""

    component: str
    check: str
    variable: str | None

    @property
    def id(self) -> str:
        """As in ``<component>::<check>[<variable>]``."""
        tail = f"[{self.variable}]" if self.variable else ""
        return f"{self.component}::{self.check}{tail}"


@dataclass(frozen=True)
class Plan:
    """What a submission was taken for, or why it doesn't load."""

    fault: Fault | None = None
    recognition: Recognition = field(default_factory=lambda: Recognition((), ()))
    labels: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    absent: tuple[int, ...] = ()
    """Indices of the assignment's components that the submission lacks."""
    asked: tuple[int, ...] = ()
    """Of each reading: the index of the assignment's component; empty without one."""


@dataclass(frozen=True)
class Started:
    """The submission is loaded and recognised."""

    plan: Plan


@dataclass(frozen=True)
class Judged:
    """One component is judged."""

    component: ComponentReport


@dataclass(frozen=True)
class Finished:
    """The report is complete."""

    report: Report


Event = Started | Judged | Finished


class Prepared:
    """A submission that is loaded and recognised, with its worker still at hand.

    Parameters
    ----------
    plan : Plan or None
        Of an earlier run on the same submission, to recognise only once.
    required : int
        The isolation level below which the submission isn't executed.
    """

    def __init__(
        self, submission: Submission, spec: AssignmentSpec | None, *, executor: Executor,
        plan: Plan | None = None, required: int = 0,
    ) -> None:  # fmt: skip
        self._required = required
        self.submission = with_code(submission, executor)
        self.spec = spec
        self.executor = executor
        self.clock = _Clock()
        self.references = References(spec, executor)
        self._open()
        self.clock.lap("load")
        if plan is None:
            executor.prestart(1)  # the worker that judges starts while this one is asked
        self.plan = plan or _planned(self.module, self.session, spec, self.references)
        if plan is None and self.plan.fault is None:
            # judged in a fresh worker: what probing printed, cost or left behind is no part
            # of the verdict, and so every caller gets the same one
            self.session.close()
            self._open()
        self.clock.lap("recognise")

    def _open(self) -> None:
        budgets = self.spec.budgets if self.spec else Budgets()
        self.session = Session(
            self.submission.sources, executor=self.executor, budgets=budgets,
            required=self._required, folder=self.submission.folder,
        )  # fmt: skip
        self.module = self.session.load()

    def close(self) -> None:
        """End the workers."""
        self.session.close()
        self.references.rest()


def run(
    prepared: Prepared, options: Options = DEFAULTS, is_selected: Selected | None = None
) -> Iterator[Event]:
    """Grade one submission; its worker is ended afterwards.

    Parameters
    ----------
    prepared : Prepared
        The submission, loaded and recognised.
    is_selected : callable or None
        Which items to run; the others are skipped, ``deselected``.

    Yields
    ------
    Started, Judged (one a component), Finished
    """
    submission, spec, plan = prepared.submission, prepared.spec, prepared.plan
    session, module, clock = prepared.session, prepared.module, prepared.clock
    seed = options.seed_of(spec, submission)
    yield Started(plan)
    clock.start()
    components: list[ComponentReport] = []
    with session, prepared.references:
        if isinstance(module, ModuleDescription):
            judge = _Judge(submission, spec, session, module, seed, options, is_selected,
                           prepared.executor, prepared.references)  # fmt: skip
            for place in range(len(plan.recognition.readings)):
                components.append(judge.component(plan, place))
                yield Judged(components[-1])
        else:
            components.append(_unloaded(submission, plan.fault or module, spec))
        isolation = observed_isolation(session.hello, options.level_of(spec))
    output = Output(
        stdout=visible(session.stdout),
        stderr=visible(session.stderr),
        truncated=session.output_truncated,
    )
    clock.lap("judge")
    yield Finished(
        _report(submission, spec, plan, module, components, isolation, output, seed, options, clock)
    )


def _planned(
    module: ModuleDescription | Fault, session: Session, spec: AssignmentSpec | None,
    references: References,
) -> Plan:  # fmt: skip
    if isinstance(module, Fault):
        return Plan(fault=module)
    named = {name: c.id for c in spec.components for name in c.names} if spec else {}
    recognition = joint(
        _recognised(part, session, named, references, is_free=spec is None)
        for part in module.parts
    )
    if spec is None:
        recognition = bounded(recognition)
    recognition, asked, absent = _asked_for(recognition, spec)
    labels = labels_of((r.component, r.names) for r in recognition.readings)
    items = []
    for place, (reading, label) in enumerate(zip(recognition.readings, labels, strict=True)):
        subject = _subject(reading, session, references)
        items += [
            Item(label, check.id, variable)
            for check, variable, _ in planned(subject, families.all_checks())
        ]
        wanted = spec.components[asked[place]] if spec else None
        lacking = [completeness.CARRIER[part] for part in completeness.left_out(subject, wanted)]
        items += [item for c in lacking if (item := Item(label, c, None)) not in items]
    return Plan(None, recognition, labels, tuple(items), absent, asked)


def _recognised(
    module: ModuleDescription, session: Session, named: Mapping[str, str],
    references: References, *, is_free: bool,
) -> Recognition:  # fmt: skip
    """Return what the names of files are taken for; own functions where nothing is asked for."""
    execute = session.within(module.files)
    conventions = families.all_conventions()
    components = (*references.components, *families.all_components())
    named = {**references.named(module), **named}
    recognition = recognise(module, conventions, components, execute, named)
    if is_free:
        recognition = with_own(recognition, module, conventions, components, execute)
        recognition = with_blocks(recognition, module, execute)
    readings = (replace(r, modules=module.files) for r in recognition.readings)
    return Recognition(tuple(readings), recognition.unread)


def _asked_for(
    recognition: Recognition, spec: AssignmentSpec | None
) -> tuple[Recognition, tuple[int, ...], tuple[int, ...]]:
    """Return the readings that count, what each answers to, and what is missing."""
    if spec is None:
        return recognition, (), ()
    kept: list[Reading] = []
    asked: list[int] = []
    absent: list[int] = []
    left = list(recognition.readings)
    for index, wanted in enumerate(spec.components):
        found = next((r for r in left if _fits(r, wanted)), None)
        if found is None:
            absent.append(index)
            continue
        left.remove(found)
        kept.append(found)
        asked.append(index)
    order = sorted(range(len(kept)), key=lambda k: kept[k].line)
    readings = tuple(kept[k] for k in order)
    return (
        Recognition(readings, recognition.unread),
        tuple(asked[k] for k in order),
        tuple(absent),
    )


def _fits(reading: Reading, wanted: AssignmentComponent) -> bool:
    owners = {name.partition(".")[0] for name in reading.names} | set(reading.names)
    return reading.component == wanted.id and (not wanted.names or bool(owners & set(wanted.names)))


def _subject(reading: Reading, session: Session, references: References) -> ProgrammedSubject:
    execute = session.within(reading.modules)
    brought = {c.id: c for c in references.components}
    component = brought.get(reading.component) or component_of(reading, execute)
    return ProgrammedSubject(
        reading.template,
        component,
        component.variant(reading.variant),
        component.layout(reading.layout),
        execute,
        is_narrow=reading.is_narrow,
        further=[component.variant(v) for v in reading.further],
    )


class _Judge:
    """Judges the components of one loaded submission."""

    def __init__(
        self, submission: Submission, spec: AssignmentSpec | None, session: Session,
        module: ModuleDescription, seed: int, options: Options, is_selected: Selected | None,
        executor: Executor, references: References,
    ) -> None:  # fmt: skip
        self._references = references
        self._submission = submission
        self._spec = spec
        self._executor = executor
        self._budgets = spec.budgets if spec else Budgets()
        self._session = session
        self._locator = Locator(dict(submission.sources), module)
        self._digest = spec.digest if spec else None
        self._seed = seed
        self._is_selected = is_selected or (lambda item: True)
        self._profile = options.profile
        self._tries_mends = options.tries_mends
        self._examination = Examination(
            families.all_checks(),
            families.all_diagnoses,
            seed,
            options.profile,
            frozenset(spec.strict.checks) if spec else frozenset(),
        )

    def component(self, plan: Plan, place: int) -> ComponentReport:
        """Return the report of one reading."""
        reading, label = plan.recognition.readings[place], plan.labels[place]
        subject = _subject(reading, self._session, self._references)
        wording = Wording(subject, reading, self._locator, self._tokens(label))
        checks = examine(
            subject,
            self._examination,
            reading.sizes,
            wording,
            lambda check, variable: self._is_selected(Item(label, check, variable)),
        )
        checks = self._mended(checks, reading)
        wanted = self._spec.components[plan.asked[place]] if self._spec else None
        lacking = completeness.left_out(subject, wanted)
        wanted = wanted or ANYTHING
        checks = completeness.with_left_out(checks, lacking, wanted, reading.component)
        by_check = scoring.check_points(checks, wanted.checks)
        return ComponentReport(
            id=reading.component,
            kind=subject.component.kind,
            names=reading.names,
            convention=reading.convention,
            reading=(subject.variant.title, subject.layout.title, *reading.notes),
            outcome=scoring.joint_outcome(c.outcome for c in checks),
            points=scoring.component_points(checks, wanted.points, by_check),
            max_points=wanted.points,
            is_hidden=wanted.hidden,
            check_points=by_check,
            checks=tuple(checks),
        )

    def _mended(self, checks: list[CheckReport], reading: Reading) -> list[CheckReport]:
        """Return the checks with their repairs verified in a fresh worker, or taken out.

        A quick run makes none unless asked to; what isn't seen to pass isn't shown.
        """
        repairs = [
            (f.location.file, f.diagnosis.repair)
            for c in checks
            for f in c.findings
            if f.location and f.diagnosis is not None and f.diagnosis.repair is not None
        ]
        if not repairs:
            return checks
        is_verified = self._tries_mends and self._passes(repairs, reading)
        return [_with_repairs(c, is_verified) for c in checks]

    def _passes(self, repairs: Sequence[tuple[str, Repair]], reading: Reading) -> bool:
        """Return whether the component passes every check with the files' lines replaced."""
        sources = mending.applied(self._submission.sources, repairs)
        if sources is None:
            return False
        with Session(
            sources, executor=self._executor, budgets=self._budgets,
            folder=self._submission.folder,
        ) as session:  # fmt: skip
            module = session.load()
            if not isinstance(module, ModuleDescription):
                return False
            subject = _subject(reading, session, self._references)
            locator = Locator(dict(sources), module)
            wording = Wording(subject, reading, locator, lambda *_: "")
            checks = examine(subject, self._examination, reading.sizes, wording)
        return scoring.joint_outcome(c.outcome for c in checks) == "passed"

    def _tokens(self, component: str) -> Callable[[str, str | None, int], str]:
        def token(check: str, variable: str | None, example: int) -> str:
            return encode(
                version=VERSION, seed=self._seed, profile=self._profile, component=component,
                check=check, variable=variable, example=example, digest=self._digest,
            )  # fmt: skip

        return token


def _with_repairs(check: CheckReport, is_verified: bool) -> CheckReport:
    """Return the check with its findings' repairs marked as verified, or without them."""
    findings = []
    for finding in check.findings:
        diagnosis = finding.diagnosis
        if diagnosis is not None and diagnosis.repair is not None:
            repair = diagnosis.repair.model_copy(update={"verified": True})
            kept = diagnosis.model_copy(update={"repair": repair if is_verified else None})
            finding = finding.model_copy(update={"diagnosis": kept})
        findings.append(finding)
    return check.model_copy(update={"findings": tuple(findings)})


def _unloaded(
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


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def start(self) -> None:
        """Begin a stage now."""
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now


def _left_out(submission: Submission, module: ModuleDescription | Fault) -> tuple[str, ...]:
    """Return what of a submission wasn't executed, in words."""
    if isinstance(module, Fault):
        return ()
    absent = (
        f"the package {visible(name)} isn't there"
        + (f": {name}.py lies beside this file, which is a submission of its own; hand in the "
           "folder (gradcheck check --single FOLDER)" if name in submission.beside else "")
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
    return (*absent, *skipped)


def _report(
    submission: Submission, spec: AssignmentSpec | None, plan: Plan,
    module: ModuleDescription | Fault, components: Sequence[ComponentReport],
    isolation: Isolation, output: Output, seed: int, options: Options, clock: _Clock,
) -> Report:  # fmt: skip
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
            Unrecognised(name=u.name, reason=u.reason, nearest=u.nearest, mapping=u.mapping)
            for u in plan.recognition.unread
        ),
        missing=missing,
        timing=clock.laps,
    )
    return hints.cut(report)

