"""The slope of the sigmoid written as its square."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.diagnoses._chain_mistake import ChainMistake, Slip, of_sigmoid
from gradcheck.diagnoses.base import Evidence, Page


class SigmaSquared(ChainMistake):
    """σ' written (1 / (1 + e^(-z)))²."""

    id = "sigma-squared"
    title = "σ′ is written as σ²"
    specificity = 60
    page = Page(
        wrong="ds = (1 / (1 + np.exp(-z))) ** 2",
        right="s = 1 / (1 + np.exp(-z)); ds = s * (1 - s)",
        derivation=(
            "σ(z) = (1 + e^(-z))^(-1)\n"
            "1. power rule: -(1 + e^(-z))^(-2) · d/dz[1 + e^(-z)]\n"
            "2. d/dz[1 + e^(-z)] = -e^(-z): the inner derivative, the step that is forgotten\n"
            "3. σ'(z) = e^(-z) / (1 + e^(-z))² = σ(z) (1 - σ(z)), not σ(z)²"
        ),
    )

    def slips(self, evidence: Evidence) -> Iterator[Slip]:
        """Yield σ² for the slope."""
        yield (
            of_sigmoid(lambda s: s.a**2),
            "the slope of the sigmoid{where} is σ(z)² where σ(z)(1 − σ(z)) belongs: the inner "
            "derivative e^(−z) is missing",
            "use s * (1 - s) with s = σ(z)",
        )


DIAGNOSIS = SigmaSquared()
