"""Honest submissions get the same report on every level, and beside hostile ones as alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hostile_arena import LEVELS, Arena, catalogue

from gradcheck.api import grade
from gradcheck.grading import batch
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.reports.json import FORMAT as JSON
from gradcheck.sandbox.executors import Executor

ZOO = Path(__file__).parents[2] / "submissions"
VOLATILE = ("created_at", "timing", "isolation")
QUICK = Options(profile="quick", seed=0)
EVERYDAY = ("neuron/right-function-pair", "neuron/sign")
OF_EACH = 20
EVERY = 3
"""Of them, one in so many is graded on every level; all are in the batch."""
BATCH, HOSTILE_EVERY = 200, 10


def steady(report: Report) -> dict[str, Any]:
    told = json.loads(JSON.render(report))
    return {key: value for key, value in told.items() if key not in VOLATILE}


def anonymous(report: Report) -> str:
    """Return a report without what its submission is called."""
    return json.dumps(steady(report)).replace(report.submission.id, "somebody")


def at_every_level(arena: Arena, name: str) -> list[Report]:
    (path, *_) = (ZOO / name).glob("*.py")
    submission = read_submission(path, name.replace("/", "-"))
    reports = []
    for level in LEVELS:
        executor = arena.executor(level)
        report = grade(submission, None, executor=executor, options=QUICK)
        if report.isolation.level == level:  # else this machine doesn't give it
            reports.append(report)
    return reports


def controls() -> list[str]:
    names = [f"{p.parent.name}/{p.name}" for p in sorted(ZOO.glob("*/*")) if p.is_dir()]
    right = [n for n in names if n.partition("/")[2].startswith("right-")]
    wrong = [n for n in names if n not in right]
    spread = lambda some: some[:: max(1, len(some) // OF_EACH)][:OF_EACH]  # noqa: E731
    return [*spread(right), *spread(wrong)]


def agree(reports: list[Report]) -> None:
    assert len(reports) >= 2
    first = steady(reports[0])
    for report in reports[1:]:
        assert steady(report) == first


@pytest.mark.parametrize("name", EVERYDAY)
def test_the_level_is_not_seen_in_a_report(arena: Arena, name: str) -> None:
    agree(at_every_level(arena, name))


@pytest.mark.hostile
@pytest.mark.parametrize("name", controls()[::EVERY])
def test_no_level_changes_an_honest_report(arena: Arena, name: str) -> None:
    agree(at_every_level(arena, name))


@pytest.mark.slow
@pytest.mark.hostile
def test_every_tenth_hostile_changes_no_honest_report(
    tmp_path: Path, executor: Executor
) -> None:
    honest = [ZOO / name for name in controls()]
    hostile = [c for c in catalogue() if "@" not in c.source]
    found: list[tuple[str, Path]] = []
    for number in range(BATCH):
        path = tmp_path / f"s{number:03d}.py"
        if number % HOSTILE_EVERY == HOSTILE_EVERY - 1:
            path.write_text(hostile[number // HOSTILE_EVERY % len(hostile)].source)
        else:
            source = next(honest[number % len(honest)].glob("*.py"))
            shutil.copy(source, path)
        found.append((path.stem, path))
    outcomes = list(
        batch.run(found, None, options=QUICK, folder=tmp_path / "reports", processes=2,
                  is_resuming=False)
    )  # fmt: skip
    graded = {o.identifier: o.report for o in outcomes if isinstance(o, batch.Graded)}

    assert len(graded) == BATCH
    alone: dict[str, str] = {}
    for number, (identifier, path) in enumerate(found):
        source = path.read_text()
        if number % HOSTILE_EVERY == HOSTILE_EVERY - 1:
            assert graded[identifier].outcome != "passed", source
            continue
        if source not in alone:
            submission = read_submission(path)
            report = grade(submission, None, executor=executor, options=QUICK)
            alone[source] = anonymous(report)
        assert anonymous(graded[identifier]) == alone[source]
