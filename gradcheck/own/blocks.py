"""Reads layers of the student's own, with weights inside, that no component fits.

A feed-forward block, a transformer's block, a cell with gates of its own: a class with
``forward(x)`` and ``backward(dout)``. Its objects are looked through for weights; what backward
returns, or leaves beside them, is held to the derivative of the block's own value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcheck.calls.closeness import EXACT, FACTOR, SHAPED, is_narrow, score
from gradcheck.calls.naming import normalised
from gradcheck.calls.results import Path, at_path
from gradcheck.calls.template import RATE, Execute, ProgrammedSubject, Reading, Template
from gradcheck.component import Array
from gradcheck.examples import Example
from gradcheck.own._calls import RATES, at_rate, has_rate
from gradcheck.own._fillings import (
    OPTIMIZER,
    Filling,
    filling,
    fillings,
    from_arrays,
)
from gradcheck.own._gradients import RECORD, array_of, located, returned
from gradcheck.own._images import of_images
from gradcheck.own._inputs import LENGTHS, Form, Passing, forms_of, passings
from gradcheck.own._moves import moved
from gradcheck.own._objects import Node, Weight, lasting, looked, weights_of
from gradcheck.own._parts import Parts, parts_of, with_layers
from gradcheck.own._slopes import closeness_of, is_carried, may_be_meant, scores_of
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.own_component import WEIGHTED, OwnComponent, variant_of
from gradcheck.recognition.probing import probe_of
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import ClassDescription
from gradcheck.records.program import Program, Step, Value
from gradcheck.subject import Answer, Call

__all__ = ["READER"]

FORWARDS = ("forward", "__call__", "call", "forward_pass", "forward_propagation")
BACKWARDS = ("backward", "backprop", "bprop", "backward_pass", "backward_propagation")
MOST_BLOCKS = 30
"""Classes that are looked at."""
MOST_NUMBERS, MOST_ENTRIES = 1200, 150
"""In all variables, and where the derivative is still taken entry by entry."""
MOST_SLOW = 16
"""Gradients that are judged by differences, where the code carries no complex numbers."""
LARGE, DIFFERENCES = 2.0**10, 1e-7
WARM = 2
"""Examples of a first call that makes the weights."""
SMALL, UPSTREAM = 2.0**-60, "$upstream"
CLIPPED = "judged at a small upstream gradient: it clips larger updates"
OUTPUTS: tuple[Path, ...] = (("out",), ("out", 0))
"""Where the value is in what forward returns: a state may come with it."""


@dataclass(frozen=True)
class _Read:
    """A reading, whether it judges gradients of weights, and whether all of them are right."""

    reading: Reading
    has_weights: bool
    is_right: bool


@dataclass(frozen=True)
class _Block:
    """A class that can be built and called, and what was found in its objects."""

    cls: ClassDescription
    methods: tuple[str, str]
    filled: Filling
    nodes: tuple[Node, ...]
    weights: tuple[Weight, ...]
    rate: str = ""
    """Backward's learning rate, where it changes the weights itself."""
    passing: Passing = field(default_factory=lambda: Passing((), (), ()))
    """What forward is given."""
    is_updating: bool = False
    """Whether backward changes the weights, at that rate or at the object's own."""
    is_clipping: bool = False
    """Whether an update is clipped, unless the upstream gradient is small."""

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes of all that is fixed, by the names that dims have."""
        lengths = {n for w in self.weights for n in w.shape} | set(self.filled.sizes)
        lengths |= {n for shape in self.filled.looking.values() for n in shape[1:]}
        return {f"s{n}": n for n in sorted(lengths | {1})} | LENGTHS

    @property
    def has_record(self) -> bool:
        """Whether a recorder stands in the place of its optimizer."""
        return ("recorder", OPTIMIZER) in self.filled.steps

    @property
    def count(self) -> int:
        """How many numbers all weights are."""
        return sum(int(np.prod(w.shape)) for w in self.weights)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The data that forward takes."""
        return self.passing.data

    def dims(self, form: Form) -> dict[str, tuple[str, ...]]:
        """Return the dims of the inputs and of every weight."""
        own = {w.name: tuple(f"s{n}" for n in w.shape) for w in self.weights}
        return {**dict(zip(self.inputs, form.dims, strict=True)), **own}

    def kinds(self, form: Form) -> dict[str, str]:
        """Return what the entries of some inputs are."""
        return {self.inputs[place]: kind for place, kind in form.kinds.items()}


