"""What isn't documented isn't there; what is documented is."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pages
import pytest
import readme_commands
import render_docs
from meta_sources import ROOT
from pydantic import BaseModel

import gradcheck
from gradcheck import cli, families
from gradcheck.api import read_assignment
from gradcheck.records.assignment import AssignmentComponent, AssignmentSpec, Strict
from gradcheck.records.budgets import Budgets

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PATH_WORD = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|toml|md)")
MADE_UP = {"my_impl.py", "assignment.toml"}
"""Files that a reader is to put there."""
WIDTH = 80


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_component_and_convention_has_a_page_with_a_submission_that_passes() -> None:
    found = pages.pages()
    for family in ("components", "conventions"):
        for member in getattr(families, f"all_{family}")():
            assert "## A submission that passes" in found[f"{family}/{member.id}.md"]


def documented() -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in DOCS)


def test_generated_docs_are_up_to_date() -> None:
    """README's output, the layer table and the catalogue are what the code says today."""
    found = render_docs.rendered()
    stale = [p.name for p, text in found.items() if p.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python scripts/render_docs.py"


@pytest.mark.parametrize("family", ["components", "conventions", "checks", "diagnoses"])
def test_every_member_is_documented(family: str) -> None:
    text = documented()
    members = getattr(families, f"all_{family}")()
    assert [m.id for m in members if f"`{m.id}`" not in text] == []


def test_every_command_and_option_is_documented() -> None:
    text = documented()
    assert [c for c in cli._commands() if f"gradcheck {c}" not in text] == []
    entry = (ROOT / "_gradcheck_pytest_entry.py").read_text(encoding="utf-8")
    names = re.findall(r'^    \("([a-z]+)", ', entry, re.MULTILINE)
    assert names
    assert [n for n in names if f"`--gradcheck-{n}`" not in text] == []
    for path in sorted((ROOT / "gradcheck" / "cli").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        options = re.findall(r'add_argument\(\s*"(--[a-z-]+)"', source)
        assert [o for o in options if f"`{o}`" not in text] == [], path.name


def test_components_state_their_conventions() -> None:
    for component in families.all_components():
        assert component.title and component.names and component.domain
        assert component.kink_convention
        assert component.kind in {"activation", "cost", "layer", "model", "step"}


def test_diagnoses_have_whole_pages() -> None:
    for diagnosis in families.all_diagnoses():
        page = diagnosis.page
        assert page.wrong.strip() and page.right.strip() and page.derivation.strip()
        assert page.wrong != page.right
        known = {d.id for d in families.all_diagnoses()}
        assert [p for p in diagnosis.parents if p not in known] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    made = pages.pages()  # when the site is built
    assert [k for k in links if k not in made and not (path.parent / k).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_paths_in_prose_exist(path: Path) -> None:
    """`tests/x.py` and `gradcheck/y/` in backticks are there; capitals stand for any name."""
    missing = []
    for word in re.findall(r"`([\w./-]+)`", path.read_text(encoding="utf-8")):
        top = word.split("/")[0]
        is_path = top and "/" in word and (ROOT / top).exists() and not top.isdigit()
        if is_path and "NAME" not in word and not (ROOT / word).exists():
            missing.append(word)
    assert missing == []


def commands(text: str) -> list[str]:
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [c for line in lines if (c := line.partition("#")[0].strip())]


def test_readme_names_files_that_exist() -> None:
    assert len(commands(README)) >= 4
    for command in commands(README):
        for word in shlex.split(command):
            if PATH_WORD.fullmatch(word) and word not in MADE_UP:
                assert (ROOT / word).exists(), command


def test_readme_promises_both_exit_statuses() -> None:
    promised = readme_commands.promises(README)
    assert {status for status, _ in promised} == {0, 1}
    assert promised[0][1].startswith("gradcheck check ")


def test_readme_keeps_its_promise() -> None:
    status, command = readme_commands.promises(README)[0]
    arguments = shlex.split(command)[1:]
    program = f"import sys; from gradcheck.cli import main; sys.exit(main({arguments!r}))"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert found.returncode == status, found.stderr.decode()
    shown = found.stdout.decode()
    assert "passed" in shown and "FAILED" in shown


@pytest.mark.parametrize(
    ("name", "part"), [("README.md", "output"), ("docs/students.md", "failure")]
)
def test_output_is_shown_at_80_columns(name: str, part: str) -> None:
    shown = page(name).partition(f"<!-- {part}:")[2].partition(f"<!-- end of {part}")[0]
    lines = shown.splitlines()[1:]
    assert len(lines) > 10
    long = [n for n in lines if len(n) > WIDTH and not n.startswith("$ ")]
    assert long == []


def test_every_doctest_runs() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ini = options["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in ini["addopts"]
    assert {"gradcheck", "reference"} <= set(ini["testpaths"])


def test_a_page_is_followed_as_its_reader_does(tmp_path: Path) -> None:
    """Files and commands in order; a broken promise is seen and told."""
    text = (
        "```python\n# a/x.py\nx = 1\n```\n```sh\ncat a/x.py    # exit 0\nignored\n```\n"
        "```toml\n# a/x.py\n```\n```sh\nexport LIKE=x\ngrep $LIKE = a/x.py  # exit 0\n```\n"
        "```sh\ntest -n \"$LIKE\"  # exit 1\n```\n"
    )
    found = list(readme_commands.follow(text, tmp_path))
    assert [is_kept for is_kept, _ in found] == [True, False, True]
    assert found[1][1].startswith("grep: =") and "FAILED: exit 2, not 0" in found[1][1]


@pytest.mark.parametrize("name", readme_commands.PAGES)
def test_the_commands_that_are_followed_are_those_that_are_shown(name: str) -> None:
    """What starts nothing lasting and needs no other extra must promise its exit status."""
    promised = [command for _, command in readme_commands.promises(page(name))]
    shown = [c for c in commands(page(name)) if re.match(r"(gradcheck (?!serve)|pytest )", c)]
    assert shown
    assert [c for c in shown if not any(p.endswith(c) for p in promised)] == []


def test_the_students_file_is_wrong_and_then_right(tmp_path: Path) -> None:
    """The rest of their page: .ci/run follows it."""
    wrong, right, other = readme_commands.files(page("docs/students.md"))
    outcomes = []
    for name, text in (wrong, right, other):
        (tmp_path / name).write_text(text, encoding="utf-8")
        outcomes.append(gradcheck.check(tmp_path / name).outcome)
    assert outcomes == ["failed", "passed", "errored"]
    assert wrong[0] == right[0]


def test_the_instructors_assignment_has_every_key(tmp_path: Path) -> None:
    shown = readme_commands.files(page("docs/instructors.md"))
    for name, text in shown:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (assignment, text), (model, _), (other, brought), _, (solution, _) = shown
    spec = read_assignment(tmp_path / assignment)
    data, with_reference = tomllib.loads(text), tomllib.loads(brought)
    asked = (*data["components"], *with_reference["components"])
    parts: list[tuple[type[BaseModel], set[str]]] = [
        (AssignmentSpec, {*data, "references"}),  # which --bundle writes
        (Budgets, set(data["budgets"])),
        (Strict, set(data["strict"])),
        (AssignmentComponent, {key for one in asked for key in one}),
    ]
    for record, keys in parts:
        fields = record.model_fields.items()
        assert {f.serialization_alias or f.alias or name for name, f in fields} == keys
    report = gradcheck.check(tmp_path / solution, tmp_path / other)
    assert (report.outcome, report.score.points) == ("passed", 3)
    assert spec.budgets == Budgets(), "the page says that these are the defaults"
    report = gradcheck.check(tmp_path / model, tmp_path / assignment)
    assert (report.outcome, report.score.points) == ("passed", spec.points)


def test_links_lead_to_pages_of_the_site() -> None:
    text = (
        "[a](../CHANGELOG.md) [b](service.md#x) [c](https://x.org/y.md) [d](#here)\n"
        "[e](docs/ci.md)"
    )
    conf = runpy.run_path(str(ROOT / "docs" / "conf.py"))
    inside, outside = text.splitlines()
    assert conf["relinked"](inside, ROOT / "docs") == inside.replace("../CHANGELOG", "changelog")
    assert conf["relinked"](outside, ROOT) == "[e](ci.md)"
    for name, own in conf["PAGES"].items():
        assert f"{{include}} ../{name}\n" in page(f"docs/{own}")
