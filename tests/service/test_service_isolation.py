"""What a machine below the required isolation answers: not graded, and never a zero."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from service_browser import Browser, text_of
from service_helpers import World, spec

from gradcheck.api import grade
from gradcheck.grading.graders import Task
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.layers import ALL_LAYERS, ONLY_LIMITS
from gradcheck.service.grading import Grading

LOUD = b"""
print('executed')

def relu(z):
    return z * (z > 0)

def relu_grad(z):
    return 1.0 * (z > 0)
"""
WORDS = "not graded: isolation level 2 is required, this machine gives 1 (limits)"


class RealGraders:
    """Graders that grade here, in workers with the layers that this machine is said to have."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def submit(self, task: Task) -> Future[Report]:
        options = replace(task.options, profile="quick")
        found = grade(task.submission, task.spec, executor=self.executor, options=options)
        future: Future[Report] = Future()
        future.set_result(found)
        return future


@pytest.fixture
def machine() -> Iterator[Fork]:
    """Return what starts workers on a machine without Landlock and seccomp."""
    executor = Fork(ONLY_LIMITS)
    yield executor
    executor.close()


def lowered(world: World, graders: Any) -> World:
    world.graders = graders
    return world


def raise_the_bar(world: World, line: str) -> None:
    """Store an assignment that asks for isolation."""
    path = "/v1/assignments/week-1/versions/1?course=course"
    asked = spec().replace(b"[[", line.encode() + b"\n[[")
    stored = world.ask("teacher", "PUT", path, content=asked)
    assert stored.is_success, stored.text


def test_an_assignments_level_is_kept(
    world: World, machine: Fork, caplog: pytest.LogCaptureFixture
) -> None:
    raise_the_bar(world, 'require_isolation = "kernel-policy"')
    world.put("ann", LOUD, assignment="week-1")
    with caplog.at_level(logging.WARNING, logger="gradcheck.service"):
        lowered(world, RealGraders(machine)).grade(1)
    assert "submission 1 is not graded: isolation level 2 is required" in caplog.text

    one = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert one["grade"]["outcome"] == "errored"
    assert one["grade"]["points"] is None
    report = world.ask("teacher", "GET", "/v1/submissions/1/report?format=json").json()
    assert (report["isolation"]["level"], report["isolation"]["required"]) == (1, 2)
    assert report["submission"]["output"]["stdout"] == "", "the source was executed"
    assert WORDS in world.ask("ann", "GET", "/v1/submissions/1/report?format=terminal").text
    assert WORDS.capitalize() in text_of(Browser(world, "ann").get("/submissions/1"))


def test_nobody_gets_a_zero_in_the_gradebook(world: World, machine: Fork) -> None:
    raise_the_bar(world, "require_isolation = 2")
    world.put("ann", LOUD, assignment="week-1")
    lowered(world, RealGraders(machine)).grade(1)
    stats = world.ask("teacher", "GET", "/v1/assignments/week-1/stats").json()
    assert (stats["points"], stats["best_points"]) == ([None], [None])
    shown = Browser(world, "teacher").get("/teach/assignments/week-1/grades.csv")
    (row,) = [r for r in csv.DictReader(io.StringIO(shown.text)) if r["student"] == "ann"]
    assert (row["points"], row["best_points"]) == ("", "")


def test_a_regrade_where_the_level_is_given_makes_up_for_it(world: World, machine: Fork) -> None:
    raise_the_bar(world, "require_isolation = 2")
    world.put("ann", LOUD, assignment="week-1")
    lowered(world, RealGraders(machine)).grade(1)
    assert world.ask("teacher", "POST", "/v1/assignments/week-1/regrade", json={}).is_success
    locked = Fork(ALL_LAYERS)
    try:
        lowered(world, RealGraders(locked)).grade(1)
    finally:
        locked.close()
    one = world.ask("ann", "GET", "/v1/submissions/1").json()
    assert (one["grade"]["outcome"], one["grade"]["points"]) == ("passed", 2.0)


@pytest.mark.parametrize(("operator", "author"), [(2, 1), (1, 2), (2, 2)])
def test_the_higher_of_both_levels_counts(
    world: World, machine: Fork, operator: int, author: int
) -> None:
    raise_the_bar(world, f"require_isolation = {author}")
    world.put("ann", LOUD, assignment="week-1")
    settings = world.service.settings.model_copy(update={"require_isolation": operator})
    graders: Any = RealGraders(machine)
    Grading(world.service.database, graders, settings)(1)
    report = world.ask("teacher", "GET", "/v1/submissions/1/report?format=json").json()
    assert (report["isolation"]["level"], report["isolation"]["required"]) == (1, 2)
    assert report["score"]["points"] is None