def _read(unread: Unread) -> Recognition:
    """Return the recognition with own layers among its unread classes read as blocks."""
    parts = parts_of(unread.recognition.readings, unread.module)
    best = (_best(_readings(c, parts, unread.execute)) for c in unread.classes[:MOST_BLOCKS])
    return joined(unread.recognition, [r for r in best if r is not None])


READER = Reader(order=20, read=_read)


def _best(readings: Iterator[_Read]) -> Reading | None:
    """Return the first reading with gradients of weights, or else the first."""
    first = None
    for one in readings:
        if one.has_weights:
            return one.reading
        first = first or one.reading
    return first


def _likeliest(readings: Iterator[_Read]) -> Iterator[_Read]:
    """Yield of the readings of one object the first whose gradients are right, else the first.

    What is right for sequences is meant for them, though rows may have been taken before.
    """
    found: list[_Read] = []
    for one in readings:
        if one.is_right and one.has_weights:
            found.insert(0, one)
            break
        found.append(one)
    yield from sorted(found, key=lambda one: not one.has_weights)[:1]


def _readings(cls: ClassDescription, parts: Parts, execute: Execute) -> Iterator[_Read]:
    """Yield the likeliest reading of a class for each way to build an object of it."""
    methods = tuple(next((m for m in names if m in cls.methods), "")
                    for names in (FORWARDS, BACKWARDS))  # fmt: skip
    if not all(methods):
        return
    forward, backward = (cls.methods[m] for m in methods)
    rate = next((p.name for p in backward.parameters if normalised(p.name) in RATES), "")
    needed = [p.name for p in backward.required if p.name != rate]
    ways = tuple(passings(forward))
    if len(needed) != 1 or not ways:
        return
    for filled in _ways(cls, parts):
        for block in _blocks(cls, (methods[0], methods[1]), filled, execute):
            for way in ways:
                given = replace(block, rate=rate, passing=way, is_updating=bool(rate))
                yield from _likeliest(
                    one for form in _forms(given) for output in OUTPUTS
                    for one in _of_shape(given, form, output, execute)
                )  # fmt: skip


def _blocks(
    cls: ClassDescription, methods: tuple[str, str], filled: Filling, execute: Execute
) -> Iterator[_Block]:
    """Yield the object as it is built, and after a first call if that makes more weights."""
    plain = _built(cls, methods, filled, execute)
    if (plain.count or filled.image) and plain.count <= MOST_NUMBERS:
        yield plain
    if not filled.sizes or filled.given:
        return
    operand = cls.methods[methods[0]].required[0].name
    for length in ((), (LENGTHS["M"],)):
        warm = filled.warmed(methods[0], operand, (WARM, *length, filled.sizes[0]))
        nodes, weights = lasting(warm, execute)
        block = _Block(cls, methods, warm, nodes, weights)
        if len(weights) > len(plain.weights) and block.count <= MOST_NUMBERS:
            yield block
            return


def _forms(block: _Block) -> Iterator[Form]:
    """Yield what the inputs may look like: as many steps as the first call had, if it had some."""
    filled, count = block.filled, len(block.passing.data)
    if filled.image:
        shape = tuple(f"s{n}" for n in filled.image)
        yield from (Form((dims,) * count) for dims in (("N", *shape), shape))
        return
    first = next(iter(filled.looking.values()), ())
    if len(first) > 2:
        yield Form((("N", *(f"s{n}" for n in first[1:])),) * count)
        return
    yield from forms_of(count, filled.sizes, filled.vocabulary)


def _ways(cls: ClassDescription, parts: Parts) -> Iterator[Filling]:
    """Yield how objects of a class may be built, the likeliest first."""
    alone = filling(cls)
    if alone is not None:
        yield alone
    yield from from_arrays(cls)
    yield from fillings(cls)
    yield from of_images(cls)
    yield from with_layers(cls, parts)


