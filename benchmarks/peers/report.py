"""The comparison as text of 80 columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue import ENTRIES, REGIMES
from comparison import PRODUCT, Alarms, Detection, Runs
from mistakes import MISTAKES
from sensitivity import GRADCHECK, LOWEST, TOP, Cost
from tools import TOOLS

__all__ = ["Scaling", "detection_table", "misses", "runs_table", "scaling_table", "targets"]

WIDTH = 80
LABEL, CELL = 22, 7
MOST_LISTED = 200
HEADS = {"gradcheck": ("grad", "check"), "torch slow": ("torch", "slow"),
         "torch fast": ("torch", "fast"), "jax": ("", "jax"), "autograd": ("auto", "grad"),
         "scipy": ("", "scipy"), "CS231n 1e-5": ("CS231n", "1e-5"),
         "CS231n 1e-7": ("CS231n", "1e-7")}  # fmt: skip
RUNS_WANTED, SHARE_WANTED, EVALUATIONS_WANTED = 2_000, 0.98, 30.0
RECIPE_RATIO, LARGEST_JUDGED = 50.0, 10_000
WANTED = {TOP: (1e-12, 1e-11), LOWEST: (1e-9, 1e-7)}
"""The smallest uniform and single-entry errors to be caught, up to LARGEST_JUDGED."""


@dataclass
class Scaling:
    """By (parameters, function, tool): smallest uniform and single error, and the cost."""

    errors: dict[tuple[int, str, str], tuple[float, float]] = field(default_factory=dict)
    costs: dict[tuple[int, str, str], Cost] = field(default_factory=dict)

    def worst(self, count: int, tool: str) -> tuple[float, float] | None:
        found = [e for (n, _, t), e in self.errors.items() if (n, t) == (count, tool)]
        if not found:
            return None
        # NaN (accuses right code) is worse than anything
        return tuple(math.nan if any(map(math.isnan, column)) else max(column)
                     for column in zip(*found, strict=True))  # type: ignore[return-value]  # fmt: skip

    def seconds(self, count: int, tool: str) -> float:
        return sum(c.seconds for (n, _, t), c in self.costs.items() if (n, t) == (count, tool))

    def ratio(self, count: int, tool: str) -> float:
        """CPU time of gradcheck's top rung as a part of the tool's, on all functions."""
        other = self.seconds(count, tool)
        return self.seconds(count, TOP) / other if other else math.nan


def heading(text: str) -> list[str]:
    return ["", text, "-" * len(text)]


def cells(label: str, values: Iterable[str]) -> str:
    return f"{label:<{LABEL}}" + "".join(f"{v:>{CELL}}" for v in values)


def columns() -> list[str]:
    return [PRODUCT, *(name for name, tool in TOOLS.items() if tool is not None)]


def detection_table(found: Detection, alarms: Alarms, runs: Runs) -> list[str]:
    """Return wrong functions caught by class, and right ones accused by regime."""
    names = columns()
    lines = heading(f"Wrong functions caught ({sum(found.totals.values())}, by class)")
    lines += [cells("", (HEADS[n][0] for n in names)), cells("", (HEADS[n][1] for n in names))]
    for kind, total in found.totals.items():
        lines.append(cells(f"{kind} ({total})", (str(found.caught[n][kind]) for n in names)))
    lines.append(cells("all, %", (f"{100 * found.share(n):.1f}" for n in names)))
    lines += heading("Right functions accused (% of runs)")
    lines += [cells("", (HEADS[n][0] for n in names)), cells("", (HEADS[n][1] for n in names))]
    own = 100 * len([b for b in runs.bad if b[2].outcome == "failed"]) / max(runs.runs, 1)
    for regime in REGIMES:
        total = alarms.runs[regime]
        told = [f"{100 * alarms.accused[n][regime] / max(total, 1):.1f}" for n in names[1:]]
        lines.append(cells(f"{regime} ({total})", (f"{own:.1f}", *told)))
    lines += ["A run of gradcheck holds every regime, one of its peers a single input. They meet",
              "a wrong function once, at an ordinary input, as in a test that somebody writes."]
    return lines


def runs_table(runs: Runs) -> list[str]:
    """Return what gradcheck said of the right functions."""
    total = sum(runs.regimes.values())
    lines = heading("gradcheck on right functions")
    lines.append(f"{len(runs.evaluations)} functions, {runs.runs} reports, {total} inputs judged:")
    lines += wrapped(runs.regimes)
    lines.append("derivatives, by variable:")
    lines += wrapped(runs.methods)
    if runs.evaluations:
        most = max(runs.evaluations, key=lambda name: runs.evaluations[name])
        lines.append(f"evaluations an input: at most {runs.evaluations[most]:.1f} ({most})")
    outcomes = Counter(said.outcome for _, _, said in runs.bad)
    lines.append(f"not passed: {dict(outcomes) or 'none'}")
    seen = set()
    for name, seed, said in runs.bad:
        if name not in seen:
            lines += listed(f"{name}, seed {seed}", said.outcome, said.component, said.detail)
        seen.add(name)
    return lines


def wrapped(counts: Mapping[str, int]) -> list[str]:
    lines, line = [], " "
    for word in (f" {name} {count}" for name, count in sorted(counts.items())):
        if len(line) + len(word) > WIDTH:
            lines.append(line)
            line = " "
        line += word
    return [*lines, line]


def listed(what: str, outcome: str, component: str, detail: str) -> list[str]:
    lines = [f"* {what}: {outcome}" + (f" as {component}" if component else "")]
    if detail:
        detail = detail if len(detail) <= MOST_LISTED else detail[:MOST_LISTED] + " ..."
        lines += ["    " + detail[k : k + WIDTH - 4] for k in range(0, len(detail), WIDTH - 4)]
    return lines


def misses(found: Detection) -> list[str]:
    """Return what gradcheck didn't catch, and where the sandbox changes a verdict."""
    lines = heading("Wrong functions that gradcheck didn't fail")
    for name, kind, said in found.missed:
        lines += listed(f"{name}, {kind}", said.outcome, said.component, said.detail)
    lines += [] if found.missed else ["none"]
    lines += heading("Through the sandbox and in process")
    lines.append(f"{found.compared} reports compared, check by check; "
                 f"{len(found.differing)} differ")  # fmt: skip
    return lines + [f"* {name}" for name in found.differing]


