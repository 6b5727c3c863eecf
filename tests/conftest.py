"""What all tests share: one executor, and a Hypothesis that gives the same run every time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.executors import Executor

settings.register_profile("gradcheck", derandomize=True, deadline=None, database=None)
settings.load_profile("gradcheck")


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    """Return the executor that the tests share."""
    spawn = default_executor()
    yield spawn
    spawn.close()
