"""What a student reads in a terminal: place, input, cause, mend, what to run next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from gradcheck.records.report import CheckReport, ComponentReport, Finding, Outcome, Report
from gradcheck.reports._facts import file_name, not_graded
from gradcheck.reports._failure import (
    GAP,
    INDENT,
    WIDTH,
    failure_text,
    plain,
    two_ends,
    unheard,
    wrapped,
)
from gradcheck.reports._safe import safe
from gradcheck.reports.base import ReportFormat

__all__ = ["FORMAT", "TerminalReport", "closing", "failure_text", "plain", "unheard"]

UNUSUAL = ("one ", "the derivative takes", "not judged: ", "backward returns no gradient",
           "its gradients are those of", "called with")  # fmt: skip
"""Readings that a student should know of: one example or number at a time, at a = f(z), less
than there is, one branch of several."""
SHAPES = ("function-pair: def sigmoid(z): ...\ndef sigmoid_prime(z): ...",)
HEAD = ('schema = "gradcheck/assignment/v1"', 'id = "names"')
"""What an assignment begins with, for who has none."""
WORDS = {"passed": "passed ", "failed": "FAILED ", "errored": "ERRORED", "skipped": "skipped"}
COLOURS = {"passed": "32", "failed": "1;31", "errored": "1;35", "remark": "33", "quiet": "2"}


class TerminalReport(ReportFormat):
    """Plain text for 80 columns (or what :meth:`text` is told), in colour if wanted."""

    id = "terminal"
    title = "text for a terminal of 80 columns"
    suffix = ".txt"

    def render(self, report: Report) -> bytes:
        """Return the report as plain text."""
        return self.text(report).encode()

    def text(self, report: Report, *, width: int = WIDTH, is_coloured: bool = False) -> str:
        """Return the report as text.

        Parameters
        ----------
        width : int
            Columns of the terminal.
        is_coloured : bool
            Whether ANSI colours are wanted; the student's own text never carries any.
        """
        paint = _Paint(is_coloured)
        report = safe(report)
        lines: list[str] = []
        for component in report.components:
            lines += _component(component, report, width, paint)
        for name in report.unrecognised:
            lines += _unrecognised(name.name, name.reason, name.nearest, width, paint)
        lines += _mapping(report, width)
        for text in report.submission.left_out:
            lines += textwrap.wrap(f"left out    {plain(text)}", width, subsequent_indent=" " * 12)
        for missing in report.missing:
            names = f" (named {' or '.join(missing.names)})" if missing.names else ""
            word = paint("failed", "MISSING")
            lines.append(f"{word}  {missing.id}{names}: asked for, not found")
        lines += _closing(report, width, paint)
        return "\n".join(map(unheard, lines)) + "\n"


class _Paint:
    """Wraps words in colours, or leaves them."""

    def __init__(self, is_coloured: bool) -> None:
        self._is_coloured = is_coloured

    def __call__(self, kind: str, text: str) -> str:
        code = COLOURS.get(kind)
        return f"\x1b[{code}m{text}\x1b[0m" if self._is_coloured and code else text


def _component(
    component: ComponentReport, report: Report, width: int, paint: _Paint
) -> Iterator[str]:
    names = ", ".join(component.names)
    bad = [c for c in component.checks if c.outcome in {"failed", "errored"}]
    if not bad:
        ran = sum(c.outcome == "passed" for c in component.checks)
        title = f"{component.id} · {names}" if names else component.id
        how = f"{ran} checks" if component.outcome == "passed" else "nothing could be judged"
        yield from _headed(component.outcome, title, how, width, paint)
    if component.kind != "submission":
        yield from _reading(component, width)
    for check in bad:
        for finding in check.findings:
            if finding.follows_from is None:
                yield from _finding(component, check, finding, report, width, paint)
    followers = [c for c in bad if any(f.follows_from for f in c.findings)]
    if followers:
        listed = ", ".join(c.name for c in followers)
        yield from wrapped(f"also fails, from the same cause: {listed}", width)
        yield ""
    for check in component.checks:
        for finding in check.findings:
            if finding.severity == "remark":
                yield from textwrap.wrap(
                    f"remark   {component.id} · {check.title}: {finding.message}", width,
                    subsequent_indent=" " * 9,
                )  # fmt: skip


def _headed(outcome: Outcome, title: str, end: str, width: int, paint: _Paint) -> Iterator[str]:
    """Yield the outcome's word, the title in as many lines as it takes, the end at the right."""
    word = WORDS[outcome]
    indent = " " * (len(word) + GAP)
    *lines, last = textwrap.wrap(title, width - len(indent), break_on_hyphens=False)
    starts = [f"{paint(outcome, word)}{' ' * GAP}", *(indent for _ in lines)]
    yield from (start + line for start, line in zip(starts, lines, strict=False))
    yield two_ends(starts[-1] + last, end, width, len(indent) + len(last))


