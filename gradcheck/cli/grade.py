"""grade a batch: one JSON report a submission, grades.csv, class.json

Exit status: 0 when every submission was graded, whatever its score.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gradcheck.api import grade
from gradcheck.cli._options import add_options, chosen
from gradcheck.errors import SubmissionError, UsageError
from gradcheck.files import write_atomically, write_reports
from gradcheck.intake import read_submission, submissions
from gradcheck.records.report import Report
from gradcheck.sandbox.executors.spawn import Spawn

FORMULA = ("=", "+", "-", "@", "\t", "\r")
GRADED, UNREADABLE = 0, 4


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH",
                        help="a .py file, or a folder of submissions")  # fmt: skip
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write")
    parser.add_argument("--single", action="store_true", help="a folder is one submission")
    add_options(parser, profile="quick")


def execute(arguments: argparse.Namespace) -> int:
    """Grade one after the other."""
    spec, options = chosen(arguments)
    found = submissions(arguments.paths, is_single=arguments.single)
    folder = arguments.out / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{arguments.out}: can't be made: {error.strerror}") from error
    executor = Spawn()
    reports: list[Report] = []
    unread: list[tuple[str, str]] = []
    try:
        for number, (identifier, path) in enumerate(found, 1):
            executor.prestart(1)
            try:
                submission = read_submission(path, identifier)
            except SubmissionError as error:
                unread.append((identifier, str(error)))
                print(f"[{number}/{len(found)}] not graded: {error}", file=sys.stderr)
                continue
            report = grade(submission, spec, executor=executor, options=options)
            reports.append(report)
            write_reports(folder / f"{identifier}.json", [report])
            points = "–" if report.score.points is None else f"{report.score.points:g}"
            print(f"[{number}/{len(found)}] {identifier}: {report.outcome}, "
                  f"{points}/{report.score.max_points:g}")  # fmt: skip
    finally:
        executor.close()
    write_atomically(arguments.out / "grades.csv", _grades(reports, unread))
    write_atomically(arguments.out / "class.json", _class(reports, unread))
    return UNREADABLE if unread else GRADED


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _grades(reports: Sequence[Report], unread: Sequence[tuple[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["submission", "outcome", "points", "max_points", "passed", "failed",
                     "errored", "skipped", "note"])  # fmt: skip
    for report in reports:
        counts = report.summary
        points = "" if report.score.points is None else f"{report.score.points:g}"
        writer.writerow([_safe(report.submission.id), report.outcome, points,
                         f"{report.score.max_points:g}", counts.passed, counts.failed,
                         counts.errored, counts.skipped, ""])  # fmt: skip
    for identifier, note in unread:
        writer.writerow([_safe(identifier), "not graded", *[""] * 6, _safe(note)])
    return stream.getvalue().encode()


def _class(reports: Sequence[Report], unread: Sequence[tuple[str, str]]) -> bytes:
    failed: Counter[str] = Counter()
    mistakes: Counter[str] = Counter()
    for report in reports:
        for component in report.components:
            for check in component.checks:
                if check.outcome == "failed":
                    name = f"[{check.variable}]" if check.variable else ""
                    failed[f"{component.id}::{check.id}{name}"] += 1
                mistakes.update(f.diagnosis.id for f in check.findings if f.diagnosis)
    data = {
        "schema": "gradcheck/class/v1",
        "submissions": len(reports) + len(unread),
        "outcomes": dict(sorted(Counter(r.outcome for r in reports).items())),
        "not_graded": [identifier for identifier, _ in unread],
        "points": [r.score.points for r in reports],
        "failed_checks": dict(sorted(failed.items(), key=lambda kv: (-kv[1], kv[0]))),
        "diagnoses": dict(sorted(mistakes.items(), key=lambda kv: (-kv[1], kv[0]))),
    }
    return (json.dumps(data, indent=1, allow_nan=False) + "\n").encode()


