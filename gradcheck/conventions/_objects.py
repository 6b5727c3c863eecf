"""Looking at objects: how to construct them, and where they keep parameters and gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from gradcheck.calls.naming import normalised
from gradcheck.calls.steps import slots_of
from gradcheck.calls.template import OPTION, SIZE, Execute
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import matched
from gradcheck.conventions._constants import NOTHING, Passing, given_to, meant
from gradcheck.conventions._homes import Home, assignments, refilled
from gradcheck.conventions._words import MAKER, with_generators
from gradcheck.presentation import Layout
from gradcheck.records.description import ClassDescription
from gradcheck.records.program import Opaque, Program, Step, Value

__all__ = ["LOOK_SIZES", "Construction", "agreeing", "attributes_of",
           "constructions", "dwellings", "entries", "is_lazy", "kept_constants", "placements"]

LISTS = ("sizes", "layers", "dims", "layersizes", "layerdims", "shape", "architecture", "topology")
LOOK_SIZES = {"D": 5, "M": 3, "K": 7, "H1": 7, "H2": 2, "H3": 3, "C": 2, "F": 5, "R": 3, "V": 11,
              "E": 6, "T": 9}
"""Sizes that an object is constructed with to look at it."""
OUTPUT_WIDTH = "K1"
MOST_OBJECTS = 8
"""Objects in an object that are looked into."""
MOST_IN_ORDER = 4
"""How many parameters are told by the order in which they are made."""
ZEROTH = {"b": "w0"}
"""What a bias is called where it is the weight of 1, beside weights that have their usual name."""
KEPT_RATE = 0.1
"""A usual learning rate: gradients don't depend on it."""
OF_ITS_OWN = frozenset({"val", "value", "values", "data"})
"""What a parameter's value is called in a dict that holds its gradient, too."""
RATES = frozenset({"learningrate", "lr", "eta", "learnrate", "lrate"})


@dataclass(frozen=True)
class Construction:
    """Steps that leave an object in slot ``obj``."""

    steps: tuple[Step, ...]
    takes_arrays: bool = False
    takes_sizes: bool = False
    sizes: tuple[str, ...] = ()
    """The sizes that the constructor takes by name; its code fixes the others."""
    passing: Passing = NOTHING
    """Which of the constructor's arguments are constants."""
    is_guess: bool = False
    """Whether names don't tell what the constructor takes."""


def constructions(
    cls: ClassDescription, component: Component, variant: Variant
) -> Iterator[Construction]:
    """Yield the ways to construct: without arguments, from arrays, or from sizes."""
    init = cls.methods.get("__init__")
    required = [p.name for p in init.required] if init and init.has_signature else []
    passing = given_to(init, component, ()) if init is not None else NOTHING
    passing = with_generators(_with_rates(passing, required, component), required, component)
    names = passing.others(required)
    parameters = [v for v in component.variables(variant) if v.role == "parameter"]
    widths = _widths(component, variant)

    def built(
        slots: Sequence[str], *steps: Step, takes_arrays: bool = False, takes_sizes: bool = False,
        keywords: Mapping[str, str] | None = None,
    ) -> Construction:  # fmt: skip
        filled = iter(slots)
        arguments = [passing.slots.get(n) or next(filled) for n in required]
        call: Step = ("call", "obj", "cls", arguments, {**passing.keywords, **(keywords or {})})
        whole = (("name", "cls", cls.name), *steps, *passing.steps, call)
        return Construction(whole, takes_arrays, takes_sizes, passing=passing)

    named = _named_sizes(names, component)
    given = init.parameters if init else ()
    listed = next((p.name for p in given if normalised(p.name) in LISTS), "")
    if not names and listed and widths:  # MLP(layers=[2, 3, 1])
        slots = [f"s{k}" for k in range(len(widths))]
        items = [_size(slot, width) for slot, width in zip(slots, widths, strict=True)]
        yield built((), *items, ("list", "sizes", slots), takes_sizes=True,
                    keywords={listed: "sizes"})  # fmt: skip
    elif not names:
        takes_rest = any(p.kind == "var-positional" for p in given)
        yield replace(built(()), is_guess=takes_rest)
    elif len(names) == len(parameters) and all(
        any(normalised(p) in v.aliases for v in parameters) for p in names
    ):
        found, _ = matched(names, parameters)
        may_be_size = any(normalised(p) in known for p in names
                          for known in component.size_names.values())  # fmt: skip
        yield replace(built([f"${found[p]}" for p in names], takes_arrays=True),
                      is_guess=may_be_size)  # fmt: skip
    elif len(names) == 1 and normalised(names[0]) in LISTS and widths:
        slots = [f"s{k}" for k in range(len(widths))]
        items = [_size(slot, width) for slot, width in zip(slots, widths, strict=True)]
        yield built(["sizes"], *items, ("list", "sizes", slots), takes_sizes=True)
    elif len(names) == 2 and normalised(names[1]) in LISTS and len(widths) > 1:
        slots = [f"s{k}" for k in range(1, len(widths))]
        items = [_size(slot, width) for slot, width in zip(slots, widths[1:], strict=True)]
        first = _size("s0", widths[0])
        yield built(["s0", "sizes"], first, *items, ("list", "sizes", slots), takes_sizes=True)
    elif named:
        items = [_size(slot, size) for slot, size in named.items()]
        needed = {d for v in parameters for d in v.dims}
        is_whole = needed <= set(named.values())
        yield replace(built(tuple(named), *items), sizes=tuple(named.values()),
                      is_guess=not is_whole)  # fmt: skip
    elif len(names) <= len(widths):
        slots = [f"s{k}" for k in range(len(names))]
        items = [_size(slot, width) for slot, width in zip(slots, widths, strict=False)]
        yield replace(built(slots, *items, takes_sizes=True), is_guess=True)


