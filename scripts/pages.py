"""A page for each component and each convention, made when the site of the docs is built.

Every page shows a submission of the zoo that passes; the zoo's tests hold it to that. A
component's page lists the wrong ones, too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from render_docs import code, facts_of, sentence, table

from gradcheck import families

__all__ = ["FOLDERS", "pages", "write"]

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("components", "conventions")
RIGHT = "right-"


@dataclass(frozen=True)
class Entry:
    """A submission of the zoo, with what it must get."""

    folder: Path

    @cached_property
    def components(self) -> list[dict[str, Any]]:
        """What it is made of."""
        text = (self.folder / "expected.toml").read_text(encoding="utf-8")
        found: list[dict[str, Any]] = tomllib.loads(text).get("components", [])
        return found

    @property
    def is_right(self) -> bool:
        """Whether it passes."""
        return self.folder.name.startswith(RIGHT)

    @cached_property
    def source(self) -> str:
        """Its code."""
        (path,) = self.folder.glob("*.py")
        return path.read_text(encoding="utf-8").strip()

    def shown(self) -> list[str]:
        """Return the code as a block, and where it is."""
        place = self.folder.relative_to(ROOT).as_posix()
        return [
            *("```python", self.source, "```", ""),
            *(f"It is `{place}`, and the tests grade it.", ""),
        ]


def pages() -> dict[str, str]:
    """Return the Markdown of each page by its path under ``docs``."""
    entries = [Entry(p.parent) for p in sorted((ROOT / "submissions").glob("*/*/expected.toml"))]
    components, conventions = families.all_components(), families.all_conventions()
    found: dict[str, str] = {}
    for component in components:
        lines = [f"# {component.id}", "", *facts_of(component)[2:], ""]
        lines[2] = f"{sentence(component.title)} ({component.kind})"
        lines += ["## A submission that passes", ""]
        lines += _example(entries, "id", component.id).shown()
        lines += _mistakes(entries, component.id)
        found[f"components/{component.id}.md"] = "\n".join(lines)
    for convention in conventions:
        lines = [f"# {convention.id}", "", sentence(convention.title), ""]
        lines += ["```python", convention.example.strip("\n"), "```", ""]
        lines += ["## A submission that passes", ""]
        lines += _example(entries, "convention", convention.id).shown()
        found[f"conventions/{convention.id}.md"] = "\n".join(lines)
    for folder, members in zip(FOLDERS, (components, conventions), strict=True):
        rows = [[f"[{m.id}]({m.id}.md)", sentence(m.title)] for m in members]
        tree = ["```{toctree}", ":hidden:", "", *(m.id for m in members), "```", ""]
        found[f"{folder}/index.md"] = "\n".join(
            [f"# {folder.capitalize()}", "", table([folder[:-1], "what it is"], rows), "", *tree]
        )
    return found


def _example(entries: Sequence[Entry], key: str, wanted: str) -> Entry:
    """Return the shortest submission that passes, of those that are about little else."""
    fitting = [
        e for e in entries if e.is_right and any(c.get(key) == wanted for c in e.components)
    ]
    if not fitting:
        raise LookupError(f"the zoo has no right submission with {key} = {wanted!r}")
    return min(fitting, key=lambda e: (len(e.components), len(e.source)))


def _mistakes(entries: Sequence[Entry], component: str) -> list[str]:
    rows = sorted(set(_told(entries, component)))
    if not rows:
        return []
    return ["## Mistakes that are told apart", "",
            table(["what was handed in", "what it gets"], rows), ""]  # fmt: skip


def _told(entries: Sequence[Entry], component: str) -> Iterator[tuple[str, str]]:
    for entry in (e for e in entries if not e.is_right):
        for found in entry.components:
            if found["id"] == component and found["findings"]:
                named = found.get("diagnosis") or found["findings"][0]
                names = [named] if isinstance(named, str) else named
                yield found["mistake"], ", ".join(map(code, names))


def write(docs: Path) -> None:
    """Write the pages below a folder; those of members that are gone are removed."""
    wanted = pages()
    for folder in FOLDERS:
        (docs / folder).mkdir(exist_ok=True)
        for path in (docs / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in wanted:
                path.unlink()
    for name, text in wanted.items():
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
