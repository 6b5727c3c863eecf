"""What the worker's frames cost, and how many a submission needs.

Usage: python benchmarks/frames.py [FILE ...]

* a round trip: one program in one frame
* a batch: a thousand programs in one frame
* a submission: the frames, calls and milliseconds of grading it, in each profile, with the
  examples drawn already (as in a batch)
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from gradcheck.api import grade
from gradcheck.examples import PROFILES
from gradcheck.intake.submissions import gather, read_submission
from gradcheck.options import Options
from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.session import Session

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [
    ROOT / "submissions" / name
    for name in (
        "neuron/right-function-pair", "logistic/label-for-activation", "network/right-pair",
    )
]
SOURCE = "import numpy as np\n\ndef relu(z):\n    return np.maximum(z, 0.0)\n"
BATCH = 1000
ROUNDS = 200
REPEATS = 5
SHAPE = (7, 5)


def program(rng: np.random.Generator) -> Program:
    steps = (("put", "z", 0), ("name", "f", "relu"), ("call", "r", "f", ["z"], {}))
    return Program(steps, (rng.standard_normal(SHAPE),), ("r",))


def microseconds(session: Session, count: int, rounds: int) -> float:
    """Return the median time of a frame of ``count`` programs."""
    rng = np.random.default_rng(0)
    programs = [program(rng) for _ in range(count)]
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        replies = session.execute(programs)
        found.append(time.perf_counter() - begin)
        assert all(r.fault is None for r in replies)
    return statistics.median(found) * 1e6


class Counted:
    """Counts the frames and programs of all sessions while it is in force."""

    def __init__(self) -> None:
        self.frames = self.programs = 0

    def __enter__(self) -> Counted:
        self._execute = Session.execute

        def execute(session: Session, programs: object) -> object:
            before = session.frames
            replies = self._execute(session, programs)  # type: ignore[arg-type]
            self.frames += session.frames - before
            self.programs += len(programs)  # type: ignore[arg-type]
            return replies

        Session.execute = execute  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *_: object) -> None:
        Session.execute = self._execute  # type: ignore[method-assign]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, default=EXAMPLES)
    arguments = parser.parse_args()
    executor = default_executor()
    with Session([("relu.py", SOURCE)], executor=executor, budgets=Budgets()) as session:
        session.load()
        one = microseconds(session, 1, ROUNDS)
        many = microseconds(session, BATCH, 9)
    print(f"a frame with one program      {one:8.0f} µs")
    print(f"a frame with {BATCH} programs    {many:8.0f} µs, {many / BATCH:.1f} µs a program")
    print()
    print(f"{'submission':<24}{'profile':<10}{'ms':>6}{'frames':>8}{'programs':>10}  outcome")
    for identifier, path in gather(arguments.files).found:
        submission = read_submission(path, identifier)
        for profile in PROFILES:
            options = Options(seed=0, profile=profile)
            grade(submission, None, executor=executor, options=options)  # draws the examples
            found = []
            for _ in range(REPEATS):
                executor.prestart(1)
                time.sleep(0.4)  # in a batch the next worker starts while this one is busy
                begin = time.perf_counter()
                with Counted() as counted:
                    report = grade(submission, None, executor=executor, options=options)
                found.append(time.perf_counter() - begin)
            print(f"{identifier:<24}{profile:<10}{statistics.median(found) * 1000:6.0f}"
                  f"{counted.frames:8}{counted.programs:10}  {report.outcome}")  # fmt: skip
    executor.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
