"""The rate of ``gradcheck grade``, beside what the machine asks for its parts alone.

Usage: python benchmarks/batch.py [--count N] [--jobs J]

Grades N submissions (the zoo's, each with a line of its own, so that no two are equal) as a
whole process, and measures in the same run, on the same machine:

* a fresh Python that does nothing, and one that imports NumPy
* a forked worker: started, greeted, an empty source loaded, ended
* the student's evaluations: as many programs as an average submission was asked, of a function
  that does next to nothing, in frames as large as the batch's

What is left is gradcheck's own work: recognising, comparing, diagnosing, writing.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.session import Session

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
FRAME = 50
"""Programs in a frame: what a check's round asks of a component, about."""
MS = 1000.0


def make_class(folder: Path, count: int) -> None:
    sources = sorted((ROOT / "submissions").glob("*/*/*.py"))
    for number in range(count):
        text = sources[number % len(sources)].read_text(encoding="utf-8")
        (folder / f"s{number:04d}.py").write_text(f"{text}\n# student {number}\n", "utf-8")


def graded(folder: Path, out: Path, jobs: int) -> float:
    """Return the seconds that one whole batch takes."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "gradcheck", "grade", str(folder), "--out", str(out), "-j",
         str(jobs)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - begin


def median(function: Callable[[], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def python(*words: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, "-I", *words], check=True)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "class", Path(name) / "out"
        folder.mkdir()
        make_class(folder, arguments.count)
        wall = graded(folder, out, arguments.jobs)
        reports = [json.loads(p.read_bytes()) for p in (out / "reports").glob("*.json")]
    checks = [k for r in reports for c in r["components"] for k in c["checks"]]
    evaluations = sum(k["evaluations"] for k in checks) / len(reports)

    bare = median(python("-c", "pass"))
    numpy = median(python("-c", "import numpy"))
    executor = default_executor()
    executor.start().close()

    def worker() -> None:
        with Session([("e.py", "")], executor=executor, budgets=Budgets()) as session:
            session.load()

    forked = median(worker)
    steps = (("put", "a", 0), ("name", "f", "f"), ("call", "r", "f", ["a"], {}))
    program = Program(steps, (np.ones((7, 5)),), ("r",))
    with Session([("f.py", "def f(a):\n    return a\n")], executor=executor,
                 budgets=Budgets()) as session:  # fmt: skip
        session.load()
        frames = max(1, round(evaluations / FRAME))

        def evaluate() -> None:
            for _ in range(frames):
                session.execute([program] * FRAME)

        evaluated = median(evaluate)
    executor.close()

    rate = len(reports) / wall
    print(f"{len(reports)} submissions, {arguments.jobs} at once, {os.cpu_count()} cores")
    one = wall * arguments.jobs / len(reports)
    own = one - 2 * forked - evaluated
    print(f"{rate:.1f} a second")
    rows = [
        ("a submission: wall clock times jobs", one),
        ("alone: a Python that does nothing", bare),
        ("alone: a Python that imports NumPy", numpy),
        ("alone: a forked worker (a submission takes two)", forked),
        (f"alone: {evaluations:.0f} evaluations of an empty function", evaluated),
        ("left: recognising, comparing, diagnosing", own),
    ]
    for name, seconds in rows:
        print(f"{name:<50}{MS * seconds:8.1f} ms")


if __name__ == "__main__":
    main()
