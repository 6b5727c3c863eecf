"""What a reader of the student's own code is, and what it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gradcheck.calls.template import Execute, Reading
from gradcheck.component import Component
from gradcheck.conventions.base import Convention
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)

__all__ = ["Reader", "Unread", "joined", "others", "owners"]


@dataclass(frozen=True)
class Unread:
    """What was read so far, and the code that was not.

    Parameters
    ----------
    recognition : Recognition
        The readings so far, and what is left.
    module : ModuleDescription
        All that the files define.
    conventions, components : sequence
        By which names were read.
    execute : callable
        Runs call programs in the worker that has loaded the files.
    """

    recognition: Recognition
    module: ModuleDescription
    conventions: Sequence[Convention]
    components: Sequence[Component]
    execute: Execute

    @property
    def names(self) -> frozenset[str]:
        """The names of functions and classes that nothing has read."""
        return frozenset(u.name for u in self.recognition.unread)

    @property
    def functions(self) -> tuple[FunctionDescription, ...]:
        """The functions that nothing has read."""
        left = self.names
        return tuple(f for f in self.module.functions if f.name in left)

    @property
    def classes(self) -> tuple[ClassDescription, ...]:
        """The classes that nothing has read."""
        left = self.names
        return tuple(c for c in self.module.classes if c.name in left)


@dataclass(frozen=True)
class Reader:
    """Reads one kind of code among what the readers before it have left.

    Parameters
    ----------
    order : int
        The smaller, the earlier it is asked.
    read : callable
        Returns the recognition with what it has read; what it doesn't know stays unread.
    """

    order: int
    read: Callable[[Unread], Recognition]


def owners(readings: Iterable[Reading]) -> frozenset[str]:
    """Return the functions and classes to which the readings' names belong."""
    return frozenset(name.partition(".")[0] for r in readings for name in r.names)


def others(earlier: Iterable[Reading], found: Iterable[Reading]) -> list[Reading]:
    """Return the earlier readings of other functions and classes than those that are found."""
    taken = owners(found)
    return [r for r in earlier if not taken & owners([r])]


def joined(
    recognition: Recognition, found: Sequence[Reading], *, kept: Iterable[Reading] | None = None
) -> Recognition:
    """Return the recognition with further readings, which take their names off the unread.

    Parameters
    ----------
    kept : iterable of Reading, optional
        The earlier readings that stand beside them; all of them by default.
    """
    earlier = recognition.readings if kept is None else kept
    read = owners(found)
    readings = sorted((*earlier, *found), key=lambda r: r.line)
    return Recognition(
        tuple(readings), tuple(u for u in recognition.unread if u.name not in read)
    )
