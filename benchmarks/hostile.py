"""The catalogue of hostile submissions, counted: what is contained at which level.

Usage: python benchmarks/hostile.py [--level K ...] [--rows]

Every row of ``tests/hostile/catalogue`` is graded at each level among sentinels outside the
worker (listeners, a victim process, files of others, a token). A row counts at the levels that
must contain it; the known breaches of levels 0 and 1 are counted apart. ``--rows`` only prints
where each row of the threat catalogue is tested, those included that are none of a run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "hostile"))

from hostile_arena import CATALOGUE, LEVELS, Arena, catalogue

ROWS = CATALOGUE.parent / "rows.toml"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--level", type=int, choices=LEVELS, action="append")
    parser.add_argument("--rows", action="store_true")
    arguments = parser.parse_args()
    if arguments.rows:
        _print_rows()
        return 0
    levels = arguments.level or list(LEVELS)
    is_whole = True
    with tempfile.TemporaryDirectory() as folder, Arena(Path(folder)) as arena:
        for level in levels:
            is_whole = _told(arena, level) and is_whole
    return 0 if is_whole else 1


def _print_rows() -> None:
    found = [
        (number, case.title, f"catalogue/{case.name}, contained from level {case.contained_from}")
        for case in catalogue() for number in case.rows
    ]  # fmt: skip
    for row in tomllib.loads(ROWS.read_text(encoding="utf-8"))["row"]:
        found += [(row["number"], row["title"], test) for test in row["tests"]]
    for number, title, where in sorted(found):
        print(f"{number:3d}  {title}: {where}")


def _told(arena: Arena, level: int) -> bool:
    due = contained = forged = dead = breached = known = 0
    for case in catalogue():
        if level < case.only_from:
            continue
        found = arena.run(case, level)
        if found.level < level:
            print(f"level {level}: this machine gives {found.level}")
            return True
        forged += found.outcome == "passed"
        dead += bool(found.died)
        if level >= case.contained_from:
            due += 1
            contained += found.is_contained(case)
            if not found.is_contained(case):
                print(f"  not contained: {case.name}: {found}")
        elif level in case.breached_at:
            known += 1
            breached += bool(found.breaches)
            if not found.breaches:
                print(f"  a known breach that wasn't seen: {case.name}: {found}")
    tail = f"; {breached} of {known} known breaches seen" if known else ""
    print(f"contained {contained}/{due} at level {level}, forged passes {forged}, "
          f"dead graders {dead}{tail}", flush=True)  # fmt: skip
    return contained == due and not forged and not dead and breached == known


if __name__ == "__main__":
    sys.exit(main())
