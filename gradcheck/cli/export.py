"""write reports down in another format"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pydantic import ValidationError

from gradcheck.errors import UsageError
from gradcheck.families import all_formats
from gradcheck.records.report import Report


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT", help="JSON reports")
    parser.add_argument("--to", required=True, choices=tuple(all_formats()), help="the format")


def execute(arguments: argparse.Namespace) -> int:
    """Write each report to standard output."""
    form = all_formats()[arguments.to]
    for path in arguments.reports:
        for report in read_reports(path):
            sys.stdout.buffer.write(form.render(report))
    sys.stdout.flush()
    return 0


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
