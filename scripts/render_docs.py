"""Write what the docs take from the code; ``--check`` only says whether it is up to date.

* docs/architecture.md: the layer table and the rooms, from docs/layers.toml
* docs/catalogue.md: commands, options, components, conventions, checks, diagnoses, formats
* README.md: the output of its first command, as it is at 80 columns
* docs/students.md: the same of its file, and the command that replays the finding
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import readme_commands

import _gradcheck_pytest_entry as entry
from gradcheck import cli, families, reports
from gradcheck.component import Component
from gradcheck.discovery import members
from gradcheck.reports.base import ReportFormat

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- {}: written by scripts/render_docs.py -->", "<!-- end of {} -->"
COLUMNS = 80
COLUMN = re.compile(r"\S+  +\S")
"""A line that is set in columns begins so."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


def code(text: str) -> str:
    return f"`{text}`"


def layers() -> str:
    data = tomllib.loads((ROOT / "docs" / "layers.toml").read_text(encoding="utf-8"))
    rows = [
        [layer["number"], ", ".join(code(_short(p)) for p in layer["paths"]), layer["purpose"]]
        for layer in data["layer"]
    ]
    return table(["layer", "modules of `gradcheck`", "purpose"], rows)


def rooms() -> str:
    data = tomllib.loads((ROOT / "docs" / "layers.toml").read_text(encoding="utf-8"))
    rows = [[code(_short(room) + "/"), purpose] for room, purpose in data["rooms"].items()]
    return table(["room", "purpose"], rows)


def _short(path: str) -> str:
    return path.removeprefix("gradcheck.")


def command_page(name: str) -> list[str]:
    """Return a command's options; not argparse's own text, which differs between Pythons."""
    command = importlib.import_module(f"gradcheck.cli.{name}")
    parser = argparse.ArgumentParser(f"gradcheck {name}", add_help=False)
    command.configure(parser)
    rows = _arguments(parser)
    text = (command.__doc__ or "").strip()
    summary, *paragraphs = text.split("\n\n")
    page = [f"### `gradcheck {name}`", "", sentence(summary), ""]
    for paragraph in paragraphs:
        is_columns = all(COLUMN.match(line) for line in paragraph.splitlines())
        page += [f"```text\n{paragraph}\n```" if is_columns else paragraph, ""]
    if rows:
        page += [table(["argument", "value", "meaning"], rows), ""]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner, subparser in action.choices.items():
                page += [f"#### `gradcheck {name} {inner}`", "",
                         table(["argument", "value", "meaning"], _arguments(subparser)), ""]
    return page


def _arguments(parser: argparse.ArgumentParser) -> list[list[str]]:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            continue
        names = ", ".join(map(code, action.option_strings or [str(action.metavar or action.dest)]))
        takes = action.nargs != 0 and action.option_strings
        value = " ".join(map(str, action.choices)) if action.choices else str(action.metavar or "")
        if takes and not value:
            value = action.dest.upper()
        rows.append([names, value if action.option_strings or action.choices else "",
                     action.help or ""])  # fmt: skip
    return rows


def catalogue() -> str:
    parts = ["# Catalogue", "", "What there is, written down by `scripts/render_docs.py`.", ""]
    parts += ["## Commands", ""]
    for name in cli._commands():
        parts += command_page(name)
    rows = [[code("--gradcheck"), "", "take the files and folders given as submissions"]]
    for name, choices, metavar, text in entry.OPTIONS:
        value = " ".join(choices) if choices else metavar or ""
        rows.append([code(f"--gradcheck-{name}"), value, text])
    parts += ["## Options of `pytest`", "",
              table(["option", "value", "meaning"], rows), "",
              "Each but the first has an ini twin: `gradcheck_seed` for `--gradcheck-seed`.",
              ""]  # fmt: skip
    parts += ["## Components", ""]
    for component in families.all_components():
        parts += [*facts_of(component), ""]
    parts += ["## Conventions", "", "How a submission may be written; nothing is configured.", ""]
    for convention in families.all_conventions():
        parts += [f"### `{convention.id}`", "", f"{sentence(convention.title)}", "", "```python",
                  convention.example.strip("\n"), "```", ""]  # fmt: skip
    rows = [[code(c.id), c.question, ", ".join(map(code, c.after)) or "–"]
            for c in families.all_checks()]  # fmt: skip
    parts += ["## Checks", "", "In dependency order; `loads` comes before all.", "",
              table(["check", "question", "needs"], rows), ""]  # fmt: skip
    rows = [[code(d.id), d.title, ", ".join(map(code, d.parents)) or "–"]
            for d in sorted(families.all_diagnoses(), key=lambda d: d.id)]  # fmt: skip
    parts += ["## Diagnoses", "", "`gradcheck explain ID` prints the page of each.", "",
              table(["diagnosis", "mistake", "a case of"], rows), ""]  # fmt: skip
    formats = members(reports, "FORMAT", ReportFormat)  # type: ignore[type-abstract]
    parts += ["## Report formats", "", table(["format", "what it is"],
              [[code(f.id), f.title] for f in formats]), ""]  # fmt: skip
    return "\n".join(parts)


