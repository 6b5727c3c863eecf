"""How much of real hand-written gradient code is read and judged, unchanged?

Give it a folder of checked-out repositories (nobody else's code is shipped with this one)::

    python benchmarks/census.py FOLDER [--report FILE] [--most N] [-j N]

Every ``.py`` and ``.ipynb`` below it whose text imports NumPy and defines something that is called
like a gradient is graded on its own, with the quick profile and without an assignment; a file
that imports modules lying beside it is graded together with its folder. What is printed:

- of how many files anything was judged, and what couldn't be loaded;
- how many *units* there are: functions and methods that are named like a gradient (``backward``,
  ``sigmoid_prime``, ``propagate`` ...), told by their names alone, and the share of them that a
  reading uses. A unit that is a helper or a training loop counts against us: the share is a lower
  bound, and the honest figure needs somebody to read what is left (``--report``);
- for each contract (convention): components judged, passed, failed, not decided.

A failure says nothing by itself: whether the public code or the judge is wrong has to be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from gradcheck.api import check
from gradcheck.errors import GradcheckError
from gradcheck.options import Options
from gradcheck.records.report import Report

SUFFIXES = {".py", ".ipynb"}
MOST_BYTES = 2**19
NAMED = re.compile(
    r"def\s+(\w*(?:backward|backprop|back_prop|gradient|grads?|deriv\w*|prime|propagate|dfn)\w*)"
    r"\s*\(", re.IGNORECASE,
)  # fmt: skip
NUMERIC = re.compile(r"numerical|check|clip|descent|test", re.IGNORECASE)
OTHERS = re.compile(r"import (?:torch|tensorflow|keras|jax|theano|mxnet)\b|from (?:torch|keras)\b")
LOCAL = re.compile(r"^\s*from\s+(\.?[\w.]+)\s+import", re.MULTILINE)


@dataclass
class Tally:
    """What was counted."""

    files: Counter[str] = field(default_factory=Counter)
    conventions: dict[str, Counter[str]] = field(default_factory=dict)
    units: int = 0
    read: int = 0


def candidates(root: Path) -> Iterator[Path]:
    """Yield the files with hand-written gradients, by their text."""
    for path in sorted(root.rglob("*")):
        if path.suffix not in SUFFIXES or not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        if "checkpoint" in path.name or path.name.startswith("test"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if "numpy" in text and units_of(text) and not OTHERS.search(text):
            yield path


def units_of(text: str) -> set[str]:
    """Return the names in a source that are called like a gradient's."""
    found = (m[1] for m in NAMED.finditer(text))
    return {name for name in found if not NUMERIC.search(name) and not name.startswith("__")}


def graded(path: Path) -> tuple[Path, Report | str]:
    """Return a file's report, or why there is none."""
    text = path.read_text(encoding="utf-8", errors="replace")
    beside = {p.stem for p in path.parent.glob("*.py")} - {path.stem}
    wanted = {m.partition(".")[0] or m.strip(".") for m in LOCAL.findall(text)}
    whole = path.parent if beside & wanted else path
    try:
        return path, check(whole, options=Options(profile="quick"))
    except GradcheckError as error:
        return path, f"{type(error).__name__}: {error}"


def counted(tally: Tally, path: Path, report: Report | str) -> str:
    """Add a report to the tally; return one line about it."""
    if isinstance(report, str):
        tally.files["no report"] += 1
        return f"{path}: {report}"
    units = units_of(path.read_text(encoding="utf-8", errors="replace"))
    judged = [c for c in report.components if c.kind != "submission"]
    used = {part for c in judged for name in c.names for part in name.split(".")}
    tally.units += len(units)
    tally.read += len(units & used)
    loaded = len(judged) == len(report.components)
    tally.files["judged" if judged else "nothing judged" if loaded else "not loaded"] += 1
    for component in judged:
        row = tally.conventions.setdefault(component.convention or "", Counter())
        row[component.outcome] += 1
    said = ", ".join(f"{c.id} {c.outcome}" for c in report.components)
    left = ", ".join(sorted(units - used))
    return f"{path}: {said or 'nothing'}" + (f"; unread: {left}" if left else "")


def table(tally: Tally) -> str:
    """Return the figures."""
    lines = [f"files with gradients: {sum(tally.files.values())} ("
             + ", ".join(f"{n} {what}" for what, n in tally.files.most_common()) + ")"]  # fmt: skip
    share = tally.read / tally.units if tally.units else 0.0
    lines.append(f"units named like a gradient: {tally.units}, read: {tally.read} ({share:.0%})")
    lines += ["", f"{'contract':20} {'judged':>7} {'passed':>7} {'failed':>7} {'undecided':>10}"]
    for name, row in sorted(tally.conventions.items(), key=lambda item: -item[1].total()):
        lines.append(f"{name:20} {row.total():7} {row['passed']:7} {row['failed']:7} "
                     f"{row['errored']:10}")  # fmt: skip
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Grade what is found and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="checked-out repositories")
    parser.add_argument("--report", type=Path, help="write one line a file to this file")
    parser.add_argument("--most", type=int, help="stop after so many files")
    parser.add_argument("-j", type=int, default=1, help="how many at a time")
    options = parser.parse_args(arguments)
    paths = list(candidates(options.folder))[: options.most]
    tally, lines = Tally(), []
    with ThreadPoolExecutor(options.j) as pool:
        for path, report in pool.map(graded, paths):
            lines.append(counted(tally, path, report))
    if options.report:
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(table(tally))
    return 0


if __name__ == "__main__":
    sys.exit(main())
