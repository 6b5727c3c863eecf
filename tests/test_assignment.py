"""An assignment is read, or its author is told file, key and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.errors import SpecError
from gradcheck.records.assignment import MOST_SEED, AssignmentSpec, load_assignment

IDS = ("relu", "sigmoid", "affine")
CHECKS = ("stability", "dtype")
HEAD = 'schema = "gradcheck/assignment/v1"\nid = "week-3"\n'
BODY = '[[components]]\nid = "relu"\n'


def load(folder: Path, text: str) -> AssignmentSpec:
    path = folder / "assignment.toml"
    path.write_text(text, encoding="utf-8")
    return load_assignment(path, IDS, CHECKS)


def test_the_smallest_has_defaults(tmp_path: Path) -> None:
    spec = load(tmp_path, HEAD + BODY)
    assert (spec.id, spec.version, spec.seed, spec.hints, spec.isolation) == (
        "week-3", "1", 0, "fix", 0)  # fmt: skip
    (component,) = spec.components
    assert (component.id, component.names, component.points) == ("relu", (), 1.0)
    assert spec.strict.checks == ()


def test_a_full_one(tmp_path: Path) -> None:
    spec = load(tmp_path, HEAD + """
title = "Back-propagation"
version = "2"
seed = 4
hints = "location"
isolation = 1

[budgets]
call_cpu = 1.5

[strict]
checks = ["stability"]

[[components]]
id = "relu"
names = ["relu", "relu_backward"]
points = 2.5

[[components]]
id = "affine"
""")
    assert spec.budgets.call_cpu == 1.5
    assert spec.strict.checks == ("stability",)
    assert [c.points for c in spec.components] == [2.5, 1.0]


def test_the_digest_is_of_the_meaning(tmp_path: Path) -> None:
    plain = load(tmp_path, HEAD + BODY).digest
    assert plain == load(tmp_path, "# a comment\n" + HEAD + "\n\n" + BODY).digest
    assert plain != load(tmp_path, HEAD + "seed = 1\n" + BODY).digest
    assert plain != load(tmp_path, HEAD + BODY + "points = 2\n").digest
    assert len(plain) == 64


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("id = 1 = 2", "", "no valid TOML"),
        (BODY, "schema", "is missing; add it"),
        (HEAD, "components", "is missing; add it"),
        (HEAD + "components = []", "components", "at least 1"),
        (HEAD + "colour = 1\n" + BODY, "colour", "no such key"),
        (HEAD + BODY + "point = 2\n", "components.0.point", "no such key"),
        (HEAD + BODY + "points = -1\n", "components.0.points", "greater than or equal to 0"),
        (HEAD + BODY + "points = nan\n", "components.0.points", "finite"),
        (HEAD + "seed = -1\n" + BODY, "seed", "greater than or equal"),
        (HEAD + f"seed = {MOST_SEED + 1}\n" + BODY, "seed", "less than or equal"),
        (HEAD + 'seed = "many"\n' + BODY, "seed", "per-student"),
        (HEAD + 'hints = "all"\n' + BODY, "hints", "'none'"),
        (HEAD + "isolation = 5\n" + BODY, "isolation", "less than or equal to 4"),
        (HEAD.replace("week-3", "Week 3") + BODY, "id", "match pattern"),
        (HEAD.replace("/v1", "/v2") + BODY, "schema", "gradcheck/assignment/v1"),
        (HEAD + '[[components]]\nid = "rleu"\n', "components.0.id", "no component 'rleu'"),
        (HEAD + BODY + BODY.replace("relu", "gelu"), "components.1.id", "there are: relu"),
        (HEAD + "[budgets]\ncall_cpu = 0\n" + BODY, "budgets.call_cpu", "greater than 0"),
        (HEAD + "[budgets]\ncpu = 1\n" + BODY, "budgets.cpu", "no such key"),
        (HEAD + BODY + 'points = "3"\n', "components.0.points", "valid number"),
        (HEAD + BODY + "points = true\n", "components.0.points", "valid number"),
        (HEAD + BODY + 'hidden = "yes"\n', "components.0.hidden", "valid boolean"),
        (HEAD + BODY + "hidden = true\n", "components", "every component is hidden"),
        (HEAD + "seed = true\n" + BODY, "seed", "per-student"),
        (HEAD + '[budgets]\ncall_cpu = "2"\n' + BODY, "budgets.call_cpu", "valid number"),
        (HEAD + "points = 3\n" + BODY, "points", "add up to 1"),
        (HEAD + BODY + "points = 3\nchecks = { stability = 2 }\n", "components.0.points", "add up"),
        (HEAD + BODY + "checks = { stabilty = 2 }\n", "components.0.checks.stabilty", "did you"),
        (HEAD + BODY + "hiden = true\n", "components.0.hiden", "did you mean 'hidden'"),
        (HEAD + BODY + 'names = ["f"]\n' + BODY + 'names = ["f"]\n', "", "stands for two"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, key: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        load(tmp_path, text)
    assert caught.value.key == key
    shown = str(caught.value)
    assert shown.startswith(str(tmp_path / "assignment.toml"))
    assert "\n" not in shown


def test_a_strict_check_must_exist(tmp_path: Path) -> None:
    """A misspelt check would silently never be strict."""
    with pytest.raises(SpecError, match="stabilty"):
        load(tmp_path, HEAD + '[strict]\nchecks = ["stabilty"]\n' + BODY)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "assignment.toml"
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(SpecError, match="no UTF-8 text"):
        load_assignment(path, IDS)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="can't be read: No such file"):
        load_assignment(tmp_path / "gone.toml", IDS)
    with pytest.raises(SpecError, match="can't be read"):
        load_assignment(tmp_path, IDS)
