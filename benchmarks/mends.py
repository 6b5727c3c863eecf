"""How often the very line that was changed is named, and a mend that was seen to pass.

Usage: python benchmarks/mends.py [--every N] [--start K]

Each of the files in ``tests/styles`` is judged with one line changed (``wrong.toml``), as a student
would: no configuration, the standard profile. A line counts as named where a failure points at
it; a mend counts where changing the lines that are shown makes every check pass.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from gradcheck.api import grade
from gradcheck.intake.submissions import submission_from_bytes
from gradcheck.options import Options
from gradcheck.sandbox.default import default_executor

STYLES = Path(__file__).resolve().parents[1] / "tests" / "styles"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="take every N-th file")
    parser.add_argument("--start", type=int, default=0, help="beginning with the K-th")
    chosen = parser.parse_args()
    slips = tomllib.loads((STYLES / "wrong.toml").read_text(encoding="utf-8"))
    executor = default_executor()
    counts = dict.fromkeys(("files", "failed", "named", "mended"), 0)
    for name, (right, wrong, *_) in list(slips.items())[chosen.start :: chosen.every]:
        source = (STYLES / "files" / f"{name}.py").read_text(encoding="utf-8")
        before, _, _ = source.partition(right)
        first = before.count("\n") + 1
        lines = range(first, first + wrong.count("\n") + 1)
        submission = submission_from_bytes(
            f"{name}.py", source.replace(right, wrong).encode(), identifier=name
        )
        report = grade(submission, None, executor=executor, options=Options(profile="standard"))
        findings = [f for c in report.components for k in c.checks for f in k.findings]
        roots = [f for f in findings if f.severity == "fault" and not f.follows_from]
        is_named = any(f.location and f.location.line in lines for f in roots)
        is_mended = any(f.diagnosis and f.diagnosis.repair for f in roots)
        counts["files"] += 1
        counts["failed"] += report.outcome == "failed"
        counts["named"] += is_named
        counts["mended"] += is_mended
        if not is_named or not is_mended:
            told = [(f.location and f.location.line, f.diagnosis and f.diagnosis.id) for f in roots]
            print(f"{name:<28} line {first:4d}: {'named' if is_named else 'not named'}, "
                  f"{'mended' if is_mended else 'not mended'} {told}")  # fmt: skip
    executor.close()
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
