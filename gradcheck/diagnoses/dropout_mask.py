"""Dropout's gradient without the mask, or without its factor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Hypothesis, Page, Trial

DROPOUT = "dropout"


def _mask(trial: Trial) -> Array | None:
    """Return what the code multiplied its input by: 0 or 1/keep, entry by entry."""
    x = trial.show("x", trial.example.inputs["x"])
    if trial.output is None or trial.output.shape != x.shape:
        return None
    with np.errstate(all="ignore"):
        return np.where(x == 0, 0.0, trial.output / x)


def _times(factor: str) -> Hypothesis:
    """Return the upstream gradient times something made of the code's own mask."""

    def wrong(trial: Trial, variable: str) -> Array | None:
        mask = _mask(trial)
        if mask is None:
            return None
        upstream = trial.layout.of_output.present(trial.example.upstream, {})
        largest = float(np.max(mask, initial=0.0))
        factors = {
            "nothing": np.ones_like(mask), "kept": mask > 0, "scale": np.full_like(mask, largest),
            "twice": mask * largest, "other": largest - mask,
        }  # fmt: skip
        return np.asarray(upstream * factors[factor])

    return wrong


def _hypotheses() -> Iterator[tuple[Hypothesis, str, str]]:
    own = "multiply dout by what the value was multiplied by: dx = dout * mask / keep"
    yield _times("nothing"), "the mask is missing: what was dropped must get no gradient", own
    yield _times("kept"), "the factor 1/keep of the value is missing in the gradient", own
    yield _times("scale"), "1/keep is there, but the mask is missing", own
    yield _times("twice"), "1/keep stands in the gradient twice", own
    yield _times("other"), "the mask is turned around: what was dropped gets the gradient", own


class DropoutMask(Diagnosis):
    """dout, or dout * mask, for dout * mask / keep."""

    id = "dropout-mask"
    title = "dropout's mask, or its 1/keep, is missing in the gradient"
    specificity = 70
    page = Page(
        wrong="mask = np.random.rand(*x.shape) < keep; out = x * mask / keep; dx = dout * mask",
        right="dx = dout * mask / keep",
        derivation=(
            "out = x m, with m = mask / keep: 0 where an entry is dropped, 1/keep where it stays\n"
            "1. m doesn't depend on x: it is a constant of this call\n"
            "2. dout_i/dx_i = m_i, so dx = dout m: the same mask, and the same 1/keep\n"
            "3. so keep m from forward; a mask that is drawn anew in backward is another one"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where what the code's own mask gives agrees."""
        if evidence.component.id != DROPOUT:
            return None
        for hypothesis, sentence, mend in _hypotheses():
            variables = evidence.agreeing(hypothesis)
            if variables:
                return Explanation(variables, sentence, mend)
        return None


DIAGNOSIS = DropoutMask()
