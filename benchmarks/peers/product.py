"""gradcheck as its users run it, and the same without processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import inline
from catalogue import Entry

from gradcheck import api
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.sandbox.default import default_executor

__all__ = ["Product", "Said", "verdicts"]


@dataclass(frozen=True)
class Said:
    """What a report says: its outcome, ``unrecognised`` where it judged nothing."""

    outcome: str
    component: str
    detail: str
    checks: tuple[tuple[str, str, str], ...]


class Product:
    """Grades sources through the sandbox; close it afterwards."""

    def __init__(self) -> None:
        self._executor = default_executor()
        self._folder = TemporaryDirectory()

    def close(self) -> None:
        self._executor.close()
        self._folder.cleanup()

    def submission(self, entry: Entry, source: str) -> Submission:
        path = Path(self._folder.name) / f"{entry.file}.py"
        path.write_text(source, encoding="utf-8")
        return read_submission(path)

    def graded(self, entry: Entry, source: str, seed: int | None = None) -> Report:
        """Through the sandbox, profile standard."""
        options = Options(seed=seed)
        return api.grade(self.submission(entry, source), None, executor=self._executor,
                         options=options)  # fmt: skip

    def in_process(self, entry: Entry, source: str, seed: int | None = None) -> Report:
        """Without a process of its own."""
        return inline.grade(self.submission(entry, source), Options(seed=seed))


def verdicts(report: Report) -> Said:
    """Return what a report says, by check."""
    checks = tuple(
        (f"{c.id}::{k.id}", k.variable or "", k.outcome) for c in report.components
        for k in c.checks
    )  # fmt: skip
    names = ",".join(c.id for c in report.components)
    told = [
        f"{k.id}[{k.variable or ''}] {k.outcome}: {k.findings[0].message}"
        for c in report.components for k in c.checks
        if k.outcome in {"failed", "errored"} and k.findings
    ]  # fmt: skip
    outcome = report.outcome if report.components else "unrecognised"
    return Said(outcome, names, told[0] if told else "", checks)
