"""A factor of the chain is written twice."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip
from gradcheck.diagnoses.base import Evidence, Explanation, Page


class RepeatedFactor(ChainMistake):
    """The slope, the activation, the input or the upstream gradient comes in twice."""

    id = "repeated-factor"
    title = "a factor of the chain is written twice"
    specificity = 50
    page = Page(
        wrong="dw = da * a * (1 - a) * a * x",
        right="dw = da * a * (1 - a) * x",
        derivation=(
            "1. dC/dw = dC/da · da/dz · dz/dw: three links, each stands there once\n"
            "2. da/dz = a (1 - a) for the sigmoid\n"
            "3. dz/dw = x, as z = w x + b\n"
            "4. dC/dw = dC/da · a (1 - a) · x: a appears in one link only\n"
            "Write each link on a line of its own, with its shape, and multiply at the end."
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield the slope times itself, the activation and the gradient that arrives."""
        mend = "write it once"
        yield lambda s: s.slope**2, "the slope da/dz{where} is multiplied in twice", mend
        yield (lambda s: s.slope * s.a,
               "the activation{where} is multiplied in once more: yours is a × the factor da/dz",
               mend)  # fmt: skip
        if evidence.component.kind == "activation":
            yield (lambda s: s.slope * s.da,
                   "the upstream gradient is multiplied in twice", mend)  # fmt: skip

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where a factor of the slope, or of dz/dw, comes in twice."""
        found = super().explain(evidence)
        inputs, where = evidence.somewhere("dz-dw", lambda s: s.a_prev**2)  # type: ignore[operator]
        if len(inputs) > (len(found.variables) if found else 0):
            return Explanation(
                inputs, f"the factor dz/dw{where} (the layer's input) is multiplied in twice",
                "write it once",
            )  # fmt: skip
        return found


DIAGNOSIS = RepeatedFactor()