def _reading(component: ComponentReport, width: int) -> Iterator[str]:
    """Yield how the code was read, where that isn't the plain way."""
    unusual = [words for words in component.reading if words.startswith(UNUSUAL)]
    if unusual:
        yield from wrapped(f"read as: {'; '.join(unusual)}", width)


def _finding(
    component: ComponentReport, check: CheckReport, finding: Finding, report: Report, width: int,
    paint: _Paint,
) -> Iterator[str]:  # fmt: skip
    head = f"{component.id} · {check.title}"
    place = f"{finding.location.file}:{finding.location.line}" if finding.location else ""
    yield from _headed(check.outcome, head, place, width, paint)
    yield from failure_text(finding, file_name(report), width=width)
    yield ""


def _unrecognised(
    name: str, reason: str, nearest: tuple[str, ...], width: int, paint: _Paint
) -> Iterator[str]:
    text = f"not judged  {plain(name)}: {reason}"
    components = [n for n in nearest if ": " not in n]
    if components:
        text += f"; nearest: {', '.join(components)}"
    yield from textwrap.wrap(text, width, subsequent_indent=" " * 12, break_on_hyphens=False)


def _mapping(report: Report, width: int) -> Iterator[str]:
    """Yield how one name would be judged all the same; the others go alike."""
    first = next((u for u in report.unrecognised if u.mapping), None)
    if first is None or report.assignment.id:
        return
    yield from textwrap.wrap(
        f"to have {plain(first.name)} judged as {first.nearest[0]} all the same, write into "
        "names.toml, and add --assignment names.toml (a gradient goes into names, too):",
        width, initial_indent=" " * 12, subsequent_indent=" " * 12,
        break_on_hyphens=False,
    )  # fmt: skip
    yield from (" " * 16 + plain(line) for line in (*HEAD, *first.mapping.splitlines()))


def _nothing(report: Report, width: int) -> Iterator[str]:
    """Yield what to write so that something is recognised."""
    yield from textwrap.wrap(
        "nothing in this file could be recognised, so nothing was judged. Write it in one of "
        "these ways:", width,
    )  # fmt: skip
    shapes = [n for u in report.unrecognised for n in u.nearest if ": " in n] or list(SHAPES)
    for shape in dict.fromkeys(shapes):
        _, _, example = shape.partition(": ")
        yield from ("    " + plain(line) for line in example.splitlines())


def _closing(report: Report, width: int, paint: _Paint) -> Iterator[str]:
    counts = report.summary
    parts = [f"{counts.passed} passed", f"{counts.failed} failed"]
    parts += [f"{counts.errored} errored"] if counts.errored else []
    parts += [f"{counts.skipped} skipped"] if counts.skipped else []
    judged = sum(1 for c in report.components if c.kind != "submission")
    if not report.components:
        yield from _nothing(report, width)
    if (reason := not_graded(report)) is not None:
        yield from textwrap.wrap(reason, width)
    word = WORDS[report.outcome].strip()
    whole = f"{judged} component{'s' if judged != 1 else ''}, checks: {', '.join(parts)}"
    score = report.score
    points = f"{score.points:g}/{score.max_points:g} points" if score.points is not None else ""
    text = f"{report.submission.id}: {whole}"
    visible = len(word) + GAP + len(text)
    if visible > width:  # a long name has a line of its own
        yield f"{paint(report.outcome, word)}  {report.submission.id}:"
        yield two_ends(INDENT + whole, points, width)
    else:
        yield two_ends(f"{paint(report.outcome, word)}  {text}", points, width, visible)


def closing(report: Report, *, width: int = WIDTH) -> list[str]:
    """Return the last lines of the text: how it ended, and the points."""
    return [unheard(line) for line in _closing(report, width, _Paint(False))]


FORMAT = TerminalReport()
