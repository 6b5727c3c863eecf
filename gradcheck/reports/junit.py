"""JUnit XML in the shape that pytest writes (xunit2): one suite a report, one case a check.

Points are properties of the suite (``points``, ``max_points``, and ``points[COMPONENT]`` for
each part), since the format has no place for them. A report that isn't passed has at least one
failure or error, whatever was judged: a file of no cases is green to most readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

from gradcheck.records.report import CheckReport, Finding, Report
from gradcheck.reports._facts import asked_for, check_name, number, text_of, why_undecided
from gradcheck.reports._failure import plain
from gradcheck.reports._safe import clipped, safe
from gradcheck.reports.base import ReportFormat

MOST_MESSAGE = 1000
KINDS = ("failure", "error", "skipped")
COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}
UNKNOWN_HOST = "localhost"
"""What readers expect where no host is named; a report doesn't tell of the machine."""


class JUnitReport(ReportFormat):
    """XML that every CI reads."""

    id = "junit"
    title = "JUnit XML, as pytest writes it (xunit2)"
    suffix = ".xml"

    def render(self, report: Report) -> bytes:
        """Return one report as a document with one suite."""
        return self.render_all([report])

    def render_all(self, reports: Sequence[Report]) -> bytes:
        """Return a document with one suite a report."""
        root = ElementTree.Element("testsuites", {"name": "gradcheck"})
        for report in reports:
            _suite(root, safe(report))
        ElementTree.indent(root)
        body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return body + b"\n"


def _suite(root: ElementTree.Element, report: Report) -> None:
    suite = ElementTree.SubElement(root, "testsuite", {"name": plain(report.submission.id)})
    _properties(suite, report)
    labels = _labels(report)
    for component, label in zip(report.components, labels, strict=True):
        for check in component.checks:
            _case(suite, label, check, report)
    for missing in report.missing:
        case = _empty_case(suite, report, plain(missing.id), "missing")
        _tell(case, "failure", "missing", asked_for(missing))
    is_red = any(suite.find(f"testcase/{kind}") is not None for kind in ("failure", "error"))
    if report.outcome != "passed" and not is_red:
        case = _empty_case(suite, report, "gradcheck", "verdict")
        _tell(case, "error", "undecided", why_undecided(report))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for kind in KINDS:
        suite.set(COUNTS[kind], str(sum(case.find(kind) is not None for case in cases)))
    suite.set("time", f"{sum(report.timing.values()):.3f}")
    suite.set("timestamp", _timestamp(report.created_at))
    suite.set("hostname", UNKNOWN_HOST)


def _labels(report: Report) -> list[str]:
    """Return each component's id, with the names it goes by where two have one id.

    Readers take cases of one name for one case, and lose the others.
    """
    counts = Counter(c.id for c in report.components)
    return [plain(c.id if counts[c.id] == 1 else f"{c.id}({', '.join(c.names)})")
            for c in report.components]  # fmt: skip


def _timestamp(text: str) -> str:
    """Return the time as ``xs:dateTime``, or what the report says if it is no time."""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return plain(text)


def _properties(suite: ElementTree.Element, report: Report) -> None:
    properties = ElementTree.SubElement(suite, "properties")
    score = report.score
    known = {"outcome": report.outcome, "max_points": number(score.max_points),
             "seed": str(report.seed), "profile": report.profile}  # fmt: skip
    if score.points is not None:
        known["points"] = number(score.points)
    pairs = list(known.items())
    for component, label in zip(report.components, _labels(report), strict=True):
        if component.points is not None:
            pairs.append((f"points[{label}]", number(component.points)))
        pairs.append((f"max_points[{label}]", number(component.max_points)))
    for missing in report.missing:
        pairs.append((f"points[{missing.id}]", "0"))
        pairs.append((f"max_points[{missing.id}]", number(missing.max_points)))
    for name, value in pairs:
        ElementTree.SubElement(properties, "property", name=plain(name), value=plain(value))


def _empty_case(
    suite: ElementTree.Element, report: Report, component: str, name: str
) -> ElementTree.Element:
    classname = f"{plain(report.submission.id)}.{component}"
    case = {"classname": classname, "name": name, "time": "0.000"}
    return ElementTree.SubElement(suite, "testcase", case)


def _case(
    suite: ElementTree.Element, component: str, check: CheckReport, report: Report
) -> None:
    case = _empty_case(suite, report, component, check_name(check))
    faults = [f for f in check.findings if f.severity == "fault"]
    body = "\n\n".join(text_of(f, report) for f in faults)
    if check.outcome == "skipped":
        _tell(case, "skipped", "skipped", f"blocked by {plain(check.blocked_by or 'nothing')}")
    elif check.outcome in {"failed", "errored"}:
        kind = "failure" if check.outcome == "failed" else "error"
        message, type_ = _reason(faults[0]) if faults else (check.title, check.outcome)
        _tell(case, kind, plain(type_), plain(f"{check.title}: {message}"), body)
    told = [text_of(f, report) for f in check.findings if f.severity == "remark"]
    if told:
        ElementTree.SubElement(case, "system-out").text = "\n\n".join(told)


def _reason(finding: Finding) -> tuple[str, str]:
    if finding.diagnosis is not None:
        return finding.diagnosis.explanation, finding.diagnosis.id
    return finding.message, finding.id


def _tell(
    case: ElementTree.Element, kind: str, type_: str, message: str, body: str = ""
) -> None:
    child = ElementTree.SubElement(case, kind)
    child.set("type", type_)
    child.set("message", clipped(message, MOST_MESSAGE))
    child.text = body or message


FORMAT = JUnitReport()
