"""What formats for other programs say of a report, before they say it in their own syntax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.records.report import CheckReport, ComponentReport, Finding, Missing, Report
from gradcheck.reports._failure import failure_text, plain

__all__ = [
    "Fact", "asked_for", "causes", "check_name", "file_name", "not_graded", "number", "points",
    "remarks", "text_of", "why_undecided",
]  # fmt: skip

WIDTH = 100
SUBMISSION = "submission"


@dataclass(frozen=True)
class Fact:
    """A finding, and where in the report it stands."""

    component: ComponentReport
    check: CheckReport
    finding: Finding

    @property
    def title(self) -> str:
        """What was asked, in one line."""
        return plain(f"{self.component.id} · {self.check.title}")


def causes(report: Report) -> list[Fact]:
    """Return what is wrong, without what only follows from another finding."""
    faults = [f for f in _all(report) if f.finding.severity == "fault"]
    return [f for f in faults if f.finding.follows_from is None]


def remarks(report: Report) -> list[Fact]:
    """Return what costs no points."""
    return [f for f in _all(report) if f.finding.severity == "remark"]


def _all(report: Report) -> Iterator[Fact]:
    for component in report.components:
        for check in component.checks:
            for finding in check.findings:
                yield Fact(component, check, finding)


def check_name(check: CheckReport) -> str:
    """Return a check's name as text that is only ever shown."""
    return plain(check.name)


def file_name(report: Report) -> str:
    """Return what was handed in, for commands to run again."""
    files = report.submission.files
    return report.submission.name or (files[0].name if files else report.submission.id)


def text_of(finding: Finding, report: Report, *, is_placed: bool = True) -> str:
    """Return all that is said of a finding, in lines without control characters.

    Parameters
    ----------
    is_placed : bool
        Whether file and line come first; not where the format has a place for them.
    """
    lines = []
    if is_placed and finding.location is not None:
        lines.append(f"{finding.location.file}:{finding.location.line}")
    lines += failure_text(finding, file_name(report), width=WIDTH)
    # two_ends may have put two lines into one text
    return "\n".join(plain(line) for text in lines for line in text.split("\n"))


def number(value: float) -> str:
    """Return points as a reader writes them, with as many digits as tell them apart."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def points(earned: float | None, most: float) -> str:
    """Return ``3/5``, with a dash where nothing could be decided."""
    return f"{'–' if earned is None else number(earned)}/{number(most)}"


def asked_for(missing: Missing) -> str:
    """Return what to say of a component that isn't there."""
    names = f" (named {' or '.join(missing.names)})" if missing.names else ""
    return plain(f"{missing.id}{names}: asked for, not found")


def not_graded(report: Report) -> str | None:
    """Return why nothing was judged on this machine, if so."""
    isolation = report.isolation
    if isolation.level >= isolation.required:
        return None
    return plain(
        f"not graded: isolation level {isolation.required} is required, this machine gives "
        f"{isolation.level} ({isolation.name})"
    )


def why_undecided(report: Report) -> str:
    """Return why a report has no points, or isn't passed though nothing failed."""
    reason = not_graded(report)
    if reason is not None:
        return reason
    undecided = [c for c in report.components if c.outcome == "errored"]
    if undecided:  # a hidden part isn't named: this may stand where students read it
        names = ", ".join(c.id for c in undecided if not c.is_hidden) or "a part of it"
        return plain(f"could not be decided: {names}; nobody loses points by it")
    judged = any(c.kind != SUBMISSION for c in report.components)
    return "some checks were left out" if judged else "nothing could be judged"
