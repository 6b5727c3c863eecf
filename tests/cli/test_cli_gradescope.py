"""The autograder archive, built, unpacked and run as Gradescope would run it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gradcheck.cli import main
from gradcheck.version import VERSION

RIGHT = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
WRONG = RIGHT.replace("return sigmoid(z) *", "return -sigmoid(z) *")
PRINTS = RIGHT + 'print("\\n::error::pwned\\n" + \'{"score": 99}\', flush=True)\n'
EXITS = 'import sys\nprint(\'{"score": 99}\')\nsys.exit(0)\n'
ABORTS = "import os\nos._exit(0)\n"
OVERWRITES = RIGHT + """
for place in ("results/results.json", "../results/results.json"):
    try:
        open(place, "w").write('{"score": 99}')
    except OSError:
        pass
"""
SPEC = """
schema = "gradcheck/assignment/v1"
id = "week-1"
[[components]]
id = "sigmoid"
points = 3
"""
GRADCHECK = Path(sysconfig.get_path("scripts")) / "gradcheck"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "assignment.toml").write_text(SPEC)
    (folder / "numpy-2-any.whl").write_bytes(b"n")
    out = folder / "autograder.zip"
    assert main(["gradescope", "--assignment", str(folder / "assignment.toml"), "--out", str(out),
                 "--wheel", str(folder / "numpy-2-any.whl")]) == 0  # fmt: skip
    return out


class Grader:
    """A container's folders, with the archive unpacked the way ``unzip`` does it."""

    def __init__(self, root: Path, archive: Path) -> None:
        self.root = root
        self.submission = root / "submission"
        self.results = root / "results" / "results.json"
        self.submission.mkdir()
        subprocess.run(["python3", "-c", "import sys, zipfile, os\n"
                        "z = zipfile.ZipFile(sys.argv[1])\n"
                        "for i in z.infolist():\n"
                        "    os.chmod(z.extract(i, sys.argv[2]), i.external_attr >> 16)",
                        archive, root / "source"], check=True)  # fmt: skip

    def run(self, **environment: str) -> dict[str, Any]:
        given = {"AUTOGRADER_ROOT": str(self.root), "GRADCHECK": str(GRADCHECK)}
        self.done = subprocess.run(
            [self.root / "source" / "run_autograder"], env=os.environ | given | environment,
            cwd=self.root, capture_output=True, text=True,
        )  # fmt: skip
        assert [p.name for p in self.results.parent.iterdir()] == ["results.json"]
        found: dict[str, Any] = json.loads(self.results.read_text())
        return found


@pytest.fixture
def grader(tmp_path: Path, archive: Path) -> Grader:
    return Grader(tmp_path, archive)


def test_the_archive_has_what_gradescope_runs_at_its_root(archive: Path) -> None:
    with zipfile.ZipFile(archive) as found:
        modes = {i.filename: stat.S_IMODE(i.external_attr >> 16) for i in found.infolist()}
        assert modes == {
            "assignment.toml": 0o644, "requirements.txt": 0o644, "run_autograder": 0o755,
            "setup.sh": 0o755, "wheels/numpy-2-any.whl": 0o644,
        }  # fmt: skip
        assert found.read("requirements.txt") == f"gradcheck=={VERSION}\n".encode()
        assert found.read("assignment.toml").decode() == SPEC
    for name in ("setup.sh",):
        subprocess.run(["bash", "-n", "-c", zipfile.ZipFile(archive).read(name)], check=True)


def test_the_same_input_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    main(["gradescope", "--assignment", str(archive.parent / "assignment.toml"), "--out",
          str(again), "--wheel", str(archive.parent / "numpy-2-any.whl")])  # fmt: skip
    digests = {hashlib.sha256(p.read_bytes()).hexdigest() for p in (archive, again)}
    assert len(digests) == 1


