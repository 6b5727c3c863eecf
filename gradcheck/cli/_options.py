"""Options that several commands share."""

from __future__ import annotations

import argparse
import shutil
import sys

from gradcheck.api import tried_assignment
from gradcheck.examples import PROFILES, Profile
from gradcheck.options import Options
from gradcheck.records.assignment import MOST_SEED, AssignmentSpec
from gradcheck.records.levels import LEVEL_NAMES

__all__ = ["add_interpreter", "add_options", "chosen", "is_coloured", "level", "seed", "width"]

WIDEST = 100
NARROWEST = 60


def seed(text: str) -> int:
    """Return a seed from its text, or raise for argparse."""
    if not text.isascii() or not text.isdigit() or int(text) > MOST_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {MOST_SEED}")
    return int(text)


def level(text: str) -> int:
    """Return an isolation level from its number or name, or raise for argparse."""
    if text in LEVEL_NAMES:
        return LEVEL_NAMES.index(text)
    if text.isascii() and text.isdigit() and int(text) < len(LEVEL_NAMES):
        return int(text)
    known = ", ".join(f"{k} {name}" for k, name in enumerate(LEVEL_NAMES))
    raise argparse.ArgumentTypeError(f"a level is one of: {known}")


def add_options(parser: argparse.ArgumentParser, *, profile: Profile = "standard") -> None:
    """Add what check, grade and replay have in common."""
    parser.add_argument("--assignment", help="assignment.toml to grade by, or a shipped one's name")
    parser.add_argument("--seed", type=seed, help="whole number; the assignment's, else 0")
    parser.add_argument("--profile", choices=tuple(PROFILES), default=profile,
                        help=f"how many examples (default: {profile})")  # fmt: skip
    parser.add_argument("--isolation", type=level, help="required level, 0 to 4 or its name")
    parser.add_argument("--hints", choices=("none", "location", "mistake", "fix"),
                        help="how much is told")  # fmt: skip


def add_interpreter(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which Python runs students' code."""
    parser.add_argument("--interpreter", metavar="PYTHON",
                        help="runs students' code; needs NumPy only "
                             "(default: $GRADCHECK_INTERPRETER, else this one)")  # fmt: skip


def chosen(arguments: argparse.Namespace) -> tuple[AssignmentSpec | None, Options]:
    """Return the assignment, if one was named, and the pipeline's options."""
    spec = tried_assignment(arguments.assignment) if arguments.assignment else None
    options = Options(arguments.seed, arguments.profile, arguments.hints, arguments.isolation)
    return spec, options.keyed(spec)


def width() -> int:
    """Return the terminal's width within reason."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def is_coloured() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


