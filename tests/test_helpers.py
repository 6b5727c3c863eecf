"""Helpers of a course whose module isn't there are given, where their meaning is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcheck.api import grade, read_assignment
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.worker.given import given

QUICK = Options(profile="quick")
PLAIN = "s = sigmoid(z)\n"
PAIR = "a, kept = sigmoid(z)\n"
SWISH = """
import numpy as np
from planar_utils import sigmoid, plot_decision_boundary

def swish(x):
    return x * sigmoid(x)

def swish_backward(dout, x):
    s = sigmoid(x)
    return dout * (s + x * s * (1 - s))
"""
NOT_GIVEN = {
    "another library": ("torch.nn.utils", "sigmoid", PLAIN),
    "no helpers": ("testCases", "sigmoid", PLAIN),
    "another meaning": ("utils", "leaky_relu", "leaky_relu(z)\n"),
    "its own": ("utils", "sigmoid", PLAIN + "def sigmoid(z):\n    pass\n"),
    "two forms": ("utils", "sigmoid", PLAIN + PAIR),
    "taken apart later": ("utils", "sigmoid", "o = sigmoid(z)\nx = o[0]\n"),
    "with an option": ("utils", "sigmoid", "s = sigmoid(z, True)\n"),
    "never called": ("utils", "sigmoid", "f = sigmoid\n"),
    "of what isn't known": ("utils", "sigmoid_backward", PLAIN + "d = sigmoid_backward(g, s)\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_GIVEN)
def test_what_is_unclear_is_not_given(case: str) -> None:
    assert given(*NOT_GIVEN[case]) is None
    assert given("utils", "sigmoid", PLAIN) is not None
    assert given("utils", "sigmoid_backward", PAIR + "d = sigmoid_backward(g, kept)\n") is not None


ASKED = """
schema = "gradcheck/assignment/v1"
id = "asked"
title = "Asked"

[[components]]
id = "silu"
"""
GIVEN = "planar_utils isn't there; given by gradcheck in their usual meaning: sigmoid"


def graded(folder: Path, text: str, executor: Executor, *, asked: str = "") -> tuple[str, bool]:
    """Return the report's outcome, and whether it says that sigmoid is given."""
    (folder / "a.py").write_text(text, encoding="utf-8")
    spec = None
    if asked:
        (folder / "assignment.toml").write_text(asked, encoding="utf-8")
        spec = read_assignment(folder / "assignment.toml")
    report = grade(read_submission(folder / "a.py"), spec, options=QUICK, executor=executor)
    return report.outcome, any(GIVEN in told for told in report.submission.left_out)


def test_what_calls_a_given_helper_is_judged(executor: Executor, tmp_path: Path) -> None:
    assert graded(tmp_path, SWISH, executor) == ("passed", True)
    wrong = SWISH.replace("(s + x", "(1 + x")
    assert graded(tmp_path, wrong, executor) == ("failed", True)


def test_nothing_is_given_in_an_assignment_nor_for_a_module_that_is_there(
    executor: Executor, tmp_path: Path
) -> None:
    outcome, is_given = graded(tmp_path, SWISH, executor, asked=ASKED)
    assert outcome != "passed" and not is_given
    (tmp_path / "planar_utils.py").write_text("def sigmoid(x):\n    return x\n", encoding="utf-8")
    outcome, is_given = graded(tmp_path, SWISH, executor)
    assert outcome == "errored" and not is_given


def test_a_softmax_is_given_of_vectors() -> None:
    softmax = given("rnn_utils", "softmax", "y = softmax(z)\n")
    assert softmax is not None
    np.testing.assert_allclose(softmax(np.array([[0.0], [np.log(3.0)]])), [[0.25], [0.75]])
    with pytest.raises(LookupError):
        softmax(np.zeros((2, 3)))
