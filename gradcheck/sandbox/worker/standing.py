"""What a submission's global variables hold, put back before every program.

Running statistics in a global have the shape of the batches before: of other sizes, they are in
the way of the next program. Only what has become an array of another shape is put back: a counter
goes on counting, so that code which behaves well for its first calls only is found out.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

__all__ = ["Standing"]

_GLOBAL = re.compile(r"^[ \t]+global[ \t]+([\w, \t]+)", re.MULTILINE)
_ABSENT = object()
MOST_ENTRIES = 1000


class Standing:
    """Remembers the global variables that functions assign, and the entries of global dicts."""

    def __init__(self) -> None:
        self._kept: list[tuple[dict[str, Any], str, Any]] = []

    def loaded(self, modules: Sequence[tuple[types.ModuleType, str]]) -> None:
        """Keep what the modules hold now.

        Parameters
        ----------
        modules : sequence of (module, str)
            Each with its source.
        """
        self._kept = [(held, name, value) for one in modules for held, name, value in _held(*one)]

    def reset(self) -> None:
        """Put back what has become an array of another shape."""
        for held, name, value in self._kept:
            current = held.get(name)
            if current is value or not isinstance(current, np.ndarray):
                continue
            if isinstance(value, np.ndarray) and value.shape == current.shape:
                continue
            if value is _ABSENT:
                del held[name]
            else:
                held[name] = value


def _held(
    module: types.ModuleType, source: str
) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """Yield where each value that may be put back is held: the dict, the key, the value."""
    variables = vars(module)
    for found in _GLOBAL.findall(source):
        for name in found.replace(",", " ").split():
            yield variables, name, variables.get(name, _ABSENT)
    for own, value in list(variables.items()):
        if type(value) is dict and not own.startswith("__") and len(value) <= MOST_ENTRIES:
            yield from ((value, key, inner) for key, inner in value.items() if type(key) is str)
