"""What a function reads by names in quotes is never handed over as anything without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.calls.keyed import lacks_keys
from gradcheck.calls.template import Template
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.recognition import fitting
from gradcheck.records.description import FunctionDescription, ModuleDescription, Parameter
from gradcheck.records.program import Step
from gradcheck.sandbox.executors import Executor

STYLES = Path(__file__).resolve().parents[1] / "styles" / "files"
MOST = 300
"""Tries for three functions of which the first argument is a dict; 1800 without their keys."""
NAME: Step = ("name", "f", "f")


def module(*keys: str) -> ModuleDescription:
    parameters = (Parameter("p", "positional", keys=keys), Parameter("x", "positional"))
    return ModuleDescription((FunctionDescription("f", "f", parameters, 1, 2),))


@pytest.mark.parametrize(
    ("steps", "is_lacking"),
    [
        ([NAME, ("call", "r", "f", ["$w", "$x"], {})], True),
        ([NAME, ("call", "r", "f", ["$x"], {"p": "$w"})], True),
        ([NAME, ("constant", "c", 3), ("call", "r", "f", ["c", "$x"], {})], True),
        ([NAME, ("list", "l", ["$w"]), ("call", "r", "f", ["l", "$x"], {})], True),
        ([NAME, ("dict", "d", [["w", "$w"]]), ("call", "r", "f", ["d", "$x"], {})], True),
        ([NAME, ("dict", "d", [["w", "$w"], ["b", "$b"]]), ("call", "r", "f", ["d", "$x"], {})],
         False),
        ([NAME, ("dict", "d", [["w", "$w"]]), ("setitem", "d", "b", "$b"),
          ("call", "r", "f", ["d", "$x"], {})], False),
        ([NAME, ("constant", "c", {"w": 1, "b": 2}), ("call", "r", "f", ["c", "$x"], {})], False),
        ([("name", "g", "g"), ("call", "d", "g", ["$x"], {}), NAME,
          ("call", "r", "f", ["d", "$x"], {})], False),
        ([("name", "g", "g"), ("call", "r", "g", ["$w", "$x"], {})], False),
    ],
)  # fmt: skip
def test_calls_without_the_keys_are_seen(steps: list[Step], is_lacking: bool) -> None:
    assert lacks_keys(Template(forward=tuple(steps)), module("w", "b")) is is_lacking
    assert not lacks_keys(Template(forward=tuple(steps)), module())


def test_they_are_never_made(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    attempted = fitting.attempted
    monkeypatch.setattr(
        fitting, "attempted", lambda *given: tries.append(given) or attempted(*given)
    )
    submission = read_submission(STYLES / "one_layer_in_a_dict.py")
    report = grade(submission, None, executor=executor, options=Options(profile="quick"))
    assert [c.outcome for c in report.components] == ["passed"] * len(report.components)
    assert report.components
    assert len(tries) < MOST
