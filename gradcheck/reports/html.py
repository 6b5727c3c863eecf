"""One page that stands alone: the submission's source with each finding below its line."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.html.environment import environment
from gradcheck.records.report import Report
from gradcheck.reports._view import ReportView, view
from gradcheck.reports.base import ReportFormat

__all__ = ["FORMAT", "HtmlReport", "ReportView", "page", "view"]


class HtmlReport(ReportFormat):
    """A page without script and without outside requests, for any browser and for paper."""

    id = "html"
    title = "HTML, a page that stands alone"
    suffix = ".html"

    def render(self, report: Report) -> bytes:
        """Return the page of a report alone: each finding carries its own line."""
        return page(report, {})


def page(report: Report, sources: Mapping[str, str], *, back: str | None = None) -> bytes:
    """Return the page of a report with the submission's source.

    Parameters
    ----------
    sources : Mapping[str, str]
        The submission's texts by file name.
    back : str, optional
        Where the link to all submissions leads.
    """
    template = environment().get_template("report.html.j2")
    return template.render(view=view(report, sources), back=back).encode()


FORMAT = HtmlReport()
