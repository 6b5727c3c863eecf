"""The one line to change: usual slips undone where the fault can lie, and tried out.

What can be to blame follows from which results are right and which wrong: a worker reads it from
the source and proposes edits of one line each; another executes copies of the file with them. A
copy is offered whose results are right where the submission's are not; whoever shows it, verifies
it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from gradcheck.calls.results import Path
from gradcheck.calls.template import ProgrammedSubject, Reading
from gradcheck.checks.base import OF_GRADIENT, OF_VALUE, Case, as_array
from gradcheck.examples import battery
from gradcheck.mends.locations import Locator
from gradcheck.mends.proposals import MOST_LINE
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.report import CheckReport, Repair
from gradcheck.records.submission import Submission
from gradcheck.records.text import source_lines
from gradcheck.sandbox.connection import Lost
from gradcheck.sandbox.errand import errand
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.protocol import ProtocolError
from gradcheck.sandbox.replies import integer, listed, text
from gradcheck.sandbox.session import Session
from gradcheck.subject import Answer

__all__ = ["ALL", "FOLLOWING", "HABITS", "OF_RESULTS", "Found", "Search", "Suspicion", "suspicion"]

OF_OWN = frozenset({"gradient-shape", "gradient-consistency"})
"""Where there is no reference, a gradient is held to the code's own value."""
OF_RESULTS = OF_VALUE | OF_GRADIENT | OF_OWN
HABITS = frozenset({"inputs-unchanged", "dtype"})
"""Checks that right results fail: of an argument that is written into, of digits that are lost."""
FOLLOWING = frozenset({"repeatable", "no-stale-state"})
"""Checks that may fail because of them."""
MOST_HABITS = 8
"""Each is judged whole."""
MOST_EDITS = 1000
MOST_CHARACTERS = 8_000_000
"""Of all copies of a file: long files get fewer."""
AT_ONCE = 50
"""Copies that a worker holds."""
MOST_CASES = 3
CLOSE = 1e-9
"""Relative agreement of a value; a gradient is compared as its check does."""
MOST_CPU = 10.0
"""Seconds; where one call takes long, fewer edits are tried."""
MOST_VERIFIED = 3
"""Changes of a line that are judged whole: each takes as long as the submission itself."""
MOST_PARTS = 4
"""Results that are mended each by a line of its own."""
ALL = "*"
"""What a change is of that mends everything."""
Edit = tuple[int, str]
"""A line's number in its file, and its new text."""
Found = tuple[str, Repair]
"""A file, and the change of one of its lines."""


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
    judged = OF_GRADIENT if any(c.id == "gradient-value" for c in checks) else OF_OWN
    of_gradient = [c for c in checks if c.id in judged and c.variable is not None]
    wrong = dict.fromkeys(str(c.variable) for c in of_gradient if c.outcome == "failed")
    right = dict.fromkeys(str(c.variable) for c in of_gradient
                          if c.outcome == "passed" and c.variable not in wrong)  # fmt: skip
    return Suspicion(is_value, tuple(wrong), tuple(right)) if is_value or wrong else None


