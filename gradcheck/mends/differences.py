"""How a line that was found to be off differs from the one that passes, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["SCALE", "Difference", "difference"]

_TOKEN = re.compile(
    r"[A-Za-z_]\w*|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|\*\*|//|[-+*/@<>=!]=|\S"
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\.?\d")
_SLOPE_OF_TANH = re.compile(r"\b1(\.0*)? ?- ?[\w.\[\]\"']+ ?\*\* ?2")
_ROOT = re.compile(r"sqrt\(|scale$")
SIGNS = frozenset({"+", "-"})
TURNED = (".", "T")
GENERAL = "one-line-off"
SCALE = "scale-missing"
"""Of some sizes a root is a number that other factors are, too: the line tells it better."""


@dataclass(frozen=True)
class Difference:
    """What the change of a line comes to.

    Parameters
    ----------
    id : str
        Of the mistake that it undoes; ``one-line-off`` where it is none of the named ones.
    sentence, mend : str
        What was wrong, and what to do.
    """

    id: str
    sentence: str
    mend: str


def difference(before: str, after: str) -> Difference | None:
    """Return what one small change means; None where more than one thing differs."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    changes = [c for c in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
               if c[0] != "equal"]  # fmt: skip
    pairs = {(tuple(old[start:end]), tuple(new[begin:stop]))
             for _, start, end, begin, stop in changes}  # fmt: skip
    if len(pairs) != 1:
        return None
    ((gone, come),) = pairs
    if len(changes) > 1:  # one name for another wherever it stands
        return _of_names(gone, come, old) if len(gone) == len(come) == 1 else None
    if not gone and come == ("**", "2") and _SLOPE_OF_TANH.search(after):
        return Difference("tanh-slope-incomplete", "the slope of tanh is 1 − a², and the square "
                          "is missing", "square the activation")  # fmt: skip
    return _of_operators(gone, come) or _of_names(gone, come, old) or _of_terms(gone, come)


def _of_operators(gone: tuple[str, ...], come: tuple[str, ...]) -> Difference | None:
    """Return the meaning of another operator, or a transposition."""
    if {*gone, *come} <= SIGNS and len(gone) <= 1 and len(come) <= 1:
        return Difference("sign-flipped", "a sign is wrong in this line", "turn the sign")
    if (gone, come) in {(("+=",), ("-=",)), (("-=",), ("+=",))}:
        return Difference("sign-flipped", "it is added where it must be taken away, or the "
                          "reverse", f"write {come[0]}")  # fmt: skip
    if TURNED in (gone, come) and () in (gone, come):
        word = "missing" if come else "too many"
        return Difference("transposed", f"a transposition is {word} in this line",
                          "write .T" if come else "take .T away")  # fmt: skip
    if (gone, come) == (("=",), ("+=",)):
        return Difference(GENERAL, "what was there is overwritten, where every part must be added",
                          "write +=")  # fmt: skip
    if {gone, come} == {("*",), ("@",)}:
        return Difference("elementwise-for-matmul", "the product is of the wrong kind: entry by "
                          "entry, or of matrices", f"write {come[0]}")  # fmt: skip
    return None


def _of_names(
    gone: tuple[str, ...], come: tuple[str, ...], old: list[str]
) -> Difference | None:
    """Return the meaning of another name or number, or of a factor more or less."""
    if len(gone) == len(come) == 1 and all(_WORD.match(t) or _NUMBER.match(t)
                                           for t in (*gone, *come)):  # fmt: skip
        return Difference(GENERAL, f"{gone[0]} stands where {come[0]} belongs", f"use {come[0]}")
    factor = gone or come
    if () not in (gone, come) or len(factor) != 2 or "*" not in factor:
        return None
    name = factor[1] if factor[0] == "*" else factor[0]
    if come:
        return Difference(GENERAL, f"the factor {name} is missing", f"multiply by {name}")
    known = "left-over-factor" if _NUMBER.match(name) else (
        "repeated-factor" if old.count(name) > 1 else GENERAL
    )
    return Difference(known, f"the factor {name} is one too many", f"take {name} away")


def _of_terms(gone: tuple[str, ...], come: tuple[str, ...]) -> Difference | None:
    """Return the meaning of a term that is added, or of a division."""
    if gone or len(come) < 2:
        return None
    sign, rest = come[0], "".join(come[1:]).replace(",", ", ").replace("*", " * ")
    if sign == "+" and rest.isidentifier():
        return Difference("path-dropped", f"what comes by way of {rest} is left out",
                          f"add {rest}")  # fmt: skip
    if sign == "/" and _ROOT.search(rest):
        return Difference(SCALE, f"the division by {rest} is missing", f"divide by {rest}")
    if sign == "/":
        return Difference(GENERAL, f"the division by {rest} is missing", f"divide by {rest}")
    return None
