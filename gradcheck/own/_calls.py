"""How functions and methods of a network of the student's own are called, and what they return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.calls.naming import is_parameter_dict, normalised
from gradcheck.calls.results import Path
from gradcheck.calls.steps import slots_of
from gradcheck.calls.template import RATE, SIZE
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step, Value

__all__ = ["ASSUMED", "BATCHES", "EXAMPLES", "FLAGS", "ONCE", "PENALTIES", "RATES", "TARGETS",
           "Caller", "at_rate", "cost_in", "has_rate", "numbers_of", "operands_of", "predictions",
           "reached", "reaching", "settled"]  # fmt: skip

EXAMPLES = "N"
INPUTS = frozenset({"x", "xs", "inputs", "input", "data", "features", "xtrain", "xbatch", "a0",
                    "trainx", "images", "idx", "tokens", "ids", "inputids", "tokenids", "seq",
                    "sequence", "sequences", "xseq", "xt", "inputsequence", "inputslist",
                    "inputlist", "inputvector", "inputvectors"})  # fmt: skip
TARGETS = frozenset({"y", "ys", "targets", "target", "t", "labels", "label", "ytrue", "ytrain",
                     "ybatch", "truth", "onehot", "yonehot", "onehoty", "targetids",
                     "nexttokens", "yseq", "targetslist", "targetlist", "targetvector",
                     "targetvectors"})  # fmt: skip
PENALTIES = frozenset({"lambd", "lambda", "lam", "lamda", "lamb", "lmbd", "reg", "lmbda", "lambtha",
                       "reglambda", "l2", "regstrength", "regularization", "lambdareg",
                       "weightdecay"})  # fmt: skip
SHARES = frozenset({"keepprob", "keep", "keepprobability", "keepprobs", "dropoutrate"})
NUMBERS: Mapping[str, frozenset[str]] = {"penalty": PENALTIES, "share": SHARES}
"""What is passed to forward, cost and gradient alike where the gradient takes it."""
BATCHES = frozenset({"batchsize", "batch", "minibatchsize", "nbatch"})
COUNTS = frozenset({"m", "n", "nsamples", "nexamples", "numexamples"}) | BATCHES
RATES = frozenset({"learningrate", "lr", "eta", "learnrate", "lrate", "stepsize", "alphalr"})
ONCE = frozenset({"epochs", "epoch", "nepochs", "numepochs", "maxepochs", "iterations",
                  "niterations", "numiterations", "niter", "niters", "maxiter", "iters",
                  "numiters", "nsteps", "maxiters", "nepoch", "numepoch"})  # fmt: skip
"""Names of how often the data is gone through."""
CACHES = frozenset({"cache", "caches", "memory", "store"})
FLAGS = frozenset({"training", "train", "istraining", "istrain", "trainflg", "trainmode"})
SETTINGS: Mapping[str, frozenset[str]] = {"rate": RATES, "once": ONCE, "batch": BATCHES}
"""What is passed for these wherever they are taken: one step, of all examples, at our rate."""
VALUES: Mapping[str, object] = {"rate": RATE, "once": 1, "batch": {SIZE: EXAMPLES},
                                "count": {SIZE: EXAMPLES}}  # fmt: skip
ASSUMED = "the code has no cost of its own: judged as the gradient of the usual one, {}"


@dataclass(frozen=True)
class Caller:
    """What is known by name: data, weights, numbers, and what forward returned."""

    target: str
    keys: Mapping[str, str] = field(default_factory=dict)
    """From a weight's operand to its key, or to the argument that it is."""
    numbers: frozenset[str] = frozenset()
    """Those that the gradient takes: what has a default of its own is given them, too."""
    results: Mapping[str, str] = field(default_factory=dict)
    taking: tuple[Step, ...] = ()
    prediction: str = ""
    constants: Mapping[str, object] = field(default_factory=dict)
    """Numbers that are passed by these names, in lower case without underscores."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """The code's own functions that are handed over under such names."""

    def with_results(self, forward: FunctionDescription, value: Value) -> Caller:
        """Return it knowing forward's results by their names."""
        elements = forward.returns[-1].elements if forward.returns else ()
        taking: list[Step] = []
        named: dict[str, str] = {}
        if len(elements) > 1 and isinstance(value, tuple | list):
            for place, element in enumerate(elements):
                slot = f"result {place}"
                taking.append(("item", slot, "r", place))
                named[normalised(element.name or slot)] = slot
        else:
            named = {normalised(e.name): "r" for e in elements if e.name and e.key is None}
        kept = [f"result {k}" for k, v in enumerate(value) if isinstance(v, tuple | list | Mapping)
                ] if taking and isinstance(value, tuple | list) else ["r"]  # fmt: skip
        named |= {c: kept[0] for c in CACHES if kept and c not in named}
        given = {normalised(p.name) for p in forward.parameters}  # it is known already
        results = {name: slot for name, slot in named.items() if name not in given}
        return replace(self, results=results, taking=tuple(taking))

    def call(
        self, function: FunctionDescription, slot: str, reaching: Step
    ) -> tuple[Step, ...] | None:
        """Return the steps of a call, or None where an argument isn't known.

        ``reaching`` is the step that puts the function itself into a slot.
        """
        names = [p.name for p in function.required]
        optional = {
            p.name: number for p in function.parameters if p.has_default
            for number in self.numbers if normalised(p.name) in NUMBERS[number]
        }  # fmt: skip
        optional |= {p.name: f"${self.target}" for p in function.parameters
                     if p.has_default and normalised(p.name) in TARGETS}  # fmt: skip
        optional |= {p.name: slot for slot, words in SETTINGS.items() for p in function.parameters
                     if p.has_default and normalised(p.name) in words}  # fmt: skip
        found = [self._known(name, names) for name in names]
        left = [n for n, operand in zip(names, found, strict=True) if operand is None]
        if len(left) > 1 or (left and not self.prediction):
            return None
        operands = [self.prediction if o is None else o for o in found]
        before: list[Step] = list(self.taking)
        if "params" in operands:
            before.append(("dict", "params", [[k, f"${n}"] for n, k in self.keys.items()]))
        for number in NUMBERS:
            if number in {*operands, *optional.values()}:  # as a plain number
                before += [("get", f"{number} item", f"${number}", "item"),
                           ("call", number, f"{number} item", [], {})]  # fmt: skip
        taken = {*operands, *optional.values()}
        before += [("constant", slot, value)
                   for slot, value in {**VALUES, **self.constants}.items() if slot in taken]
        before += [("name", short, own) for short, own in self.functions.items() if short in taken]
        if "flag" in operands:
            before.append(("constant", "flag", True))
        return (*before, reaching, ("call", slot, reaching[1], operands, optional))

    def _known(self, name: str, beside: Sequence[str]) -> str | None:
        short = normalised(name)
        if name in self.keys.values():
            return f"${name}"
        if short in self.results:
            return self.results[short]
        if short in self.constants or short in self.functions:
            return short
        if short in INPUTS:
            return "$X"
        if short in TARGETS:
            return f"${self.target}"
        for slot, words in (*NUMBERS.items(), *SETTINGS.items(), ("count", COUNTS),
                            ("flag", FLAGS)):  # fmt: skip
            if short in words:
                return slot
        is_dict = bool(self.keys) and is_parameter_dict(name, [n for n in beside if n != name])
        return "params" if is_dict else None


