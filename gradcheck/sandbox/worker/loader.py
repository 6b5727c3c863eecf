"""Executes the submission's source text as a module."""

from __future__ import annotations

import sys
import sysconfig
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

__all__ = ["Refused", "Submission", "forget_packages", "load"]

_BOM = "\ufeff"


class Refused:
    """A finder that refuses the judge's own packages (on ``sys.meta_path``)."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Refuse the named packages and leave every other name to the next finder."""
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(
                f"{fullname!r} belongs to the judge and is not available to submissions",
                name=fullname,
            )
        return None


def forget_packages() -> None:
    """Leave the standard library and NumPy, which is imported: nothing else can be found.

    Where the kernel locks the worker in, other packages can't be read; so that a submission
    gets the same verdict everywhere, they aren't found anywhere.
    """
    library = sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")
    others = ("site-packages", "dist-packages")
    sys.path[:] = [
        p for p in sys.path if not p.endswith(others) and (p.startswith(library) or ".zip" in p)
    ]


class Submission:
    """The loaded module with its source text."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source.removeprefix(_BOM)
        self.module = types.ModuleType(_module_name(file))
        self.module.__file__ = file

    @property
    def files(self) -> dict[str, int]:
        """The file names that a fault may point at, and how many lines each has."""
        text = self.source.replace("\r\n", "\n").replace("\r", "\n")
        return {self.file: text.count("\n") + 1}


def _module_name(file: str) -> str:
    """Return the stem, unless that would shadow a module the submission may import."""
    stem = file.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
    is_taken = stem in sys.modules or stem in sys.stdlib_module_names
    return f"submission_{stem}" if is_taken else stem


def load(submission: Submission) -> None:
    """Compile and execute the submission; raises whatever its code raises."""
    source = submission.source
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        raise SyntaxError(
            "source code cannot contain null bytes", (submission.file, line, None, None)
        )
    module = submission.module
    sys.modules[module.__name__] = module
    code = compile(source, submission.file, "exec", dont_inherit=True)
    exec(code, module.__dict__)
