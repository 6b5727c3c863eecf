"""The code of a notebook as one source text: magics and other languages as comments."""

from __future__ import annotations

import ast
import json
import re

from .remains import modern

__all__ = ["NotANotebook", "source_of", "without_magics"]

MOST_CELLS = 2000
HARMLESS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Cell magics that leave the cell's Python to be Python."""
AWAITS = "this cell awaits something, which only a notebook can"
_MAGIC = re.compile(r"\s*(%%?[A-Za-z]|![^=]|\?|get_ipython\(|.*\?\s*$)")
_FUTURE = re.compile(r"\s*from\s+__future__\s+import\b")
"""Allowed at the top of every cell; all that it asks for is so by now."""
_SHELL_VALUE = re.compile(r"(\s*)[\w, ]+=\s*[!%]")


class NotANotebook(ValueError):
    """The text is no notebook."""


def source_of(text: str) -> str:
    """Return the code cells of a notebook, one after another.

    Raises
    ------
    NotANotebook
        If it is no JSON, or has no cells.
    """
    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if "cells" in notebook else _old_cells(notebook)
        codes = [_text_of(c) for c in cells[:MOST_CELLS] if c.get("cell_type") == "code"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotANotebook("it is no notebook (JSON with cells): save it again") from error
    plain = [_plain(code) for code in codes]
    text = "\n\n".join(plain) + "\n"
    return text if not _trouble(text) else "\n\n".join(map(_raising, plain)) + "\n"


def _trouble(text: str, flags: int = 0) -> str:
    """Return why a text is no Python, not even an older one; empty if it is."""
    trouble = ""
    for form in (text, modern(text)):
        try:
            compile(form, "cell", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            trouble = trouble or getattr(error, "msg", "") or str(error)
        else:
            return ""
    return trouble


def _raising(code: str) -> str:
    """Return a cell that is no Python as one that says so, line for line; another as it is."""
    trouble = _trouble(code)
    if not trouble:
        return code
    lines = [f"# {line}" for line in code.splitlines()]
    reason = f"this cell can't be read: {trouble}"
    said = f"SyntaxError({reason!r})"
    if not _trouble(code, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):  # right in a notebook, and no mistake
        said = f"RuntimeError({AWAITS!r})"
    return "\n".join([f"raise {said}  {lines[0]}", *lines[1:]])


def without_magics(text: str) -> str:
    """Return a script without the commands of a notebook that it was before."""
    return "\n".join(
        f"pass  # {line}" if re.match(r"%%?[A-Za-z]|![A-Za-z]", line) else line
        for line in text.split("\n")
    )


def _old_cells(notebook: dict) -> list:  # type: ignore[type-arg]
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _text_of(cell: dict) -> str:  # type: ignore[type-arg]
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


def _plain(code: str) -> str:
    """Return a cell with what isn't Python commented out, line for line."""
    lines = code.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(HARMLESS):
        return "\n".join(f"# {line}" for line in lines)
    return "\n".join(_line(line) for line in lines)


def _line(line: str) -> str:
    if line.lstrip().startswith("#"):
        return line
    indent = line[: len(line) - len(line.lstrip())]
    value = _SHELL_VALUE.match(line)
    if value is not None:
        return f"{indent}{line.lstrip().partition('=')[0]}= None  # {line.strip()}"
    is_left_out = _MAGIC.match(line) or _FUTURE.match(line)
    return f"{indent}pass  # {line.strip()}" if is_left_out else line
