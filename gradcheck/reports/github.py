"""Annotations for GitHub Actions: the worst findings beside their lines.

The runner takes a line for a command if it starts with ``::`` after blanks, or holds
``##[word]`` anywhere. Only lines that begin here are written; newlines of the student's text
are encoded, and ``##[`` is broken up.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.records.report import Report
from gradcheck.reports._facts import Fact, asked_for, causes, remarks, text_of, why_undecided
from gradcheck.reports._failure import BROKEN, LEGACY, plain
from gradcheck.reports._safe import clipped, safe
from gradcheck.reports.base import ReportFormat

MOST_OF_A_KIND = 10
"""The runner shows that many of a kind in one step; the summary has them all."""
MOST_TITLE = 200
MOST_MESSAGE = 4096
DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
PROPERTY = (*DATA, (":", "%3A"), (",", "%2C"))


class GitHubReport(ReportFormat):
    """Workflow commands, one a line."""

    id = "github"
    title = "annotations for GitHub Actions (workflow commands)"
    suffix = ".txt"

    def render(self, report: Report) -> bytes:
        """Return at most ten errors and ten warnings, the worst first."""
        return self.render_all([report])

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return the commands of all reports: the runner's limits are those of a step."""
        short = [safe(report) for report in reports]
        errors = [line for _, line in sorted(
            ((rank, line) for one in short for rank, line in _errors(one)), key=lambda e: e[0]
        )]  # fmt: skip
        warnings = [_of(f, one, "warning") for one in short for f in remarks(one)]
        lines = errors[:MOST_OF_A_KIND] + warnings[:MOST_OF_A_KIND]
        return "".join(f"{line}\n" for line in lines).encode()


def _errors(report: Report) -> list[tuple[int, str]]:
    """Return commands with their rank: what is wrong before what is missing.

    What follows from another finding isn't annotated: its cause stands there already.
    """
    found = [(0, _of(fact, report, "error")) for fact in causes(report)]
    for missing in report.missing:
        found.append((1, _command("error", {"title": report.submission.id}, asked_for(missing))))
    if not found and report.outcome != "passed":
        properties = {"title": report.submission.id}
        found.append((0, _command("error", properties, why_undecided(report))))
    return found


def _of(fact: Fact, report: Report, kind: str) -> str:
    location = fact.finding.location
    properties = {}
    if location is not None:
        properties = {"file": location.file, "line": str(location.line),
                      "endLine": str(max(location.line, location.end_line))}  # fmt: skip
    properties["title"] = clipped(fact.title, MOST_TITLE)
    return _command(kind, properties, text_of(fact.finding, report, is_placed=location is None))


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = _encoded(clipped(message, MOST_MESSAGE).replace(LEGACY, BROKEN), DATA)
    return f"::{kind} {listed}::{text}"


def _property(text: str) -> str:
    return _encoded(plain(text).replace(LEGACY, BROKEN), PROPERTY)


def _encoded(text: str, table: Sequence[tuple[str, str]]) -> str:
    for character, code in table:
        text = text.replace(character, code)
    return text


FORMAT = GitHubReport()
