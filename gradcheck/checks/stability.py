"""Do extreme inputs give finite values?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.records.program import Value
from gradcheck.subject import Call, Phase, Subject

EXTREMES = (22.0, 50.0, 720.0, 3000.0)
"""At 22 slopes of the sigmoid are gone from float32, at 40 from float64, e^720 overflows; beyond
1000 begin branches that somebody wrote for large values."""
TOLERANCE = 1e-12
LOG_TOLERANCE = 1e-6
NARROW_TOLERANCE = 1e-5
VALUE = ""
STABLE = (
    ", as exp of a large number does, or the logarithm of what is 0 then: take the largest entry "
    "off before exp (softmax, log-softmax), or write it with exp(-|z|) (sigmoid, softplus)"
)


class Stability(Check):
    """Extreme inputs: overflow is a remark, a finite value that is another one a fault."""

    id = "stability"
    title = "extreme inputs"
    question = "do extreme inputs give finite values?"
    order = 100
    needs_reference = True
    only_after = ("output-shape", "forward-value", "gradient-shape", "gradient-value")
    regimes = ("ordinary", "large-batch")

    def reason_against(self, subject: Subject) -> str | None:
        """Only for activations and costs of real inputs."""
        if subject.component.kind not in {"activation", "cost"} or not subject.component.is_shipped:
            return ""
        is_probability = subject.variant.options.get("input") == "probabilities"
        return "" if is_probability else None

    def ask(self, case: Case) -> Inquiry:
        """Scale the inputs up."""
        subject, example = case.subject, case.example
        (answer,) = yield [case.forward if subject.has_forward else case.backward]
        if answer.fault is not None:
            return []
        calls: list[Call] = []
        wanted: list[tuple[float, Mapping[str, Array]]] = []
        for size in EXTREMES:
            moved = example.with_inputs(self._scaled(case, size))
            if subject.has_forward:
                calls.append(Call("forward", moved.inputs))
                wanted.append((size, {VALUE: np.asarray(subject.show_output(moved.output))}))
            if subject.variables:
                calls.append(Call("backward", moved.inputs, moved.upstream))
                wanted.append((size, case.shown(moved.gradients)))
        answers = yield calls
        found: list[Observation | None] = []
        for call, (size, expected), answer in zip(calls, wanted, answers, strict=True):
            if answer.fault is not None and answer.fault.kind != "skipped":
                found.append(_remark(f"inputs of size {size:g} make {call.kind} raise "
                                     f"{answer.fault.type_name}"))  # fmt: skip
            if answer.fault is not None:
                continue
            for name, array in expected.items():
                actual = answer.output if name == VALUE else answer.gradients.get(name)
                found.append(_compared(case, name, actual, array, size))
        return [o for o in found if o is not None]

    def selected(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return the case with the most entries: they cover the range in between."""
        return sorted(super().selected(cases), key=lambda c: -c.example.sizes.get("N", 1))[:1]

    @staticmethod
    def _scaled(case: Case, size: float) -> dict[str, Array]:
        """Return the inputs with the first variable scaled to a largest entry of ``size``."""
        first = case.example.component.variables(case.example.variant)[0].name
        value = case.example.inputs[first]
        largest = float(np.max(np.abs(value), initial=0.0)) or 1.0
        return {**case.example.inputs, first: value * (size / largest)}


def _remark(message: str, phase: Phase | None = None) -> Observation:
    return Observation("remark", None, message, phase=phase, evidence="unstable")


def _compared(
    case: Case, name: str, value: Value, expected: Array, size: float
) -> Observation | None:
    array = as_array(value)
    if array is None or array.shape != expected.shape:
        return None
    what = "the value" if name == VALUE else f"the gradient with respect to {name}"
    with np.errstate(all="ignore"):
        if not np.all(np.isfinite(array)) and np.all(np.isfinite(expected)):
            phase: Phase = "forward" if name == VALUE else "backward"
            text = f"inputs of size {size:g} make {what} overflow (NaN or infinity)"
            return _remark(text if name != VALUE else text + STABLE, phase)
        natural = case.example.magnitude.get(name, 0.0)  # what errors of s (1 - s) scale with
        scale = max(1.0, natural, float(np.max(np.abs(expected), initial=0.0)))
        component = case.subject.component
        is_log = component.takes_logarithms and (component.kind == "cost" or name == VALUE)
        tolerance = LOG_TOLERANCE if is_log else TOLERANCE
        tolerance = NARROW_TOLERANCE if case.subject.is_narrow else tolerance
        if np.all(np.abs(array - expected) <= tolerance * scale):
            return Observation("right")
    is_small = bool(np.all(np.abs(array - expected) <= LOG_TOLERANCE * scale))
    if is_log or is_small:  # a clip or an epsilon beside a logarithm shows only here
        return _remark(f"inputs of size {size:g} make {what} lose its digits")
    return Observation(
        "wrong", None, f"with inputs of size {size:g} {what} is not the reference's",
        expected=expected, actual=array, evidence="value", method="reference",
    )  # fmt: skip


CHECK = Stability()
