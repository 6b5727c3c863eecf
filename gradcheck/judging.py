"""From a reading to its report: the checks, mends that are tried out, points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcheck import completeness, families, mending, scoring
from gradcheck.engine import Examination, examine, passes
from gradcheck.locations import Locator
from gradcheck.options import Options
from gradcheck.planning import Item, Plan, subject_of
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.report import CheckReport, ComponentReport, Finding, Repair
from gradcheck.records.submission import Submission
from gradcheck.references import References
from gradcheck.replay import encode
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session
from gradcheck.searching import Search, failed_checks, root_of
from gradcheck.template import ProgrammedSubject, Reading
from gradcheck.trying import questions
from gradcheck.version import VERSION
from gradcheck.wording import Wording, slip_as_diagnosis

__all__ = ["ANYTHING", "Judge", "Selected"]

ANYTHING = AssignmentComponent(id="anything")
"""What a component answers to where no assignment says: it is worth one point."""
Selected = Callable[[Item], bool]


class Judge:
    """Judges the components of one loaded submission.

    Parameters
    ----------
    session, module : Session, ModuleDescription
        Where the submission is loaded, and what it describes.
    references : References
        What an assignment judges by beside the shipped components.
    seed : int
        What examples are drawn from.
    is_selected : callable or None
        Which items are run.
    """

    def __init__(
        self, submission: Submission, spec: AssignmentSpec | None, *, executor: Executor,
        session: Session, module: ModuleDescription, references: References, seed: int,
        options: Options, is_selected: Selected | None = None,
    ) -> None:  # fmt: skip
        self._submission = submission
        self._spec = spec
        self._executor = executor
        self._session = session
        self._module = module
        self._locator = Locator(dict(submission.sources), module)
        self._references = references
        self._options = options
        self._is_selected = is_selected or (lambda item: True)
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
        subject = subject_of(reading, self._session, self._references)
        wording = Wording(subject, reading, self._locator, self._tokens(label))
        checks = examine(
            subject,
            self._examination,
            reading.sizes,
            wording,
            lambda check, variable: self._is_selected(Item(label, check, variable)),
        )
        checks = self._mended(checks, reading)
        if self._options.tries_mends:
            checks = self._searched(checks, reading, subject)
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
        is_verified = self._options.tries_mends and self._passes(repairs, reading)
        return [_with_repairs(c, is_verified) for c in checks]

    def _searched(
        self, checks: list[CheckReport], reading: Reading, subject: ProgrammedSubject
    ) -> list[CheckReport]:
        """Return the checks with the line that is wrong, where one edit of it mends everything."""
        root = root_of(checks)
        if root is None or _is_mended(root):
            return checks
        examination = self._examination
        asked = questions(
            subject, examination.checks, failed_checks(checks), reading.sizes, examination.seed,
            examination.profile,
        )  # fmt: skip
        search = Search(
            self._submission, self._module, self._executor, self._references,
            lambda slip, its: self._passes([(slip.file, slip.repair)], its),
        )  # fmt: skip
        slip = search.found(reading, root, asked)
        if slip is None:
            return checks
        location = self._locator.line(slip.file, slip.repair.line) or root.location
        shown = root.model_copy(update={
            "location": location, "diagnosis": slip_as_diagnosis(slip, root.diagnosis),
        })  # fmt: skip
        return [_with_finding(c, root, shown) for c in checks]

    def _passes(self, repairs: Sequence[tuple[str, Repair]], reading: Reading) -> bool:
        """Return whether the component passes every check with the files' lines replaced."""
        sources = mending.applied(self._submission.sources, repairs)
        if sources is None:
            return False
        budgets = self._spec.budgets if self._spec else Budgets()
        with Session(
            sources, executor=self._executor, budgets=budgets,
            folder=self._submission.folder,
        ) as session:  # fmt: skip
            module = session.load()
            if not isinstance(module, ModuleDescription):
                return False
            subject = subject_of(reading, session, self._references)
            return passes(subject, self._examination, reading.sizes)

    def _tokens(self, component: str) -> Callable[[str, str | None, int], str]:
        digest = self._spec.digest if self._spec else None

        def token(check: str, variable: str | None, example: int) -> str:
            return encode(
                version=VERSION, seed=self._examination.seed, profile=self._options.profile,
                component=component, check=check, variable=variable, example=example,
                digest=digest,
            )  # fmt: skip

        return token


def _is_mended(finding: Finding) -> bool:
    """Return whether a finding has a mend that was seen to pass already."""
    repair = finding.diagnosis.repair if finding.diagnosis is not None else None
    return repair is not None and repair.verified


def _with_finding(check: CheckReport, was: Finding, now: Finding) -> CheckReport:
    findings = tuple(now if f is was else f for f in check.findings)
    return check.model_copy(update={"findings": findings})


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
