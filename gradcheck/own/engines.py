"""Reads the operations of an autograd engine on arrays, each judged by its own value.

A class of arrays with operators and ``backward()``: ``Tensor``. Every operation that it has is put
to it by itself, with operands that are used more than once, that broadcast, or are indexed twice;
what their gradients must be is the derivative of the value that the operation gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from gradcheck.calls.autograd_names import BACKWARDS, DATA, GRADIENTS, NOT_JUDGED, ON, asking
from gradcheck.calls.closeness import EXACT, FAILED, SHAPED, is_narrow, score
from gradcheck.calls.template import Execute, ProgrammedSubject, Reading, Template
from gradcheck.component import Array, Variant
from gradcheck.examples import Example
from gradcheck.own._operations import Form, operations
from gradcheck.own.base import Reader, Unread, joined, owners
from gradcheck.own_component import OwnComponent, variant_of
from gradcheck.recognition.probing import probe_of
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Opaque, Program, Step
from gradcheck.subject import Call

__all__ = ["READER"]

MOST_ENGINES = 4
"""Classes that are looked at."""
FEWEST_RIGHT = 2
"""Operations that must be right before another is wrong, and not our way to ask for it."""
SIZES = (("D", 3), ("N", 5))
PRODUCT, SUM = "__mul__", "sum"
PROBE = (3, 2)
OF_NUMBERS = frozenset({"__add__", "__sub__", "__mul__", "__truediv__", "__pow__", "__neg__",
                        "relu", "tanh", "exp"})  # fmt: skip
"""What the component autograd asks of numbers: judged there, and not twice."""


@dataclass(frozen=True)
class _Engine:
    """A class of arrays, and what its parts are called."""

    cls: ClassDescription
    backward: str
    data: str
    gradient: str
    flags: Mapping[str, str]
    """Keywords that ask for a gradient."""

    def leaves(self, names: Sequence[str]) -> tuple[Step, ...]:
        """Return the steps that make an array of each operand."""
        steps: list[Step] = [("name", "cls", self.cls.name), ON]
        for name in names:
            steps.append(("call", f"leaf {name}", "cls", [f"${name}"], dict(self.flags)))
        return tuple(steps)


@dataclass(frozen=True)
class _Way:
    """How backward is begun with a random upstream gradient, and where gradients are."""

    start: tuple[Step, ...]
    is_wrapped: bool
    """Whether a gradient is an object of the class again."""


@dataclass(frozen=True)
class _Tried:
    """A form whose value is one: how near its gradients come, by the place of the way."""

    form: Form
    component: OwnComponent
    variant: Variant
    templates: Sequence[Template]
    scores: Sequence[float]
    is_narrow: bool = False
    """Whether its arrays are float32."""


def _read(unread: Unread) -> Recognition:
    """Return the recognition with the operations of engines on arrays read, each by itself."""
    engines = islice(_engines(unread.module, unread.execute), MOST_ENGINES)
    found = [r for engine in engines for r in _readings(engine, unread.execute)]
    taken = owners(found)
    earlier = unread.recognition.readings
    kept = (_without_note(r) if r.names[0] in taken else r for r in earlier)
    return joined(unread.recognition, found, kept=kept)


READER = Reader(order=70, read=_read)


def _without_note(reading: Reading) -> Reading:
    return replace(reading, notes=tuple(n for n in reading.notes if not n.startswith(NOT_JUDGED)))


def _engines(module: ModuleDescription, execute: Execute) -> Iterator[_Engine]:
    for cls in module.classes:
        init = cls.methods.get("__init__")
        backward = next((m for m in BACKWARDS if m in cls.methods), None)
        if backward is None or init is None or len(init.required) != 1:
            continue
        if cls.methods[backward].required or not {"__add__", PRODUCT} <= set(cls.methods):
            continue
        flags = asking(init)
        made: tuple[Step, ...] = (("name", "cls", cls.name), ON, ("put", "x", 0),
                                  ("call", "obj", "cls", ["x"], flags))  # fmt: skip
        probe = Program(made, (np.ones(PROBE),), ())
        names = (*DATA, *GRADIENTS)
        asked = [replace(probe, steps=(*probe.steps, ("get", n, "obj", n)), returns=(n,))
                 for n in names]  # fmt: skip
        replies = dict(zip(names, execute(asked), strict=True))
        is_there = {n for n, r in replies.items() if r.fault is None}
        data = next((n for n in DATA if n in is_there
                     and isinstance(replies[n].values[0], np.ndarray)), None)  # fmt: skip
        gradient = next((n for n in GRADIENTS if n in is_there), None)
        if data is not None and gradient is not None:
            yield _Engine(cls, backward, data, gradient, flags)


def _ways(engine: _Engine) -> list[_Way]:
    """Return the ways to begin: a weighted sum, what a product begins with, or what is given."""
    weights: Step = ("call", "u", "cls", ["$upstream"], {})
    product: tuple[Step, ...] = (
        weights, ("get", "times", "o", PRODUCT), ("call", "p", "times", ["u"], {})
    )  # fmt: skip
    total: tuple[Step, ...] = (*product, ("get", "add", "p", SUM), ("call", "t", "add", [], {}))
    starts: list[tuple[Step, ...]] = [
        (*steps, ("get", "back", last, engine.backward), ("call", "done", "back", [], {}))
        for steps, last in ((total, "t"), (product, "p"))
    ]
    if engine.cls.methods[engine.backward].parameters:
        of_output: Step = ("get", "back", "o", engine.backward)
        starts.append((of_output, ("call", "done", "back", ["$upstream"], {})))
        starts.append((weights, of_output, ("call", "done", "back", ["u"], {})))
    return [_Way(start, is_wrapped) for start in starts for is_wrapped in (False, True)]


def _template(engine: _Engine, form: Form, way: _Way) -> Template:
    names = list(form.dims)
    build = (*engine.leaves(names), *form.steps)
    method = f"{engine.cls.name}.{form.method}"
    taken: list[Step] = []
    for name in names:
        taken.append(("get", f"grad {name}", f"leaf {name}", engine.gradient))
        if way.is_wrapped:
            taken.append(("get", f"grad {name}", f"grad {name}", engine.data))
    return Template(
        (), (*build, ("get", "out", "o", engine.data)), (*build, *way.start, *taken),
        output=("out",), gradients={name: (f"grad {name}",) for name in names},
        upstream="argument", forward_function=method, backward_function=method,
    )  # fmt: skip


def _readings(engine: _Engine, execute: Execute) -> Iterator[Reading]:
    """Yield a reading of each operation that gives a value, if enough of them are right."""
    ways = _ways(engine)
    tried = _all_tried(engine, ways, execute, is_number=False)
    is_number = not any(t.form.is_of_arrays for ts in tried.values() for t in ts)
    if is_number:  # though they may happen to take arrays
        tried = _all_tried(engine, ways, execute, is_number=True)
    each = [t for ts in tried.values() for t in ts]
    right = [sum(t.scores[k] == EXACT for t in each) for k in range(len(ways))]
    best = int(np.argmax(right)) if right else 0
    if not right or right[best] < FEWEST_RIGHT:
        return
    has_product = any(max(t.scores) == EXACT for t in tried.get(PRODUCT, ()))
    has_optional = any(t.form.is_optional and max(t.scores) == EXACT for t in each)
    for operation, forms in tried.items():
        if is_number and operation in OF_NUMBERS:
            continue
        usable = [t for t in forms if (has_product or not t.form.needs_product)
                  and not _is_left_out(t, has_optional=has_optional)]  # fmt: skip
        chosen = list(_chosen(usable))
        for one in chosen:
            title = one.form.title if len(chosen) > 1 else forms[-1].form.title
            exact = next((k for k, s in enumerate(one.scores) if s == EXACT), best)
            method = engine.cls.methods.get(one.form.method)
            left = [t.form.shown for t in forms if _is_left_out(t, has_optional=has_optional)]
            notes = (f"an operation of an autograd engine: {one.form.shown}",
                     *(f"{NOT_JUDGED}{shown}: its gradients have other shapes"
                       for shown in left))  # fmt: skip
            yield Reading(
                one.component.id, "autograd-engine",
                (f"{engine.cls.name}.{engine.backward}", f"{engine.cls.name}.{title}"),
                one.variant.id, one.component.layouts[0].id, one.templates[exact],
                notes=notes, line=engine.cls.line if method is None else method.line,
                is_narrow=one.is_narrow,
            )  # fmt: skip


def _all_tried(
    engine: _Engine, ways: Sequence[_Way], execute: Execute, *, is_number: bool
) -> dict[str, list[_Tried]]:
    """Return by operation what gives a value, the richest forms first."""
    return {
        operation: [t for form in forms if (t := _tried(engine, form, ways, execute)) is not None]
        for operation, forms in operations(is_number=is_number).items()
    }


def _tried(
    engine: _Engine, form: Form, ways: Sequence[_Way], execute: Execute
) -> _Tried | None:
    """Return how a form does, or None where it gives no value."""
    templates = [_template(engine, form, way) for way in ways]
    component = OwnComponent(templates[0], execute)
    # no cost, though it may be a number: what arrives is any number, never 1
    variant = variant_of(form.dims, tuple(form.dims), form.domain, is_scalar=False)
    example = probe_of(component, variant, SIZES, is_upstream_one=False)
    if not np.all(np.isfinite(example.output)):
        return None
    expected = component.backward(example.inputs, example.upstream, variant)
    if not all(np.all(np.isfinite(g)) for g in expected.values()):
        return None
    scores = [_score(component, template, example, expected, execute) for template in templates]
    narrow = is_narrow(example.output)
    return _Tried(form, component, variant, templates, scores, narrow)


def _score(
    component: OwnComponent, template: Template, example: Example, expected: Mapping[str, Array],
    execute: Execute,
) -> float:  # fmt: skip
    subject = ProgrammedSubject(
        template, component, example.variant, component.layouts[0], execute
    )
    (answer,) = subject.run([Call("backward", example.inputs, example.upstream)])
    if answer.fault is not None:
        return FAILED
    if any(isinstance(value, Opaque) for value in answer.gradients.values()):
        return FAILED
    return min(score(answer.gradients.get(name), g) for name, g in expected.items())


def _is_left_out(tried: _Tried, *, has_optional: bool) -> bool:
    """Return whether an engine doesn't support what it needn't, in no operation."""
    return tried.form.is_optional and not has_optional and max(tried.scores) < SHAPED


def _chosen(usable: Sequence[_Tried]) -> Iterator[_Tried]:
    """Yield what an operation is judged by: the richest form that is right, and one beyond it.

    Forms come with the richest first. What is wrong in a product with itself alone is wrong in
    the operation only if products are right.
    """
    place = next((k for k, t in enumerate(usable) if max(t.scores) == EXACT), None)
    if place is None:
        yield from usable[-1:]
        return
    yield from reversed(usable[max(0, place - 1) : place + 1])
