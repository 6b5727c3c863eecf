"""rerun one finding: still failing, fixed, or different

Exit status: 0 fixed, 1 still failing or different, 2 no such token (or a stale one).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from gradcheck.api import grade
from gradcheck.cli._options import add_options, chosen, is_coloured, width
from gradcheck.errors import UsageError
from gradcheck.intake.submissions import read_submission
from gradcheck.records.report import CheckReport, ComponentReport, Report
from gradcheck.replay import Token, decode, labels_of, matching
from gradcheck.reports.terminal import FORMAT as TERMINAL
from gradcheck.sandbox.default import default_executor
from gradcheck.version import VERSION

FIXED, FAILING = 0, 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("token", metavar="TOKEN", help="from a report: again: gradcheck replay ...")
    parser.add_argument("file", type=Path, metavar="FILE", help="the submission")
    add_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Judge the submission again with the token's seed and compare."""
    spec, options = chosen(arguments)
    token = decode(arguments.token, version=VERSION, digest=spec.digest if spec else None)
    options = replace(options, seed=token.seed, profile=token.profile)
    executor = default_executor(options.level_of(spec))
    try:
        submission = read_submission(arguments.file)
        report = grade(submission, spec, executor=executor, options=options)
    finally:
        executor.close()
    found = _found(token, report)
    if not found:
        if report.outcome == "failed" and any(c.kind == "submission" for c in report.components):
            print("different: the file doesn't load any more")
            sys.stdout.write(TERMINAL.text(report, width=width(), is_coloured=is_coloured()))
            return FAILING
        raise UsageError(f"{arguments.file} has nothing that this token names; is it the same "
                         "submission?")  # fmt: skip
    status = FIXED
    for component, check in found:
        name = f"{component.id} · {check.title}"
        if check.outcome == "passed":
            print(f"fixed: {name} passes")
            continue
        status = FAILING
        words = "still failing" if check.outcome == "failed" else f"different: {check.outcome}"
        if check.outcome == "skipped":
            words += f", blocked by {check.blocked_by}"
        print(f"{words}: {name}")
        shown = component.model_copy(update={"checks": (_own(check),)})
        text = TERMINAL.text(report.model_copy(update={"components": (shown,), "unrecognised": ()}),
                             width=width(), is_coloured=is_coloured())  # fmt: skip
        print("\n".join(text.splitlines()[:-1]).rstrip())
    return status


def _own(check: CheckReport) -> CheckReport:
    """Return the check with its findings shown as its own, whatever they follow from."""
    findings = tuple(f.model_copy(update={"follows_from": None}) for f in check.findings)
    return check.model_copy(update={"findings": findings})


def _found(token: Token, report: Report) -> list[tuple[ComponentReport, CheckReport]]:
    labels = labels_of((c.id, c.names) for c in report.components)
    known = {
        (label, k.id, k.variable): (c, k)
        for label, c in zip(labels, report.components, strict=True)
        for k in c.checks
    }
    return [known[place] for place in matching(token, known)]


