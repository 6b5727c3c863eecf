"""The cost is a vector: one number for each example, or for each label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from gradcheck.component import Array, Variable
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

FOLLOWING = frozenset({"output-shape", "forward-value", "gradient-consistency", "loss-decrease"})
FEWEST = 2
Entry = Callable[[Mapping[str, Array], Sequence[Variable], int], dict[str, Array]]


def _with_label(
    inputs: Mapping[str, Array], variables: Sequence[Variable], j: int
) -> dict[str, Array]:
    """Return the inputs with every label replaced by example j's."""
    targets = {v.name for v in variables if v.role == "target"}
    return {
        name: np.broadcast_to(value[j], value.shape) if name in targets else value
        for name, value in inputs.items()
    }


def _alone(inputs: Mapping[str, Array], variables: Sequence[Variable], j: int) -> dict[str, Array]:
    """Return the inputs of example j alone."""
    batch = {v.name for v in variables if v.is_batch}
    return {name: value[j : j + 1] if name in batch else value for name, value in inputs.items()}


def _ways() -> Iterator[tuple[Entry, str, str]]:
    yield (_with_label,
           "the cost is a vector: every example's prediction is compared with all labels",
           "take the example's own label, y[i]")  # fmt: skip
    yield (_alone, "the cost is a vector: one number for each example, not reduced to one",
           "take the mean over the examples")  # fmt: skip


class VectorCost(Diagnosis):
    """cost += y * log(a[i]) for cost += y[i] * log(a[i])."""

    id = "vector-cost"
    title = "the cost is a vector"
    specificity = 60
    page = Page(
        wrong="for i in range(n): cost -= y * np.log(a[i]) + (1 - y) * np.log(1 - a[i])",
        right="for i in range(n): cost -= y[i] * np.log(a[i]) + (1 - y[i]) * np.log(1 - a[i])",
        derivation=(
            "1. a cost is one number: else it has no gradient, but a Jacobian\n"
            "2. y is the vector of all labels, y[i] the label of example i\n"
            "3. y * log(a[i]) is a vector: example i's prediction with everybody's label\n"
            "4. summed over i and divided by n it is still one"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where each entry is the cost with one label, or of one example."""
        if not evidence.has("output-shape", "output-shape"):
            return None
        trials = [t for t in evidence.trials if t.output is not None and not t.expected_output.ndim]
        for entry, sentence, mend in _ways():
            if len(trials) >= FEWEST and all(_agrees(t, entry) for t in trials):
                return Explanation(frozenset(), sentence, mend, checks=FOLLOWING)
        return None


def _agrees(trial: Trial, entry: Entry) -> bool:
    example = trial.example
    n = example.sizes.get("N", 1)
    output = np.asarray(trial.output)
    if output.size != n or (n > 1 and not output.ndim):
        return False
    variables = example.component.variables(example.variant)
    with np.errstate(all="ignore"):
        entries = [
            float(example.component.forward(entry(example.inputs, variables, j), example.variant))
            for j in range(n)
        ]
    return same(output.ravel(), np.asarray(entries))


DIAGNOSIS = VectorCost()
