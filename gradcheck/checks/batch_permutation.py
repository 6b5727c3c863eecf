"""Does the order of the examples matter where it must not?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._relations import related
from gradcheck.checks.base import Case, Check, Inquiry, Observation, as_array
from gradcheck.component import Array
from gradcheck.subject import Call, Subject

PURPOSE = 13


class BatchPermutation(Check):
    """Shuffled examples give the shuffled output and gradients, and the same parameters' ones."""

    id = "batch-permutation"
    title = "order of the examples"
    question = "do shuffled examples give shuffled answers?"
    order = 71
    needs_reference = True
    after = ("output-shape", "gradient-shape")
    regimes = ("ordinary", "large-batch")
    most_examples = 2

    def reason_against(self, subject: Subject) -> str | None:
        """Only where there is a batch."""
        variables = subject.component.variables(subject.variant)
        has_batch = any(v.is_batch for v in variables) and "N" not in subject.layout.sizes
        return None if has_batch else ""

    def ask(self, case: Case) -> Inquiry:
        """Compare with the answers for shuffled rows."""
        example = case.example
        order = example.rng(PURPOSE).permutation(example.sizes["N"])
        variables = {v.name: v for v in example.component.variables(example.variant)}
        shuffled = {
            name: value[order] if variables[name].is_batch else value
            for name, value in example.inputs.items()
        }
        has_rows = example.output.ndim > 0
        upstream = example.upstream[order] if has_rows else example.upstream
        calls: list[Call] = []
        if case.subject.has_forward:
            calls += [case.forward, Call("forward", shuffled)]
        if case.subject.variables:
            calls += [case.backward, Call("backward", shuffled, upstream)]
        answers = list((yield calls))
        found = []
        if case.subject.has_forward:
            one, other = answers.pop(0), answers.pop(0)
            left, right = as_array(one.output), as_array(other.output)
            shape = case.expected_output.shape
            if left is None or right is None or left.shape != shape:
                pass  # output-shape says so
            elif right.shape != shape:
                found.append(Observation("wrong", None, "shuffling the examples changes the shape "
                                         "of their values"))  # fmt: skip
            else:
                restored = self._restored(case, left, has_rows)
                moved = self._restored(case, right, has_rows)
                magnitude = example.component.output_magnitude(example.inputs, example.variant)
                found.append(
                    related(case, None, moved, restored[order] if has_rows else restored, magnitude,
                            "shuffling the examples changes their values")
                )  # fmt: skip
        if case.subject.variables:
            one, other = answers
            for name in case.subject.variables:
                before = case.canonical(name, one.gradients.get(name))
                after = case.canonical(name, other.gradients.get(name))
                if before is None or other.fault is not None:
                    continue
                if after is None:
                    what = f"the shape of the gradient with respect to {name}"
                    found.append(
                        Observation("wrong", None, f"shuffling the examples changes {what}")
                    )
                    continue
                expected = before[order] if variables[name].is_batch else before
                found.append(
                    related(case, None, after, expected, example.magnitude[name],
                            f"shuffling the examples changes the gradient with respect to {name}")
                )  # fmt: skip
        return found

    @staticmethod
    def _restored(case: Case, value: Array, has_rows: bool) -> Array:
        return np.asarray(case.subject.layout.of_output.restore(value)) if has_rows else value


CHECK = BatchPermutation()
