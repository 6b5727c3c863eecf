"""The author's loop: make, show, try out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from gradcheck.api import read_assignment
from gradcheck.cli import main
from gradcheck.shipped import shipped_assignments

SPEC = """
schema = "gradcheck/assignment/v1"
id = "week-3"
model = "solution.py"
seed = "secret"
points = 5
[[components]]
id = "sigmoid"
points = 2
hidden = true
[[components]]
id = "tanh"
points = 3
"""
SIGMOID = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
TANH = """
class Tanh:
    def forward(self, x):
        self.a = np.tanh(x)
        return self.a
    def backward(self, dout):
        return dout * (1 - self.a ** 2)
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    (tmp_path / "assignment.toml").write_text(SPEC)
    (tmp_path / "solution.py").write_text(SIGMOID + TANH)
    return tmp_path


def test_the_shipped_ones_are_three_and_fit_their_schema() -> None:
    assert set(shipped_assignments()) == {"neuron", "logistic", "network"}
    for name in shipped_assignments():
        spec = read_assignment(name)
        assert spec.id == name
        assert spec.points == spec.max_points


@pytest.mark.parametrize(
    ("name", "count"),
    [("neuron", 9), ("logistic", 8), pytest.param("network", 8, marks=pytest.mark.slow)],
)
def test_the_shipped_ones_pass_their_selftest(
    name: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The neuron's gradient is a function of its own, which can be left out as well."""
    assert main(["assignment", "selftest", name]) == 0
    told = f"{count} of {count} wrong solutions lose marks on the right component"
    assert told in capsys.readouterr().out


def test_new_gives_an_assignment_that_passes_its_selftest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Week 4"
    assert main(["assignment", "new", str(folder), "--like", "logistic"]) == 0
    assert "gradcheck assignment selftest" in capsys.readouterr().out
    spec = read_assignment(folder)
    assert (spec.id, spec.seed, spec.components[0].id) == (
        "week-4", "per-student", "logistic-regression")  # fmt: skip
    assert main(["assignment", "selftest", str(folder)]) == 0
    assert main(["assignment", "new", str(folder)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_folder_without_letters_gives_no_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assignment", "new", str(tmp_path / "--_--")]) == 2
    assert "letters or digits" in capsys.readouterr().err
    assert main(["assignment", "new", ""]) == 2
    assert "name a folder to make" in capsys.readouterr().err


def test_show_says_it_in_words_and_in_json(
    assignment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assignment", "show", str(assignment)]) == 0
    shown = capsys.readouterr().out
    assert "(hidden)" in shown and "solution.py" in shown
    assert main(["assignment", "show", str(assignment), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["digest"] == read_assignment(assignment).digest
    assert main(["assignment", "show"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_the_public_part_keeps_hidden_things_back_and_can_be_read_again(
    assignment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assignment", "show", str(assignment), "--public"]) == 0
    text = capsys.readouterr().out
    assert not {"sigmoid", "solution.py", "secret", "hidden"} & set(text.replace('"', " ").split())
    public = assignment / "public.toml"
    public.write_text(text)
    spec = read_assignment(public)
    assert [c.id for c in spec.components] == ["tanh"]
    assert (spec.points, spec.seed, spec.model) == (3, 0, None)
    assert tomllib.loads(text)["schema"] == "gradcheck/assignment/v1"


def test_an_assignment_of_hidden_parts_only_is_none(
    assignment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = assignment / "assignment.toml"
    path.write_text(SPEC.partition("[[components]]\nid = \"tanh\"")[0].replace("points = 5", ""))
    assert main(["assignment", "show", str(path), "--public"]) == 2
    assert "components: every component is hidden" in capsys.readouterr().err


def test_selftest_spoils_functions_and_methods(
    assignment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADCHECK_COURSE_KEY", "0123456789abcdef")
    assert main(["assignment", "selftest", str(assignment)]) == 0
    shown = capsys.readouterr().out
    assert "17 of 17 wrong solutions lose marks on the right component" in shown
    assert "in Tanh.backward" in shown
    assert "MISSED" not in shown


def test_selftest_sees_what_costs_nothing(
    assignment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points for what nobody can lose: a wrong gradient goes unpunished, and is told."""
    monkeypatch.setenv("GRADCHECK_COURSE_KEY", "0123456789abcdef")
    text = SPEC.replace("points = 3\n", "checks = { repeatable = 3 }\n")
    (assignment / "assignment.toml").write_text(text)
    assert main(["assignment", "selftest", str(assignment)]) == 1
    shown = capsys.readouterr().out
    assert "MISSED    nothing  the gradient's sign is flipped, in Tanh.backward" in shown


def test_a_model_without_full_marks_is_shown_its_findings(
    assignment: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADCHECK_COURSE_KEY", "0123456789abcdef")
    wrong = SIGMOID + TANH.replace("1 - self.a ** 2", "1 - self.a")
    (assignment / "solution.py").write_text(wrong)
    assert main(["assignment", "selftest", str(assignment)]) == 1
    shown = capsys.readouterr().out
    assert "2/5 points; the model must have full marks" in shown
    assert "FAILED   tanh" in shown or "FAILED  tanh" in shown


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("model = \"solution.py\"\n", ""), "model: is missing"),
        (("solution.py", "nowhere.py"), "nowhere.py isn't there"),
        (("seed = \"secret\"", "seed = \"secret\" "), "GRADCHECK_COURSE_KEY"),
    ],
)
def test_what_selftest_needs_is_told(
    change: tuple[str, str], words: str, assignment: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if "KEY" not in words:
        monkeypatch.setenv("GRADCHECK_COURSE_KEY", "0123456789abcdef")
    (assignment / "assignment.toml").write_text(SPEC.replace(*change))
    assert main(["assignment", "selftest", str(assignment)]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert len(told.splitlines()) == 1


def test_the_shipped_name_works_wherever_an_assignment_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = shipped_assignments()["neuron"].parent / "model.py"
    assert main(["check", str(model), "--assignment", "neuron"]) == 0
    assert "10/10 points" in capsys.readouterr().out
    assert main(["check", str(model), "--assignment", "nueron"]) == 2
    assert "no shipped assignment of that name" in capsys.readouterr().err
