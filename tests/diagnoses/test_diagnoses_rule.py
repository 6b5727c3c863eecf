"""The rule of naming: exact agreement, the most specific first, one mistake before two."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from diagnoses_helpers import component, evidence_of, named, scaled

from gradcheck import families
from gradcheck.component import Array, Factor
from gradcheck.diagnoses.base import Diagnosis
from gradcheck.examples import Example

MEAN = ("squared-error", "mean")
BY_ID = {d.id: d for d in families.all_diagnoses()}


def diagnosis(identifier: str) -> Diagnosis:
    return BY_ID[identifier]


@pytest.mark.parametrize("ratio", [1.999, 2.0001, 2 * (1 + 1e-8), 0.5001, -1.0001, -0.999])
def test_almost_a_factor_is_another_constant(ratio: float) -> None:
    found = named(evidence_of(*component(*MEAN), scaled(lambda _: ratio)))
    assert [c.diagnosis.id for c in found] == ["left-over-factor"]
    assert f"{ratio:.7g}" in found[0].explanation.sentence


def test_almost_constant_is_nothing() -> None:
    rng = np.random.default_rng(0)

    def wrong(example: Example) -> Mapping[str, Array]:
        return {
            n: 2 * g * (1 + 1e-7 * rng.standard_normal(g.shape))
            for n, g in example.gradients.items()
        }

    assert named(evidence_of(*component(*MEAN), wrong)) == []


@pytest.mark.parametrize(
    ("factor", "first", "others"),
    [
        (lambda e: -1.0, "sign-flipped", ()),
        (lambda e: 2.0, "extra-factor-two", ()),
        (lambda e: 0.5, "missing-factor-two", ()),
        (lambda e: e.sizes["N"] * e.sizes["D"], "missing-batch-mean", ()),
        (lambda e: 1 / e.sizes["N"], "mean-applied-twice", ()),
        (lambda e: e.sizes["D"], "mean-over-features-too", ()),
        (lambda e: -e.sizes["N"], "sign-flipped", ("missing-batch-mean",)),
        (lambda e: 2.0 * e.sizes["N"], "missing-batch-mean", ("extra-factor-two",)),
        (lambda e: -0.5 / e.sizes["N"], "sign-flipped",
         ("mean-applied-twice", "missing-factor-two")),
        (lambda e: 3.0, "left-over-factor", ()),
    ],
)  # fmt: skip
def test_constant_factors(factor: object, first: str, others: tuple[str, ...]) -> None:
    (cause,) = named(evidence_of(*component(*MEAN), scaled(factor)))  # type: ignore[arg-type]
    assert cause.diagnosis.id == first
    assert set(cause.alternatives) == set(others)
    for other in (first, *others):
        assert diagnosis(other).explain(evidence_of(*component(*MEAN), scaled(factor)))  # type: ignore[arg-type]


def test_both_factors_are_said() -> None:
    wrong = scaled(lambda e: -float(e.sizes["N"]))
    (cause,) = named(evidence_of(*component("binary-cross-entropy"), wrong))
    assert cause.explanation.sentence == (
        "the sign is flipped and the 1/N of the mean is missing: yours is exactly −N × the gradient"
    )


def test_a_sum_has_no_mean_to_miss() -> None:
    wrong = scaled(lambda e: 1 / e.sizes["N"])
    (cause,) = named(evidence_of(*component("squared-error", "sum"), wrong))
    assert cause.diagnosis.id == "mean-in-the-wrong-place"


def rederived(wrong: Mapping[str, Factor], identifier: str, variant: str | None = None) -> object:
    found, kind = component(identifier, variant)
    return evidence_of(
        found, kind, lambda e: found.rederive(e.inputs, e.upstream, kind, wrong)
    )


THREE = "3-sigmoid-binary-cross-entropy-mean"
TWO_SQUARED = "2-tanh-squared-error-mean"


@pytest.mark.parametrize(
    ("wrong", "identifier", "variant", "first"),
    [
        ({"activation-slope": lambda s: s.a**2}, "sigmoid", None, "sigma-squared"),
        ({"activation-slope": lambda s: -s.slope}, "sigmoid", None, "sigma-minus"),
        ({"activation-slope": lambda s: -s.slope}, "tanh", None, "sign-flipped"),
        ({"activation-slope": lambda s: -s.slope}, "logistic-regression", None, "sign-flipped"),
        ({"activation-slope": lambda s: -s.slope}, "network", THREE, "sigma-minus"),
        ({"activation-slope": lambda s: s.a * (1 - s.y)}, "logistic-regression", None,
         "label-for-activation"),
        ({"activation-slope": lambda s: s.slope * s.a}, "logistic-regression", None,
         "repeated-factor"),
        ({"activation-slope": lambda s: s.slope_at(s.a)}, "network", THREE,
         "derivative-applied-twice"),
        ({"activation-slope": lambda s: s.slope_at(s.a)}, "softplus", None, "derivative-at-a"),
        ({"activation-slope": lambda s: np.ones_like(s.z)}, "relu", None, "relu-slope-one"),
        ({"activation-slope": lambda s: np.ones_like(s.z)}, "tanh", None, "missing-intermediate"),
        ({"activation-slope": lambda s: (s.da > 0) * 1.0}, "relu", None,
         "mask-from-the-wrong-tensor"),
        ({"cost-slope": lambda s: s.a - s.y}, "network", THREE, "fused-gradient-unfused-input"),
        ({"cost-slope": lambda s: s.a - s.y}, "network", TWO_SQUARED, "missing-factor-two"),
        ({"passed-on": lambda s: s.da if s.is_last else s.da * s.slope}, "network", TWO_SQUARED,
         "upstream-shortcut"),
        ({"dz-dw": lambda s: s.z}, "neuron", None, "z-for-its-derivative"),
        ({"dz-dw": lambda s: s.activations[1] if s.is_last else s.a_prev}, "network", THREE,
         "wrong-layer-activation"),
    ],
)  # fmt: skip
def test_links_of_the_chain(
    wrong: Mapping[str, Factor], identifier: str, variant: str | None, first: str
) -> None:
    causes = named(rederived(wrong, identifier, variant))  # type: ignore[arg-type]
    assert [c.diagnosis.id for c in causes] == [first]
    assert set(causes[0].diagnosis.parents) <= set(causes[0].alternatives)


def test_the_specific_one_comes_before_its_generic_form() -> None:
    evidence = rederived({"activation-slope": lambda s: -s.slope}, "sigmoid")
    (cause,) = named(evidence)  # type: ignore[arg-type]
    assert cause.diagnosis.id == "sigma-minus"
    assert cause.alternatives == ("sign-flipped",)


def test_a_layer_that_is_right_refutes() -> None:
    """A minus in the output's slope would flip W3 too; where W3 is right, it isn't that."""
    found, variant = component("network", THREE)

    def wrong(example: Example) -> Mapping[str, Array]:
        flips = {"W1", "b1", "W2", "b2"}
        return {n: -g if n in flips else g for n, g in example.gradients.items()}

    (cause,) = named(evidence_of(found, variant, wrong))
    assert cause.diagnosis.id == "sign-flipped"
    assert "sigma-minus" not in cause.alternatives


def test_two_mistakes_give_two_causes() -> None:
    found, variant = component("network", THREE)

    def wrong(example: Example) -> Mapping[str, Array]:
        gradients = example.gradients
        return {**gradients, "W3": -gradients["W3"], "b1": 3 * gradients["b1"]}

    causes = named(evidence_of(found, variant, wrong))
    assert {c.diagnosis.id for c in causes} == {"sign-flipped", "left-over-factor"}


def test_one_trial_is_not_enough() -> None:
    evidence = evidence_of(*component(*MEAN), scaled(lambda _: 2.0))
    alone = type(evidence)(
        evidence.component, evidence.variant, evidence.trials[:1], (), evidence.failing
    )
    assert named(alone) == []
