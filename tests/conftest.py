"""What all tests share: one executor, and a Hypothesis that gives the same run every time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest
from hypothesis import settings

from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.executors import Executor

LONGEST = ("test_zoo.py", "test_components.py", "test_styles.py", "test_own.py", "test_faces.py",
           "test_peers.py", "test_inprocess.py", "test_hostile_controls.py")  # fmt: skip
"""Files that take longest: they come first, so that no process has one left when others end."""

settings.register_profile("gradcheck", derandomize=True, deadline=None, database=None)
settings.load_profile("gradcheck")


@pytest.hookimpl(tryfirst=True)  # before the options choose by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; leave most of a ``sampled`` test to CI.

    Of a test with very many parameters, ``sampled(n)`` keeps one in n for everyday and another one
    in n for CI, ``sampled(n, m)`` one in n and one in m of the others, always the same ones; the
    rest is run when it is asked for.
    """
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        for marker in item.iter_markers("sampled"):
            everyday, *more = marker.args
            draw, place = divmod(zlib.crc32(item.nodeid.encode()), everyday)
            if place:
                is_slow = draw % more[0] == 0 if more else place == 1
                item.add_marker(pytest.mark.slow if is_slow else pytest.mark.exhaustive)


@pytest.fixture(scope="session")
def executor() -> Iterator[Executor]:
    """Return the executor that the tests share."""
    spawn = default_executor()
    yield spawn
    spawn.close()
