"""Points: all or nothing, by check, and what a student may see of them."""

from __future__ import annotations

from typing import Any

import pytest

from gradcheck import scoring
from gradcheck.api import grade
from gradcheck.hints import student_view
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.report import CheckReport, Report
from gradcheck.records.submission import SourceFile, Submission
from gradcheck.sandbox.executors import Executor

SIGMOID = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return {}
"""
RIGHT = SIGMOID.format("sigmoid(z) * (1 - sigmoid(z))")
WRONG = SIGMOID.format("-sigmoid(z) * (1 - sigmoid(z))")
TANH = """
def tanh(z):
    return np.tanh(z)
def tanh_prime(z):
    return 1 - np.tanh(z) ** 2
"""


def check(identifier: str, outcome: str, blocked_by: str | None = None) -> CheckReport:
    return CheckReport(id=identifier, title=identifier, outcome=outcome, blocked_by=blocked_by)  # type: ignore[arg-type]


def graded(text: str, components: list[dict[str, Any]], executor: Executor) -> Report:
    spec = AssignmentSpec.model_validate(
        {"schema": "gradcheck/assignment/v1", "id": "week", "components": components}
    )
    mine = Submission("me", (SourceFile("me.py", "", "", 0),)).edited(text, "me")
    return grade(mine, spec, executor=executor, options=Options(profile="quick"))


@pytest.mark.parametrize(
    ("checks", "points"),
    [
        ([check("forward-value", "passed"), check("gradient-value", "passed")], 10),
        ([check("forward-value", "passed"), check("gradient-value", "failed")], 3),
        # one variable of two is not enough
        ([check("forward-value", "passed"), check("gradient-value", "passed"),
          check("gradient-value", "failed")], 3),
        # blocked by a failure: no points
        ([check("forward-value", "failed"),
          check("gradient-value", "skipped", "forward-value")], 0),
        # doesn't apply: its points go to the others in proportion
        ([check("gradient-value", "failed"), check("forward-value", "skipped", "no-forward")], 0),
        ([check("gradient-value", "passed"), check("kink", "failed")], 10),
        # undecided: no number, unless something else decides it
        ([check("forward-value", "passed"), check("gradient-value", "errored")], None),
        ([check("forward-value", "skipped", "deselected"),
          check("gradient-value", "passed")], None),
    ],
)  # fmt: skip
def test_points_by_check(checks: list[CheckReport], points: float | None) -> None:
    by_check = scoring.check_points(checks, {"forward-value": 3, "gradient-value": 7})
    assert scoring.component_points(checks, 10, by_check) == points


def test_others_stand_for_what_is_not_listed() -> None:
    worth = {"forward-value": 3, "others": 7}
    checks = [check("forward-value", "passed"), check("kink", "failed"), check("dtype", "passed")]
    assert scoring.component_points(checks, 10, scoring.check_points(checks, worth)) == 3
    checks[1] = check("kink", "passed")
    assert scoring.component_points(checks, 10, scoring.check_points(checks, worth)) == 10


def test_points_by_check_through_the_whole_line(executor: Executor) -> None:
    asked = [{"id": "sigmoid", "checks": {"forward-value": 4, "gradient-value": 6}}]
    assert graded(RIGHT, asked, executor).score.points == 10
    report = graded(WRONG, asked, executor)
    assert report.outcome == "failed"
    assert report.score.points == 4
    assert [(p.id, p.points) for p in report.components[0].check_points] == [
        ("forward-value", 4), ("gradient-value", 0)]  # fmt: skip


def test_a_student_sees_nothing_of_hidden_parts(executor: Executor) -> None:
    asked = [{"id": "sigmoid", "points": 2, "hidden": True}, {"id": "tanh", "points": 3}]
    report = graded(WRONG + TANH, asked, executor)
    assert (report.outcome, report.score.points, report.score.max_points) == ("failed", 3, 5)
    view = student_view(report)
    assert (view.outcome, view.score.points, view.score.max_points) == ("passed", 3, 3)
    assert view.withheld_points == 2
    assert view.summary.failed == 0
    assert "sigmoid" not in "".join(c.model_dump_json() for c in view.components)


def test_a_hidden_part_that_is_missing_stays_hidden(executor: Executor) -> None:
    asked = [{"id": "relu", "points": 2, "hidden": True}, {"id": "sigmoid", "points": 3}]
    report = graded(RIGHT, asked, executor)
    assert report.outcome == "failed"
    view = student_view(report)
    assert (view.outcome, view.missing, view.withheld_points) == ("passed", (), 2)
    assert student_view(view) == view


VALUE_ONLY = SIGMOID.partition("def sigmoid_prime")[0]
GRADIENT_ONLY = """
import numpy as np
def sigmoid_prime(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)
"""
BY_CHECK = {"forward-value": 3, "gradient-shape": 1, "gradient-value": 5, "others": 1}


@pytest.mark.parametrize("text", [VALUE_ONLY, GRADIENT_ONLY], ids=["value", "gradient"])
@pytest.mark.parametrize("checks", [{}, BY_CHECK], ids=["whole", "by-check"])
def test_half_of_what_is_asked_for_is_never_all_of_it(
    text: str, checks: dict[str, float], executor: Executor
) -> None:
    asked = [{"id": "sigmoid", "points": 10, "checks": checks}]
    report = graded(text, asked, executor)
    wrong = graded(WRONG, asked, executor)
    assert report.outcome == "failed"
    assert report.score.points is not None and report.score.points <= 7
    if text is VALUE_ONLY:  # leaving the gradient out is worth no more than getting it wrong
        assert wrong.score.points is not None
        assert report.score.points <= wrong.score.points
    (failed,) = [c for c in report.components[0].checks if c.outcome == "failed"]
    assert failed.findings[0].message.startswith("the assignment asks for the ")


def test_half_is_enough_where_half_is_asked_for(executor: Executor) -> None:
    value = [{"id": "sigmoid", "checks": {"forward-value": 3, "output-shape": 1}}]
    gradient = [{"id": "sigmoid", "checks": {"gradient-value": 3}}]
    assert graded(VALUE_ONLY, value, executor).outcome == "passed"
    assert graded(GRADIENT_ONLY, gradient, executor).outcome == "passed"
    assert graded(VALUE_ONLY, gradient, executor).score.points == 0
    assert graded(GRADIENT_ONLY, value, executor).score.points == 0