def shown(error: float) -> str:
    if math.isnan(error):
        return "accuses right"
    return "none" if math.isinf(error) else f"{error:.0e}"


def scaling_table(scaling: Scaling, counts: Sequence[int], tools: Sequence[str]) -> list[str]:
    """Return, by the number of parameters, what each tool catches and costs."""
    lines = heading("Smallest error caught (worst of three functions), and cost")
    lines.append(f"{'':<24}{'uniform':>14}{'one entry':>14}{'forwards':>10}{'CPU ms':>11}"
                 f"{'ours/':>7}")  # fmt: skip
    for count in counts:
        lines.append(f"n = {count:,}")
        for tool in tools:
            known = [c for (n, _, t), c in scaling.costs.items() if (n, t) == (count, tool)]
            if not known:
                continue
            errors = scaling.worst(count, tool)
            told = ["-", "-"] if errors is None else [shown(e) for e in errors]
            mark = "*" if any(c.is_extrapolated for c in known) else " "
            ratio = "" if tool in GRADCHECK else f"{scaling.ratio(count, tool):.2g}"
            lines.append(
                f"  {tool:<22.22}{told[0]:>14}{told[1]:>14}"
                f"{max(c.forwards for c in known):>10.0f}"
                f"{1000 * scaling.seconds(count, tool):>10.1f}{mark}{ratio:>7}"
            )
    lines += ["Elementwise, affine, two ReLU layers; CPU of all three together, on one core;",
              "ours/: gradcheck's top rung with its purity checks, as a part of it. * is",
              "extrapolated from 2,000 entries; - was not tried (hours)."]  # fmt: skip
    return lines


def targets(
    found: Detection, runs: Runs, scaling: Scaling, counts: Sequence[int]
) -> list[str]:
    """Return the figures to be reached, and whether they are."""
    inputs = sum(runs.regimes.values())
    most = max(runs.evaluations.values(), default=0.0)
    rows = [
        (f"right ones passed at {RUNS_WANTED:,} inputs",
         f"{runs.runs - len(runs.bad)} of {runs.runs}, {inputs:,}",
         not runs.bad and inputs >= RUNS_WANTED),
        ("98 % of wrong functions caught", f"{100 * found.share(PRODUCT):.1f} %",
         found.share(PRODUCT) >= SHARE_WANTED),
        ("the same verdict in process", f"{len(found.differing)} of {found.compared} differ",
         not found.differing),
        ("30 evaluations an input", f"{most:.1f}", most <= EVALUATIONS_WANTED),
    ]  # fmt: skip
    if scaling.errors:
        judged = [n for n in counts if n <= LARGEST_JUDGED]
        for tool, wanted in WANTED.items():
            for place, kind in enumerate(("uniform", "one entry")):
                worst = max((scaling.worst(n, tool) or (1.0, 1.0))[place] for n in judged)
                rows.append((f"{tool}: {kind} {wanted[place]:.0e}", shown(worst),
                             worst <= wanted[place] * (1 + 1e-9)))  # fmt: skip
            forwards = [c.forwards for (_, _, t), c in scaling.costs.items() if t == tool]
            rows.append((f"{tool}: evaluations at all n",
                         f"{min(forwards):.0f} to {max(forwards):.0f}",
                         max(forwards) <= EVALUATIONS_WANTED))  # fmt: skip
    if LARGEST_JUDGED in counts and scaling.costs:
        recipe = 1 / scaling.ratio(LARGEST_JUDGED, "CS231n 1e-5")
        rows.append(("CPU at 1e4: 1/50 of CS231n's", f"1/{recipe:.0f}", recipe >= RECIPE_RATIO))
        fast = scaling.ratio(LARGEST_JUDGED, "torch fast")
        rows.append(("CPU at 1e4: torch fast's", f"{fast:.2f} of it", fast <= 1.0))
    lines = heading("Targets")
    lines += [f"{'reached' if is_met else 'MISSED':<9}{what:<42}{got:>28}" for what, got, is_met
              in rows]  # fmt: skip
    return [*lines, "", f"({len(MISTAKES)} wrong and {len(ENTRIES)} right functions in all.)"]
