"""Edits of one line that undo a slip, of the lines that a wrong value depends on.

They are made of the source as text: nothing of the student's is parsed on this side. What an
edit is worth, only the edited code tells, judged in a fresh worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from gradcheck.edits import (
    NAMED,
    STATEMENT,
    Names,
    Token,
    called,
    edits,
    followed,
    masked,
    things,
    tokens_of,
)
from gradcheck.records.report import Repair

__all__ = ["Slip", "slips"]

MOST_LINE = 200
MAKER = "__init__"
"""What an object begins with is its caller's choice: another constant there hides a mistake."""
FAR = 50
"""How far a line is on which nothing depends, as far as names tell."""
_HEAD = re.compile(r"\s*(?:async\s+)?def\s+(?P<name>\w+)")
_RETURN = re.compile(r"\s*return\b")


@dataclass(frozen=True)
class Slip:
    """One edit of one line, and what was wrong if it is right.

    Parameters
    ----------
    kind : str
        Id of the diagnosis.
    sentence : str
        The mistake in a few words.
    """

    file: str
    repair: Repair
    kind: str
    sentence: str
    order: tuple[int, int, int]


@dataclass(frozen=True)
class _Line:
    """A line with the function that it stands in."""

    number: int
    text: str
    scope: str
    is_head: bool = False

    def key(self, name: str) -> str:
        """Return a variable's name, told apart from that of another function."""
        return name if name.startswith("self.") else f"{self.scope}:{name}"


def _scoped(lines: Iterable[str]) -> list[_Line]:
    """Return the lines with the outermost function that each is in, told by indentation."""
    found: list[_Line] = []
    scope, indent = "", 0
    for number, text in enumerate(lines, start=1):
        head = _HEAD.match(text)
        width = len(text) - len(text.lstrip())
        if text.strip() and width <= indent and not text.lstrip().startswith((")", "#")):
            scope = ""
        is_head = head is not None and not scope
        if head is not None and is_head:
            scope, indent = head["name"], width
        found.append(_Line(number, text, scope, is_head))
    return found


def _depths(lines: Sequence[_Line], first: int, *, is_whole: bool) -> dict[int, int]:
    """Return how many assignments lie between each line and the first one, where it depends on it.

    Told by names alone, loops included; a call leads to what its function returns.
    """
    makers: dict[str, list[int]] = {}
    used: dict[int, set[str]] = {}
    for line in lines:
        code = masked(line.text).rstrip("\0 ")
        found = STATEMENT.fullmatch(code)
        used[line.number] = {line.key(name) for name in things([line.text])}
        used[line.number] |= {name.rpartition(".")[2] + "()" for name in called([line.text])}
        if found and found["target"]:
            target = Token(found["target"].partition("[")[0], 0, 0, 0).thing
            makers.setdefault(line.key(target), []).append(line.number)
        if _RETURN.match(line.text):
            makers.setdefault(f"{line.scope}()", []).append(line.number)
    start = next((line for line in lines if line.number == first), None)
    if start is None:
        return {}
    inside = [line.number for line in lines if line.scope == start.scope and not line.is_head]
    depths = dict.fromkeys(inside, 0) if start.is_head else {first: 0}
    todo = list(depths)
    for number in todo:
        for name in sorted(used[number]):
            for other in makers.get(name, []):
                if other not in depths:
                    depths[other] = depths[number] + 1
                    todo.append(other)
    rest = [line.number for line in lines if is_whole and line.scope]
    return dict.fromkeys(rest, FAR) | depths


def slips(
    file: str, lines: Sequence[str], first: int, functions: Sequence[str] = (),
    *, is_whole: bool = False,
) -> list[Slip]:  # fmt: skip
    """Return edits of the lines that a line depends on, the plainest first.

    Parameters
    ----------
    lines : sequence of str
        Of the file.
    first : int
        The line at which the wrong value comes out, counted from 1.
    functions : sequence of str
        The file's functions.
    is_whole : bool
        Whether lines that it doesn't depend on, as far as names tell, are edited after these.
    """
    scoped = _scoped(lines)
    depths = _depths(scoped, first, is_whole=is_whole)
    known: dict[str, list[str]] = {}
    for line in scoped:
        for name in things([line.text]):
            owner = "self" if name.startswith("self.") else line.scope
            if name not in known.setdefault(owner, []):
                known[owner].append(name)
    shared = known.get("self", [])
    dotted = [n for names in known.values() for n in names if "." in n]
    arrays = _indexed(lines)
    number = count()
    found: list[Slip] = []
    for line in scoped:
        text = line.text
        if line.scope == MAKER or line.number not in depths:
            continue
        if len(text) > MOST_LINE or not text.isprintable():
            continue
        own = known.get(line.scope, [])
        further = [n for n in dotted if n.partition(".")[0] in own and n not in own]
        names = Names(list(dict.fromkeys([*own, *shared, *further])), arrays, functions)
        for priority, kind, sentence, after in edits(text, names):
            if after != text:
                repair = Repair(line=line.number, before=text, after=after, verified=False)
                order = (_rank(priority, depths[line.number]), depths[line.number], next(number))
                found.append(Slip(file, repair, kind, sentence, order))
    best: dict[tuple[int, str], Slip] = {}
    for slip in sorted(found, key=lambda s: s.order):
        best.setdefault((slip.repair.line, slip.repair.after), slip)
    return list(best.values())


def _rank(priority: int, depth: int) -> int:
    """Return when an edit is tried: what isn't plain is put off by a line's distance, too."""
    return priority if priority < NAMED else NAMED + min(depth, FAR)


def _indexed(lines: Iterable[str]) -> frozenset[str]:
    """Return the variables that an index follows somewhere: lists and tables."""
    return frozenset(t.thing for line in lines for _, t, after in followed(tokens_of(line))
                     if t.is_thing and after == "[")  # fmt: skip
