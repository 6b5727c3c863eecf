"""``benchmarks/inprocess.py``: its graders work, and what the forgeries get from them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).resolve().parents[1] / "benchmarks" / "inprocess.py"


@pytest.fixture(scope="module")
def inprocess() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_inprocess", PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.peers
def test_every_grader_tells_honest_submissions_apart(inprocess: ModuleType) -> None:
    right, wrong = map(inprocess.graded, inprocess.CONTROLS.values())
    assert set(right.values()) == {True}
    assert set(wrong.values()) == {False}


@pytest.mark.peers
def test_forgeries_get_full_marks_from_others_and_none_from_us(inprocess: ModuleType) -> None:
    """Every third of them; ``python benchmarks/inprocess.py`` does all, in minutes."""
    forgeries = list(inprocess.forgeries().values())
    assert len(forgeries) == 14
    found = [inprocess.graded(source) for source in forgeries[::3]]
    counts = {name: sum(one[name] for one in found) for name in inprocess.GRADERS}
    assert counts.pop("gradcheck") == 0
    assert counts["pytest"] >= 4
    assert min(counts.values()) >= 3
