"""Optimizers that are handed a layer: ``update_params(layer)`` changes ``layer.weights``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.calls.naming import normalised
from gradcheck.component import Component
from gradcheck.records.description import ClassDescription, FunctionDescription
from gradcheck.records.program import Step

__all__ = ["Held", "held_by", "steps_of"]

WEIGHTS = ("weights", "W", "w", "weight", "kernel")
BIASES = ("biases", "bias", "b")
GRADIENTS = ("d{}", "{}_grad", "grad_{}", "{}_gradient", "d_{}")
"""What the gradient beside a parameter may be called: all of them are set."""
BEFORE, AFTER = ("preupdateparams", "preupdate"), ("postupdateparams", "postupdate")


@dataclass(frozen=True)
class Held:
    """The two attributes of a layer that a method changes."""

    weights: str
    bias: str


def held_by(function: FunctionDescription) -> Held | None:
    """Return what a method of one argument changes of it, if that is a layer's parameters."""
    required = function.required
    if len(required) != 1:
        return None
    owner = required[0].name
    owned = f"{owner}."
    changed = [t.removeprefix(owned) for t in function.assignments if t.startswith(owned)]
    weights = next((n for n in WEIGHTS if n in changed), None)
    bias = next((n for n in BIASES if n in changed), None)
    return None if weights is None or bias is None else Held(weights, bias)


def steps_of(
    cls: ClassDescription, method: str, held: Held, component: Component,
    arguments: Sequence[str], keywords: Mapping[str, str],
) -> tuple[Step, ...]:  # fmt: skip
    """Return the calls of a trajectory; the class is in slot ``cls``, the value goes to ``out``.

    A second object of the same class stands for the layer: any object can hold attributes, and
    this one can be had without knowing how the submission makes layers.
    """
    steps: list[Step] = [
        ("call", "obj", "cls", list(arguments), dict(keywords)),
        ("call", "layer", "cls", list(arguments), dict(keywords)),
        ("get", "f", "obj", method),
    ]
    before, after = (_call(cls, names) for names in (BEFORE, AFTER))
    parts = (held.weights, held.bias)
    for place, name in enumerate(parts):
        steps += [*_copied(f"p{place}", "$w", place), ("set", "layer", name, f"p{place}")]
    for k in range(component.repeats):
        whole = "$dw"
        if component.repeats > 1:
            whole = f"dw{k}"
            steps.append(("item", whole, "$dw", k))
        for place, name in enumerate(parts):
            slot = f"g{k} {place}"
            steps += _copied(slot, whole, place)
            steps += [("set", "layer", form.format(name), slot) for form in GRADIENTS]
        steps += [*before, ("call", f"r{k}", "f", ["layer"], {}), *after]
        for place, name in enumerate(parts):
            slot = f"o{k} {place}"
            steps += [("get", f"{slot} of", "layer", name), ("get", f"{slot} copy", f"{slot} of",
                      "copy"), ("call", slot, f"{slot} copy", [], {})]  # fmt: skip
        steps.append(("list", f"o{k}", [f"o{k} {place}" for place in range(len(parts))]))
    last = [f"o{k}" for k in range(component.repeats)]
    if component.repeats == 1:
        return (*steps, ("list", "out", [f"o0 {place}" for place in range(len(parts))]))
    return (*steps, ("list", "out", last))


def _copied(slot: str, whole: str, place: int) -> Iterator[Step]:
    """Yield the steps that leave a copy of an array's row: one changed in place stays its own."""
    yield ("item", f"{slot} view", whole, place)
    yield ("get", f"{slot} copy", f"{slot} view", "copy")
    yield ("call", slot, f"{slot} copy", [], {})


def _call(cls: ClassDescription, names: Sequence[str]) -> tuple[Step, ...]:
    found = next((m for m in cls.methods if normalised(m) in names), None)
    if found is None or cls.methods[found].required:
        return ()
    return ("get", found, "obj", found), ("call", f"{found} called", found, [], {})
