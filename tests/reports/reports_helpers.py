"""Reports to render: real ones from the zoo, and any that the schema allows.

The strategy puts hostile text into every field that may hold text. Each such text begins and
ends with a canary, so that a test can tell where in a rendered file the student's text stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from gradcheck import scoring
from gradcheck.records.report import (
    AssignmentRef,
    CheckPoints,
    CheckReport,
    ComponentReport,
    Counterexample,
    DiagnosisRef,
    FileRef,
    Finding,
    Hints,
    Isolation,
    Location,
    Missing,
    NumberArray,
    Outcome,
    Output,
    Repair,
    Report,
    Score,
    Severity,
    SubmissionRef,
    Summary,
    Tool,
    Unrecognised,
)

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "submissions"
CANARY = "zQq"
ATTACKS = (
    "::error::pwned", "\n::error file=a,line=1::pwned", "  ::set-output name=a::b",
    "##[error]pwned", "x ##[set-env name=PATH]b", "###[[x]", "::stop-commands::t\n::add-path::/x",
    ",col=9,endColumn=9", "%0A::error::x", "%25",
    "\r::error::x", "\u2028::error::x", "\x85::error::x", "\x0c::error::x",
    "`" * 7, "a ```\n<script>alert(1)</script>", "~~~", "`", "\\`", "``\n\n``",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details>", "</code></pre>",
    "-->", "<!--", "]]>", "<![CDATA[", "&lt;&#x41;", "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)", "https://evil.example", "www.evil.example", "@everyone",
    "#123", "|a|b|", "\\|", "\n\n# heading\n\n", "\n- item", "    indented", "***bold***",
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\x00\x1b[31m\x07\x08", "\u202e\u2066",
    "\ud800", "\U000e0041", "\ufffe", "\ufeff", "\u200b", "\"'", "{{ x }}", "${{ x }}", "$(id)",
    "", " ", "\n",
)  # fmt: skip
MEGABYTE = 2**20
HUGE = ("A" * MEGABYTE, "`" * MEGABYTE, "\n::error::x" * (MEGABYTE // 10), "\x1b" * MEGABYTE,
        "<script>" * (MEGABYTE // 8))  # fmt: skip


def _wrapped(text: str) -> str:
    return f"{CANARY}{text}{CANARY}"


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
"""All of Unicode, lone surrogates included."""
TEXT = st.one_of(
    st.sampled_from(ATTACKS), st.lists(st.sampled_from(ATTACKS), max_size=3).map("".join), ANY_TEXT
).map(_wrapped)
SOME_HUGE = st.one_of(TEXT, TEXT, TEXT, st.sampled_from(HUGE).map(_wrapped))
POINTS = st.one_of(
    st.sampled_from((0.0, 0.1, 0.2, 0.3, 1.0, 1 / 3, 2.5, 1e-9, 1e12)), st.floats(0, 100)
)
OUTCOMES = st.sampled_from(get_args(Outcome))
LINES = st.integers(0, 2**40)


def _made(model: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return records that weren't validated: pydantic refuses lone surrogates, formats mustn't."""
    return st.fixed_dictionaries(fields).map(lambda values: model.model_construct(**values))


def _tuples(items: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=most).map(tuple)


