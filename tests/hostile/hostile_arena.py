"""Runs a row of the catalogue at a level, among sentinels, and says what came of it."""

from __future__ import annotations

import contextlib
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hostile_sentinels import Sentinels

from gradcheck.api import grade, read_assignment
from gradcheck.errors import GradcheckError
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.reports.json import FORMAT as JSON
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.bubblewrap import Bubblewrap
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.layers import ALL_LAYERS, ONLY_LIMITS

__all__ = ["CATALOGUE", "LEVELS", "Arena", "Case", "Result", "catalogue"]

CATALOGUE = Path(__file__).parent / "catalogue"
LEVELS = (0, 1, 2, 3)
BREACH = "BREACH"
"""What an attack prints when the system let it do what leaves no trace outside."""
SPEC = """
schema = "gradcheck/assignment/v1"
id = "hostile"
title = "Hostile"
version = "1"
seed = 0

[[components]]
id = "sigmoid"

[budgets]
import_cpu = 1.0
call_cpu = 0.4
submission_cpu = 5.0
blocked_wall = 0.5
time_outs = 1
"""


@dataclass(frozen=True)
class Case:
    """One row: a submission and what must come of it.

    Parameters
    ----------
    verdicts : tuple of str
        The outcomes that a report may have; never passed.
    contained_from : int
        The lowest level that contains it.
    breached_at : tuple of int
        Levels at which it is known to succeed.
    breached_without : tuple of str
        Layers without which it succeeds at level 2.
    only_from : int
        It isn't run below this level: it would harm the machine that tests.
    everyday : bool
        Whether the everyday tests run it.
    """

    name: str
    rows: tuple[int, ...]
    group: str
    title: str
    verdicts: tuple[str, ...]
    contained_from: int
    breached_at: tuple[int, ...] = ()
    breached_without: tuple[str, ...] = ()
    only_from: int = 0
    everyday: bool = False
    note: str = ""
    settle: float = 0.0
    """Seconds after which a process that was left behind would have done its work."""

    @property
    def source(self) -> str:
        """The submission's text, with places yet to be filled in."""
        return (CATALOGUE / self.name / "submission.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Result:
    """What came of a row."""

    outcome: str
    level: int
    breaches: tuple[str, ...]
    died: str = ""
    """How the grader failed, if it did."""

    def is_contained(self, case: Case) -> bool:
        """Return whether nothing was reached and the verdict is one that is due."""
        return not self.breaches and not self.died and self.outcome in case.verdicts


def catalogue() -> list[Case]:
    """Return every row."""
    cases = []
    for path in sorted(CATALOGUE.iterdir()):
        if (path / "expect.toml").is_file():
            raw = tomllib.loads((path / "expect.toml").read_text(encoding="utf-8"))
            lists = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
            cases.append(Case(name=path.name, **lists))
    return cases


def nurseries() -> set[int]:
    """Return which of this process's children fork workers, and live."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text(encoding="ascii").split():
            with contextlib.suppress(OSError):  # one that has ended since has none
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                found |= {int(pid)} if b"nursery" in words else set()
    return found


class Arena:
    """Sentinels, and an executor for each set of layers.

    Parameters
    ----------
    folder : Path
        An empty folder for the sentinels.
    """

    def __init__(self, folder: Path) -> None:
        self._sentinels = Sentinels(folder)
        self._executors: dict[object, Executor] = {}
        spec = folder / "hostile.toml"
        spec.write_text(SPEC, encoding="utf-8")
        self._spec = read_assignment(spec)
        spec.unlink()

    def __enter__(self) -> Self:
        """Return the arena."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        """End everything."""
        for executor in self._executors.values():
            executor.close()
        self._sentinels.close()

    def run(self, case: Case, level: int, *, without: tuple[str, ...] = ()) -> Result:
        """Grade a row's submission with what a level has, layers taken away."""
        source = case.source
        for name, place in self._sentinels.places().items():
            source = source.replace(f"@{name}@", place)
        self.executor(level, without).prestart()
        parents = nurseries()
        try:
            report = self.report(source, level, without=without)
        except GradcheckError as error:
            return Result("", level, tuple(self._sentinels.touched("")), died=str(error))
        time.sleep(case.settle)
        text = JSON.render(report).decode()
        printed = report.submission.output.stdout
        breaches = [*self._sentinels.touched(text)]
        breaches += [BREACH] if BREACH in printed else []
        breaches += ["the worker's parent"] if parents - nurseries() else []
        return Result(report.outcome, report.isolation.level, tuple(breaches))

    def report(self, source: str, level: int, *, without: tuple[str, ...] = ()) -> Report:
        """Return the report on a source text at a level."""
        submission = submission_from_bytes("my_impl.py", source.encode(), identifier="hostile")
        executor = self.executor(level, without)
        return grade(submission, self._spec, executor=executor, options=Options(profile="quick"))

    def executor(self, level: int, without: tuple[str, ...] = ()) -> Executor:
        """Return the executor of a level, layers taken away."""
        key = level, without
        if key not in self._executors:
            layers = {0: (), 1: ONLY_LIMITS}.get(level, ALL_LAYERS)
            kept = tuple(layer for layer in layers if layer not in without)
            self._executors[key] = Bubblewrap(kept) if level == 3 else Fork(kept)
        return self._executors[key]
