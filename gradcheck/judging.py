"""From a reading to its report: the checks, mends that are tried out, points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gradcheck import completeness, families, scoring
from gradcheck.calls.template import ProgrammedSubject, Reading
from gradcheck.diagnoses import one_line_off
from gradcheck.engine import Examination, examine, passes
from gradcheck.mends import consequences, line_search, proposals
from gradcheck.mends.differences import Setting, difference, is_told_better
from gradcheck.mends.line_search import Found
from gradcheck.mends.locations import Locator
from gradcheck.options import Options
from gradcheck.planning import Item, Plan, subject_of
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.report import CheckReport, ComponentReport, DiagnosisRef, Repair
from gradcheck.records.submission import Submission
from gradcheck.records.text import as_written
from gradcheck.references.loading import References
from gradcheck.replay import encode
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session
from gradcheck.version import VERSION
from gradcheck.wording import Wording

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
        self._cures: list[consequences.Cure] = []
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
        checks = self._explained(checks, reading) or self._repaired(
            self._mended(checks, reading), reading, subject
        )
        self._cures += filter(None, [consequences.cure_of(reading.component, checks)])
        wanted = self._spec.components[plan.asked[place]] if self._spec else None
        lacking = completeness.left_out(subject, wanted)
        wanted = wanted or ANYTHING
        checks = completeness.with_left_out(checks, lacking, wanted, reading.component)
        by_check = scoring.check_points(checks, wanted.checks)
        return ComponentReport(
            id=reading.component,
            kind=subject.component.kind,
            names=tuple(map(as_written, reading.names)),
            convention=reading.convention,
            reading=(subject.variant.title, subject.layout.title, *reading.notes),
            outcome=scoring.joint_outcome(c.outcome for c in checks),
            points=scoring.component_points(checks, wanted.points, by_check),
            max_points=wanted.points,
            is_hidden=wanted.hidden,
            check_points=by_check,
            checks=tuple(checks),
        )

    def _explained(self, checks: list[CheckReport], reading: Reading) -> list[CheckReport] | None:
        """Return the checks with the mistake of an earlier component as cause, if it is all."""
        if not self._options.tries_mends:
            return None
        return consequences.explained(
            checks, self._cures, lambda edits: self._passes(edits, reading)
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

    def _repaired(
        self, checks: list[CheckReport], reading: Reading, subject: ProgrammedSubject
    ) -> list[CheckReport]:
        """Return the checks with the line at fault, where changing one line was seen to mend all.

        The first failure carries it; it is looked for where nothing else has shown it, and not in
        code that hangs or ends its process: so would its copies.
        """
        suspected = line_search.suspicion(checks)
        root = next((k for k, c in enumerate(checks) if c.outcome == "failed"), None)
        is_deadly = self._session.time_outs or self._session.crashes
        failed = {c.id for c in checks if c.outcome == "failed"} - line_search.FOLLOWING
        is_sought = suspected is not None or (bool(failed) and failed <= line_search.HABITS)
        if root is None or not is_sought or is_deadly or not self._options.tries_mends:
            return checks
        (finding,) = checks[root].findings
        if finding.diagnosis is not None and finding.diagnosis.repair is not None:
            return checks
        search = line_search.Search(
            self._submission, self._module, self._locator, reading, subject,
            executor=self._executor, budgets=self._spec.budgets if self._spec else Budgets(),
            seed=self._examination.seed,
        )  # fmt: skip

        def passes(changes: Sequence[Found]) -> bool:
            return self._passes(changes, reading)

        found = (search.repairs(suspected, passes) if suspected is not None
                 else search.habit(checks[root].id, passes))  # fmt: skip
        setting = Setting(reading.component, constants=frozenset(
            name for c in subject.component.constants for name in (c.name, *c.aliases)
        ))  # fmt: skip
        mended = [
            self._with_repair(c, k == root, found, finding.diagnosis, setting)
            for k, c in enumerate(checks)
        ]
        return consequences.following(mended, root) if line_search.ALL in found else mended

    def _with_repair(
        self, check: CheckReport, is_first: bool, found: Mapping[str, Found],
        named: DiagnosisRef | None, setting: Setting,
    ) -> CheckReport:  # fmt: skip
        """Return a check with the line that was found for it: its own, or the one for all."""
        own = found.get(check.variable or "") if check.id in line_search.OF_RESULTS else None
        place = own or (found.get(line_search.ALL) if is_first else None)
        if place is None or check.outcome != "failed":
            return check
        file, repair = place
        (finding,) = check.findings
        told = _by_difference(repair, replace(setting, variable=check.variable or ""))
        known = finding.diagnosis or named or told
        if is_told_better(known.id, told.id, repair.before):
            known = told
        diagnosis = known.model_copy(update={"repair": repair})
        location = self._locator.of_edit(file, repair.line) or finding.location
        update = {"location": location, "diagnosis": diagnosis, "follows_from": None}
        return check.model_copy(update={"findings": (finding.model_copy(update=update),)})

    def _passes(self, repairs: Sequence[tuple[str, Repair]], reading: Reading) -> bool:
        """Return whether the component passes every check with the files' lines replaced."""
        sources = proposals.applied(self._submission.sources, repairs)
        if sources is None:
            return False
        budgets = self._spec.budgets if self._spec else Budgets()
        with Session(
            sources, executor=self._executor, budgets=budgets,
            around=self._submission.around,
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


def _by_difference(repair: Repair, setting: Setting) -> DiagnosisRef:
    """Return the mistake that the change of a line undoes, where no numbers have told it."""
    told = difference(repair.before, repair.after, setting)
    if told is None:
        return one_line_off.REF
    title = next(d.title for d in families.all_diagnoses() if d.id == told.id)
    others = () if told.id == one_line_off.REF.id else (one_line_off.REF.id,)
    return DiagnosisRef(
        id=told.id, title=title, explanation=told.sentence, mend=told.mend, confidence=1.0,
        alternatives=others,
    )  # fmt: skip


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
