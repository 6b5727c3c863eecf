"""A file's functions as the peers take them: forward(arrays), backward(upstream, state)."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any

import numpy as np
from catalogue import Array, Entry

__all__ = ["Callables", "State"]

State = tuple[Sequence[Array], Any]


class Callables:
    """One file, executed in this process.

    Attributes
    ----------
    forwards, backwards : int
        How often each was called (a function of both counts as both).
    """

    def __init__(self, entry: Entry, source: str) -> None:
        self.entry = entry
        module = types.ModuleType(f"compared_{entry.file}")
        exec(compile(source, f"{entry.file}.py", "exec"), module.__dict__)
        self.module = module
        self.forwards = self.backwards = 0

    def forward(self, arrays: Sequence[Array]) -> tuple[Array, State]:
        """Return the value, and what backward takes."""
        self.forwards += 1
        function = getattr(self.module, self.entry.forward)
        form = self.entry.form
        if form == "class":
            layer = function(*np.shape(arrays[1])) if len(arrays) > 1 else function()
            for name, value in zip(self.entry.backward.split(), arrays[1:], strict=True):
                setattr(layer, name, value)
            return np.asarray(layer.forward(arrays[0])), (arrays, layer)
        found = function(*arrays)
        if form == "cache":
            return np.asarray(found[0]), (arrays, found[1])
        if form == "both":
            return np.asarray(found[0]), (arrays, found[1])
        return np.asarray(found), (arrays, None)

    def backward(self, upstream: Array, state: State) -> list[Array]:
        """Return the gradients of <upstream, value> in the inputs that have one."""
        self.backwards += 1
        arrays, kept = state
        form = self.entry.form
        if form == "class":
            names = self.entry.backward.split()
            return [kept.backward(upstream), *(getattr(kept, "d" + name) for name in names)]
        if form == "both":
            return [upstream * kept]
        function = getattr(self.module, self.entry.backward)
        if form == "local":
            return [upstream * function(*arrays)]
        found = function(upstream, kept) if form == "cache" else function(upstream, *arrays)
        return list(found) if isinstance(found, tuple) else [found]
