"""Stand-ins for packages that aren't here: plots, a course's helpers, data loaders.

Importing one does no harm, and neither does calling it (a plot that isn't drawn); computing
with what it returned raises :class:`AbsentPackage`, which says what is missing.
"""

from __future__ import annotations

import ast
import builtins
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from typing import Any

from .folder import importer
from .given import forget, given
from .loader import within
from .substitutes import SUBSTITUTES

__all__ = ["Absent", "AbsentPackage", "Absentees"]

MOST_NAMES = 50
NUMPY = ("np", "numpy")
"""What a module of one's own hands NumPy on by: ``from common.np import *``."""
_RAISING = (
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "pow", "rpow",
    "matmul", "rmatmul", "mod", "neg", "pos", "abs", "lt", "le", "gt", "ge", "float", "int",
    "index", "array", "len", "round", "complex",
)  # fmt: skip


class AbsentPackage(ImportError):
    """Something was computed with what a missing package would have given."""


class Absent:
    """Whatever a missing package would have given: called, indexed, looped over for nothing."""

    def __init__(self, name: str) -> None:
        self._gradcheck_name = name

    def __getattr__(self, name: str) -> Any:
        """Return a part of it."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._gradcheck_name}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do nothing; as a decorator, return what is decorated."""
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]
        return Absent(self._gradcheck_name)

    def __getitem__(self, key: Any) -> Any:
        """Return a part of it."""
        return Absent(self._gradcheck_name)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Do nothing."""

    def __iter__(self) -> Iterator[Any]:
        """Refuse: how many there would be isn't known."""
        raise _missing(self)

    def __enter__(self) -> Any:
        """Return it."""
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing."""

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        """Leave it out of the bases of a class."""
        return ()


def _missing(value: Absent) -> AbsentPackage:
    name = value._gradcheck_name
    return AbsentPackage(f"{name} is needed here, and the package {name.split('.')[0]} isn't there")


def _refusing(operation: str) -> Any:
    def refuse(self: Absent, *args: Any, **kwargs: Any) -> Any:
        raise _missing(self)

    refuse.__name__ = f"__{operation}__"
    return refuse


for _operation in _RAISING:
    setattr(Absent, f"__{_operation}__", _refusing(_operation))


class _AbsentModule(types.ModuleType):
    """A package that isn't there."""

    _gradcheck_finder: Absentees

    def __getattr__(self, name: str) -> Any:
        """Return what stands for a member.

        ``from helpers import *`` asks for ``__all__``: whatever its source uses and nothing has
        defined by then may have come from there.
        """
        frame = sys._getframe(1)
        source = self._gradcheck_finder.sources.get(frame.f_code.co_filename, "")
        if name == "__all__":
            known = frame.f_globals
            return [n for n in _used(source) if n not in known and not hasattr(builtins, n)]
        if name in NUMPY:  # the asker's own: in another number system its imports are swapped
            return frame.f_builtins["__import__"]("numpy")
        if name.startswith("__"):
            raise AttributeError(name)
        absent = Absent(f"{self.__name__}.{name}")
        return self._gradcheck_finder.given(absent, source)


class Absentees:
    """The last finder on ``sys.meta_path``: what no other finds isn't there.

    An import inside a ``try`` has its own way out, and is left to it; so is one that isn't the
    submission's own but a library's.
    """

    def __init__(
        self, sources: Mapping[str, str], *, has_helpers: bool = False, beside: Sequence[str] = ()
    ) -> None:
        self.names: list[str] = []
        self.helpers: list[str] = []
        """Of what was missing, what we stood in for."""
        self.sources = sources
        self._has_helpers = has_helpers
        self._beside = frozenset(beside)
        self._guarded = cache(_guarded)
        """What a source itself deals with; asked only where something is missing."""
        if not has_helpers:
            forget()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return a spec of a stand-in."""
        root = within(fullname).partition(".")[0]
        source = self.sources.get(importer())
        if root == "numpy" or source is None or root in self._guarded(source):
            return None
        if root not in self.names and len(self.names) < MOST_NAMES:
            self.names.append(root)
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]

    def foresee(self) -> None:
        """Note what isn't there of what functions are going to import when they are called."""
        own = {part for file in self.sources for part in file.removesuffix(".py").split("/")}
        known = {*own, *sys.modules, *sys.stdlib_module_names, *self.names}
        for source in self.sources.values():
            lacking = _called_for(source) - self._guarded(source) - known
            self.names += sorted(lacking.difference(self.names))[: MOST_NAMES - len(self.names)]

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """Return a stand-in."""
        module = _AbsentModule(spec.name)
        module._gradcheck_finder = self
        vars(module).update(SUBSTITUTES.get(within(spec.name), {}))
        return module

    def given(self, absent: Absent, source: str) -> Any:
        """Return a helper that is known by its name, or what is absent."""
        whole = within(absent._gradcheck_name)
        module, _, name = whole.rpartition(".")
        is_known = self._has_helpers and module.partition(".")[0] not in self._beside
        value = given(module, name, source) if is_known else None
        if value is None:
            return absent
        if whole not in self.helpers and len(self.helpers) < MOST_NAMES:
            self.helpers.append(whole)
        return _refusing_what_it_lacks(value, absent)

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing."""


def _refusing_what_it_lacks(value: Callable[..., Any], absent: Absent) -> Callable[..., Any]:
    """Return a helper that raises for what it doesn't know as what is absent does."""

    def helper(*args: Any) -> Any:
        try:
            return value(*args)
        except LookupError:
            raise _missing(absent) from None

    return helper


@cache
def _used(source: str) -> tuple[str, ...]:
    """Return the names that a source reads."""
    read = (n.id for n in ast.walk(_tree(source)) if isinstance(n, ast.Name))
    return tuple(n for n in dict.fromkeys(read) if not n.startswith("__"))


def _guarded(source: str) -> frozenset[str]:
    """Return the packages whose absence the source itself deals with."""
    blocks = (node for node in ast.walk(_tree(source)) if isinstance(node, ast.Try))
    return _imported(statement for block in blocks for statement in block.body)


def _called_for(source: str) -> frozenset[str]:
    """Return the packages that functions of a source import."""
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    return _imported(node for node in ast.walk(_tree(source)) if isinstance(node, defined))


def _imported(statements: Iterable[ast.AST]) -> frozenset[str]:
    found: set[str] = set()
    for node in (inner for statement in statements for inner in ast.walk(statement)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
