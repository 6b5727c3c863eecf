"""Where code takes arrays of other shapes too, is its gradient right there?"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.numerics.compare import compare, precision
from gradcheck.subject import Subject

AXES = "axes"
"""Evidence of a gradient that is wrong for other numbers of axes."""


class OtherAxes(Check):
    """Vectors, stacks, several outputs: judged only where the value is the reference's."""

    id = "other-axes"
    title = "arrays of other shapes"
    question = "is the gradient right wherever the value is?"
    order = 102
    needs_reference = True
    only_after = ("output-shape", "forward-value", "gradient-shape", "gradient-value")
    regimes = ("ordinary",)
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only where there is another way to lay its arrays out."""
        is_whole = subject.has_forward and subject.variables
        return None if is_whole and subject.component.elsewhere.get(subject.layout.id) else ""

    def selected(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return one ordinary case in each of the other layouts."""
        return [
            Case(case.example.resized(layout.sizes), case.subject.at(case.subject.variant, layout))
            for case in super().selected(cases)
            for layout in case.subject.component.elsewhere[case.subject.layout.id]
        ]

    def ask(self, case: Case) -> Inquiry:
        """Compare the gradients of inputs at which the value is right."""
        example, subject = case.example, case.subject
        if any(example.sizes.get(name) != size for name, size in subject.layout.sizes.items()):
            return []  # another one, to shrink in
        forward, backward = yield [case.forward, case.backward]
        if backward.fault is not None or not _is_value(case, forward.numbers):
            return []
        found = []
        for name in subject.variables:
            actual = as_array(backward.gradients.get(name))
            if actual is None or actual.shape != subject.show(name, example.inputs[name]).shape:
                continue
            if case.accepted_place(name, actual) is not None:
                found.append(Observation("right", method="reference"))
            elif case.is_smooth and _is_wrong(case, name, actual):
                found.append(_observed(case, name, actual))
        return found


def _is_value(case: Case, value: Array | None) -> bool:
    expected = case.expected_output
    if value is None or value.shape != expected.shape:
        return False
    size = case.example.component.output_magnitude(case.example.inputs, case.example.variant)
    dtype = precision(value, is_narrow=case.subject.is_narrow)
    return compare(value, expected, expected, size, dtype).verdict == "right"


def _is_wrong(case: Case, name: str, actual: Array) -> bool:
    """Tell whether no loss of digits explains the difference."""
    expected = case.subject.show(name, case.example.gradients[name])
    dtype = precision(actual, is_narrow=case.subject.is_narrow)
    magnitude = case.example.magnitude[name]
    return compare(actual, expected, expected, magnitude, dtype).verdict == "wrong"


def _observed(case: Case, name: str, actual: Array) -> Observation:
    variables = case.example.component.variables(case.example.variant)
    title = next(v.title for v in variables if v.name == name)
    return Observation(
        "wrong" if case.subject.component.is_one_elsewhere else "remark", None,
        f"with {case.subject.layout.title} the value is right, and the gradient with respect to "
        f"{title} isn't",
        expected=case.subject.show(name, case.example.gradients[name]), actual=actual,
        method="reference", evidence=AXES,
    )  # fmt: skip


CHECK = OtherAxes()
