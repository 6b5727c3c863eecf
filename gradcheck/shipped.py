"""The assignments that come with gradcheck: folders in ``gradcheck/assignments``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ASSIGNMENT_FILE", "located", "shipped_assignments"]

FOLDER = Path(__file__).parent / "assignments"
ASSIGNMENT_FILE = "assignment.toml"


def shipped_assignments() -> dict[str, Path]:
    """Return the path of each shipped ``assignment.toml`` by its name."""
    return {p.parent.name: p for p in sorted(FOLDER.glob(f"*/{ASSIGNMENT_FILE}"))}


def located(given: str | Path) -> Path:
    """Return the file that an author means: a path, a folder with one inside, a shipped name.

    What is on disk goes before what is shipped. Whether the file exists isn't looked at.
    """
    path = Path(given)
    if path.is_dir():
        return path / ASSIGNMENT_FILE
    if not path.exists() and str(given) in shipped_assignments():
        return shipped_assignments()[str(given)]
    return path
