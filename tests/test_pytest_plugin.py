"""pytest --gradcheck as a student, a course's CI and a hostile folder would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RIGHT = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
WRONG = (
    RIGHT.replace("* (1 - sigmoid(z))", "* sigmoid(z)")
    + """
def relu_forward(x):
    return np.maximum(0, x), x
def relu_backward(dout, cache):
    return dout * (dout > 0)
"""
)
VOLATILE = ("created_at", "timing", "isolation")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # students have no other plug-ins that import half the world; ours is what is tested
    quiet = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
    command = [sys.executable, "-m", "pytest", *quiet, *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


def stable(path: Path) -> Any:
    data = json.loads(path.read_text())
    for key in VOLATILE:
        data.pop(key)
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    return tmp_path


def test_right_is_0_wrong_is_1_and_names_variable_line_and_example(folder: Path) -> None:
    done = run(folder, "--gradcheck", "right.py")
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
    done = run(folder, "--gradcheck", "wrong.py")
    assert done.returncode == 1
    for told in (
        "wrong.py::sigmoid::gradient-value[x]",
        "6 │ return sigmoid(z) * sigmoid(z)",
        "sigma-squared",
        "x=[[1]]",
        "mask-from-the-wrong-tensor",
        "gradcheck replay",
    ):
        assert told in done.stdout, done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.slow
def test_the_report_is_the_same_alone_with_xdist_and_from_check(folder: Path) -> None:
    run(folder, "--gradcheck", "wrong.py", "--gradcheck-report", "alone.json")
    run(folder, "--gradcheck", "wrong.py", "--gradcheck-report", "two.json", "-n", "2")
    subprocess.run(
        [sys.executable, "-c", "from gradcheck.cli import entry; entry()", "check", "wrong.py",
         "--report", "check.json"],
        cwd=folder, check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    alone = stable(folder / "alone.json")
    assert alone == stable(folder / "two.json")
    assert alone == stable(folder / "check.json")
    assert json.dumps(alone) == json.dumps(stable(folder / "check.json"))


def test_deselected_checks_are_skipped_and_give_no_points(folder: Path) -> None:
    done = run(folder, "--gradcheck", "right.py", "-k", "gradient-value",
               "--gradcheck-report", "r.json")  # fmt: skip
    assert done.returncode == 0
    report = json.loads((folder / "r.json").read_text())
    assert report["score"]["points"] is None
    checks = report["components"][0]["checks"]
    outcomes = {c["id"]: (c["outcome"], c["blocked_by"]) for c in checks}
    assert outcomes["gradient-value"] == ("passed", None)
    assert outcomes["output-shape"] == ("skipped", "deselected")


def test_several_submissions_make_an_array_and_folders_are_containers(folder: Path) -> None:
    done = run(folder, "--gradcheck", ".", "--gradcheck-report", "r.json")
    assert done.returncode == 1
    reports = json.loads((folder / "r.json").read_text())
    assert [r["submission"]["id"] for r in reports] == ["right", "wrong"]


def test_nothing_beside_a_submission_is_imported_by_pytest(folder: Path) -> None:
    box = folder / "box"
    (box / "one").mkdir(parents=True)
    mark = folder / "executed"
    evil = f"open({str(mark)!r}, 'a').write(__name__)\n"
    for name in ("conftest.py", "one/conftest.py", "one/__init__.py", "sitecustomize.py"):
        (box / name).write_text(evil)
    (box / "one" / "right.py").write_text(RIGHT)
    (box / "right.py").write_text(RIGHT + f"\nimport os\nprint(os.path.exists({str(mark)!r}))\n")
    done = run(folder, "--gradcheck", "box/right.py", "box/one/right.py")
    assert done.returncode == 0, done.stdout
    assert not mark.exists()


def test_an_ini_file_beside_a_submission_is_refused(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -q\n")
    done = run(folder, "--gradcheck", "right.py")
    assert done.returncode == 4
    assert "lies beside a submission" in done.stderr


def test_ini_twins_and_bad_values(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "right.py").write_text(RIGHT)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ngradcheck_seed = 7\ngradcheck_report = r.json\n"
    )
    assert run(tmp_path, "--gradcheck", "mine/right.py").returncode == 0
    assert json.loads((tmp_path / "r.json").read_text())["seed"] == 7
    for option in (("--gradcheck-seed", "x"), ("--gradcheck-isolation", "9"),
                   ("--gradcheck-assignment", "none.toml")):  # fmt: skip
        done = run(tmp_path, "--gradcheck", "mine/right.py", *option)
        assert done.returncode == 4, done.stdout + done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "item"),
    [("def f(:\n", "loads"), ("import os; os._exit(0)\n", "loads"), ("x = 1\n", "recognised")],
)
def test_collection_never_fails(tmp_path: Path, source: str, item: str) -> None:
    (tmp_path / "mine.py").write_text(source)
    done = run(tmp_path, "--gradcheck", "mine.py", "--gradcheck-report", "r.json")
    assert done.returncode == 1
    assert f"FAILED mine.py::{item}" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["outcome"] in {"failed", "errored"}


def test_a_missing_file_and_an_empty_folder_are_usage_errors(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for argument in ("nowhere.py", "empty"):
        done = run(tmp_path, "--gradcheck", argument)
        assert done.returncode == 4
        assert "Traceback" not in done.stderr


def test_a_students_gradcheck_py_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "gradcheck.py").write_text(RIGHT)
    done = run(tmp_path, "--gradcheck", "gradcheck.py")  # python -m pytest puts the folder first
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_gradcheck_py_on_the_path_gives_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("elsewhere/gradcheck.py", "here/right.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(RIGHT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    done = run(tmp_path / "here", "--gradcheck", "right.py")
    assert done.returncode == 4
    assert "hides the gradcheck package" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", ["numpy.py", "json.py", "hypothesis.py"])
@pytest.mark.parametrize("extra", [[], ["-n", "2"]])
def test_a_library_beside_a_submission_never_runs_in_the_judge(
    name: str, extra: list[str], folder: Path
) -> None:
    mark = folder / "executed"
    (folder / name).write_text(f"open({str(mark)!r}, 'a').write(__name__)\n")
    done = run(folder, "--gradcheck", "wrong.py", *extra)
    assert done.returncode in {1, 4}, done.stdout + done.stderr
    if mark.exists():  # python -m pytest had it before us: then it must have been refused
        assert done.returncode == 4
        assert "in place of a library" in done.stderr


def test_without_the_option_nothing_of_ours_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert 'gradcheck.pytest_plugin' not in sys.modules\n"
    )
    assert run(tmp_path, "test_it.py").returncode == 0


def test_a_read_only_folder_stays_as_it_was(folder: Path) -> None:
    before = sorted(p.name for p in folder.iterdir())
    run(folder, "--gradcheck", "right.py")
    assert sorted(p.name for p in folder.iterdir()) == before
