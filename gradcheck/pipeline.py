"""The line: submission in, report out.

``assignment → spec → submission → session → recognition → checks → findings → diagnoses
→ report``. It yields events and ends with one frozen :class:`Report`; the pytest plug-in,
the command line, the notebook and the Python API are its callers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradcheck.intake.notebooks import with_code
from gradcheck.judging import Judge, Selected
from gradcheck.options import Options
from gradcheck.planning import Plan, plan_of
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.report import ComponentReport, Output, Report
from gradcheck.records.submission import Submission
from gradcheck.records.text import visible
from gradcheck.references.loading import References
from gradcheck.reporting import partly_loaded, report_of, unloaded
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.levels import observed_isolation
from gradcheck.sandbox.session import Session

__all__ = ["Event", "Finished", "Judged", "Prepared", "Started", "run"]

DEFAULTS = Options()


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
        # under an assignment everything that is asked for is the student's own work
        free = replace(submission, has_helpers=spec is None)
        self.submission = with_code(free, executor)
        self.spec = spec
        self.executor = executor
        self.clock = _Clock()
        self.references = References(spec, executor)
        self._open()
        self.clock.lap("load")
        if plan is None:
            executor.prestart(1)  # the worker that judges starts while this one is asked
        self.plan = plan or plan_of(self.module, self.session, spec, self.references)
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
            required=self._required, around=self.submission.around,
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
            judge = Judge(
                submission, spec, executor=prepared.executor, session=session, module=module,
                references=prepared.references, seed=seed, options=options,
                is_selected=is_selected,
            )  # fmt: skip
            for place in range(len(plan.recognition.readings)):
                components.append(judge.component(plan, place))
                yield Judged(components[-1])
            if module.unloaded and spec is None:  # with one, what it lacks is missing
                components.append(partly_loaded(submission, module))
        else:
            components.append(unloaded(submission, plan.fault or module, spec))
        isolation = observed_isolation(session.hello, options.level_of(spec))
    output = Output(
        stdout=visible(session.stdout),
        stderr=visible(session.stderr),
        truncated=session.output_truncated,
    )
    clock.lap("judge")
    report = report_of(
        submission, spec, plan, module, components, isolation, output, seed, options, clock.laps
    )
    yield Finished(report)


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
