"""make, list and end the tokens of a service

The token is printed once and kept nowhere; who has it, has its rights.
"""

from __future__ import annotations

import argparse
import sys

from gradcheck.cli import _service
from gradcheck.service import admin
from gradcheck.service.catalogue import COURSE

DAYS = 365


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    _service.add_database(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--role", choices=("student", "instructor", "admin"), metavar="ROLE",
                      help="make one for a student, an instructor or an admin")  # fmt: skip
    what.add_argument("--list", action="store_true", help="list those that haven't ended")
    what.add_argument("--revoke", type=int, metavar="NUMBER", help="end one")
    parser.add_argument("--course", default=COURSE,
                        help=f"whose students or instructor (default: {COURSE})")  # fmt: skip
    parser.add_argument("--student", help="for students: the id on the roster")
    parser.add_argument("--label", default="", help="to know it by in the list")
    parser.add_argument("--days", type=_service.positive, default=DAYS,
                        help=f"how long it is valid (default: {DAYS})")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Make, list or end."""
    service = admin.opened(_service.settings(arguments))
    try:
        if arguments.list:
            print("\n".join(admin.listed(service)))
        elif arguments.revoke is not None:
            admin.revoke(service, arguments.revoke)
            print(f"token {arguments.revoke} has ended", file=sys.stderr)
        else:
            course = None if arguments.role == "admin" else arguments.course
            print(admin.issue(service, arguments.role, course=course, student=arguments.student,
                              label=arguments.label, days=arguments.days))  # fmt: skip
    finally:
        service.close()
    return 0
