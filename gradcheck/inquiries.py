"""Drives many inquiries at once: all their calls of a round travel in one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.records.program import Fault
from gradcheck.subject import Answer, Call, Phase, Subject

__all__ = ["Asked", "conduct"]

DEADLY = frozenset({"time-out", "crash", "protocol"})
NOT_GIVEN = frozenset({"AbsentPackage", "ModuleNotFoundError"})
NO_THREAD = "can't start new thread"
"""What is raised where a worker lacks a package, or may not start a thread."""


@dataclass
class Asked:
    """One check asked of one case, with what came of it."""

    check: Check
    case: Case
    observations: Sequence[Observation] = ()
    evaluations: int = 0
    calls: list[Call] = field(default_factory=list)


class _Caller:
    """Runs each distinct call once; after a deadly one, no more of its kind."""

    def __init__(self) -> None:
        self._subjects: dict[int, Subject] = {}  # by the id of the call
        self.answers: dict[int, Answer] = {}
        self._dead: dict[Phase, Fault] = {}
        self._kept: list[Call] = []  # ids stay unique while the calls live

    def run(self, calls: Sequence[tuple[Subject, Call]]) -> None:
        fresh = {id(c): c for _, c in calls if id(c) not in self.answers}
        todo = list(fresh.values())
        self._subjects |= {id(c): subject for subject, c in calls}
        self._kept += todo
        # the first of each kind goes alone: if it hangs or crashes, the others needn't
        for kind in ("forward", "backward"):
            first = next((c for c in todo if c.kind == kind), None)
            if first is not None and not self._has(kind):
                self._ask([first])
        self._ask([c for c in todo if id(c) not in self.answers])

    def _has(self, kind: str) -> bool:
        return any(id(c) in self.answers and c.kind == kind for c in self._kept)

    def _ask(self, calls: Sequence[Call]) -> None:
        for call in calls:
            fault = self._dead.get("forward") or self._dead.get(call.kind)
            if fault is not None:
                skipped = Fault("skipped", fault.type_name, "an earlier call ended the process")
                self.answers[id(call)] = Answer(fault=skipped, phase=call.kind)
        alive = [c for c in calls if id(c) not in self.answers]
        together: dict[Subject, list[Call]] = {}
        for call in alive:
            together.setdefault(self._subjects[id(call)], []).append(call)
        for subject, same in together.items():
            for call, answer in zip(same, subject.run(same), strict=True):
                self.answers[id(call)] = answer
                if answer.fault is not None and answer.fault.kind in DEADLY:
                    self._dead.setdefault(answer.phase, answer.fault)


def conduct(
    questions: Sequence[tuple[Check, Case]],
) -> tuple[list[Asked], Mapping[int, Answer]]:
    """Ask all questions, in lock-step rounds.

    Returns
    -------
    asked : list of Asked
        In the order of the questions.
    answers : Mapping[int, Answer]
        By the id of the call, for calls that are still alive.
    """
    caller = _Caller()
    asked = [Asked(check, case) for check, case in questions]
    running: list[tuple[Asked, Inquiry, Sequence[Call]]] = []
    for one in asked:
        inquiry = one.check.ask(one.case)
        try:
            running.append((one, inquiry, next(inquiry)))
        except StopIteration as stop:
            one.observations = stop.value or ()
    while running:
        caller.run([(one.case.subject, call) for one, _, calls in running for call in calls])
        following = []
        for one, inquiry, calls in running:
            one.calls += calls
            one.evaluations += len(calls)
            try:
                answers = [caller.answers[id(call)] for call in calls]
                following.append((one, inquiry, inquiry.send(answers)))
            except StopIteration as stop:
                one.observations = [_fair(o) for o in stop.value or () if not _is_skipped(o)]
        running = following
    return asked, caller.answers


def _is_skipped(observation: Observation) -> bool:
    return observation.fault is not None and observation.fault.kind == "skipped"


def _fair(observation: Observation) -> Observation:
    """Return an observation, undecided where our worker is what kept the code from an answer."""
    fault = observation.fault
    if fault is None or fault.is_refusal or observation.verdict != "wrong":
        return observation
    is_ours = fault.type_name in NOT_GIVEN or NO_THREAD in fault.message
    return replace(observation, verdict="undecided") if is_ours else observation