def _with_rates(passing: Passing, names: Sequence[str], component: Component) -> Passing:
    """Return the passing with a learning rate, where a model's constructor wants one to keep."""
    rates = [n for n in passing.others(names) if normalised(n) in RATES]
    if component.kind != "model" or not rates:
        return passing
    kept: Step = ("constant", "kept rate", KEPT_RATE)
    slots = {**passing.slots, **dict.fromkeys(rates, "kept rate")}
    return replace(passing, slots=slots, steps=(*passing.steps, kept))


def _named_sizes(names: Sequence[str], component: Component) -> dict[str, str]:
    """Return slot -> size where every parameter is called like a size, else nothing."""
    found: dict[str, str] = {}
    for place, parameter in enumerate(names):
        plain = normalised(parameter)
        size = next((s for s, known in component.size_names.items() if plain in known), None)
        if size is None:
            return {}
        found[f"s{place}"] = size
    return found


def _size(slot: str, width: str) -> Step:
    return ("constant", slot, 1 if width == OUTPUT_WIDTH else {SIZE: width})


def _widths(component: Component, variant: Variant) -> tuple[str, ...]:
    """Return the names of the layers' widths, inputs first."""
    widths: list[str] = list(component.size_names)
    for variable in component.variables(variant):
        if variable.role == "parameter":
            # what isn't looked at follows from the others: the width of all gates
            widths += [d for d in variable.dims
                       if d not in widths and (d in LOOK_SIZES or d == OUTPUT_WIDTH)]  # fmt: skip
    return tuple(widths)


def _looked_at(construction: Construction, component: Component) -> tuple[Step, ...] | None:
    """Return the construction of an object of some size; None if it wants arrays."""

    def filled(step: Step) -> Step:
        if step[0] != "constant" or not isinstance(step[2], Mapping):
            return step
        if OPTION in step[2]:
            known = {c.name: c for c in component.constants}[step[2][OPTION]]
            return ("constant", step[1], known.typed(known.choice))
        return ("constant", step[1], LOOK_SIZES[step[2][SIZE]])

    steps = tuple(filled(step) for step in construction.steps)
    takes_arrays = any(slot.startswith("$") for step in steps for slot in slots_of(step))
    return None if takes_arrays else steps


def attributes_of(
    construction: Construction, component: Component, execute: Execute
) -> Mapping[str, Value] | None:
    """Return the attributes of a new object of some size; None if they can't be had."""
    steps = _looked_at(construction, component)
    if steps is None:
        return None
    program = Program((*steps, ("get", "attrs", "obj", "__dict__")), (), ("attrs",))
    (reply,) = execute([program])
    if reply.fault is not None or not isinstance(reply.values[0], Mapping):
        return None
    return reply.values[0]


