"""grade a batch: a JSON report and a page a submission, grades.csv, class.json, index.html

Run it again with --resume after a crash, or when new submissions have come in: what is graded
already, from the same bytes under the same conditions, stands.

Exit status: 0 when every submission was graded, whatever its score; 4 when some were not;
2 usage, assignment or roster error; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tqdm import tqdm

from gradcheck.cli._options import add_interpreter, add_options, chosen, width
from gradcheck.errors import SpecError
from gradcheck.files import held, write_atomically
from gradcheck.grading import batch, gradebook
from gradcheck.grading.classbook import forget_student, index_html, write_student
from gradcheck.intake.submissions import gather
from gradcheck.records.class_summary import ClassRow, ClassSummary
from gradcheck.records.report import AssignmentRef
from gradcheck.records.roster import Roster, load_roster
from gradcheck.reports.terminal import unheard

GRADED, USAGE, INCOMPLETE, INTERRUPTED = 0, 2, 4, 130
EVERY = 5.0
"""Seconds between two lines of progress where there is no terminal."""
MOST_MISTAKES = 5
MOST_OTHERS = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH",
                        help="a .py, .ipynb or .zip file, or a folder of them")  # fmt: skip
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write")
    parser.add_argument("-j", "--jobs", type=_count, default=_cores(), metavar="N",
                        help="how many are graded at once (default: one a core)")  # fmt: skip
    parser.add_argument("--resume", action="store_true",
                        help="let the reports stand that are of the same submissions")  # fmt: skip
    parser.add_argument("--roster", type=Path, metavar="CSV",
                        help="who is in the course: columns id and name")  # fmt: skip
    parser.add_argument("--single", action="store_true", help="a folder is one submission")
    add_interpreter(parser)
    add_options(parser, profile="quick")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(text)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def execute(arguments: argparse.Namespace) -> int:
    """Grade all of them, then sum up."""
    spec, options = chosen(arguments)
    gathered = gather(arguments.paths, is_single=arguments.single)
    roster, problems = _roster(arguments.roster)
    problems += gathered.problems
    for problem in problems:
        print(unheard(f"gradcheck: {problem}"), file=sys.stderr)
    ref = AssignmentRef(id=spec.id, version=spec.version, digest=spec.digest) if spec else None
    rows: list[ClassRow] = []
    with held(arguments.out), _patience(), _progress(len(gathered.found)) as progress:
        outcomes = batch.run(
            gathered.found, spec, options=options, folder=arguments.out / "reports",
            processes=arguments.jobs, is_resuming=arguments.resume,
            interpreter=arguments.interpreter,
        )  # fmt: skip
        try:
            with closing(outcomes):
                for outcome in outcomes:
                    if isinstance(outcome, batch.Graded):
                        write_student(arguments.out, outcome.report, outcome.submission)
                    else:
                        forget_student(arguments.out, outcome.identifier)
                    rows.append(_row(outcome))
                    progress.tell(outcome)
        finally:  # also of what was done before Ctrl-C
            if rows:
                listed = gradebook.with_roster(rows, roster) if roster else rows
                summary = gradebook.summarised(listed, ref or AssignmentRef())
                _write(summary, arguments.out)
    _sum_up(summary, arguments.out)
    if problems:
        return USAGE
    return INCOMPLETE if summary.not_graded else GRADED


def _roster(path: Path | None) -> tuple[Roster | None, tuple[str, ...]]:
    """Return the roster; a wrong one is told, and grading goes on without it."""
    if path is None:
        return None, ()
    try:
        return load_roster(path), ()
    except SpecError as error:
        return None, (f"{error}; graded without the roster",)


def _row(outcome: batch.Outcome) -> ClassRow:
    if isinstance(outcome, batch.Ungraded):
        return gradebook.not_graded(outcome.identifier, outcome.reason)
    return gradebook.row(outcome.report)


class _Progress:
    """A bar on a terminal, a line now and then elsewhere; on standard error."""

    def __init__(self, total: int) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, unit=" submissions", file=sys.stderr, dynamic_ncols=True,
                         disable=not self._is_terminal, leave=False)  # fmt: skip
        self._total = total
        self._begin = self._told = time.monotonic()
        self._done = self._kept = 0

    def tell(self, outcome: batch.Outcome) -> None:
        """Count one, and say what happened if it wasn't graded."""
        self._done += 1
        self._kept += isinstance(outcome, batch.Graded) and outcome.was_there
        self._bar.update()
        if isinstance(outcome, batch.Ungraded):
            line = f"not graded: {outcome.identifier}: {outcome.reason}"
            self._bar.write(unheard(line), file=sys.stderr)
        now = time.monotonic()
        if not self._is_terminal and now - self._told >= EVERY:
            self._told = now
            print(self._line(now - self._begin), file=sys.stderr, flush=True)

    def _line(self, elapsed: float) -> str:
        fresh = self._done - self._kept  # what was there already says nothing of the rate
        rate = fresh / elapsed
        left = f", {(self._total - self._done) / rate:.0f} s left" if rate else ""
        return f"{self._done}/{self._total} graded, {rate:.1f} a second{left}"

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


@contextmanager
def _progress(total: int) -> Iterator[_Progress]:
    progress = _Progress(total)
    try:
        yield progress
    finally:
        progress.close()


@contextmanager
def _patience() -> Iterator[None]:
    """Let Ctrl-C finish what is being graded, and a second one end at once."""

    def interrupted(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        print("\nfinishing what is being graded; Ctrl-C again ends at once", file=sys.stderr)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write(summary: ClassSummary, out: Path) -> None:
    write_atomically(out / "grades.csv", gradebook.grades_csv(summary))
    text = summary.model_dump_json(by_alias=True, indent=1)
    write_atomically(out / "class.json", (text + "\n").encode())
    write_atomically(out / "index.html", index_html(summary))


def _sum_up(summary: ClassSummary, out: Path) -> None:
    """Print what an instructor wants to know first."""
    outcomes = ", ".join(f"{count} {name}" for name, count in summary.outcomes.items())
    print(f"{summary.submissions} submissions: {outcomes}")
    points = [p for p in summary.points if p is not None]
    if points and summary.max_points:
        print(f"points: {sum(points) / len(points):.2f} of {summary.max_points:g} on average")
    mistakes: Sequence[tuple[str, int]] = list(summary.diagnoses.items())[:MOST_MISTAKES]
    if mistakes:
        told = ", ".join(f"{name} ({count})" for name, count in mistakes)
        print(textwrap.fill(f"most common mistakes: {told}", width(), subsequent_indent="  ",
                            break_on_hyphens=False))  # fmt: skip
    ids = {row.submission for row in summary.rows}
    others = sorted(p.stem for p in (out / "reports").glob("*.json") if p.stem not in ids)
    if others:
        shown = ", ".join(others[:MOST_OTHERS]) + (", …" if len(others) > MOST_OTHERS else "")
        told = f"reports/ also holds {len(others)} of submissions that weren't given now: {shown}"
        print(textwrap.fill(told, width(), subsequent_indent="  ", break_on_hyphens=False))
    print(f"written: {out / 'index.html'}, students/, grades.csv, class.json, reports/")
