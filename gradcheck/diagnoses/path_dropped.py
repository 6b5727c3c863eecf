"""One of the ways by which a variable acts on the cost is left out."""

from __future__ import annotations

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


class PathDropped(Diagnosis):
    """A state acts on this step's output and on the next step: the gradients add up."""

    id = "path-dropped"
    title = "a path of the gradient is left out"
    specificity = 60
    page = Page(
        wrong="dx, dprev, ... = step_backward(dh[:, t], cache)",
        right="dx, dprev, ... = step_backward(dh[:, t] + dprev, cache)",
        derivation=(
            "1. h_t is an output, and it is what step t + 1 begins with\n"
            "2. dC/dh_t = dh_t (of the output) + dprev (what step t + 1 hands back)\n"
            "3. without dprev, every step is differentiated as if none came after it\n"
            "Gradients of one variable by several paths are added: a state of a cell, a shortcut "
            "around a layer, a weight that is used twice."
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where each step's gradient is that of the step alone."""
        variables = evidence.agreeing(_apart)
        if not variables:
            return None
        return Explanation(
            variables, "what later steps hand back isn't added: each step is differentiated as if "
            "it were the last", "add the gradient that the step after it returns for h",
        )  # fmt: skip


def _apart(trial: Trial, variable: str) -> Array | None:
    example = trial.example
    try:
        gradients = example.component.step_by_step(
            example.inputs, example.upstream, example.variant
        )
    except NotImplementedError:
        return None
    return trial.show(variable, gradients[variable]) if variable in gradients else None


DIAGNOSIS = PathDropped()
