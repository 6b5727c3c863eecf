"""An assignment: which components are asked for, and what they are worth."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from gradcheck.errors import SpecError
from gradcheck.records.base import Record
from gradcheck.records.budgets import Budgets

__all__ = ["AssignmentComponent", "AssignmentSpec", "Hints", "Strict", "load_assignment"]

Hints = Literal["none", "location", "mistake", "fix"]
KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_SEED = 2**32 - 1


class AssignmentComponent(Record):
    """One component that is asked for.

    ``names`` are the public names that must hold it; without them any name will do.
    """

    id: str = Field(pattern=KEBAB)
    names: tuple[str, ...] = ()
    points: float = Field(default=1.0, ge=0)


class Strict(Record):
    """Checks whose remarks cost points in this assignment."""

    checks: tuple[str, ...] = ()


class AssignmentSpec(Record):
    """What an author writes in ``assignment.toml``."""

    schema_: Literal["gradcheck/assignment/v1"] = Field(alias="schema")
    id: str = Field(pattern=KEBAB)
    title: str = ""
    version: str = "1"
    seed: int = Field(default=0, ge=0, le=MOST_SEED)
    hints: Hints = "fix"
    isolation: int = Field(default=0, ge=0, le=4)
    budgets: Budgets = Budgets()
    strict: Strict = Strict()
    components: tuple[AssignmentComponent, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> AssignmentSpec:
        names = [name for c in self.components for name in c.names]
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            raise ValueError(f"the name {doubled[0]!r} stands for two components; use it once")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of the assignment's contents."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()


def load_assignment(
    path: Path, component_ids: tuple[str, ...], check_ids: tuple[str, ...] = ()
) -> AssignmentSpec:
    """Return the assignment at a path.

    Raises
    ------
    SpecError
        With file and key, if it can't be read, isn't TOML or doesn't fit the schema.
    """
    name = str(path)
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(name, "", f"can't be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise SpecError(name, "", "is no UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(name, "", f"is no valid TOML: {error}") from error
    try:
        spec = AssignmentSpec.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SpecError(name, key, _mended(first["msg"], first["type"])) from error
    for index, component in enumerate(spec.components):
        if component.id not in component_ids:
            known = ", ".join(component_ids)
            raise SpecError(
                name, f"components.{index}.id", f"no component {component.id!r}; there are: {known}"
            )
    for index, check in enumerate(spec.strict.checks):
        if check_ids and check not in check_ids:
            raise SpecError(
                name, f"strict.checks.{index}",
                f"no check {check!r}; there are: {', '.join(check_ids)}",
            )  # fmt: skip
    return spec


def _mended(message: str, kind: str) -> str:
    if kind == "extra_forbidden":
        return "no such key; remove it or mend its spelling"
    if kind == "missing":
        return "is missing; add it"
    return message[:1].lower() + message[1:]
