"""The JSON report, ``gradcheck/report/v1``."""

from __future__ import annotations

import json

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


FORMAT = JsonReport()
