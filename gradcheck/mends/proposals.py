"""One-statement mends as text: proposed here, judged in a fresh worker before they count.

Only a statement that fits on one line is edited (``name = expression`` or ``return
expression``), so that nothing of the student's has to be parsed on this side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradcheck.records.report import Location, Repair
from gradcheck.records.text import LINE_END

__all__ = ["MOST_LINE", "applied", "proposal"]

_STATEMENT = re.compile(
    r"(?P<head>\s*(?:return\s+|[A-Za-z_][\w.\[\]'\"]*\s*=(?!=)\s*))(?P<value>.+)"
)
_OPENING, _CLOSING = "([{", ")]}"
MOST_LINE = 200


def proposal(location: Location, wrap: str) -> Repair | None:
    """Return the edit that wraps a line's expression, or None if the line is no such statement.

    Parameters
    ----------
    location : Location
        Of one line.
    wrap : str
        The mended expression, with ``{}`` for the student's: ``-({})``.
    """
    line = location.source
    if location.line != location.end_line or len(line) > MOST_LINE or not line.isprintable():
        return None
    found = _STATEMENT.fullmatch(line.rstrip())
    if found is None or "#" in line or ";" in line or not _is_one_value(found["value"]):
        return None
    after = found["head"] + wrap.replace("{}", found["value"])
    return Repair(line=location.line, before=line, after=after, verified=False)


def _is_one_value(text: str) -> bool:
    """Return whether brackets are balanced and no comma makes it a tuple."""
    depth = 0
    for character in text:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "," and depth == 0:
            return False
        if depth < 0:
            return False
    return depth == 0 and not text.endswith("\\")


def applied(
    sources: Sequence[tuple[str, str]], repairs: Sequence[tuple[str, Repair]]
) -> list[tuple[str, str]] | None:
    """Return the files with lines replaced, or None if a line isn't what it was.

    Parameters
    ----------
    sources : sequence of (str, str)
        File name and text.
    repairs : sequence of (str, Repair)
        File name and what to replace there.
    """
    edited = []
    for name, source in sources:
        text = _edited(source, [repair for file, repair in repairs if file == name])
        if text is None:
            return None
        edited.append((name, text))
    return edited


def _edited(source: str, repairs: Sequence[Repair]) -> str | None:
    lines = LINE_END.split(source)
    for repair in repairs:
        at = repair.line - 1
        if at >= len(lines) or lines[at] != repair.before:
            return None
        lines[at] = repair.after
    ends = [*LINE_END.findall(source), ""]
    return "".join(line + end for line, end in zip(lines, ends, strict=True))
