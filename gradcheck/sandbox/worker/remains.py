"""Remains of Python 2 and of older NumPy, which public code still has: read as what they meant.

A source that doesn't compile gets its ``print`` statements, ``except A, b`` and ``.iteritems()``
in today's form, line for line, and is compiled again. Names that were taken out of Python and
NumPy are there again, for code that uses them. Nothing is changed in code that needs nothing;
a division of integers stays what Python 3 makes of it.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import io
import math
import re
import tokenize
from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["modern", "supply"]

BUILTINS = {"xrange": range, "unicode": str, "long": int, "basestring": str, "unichr": chr}
NUMPY = {"float": float, "int": int, "bool": bool, "object": object, "str": str,
         "complex": complex, "long": int, "float_": np.float64, "infty": np.inf, "Inf": np.inf,
         "NaN": np.nan, "product": np.prod, "cumproduct": np.cumprod, "alltrue": np.all,
         "sometrue": np.any, "row_stack": np.vstack, "asscalar": np.ndarray.item, "math": math,
         "NAN": np.nan, "PINF": np.inf, "NINF": -np.inf, "round_": np.round, "mat": np.asmatrix,
         "in1d": np.isin, "bool8": np.bool_,
         "trapz": getattr(np, "trapezoid", None)}  # fmt: skip
_EXCEPT = re.compile(r"^(\s*except\s+[\w.]+)\s*,\s*(\w+)\s*:")
_METHODS = re.compile(r"\.(?:iter|view)(items|keys|values)\(\)")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_NOTHING = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


def supply() -> None:
    """Give back the names that are gone, where they are."""
    for name, meaning in BUILTINS.items():
        if not hasattr(builtins, name):
            setattr(builtins, name, meaning)
    for name, meaning in NUMPY.items():
        if name not in np.__dict__:
            setattr(np, name, meaning)
    if "newshape" not in inspect.signature(np.reshape).parameters:
        np.reshape = _reshape


_newest = np.reshape


@functools.wraps(np.reshape)
def _reshape(a: Any, *given: Any, newshape: Any = None, **named: Any) -> Any:
    """Reshape as ever; the shape may have its older name, too."""
    return _newest(a, *given, **named) if newshape is None else _newest(a, newshape, **named)


def modern(source: str) -> str:
    """Return the source with Python 2's statements in today's form, or as it is."""
    # a tab was worth eight columns, also beside blanks
    expanded = _INDENT.sub(lambda found: found[0].expandtabs(), source)
    lines = expanded.splitlines(keepends=True)
    try:
        edits = sorted(_prints(expanded), reverse=True)
    except (tokenize.TokenError, SyntaxError):
        return source
    for (row, column), text in edits:
        line = lines[row - 1]
        lines[row - 1] = line[:column] + text + line[column:]
    changed = "".join(
        _METHODS.sub(r".\1()", _EXCEPT.sub(r"\1 as \2:", line)) for line in lines
    )
    return source if changed == expanded else changed


def _prints(source: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield where parentheses go: after each ``print`` that begins a statement, and at its end."""
    is_first, opened = True, False
    depth = 0
    end = (1, 0)
    previous = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in _NOTHING:
            continue
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        is_end = token.type in (tokenize.NEWLINE, tokenize.ENDMARKER) or (
            token.string == ";" and depth == 0
        )
        if previous == "print" and token.string not in {"=", ".", ","}:
            yield end, "("
            opened = True
        if is_end and opened:
            yield end, ")"
            opened = False
        is_print = is_first and token.type == tokenize.NAME and token.string == "print"
        previous = "print" if is_print else ""
        is_first = is_end or (token.string == ":" and depth == 0)
        end = token.end
