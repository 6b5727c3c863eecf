"""Do extreme inputs give finite values?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.subject import Call, Subject

EXTREMES = (50.0, 720.0)
"""e^50 is large, e^720 overflows float64."""
TOLERANCE = 1e-6


class Stability(Check):
    """Extreme and degenerate inputs: finite values that agree with the reference (a remark)."""

    id = "stability"
    title = "extreme inputs"
    question = "do extreme inputs give finite values?"
    order = 100
    after = ("output-shape", "forward-value")
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only for activations and costs of real inputs."""
        if subject.component.kind not in {"activation", "cost"}:
            return ""
        is_probability = subject.variant.options.get("input") == "probabilities"
        return "" if is_probability else None

    def ask(self, case: Case) -> Inquiry:
        """Scale the inputs up."""
        subject, example = case.subject, case.example
        base = case.forward if subject.has_forward else case.backward
        (answer,) = yield [base]
        if answer.fault is not None:
            return []
        calls: list[Call] = []
        wanted: list[tuple[float, str, Mapping[str, Array] | Array]] = []
        for size in EXTREMES:
            moved = example.with_inputs(self._scaled(case, size))
            if subject.has_forward:
                calls.append(Call("forward", moved.inputs))
                wanted.append((size, "forward", np.asarray(subject.show_output(moved.output))))
            if subject.variables:
                calls.append(Call("backward", moved.inputs, moved.upstream))
                wanted.append((size, "backward", case.shown(moved.gradients)))
        answers = yield calls
        found: list[Observation] = []
        for (size, kind, expected), answer in zip(wanted, answers, strict=True):
            if answer.fault is not None and answer.fault.kind == "skipped":
                continue
            if answer.fault is not None:
                found.append(_remark(f"inputs of size {size:g} make {kind} raise "
                                     f"{answer.fault.type_name}"))  # fmt: skip
            elif isinstance(expected, Mapping):
                for name, gradient in expected.items():
                    what = f"the gradient with respect to {name}"
                    found += _compared(what, answer.gradients.get(name), gradient, size)
            else:
                found += _compared("the value", answer.output, np.asarray(expected), size)
        return found

    @staticmethod
    def _scaled(case: Case, size: float) -> dict[str, Array]:
        """Return the inputs with the first variable scaled to a largest entry of ``size``."""
        first = case.example.component.variables(case.example.variant)[0].name
        value = case.example.inputs[first]
        largest = float(np.max(np.abs(value), initial=0.0)) or 1.0
        return {**case.example.inputs, first: value * (size / largest)}


def _remark(message: str) -> Observation:
    return Observation("remark", None, message, evidence="unstable")


def _compared(what: str, value: object, expected: Array, size: float) -> list[Observation]:
    array = as_array(value)  # type: ignore[arg-type]
    if array is None or array.shape != expected.shape:
        return []
    with np.errstate(all="ignore"):
        if not np.all(np.isfinite(array)) and np.all(np.isfinite(expected)):
            return [_remark(f"inputs of size {size:g} make {what} overflow (NaN or infinity)")]
        scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
        if np.all(np.abs(array - expected) <= TOLERANCE * scale):
            return [Observation("right")]
    return [_remark(f"inputs of size {size:g} make {what} lose its digits")]


CHECK = Stability()
