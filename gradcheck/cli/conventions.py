"""how a submission may be written: every convention with an example"""

from __future__ import annotations

import argparse
import textwrap

from gradcheck import families
from gradcheck.cli._options import width

INDENT = "    "


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options: none."""


def execute(arguments: argparse.Namespace) -> int:
    """Print the conventions, those that read the most names at once first."""
    for convention in families.all_conventions():
        title = f"{convention.id}: {convention.title}"
        print("\n".join(textwrap.wrap(title, width(), break_on_hyphens=False)))
        for line in convention.example.strip("\n").splitlines():
            print(f"{INDENT}{line}")
        print()
    return 0
