"""A report as its page shows it: findings beside their lines, what follows below its cause."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.records.report import (
    CheckReport,
    ComponentReport,
    Counterexample,
    Finding,
    Location,
    NumberArray,
    Report,
)
from gradcheck.records.text import source_lines, visible
from gradcheck.reports._compact import compact
from gradcheck.reports._facts import file_name

__all__ = ["CheckView", "ComponentView", "Line", "ReportView", "Shown", "Text", "view"]

MOST_LINES = 2000
"""Of one text, from its beginning; a long one has a few hundred."""
AROUND = 20
"""Lines shown before and after a finding that stands further down."""
MOST_OUTPUT = 64 * 2**10
"""Characters of what a submission printed: what a stream may hold."""
LONG = 12
"""A statement of more lines has its finding below the first, and no more shown without a text."""
EXAMPLE = "def sigmoid(z): ...\ndef sigmoid_prime(z): ..."
WORST_FIRST = ("failed", "errored", "remark")


@dataclass(frozen=True)
class Shown:
    """One finding.

    Parameters
    ----------
    number : int
        Its place on the page, from 1; ``finding-<number>`` is its anchor.
    outcome : str
        "failed", "errored" or "remark".
    lines : tuple of Line
        Its own lines, where the page doesn't show the file.
    values : tuple of (str, str)
        Names and values of the smallest failing input.
    followers : tuple of Shown
        What fails from the same cause.
    """

    number: int
    component: ComponentReport
    check: CheckReport
    finding: Finding
    outcome: str
    lines: tuple[Line, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    expected: str | None = None
    actual: str | None = None
    followers: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a text, and what was found there."""

    number: int
    text: str
    mark: str = ""
    """The worst outcome that points here, if any does."""
    findings: tuple[Shown, ...] = ()
    left_out: int = 0
    """How many lines before it aren't shown."""


@dataclass(frozen=True)
class Text:
    """One file."""

    name: str
    lines: tuple[Line, ...]
    left_out: int = 0
    """How many lines at its end aren't shown."""


@dataclass(frozen=True)
class CheckView:
    """A check and its findings."""

    check: CheckReport
    findings: tuple[Shown, ...]


@dataclass(frozen=True)
class ComponentView:
    """A component and its checks."""

    component: ComponentReport
    checks: tuple[CheckView, ...]


@dataclass(frozen=True)
class ReportView:
    """All that the page shows."""

    report: Report
    file: str
    """The submission's file, for commands to run again: quoted, since the name is the student's."""
    causes: tuple[Shown, ...]
    """Findings that follow from no other, in the order of the report."""
    elsewhere: tuple[Shown, ...]
    """Those of them that stand in none of the texts."""
    texts: tuple[Text, ...]
    components: tuple[ComponentView, ...]

    @property
    def judged(self) -> int:
        """How many components were judged."""
        return sum(c.component.kind != "submission" for c in self.components)

    @property
    def printed(self) -> dict[str, list[str]]:
        """What the submission printed, by stream, in lines."""
        output = self.report.submission.output
        streams = {"standard output": output.stdout, "standard error": output.stderr}
        return {name: source_lines(text[:MOST_OUTPUT]) for name, text in streams.items() if text}

    @property
    def shapes(self) -> list[str]:
        """How what wasn't recognised could be written."""
        near = [text for name in self.report.unrecognised for text in name.nearest]
        found = [code for _, colon, code in (n.partition(": ") for n in near) if colon]
        return list(dict.fromkeys(found or [EXAMPLE]))

    @property
    def shows_hidden(self) -> bool:
        """Whether it shows parts that the assignment keeps from students."""
        components, missing = self.report.components, self.report.missing
        return any(c.is_hidden for c in components) or any(m.is_hidden for m in missing)


