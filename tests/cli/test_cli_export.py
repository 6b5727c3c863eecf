"""``gradcheck export``: files, paths and the student's view."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradcheck.cli import main

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "submissions" / "neuron"
SPEC = """
schema = "gradcheck/assignment/v1"
id = "week-1"
[[components]]
id = "neuron"
points = 0.1
[[components]]
id = "sigmoid"
names = ["secret_part"]
points = 0.2
hidden = true
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with r.json (two submissions) and hidden.json (an assignment's)."""
    folder = tmp_path_factory.mktemp("graded")
    (folder / "a.toml").write_text(SPEC)
    main(["check", str(ZOO / "sign"), str(ZOO / "right-columns"), "--report",
          str(folder / "r.json")])  # fmt: skip
    main(["check", str(ZOO / "sign"), "--assignment", str(folder / "a.toml"), "--report",
          str(folder / "hidden.json")])  # fmt: skip
    return folder


def test_out_writes_the_file_that_standard_output_would_get(
    graded: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for form in ("junit", "markdown", "github", "github-summary", "terminal", "json"):
        assert main(["export", str(graded / "r.json"), "--to", form]) == 0
        shown = capfdbinary.readouterr().out
        out = graded / f"out-{form}"
        assert main(["export", str(graded / "r.json"), "--to", form, "--out", str(out)]) == 0
        assert out.read_bytes() == shown != b""
        assert capfdbinary.readouterr().out == b""


def test_several_reports_become_one_document(graded: Path) -> None:
    out = graded / "all.xml"
    both = [str(graded / "r.json"), str(graded / "hidden.json")]
    assert main(["export", *both, "--to", "junit", "--out", str(out)]) == 0
    suites = ElementTree.parse(out).getroot().findall("testsuite")
    assert [s.get("name") for s in suites] == ["uphill", "relu_unit", "uphill"]
    assert main(["export", *both, "--to", "json", "--out", str(out)]) == 0
    assert len(json.loads(out.read_text())) == 3


def test_results_of_one_submission_only(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(graded / "r.json"), "--to", "gradescope"]) == 2
    assert "export one report at a time" in capsys.readouterr().err


def test_paths_place_annotations_in_the_repository(
    graded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    out = graded / "placed.txt"
    folders = ["submissions/neuron/sign", "submissions/neuron/right-columns"]
    command = ["export", str(graded / "r.json"), "--to", "github", "--out", str(out)]
    assert main([*command, "--paths", *folders]) == 0
    assert "file=submissions/neuron/sign/uphill.py,line=7," in out.read_text()
    assert main(command) == 0
    assert "file=uphill.py,line=7," in out.read_text()


def test_public_leaves_hidden_parts_out(graded: Path) -> None:
    for form in ("markdown", "github", "junit", "gradescope", "json"):
        out = graded / "view"
        command = ["export", str(graded / "hidden.json"), "--to", form, "--out", str(out)]
        assert main(command) == 0
        assert "secret_part" in out.read_text()
        assert main([*command, "--public"]) == 0
        assert "secret_part" not in out.read_text()
