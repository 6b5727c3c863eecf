"""Submissions of several modules: folders and archives, found, imported, judged and mended."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gradcheck import check
from gradcheck.errors import SubmissionError
from gradcheck.intake.submissions import gather, read_submission
from gradcheck.records.report import Report

ACTIVATIONS = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
BASE = """class Layer:
    def __call__(self, x):
        return self.forward(x)

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""
LAYERS = """import numpy as np
from .base import Layer

class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
"""
MAIN = """import numpy as np
import matplotlib.pyplot as plt
from nn.layers import Dense
from nn.activations import *

def mse(pred, target):
    return np.mean((pred - target) ** 2)

def mse_prime(pred, target):
    return 2 * (pred - target) / pred.size

if __name__ == "__main__":
    print(Dense(2, 3).forward(np.ones((1, 2))))
"""
FILES = {"main.py": MAIN, "nn/activations.py": ACTIVATIONS, "nn/base.py": BASE,
         "nn/layers.py": LAYERS}  # fmt: skip
RELU = "import numpy as np\ndef relu(z):\n    return np.maximum(z, 0)\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def packed(path: Path, files: dict[str, str], under: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{under}{name}", text)
    return path


def outcomes(report: Report) -> dict[str, str]:
    return {c.id: c.outcome for c in report.components}


RIGHT = {"affine": "passed", "sigmoid": "passed", "squared-error": "passed"}


def test_modules_that_import_each_other_are_one_submission(tmp_path: Path) -> None:
    report = check(written(tmp_path / "ann", FILES))
    assert outcomes(report) == RIGHT
    assert report.submission.name == "ann"
    assert [f.name for f in report.submission.files] == sorted(FILES)


def test_the_copy_of_other_numbers_finds_the_folder_s_modules_too(tmp_path: Path) -> None:
    report = check(written(tmp_path / "ann", FILES))
    (affine,) = (c for c in report.components if c.id == "affine")
    methods = {c.method for c in affine.checks if c.id == "gradient-consistency"}
    assert methods == {"complex-step"}


@pytest.mark.parametrize("under", ["", "ann/", "course/week-3/"])
def test_an_archive_of_several_modules(tmp_path: Path, under: str) -> None:
    report = check(packed(tmp_path / "ann.zip", FILES, under))
    assert outcomes(report) == RIGHT
    assert [f.name for f in report.submission.files] == sorted(FILES)


def test_modules_deep_inside_a_course_s_folders_are_found(tmp_path: Path) -> None:
    below = {f"src/{name}": text for name, text in FILES.items()}
    assert outcomes(check(written(tmp_path / "ann", {**below, "notes.py": "x = 1\n"}))) == RIGHT


def test_a_mistake_is_placed_in_its_file_and_mended_there(tmp_path: Path) -> None:
    wrong = {**FILES, "main.py": MAIN.replace("2 * (pred - target)", "2 * (target - pred)")}
    report = check(written(tmp_path / "ann", wrong))
    assert outcomes(report) == {**RIGHT, "squared-error": "failed"}
    finding = next(
        f for c in report.components for k in c.checks for f in k.findings if f.diagnosis
    )
    assert finding.location is not None and finding.diagnosis is not None
    assert (finding.location.file, finding.location.line) == ("main.py", 10)
    repair = finding.diagnosis.repair
    assert repair is not None and repair.verified


def test_a_class_is_judged_with_what_it_inherits_from_another_file(tmp_path: Path) -> None:
    wrong = {**FILES, "nn/base.py": BASE.replace("dout.sum(axis=0)", "dout.mean(axis=0)")}
    report = check(written(tmp_path / "ann", wrong))
    assert outcomes(report) == {**RIGHT, "affine": "failed"}


def test_halves_of_a_pair_in_two_files_are_a_pair(tmp_path: Path) -> None:
    files = {
        "forward.py": "def affine_forward(x, w, b):\n    return x @ w + b, (x, w, b)\n",
        "backward.py": "def affine_backward(dout, cache):\n    x, w, b = cache\n"
        "    return dout @ w.T, x.T @ dout, dout.sum(axis=0)\n",
    }
    (component,) = check(written(tmp_path / "ann", files)).components
    assert (component.names, component.outcome) == (("affine_forward", "affine_backward"), "passed")


