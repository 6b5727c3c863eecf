"""Whatever a report says, no format lets it act: it stays text, of bounded length."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import NoReturn
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token
from reports_helpers import ATTACKS, CANARY, HUGE, large_report, reports
from reports_readers import GRADESCOPE, lines_of_log, runner_command

from gradcheck import reports as family
from gradcheck.discovery import members
from gradcheck.records.report import Report
from gradcheck.reports import github, github_summary, gradescope, junit, markdown
from gradcheck.reports._markdown import code_span, fenced
from gradcheck.reports._safe import MOST_TEXT, clipped, safe
from gradcheck.reports.base import ReportFormat

FORMATS = {f.id: f for f in members(family, "FORMAT", ReportFormat)}  # type: ignore[type-abstract]
OURS = sorted(set(FORMATS) - {"json"})
"""The JSON report is the record itself, byte for byte; every other format is made for a reader."""
MOST_BYTES = 8 * 2**20
ANYTHING = settings(
    max_examples=20, deadline=None, derandomize=True, database=None,
    phases=[Phase.generate],  # shrinking megabytes takes minutes and tells little
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.large_base_example],
)  # fmt: skip
MARKDOWN = MarkdownIt("commonmark").enable("table")
PLAIN_TOKENS = {
    "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "fence",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close",
    "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "text", "code_inline",
    "strong_open", "strong_close", "softbreak", "bullet_list_open", "bullet_list_close",
    "list_item_open", "list_item_close", "html_block",
}  # fmt: skip
FOLD = re.compile(r"<details><summary>\w+: <code>[^<>]*</code></summary>|</details>")


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} in JSON")


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", OURS)
@ANYTHING
@given(report=reports())
def test_every_format_writes_visible_text_of_bounded_length(name: str, report: Report) -> None:
    data = FORMATS[name].render(report)
    assert len(data) < MOST_BYTES
    hidden = {c for c in data.decode("utf-8") if not c.isprintable()} - {"\n", "\t"}
    assert hidden == set()


@ANYTHING
@given(report=reports())
def test_gradescope_takes_the_results_and_the_points_add_up(report: Report) -> None:
    data = json.loads(gradescope.FORMAT.render(report), parse_constant=refuse)
    jsonschema.validate(data, GRADESCOPE)
    assert data["output_format"] == data["test_output_format"] == data["test_name_format"] == "text"
    scored = [t for t in data["tests"] if "score" in t]
    if report.score.points is None:
        assert "score" not in data and scored == []
    else:
        assert data["score"] == report.score.points == sum(t["score"] for t in scored)
        assert math.isclose(sum(t["max_score"] for t in scored), report.score.max_points)
    assert len(data["tests"]) == len(report.components) + len(report.missing)
    parts = [*report.components, *report.missing]
    assert [t["visibility"] == "hidden" for t in data["tests"]] == [p.is_hidden for p in parts]
    for test in data["tests"][len(report.components) :]:
        assert test["status"] == "failed" and test.get("score", 0) == 0
    is_graded = report.isolation.level >= report.isolation.required
    for part, test in zip(report.components, data["tests"], strict=False):
        is_judged = is_graded and part.outcome in {"passed", "failed"}
        assert test.get("status") == (part.outcome if is_judged else None)


@ANYTHING
@given(report=reports())
def test_the_runner_sees_our_commands_and_no_other(report: Report) -> None:
    lines = lines_of_log(github.FORMAT.render(report))
    assert lines.pop() == ""
    commands = [runner_command(line) for line in lines]
    kinds = Counter(c.name for c in commands if c is not None)
    assert sum(kinds.values()) == len(lines)
    assert set(kinds) <= {"error", "warning"}
    assert max(kinds.values(), default=0) <= github.MOST_OF_A_KIND
    if report.outcome != "passed":
        assert kinds["error"] > 0
    for line, command in zip(lines, commands, strict=True):
        assert command is not None and "##[" not in line
        assert set(command.properties) <= {"file", "line", "endLine", "title"}
        assert command.properties.get("line", "0").isdigit()
        assert len(command.data) <= github.MOST_MESSAGE + len(command.data.split("## [")) - 1
    files = {safe(f.location).file for c in report.components for k in c.checks for f in k.findings
             if f.location}  # fmt: skip
    shown = {c.properties["file"] for c in commands if c and "file" in c.properties}
    assert {s.replace("## [", "##[") for s in shown} <= {
        f.replace("\n", "\\x0a").replace("\t", "    ").replace("## [", "##[") for f in files
    }


@ANYTHING
@given(report=reports())
def test_the_runner_sees_no_command_in_a_terminal_s_text(report: Report) -> None:
    text = FORMATS["terminal"].render(report).decode("utf-8")
    assert [line for line in text.split("\n") if runner_command(line) is not None] == []


def tokens_of(data: bytes) -> list[Token]:
    top = MARKDOWN.parse(data.decode("utf-8"))
    return [t for one in top for t in (one, *(one.children or ()))]


@pytest.mark.parametrize("form", [markdown, github_summary], ids=["markdown", "github-summary"])
@ANYTHING
@given(report=reports())
def test_markdown_keeps_foreign_text_in_code(form: object, report: Report) -> None:
    data = form.FORMAT.render(report)  # type: ignore[attr-defined]
    assert len(data) <= form.MOST_BYTES  # type: ignore[attr-defined]
    for token in tokens_of(data):
        assert token.type in PLAIN_TOKENS, token
        if token.type == "html_block":
            assert all(FOLD.fullmatch(line) for line in token.content.splitlines())
        elif token.type == "text":
            assert CANARY not in token.content
            assert not set("<>&@[]") & set(token.content)
        elif token.type == "fence":
            assert token.info == "text"


@ANYTHING
@given(report=reports())
def test_junit_parses_counts_and_is_never_green_by_accident(report: Report) -> None:
    (suite,) = ElementTree.fromstring(junit.FORMAT.render(report))
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    found = {kind: len(suite.findall(f"testcase/{kind}")) for kind in junit.KINDS}
    assert {kind: int(suite.get(name, "")) for kind, name in junit.COUNTS.items()} == found
    assert all(len(case.findall("*")) <= 2 for case in cases)
    assert (found["failure"] + found["error"] > 0) or report.outcome == "passed"
    checks = [k.outcome for c in report.components for k in c.checks]
    assert found["skipped"] == checks.count("skipped")
    assert found["failure"] == checks.count("failed") + len(report.missing)
    values = [(p.get("name"), p.get("value")) for p in suite.findall("properties/property")]
    assert ("points" in dict(values)) == (report.score.points is not None)
    if report.score.points is not None:
        parts = [float(v or "") for n, v in values if n and n.startswith("points[")]
        assert sum(parts) == report.score.points == float(dict(values)["points"] or "")


@pytest.mark.parametrize("text", [*ATTACKS, *HUGE])
def test_code_holds_any_text(text: str) -> None:
    shown = safe(large_report(1).submission.model_copy(update={"id": text})).id
    (fence,) = MARKDOWN.parse(fenced(shown))
    assert fence.type == "fence" and fence.content == f"{shown}\n"
    row = f"| a | b |\n|---|---|\n| {code_span(text)} | {code_span(text)} |"
    inline = [t for t in MARKDOWN.parse(row) if t.type == "inline"][2:]
    assert [[c.type for c in t.children or ()] for t in inline] == [["code_inline"]] * 2


@pytest.mark.slow
@pytest.mark.parametrize(("form", "most"), [(markdown, 65_536), (github_summary, 2**20)])
def test_long_markdown_ends_whole_and_says_so(form: object, most: int) -> None:
    report = large_report(400)
    data = form.FORMAT.render_all([report, report])  # type: ignore[attr-defined]
    assert most * 3 // 4 < len(data) <= most
    assert "more parts are left out" in data.decode().splitlines()[-1]
    kinds = Counter(t.type for t in tokens_of(data))
    assert kinds["fence"] >= 4
    assert set(kinds) <= PLAIN_TOKENS


def test_texts_are_cut_and_marked() -> None:
    assert clipped("abc", 3) == "abc"
    assert len(clipped("a" * 100, 50)) == 50 and clipped("a" * 100, 50).endswith("(cut)")
    odd = {"profile": "\x1b" * 10**6, "timing": {"a": float("nan")}}
    report = safe(large_report(1).model_copy(update=odd))
    assert len(report.profile) == MOST_TEXT and "\x1b" not in report.profile
    assert report.timing == {"a": None}


# The tests above are worth something only if their readers see an attack.


@pytest.mark.parametrize(
    "line", ["::error::x", "   ::add-path::x", "\u00a0::stop-commands::x", "a ##[error]x",
             "::nonsense::##[error]x"],
)  # fmt: skip
def test_the_runner_sees_commands(line: str) -> None:
    assert runner_command(line) is not None


@pytest.mark.parametrize("line", ["| ::error::x", "## [error]x", ":error:", "::error", "##[x"])
def test_the_runner_takes_other_lines_as_text(line: str) -> None:
    assert runner_command(line) is None


def test_active_markdown_is_seen() -> None:
    for text in ("[x](https://a.example)", "a <b>", "![a](b)", "x\n\n---", "<https://a.example>"):
        assert {t.type for t in tokens_of(text.encode())} - PLAIN_TOKENS
    assert FOLD.fullmatch("<details><summary>Failed: <code><b></code></summary>") is None
