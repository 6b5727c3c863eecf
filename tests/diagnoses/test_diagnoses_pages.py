"""Every diagnosis has a page that a beginner can follow."""

from __future__ import annotations

import re

import pytest

from gradcheck import families
from gradcheck.diagnoses.base import Diagnosis

ALL = families.all_diagnoses()
LONGEST_LINE = 100
FEWEST_STEPS = 3


@pytest.mark.parametrize("diagnosis", ALL, ids=lambda d: d.id)
def test_page(diagnosis: Diagnosis) -> None:
    page = diagnosis.page
    assert page.wrong and page.right and page.wrong != page.right
    steps = [int(n) for n in re.findall(r"^(\d+)\. ", page.derivation, re.M)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= FEWEST_STEPS
    for line in (*page.wrong.splitlines(), *page.right.splitlines()):
        assert len(line) <= LONGEST_LINE


@pytest.mark.parametrize("diagnosis", ALL, ids=lambda d: d.id)
def test_names(diagnosis: Diagnosis) -> None:
    module = type(diagnosis).__module__.rpartition(".")[2]
    assert diagnosis.id == module.replace("_", "-")
    assert 0 < diagnosis.specificity <= 90
    assert diagnosis.title[-1] != "."
    assert not diagnosis.title[0].isupper() or diagnosis.title.startswith("ReLU")


def test_parents_exist_and_are_less_specific() -> None:
    by_id = {d.id: d for d in ALL}
    for diagnosis in ALL:
        for parent in diagnosis.parents:
            assert by_id[parent].specificity < diagnosis.specificity
