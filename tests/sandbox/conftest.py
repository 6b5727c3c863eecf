"""What the sandbox's tests share: one executor, sessions that are always closed."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.records.budgets import Budgets
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.executors.fork import Fork
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.layers import ONLY_LIMITS
from gradcheck.sandbox.session import Session

# So that the tests find their helpers under any of pytest's import modes.
sys.path.insert(0, str(Path(__file__).parent))

from sandbox_helpers import QUICK, Open


@pytest.fixture(scope="session", params=[Spawn, Fork], ids=["spawn", "fork"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Return each executor in turn, always one worker ahead."""
    started: Executor = request.param()
    started.prestart()
    yield started
    started.close()


@pytest.fixture
def open_session(executor: Executor) -> Iterator[Open]:
    """Return a function from source text to a session, closed after the test."""
    yield from opening(executor)


@pytest.fixture
def open_unlocked() -> Iterator[Open]:
    """Return the same for submissions that leave files behind, which a locked worker can't."""
    executor = Spawn(ONLY_LIMITS)
    yield from opening(executor)
    executor.close()


def opening(executor: Executor) -> Iterator[Open]:
    sessions: list[Session] = []

    def open_it(
        source: str, budgets: Budgets = QUICK, name: str = "my_impl.py", *, dedent: bool = True
    ) -> Session:
        text = textwrap.dedent(source) if dedent else source
        session = Session([(name, text)], executor=executor, budgets=budgets)
        sessions.append(session)
        executor.prestart()
        return session

    yield open_it
    for session in sessions:
        session.close()
