"""Public names that a loaded submission defines: functions, classes, signatures.

What can't be described (an object whose attributes raise, a name that is no
identifier) is left out.
"""

from __future__ import annotations

import ast
import inspect
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .absent import Absent
from .keys import KeyReader
from .loader import Source, Submission
from .selfless import is_selfless
from .syntax import Definition, Outline, assignments, returns, span
from .words import WordReader, Words

__all__ = ["describe"]

MAX_FUNCTIONS = 500
MAX_BASES = 20
MAX_PARAMETERS = 200
MAX_NAME = 200
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_ANNOTATIONS = ("types", "typing")
"""Where the types of callable annotations live: ``list[float]``, ``NewType``."""
_SPECIAL = ("__init__", "__call__", "__add__", "__sub__", "__mul__", "__truediv__", "__pow__",
            "__matmul__", "__neg__", "__abs__", "__getitem__")  # fmt: skip
_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}
Entry = dict[str, Any]
Read = tuple[dict[str, list[str]], Words]
"""By which keys a function reads each of its parameters, and by which words it branches."""


def describe(submission: Submission) -> dict[str, list[Entry]]:
    """Return the functions and classes of each file as JSON-able data, in source order."""
    modules = frozenset(source.module.__name__ for source in submission.sources)
    functions: list[Entry] = []
    classes: list[Entry] = []
    readable = ((k, source) for k, source in enumerate(submission.sources) if source.is_python)
    for index, source in readable:
        for kind, found in zip((functions, classes), _described(source, modules), strict=True):
            kind += [{**entry, "file": index} for entry in sorted(found, key=_line)]
    return {"functions": functions[:MAX_FUNCTIONS], "classes": classes[:MAX_FUNCTIONS]}


def _described(source: Source, modules: frozenset[str]) -> tuple[list[Entry], list[Entry]]:
    describer = _Describer(source, modules)
    functions: list[Entry] = []
    classes: list[Entry] = []
    for name, value in list(vars(source.module).items()):
        if not _is_public(name) or type(value) is Absent:
            continue
        try:
            if isinstance(value, type):
                classes += describer.classes(name, value)
            elif describer.is_own(name, value):
                functions += describer.functions(name, value)
        except BaseException:  # hostile attributes: leave the name out
            continue
    return functions, classes


def _line(entry: Entry) -> int:
    line: int = entry["line"]
    return line


def _is_public(name: object) -> bool:
    return (
        type(name) is str
        and name.isidentifier()
        and not name.startswith("_")
        and len(name) <= MAX_NAME
    )


def _is_private(name: object) -> bool:
    """Tell whether a name is one of a class's own use, as it stands in its dict."""
    if type(name) is not str or not name.isidentifier() or len(name) > MAX_NAME:
        return False
    return name.startswith("_") and not name.endswith("__")


def _ordered(methods: dict[str, Entry]) -> list[Entry]:
    return sorted(methods.values(), key=_line)[:MAX_FUNCTIONS]


