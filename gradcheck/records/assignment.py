"""An assignment: which components are asked for, and what they are worth."""

from __future__ import annotations

import difflib
import hashlib
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from gradcheck.errors import SpecError
from gradcheck.records.base import Record
from gradcheck.records.budgets import Budgets
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.reference import (
    AssignmentInput,
    is_beside,
    parts_of,
    sizes_of,
    with_references,
)
from gradcheck.records.report import Hints

__all__ = [
    "MOST_SEED",
    "OTHER_CHECKS",
    "AssignmentComponent",
    "AssignmentSpec",
    "Hints",
    "SeedRule",
    "Strict",
    "load_assignment",
    "parse_assignment",
]

KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VERSION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
LONGEST_ID = 64
LONGEST_TITLE = 200
MOST_SEED = 2**32 - 1
OTHER_CHECKS = "others"
"""In a component's points by check: all those that aren't listed."""
MOST_BYTES = 256 * 2**10
"""Of an assignment's file; a long one has some kilobytes."""
POINTS, HIDDEN = "points-add-up", "something-is-public"
OWN_KEYS = {POINTS: ("points",), HIDDEN: ("components",)}
"""The key that each of our own rules is told by."""
CENT = 1e-9
"""Points are added up in floating point: sums this near are equal."""
SeedRule = Literal["per-student", "secret"]


def _level(value: object) -> object:
    """Return the number of a level that is given by its name."""
    return LEVEL_NAMES.index(value) if value in LEVEL_NAMES else value


