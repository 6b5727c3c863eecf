"""Objects that make their weights when they are first trained: trained once, for one step."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.calls.naming import normalised
from gradcheck.own._calls import Caller
from gradcheck.own._fillings import OUTPUTS, WIDTH_HIDDEN, WIDTH_IN, Filling, fillings
from gradcheck.records.description import ClassDescription, FunctionDescription
from gradcheck.records.program import Step

__all__ = ["trained"]

FITS = ("fit", "train", "partialfit", "learn")
EXAMPLES = 6
"""Two of each class."""


def trained(cls: ClassDescription) -> Iterator[Filling]:
    """Yield objects after one step of training on data of ours: labels, then one-hot rows."""
    own = {normalised(m): f for m, f in cls.methods.items()}
    fit = next((own[n] for n in FITS if n in own), None)
    built = next((f for f in _built(cls)), None)
    if fit is None or built is None:
        return
    for outputs in OUTPUTS:
        rows = [[(k * (j + 2) % 5) / 5 for j in range(WIDTH_IN)] for k in range(EXAMPLES)]
        labels = [k % max(outputs, 2) for k in range(EXAMPLES)]
        spread = [[float(k == label) for k in range(outputs)] for label in labels]
        column = [[float(label)] for label in labels]
        for target in (labels, spread) if outputs > 1 else (column, labels):
            steps = _trained(cls, fit, built, rows, target)
            if steps is not None:
                sizes = (WIDTH_IN, WIDTH_HIDDEN, outputs)
                yield Filling((*built.steps, *steps), sizes)


def _built(cls: ClassDescription) -> Iterator[Filling]:
    """Yield the object before training: with widths among its arguments, or with none."""
    yield from fillings(cls)
    init = cls.methods.get("__init__")
    if init is None or not init.required:
        yield Filling((("name", "cls", cls.name), ("call", "obj", "cls", [], {})), ())


def _trained(
    cls: ClassDescription, fit: FunctionDescription, built: Filling, rows: object, target: object
) -> tuple[Step, ...] | None:
    """Return the steps of one step of training, or None where it wants more than data."""
    called = Caller("y").call(fit, "trained", ("get", "train", "obj", fit.name))
    if called is None:
        return None
    steps: list[Step] = [
        ("name", "own code", f"{cls.name}.{fit.name}"),
        ("get", "own names", "own code", "__globals__"), ("item", "numpy", "own names", "np"),
        ("get", "array of", "numpy", "array"),
    ]  # fmt: skip
    names = {"$X": "first data", "$y": "first targets"}
    for slot, values in (("first data", rows), ("first targets", target)):
        steps += [("constant", f"{slot} listed", values),
                  ("call", slot, "array of", [f"{slot} listed"], {})]  # fmt: skip
    for step in called:
        if step[0] == "call":
            given = [names.get(s, s) for s in step[3]]
            step = (*step[:3], given, {k: names.get(s, s) for k, s in step[4].items()})
        steps.append(step)
    return tuple(steps)