def test_our_own_wheel_needs_no_requirement(tmp_path: Path) -> None:
    wheel = tmp_path / f"gradcheck-{VERSION}-py3-none-any.whl"
    wheel.write_bytes(b"w")
    out = tmp_path / "a.zip"
    command = ["gradescope", "--assignment", "logistic", "--out", str(out), "--wheel"]
    assert main([*command, str(wheel)]) == 0
    names = zipfile.ZipFile(out).namelist()
    assert f"wheels/{wheel.name}" in names and "requirements.txt" not in names
    assert main([*command, str(wheel), str(wheel)]) == 2
    assert main([*command, str(tmp_path / "none.whl")]) == 2
    assert main([*command, __file__]) == 2


@pytest.mark.sampled(8, 3)
@pytest.mark.parametrize(
    ("source", "points", "told"),
    [
        (RIGHT, 3, "passed  gradient-value"),
        (WRONG, 0, "sigma-minus"),
        (PRINTS, 3, "passed  gradient-value"),
        (EXITS, 0, "SystemExit"),
        (ABORTS, 0, "exit status 0"),
        (OVERWRITES, 3, "passed  gradient-value"),
        ("def sigmoid(z)\n", 0, "SyntaxError"),
        ("x = 1\n", 0, "asked for, not found"),
    ],
)
def test_submissions_get_their_points(
    source: str, points: float, told: str, grader: Grader
) -> None:
    (grader.submission / "mine.py").write_text(source)
    found = grader.run()
    assert grader.done.returncode == 0, grader.done.stderr
    assert found["score"] == points == sum(t.get("score", 0) for t in found["tests"])
    assert told in "\n".join(t["output"] for t in found["tests"])
    assert "::error" not in grader.done.stdout and '"score": 99' not in grader.done.stdout


@pytest.mark.parametrize("kind", ["none", "two", "link", "binary", "large"])
def test_what_cannot_be_read_is_told_and_is_no_zero(kind: str, grader: Grader) -> None:
    path = grader.submission / "mine.py"
    if kind == "two":
        path.write_text(RIGHT)
        (grader.submission / "other.py").write_text(RIGHT)
    elif kind == "link":
        path.symlink_to(grader.root / "source" / "assignment.toml")
    elif kind == "binary":
        path.write_bytes(b"\xff\xfe\x00")
    elif kind == "large":
        path.write_bytes(b"#" * (256 * 2**10 + 1))
    found = grader.run()
    assert grader.done.returncode == 0
    assert "score" not in found and found["tests"] == []
    told = {"none": "there are 0", "two": "there are 2", "link": "there are 0",
            "binary": "save the file as UTF-8", "large": "262144 at most"}  # fmt: skip
    assert told[kind] in found["output"]
    assert str(grader.root) not in found["output"]


def test_results_are_there_before_the_grading_and_survive_its_end(grader: Grader) -> None:
    (grader.submission / "mine.py").write_text(RIGHT)
    spy = grader.root / "spy"
    spy.write_text(f"#!/bin/sh\ncp '{grader.results}' '{grader.root}/seen'\nkill -9 $PPID\n")
    spy.chmod(0o755)
    found = grader.run(GRADCHECK=str(spy))
    assert grader.done.returncode != 0
    assert json.loads((grader.root / "seen").read_text()) == found
    assert "score" not in found and "Not graded" in found["output"]


def test_without_the_command_nothing_is_graded(grader: Grader) -> None:
    (grader.submission / "mine.py").write_text(RIGHT)
    found = grader.run(GRADCHECK=str(grader.root / "nowhere"))
    assert grader.done.returncode == 1
    assert "score" not in found and "Not graded" in found["output"]


def test_the_student_is_told_from_others_by_the_metadata(grader: Grader) -> None:
    (grader.root / "submission_metadata.json").write_text('{"users": [{"id": 7}, {"id": 12}]}')
    (grader.submission / "mine.py").write_text(RIGHT)
    found = grader.run()
    assert found["extra_data"]["gradcheck"]["submission"]["id"] == "12-7"
