"""The JSON report, ``gradcheck/report/v1``."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gradcheck.records.report import Report
from gradcheck.reports.base import ReportFormat


class JsonReport(ReportFormat):
    """UTF-8 JSON with the keys of the contract; numbers are finite or null."""

    id = "json"
    title = "JSON, gradcheck/report/v1"
    suffix = ".json"

    def render(self, report: Report) -> bytes:
        """Return the report as JSON; equal runs give equal bytes."""
        data = report.model_dump(mode="json", by_alias=True)
        text = json.dumps(data, indent=1, allow_nan=False, ensure_ascii=True)
        return (text + "\n").encode()

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return one report as an object, several as an array."""
        if len(reports) == 1:
            return self.render(reports[0])
        whole = [json.loads(self.render(report)) for report in reports]
        return (json.dumps(whole, indent=1, allow_nan=False) + "\n").encode()


FORMAT = JsonReport()
