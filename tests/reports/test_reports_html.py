"""Pages of reports: everything is said, nothing acts, whatever the student's text holds."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reports_helpers import ATTACKS, CANARY, HUGE, TEXT, reports

from gradcheck.records.report import DiagnosisRef, Finding, Location, Repair, Report
from gradcheck.records.text import visible
from gradcheck.reports.html import FORMAT, page, view

MOST_BYTES = 8 * 2**20
ANYTHING = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.large_base_example],
)  # fmt: skip
TAGS = {
    "a", "article", "body", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "footer",
    "h1", "h2", "h3", "head", "header", "html", "ins", "li", "link", "main", "meta", "nav", "ol",
    "p", "pre", "section", "span", "strong", "style", "summary", "table", "tbody", "td", "th",
    "thead", "title", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-label", "aria-labelledby", "charset", "class", "content", "data-line", "data-name",
    "data-sign", "href", "http-equiv", "id", "lang", "name", "open", "rel", "role", "scope",
    "tabindex",
}  # fmt: skip
VOID = {"link", "meta"}
ON_PAGE = re.compile(r"#[a-z0-9-]+|data:,|\.\./index\.html")


class Read(HTMLParser):
    """A page, as a browser would take it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.text = ""
        self.style = ""
        self.feed(data.decode("utf-8"))
        self.close()
        assert self.inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] == "style":
            self.style += data
        else:
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] or "" for _, found in self.tags if attribute in found]

    @property
    def policy(self) -> str:
        (found,) = [a["content"] for t, a in self.tags if t == "meta" and "http-equiv" in a]
        return found or ""


def assert_inert(read: Read) -> None:
    """Assert that nothing on the page acts, and that its policy allows it nothing."""
    assert {tag for tag, _ in read.tags} <= TAGS
    assert {name for _, attrs in read.tags for name in attrs} <= ATTRIBUTES
    assert [h for h in read.values("href") if not ON_PAGE.fullmatch(h)] == []
    ids = read.values("id")
    assert len(set(ids)) == len(ids)
    targets = {h[1:] for h in read.values("href") if h.startswith("#")}
    targets.update(i for value in read.values("aria-labelledby") for i in value.split())
    assert targets <= set(ids)
    digest = base64.b64encode(hashlib.sha256(read.style.encode()).digest()).decode()
    assert read.policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'none'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def assert_visible(data: bytes) -> None:
    assert {c for c in data.decode("utf-8") if not c.isprintable()} <= {"\n", "\t"}


def shown(read: Read, text: str) -> bool:
    """Return whether a text stands on the page, as it is or written out."""
    return visible(text) in read.text


def findings_of(report: Report) -> Iterator[Finding]:
    for component in report.components:
        for check in component.checks:
            yield from check.findings


@pytest.mark.slow
@ANYTHING
@given(report=reports(), sources=st.dictionaries(TEXT, TEXT, max_size=2), data=st.data())
def test_whatever_a_report_says_stays_text(
    report: Report, sources: dict[str, str], data: st.DataObject
) -> None:
    places = [f.location.file for f in findings_of(report) if f.location]
    if places:  # findings beside a line of it, too
        sources[data.draw(st.sampled_from(places))] = data.draw(TEXT) * 3
    for found in (FORMAT.render(report), page(report, sources, back="../index.html")):
        assert_visible(found)
        assert len(found) < MOST_BYTES
        read = Read(found)
        assert_inert(read)
        numbers = [i for i in read.values("id") if re.fullmatch(r"finding-\d+", i)]
        assert len(numbers) == len(list(findings_of(report)))
        assert [v for _, attrs in read.tags for v in attrs.values() if CANARY in (v or "")] == []


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("attack", [*ATTACKS, *(h[:5000] for h in HUGE)], ids=lambda _: "")
def test_attacks_are_shown_as_they_are(attack: str, real: dict[str, Report]) -> None:
    report = real["wrong"]
    sources = {report.submission.files[0].name: f"x = 1\n{attack}\ny = 2"}
    named = report.model_copy(
        update={"submission": report.submission.model_copy(update={"id": f"[{attack}]"})}
    )
    for found in (page(named, sources), FORMAT.render(named)):
        assert_visible(found)
        read = Read(found)
        assert_inert(read)
        assert shown(read, f"[{attack}]"[:4096])
    lines = re.split(r"\r\n|\r|\n", attack)
    read = Read(page(named, sources))
    assert all(shown(read, line[:4096]) for line in lines)


def test_every_finding_of_real_reports_is_shown_once(real: dict[str, Report]) -> None:
    told = 0
    for report in real.values():
        read = Read(FORMAT.render(report))
        assert_inert(read)
        found = list(findings_of(report))
        told += len(found)
        assert sum(tag == "article" for tag, _ in read.tags) == len(found)
        for finding in found:
            for text in (finding.message, *([finding.replay] if finding.replay else [])):
                assert text in read.text
            if finding.diagnosis:
                for text in (finding.diagnosis.title, finding.diagnosis.explanation,
                             f"gradcheck explain {finding.diagnosis.id}",
                             finding.diagnosis.mend or ""):  # fmt: skip
                    assert text in read.text
        checks = [c for part in report.components for c in part.checks]
        rows = [a for t, a in read.tags if t == "th" and a.get("scope") == "row"]
        assert len(rows) == len(checks) == report.summary.checks
        for part in (*report.components, *report.missing):
            assert part.id in read.text
        assert report.isolation.name in read.text and f"seed {report.seed}" in read.text
        assert report.tool.version in read.text
    assert told > 10


