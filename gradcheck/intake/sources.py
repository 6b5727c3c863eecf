"""Which files of a folder or an archive are a submission's, and how much is read of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from gradcheck.errors import SubmissionError

__all__ = ["MOST_BYTES", "MOST_ENTRIES", "SOURCE_BYTES", "chosen", "in_excess",
           "is_passed_over", "shortened"]  # fmt: skip

SOURCE_BYTES = {".py": 256 * 2**10, ".ipynb": 16 * 2**20}
"""What a source may have at most, by kind: a notebook holds pictures too, which nobody reads."""
MOST_BYTES = {".py": 4 * 2**20, ".ipynb": 24 * 2**20}
"""Of all sources of one submission, by kind."""
MOST_FILES = 100
MOST_ENTRIES = 10_000
"""Files of any kind that are looked at."""
ENVIRONMENTS = frozenset({"venv", "env", "site-packages", "node_modules", "build", "dist"})


def is_passed_over(folder: str) -> bool:
    """Return whether a folder of that name holds nothing that a student wrote."""
    return folder.startswith((".", "__")) or folder in ENVIRONMENTS


def chosen(name: str, paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the paths that are a submission's sources, sorted.

    Tests, ``conftest.py`` and ``setup.py`` are left aside, unless there is nothing else.

    Raises
    ------
    SubmissionError
        If there are too many.
    """
    sources = sorted(
        path for path in paths
        if path.suffix in SOURCE_BYTES and not path.name.startswith(".")
        and not any(map(is_passed_over, path.parts[:-1]))
    )  # fmt: skip
    own = [path for path in sources if not _is_aside(path.name)] or sources
    if len(own) > MOST_FILES:
        raise SubmissionError(
            f"{name}: {len(own)} sources in one submission, {MOST_FILES} at most; if each folder "
            "inside is a submission, give those"
        )
    return own


def in_excess(sizes: Iterable[tuple[str, int]]) -> tuple[int, int] | None:
    """Return how large all sources of a kind are and may be, where they are too large together."""
    found = [(PurePosixPath(name).suffix, size) for name, size in sizes]
    for kind, most in MOST_BYTES.items():
        together = sum(size for suffix, size in found if suffix == kind)
        if together > most:
            return together, most
    return None


def _is_aside(name: str) -> bool:
    return name in {"conftest.py", "setup.py"} or (
        name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
    )


def shortened(paths: Collection[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Return the paths as they are told, without the folder that all of them are in."""
    folders = [path.parts[:-1] for path in paths]
    same = 0
    for level in zip(*folders, strict=False):  # as deep as the least deep of them
        if len(set(level)) > 1:
            break
        same += 1
    return {path: str(PurePosixPath(*path.parts[same:])) for path in paths}
