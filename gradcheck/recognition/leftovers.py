"""Names without a reading, and what to do about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.calls.closeness import SHAPED
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.naming import UNNAMED, parsed, strength
from gradcheck.calls.template import Reading
from gradcheck.component import Component
from gradcheck.conventions.base import Convention
from gradcheck.recognition.probing import Fit
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)

__all__ = ["Unread", "unread_in"]

MAPPING = '[[components]]\nid = "{}"\nnames = ["{}"]'
MOST_NEAREST = 3


@dataclass(frozen=True)
class Unread:
    """A public name that no convention fits."""

    name: str
    reason: str
    nearest: tuple[str, ...]
    mapping: str = ""
    """Three lines of an assignment that name it as the nearest component."""


def unread_in(
    module: ModuleDescription, readings: Sequence[Reading],
    components: Sequence[Component], conventions: Sequence[Convention],
    best: Mapping[tuple[tuple[str, ...], str], Fit], lacking: Collection[str],
    waiting: Mapping[str, str],
) -> Iterator[Unread]:  # fmt: skip
    """Yield the functions and classes without a reading, in source order.

    Parameters
    ----------
    best : mapping
        The best fit of each group of names that was tried.
    lacking : collection of str
        Names whose code needs what a missing package would have given.
    waiting : mapping of str to str
        Names whose code can't be called as it stands, and why.
    """
    used = {name.partition(".")[0] for r in readings for name in r.names}
    entries: list[FunctionDescription | ClassDescription] = [*module.functions, *module.classes]
    for entry in sorted(entries, key=lambda e: e.line):
        if entry.name in used:
            continue
        name = parsed(entry.name)
        meant = next((c for c in components if strength(name, c) == SURE), None)
        tried = [f for (names, _), f in best.items()
                 if names[0].partition(".")[0] == entry.name and _is_near(f)]  # fmt: skip
        tried.sort(key=lambda f: f.key, reverse=True)
        nearest = tuple(dict.fromkeys(f.proposal.component.id for f in tried))[:MOST_NEAREST]
        if entry.name in lacking:
            yield Unread(entry.name, "it needs a package that isn't there (see left out)", ())
        elif entry.name in waiting:
            yield Unread(entry.name, waiting[entry.name], (meant.id,) if meant else ())
        elif meant is not None:
            yield Unread(entry.name, _misfit(entry, meant), (meant.id,))
        elif nearest:
            reason = "its values agree with none of the components that its signature fits"
            mapping = MAPPING.format(nearest[0], entry.name)
            yield Unread(entry.name, reason, nearest, mapping)
        else:
            reason = "no convention fits its name and signature"
            yield Unread(entry.name, reason, tuple(_shapes(entry, conventions)))


def _is_near(fit: Fit) -> bool:
    """Return whether a name is worth comparing with a component: by a word of it, or by shapes."""
    return fit.proposal.strength > UNNAMED or max(fit.forward, fit.gradient) >= SHAPED


def _misfit(entry: FunctionDescription | ClassDescription, meant: Component) -> str:
    """Return how something with a component's name differs from what is called so."""
    wanted = ", ".join(v.name for v in meant.variables(meant.variants[0]))
    if isinstance(entry, ClassDescription):
        methods = ", ".join(m for m in entry.methods if m != "__init__") or "none"
        return (
            f"it is named like {meant.id}, but its methods ({methods}) are no forward and "
            "backward that fit"
        )
    taken = ", ".join(p.name for p in entry.required) or "nothing"
    return f"it is named like {meant.id}, which takes ({wanted}), but it takes ({taken})"


def _shapes(
    entry: FunctionDescription | ClassDescription, conventions: Sequence[Convention]
) -> Iterator[str]:
    """Yield the nearest conventions, each with its example."""
    if isinstance(entry, ClassDescription):
        wanted: tuple[str, ...] = ("layer-class", "model-class")
    elif parsed(entry.name).is_gradient:
        wanted = ("function-pair", "forward-backward", "gradient-alone")
    else:
        wanted = ("function-pair", "forward-backward", "value-and-gradient")
    known = {c.id: c for c in conventions}
    yield from (f"{name}: {known[name].example}" for name in wanted if name in known)