def answered(
    construction: Construction, component: Component, asked: Program, execute: Execute
) -> Value | None:
    """Return what the first slot of a program holds that goes on with a new object."""
    steps = _looked_at(construction, component)
    if steps is None:
        return None
    (reply,) = execute([replace(asked, steps=(*steps, *asked.steps))])
    return None if reply.fault is not None else reply.values[0]


def flags_of_class(
    construction: Construction, component: Component, names: Sequence[str], execute: Execute
) -> dict[str, bool]:
    """Return the truth values that an object has by its class: properties, class attributes."""
    steps = _looked_at(construction, component)
    if steps is None:
        return {}
    programs = [Program((*steps, ("get", "flag", "obj", n)), (), ("flag",)) for n in names]
    replies = zip(names, execute(programs), strict=True)
    return {n: r.values[0] for n, r in replies if r.fault is None and isinstance(r.values[0], bool)}


def kept_constants(
    construction: Construction, component: Component, execute: Execute
) -> dict[str, float]:
    """Return the constants that a new object keeps under their names: ``self.eps``."""
    if not component.constants or construction.takes_arrays:
        return {}
    attributes = attributes_of(construction, component, execute) or {}
    found: dict[str, float] = {}
    for attribute, value in attributes.items():
        constant = meant(attribute.split("__")[-1], component)
        number = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
        if isinstance(number, int | float) and constant is not None and constant.has(number):
            found.setdefault(constant.name, number)
    return found


def dwellings(
    construction: Construction, component: Component, parameters: Sequence[Variable],
    execute: Execute,
) -> Mapping[str, Home] | None:  # fmt: skip
    """Return where a new object keeps each parameter; None if it can't be told."""
    attributes = attributes_of(construction, component, execute)
    if attributes is None:
        return None
    objects = _objects_in(attributes, construction, component, execute)
    there = [(name, replace(home, is_object=home.attribute in objects))
             for name, home in entries({**attributes, **objects})]  # fmt: skip
    found: dict[str, Home] = {}
    for variable in parameters:
        called = [h for name, h in there if name in variable.aliases]
        # beside an array, a number of that name is a count: G groups, not a gain g
        home = next((h for h in called if h.shape != ()), next(iter(called), None))
        home = home or next((h for name, h in there if name == ZEROTH.get(variable.name)), None)
        if home is None:
            return _in_order([h for _, h in there if not _is_count(attributes, h)], parameters)
        found[variable.name] = home
    return found


def _objects_in(
    attributes: Mapping[str, Value], construction: Construction, component: Component,
    execute: Execute,
) -> dict[str, Mapping[str, Value]]:  # fmt: skip
    """Return the attributes of those objects in an object that hold an array as their value."""
    steps = _looked_at(construction, component) or ()
    names = [n for n, value in attributes.items() if isinstance(value, Opaque)][:MOST_OBJECTS]
    programs = [
        Program((*steps, ("get", "held", "obj", n), ("get", "inner", "held", "__dict__")), (),
                ("inner",)) for n in names
    ]  # fmt: skip
    inner = {n: r.values[0] for n, r in zip(names, execute(programs), strict=True)
             if r.fault is None} if names else {}  # fmt: skip
    return {
        n: held for n, held in inner.items()
        if isinstance(held, Mapping) and any(
            normalised(key) in OF_ITS_OWN and isinstance(v, np.ndarray) for key, v in held.items())
    }  # fmt: skip


def _in_order(
    there: Sequence[Home], parameters: Sequence[Variable]
) -> Mapping[str, Home] | None:
    """Return the parameters' homes where names don't tell, but there are just as many arrays.

    Taken in the order in which the constructor makes them; what can't be has the wrong shape.
    """
    arrays = [h for h in there if h.shape is not None]
    weights = [h for h in arrays if h.shape]
    arrays = weights if len(weights) == len(parameters) else arrays
    if len(arrays) != len(parameters) or not weights or len(parameters) > MOST_IN_ORDER:
        return None
    homes = dict(zip((v.name for v in parameters), arrays, strict=True))
    shapes = ((homes[v.name].shape, v) for v in parameters)
    is_fit = all(shape is None or len(shape) >= min(len(v.dims), 1) or shape == ()
                 for shape, v in shapes)  # fmt: skip
    return homes if is_fit else None


