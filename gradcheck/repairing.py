"""The one line to change: usual slips undone where the fault can lie, and tried out.

What can be to blame follows from which results are right and which wrong: a worker reads it from
the source and proposes edits of one line each; another executes copies of the file with them. A
copy is offered whose results are right where the submission's are not; whoever shows it, verifies
it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.checks.base import Case, as_array
from gradcheck.component import Array
from gradcheck.locations import Locator
from gradcheck.numerics.compare import compare, precision
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.report import CheckReport, Repair
from gradcheck.records.text import source_lines
from gradcheck.results import Path
from gradcheck.sandbox.connection import Lost
from gradcheck.sandbox.errand import errand
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.protocol import ProtocolError
from gradcheck.sandbox.replies import integer, listed, text
from gradcheck.sandbox.session import Session
from gradcheck.subject import Answer, Subject
from gradcheck.template import Reading

__all__ = ["OF_RESULTS", "Edit", "Suspicion", "edits_of", "repairs", "suspicion"]

OF_VALUE = frozenset({"output-shape", "forward-value"})
OF_GRADIENT = frozenset({"gradient-shape", "gradient-value"})
OF_RESULTS = OF_VALUE | OF_GRADIENT
MOST_EDITS = 500
MOST_CHARACTERS = 4_000_000
"""Of all copies of a file: long files get fewer."""
AT_ONCE = 50
"""Copies that a worker holds."""
MOST_CASES = 3
MOST_LINE = 200
CLOSE = 1e-9
"""Relative agreement of a value; a gradient is compared as its check does."""
Edit = tuple[int, str]
"""A line's number in its file, and its new text."""


@dataclass(frozen=True)
class Suspicion:
    """What is wrong of a component, and what is right.

    Parameters
    ----------
    is_value : bool
        Whether the value is wrong.
    wrong, right : tuple of str
        The variables whose gradients are.
    """

    is_value: bool
    wrong: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def parts(self) -> dict[str, Suspicion]:
        """Each of what is wrong alone, by its variable; the value has no name."""
        value = {"": Suspicion(True, (), self.right)} if self.is_value else {}
        return value | {name: Suspicion(False, (name,), self.right) for name in self.wrong}


def suspicion(checks: Sequence[CheckReport]) -> Suspicion | None:
    """Return what the checks say is wrong; None if it is neither the value nor a gradient."""
    is_value = any(c.id in OF_VALUE and c.outcome == "failed" for c in checks)
    of_gradient = [c for c in checks if c.id in OF_GRADIENT and c.variable is not None]
    wrong = dict.fromkeys(str(c.variable) for c in of_gradient if c.outcome == "failed")
    right = dict.fromkeys(str(c.variable) for c in of_gradient
                          if c.outcome == "passed" and c.variable not in wrong)  # fmt: skip
    return Suspicion(is_value, tuple(wrong), tuple(right)) if is_value or wrong else None