def _built(
    cls: ClassDescription, methods: tuple[str, str], filled: Filling, execute: Execute
) -> _Block:
    """Return an object with its weights: those that it was given, or that are found in it."""
    nodes = looked(filled, execute)
    own = nodes[0].slot if nodes else ""
    given = tuple(Weight(name, own, name if len(filled.given) > 1 else "param", shape, ())
                  for name, shape in filled.given.items())  # fmt: skip
    return _Block(cls, methods, filled, nodes, given or weights_of(nodes))


def _of_shape(
    block: _Block, form: Form, output: Path, execute: Execute
) -> Iterator[_Read]:
    """Yield the reading, if the block takes such data and its gradients are those of its value."""
    template = replace(_template(block), output=output, is_stacked=True)
    dims, kinds = block.dims(form), block.kinds(form)
    component = OwnComponent(template, execute)
    fixed = tuple(sorted(block.sizes.items()))
    free = [n for n in dims if n not in kinds]
    bare = variant_of(dims, free, WEIGHTED, is_scalar=False, kinds=kinds)
    example = probe_of(component, bare, fixed)
    if not example.output.ndim or not np.all(np.isfinite(example.output)):
        return
    subject = ProgrammedSubject(template, component, bare, component.layouts[0], execute)
    once = Call("forward", example.inputs)
    first, second = subject.run([once, replace(once, other=example.inputs)])
    if not np.array_equal(array_of(first.output), array_of(second.output)):
        return  # it draws random numbers of its own
    paths = _found(block, example.inputs, subject.compiled, example.upstream, execute)
    moving: tuple[str, ...] = ()
    if not paths:
        if has_rate(block.filled.steps) and not block.is_updating:
            yield from _of_shape(replace(block, is_updating=True), form, output, execute)
        return
    if block.is_updating:
        updates = {n: p for n, p in paths.items() if n in template.updated}
        steps = moved(template, updates, component, example, execute)
        paths = {n: p for n, p in paths.items() if n in steps or n not in updates}
        moving = tuple(steps)
    judged = tuple(n for n in free if n in paths)
    variant = variant_of(dims, judged, WEIGHTED, is_scalar=False, kinds=kinds)
    paths = {n: paths[n] for n in judged}
    whole = replace(template, gradients=paths)
    subject = ProgrammedSubject(whole, component, variant, component.layouts[0], execute)
    (answer,) = subject.run([Call("backward", example.inputs, example.upstream)])
    if block.is_updating and not _is_linear(subject, example, answer):
        if not block.is_clipping:  # what an update is clipped to is no gradient of a layer
            yield from _of_shape(replace(block, is_clipping=True), form, output, execute)
        return
    if len(judged) > MOST_SLOW and not is_carried(subject, example, judged[-1]):
        return  # thirty calls for each weight and example: others would be left no time
    if sum(example.inputs[n].size for n in judged) > MOST_ENTRIES:
        scores = closeness_of(subject, example, judged, answer.gradients)
    else:
        expected = component.backward(example.inputs, example.upstream, variant)
        scores = [_closeness(answer.gradients.get(n), e, example) for n, e in expected.items()]
    if block.is_updating and _has_idle(subject, example, moving):
        return  # a momentum, say, is no weight
    if _is_acceptable(scores):
        notes = (CLIPPED,) if block.is_clipping else ()
        sizes = {k: n for k, n in block.sizes.items() if k not in LENGTHS}
        names = tuple(f"{block.cls.name}.{m}" for m in block.methods)
        reading = Reading(
            component.id, "layer-class", names, variant.id, component.layouts[0].id, whole, sizes,
            notes, block.cls.line, is_narrow=is_narrow(first.output),
        )  # fmt: skip
        has_weights = bool({w.name for w in block.weights} & whole.gradients.keys())
        yield _Read(reading, has_weights, all(s == EXACT for s in scores))


def _has_idle(
    subject: ProgrammedSubject, example: Example, updated: Sequence[str]
) -> bool:
    """Return whether something is updated that the value doesn't depend on."""
    none: dict[str, Value] = {}
    return bool(scores_of(subject, example, updated, none).idle)


def _is_acceptable(scores: Sequence[float]) -> bool:
    """Return whether a disagreement would be the student's, not our reading's.

    Some gradient is right, so that the block is called as it is meant; a constant factor that
    counts examples or steps may be a convention of its own (means in the layer).
    """
    return EXACT in scores and all(s == EXACT or SHAPED <= s < FACTOR for s in scores)