class _Describer:
    def __init__(self, source: Source, modules: frozenset[str]) -> None:
        self._module = source.module.__name__
        self._modules = modules
        """All of the submission's: a class may inherit from another file's."""
        self._file = source.file
        self._outline = Outline(source.source)
        self._keys = KeyReader(self._outline.top)
        self._words = WordReader(self._outline.top)

    def is_own(self, name: str, value: Any) -> bool:
        """Tell whether a module-level value is a callable that the submission made."""
        if not callable(value) or name in self._outline.imported:
            return False
        if isinstance(value, _FUNCTIONS):
            return getattr(value, "__module__", None) == self._module
        if type(value).__module__ in _ANNOTATIONS:
            return False
        if isinstance(value, np.ufunc):  # np.frompyfunc makes own ones, np.exp isn't
            return getattr(np, value.__name__, None) is not value
        return True

    def functions(self, name: str, value: Any) -> Iterator[Entry]:
        code = getattr(_unwrapped(value), "__code__", None)
        code_name, line = "", 0
        if isinstance(code, types.CodeType) and code.co_filename == self._file:
            code_name, line = code.co_name, code.co_firstlineno
        node = self._outline.function(name, code_name, line)
        statement = node or self._outline.top.get(name)
        lines = span(statement) if statement is not None else (line, line)
        if lines[0] > 0:
            yield _entry(name, value, lines, node, read=self._read(node))

    def classes(self, name: str, value: type) -> Iterator[Entry]:
        if value.__module__ != self._module:
            return
        node = self._outline.top.get(name) or self._outline.top.get(value.__name__)
        if node is None:
            return
        methods: dict[str, Entry] = {}
        private: dict[str, Entry] = {}
        for owner in reversed(value.__mro__):
            if owner.__module__ not in self._modules:
                continue
            for key, raw in list(vars(owner).items()):
                is_shown = key in _SPECIAL or _is_public(key)
                if not is_shown and not _is_private(key):
                    continue
                kept = methods if is_shown else private
                kept.pop(key, None)
                entry = self._method(owner, key, raw, span(node))
                if entry is not None:
                    kept[key] = entry
        line, end_line = span(node)
        bases = [b.__name__ for b in value.__mro__[1:] if b.__module__ in self._modules]
        yield {"name": name, "line": line, "end_line": end_line, "methods": _ordered(methods),
               "private": _ordered(private),
               "bases": [b for b in bases if b.isidentifier()][:MAX_BASES]}  # fmt: skip

    def _method(self, owner: type, name: str, raw: Any, lines: tuple[int, int]) -> Entry | None:
        is_bound = not isinstance(raw, staticmethod)
        function = raw.__func__ if isinstance(raw, (staticmethod, classmethod)) else raw
        if not isinstance(function, types.FunctionType):
            return None
        is_here = owner.__module__ == self._module
        written = name.removeprefix(f"_{owner.__name__.lstrip('_')}")  # of ``__forward``
        written = written if written.startswith("__") else name
        node = self._outline.method(owner.__name__, written) if is_here else None
        entry = _entry(name, function, span(node) if node else lines, node,
                       read=self._read(node), is_bound=is_bound)  # fmt: skip
        is_free = isinstance(node, ast.FunctionDef) and is_selfless(
            node, self._outline.methods_of(owner.__name__)
        )
        return {**entry, "is_static": not is_bound, "is_selfless": is_bound and is_free}

    def _read(self, node: Definition | None) -> Read:
        return (self._keys.read(node), self._words.read(node)) if node is not None else ({}, {})


def _unwrapped(value: Any) -> Any:
    """Return the function inside a decorated one, a partial or a vectorize."""
    inner = inspect.unwrap(value)
    for attribute in ("func", "pyfunc", "__func__"):
        if not isinstance(inner, types.FunctionType):
            inner = getattr(inner, attribute, inner)
    return inner


def _entry(
    name: str,
    value: Callable[..., Any],
    lines: tuple[int, int],
    node: Definition | None,
    *,
    read: Read,
    is_bound: bool = False,
) -> Entry:
    parameters = _parameters(value, is_bound, read)
    return {
        "name": name,
        "parameters": parameters or [],
        "has_signature": parameters is not None,
        "line": lines[0],
        "end_line": lines[1],
        "returns": returns(node) if node is not None else [],
        "assignments": assignments(node) if node is not None else [],
    }


def _parameters(value: Callable[..., Any], is_bound: bool, read: Read) -> list[list[Any]] | None:
    try:
        found = list(inspect.signature(value).parameters.values())
    except BaseException:  # builtins without one, and objects that lie about theirs
        return None
    if (
        is_bound
        and found
        and found[0].kind
        in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
    ):
        found = found[1:]
    if any(len(parameter.name) > MAX_NAME for parameter in found):
        return None
    kinds = _KINDS
    if _takes_more(value, found):  # calls pass what must be passed in order, one way or another
        kinds = {**_KINDS, inspect.Parameter.KEYWORD_ONLY: "positional"}
    return [
        [
            parameter.name,
            kinds[parameter.kind]
            if parameter.default is inspect.Parameter.empty
            else _KINDS[parameter.kind],
            parameter.default is not inspect.Parameter.empty,
            _default(parameter.default),
            read[0].get(parameter.name, []),
            [[word, *lines] for word, lines in read[1].get(parameter.name, {}).items()],
        ]
        for parameter in found[:MAX_PARAMETERS]
    ]


def _takes_more(value: Callable[..., Any], parameters: list[inspect.Parameter]) -> bool:
    """Tell whether a function's keyword-only parameters follow positional ones without defaults."""
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    return bool(getattr(code, "co_kwonlyargcount", 0)) and not any(
        p.kind == inspect.Parameter.VAR_POSITIONAL
        or (p.kind != inspect.Parameter.KEYWORD_ONLY and p.default is not inspect.Parameter.empty)
        for p in parameters
    )


def _default(value: Any) -> Any:
    """Return a JSON scalar, None for everything else."""
    if type(value) is bool or (type(value) is str and len(value) <= MAX_NAME):
        return value
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    return value if type(value) is float and math.isfinite(value) else None
