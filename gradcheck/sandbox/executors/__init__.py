"""Executors: how the child process is started. One file an executor.

An executor's module holds one class under the name ``EXECUTOR``. It starts the worker
in :mod:`gradcheck.sandbox.worker` and hands over its pipes; it knows nothing of what
is said on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gradcheck.sandbox.wires import Wires

__all__ = ["Child", "Executor"]


class Child(Protocol):
    """A started worker: its pipes and its life."""

    @property
    def pid(self) -> int:
        """Process id, as this side sees it."""

    @property
    def wires(self) -> Wires:
        """The pipes to and from it, this side's ends."""

    def kill(self) -> None:
        """Kill the child and what it started; harmless when it has ended."""

    def wait(self, timeout: float = 0.0) -> int | None:
        """Return the exit status (negative: the signal), None if it still runs."""

    def close(self) -> None:
        """Kill the child, collect it, close the pipes, remove its folder."""


class Executor(Protocol):
    """A way to start children."""

    @property
    def interpreter(self) -> str:
        """The Python that its workers run."""

    @property
    def layers(self) -> Sequence[str]:
        """The layers (of :mod:`gradcheck.sandbox.layers`) that its workers put on themselves."""

    @property
    def absent(self) -> Mapping[str, str]:
        """What it is meant to give and can't, with the reason."""

    def prestart(self, count: int = 1) -> None:
        """Have so many children started ahead of need, without waiting for them."""

    def start(self) -> Child:
        """Return a child started ahead of need, or a new one.

        Raises
        ------
        WorkerStartError
            If the system can't start a process.
        """

    def close(self) -> None:
        """End the children that nobody asked for."""
