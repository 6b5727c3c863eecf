"""The composite action: its scripts are run for real, and hostile input stays data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from gradcheck.records.report import Report

ROOT = Path(__file__).resolve().parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]
GRADCHECK = Path(sysconfig.get_path("scripts")) / "gradcheck"
RIGHT = """
import numpy as np
def relu(z):
    return np.maximum(0, z)
def relu_prime(z):
    return (z > 0).astype(z.dtype)
"""
WRONG = RIGHT.replace("(z > 0)", "(z < 0)")
HOSTILE = RIGHT + (
    'raise RuntimeError("\\nstatus=0\\n::error::pwned\\n'
    ' ##[error]pwned\\n```\\n<b>pwned</b>")\n'
)


class Step:
    """The check step in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary, self.output = folder / "summary.md", folder / "output"
        (folder / "src").mkdir()

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        self.summary.write_text("")
        self.output.write_text("")
        defaults = {
            name: ACTION["inputs"][key].get("default", "") for name, key in
            (("PATHS", "paths"), ("ASSIGNMENT", "assignment"), ("HINTS", "hints"),
             ("REPORT", "report"), ("FAIL_ON", "fail-on"))
        }  # fmt: skip
        given = {"GRADCHECK": str(GRADCHECK), "GITHUB_STEP_SUMMARY": str(self.summary),
                 "GITHUB_OUTPUT": str(self.output)}  # fmt: skip
        # as the runner starts `shell: bash`
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", CHECK["run"]],
            env=os.environ | defaults | given | inputs, cwd=self.folder, capture_output=True,
            text=True,
        )  # fmt: skip


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return Step(tmp_path)


def test_inputs_reach_scripts_through_the_environment_only() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for one in ACTION["runs"]["steps"]:
        assert one["shell"] == "bash"
        assert "${{" not in one["run"]
    used = " ".join(str(v) for one in ACTION["runs"]["steps"] for v in one["env"].values())
    assert [name for name in ACTION["inputs"] if f"${{{{ inputs.{name} }}}}" not in used] == []
    assert all(entry["description"] for entry in ACTION["inputs"].values())


def test_wrong_is_annotated_summed_up_and_fails(step: Step) -> None:
    (step.folder / "src" / "mine.py").write_text(WRONG)
    (step.folder / "src" / "right.py").write_text(RIGHT)
    done = step.run(PATHS="src\n")
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("::error file=src/mine.py,line=6,endLine=6,title=relu · gradient")
    summary = step.summary.read_text()
    assert "❌ failed: ` mine `" in summary and "✅ passed: ` right `" in summary
    assert step.output.read_text() == "status=1\n"
    report = (step.folder / "gradcheck-report.json").read_text()
    assert report.startswith("[")
    assert done.stderr == ""


def test_right_passes(step: Step) -> None:
    (step.folder / "src" / "mine.py").write_text(RIGHT)
    done = step.run(PATHS="src/mine.py", REPORT="r.json", HINTS="none")
    assert (done.returncode, done.stdout) == (0, "")
    report = Report.model_validate_json((step.folder / "r.json").read_bytes())
    assert (report.outcome, report.hints) == ("passed", "none")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "status"), [(RIGHT, 0), (WRONG, 0), ("raise SystemExit\n", 0), ("x = 1\n", 4)]
)
def test_fail_on_error_lets_wrong_submissions_pass(source: str, status: int, step: Step) -> None:
    (step.folder / "src" / "mine.py").write_text(source)
    assert step.run(PATHS="src", FAIL_ON="error").returncode == status


def test_a_hostile_submission_says_nothing_to_the_runner(step: Step) -> None:
    (step.folder / "src" / "mine.py").write_text(HOSTILE)
    done = step.run(PATHS="src")
    assert done.returncode == 3
    (line,) = done.stdout.splitlines()
    assert line.startswith("::error ") and "##[" not in line
    assert "pwned" in line
    assert step.output.read_text() == "status=3\n"
    before, _, after = step.summary.read_text().partition("````text\n")
    assert "pwned" not in before and "pwned" in after.partition("\n````")[0]


