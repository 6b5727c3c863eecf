"""Every row of the threat catalogue is tried out: a folder of it, or tests that are there."""

from __future__ import annotations

import ast
import functools
import tomllib

import pytest
from meta_sources import ROOT

HOSTILE = ROOT / "tests" / "hostile"
LAST = 120
MAY_FAIL = ("assert", "raises", "suppress")
"""One of them stands in a test that can fail."""
ROWS = tomllib.loads((HOSTILE / "rows.toml").read_text(encoding="utf-8"))["row"]


@functools.cache
def functions_in(path: str) -> dict[str, str]:
    """Return the text of each test function of a file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return {
        node.name: ast.unparse(node)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def in_a_run() -> set[int]:
    """Return the rows that have folders."""
    found = HOSTILE.glob("catalogue/*/expect.toml")
    return {n for p in found for n in tomllib.loads(p.read_text(encoding="utf-8"))["rows"]}


def test_every_row_is_tried_out() -> None:
    elsewhere = [row["number"] for row in ROWS]
    assert elsewhere == sorted(set(elsewhere))
    assert in_a_run() | set(elsewhere) == set(range(1, LAST + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_the_tests_of_a_row_are_there_and_assert_something(row: dict[str, object]) -> None:
    assert row["title"]
    named = row["tests"]
    assert isinstance(named, list) and named
    for one in named:
        path, _, function = one.partition("::")
        name, _, case = function.partition("[")
        assert name in functions_in(path), one
        assert any(word in functions_in(path)[name] for word in MAY_FAIL), one
        assert not case or (ROOT / "submissions" / case.rstrip("]")).is_dir()
