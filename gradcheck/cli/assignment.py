"""make, look at and try out an assignment

new       write a folder with a commented assignment.toml and a model solution
show      say what an assignment asks for; --public prints the part for
          students, --bundle one file with the texts of its references in it
selftest  grade the model (full marks) and wrong solutions (they must lose some)

Exit status of selftest: 0 all as it must be, 1 not so, 2 usage or assignment error.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import tomli_w

from gradcheck import selftest
from gradcheck.api import grade, read_assignment
from gradcheck.cli._bundle import bundled
from gradcheck.cli._options import is_coloured, seed, width
from gradcheck.errors import SpecError, UsageError
from gradcheck.examples import PROFILES
from gradcheck.files import write_atomically
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.reports.terminal import FORMAT as TERMINAL
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.executors import Executor
from gradcheck.shipped import ASSIGNMENT_FILE, located, shipped_assignments

PASSED, FAILED = 0, 1
MODEL_FILE = "model.py"
DEFAULT = "neuron"
HEAD = '''\
# An assignment for gradcheck. Every key but schema, id and components may be left out.
# Look at it with `gradcheck assignment show .`, try it with `gradcheck assignment selftest .`
schema = "gradcheck/assignment/v1"
id = {id}
title = {title}
version = "1"                  # change it whenever the grading changes
model = "model.py"             # your solution; students never see it
{points:<29}  # checked: the components' points must add up to it
seed = "per-student"           # or a number (all the same examples), or "secret"
hints = "mistake"              # what students are told: none, location, mistake, fix
require_isolation = "process"  # nothing is graded below: process, limits, kernel-policy, ...

# [budgets]                    # seconds of CPU time
# import_cpu = 5
# call_cpu = 2
# submission_cpu = 20

# [strict]                     # checks whose remarks cost points as well
# checks = ["stability"]
'''
COMPONENT = '''
[[components]]
id = {id}
# names = ["my_function"]      # the names that must hold it; without them any name will do
points = {points:g}
# hidden = true                # graded, but kept out of what students are shown
'''
CHECKS = "\n[components.checks]            # partial credit; without it, all or nothing\n"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="new|show|selftest")
    new = actions.add_parser("new", help="write a folder with an assignment to start from")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="to be made; its name is the id")
    new.add_argument("--like", choices=tuple(shipped_assignments()), default=DEFAULT,
                     help=f"the shipped assignment to start from (default: {DEFAULT})")  # fmt: skip
    show = actions.add_parser("show", help="say what an assignment asks for")
    show.add_argument("assignment", nargs="?", metavar="ASSIGNMENT",
                      help="file, folder or shipped name; without one, "
                           "the shipped ones are listed")  # fmt: skip
    show.add_argument("--public", action="store_true",
                      help="print the TOML to hand out: no hidden parts, no model")  # fmt: skip
    show.add_argument("--bundle", action="store_true",
                      help="print one TOML with the references' texts in it")  # fmt: skip
    show.add_argument("--json", action="store_true", help="print it as JSON, with its digest")
    test = actions.add_parser("selftest", help="grade the model and wrong solutions")
    test.add_argument("assignment", metavar="ASSIGNMENT", help="file, folder or shipped name")
    test.add_argument("--model", type=Path, metavar="FILE",
                      help="the solution (default: what the assignment names)")  # fmt: skip
    test.add_argument("--seed", type=seed, help="whole number; the assignment's, else 0")
    test.add_argument("--profile", choices=tuple(PROFILES), default="quick",
                      help="how many examples (default: quick)")  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    """Do what the subcommand says."""
    if arguments.action == "new":
        return _new(arguments.folder, arguments.like)
    if arguments.action == "show":
        return _show(arguments)
    return _selftest(arguments)


def _new(folder: Path, like: str) -> int:
    if not folder.name:
        raise UsageError(f"{str(folder)!r}: name a folder to make; its name becomes the id")
    identifier = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    if not identifier:
        raise UsageError(f"{folder}: name the folder with letters or digits; it becomes the id")
    taken = [p for p in (folder / ASSIGNMENT_FILE, folder / MODEL_FILE) if p.exists()]
    if taken:
        raise UsageError(f"{taken[0]}: is there already; choose another folder, or remove it")
    source = shipped_assignments()[like]
    spec = read_assignment(source)
    text = HEAD.format(id=json.dumps(identifier), title=json.dumps(spec.title, ensure_ascii=False),
                       points=f"points = {spec.max_points:g}")  # fmt: skip
    for component in spec.components:
        text += COMPONENT.format(id=json.dumps(component.id), points=component.points)
        if component.checks:
            text += CHECKS + tomli_w.dumps(component.checks)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made: {error.strerror}") from error
    write_atomically(folder / ASSIGNMENT_FILE, text.encode())
    write_atomically(folder / MODEL_FILE, (source.parent / MODEL_FILE).read_bytes())
    print(f"written: {folder / ASSIGNMENT_FILE}, {folder / MODEL_FILE}")
    named = shlex.quote(str(folder) if not str(folder).startswith("-") else f"./{folder}")
    print(f"next:    edit both, then  gradcheck assignment selftest {named}")
    return PASSED


def _show(arguments: argparse.Namespace) -> int:
    if arguments.assignment is None:
        for name, path in shipped_assignments().items():
            spec = read_assignment(path)
            print(f"{name:<10} {spec.title} ({spec.max_points:g} points)")
        return PASSED
    spec = read_assignment(arguments.assignment)
    if arguments.public:
        print(tomli_w.dumps(_public(spec)), end="")
    elif arguments.bundle:
        print(bundled(spec).decode(), end="")
    elif arguments.json:
        data = spec.model_dump(mode="json", by_alias=True) | {"digest": spec.digest}
        print(json.dumps(data, indent=1, allow_nan=False))
    else:
        print("\n".join(_described(spec)))
    return PASSED


def _public(spec: AssignmentSpec) -> dict[str, object]:
    """Return what may be handed out: an assignment of the public components only.

    A reference of the author's own is a solution: what is judged by it is left out.
    """
    data = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data.pop("model", None)
    data.pop("references", None)
    kept = [c for c in spec.components if _is_handed_out(c)]
    if not kept:
        raise UsageError("all its components are hidden or have a reference of your own, which is "
                         "a solution: there is nothing to hand out")  # fmt: skip
    shown = [c for c, own in zip(data["components"], spec.components, strict=True)
             if _is_handed_out(own)]  # fmt: skip
    if spec.seed == "secret":
        data.pop("seed")  # the key stays with the course
    if spec.points is not None:
        data["points"] = sum(c.points for c in kept)
    return {"schema": spec.schema_, **data, "components": shown}


def _is_handed_out(component: AssignmentComponent) -> bool:
    return not component.hidden and component.reference is None


def _described(spec: AssignmentSpec) -> list[str]:
    rules = {"per-student": "other examples for each student",
             "secret": "from the course's key and the submission"}  # fmt: skip
    seeded = rules.get(str(spec.seed), f"{spec.seed}, the same examples for all")
    lines = [
        f"{spec.id} {spec.version}: {spec.title or 'no title'}",
        f"  digest     {spec.digest[:16]}…",
        f"  points     {spec.max_points:g}",
        f"  seed       {seeded}",
        f"  hints      {spec.hints}",
        f"  isolation  {LEVEL_NAMES[spec.isolation]} (level {spec.isolation}) or better",
        f"  budgets    import {spec.budgets.import_cpu:g} s, call {spec.budgets.call_cpu:g} s, "
        f"submission {spec.budgets.submission_cpu:g} s of CPU time",
    ]
    if spec.strict.checks:
        lines.append(f"  strict     {', '.join(spec.strict.checks)}")
    if spec.model:
        lines.append(f"  model      {spec.model}")
    lines += ["", "components"]
    for component in spec.components:
        names = ", ".join(component.names) or "any name"
        hidden = "  (hidden)" if component.hidden else ""
        hidden += f"  (by {component.reference})" if component.reference else ""
        lines.append(f"  {component.id:<24} {component.points:>6g}  {names}{hidden}")
        lines += [f"    {c:<22} {p:>6g}" for c, p in component.checks.items()]
    return lines


def _selftest(arguments: argparse.Namespace) -> int:
    spec = read_assignment(arguments.assignment)
    path = arguments.model
    if path is None:
        if spec.model is None:
            raise SpecError(str(arguments.assignment), "model", "is missing: name your solution "
                            "there, or give it with --model")  # fmt: skip
        path = located(arguments.assignment).parent / spec.model
    if not path.is_file():
        problem = f"{path} isn't there; mend the name, or give the solution with --model"
        raise SpecError(str(arguments.assignment), "model", problem)
    model = read_submission(path)
    options = Options(arguments.seed, arguments.profile, "fix").keyed(spec)
    executor = default_executor(spec.isolation)
    try:
        right = grade(model, spec, executor=executor, options=options)
        is_full = _model_line(spec, right)
        if not is_full:
            return FAILED
        return PASSED if _try_wrong_ones(model, spec, right, options, executor) else FAILED
    finally:
        executor.close()


def _model_line(spec: AssignmentSpec, right: Report) -> bool:
    """Print how the model did; its findings, if it lost points."""
    poor = selftest.unfilled(spec, right)
    is_full = not poor and right.outcome == "passed"
    points = "–" if right.score.points is None else f"{right.score.points:g}"
    print(f"model {right.submission.id}: {right.outcome}, {points}/{spec.max_points:g} points"
          + ("" if is_full else "; the model must have full marks"))  # fmt: skip
    if not is_full:
        sys.stdout.write(TERMINAL.text(right, width=width(), is_coloured=is_coloured()))
    return is_full


def _try_wrong_ones(
    model: Submission, spec: AssignmentSpec, right: Report, options: Options, executor: Executor,
) -> bool:  # fmt: skip
    """Grade the wrong solutions and print a line of each; tell whether all lost marks."""
    caught = count = 0
    last = ""
    untried = replace(options, hints="mistake")  # how to mend them nobody wants to know
    for spoilt in selftest.wrong_solutions(model, spec, executor=executor):
        one = selftest.tried(spoilt, spec, right, executor=executor, options=untried)
        if spoilt.component != last:
            print(f"{spoilt.component}: wrong solutions made from {model.id}")
            last = spoilt.component
        lost = "not judged" if one.lost is None else f"−{one.lost:g}" if one.lost else "nothing"
        also = f"  (also lost by {', '.join(one.others)})" if one.others else ""
        word = "ok    " if one.is_caught else "MISSED"
        print(f"  {word} {lost:>10}  {spoilt.mistake.title}, in {spoilt.function}{also}")
        caught, count = caught + one.is_caught, count + 1
    print(f"{caught} of {count} wrong solutions lose marks on the right component")
    return caught == count
