"""Reports of real submissions, as each format tells them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NoReturn
from xml.etree import ElementTree

import jsonschema
import pytest
from reports_helpers import large_report
from reports_readers import GRADESCOPE, Command, lines_of_log, runner_command

from gradcheck.api import grade
from gradcheck.errors import UsageError
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.records.report import Counterexample, DiagnosisRef, Location, NumberArray, Report
from gradcheck.reports import github, github_summary, gradescope, junit, markdown
from gradcheck.reports.json import FORMAT as JSON
from gradcheck.sandbox.executors import Executor

NAN_AND_INFINITY = b"""
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return np.where(z > 0, np.nan, np.inf)
"""
KINDS = ["right", "wrong", "many", "unreadable", "missing"]


def commands(*reports: Report) -> list[Command]:
    lines = lines_of_log(github.FORMAT.render_all(reports))[:-1]
    found = [runner_command(line) for line in lines]
    assert None not in found
    return [c for c in found if c is not None]


def test_json_has_no_number_that_json_has_not(executor: Executor) -> None:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} in JSON")

    submission = submission_from_bytes("nan.py", NAN_AND_INFINITY, identifier="nan")
    report = grade(submission, None, executor=executor)
    told = json.dumps(json.loads(JSON.render(report), parse_constant=refuse))
    assert report.outcome == "failed"
    assert "NaN" in told  # in words, where a number would stand


@pytest.mark.parametrize("kind", KINDS)
def test_gradescope_has_a_test_a_component(kind: str, real: dict[str, Report]) -> None:
    report = real[kind]
    data = json.loads(gradescope.FORMAT.render(report))
    jsonschema.validate(data, GRADESCOPE)
    assert data["score"] == report.score.points == sum(t["score"] for t in data["tests"])
    names = [t["name"].split(" (")[0] for t in data["tests"]]
    assert names == [p.id for p in (*report.components, *report.missing)]
    assert [t["number"] for t in data["tests"]] == [str(k + 1) for k in range(len(names))]
    for component, test in zip(report.components, data["tests"], strict=False):
        assert [c.id in test["output"] for c in component.checks].count(False) == 0
    about = data["extra_data"]["gradcheck"]
    assert about["schema"] == report.schema_
    assert about["submission"]["files"][0]["sha256"] == report.submission.files[0].sha256


def test_gradescope_tells_the_cause_and_the_way_back(real: dict[str, Report]) -> None:
    (test,) = json.loads(gradescope.FORMAT.render(real["wrong"]))["tests"]
    for told in ("uphill.py:7", "return np.mean", "sign-flipped", "mend: put a minus in front",
                 "gradcheck replay "):  # fmt: skip
        assert told in test["output"]
    with pytest.raises(UsageError, match="one report at a time"):
        gradescope.FORMAT.render_all([real["wrong"], real["right"]])


def test_gradescope_gives_no_score_below_the_required_isolation(real: dict[str, Report]) -> None:
    report = real["right"]
    weak = report.model_copy(update={
        "isolation": report.isolation.model_copy(update={"required": 4}),
        "score": report.score.model_copy(update={"points": None}), "outcome": "errored",
    })  # fmt: skip
    data = json.loads(gradescope.FORMAT.render(weak))
    assert "score" not in data
    (test,) = data["tests"]
    assert not {"score", "max_score", "status"} & set(test)
    assert "isolation level 4 is required" in data["output"]


def test_partial_credit_is_told_by_check(real: dict[str, Report]) -> None:
    report = real["many"]
    output = json.loads(gradescope.FORMAT.render(report))["tests"][-1]["output"]
    worth = [p for c in report.components for p in c.check_points]
    assert worth
    told = [line.split() for line in output.splitlines() if " points  " in line]
    assert [line[-1] for line in told] == [p.id for p in worth]
    assert [line[0] for line in told] == [f"{p.points:g}/{p.max_points:g}" for p in worth]


def test_github_annotates_each_cause_at_its_line(real: dict[str, Report]) -> None:
    assert commands(real["right"]) == []
    (found,) = commands(real["wrong"])
    assert (found.name, found.properties["file"], found.properties["line"]) == (
        "error", "uphill.py", "7"
    )  # fmt: skip
    assert found.properties["title"] == "neuron · gradient with respect to the weights w"
    assert "the sign is flipped" in found.data and "gradcheck replay " in found.data
    (found,) = [c for c in commands(real["unreadable"]) if "line" in c.properties]
    assert "SyntaxError" in found.data
    missing = commands(real["missing"])
    assert [c.data for c in missing if "asked for, not found" in c.data]


def test_github_keeps_to_the_limits_of_a_step_over_all_reports() -> None:
    found = commands(large_report(30), large_report(30))
    kinds = [c.name for c in found]
    assert kinds.count("error") == kinds.count("warning") == github.MOST_OF_A_KIND


def test_causes_come_before_what_is_missing(real: dict[str, Report]) -> None:
    missing = real["missing"]
    found = commands(missing, real["wrong"])
    assert "the sign is flipped" in found[0].data
    assert "asked for, not found" in found[-1].data


@pytest.mark.parametrize("form", [markdown, github_summary], ids=["markdown", "github-summary"])
def test_markdown_has_score_table_and_findings(form: object, real: dict[str, Report]) -> None:
    text = form.FORMAT.render_all([real[k] for k in KINDS]).decode()  # type: ignore[attr-defined]
    for told in ("✅ passed: ` relu_unit `", "**0/1 points**", "| outcome | component | points |",
                 "mend: put a minus in front", "gradcheck replay ", "❌ missing", "SyntaxError",
                 "missing-factor-two", "` network_cost_and_gradient `"):  # fmt: skip
        assert told in text


def test_junit_has_a_case_a_check(real: dict[str, Report]) -> None:
    root = ElementTree.fromstring(junit.FORMAT.render_all([real[k] for k in KINDS]))
    assert root.tag == "testsuites"
    for suite, kind in zip(root, KINDS, strict=True):
        report = real[kind]
        cases = suite.findall("testcase")
        checks = [(f"{report.submission.id}.{c.id}", k.id + (f"[{k.variable}]" * bool(k.variable)))
                  for c in report.components for k in c.checks]  # fmt: skip
        assert [(c.get("classname"), c.get("name")) for c in cases][: len(checks)] == checks
        assert len(cases) == len(checks) + len(report.missing)
        assert int(suite.get("failures", "")) == report.summary.failed + len(report.missing)
        assert int(suite.get("errors", "")) == report.summary.errored
        assert int(suite.get("skipped", "")) == report.summary.skipped
        assert datetime.fromisoformat(suite.get("timestamp", "")).tzinfo is not None
        assert all(c.find("skipped").get("message", "").startswith("blocked by ")  # type: ignore[union-attr]
                   for c in cases if c.find("skipped") is not None)  # fmt: skip
    failure = root[1].find("testcase/failure")
    assert failure is not None and failure.get("type") == "sign-flipped"
    assert "return np.mean" in (failure.text or "")


def tiny() -> Report:
    """Return a report that is small enough to be read here."""
    report = large_report(1)
    array = NumberArray(shape=(2,), dtype="float64", data=[0.5, -1.0])
    finding = report.components[0].checks[0].findings[0].model_copy(update={
        "severity": "fault", "message": "off by 2", "replay": "ABC", "expected": array,
        "actual": array,
        "location": Location(file="a.py", line=3, end_line=3, function="f", source="return `x`"),
        "counterexample": Counterexample(regime="plain", sizes={}, inputs={"z": array}),
        "diagnosis": DiagnosisRef(id="sign-flipped", title="t", explanation="the sign is flipped",
                                  confidence=1.0, mend="put a minus"),
    })  # fmt: skip
    check = report.components[0].checks[0].model_copy(update={"findings": (finding,)})
    component = report.components[0].model_copy(update={"checks": (check,)})
    return report.model_copy(update={"components": (component,)})


def test_markdown_in_full() -> None:
    assert markdown.FORMAT.render(tiny()).decode() == """\
