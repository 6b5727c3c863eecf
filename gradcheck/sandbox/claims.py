"""What a worker says about a submission's source, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
    Parameter,
    Returned,
    ReturnStatement,
    Skipped,
)
from gradcheck.sandbox.protocol import ProtocolError
from gradcheck.sandbox.replies import integer, listed, text

__all__ = ["decode_description"]

MAX_FUNCTIONS = 500
MAX_PARAMETERS = 200
MAX_BASES = 20
MAX_RETURNS = 50
MAX_ASSIGNMENTS = 500
_INT64 = range(-(2**63), 2**63)
_METHOD_KEYS = frozenset({"is_static", "is_selfless"})
_FUNCTION_KEYS = frozenset(
    ("name", "parameters", "has_signature", "line", "end_line", "returns", "assignments")
)
_CLASS_KEYS = frozenset(("name", "line", "end_line", "methods", "private", "file", "bases"))


def decode_description(claim: object, *, lines: Sequence[int]) -> ModuleDescription:
    """Return a claimed description of source texts with so many lines each.

    Lines are counted on from one text to the next.

    Raises
    ------
    ProtocolError
        If the claim isn't exactly a description.
    """
    claim = _record(claim, frozenset({"functions", "classes", "absent", "helpers", "skipped"}))
    texts = [_Lines(sum(lines[:k]), count) for k, count in enumerate(lines)]
    functions = [_placed(entry, texts) for entry in listed(claim["functions"], 0, MAX_FUNCTIONS)]
    classes = [_class(entry, texts) for entry in listed(claim["classes"], 0, MAX_FUNCTIONS)]
    absent = [text(name) for name in listed(claim["absent"], 0, MAX_FUNCTIONS)]
    skipped = [_skipped(entry, texts) for entry in listed(claim["skipped"], 0, MAX_FUNCTIONS)]
    helpers = [text(name) for name in listed(claim["helpers"], 0, MAX_FUNCTIONS)]
    return ModuleDescription(
        tuple(functions), tuple(classes), tuple(absent), tuple(skipped), helpers=tuple(helpers)
    )


@dataclass(frozen=True)
class _Lines:
    """The lines of one text: how many there are, and how many stand before them."""

    before: int
    count: int

    def number(self, claim: object, least: int = 1) -> int:
        """Return a claimed line, counted from the first text's first."""
        return self.before + integer(claim, max(1, least - self.before), self.count)


def _skipped(claim: object, texts: Sequence[_Lines]) -> Skipped:
    file, first, last, reason, is_mistake = listed(claim, 5, 5)
    if type(is_mistake) is not bool:
        raise ProtocolError("what was left out is a mistake, or it isn't")
    lines = texts[integer(file, 0, len(texts) - 1)]
    line = lines.number(first)
    return Skipped(line, lines.number(last, line), text(reason), is_mistake)


def _record(claim: object, keys: frozenset[str]) -> dict[str, Any]:
    if type(claim) is not dict or claim.keys() != keys:
        raise ProtocolError("a description with other keys than agreed")
    return claim


def _identifier(claim: object) -> str:
    name = text(claim)
    if not name.isidentifier():
        raise ProtocolError("something else where an identifier is due")
    return name


def _flag(claim: object) -> bool:
    if type(claim) is not bool:
        raise ProtocolError("something else where a bool is due")
    return claim


def _class(claim: object, texts: Sequence[_Lines]) -> ClassDescription:
    claim = _record(claim, _CLASS_KEYS)
    name = _identifier(claim["name"])
    file = integer(claim["file"], 0, len(texts) - 1)
    lines = texts[file]
    line = lines.number(claim["line"])

    def described(key: str) -> dict[str, FunctionDescription]:
        entries = listed(claim[key], 0, MAX_FUNCTIONS)
        methods = (_function(entry, lines, owner=name) for entry in entries)
        return {method.name: method for method in methods}

    return ClassDescription(
        name=name,
        line=line,
        end_line=lines.number(claim["end_line"], line),
        methods=described("methods"),
        private=described("private"),
        file=file,
        bases=tuple(_identifier(base) for base in listed(claim["bases"], 0, MAX_BASES)),
    )


