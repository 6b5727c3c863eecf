"""Reads functions that stand in a class as methods.

``Net.sigmoid(self, z)`` and ``Net.sigmoid_prime(self, z)`` that use nothing of the network: they
are judged as functions are. Where the class is read itself, that judges one of them; only where
there are several are they read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.calls.naming import parsed
from gradcheck.calls.template import Reading, Template
from gradcheck.own.base import Reader, Unread
from gradcheck.recognition.readings import Recognition, recognise
from gradcheck.records.description import ClassDescription, FunctionDescription, ModuleDescription
from gradcheck.records.program import Program, Reply, Step

__all__ = ["READER"]

MOST_CLASSES = 20
"""That are looked at."""


def _read(unread: Unread) -> Recognition:
    """Return the recognition with the pairs among the methods of classes read."""
    recognition = unread.recognition
    left = unread.names
    classes = unread.module.classes[:MOST_CLASSES]
    functions = tuple(f for cls in classes for f in _functions(cls))
    read = {name for r in recognition.readings for name in r.names}
    functions = tuple(f for f in functions if f.name not in read)
    if not functions:
        return recognition
    module = ModuleDescription(functions, files=unread.module.files)

    def execute(programs: Sequence[Program]) -> Sequence[Reply]:
        return unread.execute([replace(p, steps=_of_objects(p.steps)) for p in programs])

    found = recognise(module, unread.conventions, unread.components, execute)
    whole = [replace(r, template=_made(r.template)) for r in found.readings
             if r.template.gradients and r.template.output]  # fmt: skip
    kinds = {c.id: c.kind for c in unread.components}
    own = Counter(_owner(r) for r in whole if kinds[r.component] == "activation")
    kept = [r for r in whole if _owner(r) in left or own[_owner(r)] > 1]
    readings = sorted((*recognition.readings, *kept), key=lambda r: r.line)
    read |= {name for r in kept for name in r.names}
    done = {c.name for c in classes if {m.qualified_name for n, m in c.methods.items()
                                        if n != "__init__"} <= read}  # fmt: skip
    return Recognition(tuple(readings), tuple(u for u in recognition.unread if u.name not in done))


def _of_objects(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps that fetch methods of objects, not the functions that classes have."""
    return tuple(("method", *s[1:]) if s[0] == "name" and "." in s[2] else s for s in steps)


def _made(template: Template) -> Template:
    setup, forward, backward = (
        _of_objects(steps) for steps in (template.setup, template.forward, template.backward)
    )
    return replace(template, setup=setup, forward=forward, backward=backward)


def _owner(reading: Reading) -> str:
    return reading.names[0].partition(".")[0]


READER = Reader(order=80, read=_read)


def _functions(cls: ClassDescription) -> Iterator[FunctionDescription]:
    """Yield the methods that use nothing of their object, as functions."""
    for method in (*cls.methods.values(), *cls.private.values()):
        name = parsed(method.name)
        is_layer = name.is_forward or "backward" in name.words
        if method.is_selfless and method.required and not is_layer:
            yield replace(method, name=method.qualified_name, file=cls.file)
