"""Markdown for comments on pull requests and for learning platforms."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.records.report import Report
from gradcheck.reports._markdown import document
from gradcheck.reports.base import ReportFormat

MOST_BYTES = 65_000
"""GitHub takes 65,536 characters in a comment; other hosts take more."""


class MarkdownReport(ReportFormat):
    """Heading, score, table of components, findings; the student's text in code only."""

    id = "markdown"
    title = "Markdown for a comment or a page"
    suffix = ".md"

    def render(self, report: Report) -> bytes:
        """Return one report."""
        return self.render_all([report])

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return all reports in one document, cut at whole findings."""
        return document(reports, MOST_BYTES)


FORMAT = MarkdownReport()
