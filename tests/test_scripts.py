"""Notebooks, missing packages, training loops: what was left out is told, the rest is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradcheck
from gradcheck.errors import SubmissionError
from gradcheck.intake.sources import SOURCE_BYTES
from gradcheck.intake.submissions import read_submission
from gradcheck.records.report import Report

PAIR = """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
NUMPY = "import numpy as np\n"


def assigned(folder: Path) -> Path | None:
    """Return the assignment in a folder, if there is one."""
    path = folder / "assignment.toml"
    return path if path.exists() else None


def checked(folder: Path, source: str, name: str = "my_impl.py") -> Report:
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return gradcheck.check(path, assigned(folder))


def notebook(*cells: str) -> str:
    return json.dumps(
        {"nbformat": 4, "cells": [
            {"cell_type": "markdown", "source": ["# week 1"]},
            *({"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []}
              for cell in cells),
        ]}
    )  # fmt: skip


SCRIPTS = {
    "a plot": (
        "import matplotlib.pyplot as plt\n" + NUMPY + PAIR + "plt.plot(sigmoid(np.arange(3.0)))\n",
        "the package matplotlib isn't there",
    ),
    "data that isn't there": (
        NUMPY + PAIR + "data = np.loadtxt('train.csv')\n", "FileNotFoundError",
    ),
    "computing with what a package gave": (
        "from cs231n.data_utils import load\n" + NUMPY + "X = load() * 2\n" + PAIR, "AbsentPackage",
    ),
    "endless training": (NUMPY + PAIR + "w = 0\nwhile True:\n    w += 1\n", "a loop"),
    "NumPy by way of autograd": (
        "import autograd.numpy as np\n" + PAIR, "the package autograd isn't there",
    ),
    "a decorator of a package": (
        "from numba import njit\n" + NUMPY + PAIR.replace("def sigmoid(", "@njit\ndef sigmoid("),
        "the package numba isn't there",
    ),
}  # fmt: skip

IMPATIENT = """
schema = "gradcheck/assignment/v1"
id = "impatient"
title = "Impatient"

[budgets]
import_cpu = 1.0

[[components]]
id = "sigmoid"
"""


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_scripts_own_run_does_not_sink_it(name: str, tmp_path: Path) -> None:
    source, told = SCRIPTS[name]
    if name == "endless training":  # two attempts of a second each in place of five
        (tmp_path / "assignment.toml").write_text(IMPATIENT, encoding="utf-8")
    report = checked(tmp_path, source)
    assert [(c.id, c.outcome) for c in report.components] == [("sigmoid", "passed")]
    assert any(told in text for text in report.submission.left_out)
    wrong = checked(tmp_path, source.replace("1 - sigmoid", "1 + sigmoid"))
    assert [(c.id, c.outcome) for c in wrong.components] == [("sigmoid", "failed")]


def test_the_way_out_of_a_missing_package_is_taken(tmp_path: Path) -> None:
    source = "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\n" + PAIR
    report = checked(tmp_path, source)
    assert report.outcome == "passed"
    assert report.submission.left_out == ()


def test_a_mistake_at_the_top_level_still_fails_to_load(tmp_path: Path) -> None:
    report = checked(tmp_path, NUMPY + PAIR + "sigmod(0)\n")
    assert [(c.id, c.outcome) for c in report.components] == [("submission", "failed")]


def test_a_notebook_is_judged_by_its_code(tmp_path: Path) -> None:
    cells = (
        "%matplotlib inline\nimport numpy as np\n!pip install numpy\nfiles = !ls\nnp.exp?",
        "%%bash\nrm -rf data",
        PAIR,
        "sigmoid(np.zeros(3))",
        "display(sigmoid(np.zeros(3)))\nshell = get_ipython()",
    )
    report = checked(tmp_path, notebook(*cells), "week1.ipynb")
    assert [(c.id, c.outcome) for c in report.components] == [("sigmoid", "passed")]
    wrong = checked(tmp_path, notebook(*cells).replace("1 - sigmoid", "1 + sigmoid"), "week1.ipynb")
    (component,) = wrong.components
    finding = next(f for c in component.checks for f in c.findings if f.location)
    assert component.outcome == "failed"
    assert finding.location is not None
    assert "1 + sigmoid(z)" in (finding.location.source or "")


@pytest.mark.parametrize("text", [
    "{}", "[" * 100_000, "no notebook", '{"cells": 3}', '{"cells": [3]}', '{"cells": {"a": []}}',
    '{"cells": [{"cell_type": "code", "source": [["a"]]}]}', '{"cells": [' + "9" * 10_000 + "]}",
    '{"cells": [{"cell_type": "code", "outputs": ' + '{"a":' * 50_000 + "}" * 50_000 + "}]}",
])  # fmt: skip
def test_what_is_no_notebook_fails_to_load(text: str, tmp_path: Path) -> None:
    report = checked(tmp_path, text, "week1.ipynb")
    (component,) = report.components
    assert component.outcome == "failed"
    assert "notebook" in component.checks[0].findings[0].message


def test_a_notebook_s_size_is_capped(tmp_path: Path) -> None:
    """Also what stands in outputs that nobody reads; and the code that is taken out of it."""
    path = tmp_path / "week1.ipynb"
    path.write_text(notebook(PAIR) + " " * SOURCE_BYTES[".ipynb"])
    with pytest.raises(SubmissionError, match="leave data and outputs out"):
        read_submission(path)
    many = checked(tmp_path, notebook(NUMPY + PAIR, *["x = 1"] * 30_000), "week1.ipynb")
    assert [(c.id, c.outcome) for c in many.components] == [("sigmoid", "passed")]


def test_what_depends_on_a_missing_package_is_told_not_judged(tmp_path: Path) -> None:
    source = (
        "from course_helpers import expit\n" + NUMPY
        + "def sigmoid(z):\n    return expit(z)\n"
        "def sigmoid_prime(z):\n    return expit(z) * (1 - expit(z))\n"
        "def relu(x):\n    return np.maximum(x, 0)\n"
        "def relu_prime(x):\n    return (x > 0) * 1.0\n"
    )  # fmt: skip
    report = checked(tmp_path, source)
    assert [(c.id, c.outcome) for c in report.components] == [("relu", "passed")]
    assert {u.name for u in report.unrecognised} == {"sigmoid", "sigmoid_prime"}
    assert all("a package that isn't there" in u.reason for u in report.unrecognised)


def test_what_functions_import_that_isn_t_there_is_told_not_judged(tmp_path: Path) -> None:
    source = (
        NUMPY + "def tanh(x):\n    import torch\n    return torch.tanh(torch.tensor(x)).numpy()\n"
        "def relu(x):\n    import matplotlib.pyplot as plt\n    plt.plot(x)\n"
        "    return np.maximum(x, 0)\n"
        "def relu_prime(x):\n    return (x > 0) * 1.0\n"
    )  # fmt: skip
    report = checked(tmp_path, source)
    assert [(c.id, c.outcome) for c in report.components] == [("relu", "passed")]
    assert {u.name for u in report.unrecognised} == {"tanh"}
    assert sorted(report.submission.left_out) == [
        f"the package {name} isn't there" for name in ("matplotlib", "torch")
    ]


def test_a_cell_that_awaits_is_left_out(tmp_path: Path) -> None:
    cells = notebook(NUMPY + PAIR, "import asyncio\nawait asyncio.sleep(0)")
    report = checked(tmp_path, cells, "week1.ipynb")
    assert report.outcome == "passed"
    assert any("awaits" in text for text in report.submission.left_out)


def test_a_notebook_may_be_large_by_its_pictures(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "week1.ipynb"
    path.write_text(notebook(NUMPY + PAIR) + " " * 8 * 2**20)
    assert read_submission(path).files[0].size > 8 * 2**20
