"""Files and functions stay small enough to be read at one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import meta_sources
import pytest
from meta_sources import ROOT

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONG_FILES: dict[str, str] = {}
"""Files that may be longer, each with its reason."""
LONG_FUNCTIONS: dict[str, str] = {}
"""Functions (``file::name``) that may be longer, each with its reason."""


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(path: Path, tree: ast.Module) -> dict[str, int]:
    """Return the functions that are too long; docstrings of the reference don't count."""
    is_reference = "reference" in path.parts
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        first = node.body[0]
        if is_reference and ast.get_docstring(node) is not None:
            length -= (first.end_lineno or first.lineno) - first.lineno + 1
        if length > LONGEST_FUNCTION:
            found[f"{name_of(path)}::{node.name}"] = length
    return found


PATHS = [p for p in meta_sources.modules().values() if p.is_relative_to(ROOT / "gradcheck")]


@pytest.mark.parametrize("path", PATHS, ids=name_of)
def test_files_are_short(path: Path) -> None:
    if name_of(path) not in LONG_FILES:
        assert lines_of(path) <= LONGEST_FILE


@pytest.mark.parametrize("path", list(meta_sources.modules().values()), ids=name_of)
def test_functions_are_short(path: Path) -> None:
    found = long_functions(path, meta_sources.tree(path))
    assert {k: n for k, n in found.items() if k not in LONG_FUNCTIONS} == {}


def test_exceptions_are_needed() -> None:
    assert [name for name in LONG_FILES if lines_of(ROOT / name) <= LONGEST_FILE] == []
    needed = {k for p in meta_sources.modules().values() for k in
              long_functions(p, meta_sources.tree(p))}  # fmt: skip
    assert set(LONG_FUNCTIONS) <= needed


def test_a_long_function_is_seen() -> None:
    body = "\n".join("    x = 1" for _ in range(LONGEST_FUNCTION))
    long = ast.parse(f"class A:\n  def f(self):\n{body}")
    assert list(long_functions(ROOT / "gradcheck" / "a.py", long)) == ["gradcheck/a.py::f"]
    documented = ast.parse(f'def f():\n    """{body}\n    """\n    return 1')
    assert long_functions(ROOT / "gradcheck" / "a.py", documented)
    assert long_functions(ROOT / "reference" / "a.py", documented) == {}
