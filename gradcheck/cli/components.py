"""what can be judged: every component with the names that it goes by"""

from __future__ import annotations

import argparse
import difflib
import textwrap

from gradcheck import families
from gradcheck.cli._options import width
from gradcheck.component import Component
from gradcheck.errors import UsageError

GAP = "  "


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("component", nargs="?", metavar="COMPONENT",
                        help="its id, e.g. conv2d; without one, all are listed")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Print one component, or the list by kind."""
    known = {c.id: c for c in families.all_components()}
    if arguments.component is not None:
        if arguments.component not in known:
            near = difflib.get_close_matches(arguments.component, known, n=3, cutoff=0.4)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(f"no component {arguments.component!r}{hint} "
                             "(gradcheck components lists all)")  # fmt: skip
        print("\n".join(_page(known[arguments.component], width())))
        return 0
    longest = max(map(len, known))
    for kind in dict.fromkeys(c.kind for c in known.values()):
        print(kind)
        for component in (c for c in known.values() if c.kind == kind):
            names = textwrap.shorten(", ".join(component.names), width() - longest - len(GAP) * 2,
                                     placeholder=" ...")  # fmt: skip
            print(f"{GAP}{component.id:<{longest}}{GAP}{names}")
    return 0


def _page(component: Component, columns: int) -> list[str]:
    """Return all that a component says of itself, in lines."""
    variables = component.variables(component.variants[0])
    facts = {
        component.id: f"{component.title} ({component.kind})",
        "takes": ", ".join(f"{v.name} ({', '.join(v.dims)})" for v in variables),
        "domain": component.domain,
        "kinks": component.kink_convention,
        "variants": "; ".join(dict.fromkeys(v.title for v in component.variants)),
        "layouts": "; ".join(layout.title for layout in component.layouts),
        "constants": ", ".join(c.name for c in component.constants) or "none",
        "names": ", ".join(component.names),
    }
    longest = max(map(len, facts))
    lines: list[str] = []
    for fact, text in facts.items():
        lines += textwrap.wrap(text, columns, initial_indent=f"{fact:<{longest}}  ",
                               subsequent_indent=" " * (longest + 2))  # fmt: skip
    return lines
