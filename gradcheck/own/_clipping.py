"""Training clips gradients that are large: what it clips isn't wrong for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from gradcheck.calls.template import ProgrammedSubject
from gradcheck.component import Variant
from gradcheck.own_component import OwnComponent
from gradcheck.recognition.probing import probe_of
from gradcheck.records.program import Value
from gradcheck.subject import Call

__all__ = ["CLIPS", "unclipped"]

CLIPS = "it clips its gradients: judged on few examples, where they stay below its limit"
MANY, FEW = 97, (8, 3, 2)
"""Examples with which a sum over them reaches usual limits, and those with which it may not."""
DECIMALS, ROUND = 1000, 1e-7
"""A limit has few decimals; what isn't cut to one has as many as there are digits."""
HALF = 0.5
SPARE = 2.0
"""How far below the limit gradients of few examples are, so that no example reaches it."""


def unclipped(
    subject: ProgrammedSubject, component: OwnComponent, bare: Variant, sizes: Mapping[str, int]
) -> int | None:
    """Return with how many examples no gradient is cut to a limit: 0 for any number, or None."""

    def largest(count: int) -> list[tuple[float, float]]:
        example = probe_of(component, bare, tuple(sorted({**sizes, "N": count}.items())))
        (answer,) = subject.run([Call("backward", example.inputs, np.ones(()))])
        return list(_largest(answer.gradients))

    limits = [min((size for size in kind if _is_round(size)), default=np.inf)
              for kind in zip(*largest(MANY), strict=True)]  # fmt: skip
    if not any(map(np.isfinite, limits)):
        return 0
    for count in FEW:
        probed = zip(*largest(count), strict=True)
        if all(SPARE * max(kind) < limit for kind, limit in zip(probed, limits, strict=True)):
            return count
    return None


def _largest(gradients: Mapping[str, Value]) -> Iterator[tuple[float, float]]:
    """Yield each gradient's largest entry and its norm."""
    for gradient in gradients.values():
        if isinstance(gradient, np.ndarray) and gradient.size > 1 and gradient.dtype.kind == "f":
            yield float(np.max(np.abs(gradient))), float(np.linalg.norm(gradient))


def _is_round(size: float) -> bool:
    shown = size * DECIMALS
    return bool(np.isfinite(shown)) and shown > HALF and abs(shown - round(shown)) <= ROUND
