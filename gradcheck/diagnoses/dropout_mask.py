"""Dropout's mask or its 1/keep is missing in backward, or wrong in test."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial, same

TEST = {
    "test-factor": "the factor in test doesn't make up for that of training",
    "still-dropping": "test still drops entries",
    "test-value": "test changes entries, not only their size",
}


class DropoutMask(Diagnosis):
    """dx = dout * mask for dout * mask / keep, or a mask of its own."""

    id = "dropout-mask"
    title = "dropout's mask or factor is another one in backward, or in test"
    specificity = 62
    page = Page(
        wrong="dx = dout * mask",
        right="dx = dout * mask / keep",
        derivation=(
            "out = x * mask / keep in training, out = x in test\n"
            "1. the mask and keep are constants: they don't depend on x\n"
            "2. dout/dx = mask / keep, with the mask that forward drew: keep it in the cache\n"
            "3. dx = dout * mask / keep\n"
            "4. without 1/keep in training, test multiplies by keep, so that both have one mean"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where the gradient is that of another mask or factor than the value's."""
        if evidence.component.mode_kind != "mask":
            return None
        for seen in evidence.seen:
            if seen.check == "inference" and seen.evidence in TEST:
                return Explanation(frozenset(), TEST[seen.evidence],
                                   "in test: x if training divides by keep, else x * keep",
                                   checks=frozenset({"inference"}))  # fmt: skip
        for sentence, mend, of in (
            ("the factor 1/keep is missing in backward", "divide by keep as forward does",
             lambda m, _: m),
            ("the mask is missing in backward", "multiply by the mask of forward",
             lambda _, c: c),
            ("mask and 1/keep are missing in backward", "multiply by the mask, divide by keep",
             lambda *_: 1.0),
            ("the factor 1/keep stands twice in backward", "divide by keep once",
             lambda m, c: m * c**2),
            ("1/keep is missing in forward, but not in backward", "give both the same factor",
             lambda m, c: m / c),
            ("the mask is the wrong way round in backward", "multiply by the mask of forward",
             lambda m, c: (1 - m) * c),
            ("one minus the mask stands in backward", "multiply by the mask of forward",
             lambda m, c: 1 - m * c),
        ):  # fmt: skip
            variables = _agreeing(evidence, of)
            if variables:
                return Explanation(variables, sentence, mend)
        if evidence.failing and _draws_its_own(evidence):
            return Explanation(frozenset(evidence.failing),
                               "backward has another mask than forward had: it draws its own",
                               "keep the mask of forward")  # fmt: skip
        return None


def _agreeing(evidence: Evidence, of) -> frozenset[str]:  # type: ignore[no-untyped-def]
    """Return the variables that agree with the upstream gradient times something of the mask."""
    factors = [f for t in evidence.trials if (f := _factor(t)) is not None]
    if not factors:
        return frozenset()
    factor = factors[0]

    def hypothesis(trial: Trial, variable: str, is_right: bool = False) -> Array | None:
        mask = _mask(trial)
        if mask is None or variable != "x":
            return None
        scale = mask * factor if is_right else of(mask, factor)
        return np.asarray(_upstream(trial) * scale * np.ones_like(mask))

    found = evidence.agreeing(hypothesis)
    pairs = ((hypothesis(t, "x"), hypothesis(t, "x", is_right=True)) for t in evidence.trials)
    is_telling = any(a is not None and b is not None and not same(a, b) for a, b in pairs)
    return found if is_telling else frozenset()


def _upstream(trial: Trial) -> Array:
    return np.asarray(trial.layout.of_output.present(trial.example.upstream, {}))


def _mask(trial: Trial) -> Array | None:
    """Return which entries the value keeps, as the student's code sees them."""
    x = np.asarray(trial.show("x", trial.example.inputs["x"]))
    if trial.output is None or trial.output.shape != x.shape or not np.all(x):
        return None
    return np.asarray(trial.output != 0, dtype=np.float64)


def _factor(trial: Trial) -> float | None:
    """Return what kept entries are multiplied by."""
    mask = _mask(trial)
    if mask is None or trial.output is None or not np.any(mask):
        return None
    x = np.asarray(trial.show("x", trial.example.inputs["x"]))
    return float(np.median(trial.output[mask > 0] / x[mask > 0]))


def _is_another(trial: Trial, factor: float) -> bool:
    """Return whether the gradient has the value's factor wherever it isn't 0."""
    actual, upstream = trial.actual.get("x"), _upstream(trial)
    if actual is None or actual.shape != upstream.shape or not np.all(upstream):
        return False
    return same(actual, (actual != 0) * factor * upstream)


def _draws_its_own(evidence: Evidence) -> bool:
    factors = [f for t in evidence.trials if (f := _factor(t)) is not None]
    pairs = [(_mask(t), t.actual.get("x")) for t in evidence.trials]
    if len(pairs) < 2 or not factors or any(m is None or a is None for m, a in pairs):
        return False
    return all(_is_another(t, factors[0]) for t in evidence.trials) and any(
        m is not None and a is not None and not np.array_equal(m > 0, a != 0) for m, a in pairs
    )


DIAGNOSIS = DropoutMask()
