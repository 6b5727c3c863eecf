"""Dropout: its mask is the code's own, so only the derivative of its value can be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradcheck
from gradcheck.records.report import ComponentReport

GENERATOR = """
import numpy as np
{module}
def dropout_forward(x, p=0.5, seed=0):
    rng = {rng}
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask

def dropout_backward(dout, mask):
    return dout * mask{slip}
"""


def judged(folder: Path, *, rng: str, module: str = "", slip: str = "") -> ComponentReport:
    path = folder / "layers.py"
    path.write_text(GENERATOR.format(rng=rng, module=module, slip=slip), encoding="utf-8")
    (component,) = gradcheck.check(path).components
    assert component.id == "dropout"
    return component


def test_a_generator_that_is_seeded_in_the_function_is_as_good_as_numpys(tmp_path: Path) -> None:
    assert judged(tmp_path, rng="np.random.default_rng(seed)").outcome == "passed"
    wrong = judged(tmp_path, rng="np.random.default_rng(seed)", slip=" / 2")
    assert [c.id for c in wrong.checks if c.outcome == "failed"] == ["gradient-consistency"]


@pytest.mark.slow
@pytest.mark.parametrize("made", [
    {"rng": "np.random.default_rng()"},
    {"rng": "RNG", "module": "RNG = np.random.default_rng()"},
    {"rng": "RNG", "module": "from numpy.random import default_rng\nRNG = default_rng(0)"},
])  # fmt: skip
def test_generators_begin_anew_with_every_call(tmp_path: Path, made: dict[str, str]) -> None:
    assert judged(tmp_path, **made).outcome == "passed"
    assert judged(tmp_path, **made, slip=" / 2").outcome == "failed"


def test_random_numbers_that_come_anew_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    for slip in ("", " / 2"):
        found = judged(tmp_path, rng="np.random.Generator(np.random.PCG64())", slip=slip)
        assert found.outcome == "errored"
        (check,) = (c for c in found.checks if c.outcome == "errored")
        assert "its random numbers are others at every call" in check.findings[0].message


def test_it_is_known_by_its_name_only(tmp_path: Path) -> None:
    path = tmp_path / "sums.py"
    path.write_text(
        "import numpy as np\n"
        "def total(a, b): return a + b\n"
        "def twice_grad(x): return 2 * x\n"
        "def rows(x): return x.reshape(len(x), -1)\n",
        encoding="utf-8",
    )
    known = {c.id for c in gradcheck.check(path).components}
    assert not known & {"residual", "l2-penalty", "flatten", "dropout"}
