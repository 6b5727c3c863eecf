"""The file of an assignment's reference, executed in a worker of its own while it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gradcheck.errors import InternalError, SpecError
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Program, Reply
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.session import Session

__all__ = ["ReferenceCode", "code_of"]

KEPT = 32
"""Files that a process remembers: those of some assignments."""


class ReferenceCode:
    """An author's file, and the worker that executes it while it is needed."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text = file, text
        self._executor: Executor | None = None
        self._session: Session | None = None

    def use(self, executor: Executor) -> None:
        """Have workers started by this executor from now on."""
        self._executor = executor

    def load(self) -> ModuleDescription:
        """Return what the file defines.

        Raises
        ------
        SpecError
            If it doesn't load.
        """
        found = self._opened().load()
        if isinstance(found, ModuleDescription):
            return found
        line = f"line {found.frames[-1].line}: " if found.frames else ""
        raise SpecError(self._file, "", f"{line}{found.type_name}: {found.message}")

    def execute(self, programs: Sequence[Program]) -> list[Reply]:
        """Execute programs on the author's functions."""
        return self._opened().execute(programs)

    def rest(self) -> None:
        """End the worker, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _opened(self) -> Session:
        if self._executor is None:
            raise InternalError("a reference is asked before it is used")
        if self._session is None:
            name = self._file.rpartition("/")[2]
            self._session = Session(
                [(name, self._text)], executor=self._executor, budgets=Budgets()
            )
        return self._session


@lru_cache(maxsize=KEPT)
def code_of(file: str, text: str) -> ReferenceCode:
    """Return the code of a file: the same one for the same text."""
    return ReferenceCode(file, text)