def edits_of(
    suspected: Suspicion, reading: Reading, module: ModuleDescription, locator: Locator,
    sources: Sequence[tuple[str, str]], executor: Executor,
) -> tuple[int, list[Edit]]:  # fmt: skip
    """Return the file that may be mended, by its place, and edits of it that may mend it."""
    template = reading.template
    within = module.within(reading.modules)
    forward = within.function(template.forward_function) if template.forward_function else None
    backward = within.function(template.backward_function) if template.backward_function else None
    judged = forward if suspected.is_value else backward or forward
    if judged is None:
        return 0, []
    is_joint = judged == forward and (backward is None or backward == forward)
    value = [list(template.output[1:])] if template.output and is_joint else []
    paths = {name: _told(path) for name, path in template.gradients.items()}
    wrong = [paths[v] for v in suspected.wrong if v in paths and (is_joint or judged == backward)]
    right = [paths[v] for v in suspected.right if v in paths and (is_joint or judged == backward)]
    if suspected.is_value:
        wrong, right = value, [*right] if is_joint else []
    else:
        right += value
    apart = forward if not is_joint and not suspected.is_value else None
    place = locator.place(judged.line)
    if place is None:
        return 0, []
    name, at = place
    source = dict(sources)[name]
    details = {"at": at, "apart": _line(apart, name, locator), "wrong": wrong, "right": right,
               "most": min(MOST_EDITS, MOST_CHARACTERS // max(len(source), 1))}  # fmt: skip
    try:
        header, _ = errand(executor, "edit", source, details)
        found = [_edit(claim, source) for claim in listed(header.get("edits"), 0, MOST_EDITS)]
    except (Lost, ProtocolError):
        return 0, []
    index = next(k for k, (file, _) in enumerate(sources) if file == name)
    return index, [edit for edit in found if edit is not None]


def _told(path: Path) -> list[str | int]:
    """Return a gradient's path as a worker finds it in the source."""
    return [f"self.{path[1]}", *path[2:]] if path[0] == "attrs" else list(path[1:])


def _line(function: FunctionDescription | None, name: str, locator: Locator) -> int:
    place = locator.place(function.line) if function is not None else None
    return place[1] if place is not None and place[0] == name else 0


def _edit(claim: object, source: str) -> Edit | None:
    """Return a claimed edit, None if it is none that can be shown."""
    line, after = listed(claim, 2, 2)
    number = integer(line, 1, len(source_lines(source)) + 1)
    told = text(after, MOST_LINE * 4)
    return (number, told) if told.isprintable() and len(told) <= MOST_LINE else None


def repairs(
    file: int, edits: Sequence[Edit], suspected: Suspicion, cases: Sequence[Case],
    session: Session, subject_at: Callable[[int], Subject],
) -> Iterator[Repair]:  # fmt: skip
    """Yield the edits of a file that make right what is wrong, in their order.

    Parameters
    ----------
    cases : sequence of Case
        Of the submission as it is; those are asked on which it is wrong.
    session : Session
        That has loaded the submission.
    subject_at : callable
        Returns the subject that lives in a copy, by its place among the session's files.
    """
    lines = source_lines(session.files[file][1])
    telling = _telling(cases, suspected)
    for begin in range(0, len(edits) if telling else 0, AT_ONCE):
        some = edits[begin : begin + AT_ONCE]
        if not session.copy(file, some):
            return
        for offset, (line, after) in enumerate(some):
            subject = subject_at(len(session.files) + offset)
            copied = (Case(c.example, subject.at(c.example.variant)) for c in telling)
            if all(_is_right(case, suspected) for case in copied):
                yield Repair(line=line, before=lines[line - 1], after=after, verified=False)
            if session.restarts:  # it hung or crashed, and took the copies with it
                return


def _telling(cases: Sequence[Case], suspected: Suspicion) -> list[Case]:
    """Return cases on which the submission is wrong: a small one, and others of other sizes."""
    smooth = [c for c in cases if _is_smooth(c)]
    wrong = sorted((c for c in smooth if not _is_right(c, suspected)), key=_entries)
    others = {tuple(c.example.sizes.values()): c for c in reversed(wrong[1:])}
    return [*wrong[:1], *list(others.values())[: MOST_CASES - 1]]


def _is_smooth(case: Case) -> bool:
    low, high = case.example.interval
    return all(np.array_equal(low[n], high[n]) for n in low)


def _entries(case: Case) -> int:
    return sum(value.size for value in case.example.inputs.values())


def _is_right(case: Case, suspected: Suspicion) -> bool:
    """Return whether all that is suspected is right on an example, gradients and value alike."""
    calls = [case.forward] if suspected.is_value else []
    calls += [case.backward] if suspected.wrong else []
    for call, answer in zip(calls, case.subject.run(calls), strict=True):
        if answer.fault is not None:
            return False
        if call.kind == "forward" and not _has_value(case, answer):
            return False
        wanted = (*suspected.wrong, *suspected.right) if call.kind == "backward" else ()
        if not all(_has_gradient(case, answer, name) for name in wanted):
            return False
    return True


def _has_value(case: Case, answer: Answer) -> bool:
    actual, expected = answer.numbers, case.expected_output
    if actual is None or actual.shape != expected.shape:
        return False
    scale = float(np.max(np.abs(expected), initial=0.0))
    return bool(np.all(np.abs(actual - expected) <= CLOSE * scale))


def _has_gradient(case: Case, answer: Answer, name: str) -> bool:
    actual = as_array(answer.gradients.get(name))
    if actual is None:
        return False
    dtype = precision(actual, is_narrow=case.subject.is_narrow)
    magnitude = case.example.magnitude[name]

    def agrees(gradient: Array) -> bool:
        shown = case.subject.show(name, gradient)
        is_alike = actual.shape == shown.shape
        return is_alike and compare(actual, shown, shown, magnitude, dtype).verdict == "right"

    return any(agrees(accepted[name]) for accepted in case.example.accepted)
