"""What a model's methods are called with: data, results of its forward, the number of examples."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradcheck.calls.naming import method_among, normalised
from gradcheck.calls.template import SIZE
from gradcheck.component import Variable
from gradcheck.conventions._arguments import is_upstream, matched
from gradcheck.conventions._updates import is_rate
from gradcheck.records.description import ClassDescription, FunctionDescription
from gradcheck.records.program import Step

__all__ = ["PREDICTION", "filled", "method_of", "plain", "value_calls"]

CACHES = frozenset({"cache", "caches", "memory"})
COUNTS = frozenset({"m", "n", "nsamples", "batchsize", "nexamples", "numexamples", "numsamples",
                    "mexamples", "samples"})  # fmt: skip
"""What the number of examples is called where it is handed in."""
EXAMPLES = "examples"
PREDICTION = ""
"""The place of forward's result among what is known."""

Known = Mapping[str, str]


def method_of(cls: ClassDescription, names: Collection[str]) -> str | None:
    """Return the class's method of the first of these names, in whatever spelling."""
    return method_among(cls.methods, names)


def plain(name: str) -> str:
    """Return a result's name without its object, dunder prefix and underscores."""
    return normalised(name.rpartition(".")[2].split("__")[-1])


def value_calls(
    cls: ClassDescription, forward: str | None, cost: str | None, data: Sequence[Variable],
    *, is_listed: bool = False,
) -> tuple[tuple[Step, ...], dict[str, str]] | None:  # fmt: skip
    """Return the steps of forward and cost, and the slots of forward's results by name.

    None where what the methods take can't be told. With ``is_listed`` the cost takes a list of
    sequences.
    """
    steps: tuple[Step, ...] = ()
    known: dict[str, str] = {}
    if forward is not None:
        method = cls.methods[forward]
        inputs = [v for v in data if v.role != "target"]
        found, _ = matched([p.name for p in method.required], inputs)
        if len(found) != len(method.required):
            return None
        slots = [f"${found[p.name]}" for p in method.required]
        steps = (("get", "mf", "obj", forward), ("call", "r", "mf", slots, {}))
        results, known = _results(method)
        steps += results
    if cost is not None:
        call = filled(cls.methods[cost], data, known)
        if call is None:
            return None
        before, slots, keywords = call
        if is_listed:
            before += tuple(("list", f"all {s}", [s]) for s in slots)
            slots = [f"all {s}" for s in slots]
        steps += (*before, ("get", "mc", "obj", cost), ("call", "out", "mc", slots, keywords))
    return steps, known


def _results(forward: FunctionDescription) -> tuple[tuple[Step, ...], dict[str, str]]:
    """Return the steps that take apart what forward returns, and its parts' slots by name."""
    elements = forward.returns[-1].elements if forward.returns else ()
    own = {normalised(p.name) for p in forward.parameters}  # what it is given is known already
    if len(elements) < 2 or isinstance(elements[0].key, str):
        names = {plain(e.name): "r" for e in elements if e.name and e.key is None
                 and plain(e.name) not in own}  # fmt: skip
        return (), {**names, PREDICTION: "r"}
    steps = tuple(("item", f"r{k}", "r", k) for k in range(len(elements)))
    names = {plain(e.name or ""): f"r{k}" for k, e in enumerate(elements)
             if plain(e.name or "") not in own}  # fmt: skip
    last = max(k for k, e in enumerate(elements) if plain(e.name or "") not in CACHES)
    return steps, names | {PREDICTION: f"r{last}"}


def filled(
    function: FunctionDescription, data: Sequence[Variable], known: Known
) -> tuple[tuple[Step, ...], list[str], dict[str, str]] | None:
    """Return steps and a call's arguments: data and forward's results by name, the rate as keyword.

    What is left over once data and named results have their places is the prediction. None where
    more is left, or an upstream gradient: that is the backward of a layer, though the last one.
    """
    taken = [p for p in function.parameters if p.kind == "positional"]
    rate = {p.name: "rate" for p in taken if is_rate(p.name)}
    wanted = [p.name for p in taken if p.name not in rate and not p.has_default]
    slots: dict[str, str] = {}
    for name in wanted:
        short = normalised(name)
        variable = next((v for v in data if short in v.aliases), None)
        if short in known and short != PREDICTION:
            slots[name] = known[short]
        elif variable is not None:
            slots[name] = f"${variable.name}"
        elif short in COUNTS:
            slots[name] = EXAMPLES
    left = [name for name in wanted if name not in slots]
    if any(is_upstream(name) for name in left):
        return None
    if len(left) > 1 or (left and not known):
        return None
    slots |= dict.fromkeys(left, known.get(PREDICTION, ""))
    steps: tuple[Step, ...] = ()
    if EXAMPLES in slots.values():
        steps = (("constant", EXAMPLES, {SIZE: "N"}),)
    return steps, [slots[name] for name in wanted], dict(rate)
