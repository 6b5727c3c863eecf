"""Executes the submission's source texts as modules."""

from __future__ import annotations

import ast
import functools
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from typing import Any

from .libraries import standard_library
from .notebook import without_magics
from .remains import modern, supply
from .serial import in_one_thread
from .single import HELPERS, compiled

__all__ = ["ABOVE", "FOLDER", "Refused", "Source", "Submission", "forget_packages", "load",
           "within", "work_of"]  # fmt: skip

_BOM = "\ufeff"
_NOTEBOOK = ".ipynb"
_IN_NOTEBOOKS = {"display": print, "get_ipython": lambda: None, "In": [""], "Out": {}}
"""What every cell may use without an import."""
FOLDER = "_submission_"
"""The package that the files of a folder are in, so that ``from .layers import *`` works."""
ABOVE = ("above",) * 4
"""Packages around it: ``from ...utils import x`` asks for what lies outside of the submission."""


def within(fullname: str) -> str:
    """Return a module's name without the packages that we put it into."""
    first, *rest = fullname.split(".")
    if first != FOLDER:
        return fullname
    above = next((k for k, part in enumerate(rest) if part != ABOVE[0]), len(rest))
    return ".".join(rest[above:])


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
    library = standard_library()
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
        vars(self.module).update(HELPERS)
        self.module.__file__ = file
        if file.endswith(_NOTEBOOK):
            self.module.__dict__.update(_IN_NOTEBOOKS)
        self.is_imported = False
        """Whether another file imports it: then it is no script, and must load."""
        self._skipped: dict[int, tuple[int, str, bool, bool]] = {}
        """By its first line, each top-level statement that was left: its last line, why, and
        whether that is a mistake, in any file or in one that others import."""
        self.is_python = True
        """Whether it was seen to compile; what doesn't is left out of a folder."""
        self._has_begun = False

    @property
    def skipped(self) -> list[tuple[int, int, str, bool]]:
        """Top-level statements that were left: first and last line, why, whether by mistake."""
        return [
            (first, last, reason, always or (imported and self.is_imported))
            for first, (last, reason, always, imported) in sorted(self._skipped.items())
        ]

    def _leave(self, first: int, last: int, error: BaseException | str, *, is_own: bool) -> None:
        """Note what is left; what raises itself is a mistake, what follows from it isn't."""
        reason = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
        always = isinstance(error, SyntaxError)
        imported = is_own and not isinstance(error, (str, *NOT_HERE))
        self._skipped.setdefault(first, (last, reason[:MOST_REASON], always, imported))

    def execute(self, mode: str = "whole") -> None:
        """Compile and execute it, once: the second import of a module does nothing.

        Parameters
        ----------
        mode : {"whole", "each", "definitions"}
            What happens to a file that doesn't go through: it raises, it is left at its
            definitions, or every file is.
        """
        if self._has_begun:
            return
        self._has_begun = True
        try:
            code = self._checked()
        except SyntaxError as error:
            if mode == "whole":
                raise
            self.is_python = False
            line = max(1, min(error.lineno or 1, self.source.count("\n") + 1))
            self._leave(line, line, type(error)(error.msg), is_own=True)
            return
        sys.modules[self.module.__name__] = self.module
        untouched = dict(vars(self.module))
        try:
            if mode != "definitions":
                exec(code, self.module.__dict__)
                return
        except (Exception, SystemExit) as error:
            if mode != "each":
                raise
            within_us = error.__traceback__
            if within_us is not None and within_us.tb_next is not None:
                line = within_us.tb_next.tb_lineno
                self._leave(line, line, error, is_own=True)
            vars(self.module).clear()
            vars(self.module).update(untouched)
        for statement in ast.parse(self.source).body:
            reason = work_of(statement) or self._raised(statement)
            if reason:
                last = statement.end_lineno or statement.lineno
                self._leave(statement.lineno, last, reason, is_own=False)

    def _checked(self) -> types.CodeType:
        if "\0" in self.source:
            line = self.source[: self.source.index("\0")].count("\n") + 1
            place = (self.file, line, None, None)
            raise SyntaxError("source code cannot contain null bytes", place)
        return self._compiled()

    def _compiled(self) -> types.CodeType:
        """Return the source compiled; one of Python 2 in today's form, line for line."""
        try:
            return compiled(self.source, self.file)
        except SyntaxError:
            for later in (modern(self.source), modern(without_magics(self.source))):
                try:
                    code = compiled(later, self.file)
                except SyntaxError:
                    continue
                self.source = later
                return code
            raise

    def _raised(self, statement: ast.stmt) -> Exception | SystemExit | None:
        """Execute a statement; return what it raised."""
        tree = ast.Module([statement], [])
        try:
            exec(compiled(tree, self.file), self.module.__dict__)
        except (Exception, SystemExit) as error:
            return error
        return None


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


def load(submission: Submission, mode: str = "whole") -> None:
    """Execute every source that no other has imported; raises whatever their code raises.

    In mode ``definitions``, top-level loops and calls are left out, and so is what raises:
    imports, functions, classes and assignments remain. In mode ``each`` that is done to the
    files that raise, and what is no Python is left out.
    """
    supply()
    in_one_thread("\n".join(source.source for source in submission.sources))
    for source in submission.sources:
        source.execute(mode)


WORK = (ast.For, ast.While, ast.With, ast.AsyncFor, ast.AsyncWith)
MOST_REASON = 200
NOT_HERE = (ImportError, OSError, EOFError, SystemExit)
"""What is raised where packages, data or a user aren't there, or a script ends: no mistake."""


def work_of(statement: ast.stmt) -> str:
    """Return why a statement isn't executed where only definitions are; empty for these."""
    if isinstance(statement, WORK):
        return "a loop or a block at the top level"
    if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
        return "a call at the top level"
    if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
        return "the script's own run"
    return ""