def facts_of(component: Component) -> list[str]:
    variables = ", ".join(f"{v.title} ({code(v.name)})"
                          for v in component.variables(component.variants[0]))  # fmt: skip
    lines = [f"### `{component.id}`", "", f"{sentence(component.title)} {component.kind}.", "",
             f"- variables: {variables}", f"- domain: {component.domain}",
             f"- kinks: {component.kink_convention}",
             f"- layouts: {'; '.join(layout.title for layout in component.layouts)}",
             f"- names: {', '.join(map(code, component.names))}"]  # fmt: skip
    titles = [v.title.strip(", ") for v in component.variants]
    shown = titles if len(titles) <= 10 else [*titles[:10], f"and {len(titles) - 10} more"]
    lines.append(f"- read as: {'; '.join(shown)}")
    return lines


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def first_command() -> str:
    """Return README's first command that grades."""
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("gradcheck check "):
            return line.partition("#")[0].strip()
    raise SystemExit("README.md shows no command that starts with: gradcheck check")


def output() -> str:
    return shown(first_command(), ROOT)


def shown(command: str, folder: Path) -> str:
    """Return a command and what it prints, as a block."""
    return f"```text\n$ {command}\n{_run(command.split(), folder).rstrip()}\n```"


def _run(command: Sequence[str], folder: Path) -> str:
    environment = os.environ | {"COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"}
    program = os.path.join(sysconfig.get_path("scripts"), command[0])
    found = subprocess.run([program, *command[1:]], cwd=folder, env=environment,
                           capture_output=True, check=False)  # fmt: skip
    if found.stderr:
        raise SystemExit(found.stderr.decode())
    return found.stdout.decode()


def students(text: str) -> str:
    """Return the students' page with what their first file gets, and that finding's token."""
    name, source = readme_commands.files(text)[0]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(source, encoding="utf-8")
        failure = shown(f"gradcheck check {name}", Path(folder))
    again = re.search(rf"again: (gradcheck replay \w+ {re.escape(name)})", failure)
    if again is None:
        raise SystemExit(f"docs/students.md: nothing is wrong with its first {name}")
    text = between(text, "failure", failure)
    return between(text, "replay", f"```sh\n{again[1]}  # exit 0\n```")


def between(whole: str, name: str, text: str) -> str:
    """Return a file's text with the named part replaced."""
    begin, end = BEGIN.format(name), END.format(name)
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise SystemExit(f"the lines {begin} and {end} are needed, once each")
    before, _, rest = whole.partition(begin)
    return f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"


def rendered() -> dict[Path, str]:
    """Return the files that this script writes, as they should be."""
    readme, docs = ROOT / "README.md", ROOT / "docs"
    architecture, page = docs / "architecture.md", docs / "students.md"
    whole = architecture.read_text(encoding="utf-8")
    return {
        architecture: between(between(whole, "layers", layers()), "rooms", rooms()),
        docs / "catalogue.md": catalogue(),
        readme: between(readme.read_text(encoding="utf-8"), "output", output()),
        page: students(page.read_text(encoding="utf-8")),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if stale")
    check = parser.parse_args().check
    stale = []
    for path, text in rendered().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(ROOT).as_posix())
            if not check:
                path.write_text(text, encoding="utf-8")
    if stale:
        print("out of date, run scripts/render_docs.py:" if check else "written:", *stale)
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
