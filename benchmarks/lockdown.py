"""What locking a worker in costs, and a call of a locked worker.

Usage: python benchmarks/lockdown.py [--rounds N]

* CPU time of a worker from its start to its greeting, with every layer and with none, against
  an interpreter that imports NumPy; in turns, so that a busy machine slows all of them alike
* the same for workers forked from a nursery (wall clock), plain and inside bubblewrap
* a round trip to a locked worker with a small array

The targets of the project: lock-down at most 10 % on top of the bare process, 150 µs a trip.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.bubblewrap import Bubblewrap
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.layers import ALL_LAYERS, LIMITS
from gradcheck.sandbox.levels import level_of
from gradcheck.sandbox.session import Session

ROUNDS = 31
TRIPS = 500
TURNS = 5
MOST_SHARE, MOST_TRIP = 0.10, 150.0
SOURCE = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0.0)\n"
SHAPE = (7, 5)


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(function: Callable[[], None]) -> float:
    before = children_cpu()
    function()
    return children_cpu() - before


def wall_of(function: Callable[[], None]) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def greet(executor: Executor) -> None:
    with Session([("a.py", "")], executor=executor, budgets=Budgets()) as session:
        session.load()


def bare() -> None:
    subprocess.run(
        [sys.executable, "-I", "-c", "import numpy"], check=True,
        env={"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


def medians(
    parts: dict[str, Callable[[], None]], measure: Callable[[Callable[[], None]], float],
    rounds: int,
) -> dict[str, float]:  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in parts}
    for function in parts.values():
        function()
    for _ in range(rounds):
        for name, function in parts.items():
            found[name].append(measure(function))
    return {name: statistics.median(times) * 1000 for name, times in found.items()}


def trip(executor: Executor) -> tuple[float, int]:
    """Return the median microseconds of a round trip, and the level that the worker shows."""
    program = Program(
        (("put", "z", 0), ("name", "f", "relu"), ("call", "r", "f", ["z"], {})),
        (np.random.default_rng(0).standard_normal(SHAPE),), ("r",),
    )  # fmt: skip
    with Session([("a.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        session.load()
        times = [wall_of(lambda: session.execute([program])) for _ in range(TRIPS)]
        return statistics.median(times) * 1e6, level_of(session.hello)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    spawned = {
        "a Python that imports NumPy": bare,
        "a worker, limits only": lambda: greet(Spawn((LIMITS,))),
        "a worker, locked in": lambda: greet(Spawn(ALL_LAYERS)),
    }
    cpu = medians(spawned, cpu_of, rounds)
    for name, milliseconds in cpu.items():
        print(f"{name:<34}{milliseconds:8.1f} ms of CPU")
    plain, open_worker, locked = cpu.values()
    share = (locked - open_worker) / plain
    word = "within" if share <= MOST_SHARE else "above"
    print(f"{'the lock-down, of the bare process':<34}{share * 100:8.1f} %  {word} the target of "
          f"{MOST_SHARE:.0%}")  # fmt: skip
    forking = {
        "forked, limits only": Fork((LIMITS,)), "forked, locked in": Fork(),
        "forked inside bubblewrap": Bubblewrap(),
    }  # fmt: skip
    starts = {name: _first(executor) for name, executor in forking.items()}
    wall = medians({n: lambda e=e: greet(e) for n, e in forking.items()}, wall_of, rounds)
    for name, milliseconds in wall.items():
        print(f"{name:<34}{milliseconds:8.1f} ms    (the first {starts[name]:.0f} ms)")
    trips: dict[int, list[float]] = {}
    for _ in range(TURNS):
        for name in ("forked, limits only", "forked, locked in"):
            microseconds, level = trip(forking[name])
            trips.setdefault(level, []).append(microseconds)
    for level, found in trips.items():
        middle = statistics.median(found)
        word = "within" if middle <= MOST_TRIP else "above"
        print(f"{f'a round trip at level {level}':<34}{middle:8.0f} µs    {word} the target "
              f"of {MOST_TRIP:.0f} µs")  # fmt: skip
    for executor in forking.values():
        executor.close()
    return 0


def _first(executor: Executor) -> float:
    return wall_of(lambda: greet(executor)) * 1000


if __name__ == "__main__":
    sys.exit(main())
