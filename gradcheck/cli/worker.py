"""grade for a service on PostgreSQL, on this host or another

Any number of workers may run; one that dies loses nothing, another grades what it held. Ctrl-C
finishes what is being graded.
"""

from __future__ import annotations

import argparse

from gradcheck.cli import _service
from gradcheck.service.worker import work


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    _service.add_database(parser)
    _service.add_grading(parser)
    parser.add_argument("--slots", dest="jobs", type=_service.positive, metavar="N",
                        help="graded at once (default: the CPUs)")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Work until interrupted."""
    work(_service.settings(arguments))
    return 0
