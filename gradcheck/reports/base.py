"""What a report format is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from gradcheck.records.report import Report

__all__ = ["ReportFormat"]


class ReportFormat(ABC):
    """A way to write a report down."""

    id: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def render(self, report: Report) -> bytes:
        """Return the report in this format."""

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return several reports as one file: one after the other, or what the format has."""
        return b"".join(self.render(report) for report in reports)
