"""The smallest error that each tool catches, and what it costs, by the number of parameters.

A right function's gradient is made wrong by a factor (1 + e): all of it, or one entry of the
largest variable. gradcheck's engine is asked twice: with number systems (its top rung) and
without (its lowest).
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from callables import Callables, State
from catalogue import ENTRIES, Array, Entry
from inline import Inline, numbers
from tools import LENIENT, TOOLS, Flat, recipe_error

from gradcheck.examples import signed
from gradcheck.numerics.judge import Ask, Judgement, Trial, judge
from gradcheck.sandbox.worker import systems

__all__ = ["COUNTS", "GRADCHECK", "Cost", "costs", "is_entrywise", "scaled", "single", "smallest",
           "uniform"]  # fmt: skip

COUNTS = (100, 1_000, 10_000, 100_000)
MOST_DIGITS = 17
BATCH = 8
CLASSES = 10
SAMPLE = 2_000
"""Entries after which an entrywise tool is timed by extrapolation."""
ROUNDS = 7
PURITY = 8
"""Gradients that the checks without differences ask for at an input: twice, with other
data first, at two other upstreams and their sum, at zero; two to spare."""
TOP, LOWEST = "gradcheck, top rung", "gradcheck, lowest"
GRADCHECK = (TOP, LOWEST)
Edit = Callable[[list[Array]], list[Array]]


def scaled(count: int) -> dict[str, Entry]:
    """Return three functions of about so many parameters."""
    side = round(count**0.5)
    hidden = max(1, round(count / (side + CLASSES)))
    return {
        "elementwise": replace(ENTRIES["swish"], sizes=(("N", BATCH), ("D", count // BATCH))),
        "affine": replace(ENTRIES["affine"], sizes=(("N", BATCH), ("D", side), ("M", side))),
        "two layers": replace(
            ENTRIES["two_layers"],
            sizes=(("N", BATCH), ("D", side), ("K", hidden), ("M", CLASSES)),
        ),
    }


class Edited(Callables):
    """Callables whose gradients are edited on their way out."""

    def __init__(self, entry: Entry, edit: Edit) -> None:
        super().__init__(entry, entry.source)
        self.edit = edit

    def backward(self, upstream: Array, state: State) -> list[Array]:
        return self.edit(super().backward(upstream, state))


def uniform(error: float) -> Edit:
    return lambda gradients: [g * (1 + error) for g in gradients]


def single(error: float) -> Edit:
    """One entry of the largest gradient, of at least a tenth of the largest entry's size."""

    def edit(gradients: list[Array]) -> list[Array]:
        largest = max(range(len(gradients)), key=lambda k: gradients[k].size)
        changed = gradients[largest].copy()
        flat = changed.reshape(-1)
        big = np.flatnonzero(np.abs(flat) >= 0.1 * np.max(np.abs(flat)))
        flat[big[len(big) // 2]] *= 1 + error
        return [changed if k == largest else g for k, g in enumerate(gradients)]

    return edit


class Engine:
    """gradcheck's own judge at one input, of a function in this process."""

    def __init__(self, function: Callables, *, has_carriers: bool) -> None:
        self.function, self.has_carriers = function, has_carriers
        self.names = [word.split(":")[0] for word in function.entry.inputs.split()]
        self.copies = Inline([("f.py", function.entry.source)])
        self.wanted = [self.names[k] for k in function.entry.wrt]
        if has_carriers:
            self.copies.module("complex")

    def judged(self, arrays: Sequence[Array], seed: int = 0) -> list[Judgement]:
        rng = np.random.default_rng(seed)
        inputs = dict(zip(self.names, arrays, strict=True))
        output, state = self.function.forward(arrays)
        upstream = signed(rng, np.shape(output))
        gradients = dict(zip(self.wanted, self.function.backward(upstream, state), strict=True))
        directions = {name: signed(rng, g.shape) for name, g in gradients.items()}
        trial = Trial(inputs, upstream, output, gradients, directions, rng,
                      has_carriers=self.has_carriers)  # fmt: skip
        judging = judge(trial)
        try:
            asks = next(judging)
            while True:
                asks = judging.send(list(self.answers(asks)))
        except StopIteration as stop:
            found: list[Judgement] = stop.value
            return found

    def answers(self, asks: Sequence[Ask]) -> Iterator[Array | Mapping[str, Array]]:
        for ask in asks:
            arrays = [ask.inputs[name] for name in self.names]
            if ask.upstream is not None:
                _, state = self.function.forward(arrays)
                found = self.function.backward(ask.upstream, state)
                yield dict(zip(self.wanted, found, strict=True))
            elif ask.system == "float64":
                yield self.function.forward(arrays)[0]
            else:
                self.function.forwards += 1
                yield self.carried(arrays, ask.system)

    def carried(self, arrays: Sequence[Array], system: str) -> Array:
        module = self.copies.module(system)
        with numbers(system):
            found: Any = getattr(module, self.function.entry.forward)(*map(systems.carry, arrays))
            out = found[0] if self.function.entry.form == "cache" else found
        return np.asarray(out).view(np.ndarray)


def accuses(tool: str, function: Callables, arrays: Sequence[Array]) -> bool:
    """Return whether a tool accuses a function at an input (exceptions accuse)."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if tool in GRADCHECK:
            engine = Engine(function, has_carriers=tool == TOP)
            return any(j.verdict == "wrong" for j in engine.judged(arrays))
        peer = TOOLS[tool]
        assert peer is not None
        try:
            return peer(function, arrays)
        except Exception:
            return True


def smallest(tool: str, entry: Entry, edit: Callable[[float], Edit], seed: int = 0) -> float:
    """Return the smallest power of ten that is caught (bisected).

    NaN if the right gradient is accused; infinity if not even a tenth is caught.
    """
    arrays = entry.draw(seed)

    def caught(error: float) -> bool:
        return accuses(tool, Edited(entry, edit(error)), [a.copy() for a in arrays])

    if caught(0.0):
        return np.nan
    low, high = 0, MOST_DIGITS  # 10^-low is caught (unless 0), 10^-high isn't
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if caught(10.0**-middle) else (low, middle)
    return float(10.0**-low) if low else np.inf


@dataclass(frozen=True)
class Cost:
    """What judging one input costs: CPU seconds, forward evaluations; whether extrapolated."""

    seconds: float
    forwards: float
    is_extrapolated: bool = False


def timed(call: Callable[[], object]) -> float:
    """Return the median CPU time of a few calls, after one that doesn't count."""
    call()
    times = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def costs(tool: str, entry: Entry) -> Cost:
    """Return what a tool costs at one input of a right function."""
    arrays = entry.draw(1)
    count = sum(arrays[k].size for k in entry.wrt)
    function = Callables(entry, entry.source)
    if is_entrywise(tool) and count > SAMPLE:
        return sampled(tool, function, arrays, count)
    if tool in GRADCHECK:
        engine = Engine(function, has_carriers=tool == TOP)

        def call() -> None:
            engine.judged(arrays)
            for _ in range(PURITY):
                out, state = function.forward(arrays)
                function.backward(np.ones_like(out), state)

    elif tool.startswith("CS231n"):

        def call() -> None:
            recipe_error(function, arrays)

    else:

        def call() -> None:
            accuses(tool, function, arrays)

    seconds = timed(call)
    return Cost(seconds, function.forwards / (ROUNDS + 1))


def is_entrywise(tool: str) -> bool:
    """Return whether a tool evaluates for every entry."""
    return tool.startswith(("CS231n", "scipy", "torch slow"))


def sampled(tool: str, function: Callables, arrays: Sequence[Array], count: int) -> Cost:
    """Extrapolate an entrywise tool's cost from a sample of its forward evaluations.

    Two an entry, or one (scipy); torch's slow mode takes a gradient an output entry, too.
    """
    flat = Flat(function, arrays)
    each = 1 if tool == "scipy" else 2
    x = flat.start.copy()
    begin = time.process_time()
    for k in range(SAMPLE):
        x[k] += LENIENT
        flat.value(x)
        x[k] -= LENIENT
    seconds = (time.process_time() - begin) / SAMPLE * each * count
    if tool == "torch slow":
        begin = time.process_time()
        out, state = function.forward(arrays)
        function.backward(np.ones_like(out), state)
        seconds += (time.process_time() - begin) * out.size
    return Cost(seconds, each * count, is_extrapolated=True)
