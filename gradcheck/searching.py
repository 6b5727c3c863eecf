"""The one line that is wrong, found by trying: edits that make what failed come out right.

Many edited copies are loaded at once, each a file of its own, and asked a few of the questions
that the submission failed; one that answers rightly is judged anew, by all checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from gradcheck import mending
from gradcheck.planning import subject_of
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.report import CheckReport, Finding
from gradcheck.records.submission import Submission
from gradcheck.records.text import source_lines
from gradcheck.references import References
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session
from gradcheck.slips import Slip, slips
from gradcheck.template import Reading
from gradcheck.trying import Question, holds, settled_at

__all__ = ["Search", "failed_checks", "root_of"]

MOST_TRIED = 600
MOST_OF_SEVERAL = 60
"""Edits of a submission of several files, which are tried one by one."""
AT_ONCE = 100
MOST_PROMISING = 4
"""Edits that answer the questions, and are judged by all checks."""
MOST_TOLD = 2
"""Up to which rank of an edit the constants are looked for anew: it takes long."""
HURRIED = Budgets(call_cpu=0.5, submission_cpu=10.0, time_outs=3)
ENGINE = "autograd"
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])")
OF_VALUE = "forward-value"


def root_of(checks: Sequence[CheckReport]) -> Finding | None:
    """Return the first fault that follows from no other, if its place is known."""
    faults = [f for c in checks if c.outcome == "failed" for f in c.findings
              if f.severity == "fault" and f.follows_from is None]  # fmt: skip
    return faults[0] if faults and faults[0].location is not None else None


def failed_checks(checks: Sequence[CheckReport]) -> list[tuple[str, str | None]]:
    """Return which checks failed, of which variables."""
    return [(c.id, c.variable) for c in checks if c.outcome == "failed"]


@dataclass(frozen=True)
class Search:
    """Tries edits of one submission.

    Parameters
    ----------
    passes : callable
        Whether a reading passes every check with a slip's line replaced, in a fresh worker.
    """

    submission: Submission
    module: ModuleDescription
    executor: Executor
    references: References
    passes: Callable[[Slip, Reading], bool]

    def found(self, reading: Reading, root: Finding, asked: Sequence[Question]) -> Slip | None:
        """Return the plainest edit with which a component passes, or None."""
        if root.location is None or not asked:
            return None
        sources = dict(self.submission.sources)
        file = root.location.file
        lines = source_lines(sources[file])
        functions = [f.name for f in self.module.functions]
        candidates = slips(
            file, lines, root.location.line, functions, is_whole=reading.component == ENGINE
        )
        promising = islice(self._promising(candidates, reading, asked), MOST_PROMISING)
        return next((slip for slip, its in promising if self.passes(slip, its)), None)

    def _promising(
        self, candidates: Sequence[Slip], reading: Reading, asked: Sequence[Question]
    ) -> Iterator[tuple[Slip, Reading]]:
        """Yield the edits whose code answers the questions rightly, and what it is read as."""
        is_one = len(self.submission.sources) == 1
        most, at_once = (MOST_TRIED, AT_ONCE) if is_one else (MOST_OF_SEVERAL, 1)
        tried = candidates[:most]
        for start in range(0, len(tried), at_once):
            some = tried[start : start + at_once]
            copies = []
            for place, slip in enumerate(some):
                edited = mending.applied(self.submission.sources, [(slip.file, slip.repair)])
                if edited is not None:
                    copies += edited if not is_one else [(f"{place}.py", edited[0][1])]
            yield from self._answering(some, copies, reading, asked, is_one=is_one)

    @staticmethod
    def _told(reading: Reading, question: Question) -> tuple[str, ...]:
        """Return the constants that the wrong value told: the right one may have others."""
        if question.check.id != OF_VALUE:
            return ()
        component, variant = question.example.component, question.example.variant
        return tuple(
            c.name for c in component.constants
            if not c.is_integer and c.name in variant.options
            and c.name not in reading.template.options
        )  # fmt: skip

    def _answering(
        self, some: Sequence[Slip], copies: Sequence[tuple[str, str]], reading: Reading,
        asked: Sequence[Question], *, is_one: bool,
    ) -> Iterator[tuple[Slip, Reading]]:  # fmt: skip
        with Session(
            copies, executor=self.executor, budgets=HURRIED, folder=self.submission.folder
        ) as session:
            if not isinstance(session.load(), ModuleDescription):
                return
            names = self._told(reading, asked[0])
            written = {float(n) for _, text in self.submission.sources
                       for n in _NUMBER.findall(text)} - {0, 1}  # fmt: skip
            for place, slip in enumerate(some):
                its = replace(reading, modules=(place,)) if is_one else reading
                subject = subject_of(its, session, self.references)
                if holds(subject, asked[:1]) and holds(subject, asked):
                    yield slip, reading
                elif slip.order[0] <= MOST_TOLD and names and (
                    variant := settled_at(subject, asked[0], names, written)
                ):
                    yield slip, replace(reading, variant=variant.id)
