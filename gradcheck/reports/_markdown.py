"""A report in Markdown, with the student's text where Markdown leaves it alone.

Whatever may be the student's stands in a code span or in a fenced block, with more backticks
around it than it has inside; a host neither renders it nor follows names or links in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from gradcheck.records.report import ComponentReport, Report
from gradcheck.reports._facts import (
    Fact,
    asked_for,
    causes,
    check_name,
    points,
    remarks,
    text_of,
    why_undecided,
)
from gradcheck.reports._failure import plain
from gradcheck.reports._safe import clipped, safe

__all__ = ["code_span", "document", "fenced"]

MOST_SPAN = 200
SHORTEST_FENCE = 3
ROOM_FOR_NOTE = 200
"""Bytes kept for the sentence that says what was left out."""
TICKS = re.compile("`+")
BAR, LOOKALIKE = "|", "│"
"""A bar ends a cell of a table, even in a code span."""
SIGNS = {"passed": "✅", "failed": "❌", "errored": "⚠️", "skipped": "➖"}


def code_span(text: str) -> str:
    """Return one line of text as a code span that may stand in a table."""
    line = clipped(plain(text), MOST_SPAN).replace(BAR, LOOKALIKE)
    ticks = "`" * (_longest_run(line) + 1)
    # the blanks are no part of the text: they keep backticks at its ends apart
    return f"{ticks} {line} {ticks}" if line.strip() else f"{ticks}–{ticks}"


def fenced(text: str) -> str:
    """Return text as a block in which nothing is interpreted."""
    fence = "`" * max(SHORTEST_FENCE, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, TICKS.findall(text)), default=0)


def document(reports: Sequence[Report], most_bytes: int, *, is_folded: bool = False) -> bytes:
    """Return reports as one document of at most so many bytes.

    Parameters
    ----------
    reports : sequence of Report
        In the order of the document.
    most_bytes : int
        What doesn't fit is left out by whole findings, and counted.
    is_folded : bool
        Whether each finding after the first of a report is folded away.
    """
    blocks = [block for one in reports for block in _blocks(safe(one), is_folded=is_folded)]
    kept: list[bytes] = []
    left = most_bytes - ROOM_FOR_NOTE
    for index, block in enumerate(blocks):
        data = f"{block}\n".encode()
        if len(data) > left:
            more = len(blocks) - index
            kept.append(f"\n{more} more parts are left out: this host takes no longer text. "
                        "The JSON report has them all.\n".encode())  # fmt: skip
            break
        left -= len(data)
        kept.append(data)
    return b"".join(kept)


def _blocks(report: Report, *, is_folded: bool) -> list[str]:
    """Return the document in the pieces that it may be cut between."""
    blocks = [_head(report), *_table(report)]
    for index, fact in enumerate(causes(report)):
        blocks.append(_finding(fact, report, is_folded=is_folded and index > 0))
    for fact in remarks(report):
        blocks.append(_finding(fact, report, is_folded=is_folded))
    if report.unrecognised:
        lines = [f"- {code_span(u.name)} {code_span(u.reason)}" for u in report.unrecognised]
        blocks += ["**Not judged**\n", *lines]
    if report.submission.left_out:
        blocks += ["**Left out**\n", *(f"- {code_span(t)}" for t in report.submission.left_out)]
    return blocks


def _head(report: Report) -> str:
    score, counts = report.score, report.summary
    earned = points(score.points, score.max_points)
    lines = [
        f"## {SIGNS[report.outcome]} {report.outcome}: {code_span(report.submission.id)}",
        "",
        f"**{earned} points** · {counts.checks} checks: {counts.passed} passed, "
        f"{counts.failed} failed, {counts.errored} errored, {counts.skipped} skipped",
    ]
    if report.withheld_points:
        lines[-1] += f" · {report.withheld_points:g} more points are graded but not shown"
    if report.outcome != "passed" and (score.points is None or not report.components):
        lines += ["", f"Not decided: {code_span(why_undecided(report))}"]
    return "\n".join([*lines, ""])


def _table(report: Report) -> list[str]:
    rows = [_row(c) for c in report.components]
    rows += [
        f"| ❌ missing | {code_span(asked_for(m))} | {points(0.0, m.max_points)} | |"
        for m in report.missing
    ]
    if not rows:
        return ["Nothing in this file could be recognised, so nothing was judged.\n"]
    return ["| outcome | component | points | what failed |\n|---|---|--:|---|", *rows, ""]


def _row(component: ComponentReport) -> str:
    names = f" {code_span(', '.join(component.names))}" if component.names else ""
    bad = [check_name(c) for c in component.checks if c.outcome in {"failed", "errored"}]
    return (
        f"| {SIGNS[component.outcome]} {component.outcome} | {code_span(component.id)}{names} "
        f"| {points(component.points, component.max_points)} "
        f"| {code_span(', '.join(bad)) if bad else ''} |"
    )


def _finding(fact: Fact, report: Report, *, is_folded: bool) -> str:
    is_remark = fact.finding.severity == "remark"
    word = "Remark" if is_remark else fact.check.outcome.capitalize()
    body = fenced(text_of(fact.finding, report))
    if is_folded:
        title = html.escape(clipped(fact.title, MOST_SPAN))
        return (f"<details><summary>{word}: <code>{title}</code></summary>"
                f"\n\n{body}\n\n</details>\n")  # fmt: skip
    return f"### {word}: {code_span(fact.title)}\n\n{body}\n"