class Search:
    """Looks for the line to change in one component of a submission.

    Parameters
    ----------
    module, locator : ModuleDescription, Locator
        Of the submission as it was loaded.
    reading, subject : Reading, ProgrammedSubject
        The component that is wrong.
    seed : int
        What examples are drawn from.
    """

    def __init__(
        self, submission: Submission, module: ModuleDescription, locator: Locator,
        reading: Reading, subject: ProgrammedSubject, *, executor: Executor, budgets: Budgets,
        seed: int,
    ) -> None:  # fmt: skip
        self._submission = submission
        self._sources = submission.sources
        self._module = module.within(reading.modules)
        self._locator = locator
        self._reading = reading
        self._subject = subject
        self._executor = executor
        cpu = min(budgets.submission_cpu, MOST_CPU)
        self._budgets = budgets.model_copy(update={"submission_cpu": cpu})
        self._seed = seed

    def repairs(
        self, suspected: Suspicion, passes: Callable[[Sequence[Found]], bool]
    ) -> Mapping[str, Found]:
        """Return the change of a line for all that is wrong, under ALL, or one for each result.

        Parameters
        ----------
        suspected : Suspicion
            What is wrong.
        passes : callable
            Whether every check passes with some changes.
        """
        for found in islice(self._proposed(suspected), MOST_VERIFIED):
            if passes([found]):
                return {ALL: _verified(found)}
        parts = suspected.parts
        if not 1 < len(parts) <= MOST_PARTS:
            return {}
        each = {name: next(self._proposed(part), None) for name, part in parts.items()}
        changes = {name: found for name, found in each.items() if found is not None}
        if len(changes) < len(parts) or not passes([*changes.values()]):
            return {}
        return {name: _verified(found) for name, found in changes.items()}

    def habit(self, check: str, passes: Callable[[Sequence[Found]], bool]) -> Mapping[str, Found]:
        """Return the change of a line, under ALL, where results are right and made badly.

        Parameters
        ----------
        check : str
            What fails: one of HABITS.
        passes : callable
            Whether every check passes with some changes.
        """
        template = self._reading.template
        names = dict.fromkeys((template.backward_function, template.forward_function))
        judged = [f for name in names if name and (f := self._module.function(name)) is not None]
        places = [p for f in judged if (p := self._locator.place(f.line)) is not None]
        if not places:
            return {}
        name = places[0][0]
        at = [line for file, line in places if file == name]
        details = {"at": at, "kind": check, "most": MOST_HABITS}
        index, edits = self._asked(name, details)
        for edit in edits:
            found = self._sources[index][0], self._repair(index, edit)
            if passes([found]):
                return {ALL: _verified(found)}
        return {}

    def _asked(self, name: str, details: Mapping[str, object]) -> tuple[int, list[Edit]]:
        """Return a file's place, and the edits that a worker proposes of it."""
        index = next(k for k, (file, _) in enumerate(self._sources) if file == name)
        source = self._sources[index][1]
        try:
            header, _ = errand(self._executor, "edit", source, dict(details))
            claims = [_edit(claim, source) for claim in listed(header.get("edits"), 0, MOST_EDITS)]
        except (Lost, ProtocolError):
            return 0, []
        return index, [edit for edit in claims if edit is not None]

    def _proposed(self, suspected: Suspicion) -> Iterator[Found]:
        """Yield changes of a line that make right what is suspected."""
        file, edits = self._edits(suspected)
        if not edits:
            return
        subject, modules = self._subject, self._reading.modules
        key = tuple(sorted(self._reading.sizes.items()))
        examples = battery(
            subject.component, tuple(subject.variants), key, self._seed, "quick"
        )
        with Session(
            self._sources, executor=self._executor, budgets=self._budgets,
            around=self._submission.around,
        ) as session:  # fmt: skip
            whole = subject.executed(session.within(modules))
            telling = _telling([Case(e, whole.at(e.variant)) for e in examples], suspected)
            for begin in range(0, len(edits) if telling else 0, AT_ONCE):
                some = edits[begin : begin + AT_ONCE]
                if not session.copy(file, some):
                    return
                for place, edit in enumerate(some, len(self._sources)):
                    there = tuple(place if k == file else k for k in modules)
                    copy = subject.executed(session.within(there))
                    copied = (Case(c.example, copy.at(c.example.variant)) for c in telling)
                    if all(_is_right(case, suspected) for case in copied):
                        yield self._sources[file][0], self._repair(file, edit)
                    if session.restarts:  # it hung or crashed, and took the copies with it
                        return

    def _repair(self, file: int, edit: Edit) -> Repair:
        line, after = edit
        before = source_lines(self._sources[file][1])[line - 1]
        return Repair(line=line, before=before, after=after, verified=False)

    def _edits(self, suspected: Suspicion) -> tuple[int, list[Edit]]:
        """Return the file that may be mended, by its place, and edits of it that may mend it."""
        template = self._reading.template
        forward = self._module.function(template.forward_function or "")
        backward = self._module.function(template.backward_function or "") or forward
        judged = forward if suspected.is_value else backward
        place = self._locator.place(judged.line) if judged is not None else None
        if place is None:
            return 0, []
        name, at = place
        is_joint = forward == backward
        paths = {v: _told(path) for v, path in template.gradients.items()}
        value = [list(template.output[1:])] if template.output is not None else []
        of_wrong = [paths[v] for v in suspected.wrong if v in paths]
        of_right = [paths[v] for v in suspected.right if v in paths]
        if suspected.is_value:
            wrong, right = value, of_right if is_joint else []
        else:
            wrong, right = of_wrong, [*of_right, *(value if is_joint else [])]
        apart = 0 if is_joint or suspected.is_value else self._line(forward, name)
        length = len(dict(self._sources)[name])
        return self._asked(name, {
            "at": at, "apart": apart, "wrong": wrong, "right": right,
            "most": min(MOST_EDITS, MOST_CHARACTERS // max(length, 1)),
        })  # fmt: skip

    def _line(self, function: FunctionDescription | None, name: str) -> int:
        place = self._locator.place(function.line) if function is not None else None
        return place[1] if place is not None and place[0] == name else 0


def _verified(found: Found) -> Found:
    file, repair = found
    return file, repair.model_copy(update={"verified": True})


def _told(path: Path) -> list[str | int]:
    """Return a gradient's path as a worker finds it in the source."""
    return [f"self.{path[1]}", *path[2:]] if path[0] == "attrs" else list(path[1:])


def _edit(claim: object, source: str) -> Edit | None:
    """Return a claimed edit, None if it is none that can be shown."""
    line, after = listed(claim, 2, 2)
    number = integer(line, 1, len(source_lines(source)))
    told = text(after, MOST_LINE * 4)
    return (number, told) if told.isprintable() and len(told) <= MOST_LINE else None


def _telling(cases: Sequence[Case], suspected: Suspicion) -> list[Case]:
    """Return cases on which the submission is wrong: a small one, and others of other sizes."""
    wrong = sorted((c for c in cases if c.is_smooth and not _is_right(c, suspected)), key=_entries)
    others = {tuple(c.example.sizes.values()): c for c in reversed(wrong[1:])}
    return [*wrong[:1], *list(others.values())[: MOST_CASES - 1]]


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
    if actual is None or actual.shape != case.subject.show(name, case.example.inputs[name]).shape:
        return False
    return case.accepted_place(name, actual) is not None
