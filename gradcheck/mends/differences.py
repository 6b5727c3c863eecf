"""How a line that was found to be off differs from the one that passes, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["NOWHERE", "SCALE", "Difference", "Setting", "difference", "is_told_better"]

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|\*\*|//|[-+*/@<>=!]=|\S")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\.?\d")
_SLOPE_OF_TANH = re.compile(r"\b1(\.0*)? ?- ?[\w.\[\]\"']+ ?\*\* ?2")
_PENALTY = re.compile(r"(?:l2_?)?(?:reg|lam(?:bda?)?d?a?_?|weight_decay|decay|l2)", re.IGNORECASE)
_ROOT = re.compile(r"sqrt\(|scale$")
_SLOPE = re.compile(r"\*(?:\((?P<relu>[\w.\[\]\"']+)>0\)|\(1-[\w.\[\]\"']+\*\*2\)|"
                    r"(?P<name>[\w.\[\]\"']+)\*\(1-(?P=name)\))")  # fmt: skip
_ACTIVATED = re.compile(r"\b(?:maximum|relu|sigmoid|sig|tanh)\(")
BRACKETS = frozenset("()")
NARROW = ("float32", "float16", "int", "int32", "int64")
TARGETS = frozenset({"y", "Y", "t", "T", "y_true", "target", "targets", "label", "labels"})
EPSILONS = frozenset({"eps", "epsilon", "self.eps"})
LARGEST = 0.02
"""What is added beside a prediction and is larger than this is no small epsilon."""
ZEROS = "unfinished"
_COMPUTED = re.compile(r"=.*(?:[\w\])] ?[-+*/@] ?[\w(]|\.dot\()|return .*[\w\])] ?[-+*/@] ?[\w(]")
SIGNS = frozenset({"+", "-"})
TURNED = (".", "T")
GENERAL = "one-line-off"
SCALE = "scale-missing"
"""Of some sizes a root is a number that other factors are, too: the line tells it better."""


@dataclass(frozen=True)
class Setting:
    """Where the line stands.

    Parameters
    ----------
    component, variable : str
        What was wrong; the variable is empty for a value.
    constants : frozenset of str
        What the component's constants are called, without underscores.
    """

    component: str = ""
    variable: str = ""
    constants: frozenset[str] = frozenset()


NOWHERE = Setting()
"""A line of which nothing is known but its texts."""


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


def difference(before: str, after: str, setting: Setting = NOWHERE) -> Difference | None:
    """Return what one small change means; None where more than one thing differs."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    changes = [c for c in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
               if c[0] != "equal"]  # fmt: skip
    whole = (
        _of_pairs(old, new, setting) or _of_brackets(old, new) or _of_types(old, new)
        or _of_choices(old, new) or _of_epsilon(old, new) or _of_layers(old, new)
    )  # fmt: skip
    if whole is not None:
        return whole
    pairs = {(tuple(old[start:end]), tuple(new[begin:stop]))
             for _, start, end, begin, stop in changes}  # fmt: skip
    if len(pairs) != 1:
        return _of_slopes(before, after)
    ((gone, come),) = pairs
    if len(changes) > 1:  # one name for another wherever it stands
        return _of_names(gone, come, old) if len(gone) == len(come) == 1 else None
    if not gone and come == ("**", "2") and _SLOPE_OF_TANH.search(after):
        return Difference("tanh-slope-incomplete", "the slope of tanh is 1 − a², and the square "
                          "is missing", "square the activation")  # fmt: skip
    told = _of_places(gone, come, old[: changes[0][1]], setting) or _of_slopes(before, after)
    if not gone and come == ("-",) and not setting.variable and "log" in old:
        return Difference("cost-minus-dropped", "the minus in front of the logarithm is dropped",
                          "put a minus in front")  # fmt: skip
    return (told or _of_operators(gone, come) or _of_names(gone, come, old)
            or _of_terms(gone, come))  # fmt: skip


def is_told_better(named: str, told: str, before: str) -> bool:
    """Return whether the change of a line tells a mistake better than its numbers do.

    What is computed and comes out as zeros isn't unfinished.
    """
    return told == SCALE or (named == ZEROS and bool(_COMPUTED.search(before)))


def _of_pairs(old: list[str], new: list[str], setting: Setting) -> Difference | None:
    """Return the meaning of two names in each other's place throughout a cost."""
    changed = {(a, b) for a, b in zip(old, new, strict=False) if a != b}
    is_turned = len(changed) == 2 and changed == {(b, a) for a, b in changed}
    is_cost = setting.variable in ("", "prediction") and not setting.component.startswith("own")
    if not is_turned or len(old) != len(new) or not is_cost or "log" not in old:
        return None
    return Difference("arguments-swapped", "prediction and target stand in each other's place",
                      "exchange them")  # fmt: skip


def _of_brackets(old: list[str], new: list[str]) -> Difference | None:
    """Return the meaning of a line that differs in nothing but brackets."""
    plain, other = ([t for t in some if t not in BRACKETS] for some in (old, new))
    if plain != other or old == new:
        return None
    return Difference("operator-precedence", "brackets are missing, or stand in the wrong place",
                      "put brackets around what belongs together")  # fmt: skip


def _of_types(old: list[str], new: list[str]) -> Difference | None:
    """Return the meaning of a conversion that only one of two lines has."""
    if not any((word in old) > (word in new) for word in NARROW):
        return None
    return Difference("dtype-loss", "digits are lost: what is computed is made a narrower type",
                      "keep float64")  # fmt: skip


