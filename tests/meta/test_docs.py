"""What isn't documented isn't there; what is documented is."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from meta_sources import ROOT

from gradcheck import cli, families

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PATH_WORD = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|toml|md)")
MADE_UP = {"my_impl.py", "assignment.toml"}
"""Files that a reader is to put there."""
WIDTH = 80


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def documented() -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in DOCS)


def test_generated_docs_are_up_to_date() -> None:
    """README's output, the layer table and the catalogue are what the code says today."""
    found = script("render_docs").rendered()
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
    assert [k for k in links if not (path.parent / k).exists()] == []


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


def commands() -> list[str]:
    lines = [line for block in BLOCK.findall(README) for line in block.splitlines()]
    return [c for line in lines if (c := line.partition("#")[0].strip())]


def test_readme_names_files_that_exist() -> None:
    assert len(commands()) >= 4
    for command in commands():
        for word in shlex.split(command):
            if PATH_WORD.fullmatch(word) and word not in MADE_UP:
                assert (ROOT / word).exists(), command


def test_readme_promises_both_exit_statuses() -> None:
    promised = script("readme_commands").promises(README)
    assert {status for status, _ in promised} == {0, 1}
    assert promised[0][1].startswith("gradcheck check ")


def test_readme_keeps_its_promise() -> None:
    status, command = script("readme_commands").promises(README)[0]
    arguments = shlex.split(command)[1:]
    program = f"import sys; from gradcheck.cli import main; sys.exit(main({arguments!r}))"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert found.returncode == status, found.stderr.decode()
    shown = found.stdout.decode()
    assert "passed" in shown and "FAILED" in shown


def test_readme_shows_output_at_80_columns() -> None:
    shown = README.partition("<!-- output:")[2].partition("<!-- end of output")[0]
    lines = shown.splitlines()[1:]
    assert len(lines) > 10
    long = [n for n in lines if len(n) > WIDTH and not n.startswith("$ ")]
    assert long == []


def test_every_doctest_runs() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ini = options["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in ini["addopts"]
    assert {"gradcheck", "reference"} <= set(ini["testpaths"])