## ❌ failed: ` s `

**0/1 points** · 1 checks: 0 passed, 1 failed, 0 errored, 0 skipped

| outcome | component | points | what failed |
|---|---|--:|---|
| ❌ failed | ` affine ` ` f ` | 0/1 | ` gradient-value ` |

### Failed: ` affine · t `

```text
a.py:3
    3 │ return `x`                                                                              in f
      the sign is flipped                                                               sign-flipped
      z=[.5 -1] → expected [.5 -1], actual [.5 -1]
      mend: put a minus
      more: gradcheck explain sign-flipped
      again: gradcheck replay ABC s
```

"""


def test_annotation_in_full() -> None:
    line = github.FORMAT.render(tiny()).decode()
    head, _, data = line.partition("::    3")
    assert head == "::error file=a.py,line=3,endLine=3,title=affine · t"
    assert data.split("%0A", 1)[1] == (
        "      the sign is flipped                                                               "
        "sign-flipped%0A      z=[.5 -1] → expected [.5 -1], actual [.5 -1]%0A      mend: put a "
        "minus%0A      more: gradcheck explain sign-flipped%0A      again: gradcheck replay ABC s\n"
    )


@pytest.mark.parametrize("name", ["a,col=9,b.py", "a:b::c.py", "100%2C%0A.py", "x,line=1::y"])
def test_odd_names_arrive_as_they_are(name: str) -> None:
    report = tiny()
    check = report.components[0].checks[0]
    location = check.findings[0].location
    assert location is not None
    finding = check.findings[0].model_copy(update={
        "location": location.model_copy(update={"file": name}), "message": name, "diagnosis": None,
    })  # fmt: skip
    check = check.model_copy(update={"findings": (finding,), "title": name})
    component = report.components[0].model_copy(update={"checks": (check,)})
    (found,) = commands(report.model_copy(update={"components": (component,)}))
    assert found.properties == {"file": name, "line": "3", "endLine": "3",
                                "title": f"affine · {name}"}  # fmt: skip
    assert name in found.data


def test_two_components_of_one_id_are_two_in_junit() -> None:
    report = tiny()
    other = report.components[0].model_copy(update={"names": ("g",), "points": 0.5})
    twice = report.model_copy(update={"components": (*report.components, other)})
    (suite,) = ElementTree.fromstring(junit.FORMAT.render(twice))
    assert [c.get("classname") for c in suite.findall("testcase")] == ["s.affine(f)", "s.affine(g)"]
    values = {p.get("name"): p.get("value") for p in suite.findall("properties/property")}
    assert (values["points[affine(f)]"], values["points[affine(g)]"]) == ("0", "0.5")