def _closeness(actual: Value, expected: Array, example: Example) -> float:
    """Return how close a gradient is to the derivative, which differences may have given."""
    found = array_of(actual)
    scale = float(np.max(np.abs(expected), initial=0.0))
    if found.shape == expected.shape and np.all(np.abs(found - expected) <= DIFFERENCES * scale):
        return EXACT
    found_score = score(actual, expected)
    if FACTOR <= found_score < EXACT:
        factor = float(np.sum(found * expected) / np.sum(expected**2))
        return found_score if may_be_meant(factor, example) else SHAPED
    return found_score


def _is_linear(subject: ProgrammedSubject, example: Example, once: Answer) -> bool:
    """Return whether a much larger upstream makes the gradients larger by as much."""
    large = Call("backward", example.inputs, LARGE * example.upstream)
    (other,) = subject.run([large])
    return all(
        np.allclose(array_of(other.gradients.get(n)), LARGE * array_of(g), rtol=1 / LARGE)
        for n, g in once.gradients.items()
    )


def _template(block: _Block) -> Template:
    """Return the calls of a fresh object whose weights are the operands."""
    forward, backward = block.methods
    after = tuple(step for node in block.nodes for step in node.steps)
    rate: tuple[Step, ...] = (("constant", "rate", RATE),) if block.rate else ()
    keywords = {block.rate: "rate"} if block.rate else {}
    upstream = UPSTREAM
    if block.is_clipping:
        upstream = "small upstream"
        rate += (("constant", "small", SMALL), ("get", "made small", UPSTREAM, "__mul__"),
                 ("call", upstream, "made small", ["small"], {}))  # fmt: skip
    passing = block.passing
    larger = 1 / SMALL if block.is_clipping else 1.0
    return Template(
        at_rate(block.filled.steps, larger),
        # a state that another forward has left is put back with the weights
        (*(s for w in block.weights for s in w.steps), *passing.steps,
         ("get", "mf", "obj", forward), ("call", "out", "mf", list(passing.operands), {})),
        (*at_rate(rate, larger), ("get", "mb", "obj", backward),
         ("call", "g", "mb", [upstream], keywords),
         *((("get", RECORD, OPTIMIZER, "calls"),) if block.has_record else ()), *after),
        upstream="argument", state="object",
        updated=tuple(w.name for w in block.weights) if block.is_updating else (),
        forward_function=f"{block.cls.name}.{forward}",
        backward_function=f"{block.cls.name}.{backward}",
    )  # fmt: skip


def _found(
    block: _Block, inputs: Mapping[str, Array], compiled: Callable[[Call], tuple[Program, int]],
    upstream: Array, execute: Execute,
) -> dict[str, Path]:  # fmt: skip
    """Return where backward's gradients are; nothing if it has changed the weights unasked."""
    slots = tuple(node.slot for node in block.nodes)
    look = tuple(step for node in block.nodes for step in node.steps)
    before, _ = compiled(Call("forward", inputs))
    program, _ = compiled(Call("backward", inputs, upstream))
    more = (RECORD,) if block.has_record else ()
    first, reply = execute([
        Program((*before.steps, *look), before.arrays, slots),
        Program(program.steps, program.arrays, ("g", *slots, *more)),
    ])  # fmt: skip
    if reply.fault is not None or first.fault is not None:
        return {}
    values = dict(zip(("g", *slots, *more), reply.values, strict=True))
    if block.is_updating:
        paths: dict[str, Path] = {w.name: w.path for w in block.weights}
        paths |= returned(values["g"], block.inputs, block.weights, inputs)
    else:
        paths = located(values, block.inputs, block.nodes, block.weights, inputs)
        kept = dict(zip(slots, first.values, strict=True))
        pairs = ((array_of(at_path(kept, w.path)), array_of(at_path(values, w.path)))
                 for w in block.weights if w.owner in kept)  # fmt: skip
        if not all(np.array_equal(was, now, equal_nan=True) for was, now in pairs):
            return {}
    shapes = {name: value.shape for name, value in inputs.items()}
    return {n: p for n, p in paths.items()
            if n in shapes and np.shape(array_of(at_path(values, p))) == shapes[n]}  # fmt: skip
