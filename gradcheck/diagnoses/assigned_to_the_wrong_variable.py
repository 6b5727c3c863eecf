"""A variable gets another one's gradient."""

from __future__ import annotations

from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page


class AssignedToTheWrongVariable(Diagnosis):
    """grads["b2"] = db1."""

    id = "assigned-to-the-wrong-variable"
    title = "a variable gets another one's gradient"
    specificity = 35
    page = Page(
        wrong='grads["b2"] = db1',
        right='grads["b2"] = db2',
        derivation=(
            "1. each layer's gradient is its own: dW_l = a_(l-1)ᵀ dz_l, db_l = sum of dz_l\n"
            "2. a line that is copied and half changed gives one variable the gradient of "
            "another\n"
            "3. the shapes differ as a rule, so assert grads[k].shape == params[k].shape finds it"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where a variable's gradient is exactly that of another one."""
        names = [v.name for v in evidence.component.differentiable(evidence.variant)]
        taken = {
            variable: other
            for other in names
            for variable in evidence.agreeing(
                lambda trial, v, o=other: trial.expected[o] if v != o else None  # type: ignore[misc]
            )
        }
        if not taken:
            return None
        cases = ", ".join(f"{v} gets the gradient of {o}" for v, o in sorted(taken.items()))
        return Explanation(
            frozenset(taken),
            f"a gradient stands at the wrong variable: {cases}",
            "assign each variable its own gradient",
        )


DIAGNOSIS = AssignedToTheWrongVariable()
