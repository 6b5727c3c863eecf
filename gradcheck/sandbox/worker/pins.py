"""Objects of which one attribute begins with a given value, whatever the code begins it with."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["pinned"]


def pinned(cls: type, attribute: str, value: Any) -> type:
    """Return a class in which the first array of that shape that the attribute gets is the value.

    For code that makes in one method what it begins with and what becomes of it.
    """
    waiting = [value]

    def set_attribute(self: Any, name: str, given: Any) -> None:
        if name == attribute and waiting and given is not None:
            first = waiting.pop()
            given = first if np.shape(given) == np.shape(first) else given
        kept(self, name, given)

    kept: Any = cls.__setattr__
    return type(cls.__name__, (cls,), {"__setattr__": set_attribute, "__module__": cls.__module__})
