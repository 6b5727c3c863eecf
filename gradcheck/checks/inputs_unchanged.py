"""Are the caller's arrays left as they were?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Answer, Call, Subject

UPSTREAM = "upstream"


class InputsUnchanged(Check):
    """Arguments, upstream gradient and parameters are byte-equal after the call."""

    id = "inputs-unchanged"
    title = "arguments left unchanged"
    question = "are inputs and upstream gradient byte-equal after the call?"
    order = 80
    regimes = ("ordinary", "negative", "batch-of-one", "saturated")
    most_examples = 4

    def reason_against(self, subject: Subject) -> str | None:
        """Every subject takes arguments."""
        return None

    def ask(self, case: Case) -> Inquiry:
        """Have the arguments sent back after forward and after backward."""
        example = case.example
        calls = []
        if case.subject.has_forward:
            calls.append(Call("forward", example.inputs, is_echoed=True))
        if case.subject.variables:
            calls.append(Call("backward", example.inputs, example.upstream, is_echoed=True))
        answers = yield calls
        found = [
            observed
            for call, answer in zip(calls, answers, strict=True)
            if answer.fault is None
            for observed in self._changed(case, call, answer)
        ]
        if not found and any(a.fault is None for a in answers):
            found = [Observation("right")]
        return found

    @staticmethod
    def _changed(case: Case, call: Call, answer: Answer) -> list[Observation]:
        is_step = case.subject.component.kind == "step"
        roles = {v.name: v.role for v in case.example.component.variables(case.example.variant)}
        found = []
        for name, value in answer.echoed.items():
            is_updated = name in case.subject.updated or (
                is_step and roles.get(name) == "parameter"
            )  # a step may update its parameter in place
            if not isinstance(value, np.ndarray) or is_updated:
                continue
            before = _before(case, name)
            if before is None or value.tobytes() == np.ascontiguousarray(before).tobytes():
                continue
            what = "the upstream gradient" if name == UPSTREAM else f"its argument {name}"
            where = "forward" if call.kind == "forward" else "backward"
            found.append(
                Observation(
                    "wrong", None, f"{where} changes {what} in place", expected=before,
                    actual=value, evidence="changed-argument", phase=call.kind,
                    details={"argument": name},
                )
            )  # fmt: skip
        return found


def _before(case: Case, name: str) -> Array | None:
    if name == UPSTREAM:
        return np.asarray(case.subject.show_output(case.example.upstream))
    layout = case.subject.layout
    shown = layout.presentation(name).present(case.example.inputs[name], case.example.sizes)
    return np.asarray(shown)


CHECK = InputsUnchanged()
