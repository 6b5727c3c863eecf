"""Deadlines, by an invented clock; the child's real one."""

from __future__ import annotations

import os
import sys

import pytest

from gradcheck.records.budgets import Budgets
from gradcheck.sandbox.limits import Deadlines, Expiry, cpu_seconds, process_limits

BUDGETS = Budgets(wall_factor=5, blocked_wall=3)


def expired(*readings: tuple[float, float | None], budgets: Budgets = BUDGETS) -> Expiry | None:
    """Return what the last of some readings (clock, CPU) of a 1 s budget says."""
    deadlines = Deadlines(1.0, budgets=budgets, now=100.0)
    answers = [deadlines.check(100.0 + now, cpu) for now, cpu in readings]
    assert not any(answers[:-1])
    return answers[-1]


def busy(until: float, share: float = 1.0) -> list[tuple[float, float | None]]:
    return [(tenth / 10, 7.0 + share * tenth / 10) for tenth in range(int(until * 10))]


def test_cpu_time_counts_from_the_first_reading() -> None:
    assert expired((0.1, 50.0), (1.0, 50.9)) is None
    late = expired((0.1, 50.0), (1.3, 51.1))
    assert late == Expiry("cpu-time", "used more than 1 s of CPU time")


def test_little_cpu_at_the_wall_clock_backstop_deserves_another_try() -> None:
    starved = expired(*busy(5.0, 0.1), (5.1, 7.45))
    greedy = expired(*busy(5.0, 0.19), (5.1, 7.97))

    assert starved is not None and starved.type_name == "wall-clock" and starved.is_retryable
    assert greedy is not None and greedy.type_name == "wall-clock" and not greedy.is_retryable


def test_asleep_is_told_from_slow() -> None:
    asleep = expired((0.1, 7.0), (2.9, 7.0), (3.2, 7.0))
    assert asleep is not None and asleep.type_name == "blocked"
    assert expired((0.1, 7.0), (2.9, 7.3), (3.2, 7.3)) is None


def test_without_a_cpu_clock_the_wall_clock_decides() -> None:
    assert expired((0.1, None), (4.9, None)) is None
    late = expired((0.1, None), (5.1, None))
    assert late is not None and late.type_name == "wall-clock"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_cpu_clock_goes_with_work_and_not_with_time() -> None:
    before = cpu_seconds(os.getpid())
    assert before is not None
    own = sum(os.times()[:4])
    while sum(os.times()[:4]) < own + 0.05:
        pass
    after = cpu_seconds(os.getpid())

    assert after is not None and 0.03 <= after - before <= 0.2
    assert cpu_seconds(2**30) is None


def test_limits_follow_the_budgets() -> None:
    limits = process_limits(Budgets(memory_bytes=2**30, import_cpu=1, submission_cpu=2.5))

    assert limits["AS"] == 2**30 and limits["CORE"] == 0
    assert limits["CPU"] > 3.5
