"""What pytest collects from submissions: an item a check.

The nodes ask whoever collects (:class:`Judge`) for plans and for submissions ready to be
judged; they know nothing of options, arguments and pytest-xdist.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from gradcheck import pipeline
from gradcheck.options import Options
from gradcheck.pipeline import Prepared
from gradcheck.planning import LOADS, Item, Plan
from gradcheck.records.report import CheckReport, Report
from gradcheck.records.submission import Submission
from gradcheck.reports.terminal import FORMAT as TERMINAL
from gradcheck.reports.terminal import failure_text

__all__ = ["CheckItem", "Judge", "SubmissionFile", "UnreadableFile"]

RECOGNISED = "recognised"


class Judge(Protocol):
    """Whoever collects submissions and keeps their workers."""

    options: Options

    def plan(self, path: Path) -> Plan:
        """Return the plan of one submission."""

    def prepared(self, path: Path) -> Prepared:
        """Return a submission ready to be judged."""


class CheckFailed(Exception):
    """A check of a submission failed; the text is what the student reads."""


class CheckErrored(Exception):
    """A check could not be decided."""


class SubmissionFile(pytest.File):
    """One submission; its items are the checks that apply."""

    judge: Judge
    submission: Submission
    resolved: Path

    @classmethod
    def of(
        cls, parent: pytest.Collector, path: Path, resolved: Path, judge: Judge,
        submission: Submission,
    ) -> SubmissionFile:  # fmt: skip
        """Return the node of a submission."""
        node: SubmissionFile = cls.from_parent(parent, path=path)
        node.judge, node.resolved, node.submission = judge, resolved, submission
        node.wanted = set()
        node._report = None
        node._fresh = None
        return node

    wanted: set[Item]
    _report: Report | None
    _fresh: str | None

    def collect(self) -> Iterator[CheckItem]:
        """Yield an item a check; ``loads`` or ``recognised`` where there is none."""
        plan = self.judge.plan(self.resolved)
        items = list(plan.items)
        if plan.fault is not None:
            items = [Item("", LOADS, None)]
        elif not items:
            items = [Item("", RECOGNISED, None)]
        for item in items:
            name = item.id if item.component else item.check
            yield CheckItem.of(self, name, item)

    def report(self) -> Report:
        """Return the submission's report; judged once, with the wanted items only."""
        if self._report is None:
            events = pipeline.run(
                self.judge.prepared(self.resolved),
                self.judge.options,
                lambda item: item in self.wanted,
            )
            for event in events:
                if isinstance(event, pipeline.Finished):
                    self._report = event.report
            assert self._report is not None
            self._fresh = self._report.model_dump_json(by_alias=True)
        return self._report

    def take_report(self) -> str | None:
        """Return the report as JSON, once."""
        text, self._fresh = self._fresh, None
        return text


class UnreadableFile(pytest.File):
    """A file that can't be read as a submission: its one item fails and says why."""

    reason: str

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, reason: str) -> UnreadableFile:
        """Return the node of an unreadable file."""
        node: UnreadableFile = cls.from_parent(parent, path=path)
        node.reason = reason
        return node

    def collect(self) -> Iterator[UnreadableItem]:
        """Yield ``loads``."""
        yield UnreadableItem.from_parent(self, name=LOADS)


class UnreadableItem(pytest.Item):
    """``loads`` of a file that can't be read."""

    parent: UnreadableFile

    def runtest(self) -> None:
        """Fail with the reason."""
        raise CheckFailed(self.parent.reason)

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """Return the reason alone."""
        return str(excinfo.value)


class CheckItem(pytest.Item):
    """One check of one variable of one component."""

    item: Item
    file: SubmissionFile

    @classmethod
    def of(cls, file: SubmissionFile, name: str, item: Item) -> CheckItem:
        """Return the node of a check."""
        node: CheckItem = cls.from_parent(file, name=name)
        node.file, node.item = file, item
        return node

    def _check(self) -> CheckReport | None:
        report = self.file.report()
        plan = self.file.judge.plan(self.file.resolved)
        labels = (*plan.labels, "")  # the last carries ``loads``, if there is one
        for label, component in zip(labels, report.components, strict=False):
            for check in component.checks:
                if (label, check.id, check.variable) == (
                    self.item.component, self.item.check, self.item.variable,
                ):  # fmt: skip
                    return check
        return None

    def runtest(self) -> None:
        """Judge the submission (once) and raise what this check found."""
        check = self._check()
        if check is None:
            report = self.file.report()
            raise CheckErrored(TERMINAL.text(report).rstrip())
        if check.outcome == "skipped":
            pytest.skip(f"blocked by {check.blocked_by}")
        text = f"{self.item.component or self.file.submission.id} · {check.title}"
        if check.outcome == "passed":
            return
        file = str(self.file.path.name)
        lines = [text]
        for finding in check.findings:
            if finding.follows_from:
                lines.append(f"      from the same cause as {finding.follows_from}")
            lines += failure_text(finding, file)
        error = CheckFailed if check.outcome == "failed" else CheckErrored
        raise error("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the student's text; anything else is ours, with its traceback."""
        if isinstance(excinfo.value, CheckFailed | CheckErrored):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the student's file."""
        return self.path, None, self.name