def view(report: Report, sources: Mapping[str, str] | None = None) -> ReportView:
    """Return what the page of a report shows.

    Parameters
    ----------
    sources : Mapping[str, str], optional
        The submission's texts by file name. Findings whose file isn't among them carry their
        own lines.
    """
    texts = {name: source_lines(text) for name, text in (sources or {}).items()}
    causes: list[Shown] = []
    components = []
    for component in report.components:
        found = _causes(component, len(_with_followers(causes)) + 1, texts)
        causes += found
        components.append(_component(component, _with_followers(found)))
    placed = [c for c in causes if _is_in(c.finding.location, texts)]
    there = {c.number for c in placed}
    return ReportView(
        report=report,
        file=shlex.quote(visible(file_name(report), kept="")),
        causes=tuple(causes),
        elsewhere=tuple(c for c in causes if c.number not in there),
        texts=tuple(_text(name, lines, placed) for name, lines in texts.items()),
        components=tuple(components),
    )


def _with_followers(causes: Sequence[Shown]) -> list[Shown]:
    return [one for cause in causes for one in (cause, *cause.followers)]


def _component(component: ComponentReport, found: Sequence[Shown]) -> ComponentView:
    return ComponentView(
        component,
        tuple(CheckView(c, tuple(s for s in found if s.check is c)) for c in component.checks),
    )


def _causes(
    component: ComponentReport, first: int, texts: Mapping[str, Sequence[str]]
) -> list[Shown]:
    """Return a component's findings, those that follow from another below it."""
    findings = [(check, finding) for check in component.checks for finding in check.findings]
    roots = {check.name: index for index, (check, finding) in reversed([*enumerate(findings)])
             if finding.follows_from is None}  # fmt: skip
    below: dict[int, list[int]] = defaultdict(list)
    for index, (_, finding) in enumerate(findings):
        root = roots.get(finding.follows_from or "")
        below[index if root is None else root].append(index)
    causes = []
    number = first
    for root, members in sorted(below.items()):
        others = [index for index in members if index != root]
        followers = tuple(
            _shown(number + 1 + i, component, *findings[index], texts)
            for i, index in enumerate(others)
        )
        cause = _shown(number, component, *findings[root], texts)
        causes.append(replace(cause, followers=followers))
        number += 1 + len(followers)
    return causes


def _shown(
    number: int, component: ComponentReport, check: CheckReport, finding: Finding,
    texts: Mapping[str, Sequence[str]],
) -> Shown:  # fmt: skip
    location = finding.location
    lines: tuple[Line, ...] = ()
    if location is not None and not _is_in(location, texts):
        source = source_lines(location.source)[:LONG]
        lines = tuple(Line(at, text) for at, text in enumerate(source, location.line))
    return Shown(
        number=number,
        component=component,
        check=check,
        finding=finding,
        outcome="remark" if finding.severity == "remark" else check.outcome,
        lines=lines,
        values=tuple(_values(finding.counterexample)) if finding.counterexample else (),
        expected=_value(finding.expected),
        actual=_value(finding.actual),
    )


def _values(example: Counterexample) -> Iterator[tuple[str, str]]:
    """Yield the inputs as the student's code calls them."""
    for name, value in example.inputs.items():
        yield example.names.get(name, name), compact(value)
    if example.upstream is not None:
        yield "dout", compact(example.upstream)


def _value(value: NumberArray | str | None) -> str | None:
    return compact(value) if isinstance(value, NumberArray) else value


def _is_in(location: Location | None, texts: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a location, which is a worker's claim, lies in one of the texts."""
    return location is not None and 1 <= location.line <= len(texts.get(location.file, ()))


def _text(name: str, lines: Sequence[str], placed: Sequence[Shown]) -> Text:
    """Return a text with its findings, cut where it is too long."""
    marks: dict[int, set[str]] = defaultdict(set)
    below: dict[int, list[Shown]] = defaultdict(list)
    near: set[int] = set()
    for shown in placed:
        location = shown.finding.location
        if location is None or location.file != name:
            continue
        end = min(max(location.end_line, location.line), len(lines))
        end = end if end - location.line < LONG else location.line
        below[end].append(shown)
        near.update(range(location.line - AROUND, end + AROUND + 1))
        for number in range(location.line, end + 1):
            marks[number].add(shown.outcome)
    kept: list[Line] = []
    last = 0
    for number, text in enumerate(lines, 1):
        if number <= MOST_LINES or number in near:
            mark = next((o for o in WORST_FIRST if o in marks[number]), "") if marks else ""
            found = tuple(below.get(number, ()))
            kept.append(Line(number, text, mark, found, number - last - 1))
            last = number
    return Text(name, tuple(kept), len(lines) - last)
