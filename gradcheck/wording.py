"""Turns observations into findings: message, place, counterexample, replay, cause."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck.calls.template import Reading
from gradcheck.checks.base import OF_VALUE, Check, Observation, as_array, described
from gradcheck.component import Array
from gradcheck.diagnosing import Cause
from gradcheck.examples import Example
from gradcheck.mends.locations import Locator
from gradcheck.mends.proposals import proposal
from gradcheck.records.numbers import number_array
from gradcheck.records.program import Fault
from gradcheck.records.report import (
    Counterexample,
    DiagnosisRef,
    Finding,
    Location,
    NumberArray,
)
from gradcheck.records.text import visible
from gradcheck.subject import Subject

__all__ = ["Wording", "escaped"]

MOST_MESSAGE = 4096
"""Bytes of a message; the student's text in it is data."""
FAULT_WORDS = {
    "exception": "raises {type}: {message}",
    "time-out": "doesn't end: {message}",
    "crash": "ends the process: {message}",
    "protocol": "breaks the protocol of the worker: {message}",
    "skipped": "was not run: {message}",
}
IN_MEMORY = {
    "F": " (for arrays that lie in memory by columns, as a transposed one does)",
    "strided": " (for arrays that aren't contiguous, as a slice with a step isn't)",
}
Token = Callable[[str, "str | None", int], str]


def escaped(text: str) -> str:
    """Return the student's text with control and bidirectional characters escaped, capped."""
    cut = text.encode("utf-8", "replace")[:MOST_MESSAGE].decode("utf-8", "ignore")
    return visible(cut)


class Wording:
    """Words findings for one component of one submission.

    Parameters
    ----------
    locator : Locator
        Finds lines.
    token : callable
        Makes replay tokens from check, variable and example.
    """

    def __init__(
        self, subject: Subject, reading: Reading, locator: Locator, token: Token
    ) -> None:
        self._subject = subject
        self._reading = reading
        self._locator = locator
        self._token = token

    def variable_title(self, variable: str) -> str:
        """Return how a variable is called: "the prediction"."""
        variables = self._subject.component.variables(self._subject.variant)
        return next(v.title for v in variables if v.name == variable)

    def finding(
        self, check: Check, variable: str | None, example: Example, observed: Observation,
        cause: Cause | None,
    ) -> Finding:  # fmt: skip
        """Return a fault with its counterexample and, if it is known, its cause."""
        finding = self._finding(check, variable, example, observed)
        if cause is None:
            return finding
        diagnosis = _diagnosis(cause)
        if cause.explanation.wrap and finding.location is not None:
            repair = proposal(finding.location, cause.explanation.wrap)
            diagnosis = diagnosis.model_copy(update={"repair": repair})
        return finding.model_copy(update={"diagnosis": diagnosis})

    def follower(
        self, check: Check, variable: str | None, example: Example, observed: Observation,
        root: tuple[Check, str | None],
    ) -> Finding:  # fmt: skip
        """Return a fault that follows from another one."""
        name = root[0].id + (f"[{root[1]}]" if root[1] else "")
        return self._finding(check, variable, example, observed).model_copy(
            update={"follows_from": name}
        )

    def remark(
        self, check: Check, variable: str | None, example: Example, observed: Observation,
        *, is_fault: bool,
    ) -> Finding:  # fmt: skip
        """Return a remark, or a fault where the assignment is strict about it."""
        finding = self._finding(check, variable, example, observed)
        severity = "fault" if is_fault else "remark"
        return finding.model_copy(update={"severity": severity, "counterexample": None})

    def undecided(
        self, check: Check, variable: str | None, example: Example, observed: Observation
    ) -> Finding:
        """Return what kept a check from being decided."""
        finding = self._finding(check, variable, example, observed)
        return finding.model_copy(update={"message": f"could not tell: {finding.message}"})

    def _finding(
        self, check: Check, variable: str | None, example: Example, observed: Observation
    ) -> Finding:
        subject, fault = self._subject, observed.fault
        traceback: tuple[str, ...] = ()
        message = observed.message
        if fault is not None:
            message = _fault_message(fault, observed.phase or "forward", message)
            traceback = tuple(escaped(f"{f.file}:{f.line} in {f.function}") for f in fault.frames)
        message += IN_MEMORY.get(example.memory, "")
        if observed.verdict == "wrong":
            message += self._with_choice(example)
        expected, actual = self._values(example, variable, observed)
        return Finding(
            id="/".join(filter(None, (subject.component.id, check.id, variable))),
            severity="fault",
            message=escaped(message),
            traceback=traceback,
            location=self._location(check, variable, observed),
            expected=expected,
            actual=actual,
            counterexample=self._counterexample(example, check.id not in OF_VALUE),
            replay=self._token(check.id, variable, example.index),
        )

    def _with_choice(self, example: Example) -> str:
        """Return the constants that this example is called with, if they aren't the usual ones."""
        if example.variant.id == self._subject.variant.id:
            return ""
        known = {c.name: c for c in example.component.constants}
        subject = self._subject.at(example.variant)
        chosen = {**subject.chosen, **subject.tuned}
        return f" (with {', '.join(known[n].title.format(v) for n, v in chosen.items())})"

    def _location(
        self, check: Check, variable: str | None, observed: Observation
    ) -> Location | None:
        if observed.fault is not None:
            found = self._locator.of_fault(observed.fault)
            if found is not None:
                return found
        if variable is not None:
            return self._locator.of_gradient(self._reading, variable)
        if check.id in OF_VALUE or observed.phase == "forward":
            return self._locator.of_value(self._reading)
        return self._locator.of_function(self._reading)

    @staticmethod
    def _values(
        example: Example, variable: str | None, observed: Observation
    ) -> tuple[NumberArray | None, NumberArray | str | None]:
        expected = None if observed.expected is None else number_array(observed.expected)
        if observed.fault is not None or observed.expected is None:
            return expected, None
        array = as_array(observed.actual)
        if array is not None:
            return expected, number_array(array)
        return expected, escaped(described(observed.actual))

    def _counterexample(self, example: Example, has_upstream: bool) -> Counterexample:
        layout = self._subject.layout
        shown: dict[str, Array] = {
            name: np.asarray(layout.presentation(name).present(value, example.sizes))
            for name, value in example.inputs.items()
        }
        chosen = {n: np.asarray(v) for n, v in self._subject.at(example.variant).chosen.items()}
        takes_upstream = has_upstream and self._subject.upstream != "none" and example.output.ndim
        is_one = self._subject.upstream == "local" and np.all(example.upstream == 1)
        is_shown = takes_upstream and not is_one
        upstream = self._subject.show_output(example.upstream) if is_shown else None
        return Counterexample(
            regime=example.regime,
            sizes=dict(example.sizes),
            inputs={name: number_array(value) for name, value in (shown | chosen).items()},
            upstream=None if upstream is None else number_array(upstream),
            names={v: own for v, own in self._reading.called.items() if own != v and v in shown},
            shrunk=example.regime == "plain",
        )


def _fault_message(fault: Fault, phase: str, lead: str) -> str:
    words = FAULT_WORDS[fault.kind].format(type=fault.type_name, message=fault.message)
    text = f"{phase} {words}".rstrip(": ")
    return f"{lead}: {text}" if lead else text


def _diagnosis(cause: Cause) -> DiagnosisRef:
    return DiagnosisRef(
        id=cause.diagnosis.id,
        title=cause.diagnosis.title,
        explanation=cause.explanation.sentence,
        confidence=1.0,
        alternatives=cause.alternatives,
        mend=cause.explanation.mend or None,
    )
