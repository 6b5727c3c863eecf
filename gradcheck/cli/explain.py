"""the textbook page of a mistake: the wrong line, the right line, the derivation"""

from __future__ import annotations

import argparse
import difflib
import textwrap

from gradcheck import families
from gradcheck.cli._options import width
from gradcheck.diagnoses.base import Diagnosis
from gradcheck.errors import UsageError

INDENT = "    "


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("diagnosis", nargs="?", metavar="DIAGNOSIS",
                        help="its id, e.g. sign-flipped; without one, all are listed")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Print one page, or the list."""
    known = {d.id: d for d in families.all_diagnoses()}
    if arguments.diagnosis is None:
        longest = max(map(len, known))
        for identifier, diagnosis in sorted(known.items()):
            print("\n".join(textwrap.wrap(
                diagnosis.title, width(), initial_indent=f"{identifier:<{longest}}  ",
                subsequent_indent=" " * (longest + 2), break_on_hyphens=False,
            )))  # fmt: skip
        return 0
    if arguments.diagnosis not in known:
        near = difflib.get_close_matches(arguments.diagnosis, known, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(f"no diagnosis {arguments.diagnosis!r}{hint} "
                         "(gradcheck explain lists all)")  # fmt: skip
    print(page(known[arguments.diagnosis], width()))
    return 0


def page(diagnosis: Diagnosis, columns: int) -> str:
    """Return a diagnosis's page as text."""
    title = f"{diagnosis.id}: {diagnosis.title}"
    parts = [*textwrap.wrap(title, columns, break_on_hyphens=False), "", "wrong"]
    parts += _code(diagnosis.page.wrong)
    parts += ["", "right", *_code(diagnosis.page.right), "", "why"]
    for line in diagnosis.page.derivation.splitlines():
        parts += textwrap.wrap(
            line, columns, initial_indent=INDENT, subsequent_indent=INDENT + "   ",
            break_on_hyphens=False,
        ) or [""]  # fmt: skip
    if diagnosis.parents:
        parts += ["", f"a case of: {', '.join(diagnosis.parents)}"]
    return "\n".join(parts)


def _code(text: str) -> list[str]:
    return [INDENT + line for line in text.splitlines()]