def test_one_name_in_two_files_is_judged_twice_each_in_its_place(tmp_path: Path) -> None:
    right = RELU + "def relu_grad(z):\n    return (z > 0) * 1.0\n"
    wrong = RELU + "\ndef relu_grad(z):\n    return np.ones_like(z)\n"
    report = check(written(tmp_path / "ann", {"q1.py": right, "q2.py": wrong}))
    first, second = report.components
    assert (first.outcome, second.outcome) == ("passed", "failed")
    found = [f.location for c in second.checks for f in c.findings if f.location]
    assert {(place.file, place.line) for place in found} == {("q2.py", 5), ("q2.py", 6)}


def test_a_file_that_does_not_load_fails_with_its_name(tmp_path: Path) -> None:
    broken = {**FILES, "nn/layers.py": LAYERS + "\nx = nothing\n"}
    report = check(written(tmp_path / "ann", broken))
    *others, component = report.components
    (finding,) = component.checks[0].findings
    assert {c.outcome for c in others} == {"passed"} and report.outcome == "failed"
    assert component.id == "submission" and finding.location is not None
    assert (finding.location.file, finding.location.line) == ("nn/layers.py", 13)


def test_what_lies_in_the_folder_does_not_get_between_numpy_and_python(tmp_path: Path) -> None:
    evil = "raise SystemExit\n"
    files = {
        **FILES, "conftest.py": evil, "test_all.py": evil, "setup.py": evil,
        "venv/lib/x.py": evil, ".hidden/x.py": evil, "secrets.py": "token_hex = None\n",
        "numpy.py": "def exp(z):\n    return z\n",
    }  # fmt: skip
    assert {**RIGHT}.items() <= outcomes(check(written(tmp_path / "ann", files))).items()


def test_a_circular_import_works_as_in_python(tmp_path: Path) -> None:
    files = {
        "a.py": RELU + "import b\ndef relu_grad(z):\n    return b.mask(z)\n",
        "b.py": "import a\ndef mask(z):\n    return (a.relu(z) > 0) * 1.0\n",
    }
    report = check(written(tmp_path / "ann", files))
    assert ("relu", "passed") in outcomes(report).items()


def test_a_file_alone_is_told_what_lies_beside_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "ann", {
        "main.py": "from helpers import half\n" + RELU +
        "def relu_grad(z):\n    return half(2.0 * (z > 0))\n",
        "helpers.py": "def half(x):\n    return x / 2\n",
    })  # fmt: skip
    (told,) = check(folder / "main.py").submission.left_out
    assert "helpers.py lies beside this file" in told and "--single" in told
    report = check(folder)
    assert ("relu", "passed") in outcomes(report).items()
    assert not report.submission.left_out


def test_a_notebook_imports_a_module(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": "%matplotlib inline\nfrom base import relu\n"
              "def relu_grad(z):\n    return (relu(z) > 0) * 1.0\n"}]  # fmt: skip
    files = {"hw.ipynb": json.dumps({"cells": cells}), "base.py": RELU}
    assert outcomes(check(written(tmp_path / "ann", files))) == {"relu": "passed"}


def test_a_sub_folder_is_one_submission_of_a_container(tmp_path: Path) -> None:
    written(tmp_path / "ann", FILES)
    written(tmp_path / "bob", {"one.py": RELU})
    written(tmp_path, {"cleo.py": RELU})
    found = {i: p.relative_to(tmp_path).as_posix() for i, p in gather([tmp_path]).found}
    assert found == {"cleo": "cleo.py", "ann": "ann", "bob": "bob/one.py"}
    ((identifier, path),) = gather([tmp_path / "ann"], is_single=True).found
    assert (identifier, path) == ("ann", tmp_path / "ann")


@pytest.mark.parametrize(("files", "told"), [
    ({f"m{k}.py": RELU for k in range(101)}, "101 sources in one submission"),
    ({f"m{k}.py": "#" * 250_000 for k in range(17)}, "at most"),
    ({"a.py": RELU, "b.zip": "x", "c.py": RELU}, "b.zip lies beside other files"),
])  # fmt: skip
def test_folders_that_are_refused(tmp_path: Path, files: dict[str, str], told: str) -> None:
    folder = written(tmp_path / "ann", files)
    with pytest.raises(SubmissionError, match=told):
        read_submission(folder)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    written(tmp_path, {"secret.py": RELU})
    folder = written(tmp_path / "ann", {"a.py": RELU, "sub/b.py": RELU})
    (folder / "sub" / "c.py").symlink_to(tmp_path / "secret.py")
    with pytest.raises(SubmissionError, match="leaves its folder"):
        read_submission(folder)