ENTRIES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), st.integers())
ARRAYS = _made(
    NumberArray, shape=_tuples(st.integers(0, 9), 3), dtype=TEXT,
    data=st.recursive(ENTRIES, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
    note=st.none() | TEXT,
)  # fmt: skip
DIAGNOSES = _made(
    DiagnosisRef, id=TEXT, title=TEXT, explanation=SOME_HUGE, confidence=st.floats(0, 1),
    alternatives=_tuples(TEXT, 2), mend=st.none() | TEXT,
    repair=st.none() | _made(Repair, line=LINES, before=TEXT, after=TEXT, verified=st.booleans()),
)  # fmt: skip
FINDINGS = _made(
    Finding, id=TEXT, severity=st.sampled_from(get_args(Severity)), message=SOME_HUGE,
    traceback=_tuples(TEXT, 3),
    location=st.none() | _made(
        Location, file=TEXT, line=LINES, end_line=LINES, function=TEXT, source=SOME_HUGE
    ),
    expected=st.none() | ARRAYS, actual=st.none() | ARRAYS | TEXT,
    counterexample=st.none() | _made(
        Counterexample, regime=TEXT, sizes=st.dictionaries(TEXT, st.integers(), max_size=2),
        inputs=st.dictionaries(TEXT, ARRAYS, max_size=2), upstream=st.none() | ARRAYS,
        names=st.dictionaries(TEXT, TEXT, max_size=2), shrunk=st.booleans(),
    ),
    replay=st.none() | TEXT, follows_from=st.none() | TEXT, diagnosis=st.none() | DIAGNOSES,
)  # fmt: skip
CHECKS = _made(
    CheckReport, id=TEXT, title=TEXT, variable=st.none() | TEXT, outcome=OUTCOMES,
    blocked_by=st.none() | TEXT, method=st.none() | TEXT, evaluations=st.integers(0, 9),
    bound=st.none() | st.floats(0, 1), findings=_tuples(FINDINGS, 3),
)  # fmt: skip


@st.composite
def components(draw: st.DrawFn) -> ComponentReport:
    """Draw a component; without an outcome that gives points, it has none."""
    outcome = draw(OUTCOMES)
    most = draw(POINTS)
    earned = draw(st.sampled_from((0.0, most, most / 3)))
    return ComponentReport.model_construct(
        id=draw(TEXT), kind=draw(TEXT), names=draw(_tuples(TEXT, 2)), convention=draw(TEXT),
        reading=draw(_tuples(TEXT, 1)), outcome=outcome,
        points=earned if outcome in {"passed", "failed"} else None, max_points=most,
        is_hidden=draw(st.booleans()),
        check_points=draw(_tuples(_made(CheckPoints, id=TEXT, points=st.none() | POINTS,
                                        max_points=POINTS), 1)),
        checks=draw(_tuples(CHECKS, 3)),
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw any report whose outcome and score are those of its components."""
    parts = draw(_tuples(components(), 3))
    missing = draw(_tuples(_made(Missing, id=TEXT, names=_tuples(TEXT, 2), max_points=POINTS,
                                 is_hidden=st.booleans()), 2))  # fmt: skip
    isolation = draw(_made(
        Isolation, level=st.integers(0, 4), name=TEXT, required=st.integers(0, 4),
        mechanisms=st.dictionaries(TEXT, TEXT | st.dictionaries(TEXT, TEXT, max_size=1),
                                   max_size=1),
        probes=st.dictionaries(TEXT, TEXT, max_size=1), missing=_tuples(TEXT, 1),
    ))  # fmt: skip
    outcome, score = scoring.verdict(parts, missing, isolation)
    file = _made(FileRef, name=TEXT, sha256=TEXT, bytes=st.integers(0, 9))
    return Report.model_construct(
        schema_="gradcheck/report/v1", tool=Tool.model_construct(version=draw(TEXT)),
        created_at=draw(st.just("2026-01-02T03:04:05+00:00") | TEXT), seed=draw(LINES),
        profile=draw(TEXT), hints=draw(st.sampled_from(get_args(Hints))),
        assignment=draw(_made(AssignmentRef, id=st.none() | TEXT, version=st.none() | TEXT,
                              digest=st.none() | TEXT)),
        submission=draw(_made(SubmissionRef, id=TEXT, name=TEXT, files=_tuples(file, 2),
                              left_out=_tuples(SOME_HUGE, 2), output=_made(
            Output, stdout=SOME_HUGE, stderr=SOME_HUGE, truncated=st.booleans()))),
        isolation=isolation, outcome=outcome, score=score, summary=scoring.summary(parts),
        components=parts,
        unrecognised=draw(_tuples(_made(Unrecognised, name=TEXT, reason=SOME_HUGE,
                                        nearest=_tuples(TEXT, 2), mapping=st.just("")), 2)),
        missing=missing, withheld_points=draw(POINTS),
        timing=draw(st.dictionaries(TEXT, st.floats(0, 9), max_size=2)),
    )  # fmt: skip


def large_report(findings: int) -> Report:
    """Return a report of one component with so many findings, each a root cause."""
    found = tuple(
        Finding(id=f"x/{k}", severity="fault" if k % 2 else "remark", message="€" * 4000)
        for k in range(findings)
    )
    check = CheckReport(id="gradient-value", title="t", outcome="failed", findings=found)
    component = ComponentReport(
        id="affine", kind="layer", names=("f",), convention="c", outcome="failed", points=0.0,
        max_points=1.0, checks=(check,),
    )  # fmt: skip
    return Report(
        tool=Tool(version="0"), created_at="2026-01-02T03:04:05+00:00", seed=0, profile="quick",
        assignment=AssignmentRef(), submission=SubmissionRef(id="s", files=()),
        isolation=Isolation(level=1, name="limits"), outcome="failed",
        score=Score(points=0.0, max_points=1.0), components=(component,),
        summary=Summary(checks=1, passed=0, failed=1, errored=0, skipped=0),
    )  # fmt: skip
