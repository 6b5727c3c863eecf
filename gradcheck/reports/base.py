"""What a report format is."""

from __future__ import annotations

from abc import ABC, abstractmethod
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
