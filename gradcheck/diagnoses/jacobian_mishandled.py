"""Softmax's Jacobian is made or used in a wrong way."""

from __future__ import annotations

import numpy as np

from gradcheck.component import Array
from gradcheck.diagnoses.base import Diagnosis, Evidence, Explanation, Page, Trial


def _product(s: Array, upstream: Array) -> Array:
    """Return upstream times diag(s) - s sᵀ, row by row."""
    return np.asarray(s * (upstream - np.sum(upstream * s, axis=1, keepdims=True)))


def _of_input(x: Array, _: Array, upstream: Array) -> Array:
    return _product(x, upstream)


def _sum(_: Array, s: Array, upstream: Array) -> Array:
    return np.asarray(s * (upstream + np.sum(upstream * s, axis=1, keepdims=True)))


def _last(_: Array, s: Array, upstream: Array) -> Array:
    return _product(np.broadcast_to(s[-1], s.shape), upstream)


def _only_last(_: Array, s: Array, upstream: Array) -> Array:
    right = _product(s, upstream)
    right[:-1] = 0.0
    return right


WAYS = (
    (_of_input, "the Jacobian is made of softmax's input, not of its output s",
     "use s: diag(s) - s sᵀ"),
    (_sum, "s sᵀ is added to the Jacobian's diagonal: it must be subtracted",
     "diag(s) - s sᵀ"),
    (_last, "the Jacobian is overwritten in the loop: all examples get the last one's",
     "use each example's Jacobian for its own row"),
    (_only_last, "the result is overwritten in the loop: only the last example has a gradient",
     "keep one row for each example"),
)  # fmt: skip


class JacobianMishandled(Diagnosis):
    """diag(z) - z zᵀ for diag(s) - s sᵀ, and the like."""

    id = "jacobian-mishandled"
    title = "softmax's Jacobian is made or used in a wrong way"
    specificity = 61
    page = Page(
        wrong="J = np.diag(z) - np.outer(z, z)",
        right="J = np.diag(s) - np.outer(s, s); dz = J @ dout, for each example",
        derivation=(
            "s = softmax(z), for one example\n"
            "1. ds_k/dz_k = s_k (1 - s_k) and ds_k/dz_j = -s_k s_j\n"
            "2. together: J = diag(s) - s sᵀ, made of the output s\n"
            "3. dz = Jᵀ dout, a product of a matrix and a vector, not a sum over J: its rows sum "
            "to 0\n"
            "4. every example has a J of its own: (N, K, K) for a batch"
        ),
    )

    def explain(self, evidence: Evidence) -> Explanation | None:
        """Hold where a known slip agrees."""
        if evidence.component.id != "softmax":
            return None
        for way, sentence, mend in WAYS:

            def hypothesis(trial: Trial, variable: str, way=way) -> Array | None:  # type: ignore[no-untyped-def]
                example = trial.example
                (x,) = example.inputs.values()
                found = way(x, example.output, example.upstream)
                return np.asarray(trial.show(variable, found))

            if variables := evidence.agreeing(hypothesis):
                return Explanation(variables, sentence, mend)
        return None


DIAGNOSIS = JacobianMishandled()