def reaching(function: FunctionDescription) -> Step:
    """Return the step that puts a function into a slot of its own."""
    return ("name", f"function {function.name}", function.name)


def numbers_of(function: FunctionDescription, *, has_default: bool = True) -> frozenset[str]:
    """Return the numbers that a function takes, or must be given."""
    given = function.parameters if has_default else function.required
    short = {normalised(p.name) for p in given}
    return frozenset(n for n, words in NUMBERS.items() if words & short)


def settled(steps: Iterable[Step], examples: int) -> Iterator[Step]:
    """Yield the steps as they are for so many examples."""
    for step in steps:
        is_size = step[0] == "constant" and isinstance(step[2], Mapping)
        yield (*step[:2], examples) if is_size else step


def at_rate(steps: Iterable[Step], factor: float) -> tuple[Step, ...]:
    """Return the steps with learning rates that are larger by a factor."""
    return tuple(("constant", s[1], factor * s[2]) if has_rate([s]) else s for s in steps)


def has_rate(steps: Iterable[Step]) -> bool:
    """Return whether a learning rate of ours is among the constants: no other is as large."""
    return any(s[0] == "constant" and isinstance(s[2], float) and s[2] >= RATE for s in steps)


def operands_of(steps: Sequence[Step]) -> set[str]:
    """Return every slot that steps name."""
    return {slot for step in steps for slot in slots_of(step)}


def cost_in(value: Value, slot: str) -> Path | None:
    """Return where one number is that a forward returns, alone or at an end of a tuple."""
    if isinstance(value, np.ndarray | float):
        return (slot,) if np.ndim(value) == 0 else None
    if isinstance(value, tuple | list) and value:
        places = [k for k in (0, len(value) - 1) if isinstance(value[k], np.ndarray | float)
                  and np.ndim(value[k]) == 0]  # fmt: skip
        return (slot, places[0]) if places else None
    return None


def predictions(value: Value, shape: tuple[int, ...], slot: str) -> list[Path]:
    """Return where arrays of the prediction's shape are, those that stand alone first."""

    def found(value: Value, path: Path) -> Iterator[Path]:
        if isinstance(value, np.ndarray) and value.shape == shape:
            yield path
        elif len(path) <= 2 and isinstance(value, Mapping):
            for key, inner in reversed(list(value.items())):
                yield from found(inner, (*path, str(key)))
        elif len(path) <= 2 and isinstance(value, tuple | list):
            for place, inner in reversed(list(enumerate(value))):
                yield from found(inner, (*path, place))

    return sorted(found(value, (slot,)), key=len)


def reached(path: Path, slot: str) -> tuple[tuple[Step, ...], str]:
    """Return the steps that take a part out of a slot, and the part's own slot."""
    steps: list[Step] = []
    for key in path[1:]:
        steps.append(("item", f"{slot}.{key}", slot, key))
        slot = f"{slot}.{key}"
    return tuple(steps), slot
