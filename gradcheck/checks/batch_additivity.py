"""Is the batch's gradient the sum (or mean) of the single examples' ones?"""

from __future__ import annotations

import numpy as np

from gradcheck.checks._relations import related
from gradcheck.checks.base import Case, Check, Inquiry, Observation
from gradcheck.component import Array
from gradcheck.subject import Call, Subject

MANY = 8


class BatchAdditivity(Check):
    """Rows don't mix: parameters' gradients add up, inputs' gradients stay row by row."""

    id = "batch-additivity"
    title = "batch against single examples"
    question = "is the batch's gradient the sum or mean of the single ones?"
    order = 70
    needs_reference = True
    after = ("gradient-shape",)
    regimes = ("ordinary", "wide")
    most_examples = 1

    def reason_against(self, subject: Subject) -> str | None:
        """Only where there is a batch of examples that don't mix."""
        if subject.component.mixes_examples:
            return ""
        variables = subject.component.variables(subject.variant)
        has_batch = any(v.is_batch for v in variables) and "N" not in subject.layout.sizes
        return None if has_batch and subject.variables else ""

    def ask(self, case: Case) -> Inquiry:
        """Compare the batch with its examples, one by one."""
        example = case.example
        component, variant = example.component, example.variant
        count = example.sizes["N"]
        if not 1 < count <= MANY:
            return []
        variables = {v.name: v for v in component.variables(variant)}
        has_rows = example.output.ndim > 0

        def single(row: int) -> Call:
            inputs = {
                name: value[row : row + 1] if variables[name].is_batch else value
                for name, value in example.inputs.items()
            }
            upstream = example.upstream[row : row + 1] if has_rows else example.upstream
            return Call("backward", inputs, upstream)

        whole, *singles = yield [case.backward, *(single(row) for row in range(count))]
        if any(a.fault is not None for a in (whole, *singles)):
            return []
        weight = component.weight(variant, count) / component.weight(variant, 1)
        penalties = component.penalties(example.inputs, example.upstream, variant)
        found = []
        for name in case.subject.variables:
            batch = case.canonical(name, whole.gradients.get(name))
            parts = [self._part(case, name, a.gradients.get(name)) for a in singles]
            if batch is None or any(p is None for p in parts):
                continue
            rows = [np.asarray(p) for p in parts]
            is_batch = variables[name].is_batch
            if any(r.shape != (batch[:1] if is_batch else batch).shape for r in rows):
                found.append(
                    Observation("wrong", None, f"the gradient with respect to {name} has another "
                                "shape when the batch is one example", evidence="additivity")
                )  # fmt: skip
                continue
            with np.errstate(all="ignore"):
                once = penalties.get(name, 0.0)  # every example brings it, the batch only once
                joined = weight * np.asarray(
                    np.concatenate(rows) if is_batch else sum(r - once for r in rows)
                )
            found.append(
                related(
                    case, None, batch, joined + once, example.magnitude[name],
                    f"the batch's gradient with respect to {name} isn't made of its examples' ones",
                    "additivity",
                )
            )  # fmt: skip
        return found

    @staticmethod
    def _part(case: Case, name: str, value: object) -> Array | None:
        """Return one example's gradient in canonical form, whatever its shape allows."""
        if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
            return None
        try:
            return np.asarray(case.subject.layout.presentation(name).restore(np.asarray(value)))
        except (ValueError, IndexError):
            return None


CHECK = BatchAdditivity()