def test_pytest_collects_a_sub_folder_as_one(tmp_path: Path) -> None:
    written(tmp_path / "all" / "ann", {**FILES, "conftest.py": "raise SystemExit\n"})
    written(tmp_path / "all", {"bob.py": RELU})
    command = [sys.executable, "-m", "pytest", "--gradcheck", "all", "-q", "--collect-only",
               "-p", "no:cacheprovider"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    owners = {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert owners == {"all/ann", "all/bob.py"}


SCRIPT = f"""import numpy as np
print(undefined)
{RELU}def relu_prime(z):
    return (z > 0) * 1.0
"""
ABOVE = "from ...metrics import accuracy\nfrom ..utils.testing import is_binary\n"


def test_a_script_that_raises_leaves_the_others(tmp_path: Path) -> None:
    report = check(written(tmp_path / "work", {"a.py": ACTIVATIONS, "b.py": SCRIPT}))
    assert [(c.id, c.outcome) for c in report.components] == [
        ("sigmoid", "passed"), ("relu", "passed"),
    ]  # fmt: skip
    assert report.submission.left_out == (
        "b.py, line 2: NameError: name 'undefined' is not defined",
    )


def test_what_is_no_python_fails_beside_the_others(tmp_path: Path) -> None:
    files = {"a.py": ACTIVATIONS, "b.py": "x = 1\ndef f(:\n"}
    report = check(written(tmp_path / "work", files))
    outcomes = {c.id: c.outcome for c in report.components}
    assert outcomes == {"sigmoid": "passed", "submission": "failed"}
    location = report.components[-1].checks[0].findings[0].location
    assert location is not None and (location.file, location.line) == ("b.py", 2)


def test_a_cell_that_is_no_python_fails_beside_the_others(tmp_path: Path) -> None:
    sources = (ACTIVATIONS, "x = ### START\nfoo(((\n", "print 'done'")
    cells = [{"cell_type": "code", "source": s} for s in sources]
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    report = check(path)
    outcomes = {c.id: c.outcome for c in report.components}
    assert outcomes == {"sigmoid": "passed", "submission": "failed"}


@pytest.mark.parametrize("is_folder", [False, True])
def test_imports_from_above_are_packages_that_are_not_there(
    tmp_path: Path, is_folder: bool
) -> None:
    if is_folder:
        path = written(tmp_path / "work", {"a/b.py": ABOVE + ACTIVATIONS, "c.py": RELU})
    else:
        path = written(tmp_path, {"work.py": ABOVE + ACTIVATIONS}) / "work.py"
    report = check(path)
    assert report.outcome == "passed"
    assert report.submission.left_out[:2] == (
        "the package metrics isn't there", "the package utils isn't there",
    )  # fmt: skip


def test_a_line_of_a_second_file_is_counted_from_its_first(tmp_path: Path) -> None:
    wrong = ACTIVATIONS.replace("(1 - sigmoid(z))", "(1 + sigmoid(z))")
    report = check(written(tmp_path / "work", {"a.py": RELU, "b.py": wrong}))
    (failed,) = (c for c in report.components if c.outcome == "failed")
    found = next(f.location for k in failed.checks for f in k.findings)
    assert found is not None and (found.file, found.line) == ("b.py", 7)


def test_a_folder_comes_before_a_file_of_that_name_below(tmp_path: Path) -> None:
    files = {"utils/numbers.py": "ONE = 1\n", "extra/utils.py": "TWO = 2\n",
             "main.py": "from work.utils import numbers\nnumbers.ONE\n" + ACTIVATIONS}  # fmt: skip
    assert check(written(tmp_path / "work", files)).submission.left_out == ()


def test_a_script_with_a_notebooks_commands_loads(tmp_path: Path) -> None:
    path = written(tmp_path, {"work.py": "%matplotlib inline\n" + ACTIVATIONS}) / "work.py"
    assert check(path).outcome == "passed"


def test_an_archive_inside_of_an_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ann.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hw/relu.py", RELU)
        archive.writestr("hw/data/more.zip", b"PK")
    assert read_submission(path).unopened == ("hw/data/more.zip",)


def test_files_of_other_kinds_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "ann.rar"
    path.write_bytes(b"Rar!")
    with pytest.raises(SubmissionError, match=r"a \.rar file isn't read"):
        read_submission(path)
