"""Names of learning rates, and of methods that update with one."""

from __future__ import annotations

from gradcheck.calls.naming import normalised

__all__ = ["AFTER", "READ_FROM_UPDATE", "is_optimizer", "is_rate"]

AFTER = "attrs"
"""Slot of an object's attributes after its update."""
READ_FROM_UPDATE = "gradients are read from the update: (before - after) / learning rate"

RATES = frozenset({"learningrate", "lr", "alpha", "eta", "rate", "stepsize", "learnrate", "l",
                   "learning", "epsilon", "gamma", "lrate", "step"})  # fmt: skip

OPTIMIZERS = frozenset({"optimizer", "optimiser", "opt", "optim", "solver", "updater", "optmizer"})


def is_optimizer(parameter: str) -> bool:
    """Return whether a parameter's name is one for an optimizer."""
    return normalised(parameter) in OPTIMIZERS


def is_rate(parameter: str) -> bool:
    """Return whether a parameter's name is one for a learning rate."""
    return normalised(parameter) in RATES
