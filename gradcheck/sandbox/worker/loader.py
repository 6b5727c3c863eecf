"""Executes the submission's source texts as modules."""

from __future__ import annotations

import ast
import functools
import sys
import sysconfig
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from .remains import modern, supply

__all__ = ["FOLDER", "Refused", "Source", "Submission", "forget_packages", "load"]

_BOM = "\ufeff"
_NOTEBOOK = ".ipynb"
_IN_NOTEBOOKS = {"display": print, "get_ipython": lambda: None, "In": [""], "Out": {}}
"""What every cell may use without an import."""
FOLDER = "_submission_"
"""The package that the files of a folder are in, so that ``from .layers import *`` works."""


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


class Source:
    """One source text and the module that it becomes."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source.removeprefix(_BOM)
        self.module = types.ModuleType(_module_name(file))
        self.module.__file__ = file
        if file.endswith(_NOTEBOOK):
            self.module.__dict__.update(_IN_NOTEBOOKS)
        self.skipped: list[tuple[int, int, str]] = []
        """Top-level statements that weren't executed: first and last line, and why."""
        self._has_begun = False

    def execute(self, *, only_definitions: bool) -> None:
        """Compile and execute it, once: the second import of a module does nothing."""
        if self._has_begun:
            return
        self._has_begun = True
        if "\0" in self.source:
            line = self.source[: self.source.index("\0")].count("\n") + 1
            place = (self.file, line, None, None)
            raise SyntaxError("source code cannot contain null bytes", place)
        sys.modules[self.module.__name__] = self.module
        code = self._compiled()
        if not only_definitions:
            exec(code, self.module.__dict__)
            return
        for statement in ast.parse(self.source).body:
            reason = _is_work(statement) or self._reason(statement)
            if reason:
                last = statement.end_lineno or statement.lineno
                self.skipped.append((statement.lineno, last, reason))

    def _compiled(self) -> types.CodeType:
        """Return the source compiled; one of Python 2 in today's form, line for line."""
        try:
            return compile(self.source, self.file, "exec", dont_inherit=True)
        except SyntaxError:
            later = modern(self.source)
            try:
                code = compile(later, self.file, "exec", dont_inherit=True)
            except SyntaxError:
                code = None
            if code is None:
                raise
            self.source = later
            return code

    def _reason(self, statement: ast.stmt) -> str:
        """Execute a statement; return why it had to be left, or nothing."""
        tree = ast.Module([statement], [])
        try:
            exec(compile(tree, self.file, "exec", dont_inherit=True), self.module.__dict__)
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:MOST_REASON]
        return ""


class Submission:
    """The source texts with their modules, in the judge's order."""

    def __init__(self, files: Sequence[Sequence[str]] = ()) -> None:
        self.sources = [Source(file, source) for file, source in files]

    @functools.cached_property
    def files(self) -> dict[str, int]:
        """The file names that a fault may point at, and how many lines each has."""
        texts = {s.file: s.source.replace("\r\n", "\n").replace("\r", "\n") for s in self.sources}
        return {file: text.count("\n") + 1 for file, text in texts.items()}


def _module_name(file: str) -> str:
    """Return the dotted path, unless that would shadow a module the submission may import."""
    path = file.replace("\\", "/").removesuffix(".py").removesuffix("/__init__")
    name = FOLDER if path == "__init__" else path.replace("/", ".")
    is_taken = name in sys.modules or name in sys.stdlib_module_names
    return f"submission_{name}" if is_taken else name


def load(submission: Submission, *, only_definitions: bool = False) -> None:
    """Execute every source that no other has imported; raises whatever their code raises.

    With ``only_definitions``, top-level loops and calls are left out, and so is what raises:
    imports, functions, classes and assignments remain.
    """
    supply()
    for source in submission.sources:
        source.execute(only_definitions=only_definitions)


WORK = (ast.For, ast.While, ast.With, ast.AsyncFor, ast.AsyncWith)
MOST_REASON = 200


def _is_work(statement: ast.stmt) -> str:
    """Return why a statement isn't executed where only definitions are; empty for these."""
    if isinstance(statement, WORK):
        return "a loop or a block at the top level"
    if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
        return "a call at the top level"
    if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
        return "the script's own run"
    return ""
