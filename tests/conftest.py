"""What all tests share: one executor, and a Hypothesis that gives the same run every time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.executors import Executor

LONGEST = ("test_zoo.py", "test_components.py", "test_styles.py", "test_own.py", "test_faces.py",
           "test_peers.py", "test_inprocess.py")  # fmt: skip
"""Files that take longest: they come first, so that no process has one left when others end."""

settings.register_profile("gradcheck", derandomize=True, deadline=None, database=None)
settings.load_profile("gradcheck")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    """Return the executor that the tests share."""
    spawn = default_executor()
    yield spawn
    spawn.close()
