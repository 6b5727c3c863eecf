"""Modules of one submission that import each other: found in memory, never on a disk."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from .loader import ABOVE, FOLDER, Source, within

__all__ = ["OwnModules", "importer"]

PACKAGE = "__init__.py"
BETWEEN = ("<frozen importlib", os.path.join(os.path.dirname(__file__), "systems", ""))
"""Whose code stands between an import statement and a finder: in a copy that computes with other
numbers, the ``__import__`` that gives it the swapped modules."""


def importer() -> str:
    """Return the file whose import statement a finder is asked for."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(BETWEEN):
        frame = frame.f_back  # type: ignore[assignment]
    return frame.f_code.co_filename if frame is not None else ""


class OwnModules:
    """The first finder on ``sys.meta_path``: a submission's own modules, for its own files.

    A name is looked for from the top of the folder, and then at the end of any path: a
    submission that was written inside a course's folders still finds its parts. What a library
    imports is left to the others, so that no ``random.py`` gets between NumPy and Python's.

    Parameters
    ----------
    sources : sequence of Source
        All files; each is executed once, under whatever name it is imported.
    folder : str
        What the folder itself is called: from within, too, some import ``folder.part``, or
        by the whole path of the project that the folder was taken from.
    """

    def __init__(
        self, sources: Sequence[Source], *, mode: str, folder: str = ""
    ) -> None:
        self._folder = folder
        self._sources = {source.file.replace("\\", "/"): source for source in sources}
        self._mode = mode
        self._is_folder_of_files = len(sources) > 1
        for path, source in self._sources.items():
            source.module.__package__ = ".".join([FOLDER, *ABOVE, *path.split("/")[:-1]])
            if path.rpartition("/")[2] == PACKAGE:
                source.module.__path__ = []

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec of an own module, or of a folder that holds some."""
        if importer() not in self._sources:
            return None
        if not self._is_folder_of_files and fullname.partition(".")[0] != FOLDER:
            return None
        if within(fullname) == "" and len(fullname.split(".")) <= len(ABOVE):
            return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]
        wanted = within(fullname).replace(".", "/")
        rest = self._rest(wanted)
        is_whole = rest is not None
        file = self._file(wanted if rest is None else rest)
        is_package = file is None or file.endswith(PACKAGE)
        if file is None and not is_whole and not self._is_folder(wanted):
            return None
        return ModuleSpec(fullname, self, origin=file, is_package=is_package)  # type: ignore[arg-type]

    def _rest(self, wanted: str) -> str | None:
        """Return what of ``course.folder.part`` is inside of the folder that was handed in."""
        parts = wanted.split("/")
        for k in (k for k, part in enumerate(parts) if part == self._folder):
            rest = "/".join(parts[k + 1 :])
            if not rest or self._has(rest):
                return rest
        return None

    def _file(self, wanted: str) -> str | None:
        ends = (f"{wanted}/{PACKAGE}".lstrip("/"), f"{wanted}.py")
        top = (end for end in ends if end in self._sources)
        found = next(top, None)
        if found is not None or not wanted or self._has(wanted):
            return found
        below = tuple(f"/{end}" for end in ends)
        return next((path for path in self._sources if path.endswith(below)), None)

    def _has(self, wanted: str) -> bool:
        """Return whether something of that path is at the folder's top."""
        ends = (f"{wanted}.py", f"{wanted}/")
        return any(path == ends[0] or path.startswith(ends[1]) for path in self._sources)

    def _is_folder(self, wanted: str) -> bool:
        return not wanted or any(f"/{wanted}/" in f"/{path}" for path in self._sources)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        """Return the one module of a file; a folder gets a new one."""
        if not spec.origin:
            return None
        self._sources[spec.origin].is_imported = True
        return self._sources[spec.origin].module

    def exec_module(self, module: types.ModuleType) -> None:
        """Execute the file, if that wasn't done yet."""
        source = self._sources.get(getattr(module, "__file__", None) or "")
        if source is not None:
            source.execute(self._mode)
