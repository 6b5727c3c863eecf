"""enrol the students of a CSV file in a course of a service

The file's first line names the columns: id and name, and email and section if you like. With
--tokens a CSV of ids and new tokens is printed; they are kept nowhere.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from gradcheck.cli import _service
from gradcheck.records.roster import load_roster
from gradcheck.service import admin
from gradcheck.service.catalogue import COURSE


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file")
    _service.add_database(parser)
    parser.add_argument("--course", default=COURSE, help=f"which course (default: {COURSE})")
    parser.add_argument("--tokens", action="store_true", help="make a token for each student")


def execute(arguments: argparse.Namespace) -> int:
    """Enrol."""
    roster = load_roster(arguments.file)
    service = admin.opened(_service.settings(arguments))
    try:
        enrolled = admin.enrol(
            service, roster, course=arguments.course, with_tokens=arguments.tokens
        )
    finally:
        service.close()
    if arguments.tokens:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["id", "token"])
        writer.writerows((e.student.id, e.token) for e in enrolled)
    print(f"{len(enrolled)} students are enrolled in {arguments.course}", file=sys.stderr)
    return 0