def _of_choices(old: list[str], new: list[str]) -> Difference | None:
    """Return the meaning of the two values of ``np.where`` in each other's place."""
    if "where" not in old or old == new or sorted(old) != sorted(new):
        return None
    return Difference("branches-swapped", "the two values of where stand in each other's place",
                      "exchange them")  # fmt: skip


def _of_epsilon(old: list[str], new: list[str]) -> Difference | None:
    """Return the meaning of a small number that is added on one of two lines only."""
    plain, other = ([t for t in some if t not in BRACKETS] for some in (old, new))
    for k in range(1, len(plain) - 1):
        if plain[k] == "+" and _is_small(plain[k + 1]) and plain[:k] + plain[k + 2 :] == other:
            return Difference("epsilon-mismatch", f"{plain[k + 1]} is added here, and not in the "
                              "cost", "take it away, or put it into both")  # fmt: skip
    return None


def _of_layers(old: list[str], new: list[str]) -> Difference | None:
    """Return the meaning of a layer's transposed weights that are there once too often, or not."""
    plain, other = ([t for t in some if t not in BRACKETS] for some in (old, new))
    if _without_weights(plain, other):
        return Difference("missing-intermediate", "the error goes through a layer's weights once "
                          "too often", "take one of them away")  # fmt: skip
    if _without_weights(other, plain):
        return Difference("missing-intermediate", "a layer's weights are left out on the way "
                          "back", "multiply by their transpose")  # fmt: skip
    return None


def _without_weights(more: list[str], less: list[str]) -> bool:
    """Return whether one line has ``@ W.T`` or ``W.T @`` more than another."""
    parts = [more[k : k + 4] for k in range(len(more) - 3) if more[:k] + more[k + 4 :] == less]
    return any(
        (part[0] == "@" and tuple(part[2:]) == TURNED) or tuple(part[1:]) == (*TURNED, "@")
        for part in parts
    )


def _of_places(
    gone: tuple[str, ...], come: tuple[str, ...], begun: list[str], setting: Setting
) -> Difference | None:
    """Return the meaning of another axis, a constant's name, or a small number taken away."""
    is_one = len(gone) == len(come) == 1
    before = begun[-2:]
    if before == ["axis", "="] or begun[-3:] == ["axis", "=", "-"] or gone[:1] == ("axis",):
        return _of_axis(setting)
    if is_one and _NUMBER.match(gone[0]) and _plain(come[0]) in setting.constants:
        return Difference("parameter-ignored", f"the number {gone[0]} stands where {come[0]} "
                          "belongs", f"use {come[0]}")  # fmt: skip
    if is_one and gone[0] in TARGETS and come[0] not in TARGETS and before == ["1", "-"]:
        return Difference("label-for-activation", f"the label {gone[0]} stands where the "
                          f"activation {come[0]} belongs", f"use {come[0]}")  # fmt: skip
    return None


def _of_axis(setting: Setting) -> Difference | None:
    """Return the meaning of a sum along another axis."""
    if setting.variable[:1] == "b" and not setting.component.endswith("norm"):
        return Difference("bias-over-wrong-axis", "the bias gradient is summed over the wrong "
                          "axis", "sum over the examples")  # fmt: skip
    if setting.component.endswith("norm"):
        return Difference("normalisation-path-dropped", "a statistic is taken over the wrong "
                          "axis", "take it over what is normalised together")  # fmt: skip
    if "softmax" in setting.component and not setting.variable:
        return Difference("softmax-wrong-axis", "the sum runs along the wrong axis",
                          "sum over the classes")  # fmt: skip
    return None


def _of_slopes(before: str, after: str) -> Difference | None:
    """Return the meaning of a slope that is put in, or in the place of something else."""
    old, new = ("".join(_TOKEN.findall(text)) for text in (before, after))
    slope = next((m for m in _SLOPE.finditer(new) if m[0] not in old), None)
    if slope is None:
        return None
    rest = new.replace(slope[0], "", 1)
    given = next((m for m in _SLOPE.finditer(old) if m[0] not in new), None)
    if given is not None and given["relu"] and slope["relu"]:
        return Difference("mask-from-the-wrong-tensor", f"the mask is taken from {given['relu']}, "
                          "not from the ReLU's input", f"use {slope['relu']}")  # fmt: skip
    if given is not None and old.replace(given[0], "", 1) == rest:
        return Difference("wrong-layer-activation", "the slope is another activation's",
                          "use the slope of this layer's own")  # fmt: skip
    old = re.sub(r"\*1\.?0*(?![\d.\w])", "", old)
    what = "ReLU" if slope[0].endswith(">0)") else "the activation"
    if rest in (old, old.replace("(", "", 1).replace(")", "", 1)):
        if slope["name"] is not None and f"*{slope['name']}*" in new.replace(slope[0], "*"):
            return None
        known = "relu-slope-one" if what == "ReLU" else "missing-intermediate"
        return Difference(known, f"the slope of {what} is missing", "multiply by it")
    if _ACTIVATED.search(before) and not _ACTIVATED.search(after):
        return Difference("activation-on-the-error", "the activation is applied to the error, "
                          "which its slope is to multiply", "multiply by the slope")  # fmt: skip
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _is_small(text: str) -> bool:
    return text.lower() in EPSILONS or (bool(_NUMBER.match(text)) and 0 < float(text) < LARGEST)


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


def _of_names(gone: tuple[str, ...], come: tuple[str, ...], old: list[str]) -> Difference | None:
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
    known = (
        "left-over-factor"
        if _NUMBER.match(name)
        else ("repeated-factor" if old.count(name) > 1 else GENERAL)
    )
    if name == "2" and any(_PENALTY.fullmatch(token) for token in old):
        known = "l2-factor"
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
