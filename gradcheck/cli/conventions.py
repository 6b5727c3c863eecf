"""how a submission may be written: every convention with an example"""

from __future__ import annotations

import argparse

from gradcheck import families

INDENT = "    "


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options: none."""


def execute(arguments: argparse.Namespace) -> int:
    """Print the conventions, those that read the most names at once first."""
    for convention in families.all_conventions():
        print(f"{convention.id}: {convention.title}")
        for line in convention.example.strip("\n").splitlines():
            print(f"{INDENT}{line}")
        print()
    return 0
