"""Copies of a file with one line of another text: only what holds that line is compiled again."""

from __future__ import annotations

import ast
import re
import types

from .loader import Source, work_of
from .single import compiled

__all__ = ["Copier"]

_LINE_END = re.compile(r"\r\n|\r|\n")
Part = tuple[int, int, types.CodeType]
"""First and last line of a statement, and its code."""


class Copier:
    """Makes copies of a file.

    Parameters
    ----------
    source : Source
        Whose definitions are executed for each copy, and no work of its top level.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines = _LINE_END.split(source.source)
        self._parts: list[Part] = []
        for statement in ast.parse(source.source).body:
            if work_of(statement):
                continue
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(d.lineno for d in decorators)])
            tree = ast.Module([statement], [])
            code = compiled(tree, source.file)
            self._parts.append((first, statement.end_lineno or first, code))

    def copy(self, line: int, after: str) -> Source:
        """Return a copy, executed as far as it goes: what raises is left out."""
        made = Source(self._source.file, "")
        for first, last, code in self._parts:
            try:
                if first <= line <= last:
                    lines = [*self._lines[first - 1 : last]]
                    lines[line - first] = after
                    text = "\n" * (first - 1) + "\n".join(lines)
                    code = compiled(text, made.file)
                exec(code, made.module.__dict__)
            except BaseException:
                continue
        return made
