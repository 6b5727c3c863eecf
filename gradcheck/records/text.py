"""The student's text as data."""

from __future__ import annotations

import re

__all__ = ["LINE_END", "as_written", "line_count", "source_lines", "visible"]

LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line for Python; ``str.splitlines`` knows more."""
_MANGLED = re.compile(r"\b(\w+)\._*\1(__\w+)")


def as_written(name: str) -> str:
    """Return a private method's name as it stands in its class: Python calls it otherwise.

    Examples
    --------
    >>> as_written("ANN._ANN__forward")
    'ANN.__forward'
    """
    return _MANGLED.sub(r"\1.\2", name)


def line_count(text: str) -> int:
    r"""Return how many lines the worker counts: what follows the last end is one, too.

    Examples
    --------
    >>> line_count("a = 1\n")
    2
    """
    return len(LINE_END.split(text))


def source_lines(text: str) -> list[str]:
    r"""Return the lines of a source text as Python counts them, without their ends.

    Examples
    --------
    >>> source_lines("a = 1\f\nb = 2\n")
    ['a = 1\x0c', 'b = 2']
    """
    lines = LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def visible(text: str, kept: str = "\n\t") -> str:
    """Return text with control and bidirectional characters escaped, but for those kept."""
    return "".join(c if c in kept or c.isprintable() else f"\\x{ord(c):02x}" for c in text)