def is_lazy(
    construction: Construction, component: Component, variant: Variant, execute: Execute
) -> bool:
    """Return whether a new object has nothing yet where some parameter is to live."""
    parameters = [v for v in component.variables(variant) if v.role == "parameter"]
    if construction.takes_arrays or not parameters:
        return False
    found = dwellings(construction, component, parameters, execute) or {}
    return any(home.shape is None for home in found.values())


def entries(attributes: Mapping[str, Value]) -> Iterator[tuple[str, Home]]:
    """Yield (normalised name, home) of every number or array, also one level into dicts.

    A None counts: some set it later. A list of layers' weights is no home of one weight.
    """
    for attribute, value in attributes.items():
        plain = normalised(attribute.split("__")[-1])
        if value is None or _shape(value) is not None:
            yield plain, _home(attribute, None, value)
        if not isinstance(value, Mapping):
            continue
        own = next((key for key in value if normalised(str(key)) in OF_ITS_OWN), None)
        if own is not None:  # {"val": W, "grad": dW}
            yield plain, _home(attribute, str(own), value[own])
        elif not plain.startswith(("g", "d")):
            for key, inner in value.items():
                yield normalised(str(key)), _home(attribute, str(key), inner)


def _is_count(attributes: Mapping[str, Value], home: Home) -> bool:
    """Return whether an attribute is a whole number: a size, and no weight."""
    return isinstance(attributes[home.attribute], int)


def _shape(value: Value) -> tuple[int, ...] | None:
    if isinstance(value, bool) or not isinstance(value, np.ndarray | float | int):
        return None
    return tuple(np.shape(value))


def _home(attribute: str, key: str | None, value: Value) -> Home:
    return Home(attribute, key, _shape(value), getattr(value, "dtype", None) == np.float32)


def placements(
    construction: Construction, component: Component, variant: Variant, execute: Execute,
    *, is_refilled: bool = False,
) -> Iterator[tuple[tuple[Step, ...], Layout, dict[str, int]]]:  # fmt: skip
    """Yield (setup, layout, fixed sizes) for each layout that fits the object's parameters."""
    parameters = [v for v in component.variables(variant) if v.role == "parameter"]
    if construction.takes_arrays or not parameters:
        for layout in component.layouts:
            yield construction.steps, layout, {}
        return
    found = dwellings(construction, component, parameters, execute)
    if found is None:
        return
    is_ours = MAKER in construction.passing.slots.values()
    fillings = [refilled(found) if is_refilled else assignments(found)]
    if not is_refilled and all(home.is_narrow for home in found.values()):  # float32 throughout
        fillings.append(assignments(found, is_narrow=True))
    for filling, layout in product(fillings, component.layouts):
        fixed: dict[str, int] | None = {}
        for variable in parameters:
            shape = found[variable.name].shape
            # a bias that starts as 0, or that is made by what we hand over
            is_placeholder = bool(variable.dims) and (
                shape == () or (is_ours and len(variable.dims) == 1)
            )
            if fixed is not None and shape is not None and not is_placeholder:
                fixed = agreeing(variable, layout, shape, fixed)
        if fixed is not None:
            left = {k: v for k, v in fixed.items() if k not in construction.sizes}
            yield (*construction.steps, *filling), layout, {} if construction.takes_sizes else left


def agreeing(
    variable: Variable, layout: Layout, shape: tuple[int, ...], fixed: dict[str, int]
) -> dict[str, int] | None:
    """Return ``fixed`` with the sizes that this shape means, or None if it can't be."""
    presentation = layout.presentation(variable.name)
    try:
        restored = presentation.restore(np.empty(shape))
        if restored.ndim != len(variable.dims) or presentation.present(restored, {}).shape != shape:
            return None
    except (ValueError, IndexError):
        return None
    sizes = dict(zip(variable.dims, restored.shape, strict=True))
    if any(fixed.get(k, v) != v for k, v in sizes.items()) or sizes.get(OUTPUT_WIDTH, 1) != 1:
        return None
    return fixed | {k: v for k, v in sizes.items() if k != OUTPUT_WIDTH}
