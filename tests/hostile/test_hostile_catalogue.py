"""Every row of the catalogue at every level; what a level can't contain is asserted too."""

from __future__ import annotations

import os

import pytest
from hostile_arena import LEVELS, Arena, Case, catalogue

CASES = catalogue()
MOST_DESCRIPTORS = 4
"""The arena keeps an executor a level: so many may be opened by the first submission."""
DEFAULT = 2


def name_of(case: Case) -> str:
    return case.name


def contained(arena: Arena, case: Case, level: int) -> None:
    found = arena.run(case, level)
    if found.level < level:
        pytest.skip(f"this machine gives level {found.level}")
    assert found.level == level
    assert not found.died
    assert found.outcome in case.verdicts
    assert found.breaches == ()


def test_no_row_may_pass_and_every_level_has_known_breaches() -> None:
    assert all("passed" not in case.verdicts for case in CASES)
    for level in (0, 1):
        assert sum(level in case.breached_at for case in CASES) >= 20
    assert all(max(case.breached_at, default=-1) < case.contained_from <= DEFAULT
               for case in CASES if case.breached_at)  # fmt: skip


@pytest.mark.parametrize("case", [c for c in CASES if c.everyday], ids=name_of)
def test_the_default_contains(arena: Arena, case: Case) -> None:
    contained(arena, case, DEFAULT)


@pytest.mark.hostile
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_each_level_contains_what_it_says(arena: Arena, case: Case, level: int) -> None:
    if level < case.only_from:
        pytest.skip("it would harm the machine that tests")
    if level >= case.contained_from:
        contained(arena, case, level)
        return
    found = arena.run(case, level)
    assert found.outcome in case.verdicts and not found.died
    assert found.level == level
    if level in case.breached_at:
        assert found.breaches


ABLATIONS = [c for c in CASES if c.breached_without]


@pytest.mark.hostile
@pytest.mark.parametrize("case", ABLATIONS, ids=name_of)
def test_without_its_layer_a_row_breaks(arena: Arena, case: Case) -> None:
    whole = arena.run(case, DEFAULT)
    if whole.level < DEFAULT:
        pytest.skip(f"this machine gives level {whole.level}")
    found = arena.run(case, DEFAULT, without=case.breached_without)
    assert found.level < DEFAULT
    assert found.breaches != ()
    assert found.outcome in case.verdicts and not found.died


def test_both_layers_have_rows_that_only_they_contain() -> None:
    for layer in ("landlock", "seccomp"):
        assert sum(case.breached_without == (layer,) for case in ABLATIONS) >= 5


@pytest.mark.hostile
def test_the_grader_keeps_neither_descriptors_nor_memory(arena: Arena) -> None:
    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    greedy = [c for c in CASES if c.group == "resources" and c.only_from <= DEFAULT]
    arena.run(greedy[0], DEFAULT)
    descriptors, memory = len(os.listdir("/proc/self/fd")), resident()
    for case in greedy:
        arena.run(case, DEFAULT)
    assert len(os.listdir("/proc/self/fd")) <= descriptors + MOST_DESCRIPTORS
    assert resident() - memory < 64 * 2**20
