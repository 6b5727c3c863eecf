"""Reads losses of the student's own that keep what they are given.

``forward(x, t)``, then ``backward()``: a softmax with its loss over all steps of a sequence, a loss
of logits, of a margin. The gradient with respect to what is predicted is held to the derivative of
the loss's own value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.calls.naming import normalised
from gradcheck.calls.template import Template
from gradcheck.own._calls import TARGETS
from gradcheck.own._costs import OUT, Setting, textbook_costs
from gradcheck.own._operands import Operand
from gradcheck.own._trials import Trial, best_of
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import ClassDescription
from gradcheck.records.program import Step

__all__ = ["READER"]

FORWARDS, BACKWARDS = ("forward", "__call__", "call", "loss"), ("backward", "gradient", "grad")
ROWS, STEPS = ("N", "s3"), ("N", "s5", "s3")
LABELLED = "labels-3"
FORMS: tuple[tuple[tuple[str, ...], str, tuple[str, ...], str], ...] = (
    (ROWS, "", ROWS, "onehot-1"), (ROWS, "", ("N",), LABELLED), (("N",), "", ("N",), "binary"),
    (("N",), "", ("N",), "labels-2"),
    (STEPS, "", STEPS, "onehot-2"), (STEPS, "", ("N", "s5"), LABELLED),
    (("N", "s5"), "", ("N", "s5"), "binary"), (ROWS, "inside", ROWS, "onehot-1"),
    (ROWS, "", ROWS, ""),
)  # fmt: skip
"""Shape and kind of what is predicted, and of the target."""
MOST = 20


def _read(unread: Unread) -> Recognition:
    """Return the recognition with losses among its unread classes read."""
    best = (best_of(_trials(cls), unread.execute) for cls in unread.classes[:MOST])
    return joined(unread.recognition, [o.reading for o in best if o is not None])


READER = Reader(order=40, read=_read)


def _trials(cls: ClassDescription) -> Iterator[Trial]:
    """Yield the calls of a loss that needs nothing to be built, with every usual target."""
    init = cls.methods.get("__init__")
    forward = next((m for m in FORWARDS if m in cls.methods), None)
    backward = next((m for m in BACKWARDS if m in cls.methods), None)
    if forward is None or backward is None or (init and init.required):
        return
    names = [p.name for p in cls.methods[forward].required]
    if len(names) != 2 or cls.methods[backward].required:
        return
    target = next((n for n in names if normalised(n) in TARGETS), names[1])
    data = next(n for n in names if n != target)
    setup: tuple[Step, ...] = (("name", "cls", cls.name), ("call", "obj", "cls", [], {}))
    value: tuple[Step, ...] = (
        ("get", "mf", "obj", forward), ("call", "out", "mf", [f"${n}" for n in names], {}),
    )  # fmt: skip
    gradient: tuple[Step, ...] = (
        ("get", "mb", "obj", backward), ("call", "g", "mb", [], {}),
    )  # fmt: skip
    functions = tuple(f"{cls.name}.{m}" for m in (forward, backward))
    template = Template(
        setup, value, gradient, output=("out",), state="object", forward_function=functions[0],
        backward_function=functions[1],
    )  # fmt: skip
    for dims, kind, wanted, of_target in FORMS:
        operands = (Operand(data, dims, kind, is_weight=True), Operand(target, wanted, of_target))
        sizes = {d: int(d[1:]) for o in operands for d in o.dims if d.startswith("s")}
        yield Trial(functions, "layer-class", cls.line, template, operands, sizes)
        if len(dims) > 2 or kind:
            continue
        classes = sizes.get("s3", 1)
        form = "labels" if len(wanted) < len(dims) else "same"
        setting = Setting(f"${data}", f"${target}", form, False, classes, "N", functions[0])
        for usual in textbook_costs(setting):
            whole = replace(template, forward=(*value, *usual.steps), output=(OUT, 0))
            yield Trial(functions, "layer-class", cls.line, whole, operands, sizes,
                        is_assumed=True, has_cost=True)  # fmt: skip