def _placed(claim: object, texts: Sequence[_Lines]) -> FunctionDescription:
    """Return a function that isn't a class's."""
    claim = _record(claim, _FUNCTION_KEYS | {"file"})
    file = integer(claim["file"], 0, len(texts) - 1)
    function = {key: value for key, value in claim.items() if key != "file"}
    return replace(_function(function, texts[file]), file=file)


def _function(claim: object, lines: _Lines, *, owner: str = "") -> FunctionDescription:
    claim = _record(claim, _FUNCTION_KEYS | (_METHOD_KEYS if owner else set()))
    name = _identifier(claim["name"])
    line = lines.number(claim["line"])
    taken = listed(claim["parameters"], 0, MAX_PARAMETERS)
    parameters = [_parameter(entry, lines) for entry in taken]
    returned = [_return(entry, lines) for entry in listed(claim["returns"], 0, MAX_RETURNS)]
    assigned = [
        _assignment(entry, lines) for entry in listed(claim["assignments"], 0, MAX_ASSIGNMENTS)
    ]
    return FunctionDescription(
        name=name,
        qualified_name=f"{owner}.{name}" if owner else name,
        parameters=tuple(parameters),
        line=line,
        end_line=lines.number(claim["end_line"], line),
        has_signature=_flag(claim["has_signature"]),
        returns=tuple(returned),
        assignments=dict(assigned),
        is_static=bool(owner) and _flag(claim["is_static"]),
        is_selfless=bool(owner) and _flag(claim["is_selfless"]),
    )


def _parameter(claim: object, lines: _Lines) -> Parameter:
    name, kind, has_default, default, keys, words = listed(claim, 6, 6)
    if kind not in ("positional", "keyword", "var-positional", "var-keyword"):
        raise ProtocolError("a parameter of an unknown kind")
    read = tuple(text(key) for key in listed(keys, 0, MAX_RETURNS))
    told = dict(_word(word, lines) for word in listed(words, 0, MAX_RETURNS))
    return Parameter(_identifier(name), kind, _flag(has_default), _default(default), read, told)


def _word(claim: object, lines: _Lines) -> tuple[str, tuple[int, int]]:
    word, first, last = listed(claim, 3, 3)
    if first == 0:
        return text(word), (0, 0)
    line = lines.number(first)
    return text(word), (line, lines.number(last, line))


def _default(claim: object) -> bool | int | float | str | None:
    if claim is None or type(claim) is bool:
        return claim
    if type(claim) is int and claim in _INT64:
        return claim
    if type(claim) is float and math.isfinite(claim):
        return claim
    return text(claim)


def _return(claim: object, lines: _Lines) -> ReturnStatement:
    first, last, elements, *more = listed(claim, 3, 4)
    line = lines.number(first)
    guards = listed(more[0], 0, MAX_RETURNS) if more else []
    return ReturnStatement(
        line=line,
        end_line=lines.number(last, line),
        elements=tuple(_element(entry, lines) for entry in listed(elements, 0, MAX_RETURNS)),
        guards=tuple(text(guard) for guard in guards),
    )


def _element(claim: object, lines: _Lines) -> Returned:
    key, name, line = listed(claim, 3, 3)
    if type(key) is int:
        key = integer(key, _INT64[0], _INT64[-1])
    elif key is not None:
        key = text(key)
    return Returned(key, None if name is None else text(name), lines.number(line))


def _assignment(claim: object, lines: _Lines) -> tuple[str, tuple[int, ...]]:
    target, where = listed(claim, 2, 2)
    return text(target), tuple(lines.number(line) for line in listed(where, 1, MAX_RETURNS))
