"""Nothing in the catalogue is ever imported: it is read, and executed in workers only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# So that the tests find their helpers under any of pytest's import modes.
sys.path.insert(0, str(Path(__file__).parent))

from hostile_arena import Arena

collect_ignore = ["catalogue"]


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """Return sentinels and executors for every level."""
    with Arena(tmp_path_factory.mktemp("arena")) as found:
        yield found
