"""Every tool on every function: who accuses the wrong ones, who accuses the right ones."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from unittest import mock

import numpy as np
from callables import Callables
from catalogue import ENTRIES, REGIMES, Entry
from mistakes import MISTAKES
from product import Product, Said, verdicts
from tools import TOOLS, Tool

from gradcheck import engine
from gradcheck.calls.template import Execute
from gradcheck.records.program import Program, Reply

__all__ = ["PRODUCT", "Alarms", "Counting", "Detection", "Runs", "accuses", "alarms", "detection",
           "runs"]  # fmt: skip

PRODUCT = "gradcheck"
CONSISTENCY = "gradient-consistency"
SEED = 0
Progress = Callable[[str], None]


def accuses(tool: Tool, entry: Entry, source: str, seed: int, regime: str) -> bool:
    """Return whether a peer accuses a function at an input; an exception accuses, too."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        np.random.seed(seed)
        try:
            return tool(Callables(entry, source), entry.draw(seed, regime))
        except Exception:
            return True


@dataclass
class Detection:
    """By class: how many wrong functions there are, and how many each tool caught."""

    totals: Counter[str] = field(default_factory=Counter)
    caught: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    missed: list[tuple[str, str, Said]] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    compared: int = 0

    def share(self, tool: str) -> float:
        return sum(self.caught[tool].values()) / max(sum(self.totals.values()), 1)

    def compare(self, label: str, sandboxed: Said, in_process: Said) -> None:
        """Note whether both ways to run gradcheck say the same of every check."""
        self.compared += 1
        if (sandboxed.outcome, sandboxed.checks) != (in_process.outcome, in_process.checks):
            self.differing.append(label)


def detection(product: Product, say: Progress, of: Sequence[str] | None = None) -> Detection:
    """Run every tool on the wrong functions, as its users do: once, at an ordinary input."""
    found = Detection()
    for mistake in MISTAKES:
        if of is not None and mistake.of not in of:
            continue
        entry, source, kind = mistake.entry, mistake.source, mistake.kind
        say(f"wrong: {mistake.of}, {kind}")
        found.totals[kind] += 1
        for name, tool in TOOLS.items():
            if tool is not None:
                found.caught[name][kind] += accuses(tool, entry, source, SEED, "ordinary")
        said = verdicts(product.graded(entry, source))
        found.compare(f"{mistake.of}, {kind}", said, verdicts(product.in_process(entry, source)))
        found.caught[PRODUCT][kind] += said.outcome == "failed"
        if said.outcome != "failed":
            found.missed.append((mistake.of, kind, said))
    return found


@dataclass
class Alarms:
    """Right functions that the peers accused, by tool and regime, of how many runs."""

    runs: Counter[str] = field(default_factory=Counter)
    accused: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def alarms(seeds: int, say: Progress, of: Sequence[str] | None = None) -> Alarms:
    """Run the peers on the right functions at each regime."""
    found = Alarms()
    for entry in chosen(of):
        say(f"right: {entry.file}, peers")
        for regime in REGIMES:
            for seed in range(seeds):
                found.runs[regime] += 1
                for name, tool in TOOLS.items():
                    if tool is not None:
                        found.accused[name][regime] += accuses(
                            tool, entry, entry.source, seed, regime
                        )
    return found


def chosen(of: Sequence[str] | None) -> Iterator[Entry]:
    return (e for e in ENTRIES.values() if of is None or e.file in of)


@dataclass
class Runs:
    """gradcheck on the right functions.

    Parameters
    ----------
    regimes : Counter
        Inputs judged, by regime.
    bad : list
        File, seed and what was said, where that wasn't ``passed``.
    evaluations : dict
        By file: the most evaluations an input took, on average over its battery.
    methods : Counter
        Ways by which derivatives were found.
    """

    runs: int = 0
    regimes: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, int, Said]] = field(default_factory=list)
    evaluations: dict[str, float] = field(default_factory=dict)
    methods: Counter[str] = field(default_factory=Counter)


def runs(
    product: Product, seeds: Sequence[int], say: Progress, checked: Detection,
    of: Sequence[str] | None = None,
) -> Runs:  # fmt: skip
    """Grade every right function at every seed: the first through the sandbox as well."""
    found = Runs()
    for entry in chosen(of):
        say(f"right: {entry.file}, gradcheck")
        for seed in seeds:
            with Counting() as counted:
                report = product.in_process(entry, entry.source, seed)
            said = verdicts(report)
            found.runs += 1
            found.regimes += counted.regimes
            if said.outcome != "passed":
                found.bad.append((entry.file, seed, said))
            kinds = [k for c in report.components for k in c.checks]
            found.methods.update(k.method for k in kinds if k.id == CONSISTENCY and k.method)
            mean = counted.evaluations / max(sum(counted.regimes.values()), 1)
            found.evaluations[entry.file] = max(mean, found.evaluations.get(entry.file, 0.0))
            if seed == seeds[0]:
                sandboxed = verdicts(product.graded(entry, entry.source, seed))
                checked.compare(f"{entry.file}, right", sandboxed, said)
    return found


class Counting:
    """Counts the inputs that the engine judges at, by regime, and the evaluations it asks for."""

    def __init__(self) -> None:
        self.regimes: Counter[str] = Counter()
        self.evaluations = 0
        self._known: list[Any] = []

    def __enter__(self) -> Self:
        case = engine.Case

        def counted(example: Any, subject: Any) -> engine.Case:
            if example.index >= 0:  # of the battery, not of shrinking
                self.regimes[example.regime] += 1
            if not any(subject is known for known in self._known):
                self._known.append(subject)
                subject.execute = self._counting(subject.execute)
            return case(example, subject)

        self._patch = mock.patch.object(engine, "Case", counted)
        self._patch.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.__exit__(None, None, None)

    def _counting(self, execute: Execute) -> Execute:
        def counting(programs: Sequence[Program]) -> Sequence[Reply]:
            self.evaluations += len(programs)
            return execute(programs)

        return counting
