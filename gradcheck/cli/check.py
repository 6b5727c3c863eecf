"""check submissions and print what is wrong with them

Exit status: 0 all passed, 1 some failed, 2 usage or assignment error, 3 a submission could
not be loaded, 4 something could not be decided.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gradcheck.api import grade
from gradcheck.cli._options import add_options, chosen, is_coloured, width
from gradcheck.errors import SubmissionError
from gradcheck.files import write_reports
from gradcheck.intake.submissions import gather, read_submission
from gradcheck.planning import LOADS
from gradcheck.records.report import Report
from gradcheck.reports.terminal import FORMAT as TERMINAL
from gradcheck.reports.terminal import unheard
from gradcheck.sandbox.default import default_executor

PASSED, FAILED, USAGE, NOT_LOADED, UNDECIDED = 0, 1, 2, 3, 4


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH",
                        help="a .py, .ipynb or .zip file, or a folder of them")  # fmt: skip
    parser.add_argument("--single", action="store_true", help="a folder is one submission")
    parser.add_argument("--report", type=Path, help="also write the JSON report to this file")
    add_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Check each submission in turn."""
    spec, options = chosen(arguments)
    gathered = gather(arguments.paths, is_single=arguments.single)
    problems = list(gathered.problems)
    reports: list[Report] = []
    executor = default_executor(options.level_of(spec))
    try:
        for identifier, path in gathered.found:
            try:
                submission = read_submission(path, identifier)
            except SubmissionError as error:
                problems.append(str(error))
                continue
            executor.prestart(1)
            report = grade(submission, spec, executor=executor, options=options)
            reports.append(report)
            if len(gathered.found) > 1:
                rest = "─" * max(0, width() - len(submission.id) - 4)
                print(unheard(f"── {submission.id} {rest}"))
            sys.stdout.write(
                TERMINAL.text(report, width=width(), is_coloured=is_coloured())
            )
    finally:
        executor.close()
    for problem in problems:
        print(unheard(f"gradcheck: {problem}"), file=sys.stderr)
    if arguments.report and reports:
        write_reports(arguments.report, reports)
    statuses = [_status(r) for r in reports] + [USAGE] * bool(problems)
    return max(statuses, key=_SEVERITY.index)


_SEVERITY = (PASSED, UNDECIDED, FAILED, NOT_LOADED, USAGE)


def _status(report: Report) -> int:
    checks = [c for one in report.components for c in one.checks]
    if any(c.id == LOADS and c.outcome == "failed" for c in checks):
        return NOT_LOADED
    return {"passed": PASSED, "failed": FAILED}.get(report.outcome, UNDECIDED)
