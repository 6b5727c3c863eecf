"""The command line: one clear line and the right exit status for everything."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from gradcheck import cli
from gradcheck.cli import main
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Report

RIGHT = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
MENDABLE = Path(__file__).resolve().parents[1] / "submissions" / "blocks" / "bce-sign"
WRONG = RIGHT.replace("sigmoid(z) * (1 - sigmoid(z))", "-sigmoid(z) * (1 - sigmoid(z))")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    return tmp_path


def test_check_right_is_0_and_wrong_is_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder / "right.py")]) == 0
    assert "1/1 points" in capsys.readouterr().out
    assert main(["check", str(folder / "wrong.py")]) == 1
    shown = capsys.readouterr().out
    assert "sigma-minus" in shown
    assert "wrong.py:6" in shown
    assert "gradcheck explain sigma-minus" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("source", "status", "told"),
    [
        ("def sigmoid(z)\n    return z\n", 3, "SyntaxError"),
        ("import no_such_package_anywhere\n", 4, "no_such_package_anywhere isn't there"),
        ("raise SystemExit(0)\n", 3, "SystemExit"),
        ("import os\nos._exit(0)\n", 3, "exit status 0"),
        ("", 4, "nothing in this file could be recognised"),
        ("x = 3\n", 4, "def sigmoid_prime(z)"),
        ("def sigmoid(z, more):\n    return z\n", 4, "it takes (z, more)"),
        ("def sigmoid(z):\n    z\n", 1, "None"),
        ("import numpy\ndef sigmoid(z):\n    return [1.0]\n", 1, "is a list, not an array"),
        ("def sigmoid(z):\n    return 1 / (1 + 1j * z)\n", 1, "complex128"),
        ("def sigmoid(z):\n    return z.astype(object)\n", 1, "dtype object"),
        ("def sigmoid(z):\n    return z[0]\n", 1, "shape (1,); it must have shape (1, 1)"),
        ("def sigmoid(z):\n    return z * float('nan')\n", 1, "it is NaN"),
        ("def sigmoid(z):\n    return undefined\n", 1, "name 'undefined'"),
        ("def sigmoid(z):\n    raise NotImplementedError\n", 1, "NotImplementedError"),
        ("def sigmoid(z):\n    import sys; sys.exit(0)\n", 1, "SystemExit"),
    ],
)
def test_bad_submissions_get_one_clear_message(
    source: str, status: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    assert main(["check", str(path)]) == status
    shown = " ".join(capsys.readouterr().out.split())
    assert told in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "{}/nowhere.py"], "no such file or folder"),
        (["check", "{}/empty"], "no submissions inside"),
        (["check", "{}/binary.py"], "no UTF-8 text"),
        (["check", "{}/huge.py"], "262144 at most"),
        (["check", "{}/notes.zip"], "can't be read as a zip archive"),
        (["check", "{}/right.py", "--assignment", "{}/none.toml"], "no such file"),
        (["check", "{}/right.py", "--assignment", "{}/bad.toml"], "components.0.id"),
        (["check", "{}/right.py", "--assignment", "{}/key.toml"], "no such key"),
        (["check", "{}/right.py", "--assignment", "{}/syntax.toml"], "no valid TOML"),
        (["replay", "AAAA", "{}/right.py"], "is no replay token"),
        (["explain", "sign-fliped"], "did you mean sign-flipped"),
        (["export", "{}/right.py", "--to", "json"], "no gradcheck/report/v1"),
        (["frobnicate"], "no command 'frobnicate'"),
    ],
)
def test_bad_usage_is_one_line_and_2(
    arguments: list[str], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    (folder / "binary.py").write_bytes(b"\xff\xfe\x00x")
    (folder / "huge.py").write_bytes(b"#" * (256 * 2**10 + 1))
    (folder / "notes.zip").write_text("{}")
    head = 'schema = "gradcheck/assignment/v1"\nid = "week-1"\n'
    (folder / "bad.toml").write_text(head + '[[components]]\nid = "no-such-thing"\n')
    (folder / "key.toml").write_text(head + 'colour = 1\n[[components]]\nid = "relu"\n')
    (folder / "syntax.toml").write_text("id = = 3")
    assert main([a.format(folder) for a in arguments]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert len(shown.strip().splitlines()) == 1


@pytest.mark.parametrize("option", [["--seed", "x"], ["--hints", "all"], ["--isolation", "9"]])
def test_bad_options_are_2(option: list[str], folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", str(folder / "right.py"), *option])
    assert caught.value.code == 2


def test_replay_says_still_failing_fixed_and_stale(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = folder / "report.json"
    main(["check", str(folder / "wrong.py"), "--report", str(report)])
    found = Report.model_validate_json(report.read_bytes())
    tokens = [f.replay for c in found.components for k in c.checks for f in k.findings]
    assert tokens
    assert all(t is not None and len(t) <= 32 for t in tokens)
    token = str(tokens[0])
    capsys.readouterr()
    assert main(["replay", token, str(folder / "wrong.py")]) == 1
    assert "still failing" in capsys.readouterr().out
    assert main(["replay", token, str(folder / "right.py")]) == 0
    assert "fixed" in capsys.readouterr().out
    spec = folder / "a.toml"
    spec.write_text(
        'schema = "gradcheck/assignment/v1"\nid = "a"\n[[components]]\nid = "sigmoid"\n'
    )
    assert main(["replay", token, str(folder / "wrong.py"), "--assignment", str(spec)]) == 2
    assert "stale token" in capsys.readouterr().err


def test_an_assignment_gives_points_and_tells_what_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = folder / "a.toml"
    spec.write_text(
        'schema = "gradcheck/assignment/v1"\nid = "week-1"\n'
        '[[components]]\nid = "sigmoid"\npoints = 3\n'
        '[[components]]\nid = "relu"\nnames = ["my_relu"]\npoints = 2\n'
    )
    assert main(["check", str(folder / "right.py"), "--assignment", str(spec)]) == 1
    shown = capsys.readouterr().out
    assert "MISSING  relu (named my_relu)" in shown
    assert "3/5 points" in shown


@pytest.mark.parametrize("hints", ["none", "location", "mistake", "fix"])
def test_hints_hold_back_in_text_and_json(
    hints: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "r.json"
    main(["check", str(folder / "wrong.py"), "--hints", hints, "--report", str(target)])
    text, data = capsys.readouterr().out, target.read_text()
    assert ("sigma-minus" in text) == ("sigma-minus" in data) == (hints in {"mistake", "fix"})
    assert ("mend:" in text) == (hints == "fix")
    assert ("wrong.py:6" in text) == (hints != "none")
    assert "FAILED" in text


def test_grade_writes_reports_and_grades_even_when_one_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "=cmd.py").write_text(RIGHT)
    out = folder / "out"
    assert main(["grade", str(folder), "--out", str(out)]) == 0
    names = sorted(p.name for p in (out / "reports").iterdir())
    assert names == ["=cmd.json", "right.json", "wrong.json"]
    rows = (out / "grades.csv").read_text().splitlines()
    assert rows[1].startswith("'=cmd,passed,1,1")
    assert any(r.startswith("wrong,failed,0,1") for r in rows)
    summary = json.loads((out / "class.json").read_text())
    assert summary["outcomes"] == {"failed": 1, "passed": 2}
    (folder / "broken.py").write_bytes(b"\xff\xff")
    assert main(["grade", str(folder), "--out", str(out)]) == 4
    rows = (out / "grades.csv").read_text().splitlines()
    assert any(r.startswith("broken,not graded") for r in rows)


def test_schema_describes_what_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "report"]) == 0
    schema = json.loads(capsys.readouterr().out)
    target = folder / "r.json"
    main(["check", str(folder / "wrong.py"), "--report", str(target)])
    assert set(json.loads(target.read_text())) == set(schema["properties"])


def test_export_to_terminal_equals_what_check_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "r.json"
    main(["check", str(folder / "wrong.py"), "--report", str(target)])
    printed = capsys.readouterr().out
    assert main(["export", str(target), "--to", "terminal"]) == 0
    assert capsys.readouterr().out == printed


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in ("check", "doctor", "explain", "export", "grade", "replay", "schema"):
        assert f"  {command}" in shown


def test_doctor_reports_an_observed_level(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    told = re.search(r"isolation without asking: level (\d), ([a-z-]+) \(observed", shown)
    assert told is not None and LEVEL_NAMES[int(told[1])] == told[2]
    if told[1] == "2":
        assert "denied: read, write, tcp, udp, unix, netlink, clone, exec, signal" in shown
    assert "students' code runs in" in shown and "guest-kernel" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_doctor_tells_what_of_ours_students_code_could_import(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", "--interpreter", sys.executable]) == 0
    assert "gradcheck_reference" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["", *sorted(cli._commands())])
def test_help_fits_80_columns(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    if command:
        with pytest.raises(SystemExit):
            main([command, "--help"])
    else:
        main(["--help"])
    assert [n for n in capsys.readouterr().out.splitlines() if len(n) > 80] == []


def test_a_quick_run_tries_mends_only_if_asked_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "r.json"
    told = {}
    for more in ([], ["--hints", "fix"]):
        main(["check", str(MENDABLE), "--profile", "quick", "--report", str(target), *more])
        told[bool(more)] = '"verified": true' in target.read_text()
        assert Report.model_validate_json(target.read_bytes()).has_mends is bool(more)
    assert told == {False: False, True: True}


def test_components_and_conventions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["components"]) == 0
    shown = capsys.readouterr().out
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert {"conv2d", "adam", "autograd"} <= set(shown.split())
    assert main(["components", "conv2d"]) == 0
    assert "stride" in capsys.readouterr().out
    assert main(["components", "conv3d"]) == 2
    assert "did you mean conv2d" in capsys.readouterr().err
    assert main(["conventions"]) == 0
    assert "model-update" in capsys.readouterr().out
