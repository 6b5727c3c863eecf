"""Finds the members of a family: one plug-in object in each module of a package.

There is no registry and no side effect of an import. A family is a package; each of
its modules that isn't private or named ``base`` holds exactly one object under the
family's constant (``COMPONENT``, ``CHECK``, ...). Installed packages add members by
an entry point in the group ``gradcheck.<family>``, whose value is such an object.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from types import ModuleType
from typing import TypeVar

from gradcheck.errors import PluginError

__all__ = ["members"]

T = TypeVar("T")
SHARED_MODULE = "base"


def members(package: ModuleType, constant: str, kind: type[T]) -> tuple[T, ...]:
    """Return the family's members, sorted by module name, then the installed ones.

    Parameters
    ----------
    package : module
        The package whose modules are the members.
    constant : str
        The name of the plug-in object in each module.
    kind : type
        What each plug-in object must be an instance of.

    Raises
    ------
    PluginError
        If a module lacks the object, or it is of another type.
    """
    found: list[T] = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        if info.name.startswith("_") or info.name == SHARED_MODULE:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        found.append(_checked(getattr(module, constant, None), module.__name__, constant, kind))
    family = package.__name__.rpartition(".")[2]
    for entry in sorted(entry_points(group=f"gradcheck.{family}"), key=lambda e: e.name):
        found.append(_checked(entry.load(), entry.value, constant, kind))
    return tuple(found)


def _checked(candidate: object, where: str, constant: str, kind: type[T]) -> T:
    if not isinstance(candidate, kind):
        raise PluginError(f"{where} must hold one {kind.__name__} named {constant}")
    return candidate