class AssignmentComponent(Record):
    """One component that is asked for.

    Parameters
    ----------
    id : str
        As in ``gradcheck components``.
    names : tuple of str
        The public names that must hold it; without them any name will do.
    points : float
        What it is worth; the sum of ``checks`` where they are given, else 1.
    checks : Mapping[str, float]
        From check to points, for partial credit; ``others`` stands for those not listed.
        Without it the component is all or nothing.
    hidden : bool
        Graded like the others, but kept out of what students are shown.
    reference : str or None
        A Python file of the author's, beside the assignment, whose function is the truth of
        this component: ``reference.py``, or ``reference.py:my_loss`` where it has several and
        none is called like the id, which is the author's own.
    inputs : Mapping[str, AssignmentInput]
        Shape and kind of each argument of that function.
    """

    id: str = Field(pattern=KEBAB)
    names: tuple[str, ...] = ()
    points: float = Field(default=1.0, ge=0, strict=True)
    checks: dict[str, Annotated[float, Field(ge=0, strict=True)]] = Field(default_factory=dict)
    hidden: bool = Field(default=False, strict=True)
    reference: str | None = None
    inputs: dict[str, AssignmentInput] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _checks_give_the_points(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "points" in data:
            return data
        checks = data.get("checks")
        if isinstance(checks, dict) and checks and all(map(_is_number, checks.values())):
            return {**data, "points": sum(checks.values())}
        return data

    @model_validator(mode="after")
    def _points_add_up(self) -> AssignmentComponent:
        whole = sum(self.checks.values())
        if self.checks and not math.isclose(whole, self.points, abs_tol=CENT):
            raise PydanticCustomError(
                POINTS,
                f"the points of its checks add up to {whole:g}, not to its {self.points:g}; "
                "change one of them, or leave points out",
            )
        return self

    @model_validator(mode="after")
    def _has_inputs_of_a_reference(self) -> AssignmentComponent:
        if self.inputs and self.reference is None:
            raise ValueError("inputs are those of a reference; name its file: reference = "
                             '"reference.py"')  # fmt: skip
        if self.reference is not None and not is_beside(parts_of(self.reference)[0]):
            raise ValueError(f"reference {self.reference!r} is no Python file beside the "
                             "assignment (or below it)")  # fmt: skip
        sizes_of(self.inputs)
        return self


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Strict(Record):
    """Checks whose remarks cost points in this assignment."""

    checks: tuple[str, ...] = ()


class AssignmentSpec(Record):
    """What an author writes in ``assignment.toml``.

    Parameters
    ----------
    points : float or None
        What the whole is worth; must be the sum of the components' points.
    seed : int, "per-student" or "secret"
        ``per-student``: from the assignment and the student, so that each has examples of
        their own; ``secret``: from the course's key and the submission, so that nobody can
        know the examples before the report publishes the seed.
    require_isolation : int or str
        The lowest acceptable level, by number or name; below it nothing is graded.
    model : str or None
        The author's own solution, beside this file; for ``gradcheck assignment selftest``.
    references : Mapping[str, str]
        Texts of the files that components name as their reference; read from beside this file
        where they aren't given here.
    """

    schema_: Literal["gradcheck/assignment/v1"] = Field(alias="schema")
    id: str = Field(pattern=KEBAB, max_length=LONGEST_ID)
    title: str = Field(default="", max_length=LONGEST_TITLE)
    version: str = Field(default="1", pattern=VERSION)
    model: str | None = None
    points: Annotated[float, Field(ge=0, strict=True)] | None = None
    seed: Annotated[int, Field(ge=0, le=MOST_SEED, strict=True)] | SeedRule = 0
    hints: Hints = "fix"
    isolation: Annotated[
        int, Field(ge=0, le=len(LEVEL_NAMES) - 1, strict=True), BeforeValidator(_level)
    ] = (
        Field(
            default=0,
            validation_alias=AliasChoices("require_isolation", "isolation"),
            serialization_alias="require_isolation",
        )
    )
    budgets: Budgets = Budgets()
    strict: Strict = Strict()
    components: tuple[AssignmentComponent, ...] = Field(min_length=1)
    references: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_unique(self) -> AssignmentSpec:
        names = [name for c in self.components for name in c.names]
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            raise ValueError(f"the name {doubled[0]!r} stands for two components; use it once")
        return self

    @model_validator(mode="after")
    def _points_add_up(self) -> AssignmentSpec:
        whole = self.max_points
        if self.points is not None and not math.isclose(whole, self.points, abs_tol=CENT):
            raise PydanticCustomError(
                POINTS,
                f"the components' points add up to {whole:g}, not to the assignment's "
                f"{self.points:g}; change one of them, or leave points out",
            )
        return self

    @model_validator(mode="after")
    def _something_is_public(self) -> AssignmentSpec:
        if all(c.hidden for c in self.components):
            raise PydanticCustomError(
                HIDDEN, "every component is hidden: students would be told nothing at all; "
                "leave one public, or give hints = \"none\" instead",
            )  # fmt: skip
        return self

    @property
    def max_points(self) -> float:
        """What the whole is worth."""
        return sum(c.points for c in self.components)

    @property
    def digest(self) -> str:
        """SHA-256 of what matters to a grade; the model solution's path doesn't."""
        left_out: dict[str, Any] = {"model": True}
        if not self.references:  # as it was before there were any
            left_out |= {"references": True,
                         "components": {"__all__": {"reference", "inputs"}}}  # fmt: skip
        text = self.model_dump_json(by_alias=True, exclude=left_out)
        return hashlib.sha256(text.encode()).hexdigest()


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
        with open(path, "rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise SpecError(name, "", f"can't be read: {error.strerror}; check the path") from error
    return parse_assignment(raw, name, component_ids, check_ids, folder=path.parent)


def parse_assignment(
    raw: bytes, name: str, component_ids: tuple[str, ...], check_ids: tuple[str, ...] = (),
    *, folder: Path | None = None,
) -> AssignmentSpec:  # fmt: skip
    """Return the assignment that a file's bytes hold.

    Parameters
    ----------
    raw : bytes
        TOML in UTF-8.
    name : str
        What to call the file in messages.
    folder : Path or None
        Where the references lie that it names and doesn't hold.

    Raises
    ------
    SpecError
        With file and key.
    """
    if len(raw) > MOST_BYTES:
        raise SpecError(name, "", f"has more than {MOST_BYTES} bytes; that is no assignment")
    try:
        data: dict[str, Any] = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(name, "", "is no UTF-8 text; save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecError(name, "", f"is no valid TOML: {error}") from error
    data = with_references(data, folder, name)
    try:
        spec = AssignmentSpec.model_validate(data)
    except ValidationError as error:
        raise _explained(error, name) from error
    for index, component in enumerate(spec.components):
        key = f"components.{index}.id"
        if component.reference is None:
            _must_exist(component.id, component_ids, "component", name, key)
        elif component.id in component_ids:
            raise SpecError(name, key, f"{component.id!r} is a component of gradcheck's own; give "
                            "what has a reference of yours another id")  # fmt: skip
        for check in component.checks:
            key = f"components.{index}.checks.{check}"
            _must_exist(check, check_ids and (*check_ids, OTHER_CHECKS), "check", name, key)
    for index, check in enumerate(spec.strict.checks):
        _must_exist(check, check_ids, "check", name, f"strict.checks.{index}")
    return spec


def _must_exist(
    wanted: str, known: tuple[str, ...], what: str, name: str, key: str
) -> None:
    if not known or wanted in known:
        return
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise SpecError(name, key, f"no {what} {wanted!r}{hint} (there are: {', '.join(known)})")


def _explained(error: ValidationError, name: str) -> SpecError:
    """Return the first thing that is wrong, with what to do about it."""
    first = error.errors()[0]
    places = [str(part) for part in first["loc"]]
    # a seed that is neither a number nor a rule is complained of once for each possibility
    if places[:1] == ["seed"] and len(places) > 1:
        given = first["input"]
        if not _is_number(given):
            return SpecError(name, "seed", f"a whole number, \"per-student\" or \"secret\", "
                                           f"not {given!r}")  # fmt: skip
        places = places[:1]
    places += OWN_KEYS.get(first["type"], ())
    message = _mended(first["msg"], first["type"], places[-1] if places else "")
    return SpecError(name, ".".join(places), message)


def _keys(model: type[Record] | type[Budgets]) -> Mapping[str, Any]:
    return {field.alias or key: field for key, field in model.model_fields.items()}


def _mended(message: str, kind: str, key: str) -> str:
    if kind == "extra_forbidden":
        models = (AssignmentSpec, AssignmentComponent, AssignmentInput, Budgets, Strict)
        known = {k for model in models for k in _keys(model)}
        near = difflib.get_close_matches(key, sorted(known), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"no such key; remove it or mend its spelling{hint}"
    if kind == "missing":
        return "is missing; add it"
    plain = message.removeprefix("Value error, ")
    return plain[:1].lower() + plain[1:]
