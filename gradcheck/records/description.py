"""What a worker says about a submission's source: names, signatures, lines.

Everything here is a *claim* of the worker: the judge uses it to compose programs
and to point at lines, never to decide whether something is right. Lines are counted on from
one file to the next, as if all stood in one text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = [
    "ClassDescription",
    "FunctionDescription",
    "ModuleDescription",
    "Parameter",
    "ReturnStatement",
    "Returned",
    "Skipped",
]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a signature (``self`` is left out)."""

    name: str
    kind: Literal["positional", "keyword", "var-positional", "var-keyword"]
    has_default: bool = False
    default: Any = None
    """The default if it is a JSON scalar (None, bool, int, finite float, str), else None."""
    keys: tuple[str, ...] = ()
    """The names in quotes by which every call reads it: ``w`` where it reads ``params["w"]``."""
    words: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The words that it is compared with, one a branch, and the branch's lines: those of
    ``kind == "relu"``; zeros where they aren't known."""


@dataclass(frozen=True)
class Returned:
    """One element of a returned tuple, list or dict, or the returned expression itself.

    ``key`` is the index or the dict key (None for a lone expression), ``name`` the
    variable if the element is a plain name (for ``self.dW`` it is ``self.dW``); ``lambda`` for
    a function that is made on the spot.
    """

    key: int | str | None
    name: str | None
    line: int


@dataclass(frozen=True)
class ReturnStatement:
    """A ``return`` of a function's own body.

    ``guards`` are the names that are true where it is reached (``not deriv``: that are false).
    """

    line: int
    end_line: int
    elements: tuple[Returned, ...] = ()
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class FunctionDescription:
    """A public function, lambda or method.

    ``assignments`` maps a target (``dW``, ``self.dW``, ``grads['W']``) to the lines
    of the statements that assign it in this function, in source order.
    """

    name: str
    qualified_name: str
    parameters: tuple[Parameter, ...]
    line: int
    end_line: int
    has_signature: bool = True
    returns: tuple[ReturnStatement, ...] = ()
    assignments: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    file: int = 0
    """Which of the submission's files it is in; a method is in its class's."""
    is_static: bool = False
    """Whether it is a method that needs no object."""
    is_selfless: bool = False
    """Whether it is a method that uses nothing of its object."""

    @property
    def takes_anything(self) -> bool:
        """Whether its signature doesn't tell what it takes (``np.vectorize``, ``*args``)."""
        has_rest = any(p.kind == "var-positional" for p in self.parameters)
        return not self.has_signature or (has_rest and not self.required)

    @property
    def required(self) -> tuple[Parameter, ...]:
        """The positional parameters that have no default."""
        return tuple(p for p in self.parameters if p.kind == "positional" and not p.has_default)


@dataclass(frozen=True)
class ClassDescription:
    """A public class with its public methods, ``__init__`` and ``__call__``."""

    name: str
    line: int
    end_line: int
    methods: Mapping[str, FunctionDescription] = field(default_factory=dict)
    private: Mapping[str, FunctionDescription] = field(default_factory=dict)
    """Methods of its own use, by the names that objects have them by: ``_forward``, and
    ``_Net__forward`` for ``__forward``."""
    file: int = 0
    bases: tuple[str, ...] = ()
    """The submission's own classes that it inherits from."""


@dataclass(frozen=True)
class Skipped:
    """Top-level lines that weren't executed, and why."""

    line: int
    end_line: int
    reason: str
    is_mistake: bool = False
    """Whether they are no Python or raise in a module, and not what a script does by itself."""


@dataclass(frozen=True)
class ModuleDescription:
    """The public names that the submission itself defines, in source order."""

    functions: tuple[FunctionDescription, ...] = ()
    classes: tuple[ClassDescription, ...] = ()
    absent: tuple[str, ...] = ()
    """Packages that are imported and aren't there."""
    skipped: tuple[Skipped, ...] = ()
    files: tuple[int, ...] = (0,)
    """Those whose names are described, by their places in the submission."""
    helpers: tuple[str, ...] = ()
    """Of what was missing, what we stood in for: ``planar_utils.sigmoid``."""

    @property
    def unloaded(self) -> tuple[Skipped, ...]:
        """Where files, cells and modules don't load, beside others that do."""
        return tuple(one for one in self.skipped if one.is_mistake)

    @property
    def has_names(self) -> bool:
        """Whether it defines anything."""
        return bool(self.functions or self.classes)

    @property
    def parts(self) -> tuple[ModuleDescription, ...]:
        """What files define together: in each part, every name stands for one thing only.

        Most submissions have one part; two files that both define ``sigmoid`` are in two.
        """
        files: dict[int, set[str]] = {}
        entries: list[FunctionDescription | ClassDescription] = [*self.functions, *self.classes]
        for entry in entries:
            files.setdefault(entry.file, set()).add(entry.name)
        grouped: list[tuple[list[int], set[str]]] = []
        for file, names in sorted(files.items()):
            members, taken = next((g for g in grouped if not g[1] & names), ([], set()))
            if not members:
                grouped.append((members, taken))
            members.append(file)
            taken |= names
        return tuple(self.within(members) for members, _ in grouped) or (self,)

    @property
    def spread(self) -> ModuleDescription:
        """The same, static methods being functions too: a class may be no more than a shelf."""
        static = tuple(
            replace(method, name=method.qualified_name, file=cls.file)
            for cls in self.classes for method in cls.methods.values() if method.is_static
        )  # fmt: skip
        return replace(self, functions=(*self.functions, *static)) if static else self

    def within(self, files: Sequence[int]) -> ModuleDescription:
        """Return what some of the files define."""
        return replace(
            self,
            functions=tuple(f for f in self.functions if f.file in files),
            classes=tuple(c for c in self.classes if c.file in files),
            files=tuple(files),
        )

    def function(self, name: str) -> FunctionDescription | None:
        """Return the function or method of that qualified name, or None."""
        if "." in name:
            owner, _, method = name.partition(".")
            for cls in self.classes:
                if cls.name == owner:
                    return cls.methods.get(method) or cls.private.get(method)
            return None
        return next((f for f in self.functions if f.name == name), None)
