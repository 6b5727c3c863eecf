"""The zoo: every submission gets exactly what its ``expected.toml`` says.

The first folder is an assignment, the second a submission; ``right-...`` ones are right.
An expectation is written by thinking about what ought to be found, not by recording. It
holds for the profile ``quick``; the others look at more examples and may find a fault in
one check more.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from meta_sources import ROOT
from pydantic import BaseModel, ConfigDict

from gradcheck import families, pipeline
from gradcheck.component import Component
from gradcheck.intake import submissions
from gradcheck.options import Options
from gradcheck.records.report import CheckReport, ComponentReport, Finding, Report
from gradcheck.sandbox.executors import Executor

ZOO = ROOT / "submissions"
RIGHT = "right-"
FEWEST_CONVENTIONS = 3
FEWEST_WRONG = 2
WORKERS = 2
"""A submission takes one worker to be recognised and one to be judged."""
KNOWN: dict[str, str] = {}
"""Submissions (``assignment/name``) that gradcheck gets wrong today, each with the reason."""

HAND_WRITTEN_NOTES = {
    "sign-flipped", "sigma-squared", "sigma-minus", "z-for-its-derivative",
    "label-for-activation", "wrong-layer-activation", "cost-minus-dropped", "repeated-factor",
    "missing-intermediate", "missing-batch-mean",
}  # fmt: skip
COURSE = {
    "missing-batch-mean", "extra-factor-two", "missing-factor-two", "sign-flipped", "transposed",
    "bias-not-summed", "mask-from-the-wrong-tensor", "derivative-at-a", "upstream-ignored",
    "argument-overwritten", "stale-cache", "batch-of-one", "dtype-loss",
}  # fmt: skip


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectedComponent(Strict):
    id: str
    names: list[str]
    convention: str = ""
    """Held where it is said."""
    outcome: Literal["passed", "failed", "errored"]
    findings: list[str]
    diagnosis: str | list[str] = []
    remarks: list[str] = []
    mistake: str = ""

    @property
    def diagnoses(self) -> list[str]:
        return [self.diagnosis] if isinstance(self.diagnosis, str) else self.diagnosis


class Expected(Strict):
    outcome: Literal["passed", "failed", "errored"]
    components: list[ExpectedComponent] = []
    hints: Literal["", "fix"] = ""
    """``fix`` where the cause shows only in mends that are tried out."""


FOLDERS = sorted(p for p in ZOO.glob("*/*") if p.is_dir())


def name_of(folder: Path) -> str:
    return folder.relative_to(ZOO).as_posix()


@cache
def expected_of(folder: Path) -> Expected:
    return Expected.model_validate(tomllib.loads((folder / "expected.toml").read_text("utf-8")))


@cache
def report_of(folder: Path, executor: Executor) -> Report:
    (path,) = folder.glob("*.py")
    prepared = pipeline.Prepared(submissions.read_submission(path), None, executor=executor)
    executor.prestart(WORKERS)  # for the next one, while this one is judged
    options = Options(profile="quick", hints=expected_of(folder).hints or None)
    *_, finished = pipeline.run(prepared, options)
    assert isinstance(finished, pipeline.Finished)
    return finished.report


def label(check: CheckReport) -> str:
    return check.id + (f"[{check.variable}]" if check.variable else "")


def told(component: ComponentReport, said: ExpectedComponent) -> ExpectedComponent:
    """Return what a report says of a component, in the words of ``expected.toml``."""
    failed = [c for c in component.checks if c.outcome == "failed"]
    findings: list[Finding] = [f for c in component.checks for f in c.findings]
    named = [f.diagnosis.id for f in findings if f.diagnosis is not None]
    remarked = [c.id for c in component.checks if any(f.severity == "remark" for f in c.findings)]
    return ExpectedComponent(
        id=component.id, names=list(component.names), outcome=component.outcome,  # type: ignore[arg-type]
        convention=component.convention if said.convention else "",
        findings=[label(c) for c in failed], diagnosis=named[0] if len(named) == 1 else named,
        remarks=list(dict.fromkeys(remarked)), mistake=said.mistake,
    )  # fmt: skip


@pytest.mark.sampled(8, 6)
@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_zoo(folder: Path, executor: Executor, request: pytest.FixtureRequest) -> None:
    if name_of(folder) in KNOWN:
        request.applymarker(pytest.mark.xfail(reason=KNOWN[name_of(folder)], strict=True))
    expected, report = expected_of(folder), report_of(folder, executor)
    nothing = ExpectedComponent(id="", names=[], outcome="passed", findings=[])
    said = [*expected.components, *[nothing] * len(report.components)]
    components = [told(c, s) for c, s in zip(report.components, said, strict=False)]
    found = Expected(outcome=report.outcome, components=components, hints=expected.hints)  # type: ignore[arg-type]
    assert found == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_expectation(folder: Path) -> None:
    assert sorted(p.suffix for p in folder.iterdir() if p.is_file()) == [".py", ".toml"]
    expected = expected_of(folder)
    is_right = folder.name.startswith(RIGHT)
    assert (expected.outcome == "passed") is is_right
    for component in expected.components:
        is_wrong = component.outcome != "passed"
        assert is_wrong is bool(component.findings)
        assert is_wrong is bool(component.mistake)
        assert is_wrong or not component.diagnoses


def victims() -> set[str]:
    return {d for f in FOLDERS for c in expected_of(f).components for d in c.diagnoses}


def test_every_check_has_a_victim() -> None:
    components = [c for f in FOLDERS for c in expected_of(f).components]
    hit = {k.partition("[")[0] for c in components for k in (*c.findings, *c.remarks)}
    assert {c.id for c in families.all_checks()} | {"loads"} == hit


def test_every_diagnosis_has_a_victim() -> None:
    assert {d.id for d in families.all_diagnoses()} == victims()


def test_the_notes_and_the_course_are_there() -> None:
    assert victims() >= HAND_WRITTEN_NOTES | COURSE


@pytest.mark.parametrize("assignment", ["neuron", "logistic", "network", "blocks"])
def test_right_ones_in_several_conventions(assignment: str, executor: Executor) -> None:
    folders = [f for f in FOLDERS if name_of(f).startswith(f"{assignment}/{RIGHT}")]
    shapes: set[tuple[str, str]] = set()
    for folder in folders:
        if len(shapes) >= FEWEST_CONVENTIONS:
            break
        components = report_of(folder, executor).components if name_of(folder) not in KNOWN else ()
        shapes |= {(c.convention, c.reading[1]) for c in components}
    assert len(shapes) >= FEWEST_CONVENTIONS


def test_known_ones_exist() -> None:
    assert set(KNOWN) <= {name_of(f) for f in FOLDERS}


@pytest.mark.parametrize("component", families.all_components(), ids=lambda c: c.id)
def test_every_component_has_a_right_and_two_wrong_ones(component: Component) -> None:
    found = [c for f in FOLDERS for c in expected_of(f).components if c.id == component.id]
    assert sum(c.outcome == "passed" for c in found) >= 1
    assert len({c.mistake for c in found if c.outcome == "failed"}) >= FEWEST_WRONG
