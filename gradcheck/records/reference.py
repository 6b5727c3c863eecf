"""References of an assignment's own: plain Python files, and what their arguments are given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from gradcheck.errors import SpecError
from gradcheck.records.base import Record

__all__ = ["REAL_VALUES", "AssignmentInput", "is_beside", "parts_of", "sizes_of", "with_references"]

MOST_REFERENCE = 64 * 2**10
"""Bytes of a reference's file: what a worker takes of a student's is more."""
MOST_SIZES = 4
"""Different size names of one reference: as many as there are small primes to tell them by."""
SIZE = r"^[A-Z][A-Z0-9]{0,3}$"
Values = Literal[
    "reals", "positive", "probabilities", "distributions",
    "binary", "signs", "labels", "one-hot",
]  # fmt: skip
REAL_VALUES = frozenset({"reals", "positive", "probabilities", "distributions"})
"""Kinds of values that have a gradient."""


def _split(value: object) -> object:
    return value.replace(",", " ").strip("() ").split() if isinstance(value, str) else value


Sizes = Annotated[
    tuple[Annotated[str, Field(pattern=SIZE)], ...], BeforeValidator(_split)
]


class AssignmentInput(Record):
    """What an argument of a reference is given; a string stands for its shape alone.

    Parameters
    ----------
    shape : tuple of str
        Names of sizes, e.g. ``"N D"``; ``N`` counts the examples; none for a number.
    values : str
        ``reals``; ``positive``; ``probabilities``, each inside (0, 1); ``distributions``, rows
        of probabilities that add up to 1; ``binary``, 0 or 1; ``signs``, -1 or 1; ``labels``,
        integers below ``classes``; ``one-hot`` rows.
    classes : str
        The name of the size that labels are below.
    gradient : bool or None
        Whether a gradient with respect to it is asked for. By default of all reals but single
        numbers and what is called like a target (``y``, ``t``, ``target`` ...).
    """

    shape: Sizes = ()
    values: Values = "reals"
    classes: str = Field(default="", pattern=f"^$|{SIZE}")
    gradient: bool | None = Field(default=None, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _shape_alone(cls, data: Any) -> Any:
        return {"shape": data} if isinstance(data, str | list) else data

    @model_validator(mode="after")
    def _fits_together(self) -> AssignmentInput:
        if (self.values == "labels") != bool(self.classes):
            raise ValueError("labels, and only they, have classes: the size that they are below, "
                             'e.g. classes = "K"')  # fmt: skip
        if self.gradient and self.values not in REAL_VALUES:
            raise ValueError(f"{self.values} have no gradient; leave gradient = true out")
        if self.values in {"one-hot", "distributions"} and not self.shape:
            raise ValueError(f"{self.values} are rows; give a shape, e.g. \"N K\"")
        return self


def sizes_of(inputs: Mapping[str, AssignmentInput]) -> set[str]:
    """Return the names of all sizes.

    Raises
    ------
    ValueError
        If there are too many.
    """
    names = {d for i in inputs.values() for d in (*i.shape, i.classes) if d}
    if len(names) > MOST_SIZES:
        raise ValueError(f"sizes {', '.join(sorted(names))}: at most {MOST_SIZES} of one "
                         "reference are told apart")  # fmt: skip
    return names


def parts_of(reference: str) -> tuple[str, str]:
    """Return file and function of ``reference.py:my_loss``; no function if none is named.

    >>> parts_of("reference.py:my_loss"), parts_of("reference.py")
    (('reference.py', 'my_loss'), ('reference.py', ''))
    """
    file, _, function = reference.partition(":")
    return file, function


def is_beside(name: str) -> bool:
    """Return whether a name is that of a Python file beside the assignment, or below it."""
    path = PurePosixPath(name)
    return (
        path.suffix == ".py" and not path.is_absolute() and ".." not in path.parts
        and "\\" not in name
    )  # fmt: skip


def with_references(data: dict[str, Any], folder: Path | None, name: str) -> dict[str, Any]:
    """Return an assignment's data with the texts of the references that its components name.

    Parameters
    ----------
    folder : Path or None
        Where the files lie; None if all must be in the data already.
    name : str
        What to call the assignment in messages.

    Raises
    ------
    SpecError
        If one isn't there, or can't be read.
    """
    texts = data.get("references", {})
    components = data.get("components", [])
    if not isinstance(texts, dict) or not isinstance(components, list):
        return data  # told by the schema
    found: dict[str, Any] = {}
    for index, component in enumerate(components):
        named = component.get("reference") if isinstance(component, dict) else None
        wanted = parts_of(named)[0] if isinstance(named, str) else ""
        if wanted in texts or not is_beside(wanted):
            continue
        key = f"components.{index}.reference"
        if folder is None:
            raise SpecError(name, key, f"the text of {wanted} isn't in the assignment; use what "
                            "`gradcheck assignment show --bundle` prints")  # fmt: skip
        found[wanted] = _read(folder / wanted, name, key)
    return {**data, "references": {**texts, **found}} if found else data


def _read(path: Path, name: str, key: str) -> str:
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MOST_REFERENCE + 1)
    except OSError as error:
        problem = f"{path} can't be read: {error.strerror}; it lies beside the assignment"
        raise SpecError(name, key, problem) from error
    if len(raw) > MOST_REFERENCE:
        raise SpecError(name, key, f"{path} has more than {MOST_REFERENCE} bytes; put what is "
                        "graded into a file of its own")  # fmt: skip
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SpecError(name, key, f"{path} is no UTF-8 text; save it as UTF-8") from error
