"""Which seed a run has: the caller's, the assignment's, each student's own, or a secret one."""

from __future__ import annotations

import pytest

from gradcheck.api import grade
from gradcheck.errors import UsageError
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.submission import SourceFile, Submission
from gradcheck.sandbox.executors import Executor
from gradcheck.seeds import KEY_VARIABLE, course_key, seed_for

KEY = "0123456789abcdef"
SOURCE = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""


def spec(seed: object) -> AssignmentSpec:
    return AssignmentSpec.model_validate(
        {"schema": "gradcheck/assignment/v1", "id": "week", "seed": seed,
         "components": [{"id": "sigmoid"}]}
    )  # fmt: skip


def submission(identifier: str = "ada", text: str = SOURCE) -> Submission:
    return Submission(identifier, (SourceFile("a.py", "", "", 0),)).edited(text, identifier)


def test_the_callers_seed_goes_first_then_the_assignments_then_zero() -> None:
    assert seed_for(spec(7), submission(), wanted=3) == 3
    assert seed_for(spec(7), submission()) == 7
    assert seed_for(None, submission()) == 0
    assert seed_for(spec("secret"), submission(), wanted=3) == 3


def test_each_student_has_a_seed_of_their_own() -> None:
    rule = spec("per-student")
    seeds = {seed_for(rule, submission(name)) for name in ("ada", "bob", "eve")}
    assert len(seeds) == 3
    # it is the student's, whatever the file is called and whatever stands in it
    assert seed_for(rule, submission("a", "x = 1"), student="ada") == seed_for(
        rule, submission("ada")
    )
    assert seed_for(spec("per-student"), submission()) != seed_for(
        AssignmentSpec.model_validate(rule.model_dump(by_alias=True) | {"version": "2"}),
        submission(),
    )


def test_a_secret_seed_needs_the_key_and_follows_the_submission() -> None:
    rule = spec("secret")
    one = seed_for(rule, submission(), key=KEY)
    assert one == seed_for(rule, submission("bob"), key=KEY)
    assert one != seed_for(rule, submission(text=SOURCE + "\n"), key=KEY)
    assert one != seed_for(rule, submission(), key=KEY + "!")


def test_a_missing_or_short_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = spec("secret")
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(UsageError, match=KEY_VARIABLE):
        Options().keyed(rule)
    monkeypatch.setenv(KEY_VARIABLE, "short")
    with pytest.raises(UsageError, match="5 characters"):
        course_key(rule)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert Options().keyed(rule).course_key == KEY
    assert Options().keyed(spec(1)).course_key is None
    assert Options(seed=1).keyed(rule).course_key is None
    assert KEY not in repr(Options().keyed(rule))


def test_the_report_publishes_the_seed(executor: Executor) -> None:
    report = grade(submission(), spec("secret"), executor=executor,
                   options=Options(course_key=KEY, profile="quick"))  # fmt: skip
    assert report.seed == seed_for(spec("secret"), submission(), key=KEY)
