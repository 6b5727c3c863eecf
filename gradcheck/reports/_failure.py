"""What is said of one finding, in lines: place, cause, input, mend, what to run next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from gradcheck.records.report import Counterexample, Finding, NumberArray
from gradcheck.records.text import visible
from gradcheck.reports._compact import compact

__all__ = ["BROKEN", "GAP", "INDENT", "LEGACY", "WIDTH", "failure_text", "plain", "two_ends",
           "unheard", "wrapped"]  # fmt: skip

WIDTH = 80
INDENT = " " * 6
MOST_SOURCE_LINES = 3
GAP = 2


def plain(text: str) -> str:
    """Return one line of the student's text with control characters escaped."""
    return visible(text.replace("\t", "    "), kept="")


LEGACY, BROKEN = "##[", "## ["
GUTTER = "| "


def unheard(text: str) -> str:
    """Return text of which no CI's runner takes a line for a command.

    GitHub's obeys lines that begin with two colons, blanks before them or not, and ``##[word]``
    anywhere; whatever is printed in a workflow's step is read by it.

    Examples
    --------
    >>> unheard("      ::error::all is well")
    '    | ::error::all is well'
    """
    return "\n".join(map(_unheard, text.replace(LEGACY, BROKEN).split("\n")))


def _unheard(line: str) -> str:
    words = line.lstrip()
    if not words.startswith("::"):
        return line
    return line[: max(0, len(line) - len(words) - len(GUTTER))] + GUTTER + words


CONTINUED = 4
"""What the rest of a long line is indented by, under its beginning."""


def two_ends(left: str, right: str, width: int, visible: int | None = None) -> str:
    """Return a line with one text at each end; in two lines where one is too short."""
    gap = width - (len(left) if visible is None else visible) - len(right)
    if not right:
        return left
    return f"{left}\n{right:>{width}}" if gap < GAP else left + " " * gap + right


def wrapped(text: str, width: int) -> list[str]:
    """Return text in indented lines."""
    return textwrap.wrap(
        text, width, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False
    )


def failure_text(finding: Finding, file: str, *, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines below a finding's heading.

    Parameters
    ----------
    finding : Finding
        With as much as its hint level left of it.
    file : str
        The submission's path, for the command to run again.
    """
    yield from map(unheard, _told(finding, file, width))


def _told(finding: Finding, file: str, width: int) -> Iterator[str]:
    if finding.location is not None:
        source = finding.location.source.splitlines()[:MOST_SOURCE_LINES]
        for offset, line in enumerate(source):
            text = plain(line.strip() if len(source) == 1 else line)
            shown = f"{finding.location.line + offset:5d} │ {text}"
            shown = shown if len(shown) <= width else f"{shown[: width - 1]}…"
            function = f"in {plain(finding.location.function)}"
            yield shown if offset or len(function) > width else two_ends(shown, function, width)
    diagnosis = finding.diagnosis
    if diagnosis is not None:
        sentence = wrapped(diagnosis.explanation or diagnosis.title, width) or [INDENT]
        if len(sentence[-1]) + len(diagnosis.id) + 2 <= width:
            sentence[-1] = two_ends(sentence[-1], diagnosis.id, width)
        else:
            sentence.append(f"{diagnosis.id:>{width}}")
        yield from sentence
    elif finding.message:
        yield from (line for part in finding.message.splitlines() for line in wrapped(part, width))
    for frame in finding.traceback[:-1]:
        yield f"{INDENT}called at {plain(frame)}"[:width]
    if finding.counterexample is not None:
        yield from wrapped(_example(finding, finding.counterexample), width)
    if diagnosis is not None and diagnosis.mend:
        repair = diagnosis.repair
        proof = " (checked: with it, this component passes)" if repair and repair.verified else ""
        yield from wrapped(f"mend: {diagnosis.mend}{proof}", width)
        if repair is not None and repair.verified:
            yield from _changed(f"{repair.line:5d} + ", plain(repair.after.strip()), width)
    if diagnosis is not None:
        yield f"{INDENT}more: gradcheck explain {diagnosis.id}"
    if finding.replay:
        yield f"{INDENT}again: gradcheck replay {finding.replay} {plain(file)}"


def _changed(start: str, line: str, width: int) -> list[str]:
    """Return the line to write, whole: half of it is no mend."""
    return textwrap.wrap(
        line, width, initial_indent=start, subsequent_indent=" " * (len(start) + CONTINUED),
        break_on_hyphens=False,
    )  # fmt: skip


def _example(finding: Finding, example: Counterexample) -> str:
    called = example.names
    values = [f"{called.get(n, n)}={compact(value)}" for n, value in example.inputs.items()]
    if example.upstream is not None:
        values.append(f"dout={compact(example.upstream)}")
    text = " ".join(values)
    if isinstance(finding.expected, NumberArray) and finding.actual is not None:
        actual = finding.actual
        shown = compact(actual) if isinstance(actual, NumberArray) else actual
        text += f" → expected {compact(finding.expected)}, actual {shown}"
    return text
