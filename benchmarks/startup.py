"""Time to verdict of one small submission, against what its parts cost alone.

Usage: python benchmarks/startup.py [--rounds N] [FILE]

Compared, as whole processes, in turns so that a busy machine slows all of them alike:

* ``pytest --gradcheck FILE``
* ``python -c "import numpy, pytest, hypothesis, pydantic"``
* a worker: started, its greeting read, an empty source loaded (inside this process)

The target of the project: at most 1.5 times the sum of the last two. Bytecode is cached for
all of them, as after a first run on anybody's machine (a setting that forbids it is overruled;
``--uncached`` keeps the environment as it is).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gradcheck.records.budgets import Budgets
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.session import Session

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "submissions" / "neuron" / "right-function-pair"
IMPORTS = "import numpy, pytest, hypothesis, pydantic"
TARGET = 1.5
ROUNDS = 9


def run(command: Sequence[str], folder: str, *, is_cached: bool) -> None:
    environment = dict(os.environ)
    if is_cached:
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = os.path.join(folder, "bytecode")
    found = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False
    )
    if found.returncode not in {0, 1}:
        raise SystemExit(found.stdout.decode() + found.stderr.decode())


def start_worker() -> None:
    executor = Spawn()
    with Session([("empty.py", "")], executor=executor, budgets=Budgets()) as session:
        session.load()
    executor.close()


def timed(function: Callable[[], None]) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--uncached", action="store_true", help="don't provide for bytecode")
    arguments = parser.parse_args()
    cached = not arguments.uncached
    file = str(arguments.file.resolve())
    with tempfile.TemporaryDirectory() as folder:  # no ini-file of anybody's
        # without a plug-in that only the developers' environment has
        verdict = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                   "-p", "no:schemathesis", "--gradcheck", file]  # fmt: skip
        parts: dict[str, Callable[[], None]] = {
            "pytest --gradcheck FILE": lambda: run(verdict, folder, is_cached=cached),
            "the imports alone": lambda: run(
                [sys.executable, "-c", IMPORTS], folder, is_cached=cached
            ),
            "a worker's start": start_worker,
        }
        times: dict[str, list[float]] = {name: [] for name in parts}
        for function in parts.values():
            function()  # fill the file system's caches
        for _ in range(arguments.rounds):
            for name, function in parts.items():
                times[name].append(timed(function))
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, found in times.items():
        print(f"{name:<26}{medians[name] * 1000:7.0f} ms   "
              f"({min(found) * 1000:.0f} to {max(found) * 1000:.0f})")  # fmt: skip
    whole, *rest = medians.values()
    ratio = whole / sum(rest)
    word = "within" if ratio <= TARGET else "above"
    print(f"{'ratio to their sum':<26}{ratio:7.2f}      {word} the target of {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
