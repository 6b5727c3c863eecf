"""What a worker says about a submission's source, checked."""

from __future__ import annotations

import math
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
MAX_RETURNS = 50
MAX_ASSIGNMENTS = 500
_INT64 = range(-(2**63), 2**63)
_FUNCTION_KEYS = frozenset(
    ("name", "parameters", "has_signature", "line", "end_line", "returns", "assignments")
)
_CLASS_KEYS = frozenset(("name", "line", "end_line", "methods"))


def decode_description(claim: object, *, lines: int) -> ModuleDescription:
    """Return a claimed description of a source text with so many lines.

    Raises
    ------
    ProtocolError
        If the claim isn't exactly a description.
    """
    claim = _record(claim, frozenset({"functions", "classes", "absent", "skipped"}))
    functions = [_function(entry, lines) for entry in listed(claim["functions"], 0, MAX_FUNCTIONS)]
    classes = [_class(entry, lines) for entry in listed(claim["classes"], 0, MAX_FUNCTIONS)]
    absent = [text(name) for name in listed(claim["absent"], 0, MAX_FUNCTIONS)]
    skipped = [_skipped(entry, lines) for entry in listed(claim["skipped"], 0, MAX_FUNCTIONS)]
    return ModuleDescription(tuple(functions), tuple(classes), tuple(absent), tuple(skipped))


def _skipped(claim: object, lines: int) -> Skipped:
    first, last, reason = listed(claim, 3, 3)
    line = integer(first, 1, lines)
    return Skipped(line, integer(last, line, lines), text(reason))


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


def _class(claim: object, lines: int) -> ClassDescription:
    claim = _record(claim, _CLASS_KEYS)
    name = _identifier(claim["name"])
    line = integer(claim["line"], 1, lines)
    methods = [
        _function(entry, lines, owner=name) for entry in listed(claim["methods"], 0, MAX_FUNCTIONS)
    ]
    return ClassDescription(
        name=name,
        line=line,
        end_line=integer(claim["end_line"], line, lines),
        methods={method.name: method for method in methods},
    )


def _function(claim: object, lines: int, *, owner: str = "") -> FunctionDescription:
    claim = _record(claim, _FUNCTION_KEYS)
    name = _identifier(claim["name"])
    line = integer(claim["line"], 1, lines)
    parameters = [_parameter(entry) for entry in listed(claim["parameters"], 0, MAX_PARAMETERS)]
    returned = [_return(entry, lines) for entry in listed(claim["returns"], 0, MAX_RETURNS)]
    assigned = [
        _assignment(entry, lines) for entry in listed(claim["assignments"], 0, MAX_ASSIGNMENTS)
    ]
    return FunctionDescription(
        name=name,
        qualified_name=f"{owner}.{name}" if owner else name,
        parameters=tuple(parameters),
        line=line,
        end_line=integer(claim["end_line"], line, lines),
        has_signature=_flag(claim["has_signature"]),
        returns=tuple(returned),
        assignments=dict(assigned),
    )


def _parameter(claim: object) -> Parameter:
    name, kind, has_default, default = listed(claim, 4, 4)
    if kind not in ("positional", "keyword", "var-positional", "var-keyword"):
        raise ProtocolError("a parameter of an unknown kind")
    return Parameter(_identifier(name), kind, _flag(has_default), _default(default))


def _default(claim: object) -> bool | int | float | str | None:
    if claim is None or type(claim) is bool:
        return claim
    if type(claim) is int and claim in _INT64:
        return claim
    if type(claim) is float and math.isfinite(claim):
        return claim
    return text(claim)


def _return(claim: object, lines: int) -> ReturnStatement:
    first, last, elements = listed(claim, 3, 3)
    line = integer(first, 1, lines)
    return ReturnStatement(
        line=line,
        end_line=integer(last, line, lines),
        elements=tuple(_element(entry, lines) for entry in listed(elements, 0, MAX_RETURNS)),
    )


def _element(claim: object, lines: int) -> Returned:
    key, name, line = listed(claim, 3, 3)
    if type(key) is int:
        key = integer(key, _INT64[0], _INT64[-1])
    elif key is not None:
        key = text(key)
    return Returned(key, None if name is None else text(name), integer(line, 1, lines))


def _assignment(claim: object, lines: int) -> tuple[str, tuple[int, ...]]:
    target, where = listed(claim, 2, 2)
    return text(target), tuple(integer(line, 1, lines) for line in listed(where, 1, MAX_RETURNS))