def test_a_finding_stands_below_its_line(real: dict[str, Report]) -> None:
    report = real["wrong"]
    (cause,) = view(report).causes
    location = cause.finding.location
    assert location is not None and cause.lines and cause.followers
    source = "\n".join(f"line {k}" for k in range(1, location.end_line + 3))
    (text,) = view(report, {location.file: source}).texts
    below = [line.number for line in text.lines if line.findings]
    marked = [line.number for line in text.lines if line.mark]
    assert below == [location.end_line]
    assert marked == list(range(location.line, location.end_line + 1))
    read = Read(page(report, {location.file: source}))
    before, _, after = read.text.partition(f"line {location.end_line}\n\n")
    assert cause.finding.replay and cause.finding.replay in after
    assert cause.finding.replay not in before


def test_a_line_that_is_not_there_is_not_believed(real: dict[str, Report]) -> None:
    """Line numbers are a worker's claims."""
    report = real["wrong"]
    seen = view(report, {report.submission.files[0].name: "one line"})
    assert len(seen.elsewhere) == len(seen.causes) == 1
    assert not any(line.mark or line.findings for line in seen.texts[0].lines)


def test_a_checked_mend_says_so_and_an_unchecked_one_does_not(real: dict[str, Report]) -> None:
    for is_verified in (True, False):
        repair = Repair(line=7, before="  old = 1", after="  new = 2", verified=is_verified)
        diagnosis = DiagnosisRef(id="sign-flipped", title="t", explanation="e", confidence=1.0,
                                 mend="put a minus in front", repair=repair)  # fmt: skip
        read = Read(FORMAT.render(with_finding(real["wrong"], diagnosis=diagnosis)))
        assert_inert(read)
        assert ("checked: with it, this component passes" in read.text) == is_verified
        assert ("new = 2" in read.text) == is_verified
        assert "put a minus in front" in read.text


def with_finding(report: Report, **update: object) -> Report:
    """Return the report with its first finding changed."""
    component = report.components[0]
    index, check = next((i, c) for i, c in enumerate(component.checks) if c.findings)
    finding = check.findings[0].model_copy(update=update)
    checks = list(component.checks)
    checks[index] = check.model_copy(update={"findings": (finding, *check.findings[1:])})
    changed = component.model_copy(update={"checks": tuple(checks)})
    return report.model_copy(update={"components": (changed, *report.components[1:])})


def test_a_finding_that_follows_from_none_there_is_not_lost(real: dict[str, Report]) -> None:
    report = with_finding(real["wrong"], follows_from="no-such-check")
    assert len(view(report).causes) == len(list(findings_of(report)))
    read = Read(FORMAT.render(report))
    assert sum(tag == "article" for tag, _ in read.tags) == len(list(findings_of(report)))


def test_long_texts_are_cut_but_not_around_findings(real: dict[str, Report]) -> None:
    location = Location(file="long.py", line=9000, end_line=9001, function="f", source="")
    report = with_finding(real["wrong"], location=location)
    source = "\r\n".join(f"x{k} = 0" for k in range(1, 10_001)) + "\r\n"
    (text,) = view(report, {"long.py": source}).texts
    shown_lines = [line.number for line in text.lines]
    assert len(shown_lines) < 2100
    assert {1, 8990, 9000, 9001, 9011} <= set(shown_lines) and 5000 not in shown_lines
    assert text.left_out + sum(1 + line.left_out for line in text.lines) == 10_000
    assert {line.number: line.text for line in text.lines}[9000] == "x9000 = 0"
    assert "lines aren't shown" in Read(page(report, {"long.py": source})).text


def test_only_what_ends_a_line_in_python_ends_one_here(real: dict[str, Report]) -> None:
    name = real["right"].submission.files[0].name
    (text,) = view(real["right"], {name: "a\x0cb\u2028c\x85d\re\r\nf\n"}).texts
    assert [line.text for line in text.lines] == ["a\x0cb\u2028c\x85d", "e", "f"]


def test_commands_quote_the_name_that_a_student_chose(real: dict[str, Report]) -> None:
    report = real["wrong"]
    submission = report.submission.model_copy(update={"name": "a; rm -rf x.py"})
    read = Read(FORMAT.render(report.model_copy(update={"submission": submission})))
    assert re.search(r"gradcheck replay \w+ 'a; rm -rf x\.py'", read.text)


def test_what_is_held_back_is_said(real: dict[str, Report]) -> None:
    report = real["right"]
    isolation = report.isolation.model_copy(update={"required": 4})
    below = report.model_copy(update={"isolation": isolation, "withheld_points": 2.5})
    text = Read(FORMAT.render(below)).text
    assert "isolation level 4 is required" in text and "worth 2.5 more points" in text
    hidden = report.components[0].model_copy(update={"is_hidden": True})
    shown_hidden = report.model_copy(update={"components": (hidden,)})
    assert "not for students" in Read(FORMAT.render(shown_hidden)).text
    assert "not for students" not in Read(FORMAT.render(report)).text
