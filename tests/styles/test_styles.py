"""Files in as many styles, no two alike: read and judged right without configuration.

Each also with one mistake, which must be found on its component and variable.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

HERE = Path(__file__).parent
FILES = sorted((HERE / "files").glob("*.py"))
WRONG = tomllib.loads((HERE / "wrong.toml").read_text(encoding="utf-8"))
QUICK = Options(profile="quick")


def judged(path: Path, executor: Executor) -> Report:
    return grade(read_submission(path), None, options=QUICK, executor=executor)


def test_there_are_forty() -> None:
    assert len(FILES) >= 40
    assert {f.stem for f in FILES} == set(WRONG)


@pytest.mark.sampled(6, 4)
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_right(path: Path, executor: Executor) -> None:
    report = judged(path, executor)
    assert report.components
    assert {c.outcome for c in report.components} == {"passed"}, [
        (c.id, k.id, f.message) for c in report.components for k in c.checks for f in k.findings
    ]


@pytest.mark.sampled(6, 4)
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_wrong(path: Path, executor: Executor, tmp_path: Path) -> None:
    right, wrong, component, variable = WRONG[path.stem]
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1
    changed = tmp_path / path.name
    changed.write_text(source.replace(right, wrong), encoding="utf-8")
    report = judged(changed, executor)
    failed = {(c.id, k.variable) for c in report.components for k in c.checks
              if k.outcome == "failed"}  # fmt: skip
    assert {c.id for c in report.components if c.outcome == "failed"} == {component}
    assert not variable or (component, variable) in failed
