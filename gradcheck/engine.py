"""Runs the checks on a Subject: order, examples, shrinking, evidence, skips, root causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import hypothesis
import numpy as np
from hypothesis import Phase

from gradcheck.checks import base
from gradcheck.checks.base import EPSILON, LOST, OF_GRADIENT, OF_VALUE, Case, Check, Observation
from gradcheck.diagnoses.base import Diagnosis, Evidence, Seen, Trial
from gradcheck.diagnosing import Cause, causes
from gradcheck.examples import Example, Profile, battery, plain_examples, settings
from gradcheck.inquiries import Asked, conduct
from gradcheck.records.report import CheckReport
from gradcheck.subject import Answer, Subject
from gradcheck.wording import Wording

__all__ = ["Examination", "examine", "passes", "planned"]

TRIAL_REGIMES = ("ordinary", "wide", "large-batch", "negative", "batch-of-one")
MOST_TRIALS = 6
SHRINK_TRIES = 60
"""Evaluations that shrinking may cost; the smallest example is tried first."""
NOT_JUDGED = "nothing-to-judge"
Selected = Callable[[str, "str | None"], bool]


@dataclass(frozen=True)
class Examination:
    """What a component is examined with."""

    checks: Sequence[Check]
    diagnoses: Callable[[], Sequence[Diagnosis]]
    """Asked for only when something fails: most of the import time of a right submission."""
    seed: int
    profile: Profile
    strict: frozenset[str] = frozenset()
    """Checks whose remarks count as faults."""


@dataclass(frozen=True)
class _Result:
    """One check of one variable, over all examples."""

    check: Check
    variable: str | None
    asked: tuple[Asked, ...]
    observed: tuple[tuple[Asked, Observation], ...]
    reason: str | None = None

    def of(self, verdict: str) -> list[tuple[Asked, Observation]]:
        return [(a, o) for a, o in self.observed if o.verdict == verdict]

    def seen(self, verdict: str = "wrong") -> Seen:
        """Return the failure (or the remark) as evidence, of its most telling observation."""
        found = self.of(verdict)
        regimes = frozenset(a.case.example.regime for a, _ in found)
        first = found[0][1]
        return Seen(self.check.id, self.variable, first.evidence, regimes, first.details)


def planned(subject: Subject, checks: Sequence[Check]) -> list[tuple[Check, str | None, str]]:
    """Return every (check, variable, reason against it) that applies, in dependency order."""
    plan: list[tuple[Check, str | None, str]] = []
    for check in sorted(checks, key=lambda c: c.order):
        is_blind = check.needs_reference and not subject.component.has_reference
        reason = "" if is_blind else check.reason_against(subject)
        if reason == "":
            continue
        variables: Iterable[str | None] = [None]
        if check.is_per_variable:
            variables = subject.variables or [None]
        plan += [(check, variable, reason or "") for variable in variables]
    return plan


def examine(
    subject: Subject, examination: Examination, fixed: Mapping[str, int], wording: Wording,
    is_selected: Selected = lambda check, variable: True,
) -> list[CheckReport]:  # fmt: skip
    """Run all checks that apply and return their reports, in dependency order.

    Parameters
    ----------
    subject : Subject
        The component as the student wrote it.
    fixed : Mapping[str, int]
        Sizes that the submission fixes.
    wording : Wording
        Turns observations into findings.
    is_selected : callable
        Whether a check of a variable is wanted; the others are skipped, ``deselected``.
    """
    results, cases, answers = _asked(subject, examination, fixed, is_selected)
    failed = [r for r in results if r.of("wrong") and is_selected(r.check.id, r.variable)]
    found = _causes(subject, results, failed, cases, answers, examination) if failed else ()
    roots = _roots(failed, found)
    shrinker = _Shrinker(subject, tuple(sorted(fixed.items())), examination)
    reports = []
    for result in results:
        if not is_selected(result.check.id, result.variable):
            result = _Result(result.check, result.variable, (), (), "deselected")
        reports.append(_report(result, failed, roots, shrinker, wording, examination))
    return reports


def passes(subject: Subject, examination: Examination, fixed: Mapping[str, int]) -> bool:
    """Return whether all checks pass; of what fails no cause is looked for."""
    results, _, _ = _asked(subject, examination, fixed, lambda check, variable: True)
    is_open = any(r.of("undecided") and not (r.of("right") or r.of("remark")) for r in results)
    return not is_open and not any(r.of("wrong") for r in results)


def _asked(
    subject: Subject, examination: Examination, fixed: Mapping[str, int], is_selected: Selected,
) -> tuple[list[_Result], list[Case], Mapping[int, Answer]]:
    """Return what all checks that apply observed, the cases, and what these were answered."""
    key = tuple(sorted(fixed.items()))
    variants = tuple(subject.variants)
    examples = battery(subject.component, variants, key, examination.seed, examination.profile)
    of_variant = {v.id: subject.at(v) for v in variants[1:]} | {subject.variant.id: subject}
    cases = [Case(example, of_variant[example.variant.id]) for example in examples]
    plan = planned(subject, examination.checks)
    wanted = {c.id: c for c, variable, reason in plan if not reason and is_selected(c.id, variable)}
    asked, answers = conduct([(c, case) for c in wanted.values() for case in c.selected(cases)])
    results = [_result(check, variable, reason, asked) for check, variable, reason in plan]
    return _withheld(_resampled(results, cases)), cases, answers


def _result(check: Check, variable: str | None, reason: str, asked: Sequence[Asked]) -> _Result:
    mine = tuple(a for a in asked if a.check is check)
    observed = tuple(
        (a, o) for a in mine for o in a.observations if o.variable == variable or variable is None
    )
    return _Result(check, variable, mine, observed, reason or None)


def _resampled(
    results: Sequence[_Result], cases: Sequence[Case]
) -> list[_Result]:
    """Return the results with undecided ones asked again on other examples."""
    again: list[_Result] = []
    for result in results:
        decided = result.of("wrong") or result.of("right") or result.of("remark")
        if decided or not result.of("undecided"):
            again.append(result)
            continue
        others = [c for c in result.check.near(cases) if c not in [a.case for a in result.asked]]
        more, _ = conduct([(result.check, c) for c in others])
        fresh = _result(result.check, result.variable, "", more)
        again.append(
            _Result(result.check, result.variable, (*result.asked, *more),
                    (*result.observed, *fresh.observed))
        )  # fmt: skip
    return again


def _withheld(results: Sequence[_Result]) -> list[_Result]:
    """Return the results without those that would only repeat another failure."""
    failed = {r.check.id for r in results if r.of("wrong")}
    kept = []
    for result in results:
        blocker = next((c for c in result.check.only_after if c in failed), None)
        withheld = _Result(result.check, result.variable, result.asked, (), blocker)
        kept.append(withheld if blocker and result.reason is None else result)
    return kept


def _causes(
    subject: Subject, results: Sequence[_Result], failed: Sequence[_Result],
    cases: Sequence[Case], answers: Mapping[int, Answer], examination: Examination,
) -> tuple[Cause, ...]:  # fmt: skip
    trials = [
        trial
        for case in cases
        if case.example.regime in TRIAL_REGIMES
        and (trial := _trial(case, answers)) is not None
    ]
    trials.sort(key=lambda t: TRIAL_REGIMES.index(t.example.regime))
    failing = dict.fromkeys(r.variable for r in failed if r.variable is not None)
    evidence = Evidence(
        subject.component, subject.variant, tuple(trials[:MOST_TRIALS]),
        tuple(r.seen() for r in failed), tuple(failing),
        tuple(r.seen("remark") for r in results if r.of("remark")),
    )  # fmt: skip
    return causes(evidence, examination.diagnoses())


def _trial(case: Case, answers: Mapping[int, Answer]) -> Trial | None:
    forward, backward = (answers.get(id(c)) for c in (case.forward, case.backward))
    answered = [a for a in (forward, backward) if a is not None and a.fault is None]
    if not answered:
        return None
    actual = {}
    if backward is not None and backward.fault is None:
        arrays = {name: base.as_array(value) for name, value in backward.gradients.items()}
        actual = {name: a for name, a in arrays.items() if a is not None}
    is_there = forward is not None and forward.fault is None
    output = base.as_array(forward.output) if forward is not None and is_there else None
    return Trial(case.example, case.subject.layout, case.shown(case.example.gradients), actual,
                 case.expected_output, output, case.subject.upstream == "local")  # fmt: skip


def _roots(
    failed: Sequence[_Result], found: Sequence[Cause]
) -> Mapping[int, tuple[_Result, Cause | None]]:
    """Return for each failure (by id) its root failure and the cause that the root carries.

    Causes claim the failures that they explain; each cause's first failure is its root.
    What no cause explains follows from the first failure of its kind: of the value, or of
    the gradient; a consistency or a training that fails alone follows from the value.
    """
    owner: dict[int, Cause | None] = {}
    for result in failed:
        owner[id(result)] = next((c for c in found if c.explains(result.seen())), None)
    roots: dict[int, tuple[_Result, Cause | None]] = {}
    first_of: dict[int, _Result] = {}
    for result in failed:
        cause = owner[id(result)]
        if cause is not None:
            first_of.setdefault(id(cause), result)
    for result in failed:
        cause = owner[id(result)]
        if cause is not None:
            roots[id(result)] = (first_of[id(cause)], cause)
        else:
            first = _first_of_kind(result, failed)
            roots[id(result)] = (first, owner[id(first)])
    return roots


def _first_of_kind(result: _Result, failed: Sequence[_Result]) -> _Result:
    """Return the failure that an unexplained one follows from (perhaps itself)."""
    of_value = [r for r in failed if r.check.id in OF_VALUE]
    if result.check.id in OF_VALUE:
        return of_value[0]
    variables = {r.variable for r in failed if r.check.id in OF_GRADIENT}
    is_own = result.check.id in OF_GRADIENT or result.variable in variables
    if of_value and not is_own and (result.variable is not None or not variables):
        return of_value[0]
    others = [r for r in failed if r.check.id not in OF_VALUE]
    related = [r for r in others if r.check.id in OF_GRADIENT] or others
    return related[0]


class _Enough(BaseException):
    """All tries are used up: Hypothesis, which takes an Exception for a failure, must stop.

    It would go on sorting what it can't try, for many seconds where examples have many entries.
    """


class _Shrinker:
    """Finds a smallest failing example, once a root cause."""

    def __init__(
        self, subject: Subject, fixed: tuple[tuple[str, int], ...], examination: Examination
    ) -> None:
        self._subject = subject
        self._fixed = fixed
        self._examination = examination

    def shrunk(self, result: _Result) -> tuple[Example, Observation]:
        """Return the smallest failing example found, with what was observed on it."""
        wrong = result.of("wrong")
        asked, observed = min(wrong, key=lambda pair: self._plainness(pair[0].case.example))
        smallest = asked.case.example, observed
        if self._examination.profile == "quick" or observed.fault is not None:
            return smallest
        seen = {a.case.subject.variant.id: a.case.subject for a, _ in wrong}
        subject = seen.get(self._subject.variant.id, asked.case.subject)
        return self._searched(result, subject) or smallest

    def _plainness(self, example: Example) -> tuple[bool, int]:
        """Sort examples with the usual constants, and few entries, first."""
        return example.variant.id != self._subject.variant.id, _entries(example)

    def _searched(
        self, result: _Result, subject: Subject
    ) -> tuple[Example, Observation] | None:
        found: list[tuple[Example, Observation]] = []
        left = SHRINK_TRIES

        def fails(example: Example) -> bool:
            nonlocal left
            left -= 1
            if left < 0:
                raise _Enough
            with np.errstate(all="ignore"):
                asked, _ = conduct([(result.check, Case(example, subject))])
            wrong = [
                o for o in asked[0].observations
                if o.verdict == "wrong" and o.variable == result.variable
            ]  # fmt: skip
            if wrong:
                found.append((example, wrong[0]))
            return bool(wrong)

        # the simplest example of all comes first: if it fails, there is nothing to shrink
        self._find(subject, fails, settings(1, Phase.generate))
        if not found:
            self._find(subject, fails, settings(SHRINK_TRIES, Phase.generate, Phase.shrink))
        # the last failing one that Hypothesis tried may not be its smallest
        return min(found, key=lambda pair: _weight(pair[0])) if found else None

    def _find(
        self, subject: Subject, fails: Callable[[Example], bool], how: hypothesis.settings
    ) -> None:
        component, variant = subject.component, subject.variant
        errors = hypothesis.errors
        # unsatisfiable: with sizes that the code fixes, examples may be too large to draw
        with suppress(errors.NoSuchExample, errors.Flaky, errors.Unsatisfiable, _Enough):
            hypothesis.find(
                plain_examples(component, variant, self._fixed), fails, settings=how,
                random=Random(self._examination.seed),
            )  # fmt: skip


def _entries(example: Example) -> int:
    return sum(v.size for v in example.inputs.values())


def _weight(example: Example) -> tuple[int, float]:
    values = [np.abs(v.astype(np.float64)).sum() for v in example.inputs.values()]
    return _entries(example), float(sum(values))


def _report(
    result: _Result, failed: Sequence[_Result],
    roots: Mapping[int, tuple[_Result, Cause | None]], shrinker: _Shrinker, wording: Wording,
    examination: Examination,
) -> CheckReport:  # fmt: skip
    check, variable = result.check, result.variable
    title = check.title.format(wording.variable_title(variable)) if variable else check.title
    if variable is None:
        title = title.replace(" with respect to {}", "").replace(" at {}", "")
    evaluations = sum(a.evaluations for a in result.asked)
    common = {"id": check.id, "title": title, "variable": variable, "evaluations": evaluations}
    if result.of("wrong") and result.reason is None:
        root, cause = roots[id(result)]
        if root is result:
            example, observed = shrinker.shrunk(result)
            finding = wording.finding(check, variable, example, observed, cause)
        else:
            asked, observed = min(result.of("wrong"), key=lambda p: _entries(p[0].case.example))
            finding = wording.follower(check, variable, asked.case.example, observed,
                                       (root.check, root.variable))  # fmt: skip
        return CheckReport(**common, outcome="failed", method=observed.method or None,
                           bound=_finite(observed.bound), findings=(finding,))  # fmt: skip
    remarks = _remarks(result)
    is_strict = check.id in examination.strict
    findings = tuple(
        wording.remark(check, variable, a.case.example, o, is_fault=is_strict) for a, o in remarks
    )
    good = result.of("right") + result.of("remark")
    if good:
        outcome = "failed" if findings and is_strict else "passed"
        bounds = [b for _, o in good if (b := _finite(o.bound)) is not None]
        method = next((o.method for _, o in good if o.method), None)
        return CheckReport(**common, outcome=outcome, method=method,
                           bound=max(bounds, default=None), findings=findings)  # fmt: skip
    if result.of("undecided"):
        asked, observed = result.of("undecided")[0]
        finding = wording.undecided(check, variable, asked.case.example, observed)
        return CheckReport(**common, outcome="errored", method=observed.method or None,
                           bound=_finite(observed.bound), findings=(finding,))  # fmt: skip
    blocker = result.reason or _blocker(check, variable, failed)
    return CheckReport(**common, outcome="skipped", blocked_by=blocker)


def _remarks(result: _Result) -> list[tuple[Asked, Observation]]:
    """Return one remark of each wording; on a small epsilon, the one of the largest size."""
    found: dict[str, tuple[Asked, Observation]] = {}
    remarks = result.of("remark")
    for asked, observed in sorted(remarks, key=lambda r: -r[1].details.get("size", 0.0)):
        is_once = observed.evidence in {EPSILON, LOST}
        found.setdefault(observed.evidence if is_once else observed.message, (asked, observed))
    return list(found.values())


def _blocker(check: Check, variable: str | None, failed: Sequence[_Result]) -> str:
    """Return the first failed check that left this one nothing to judge."""
    for identifier in check.after:
        for result in failed:
            if result.check.id == identifier and result.variable in {variable, None}:
                return identifier
    for identifier in check.after:
        if any(r.check.id == identifier for r in failed):
            return identifier
    return failed[0].check.id if failed else NOT_JUDGED


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
