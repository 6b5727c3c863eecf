"""run the grading service: API and pages

Without any option it makes gradcheck-service.sqlite in the working directory, loads the
assignments that come with gradcheck, and prints its address and, once, an admin's token. Every
option has an environment variable, as in GRADCHECK_PORT; Ctrl-C finishes what is being graded.
"""

from __future__ import annotations

import argparse

from gradcheck.cli import _service
from gradcheck.service.server import serve


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    _service.add_database(parser)
    _service.add_grading(parser)
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="0: any free one (default: 8000)")
    parser.add_argument("--jobs", type=int, metavar="N",
                        help="graded at once; 0: workers do it (default: the CPUs)")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    serve(_service.settings(arguments))
    return 0
