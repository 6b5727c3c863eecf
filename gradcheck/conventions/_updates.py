"""Names of learning rates, and of methods that update with one."""

from __future__ import annotations

from gradcheck.naming import normalised

__all__ = ["is_rate"]

RATES = frozenset({"learningrate", "lr", "alpha", "eta", "rate", "stepsize", "learnrate", "l",
                   "learning", "epsilon", "gamma", "lrate", "step"})  # fmt: skip


def is_rate(parameter: str) -> bool:
    """Return whether a parameter's name is one for a learning rate."""
    return normalised(parameter) in RATES
