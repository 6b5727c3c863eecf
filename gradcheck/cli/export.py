"""write reports down in another format

Several reports become one file where the format has a way to hold them: one array of JSON, one
document of JUnit XML with a suite for each, one page of Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from gradcheck import families
from gradcheck.errors import UsageError
from gradcheck.files import write_atomically
from gradcheck.hints import student_view
from gradcheck.intake.submissions import gather
from gradcheck.records.report import CheckReport, Finding, Report


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT", help="JSON reports")
    parser.add_argument("--to", required=True, choices=tuple(families.all_formats()),
                        metavar="FORMAT",
                        help=f"one of {', '.join(families.all_formats())}")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="write to this file, whole or not at all")  # fmt: skip
    parser.add_argument("--paths", nargs="+", type=Path, metavar="PATH", default=(),
                        help="what was graded: places get paths instead of names")  # fmt: skip
    parser.add_argument("--public", action="store_true",
                        help="leave the assignment's hidden parts out")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Write the reports to standard output or to a file."""
    form = families.all_formats()[arguments.to]
    found = [report for path in arguments.reports for report in read_reports(path)]
    if arguments.paths:
        places = dict(gather(arguments.paths).found)
        found = [_placed(report, places) for report in found]
    if arguments.public:
        found = [student_view(report) for report in found]
    data = form.render_all(found)
    if arguments.out is not None:
        write_atomically(arguments.out, data)
        return 0
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
    return 0


def _placed(report: Report, places: Mapping[str, Path]) -> Report:
    """Return the report with the submission's path wherever its file is named."""
    path = places.get(report.submission.id)
    if path is None:
        return report

    def finding(one: Finding) -> Finding:
        if one.location is None or one.location.file != path.name:
            return one
        location = one.location.model_copy(update={"file": path.as_posix()})
        return one.model_copy(update={"location": location})

    def check(one: CheckReport) -> CheckReport:
        return one.model_copy(update={"findings": tuple(map(finding, one.findings))})

    return report.model_copy(update={"components": tuple(
        c.model_copy(update={"checks": tuple(map(check, c.checks))}) for c in report.components
    )})  # fmt: skip


def read_reports(path: Path) -> list[Report]:
    """Return the reports in a file: one object, or an array of them.

    Raises
    ------
    UsageError
        If the file can't be read or holds no report of this version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data if isinstance(data, list) else [data]
        return [Report.model_validate(one) for one in found]
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, ValidationError, RecursionError) as error:
        first = str(error).splitlines()[0]
        raise UsageError(f"{path}: no gradcheck/report/v1: {first}") from error
