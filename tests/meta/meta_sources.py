"""What the tests of the project itself share: its files, modules and imports."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = (ROOT, ROOT / "reference")
PACKAGES = ("gradcheck", "gradcheck_reference")
ENTRY = "_gradcheck_pytest_entry"
DATA = ROOT / "gradcheck" / "assignments"
"""Model solutions of the shipped assignments: written as students write, never imported."""


@dataclass(frozen=True)
class Import:
    """One imported module."""

    importer: str
    target: str
    line: int
    is_nested: bool
    """Whether it stands inside a function."""
    is_for_types: bool
    """Whether it stands under ``if TYPE_CHECKING``."""


@cache
def modules() -> dict[str, Path]:
    """Return every module of the project's packages by its dotted name."""
    found = {ENTRY: ROOT / f"{ENTRY}.py"}
    for base in SOURCE_ROOTS:
        for package in PACKAGES:
            for path in sorted((base / package).rglob("*.py")):
                if DATA in path.parents:
                    continue
                name = ".".join(path.relative_to(base).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """Return a parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_in(
    importer: str, module: ast.Module, known: frozenset[str], *, is_package: bool = False
) -> list[Import]:
    """Return what a module imports: dotted names, of submodules where ``known`` has them."""
    found: list[Import] = []

    def note(target: str, node: ast.AST, state: tuple[bool, bool]) -> None:
        found.append(Import(importer, target, node.lineno, *state))  # type: ignore[attr-defined]

    def visit(node: ast.AST, state: tuple[bool, bool]) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                note(alias.name, node, state)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = importer.split(".")
                drop = node.level - 1 if is_package else node.level
                base = ".".join([*parts[: len(parts) - drop], *([base] if base else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                note(whole if whole in known else base, node, state)
        elif isinstance(node, ast.Call) and "import_module" in ast.dump(node.func):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                note(first.value, node, state)
            else:
                note("(computed)", node, state)
        for child in ast.iter_child_nodes(node):
            inner = state
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = (True, state[1])
            elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                inner = (state[0], state[1] or child in node.body)
            visit(child, inner)

    visit(module, (False, False))
    return found


@cache
def imports() -> tuple[Import, ...]:
    """Return every import of the project, the standard library's included."""
    known = frozenset(modules())
    found: list[Import] = []
    for name, path in modules().items():
        is_package = path.name == "__init__.py"
        found += imports_in(name, tree(path), known, is_package=is_package)
    return tuple(found)


@cache
def layer_table() -> dict[str, Any]:
    """Return docs/layers.toml."""
    return tomllib.loads((ROOT / "docs" / "layers.toml").read_text(encoding="utf-8"))


def rank(number: str) -> tuple[int, ...]:
    """Return a layer's number as something that compares: 4.10 comes after 4.9."""
    return tuple(int(part) for part in number.split("."))


def tracked_files() -> Iterator[Path]:
    """Yield the files that are, or would be, in a commit (of an unpacked archive: all)."""
    if not (ROOT / ".git").exists():
        yield from (p for p in ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        return
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            yield ROOT / name
