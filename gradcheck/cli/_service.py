"""Options that the service's commands share."""

from __future__ import annotations

import argparse

from pydantic import ValidationError

from gradcheck.cli._options import add_interpreter, level
from gradcheck.errors import UsageError
from gradcheck.examples import PROFILES
from gradcheck.service.settings import Settings

__all__ = ["add_database", "add_grading", "positive", "settings"]


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where everything is kept."""
    parser.add_argument("--database", metavar="DATABASE",
                        help="an SQLite file or postgresql://… "
                             "(default: gradcheck-service.sqlite)")  # fmt: skip


def add_grading(parser: argparse.ArgumentParser) -> None:
    """Add what a grading process has to know."""
    parser.add_argument("--profile", choices=tuple(PROFILES),
                        help="how many examples (default: standard)")  # fmt: skip
    add_interpreter(parser)
    parser.add_argument("--require-isolation", type=level, metavar="LEVEL",
                        help="grade nothing below this level, 0 to 4 or its name")  # fmt: skip


def positive(text: str) -> int:
    """Return a whole number above 0, or raise for argparse."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number, 1 at least")
    return int(text)


def settings(arguments: argparse.Namespace) -> Settings:
    """Return the settings: options before environment variables before defaults.

    Raises
    ------
    UsageError
        If one is out of bounds.
    """
    known = set(Settings.model_fields)
    given = {k: v for k, v in vars(arguments).items() if k in known and v is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = f"GRADCHECK_{name.upper()}"
        raise UsageError(f"--{name.replace('_', '-')} ({variable}): {first['msg']}") from error
