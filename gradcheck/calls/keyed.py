"""Whether a call hands dicts with the keys that a function reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradcheck.calls.template import Template
from gradcheck.records.description import FunctionDescription, ModuleDescription, Parameter

__all__ = ["lacks_keys"]

NO_KEYS: frozenset[object] = frozenset()


def lacks_keys(template: Template, module: ModuleDescription) -> bool:
    """Return whether a call can only raise: it hands over something without the keys that are read.

    An array in the place of ``params``, of which the function reads ``params["w"]``, say. Of what
    the code itself has returned nothing is known.
    """
    functions: dict[str, FunctionDescription | None] = {}
    made: dict[str, frozenset[object] | None] = {}
    for step in (*template.setup, *template.forward, *template.backward):
        kind, slot, *rest = step
        if kind == "name":
            functions[slot] = module.function(rest[0])
        elif kind == "dict":
            made[slot] = frozenset(key for key, _ in rest[0])
        elif kind in {"list", "tuple"}:
            made[slot] = NO_KEYS
        elif kind == "constant":
            made[slot] = frozenset(rest[0]) if isinstance(rest[0], Mapping) else NO_KEYS
        elif kind == "setitem":
            made[slot] = None
        elif kind == "call":
            function = functions.get(rest[0])
            if function is not None:
                for parameter, given in _filled(function, rest[1], rest[2]):
                    held = NO_KEYS if given.startswith("$") else made.get(given)
                    if held is not None and not held.issuperset(parameter.keys):
                        return True
            made.pop(slot, None)
        else:
            made.pop(slot, None)
    return False


def _filled(
    function: FunctionDescription, positional: list[str], named: Mapping[str, str]
) -> Iterator[tuple[Parameter, str]]:
    """Yield parameters that read keys, with the slots that a call puts in them."""
    if any(p.keys for p in function.parameters):
        yield from zip(
            (p for p in function.parameters if p.kind == "positional"), positional, strict=False
        )
        yield from ((p, named[p.name]) for p in function.parameters if p.name in named)
