"""What the parts of an autograd engine are called."""

from __future__ import annotations

from gradcheck.calls.naming import normalised
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["BACKWARDS", "DATA", "GRADIENTS", "NOT_JUDGED", "ON", "asking"]

BACKWARDS = ("backward", "backprop", "backpropagate", "backward_pass", "grad_backward")
DATA = ("data", "value", "val", "item", "v", "x")
GRADIENTS = ("grad", "gradient", "g", "derivative", "adjoint", "grad_value", "deriv")
NOT_JUDGED = "not judged: "
"""Begins the note that names an engine's further operations."""
FLAGS = frozenset({"requiresgrad", "requiresgradient", "autograd", "trackgrad", "needsgrad"})
ON: Step = ("constant", "on", True)
"""Puts the value of these flags where :func:`asking` looks for it."""


def asking(init: FunctionDescription) -> dict[str, str]:
    """Return the keywords by which a constructor is asked for an object that has a gradient."""
    return {p.name: ON[1] for p in init.parameters if normalised(p.name) in FLAGS}
