"""Where an object keeps its parameters, and the steps that put others there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradcheck.records.program import Step

__all__ = ["Home", "assignments", "opened", "refilled"]


@dataclass(frozen=True)
class Home:
    """Where a parameter lives: an attribute, or a key of a dict or list attribute."""

    attribute: str
    key: str | int | None
    shape: tuple[int, ...] | None
    is_narrow: bool = False
    """Whether it holds float32."""
    is_object: bool = False
    """Whether the attribute is an object of which the key is an attribute: ``W.value``."""

    def path(self, attributes: str) -> tuple[str | int, ...]:
        """Return where it stands among the attributes in a slot."""
        return (attributes, self.attribute, *(() if self.key is None else (self.key,)))


def refilled(found: Mapping[str, Home]) -> tuple[Step, ...]:
    """Return the steps that fill the arrays themselves: layers may hold them, too."""
    steps: list[Step] = [("constant", "nothing", 0.0)]
    for name, home in found.items():
        place, slot = f"p {name}", f"a {name}"
        if home.key is None:
            steps.append(("get", slot, "obj", home.attribute))
        else:
            take = "get" if home.is_object else "item"
            steps += [("get", place, "obj", home.attribute), (take, slot, place, home.key)]
        for method, operand in (("__imul__", "nothing"), ("__iadd__", f"${name}")):
            bound = f"{slot} {method}"
            steps += [("get", bound, slot, method), ("call", f"{bound} done", bound, [operand], {})]
    return tuple(steps)


def assignments(found: Mapping[str, Home], *, is_narrow: bool = False) -> tuple[Step, ...]:
    """Return the steps that put ``$name`` where each parameter lives, in float32 if asked for."""
    steps: list[Step] = [("constant", "narrow", "float32")] if is_narrow else []
    for name, home in found.items():
        value = f"${name}"
        if is_narrow:
            value, cast = f"{name} narrow", f"{name} cast"
            steps += [("get", cast, f"${name}", "astype"), ("call", value, cast, ["narrow"], {})]
        if home.key is None:
            steps.append(("set", "obj", home.attribute, value))
        else:
            holder = f"h_{home.attribute}"
            steps.append(("get", holder, "obj", home.attribute))
            steps.append(("set" if home.is_object else "setitem", holder, home.key, value))
    return tuple(steps)


def opened(found: Iterable[Home], slot: str) -> tuple[Step, ...]:
    """Return the steps that leave the attributes of parameters that are objects in a dict."""
    names = list(dict.fromkeys(home.attribute for home in found if home.is_object))
    steps: list[Step] = []
    for name in names:
        steps += [("get", f"held {name}", "obj", name),
                  ("get", f"inner {name}", f"held {name}", "__dict__")]  # fmt: skip
    return (*steps, ("dict", slot, [[n, f"inner {n}"] for n in names])) if names else ()
