"""Names of learning rates, and of methods that update with one."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.calls.naming import normalised
from gradcheck.records.description import Parameter

__all__ = ["AFTER", "MORE", "READ_FROM_UPDATE", "has_more", "is_optimizer", "is_rate",
           "is_tuned"]  # fmt: skip

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


MORE = ("momentum", "veloc", "beta", "decay", "reg", "lam", "optim", "l1", "l2", "penalty",
        "elastic")  # fmt: skip
"""Words in the names of what makes one step more than a rate times a gradient."""


def has_more(names: Iterable[str]) -> bool:
    """Return whether some name says that a step is more than a rate times a gradient."""
    return any(word in name.lower() for name in names for word in MORE)


STOPS = frozenset({"tol", "tolerance", "eps", "epsilon", "precision", "threshold", "stop", "delta",
                   "minchange", "convergence", "thresh"})  # fmt: skip
"""Names of when a loop stops."""


def is_tuned(parameter: Parameter) -> bool:
    """Return whether a default is a number that may make a step more than a rate times a gradient.

    A strength of a penalty, whatever it is called; neither a rate nor where a loop stops.
    """
    plain = normalised(parameter.name)
    is_number = isinstance(parameter.default, float) and parameter.default != 0
    return is_number and plain not in STOPS and not is_rate(parameter.name)