@pytest.mark.slow
def test_names_and_inputs_are_data(step: Step) -> None:
    name = "-x $(touch pwned) ##[error]a;b\n::error::pwned.py"
    (step.folder / name).write_text(RIGHT)
    (step.folder / "binary.py").write_bytes(b"\xff")
    done = step.run(PATHS=".\n", ASSIGNMENT="", REPORT="r;touch pwned.json")
    assert done.returncode == 2
    assert not (step.folder / "pwned").exists()
    assert (step.folder / "r;touch pwned.json").exists()
    assert all(line.startswith("| ") for line in done.stdout.splitlines())
    assert "##[" not in done.stdout and "save the file as UTF-8" in done.stdout
    done = step.run(PATHS="--help\n-x\n", ASSIGNMENT="$(touch pwned)")
    assert done.returncode == 2 and not (step.folder / "pwned").exists()


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"PATHS": "\n\n"}, "paths is empty"),
        ({"PATHS": "nowhere.py"}, "nothing was checked"),
        ({"PATHS": "src", "FAIL_ON": "never"}, "fail-on is failed or error"),
        ({"PATHS": "src/mine.py", "ASSIGNMENT": "none.toml"}, "no such file"),
    ],
)
def test_wrong_inputs_are_2_and_one_annotation(
    inputs: dict[str, str], told: str, step: Step
) -> None:
    (step.folder / "src" / "mine.py").write_text(RIGHT)
    done = step.run(**inputs)
    assert done.returncode == 2
    assert told in done.stdout
    assert [n.startswith("::error title=gradcheck::") for n in done.stdout.splitlines()].count(
        True
    ) == 1


@pytest.mark.slow
def test_an_old_report_is_not_taken_for_a_new_one(step: Step) -> None:
    (step.folder / "src" / "mine.py").write_text(RIGHT)
    assert step.run(PATHS="src").returncode == 0
    done = step.run(PATHS="gone.py")
    assert done.returncode == 2 and step.summary.read_text() == ""


@pytest.mark.parametrize(("version", "what"), [("", "{source}"), ("1.2.3", "gradcheck==1.2.3")])
def test_what_is_installed(version: str, what: str, tmp_path: Path) -> None:
    """``python3`` is a stand-in that makes an environment which writes down what it is asked."""
    log = tmp_path / "log"
    fake = tmp_path / "bin" / "python3"
    fake.parent.mkdir()
    fake.write_text(
        f'#!{sys.executable}\nimport os, shutil, sys\n'
        f'open({str(log)!r}, "a").write("\\n".join(sys.argv[1:]) + "\\n")\n'
        'if sys.argv[2] == "venv":\n'
        '    os.makedirs(sys.argv[3] + "/bin")\n'
        '    shutil.copy(__file__, sys.argv[3] + "/bin/python")\n'
    )
    fake.chmod(0o755)
    environment = {
        "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}", "VERSION": version,
        "SOURCE": "{source}", "ENVIRONMENT": str(tmp_path / "environment"),
    }  # fmt: skip
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", INSTALL["run"]],
        env=os.environ | environment, check=True, capture_output=True,
    )  # fmt: skip
    asked = log.read_text().splitlines()
    assert asked[:3] == ["-m", "venv", environment["ENVIRONMENT"]]
    assert asked[3:5] == ["-m", "pip"] and asked[-1] == what


def test_the_documented_workflow_gives_inputs_that_there_are() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(b) for b in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)]
    workflow, gitlab = blocks
    (used,) = [s for s in workflow["jobs"]["check"]["steps"] if "gradcheck@" in s.get("uses", "")]
    assert set(used["with"]) <= set(ACTION["inputs"])
    required = {key for key, entry in ACTION["inputs"].items() if entry.get("required")}
    assert required <= set(used["with"])
    assert [f"| `{key}` |" in text for key in ACTION["inputs"]].count(False) == 0
    assert all(isinstance(line, str) for line in gitlab["gradients"]["script"])
