"""Markdown for the summary of a step of GitHub Actions (``$GITHUB_STEP_SUMMARY``)."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.records.report import Report
from gradcheck.reports._markdown import document
from gradcheck.reports.base import ReportFormat

MOST_BYTES = 2**20 - 2**12
"""A step has 1 MiB, or GitHub shows none of it; some is left to the step's own words."""


class GitHubSummary(ReportFormat):
    """As the Markdown report, with all but the first findings folded."""

    id = "github-summary"
    title = "Markdown for the step summary of GitHub Actions"
    suffix = ".md"

    def render(self, report: Report) -> bytes:
        """Return one report."""
        return self.render_all([report])

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return all reports within the limit of one step."""
        return document(reports, MOST_BYTES, is_folded=True)


FORMAT = GitHubSummary()
