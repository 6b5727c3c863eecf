"""A layer that makes its weights later: when it is told its input's shape, or first sees one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.calls.naming import UNNAMED, normalised, parsed, strength
from gradcheck.calls.results import Path
from gradcheck.calls.template import OPTION, SIZE, Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._constants import NOTHING, Passing, given_to, with_values
from gradcheck.conventions._homes import Home, assignments, refilled
from gradcheck.conventions._modes import object_modes
from gradcheck.conventions._objects import (
    LOOK_SIZES,
    agreeing,
    attributes_of,
    constructions,
    entries,
)
from gradcheck.conventions._updates import is_optimizer
from gradcheck.conventions._words import may_activate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.presentation import Layout
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Program, Step, Value

FORWARDS = ("forward", "forward_pass", "__call__", "call", "forward_propagation", "fprop",
            "feedforward", "forward_prop")  # fmt: skip
BACKWARDS = ("backward", "backward_pass", "backprop", "backward_propagation", "bprop",
             "back_propagation", "backward_prop")  # fmt: skip
OUT = ("nunits", "units", "unitsnum", "numunits", "neurons", "nneurons", "numneurons", "outputdim",
       "outdim", "nout", "outfeatures", "outputsize", "outsize", "nodes", "nnodes", "numnodes",
       "numout", "noutputs", "noutput", "size", "outputs", "hiddenunits", "dimout", "nodesnum",
       "numhidden", "nhidden", "width", "outputshape")  # fmt: skip
IN = ("nin", "inputsize", "inputdim", "ninputs", "inputsnum", "infeatures", "indim", "insize",
      "numinputs", "ninput", "inputs", "dimin", "numin", "fanin")  # fmt: skip
WIDTHS = {"D": IN, "M": OUT}
SHAPES = ("inputshape", "xshape", "shape", "inshape", "xdim", "inputdims", "imageshape",
          "imgshape", "inputdim")  # fmt: skip
SETTERS = ("set_input_shape", "set_shape", "setup", "build", "initialize", "init", "init_weights",
           "initialize_weights", "init_params", "init_parameters", "initialize_parameters",
           "setup_weights", "set_optimizer")  # fmt: skip
"""Methods that make the weights or are to be called before, in the order in which they are."""
PARAMETER_LISTS = frozenset({"params", "parameters", "weights"})
MORE_BIASES = frozenset({"w0"})
LOOK = {**LOOK_SIZES, "N": 4, "H": 6, "W": 7, "OH": 3, "OW": 4}
FREE = frozenset({"D", "M"})
RECORD, CALLS, DRY = "recorder", "calls", "dry"
BUILT = "the layer makes its weights when it is built; ours are put in their place"
RECORDED = "the gradients are what the layer hands to its optimizer"


@dataclass(frozen=True)
class _Built:
    """How a layer is made and its weights are; what an object that was has then."""

    steps: tuple[Step, ...]
    attributes: Mapping[str, Value]
    handed: int
    """How many times its backward hands something to a recording optimizer."""
    is_dry: bool
    """Whether it sees an input before: then there are statistics of it, too."""


class BuiltLayer(Convention):
    """``layer = Dense(units)``; its weights are there once it was built or has seen an input."""

    id = "built-layer"
    title = "a layer that makes its weights when it is built, or first sees an input"
    example = (
        "class Dense:\n    def __init__(self, n_units): self.W = None; self.b = None\n"
        "    def forward(self, x): ...  # makes them first\n"
        "    def backward(self, dout): self.dW = ...; return dx"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class that is named like a layer with weights, and layout."""
        for cls in module.classes:
            forward = next((m for m in FORWARDS if m in cls.methods), None)
            backward = next((m for m in BACKWARDS if m in cls.methods), None)
            if forward is None or backward is None:
                continue
            if len(cls.methods[backward].required) != 1:
                continue
            for component in components:
                if component.kind != "layer" or strength(parsed(cls.name), component) <= UNNAMED:
                    continue
                for alike in by_variables(component):
                    found = list(self._of(cls, (forward, backward), component, alike, execute))
                    yield from found
                    if found:
                        break

    def _of(
        self, cls: ClassDescription, methods: tuple[str, str], component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        parameters = [v for v in variables if v.role == "parameter"]
        passing = given_to(cls.methods[methods[0]], component, data)
        required = [p.name for p in cls.methods[methods[0]].required]
        if not (parameters or _is_told(cls)) or len(data) != 1:
            return
        if len(passing.others(required)) != 1:
            return
        slots = [passing.slots.get(n, f"${data[0].name}") for n in required]
        call: Step = ("call", "out", "mf", slots, dict(passing.keywords))
        forward = (("get", "mf", "obj", methods[0]), *passing.steps, call)
        if parameters and _has_them_at_once(cls, component, alike[0], parameters, execute):
            return
        for layout in component.layouts:
            built = _built(
                cls, methods, component, alike[0], data[0], layout, forward, execute
            )
            homes = _homes(built.attributes, parameters) if built else {}
            is_told = built is not None and len(homes) == len(parameters)
            sizes = _sizes(homes, parameters, layout) if is_told else None
            if built is None or sizes is None:
                continue
            for template in _templates(built, homes, methods, forward, data[0], parameters):
                yield self._proposal(
                    cls, methods, component, alike, layout, template, passing, built, sizes
                )

    def _proposal(  # type: ignore[no-untyped-def]
        self, cls, methods, component, alike, layout, template, passing, built, sizes
    ) -> Proposal:
        train, modes = object_modes(cls, methods[0], component, built.attributes)
        modes = () if built.is_dry else modes
        names = tuple(f"{cls.name}.{m}" for m in methods)
        known = {"returned": "known"} if template.gradients else {
            "returned": "gradients", "raw": ("g",)
        }
        variables = component.variables(alike[0])
        return Proposal(
            self.id, component, names,
            replace(template, setup=(*template.setup, *train), modes=modes,
                    forward_function=names[0], backward_function=names[1]),
            with_values(component, with_values(component, alike, _given(cls, component)), passing),
            (layout.id,),
            strength(parsed(cls.name), component),
            order=tuple(v.name for v in sorted(variables, key=lambda v: v.role == "parameter")),
            line=cls.line, sizes=sizes, is_guess=True,
            is_lazy=may_activate(cls, component, built.attributes),
            notes=(BUILT, *([RECORDED] if template.gradients else [])), **known,
        )  # fmt: skip


def _has_them_at_once(
    cls: ClassDescription, component: Component, variant: Variant,
    parameters: Sequence[Variable], execute: Execute,
) -> bool:  # fmt: skip
    """Return whether a new object has its weights, told nothing but their sizes."""
    if _build(cls) or _is_told(cls):
        return False
    return any(
        _homes(attributes_of(c, component, execute) or {}, parameters)
        for c in constructions(cls, component, variant) if not c.takes_arrays
    )


def _is_told(cls: ClassDescription) -> bool:
    """Return whether a layer is told its input's shape."""
    init = cls.methods.get("__init__")
    named = {normalised(p.name) for p in init.required} if init is not None else set()
    return "set_input_shape" in cls.methods or bool(named & set(SHAPES))


def _built(
    cls: ClassDescription, methods: tuple[str, str], component: Component, variant: Variant,
    data: Variable, layout: Layout, forward: tuple[Step, ...], execute: Execute,
) -> _Built | None:  # fmt: skip
    """Return how an object gets its weights, tried on an input of some size; None if it can't."""
    construct = _construction(cls, component, data)
    if construct is None:
        return None
    presentation = layout.presentation(data.name)
    sizes = _looked_sizes(component, variant, layout, construct)
    if not set(data.dims) <= set(sizes):
        return None
    x = presentation.present(np.zeros([sizes[d] for d in data.dims]), sizes)
    dry = tuple(("call", DRY, *s[2:]) if s[:2] == ("call", "out") else s for s in forward)
    upstream: tuple[Step, ...] = (
        ("get", "mb", "obj", methods[1]), ("call", "g", "mb", [DRY], {}),
        ("get", CALLS, RECORD, CALLS),
    )  # fmt: skip
    put: Step = ("put", f"${data.name}", 0)
    parameters = [v for v in component.variables(variant) if v.role == "parameter"]

    def looked(steps: Sequence[Step]) -> Mapping[str, Value]:
        """Return what an object has after some steps."""
        made = (_looked_at(step, sizes, component) for step in steps)
        run = (put, *made, ("get", "a", "obj", "__dict__"))
        (found,) = execute([Program(run, (np.asarray(x),), ("a",))])
        there = found.values[0] if found.fault is None else None
        return there if isinstance(there, Mapping) else {}

    as_width = _build(cls, is_width=True)
    for build in (_build(cls), *((as_width,) if as_width != _build(cls) else ())):
        steps = (*construct, *build, *dry)
        seen = (_looked_at(step, sizes, component) for step in steps)
        program = Program(
            (put, *seen, ("get", "attrs", "obj", "__dict__"), *upstream), (np.asarray(x),),
            ("attrs", CALLS),
        )  # fmt: skip
        (reply,) = execute([program])
        if reply.fault is None and isinstance(reply.values[0], Mapping):
            break
    else:
        return None
    handed = len(reply.values[1]) if isinstance(reply.values[1], list | tuple) else 0
    is_dry = bool(parameters) and not _homes(looked((*construct, *build)), parameters)
    return _Built(steps if is_dry else (*construct, *build), reply.values[0], handed, is_dry)


def _looked_sizes(
    component: Component, variant: Variant, layout: Layout, construct: Sequence[Step]
) -> dict[str, int]:
    """Return sizes to look at an object with: an image's fit its windows."""
    passed = [s[2][OPTION] for s in construct if s[0] == "constant" and isinstance(s[2], Mapping)
              and OPTION in s[2]]  # fmt: skip
    known = {c.name: c.typed(c.choice) for c in component.constants if c.name in passed}
    sizes = {**{s: LOOK[s] for s in component.sizes if s in LOOK}, **layout.sizes}
    if set(sizes) >= set(component.sizes):
        sizes = component.fitted_sizes(sizes, component.with_constants(variant, known))
    return {**LOOK, **sizes}


def _looked_at(step: Step, sizes: Mapping[str, int], component: Component) -> Step:
    if step[0] != "constant" or not isinstance(step[2], Mapping):
        return step
    if SIZE in step[2]:
        return ("constant", step[1], sizes[step[2][SIZE]])
    known = {c.name: c for c in component.constants}[step[2][OPTION]]
    return ("constant", step[1], known.typed(known.choice))


def _construction(
    cls: ClassDescription, component: Component, data: Variable
) -> tuple[Step, ...] | None:
    """Return the steps that make an object, told the sizes that it may be told; None if unknown."""
    init = cls.methods.get("__init__")
    passing = _given(cls, component)
    steps: list[Step] = [("recorder", RECORD), *_shape_steps(data), *passing.steps]
    keywords: dict[str, str] = {**passing.keywords, **passing.slots}
    names = {**WIDTHS, **component.size_names} if component.size_names else WIDTHS
    for parameter in init.parameters if init is not None and init.has_signature else ():
        plain = normalised(parameter.name)
        size = next((s for s, known in names.items() if plain in known), None)
        is_open = not parameter.has_default or parameter.default is None
        if parameter.name in keywords:
            continue
        if plain in SHAPES and is_open:
            keywords[parameter.name] = "in shape"
        elif size is not None and size in component.sizes and is_open:
            steps.append(("constant", f"size {parameter.name}", {SIZE: size}))
            keywords[parameter.name] = f"size {parameter.name}"
        elif not parameter.has_default and parameter.kind == "positional":
            return None
    return (*steps, ("name", "cls", cls.name), ("call", "obj", "cls", [], keywords))


def _given(cls: ClassDescription, component: Component) -> Passing:
    """Return which of the constructor's arguments are constants."""
    init = cls.methods.get("__init__")
    return given_to(init, component, ()) if init is not None else NOTHING


def _shape_steps(data: Variable) -> Iterator[Step]:
    """Yield the steps that leave the input's shape in a slot, and that of one example."""
    yield ("get", "whole shape", f"${data.name}", "shape")
    items = [f"length {k}" for k in range(1, len(data.dims))]
    for k, slot in enumerate(items, start=1):
        yield ("item", slot, "whole shape", k)
    yield ("tuple", "in shape", items)


def _build(cls: ClassDescription, *, is_width: bool = False) -> tuple[Step, ...]:
    """Return the calls that build the layer: they are told the shape or given an optimizer.

    With ``is_width`` they are told how wide the input is, by names that mean either.
    """
    steps: list[Step] = []
    for name in SETTERS:
        method = cls.methods.get(name)
        if method is None or len(method.required) > 1:
            continue
        given = []
        for parameter in method.required:
            plain = normalised(parameter.name)
            if is_optimizer(plain):
                given.append(RECORD)
            elif plain in IN and (is_width or plain not in SHAPES):
                given.append("length 1")
            elif plain in SHAPES:
                # who sets a shape means one example's; who sets weights up sees the whole
                given.append("in shape" if name.startswith("set_") else "whole shape")
        if len(given) == len(method.required):
            steps += [("get", f"m {name}", "obj", name),
                      ("call", f"done {name}", f"m {name}", given, {})]  # fmt: skip
    return tuple(steps)


def _homes(attributes: Mapping[str, Value], parameters: Sequence[Variable]) -> dict[str, Home]:
    """Return where each parameter lives: an attribute, a dict's entry, a list's; {} if unknown."""
    there = list(entries(attributes))
    found: dict[str, Home] = {}
    for variable in parameters:
        names = {*variable.aliases, *(MORE_BIASES if variable.name == "b" else ())}
        home = next((h for name, h in there if name in names and h.shape is not None), None)
        if home is not None:
            found[variable.name] = home
    if len(found) == len(parameters):
        return found
    for attribute, value in attributes.items():
        arrays = value if isinstance(value, list) else []
        shapes = [one.shape for one in arrays if isinstance(one, np.ndarray)]
        is_named = normalised(attribute) in PARAMETER_LISTS
        if is_named and len(arrays) == len(shapes) == len(parameters):
            return {v.name: Home(attribute, k, shapes[k]) for k, v in enumerate(parameters)}
    return {}


def _sizes(
    homes: Mapping[str, Home], parameters: Sequence[Variable], layout: Layout
) -> dict[str, int] | None:
    """Return the sizes that the code fixes itself, or None where its weights fit no layout."""
    fixed: dict[str, int] | None = {}
    for variable in parameters:
        if fixed is not None:
            fixed = agreeing(variable, layout, homes[variable.name].shape or (), fixed)
    looked = {**LOOK, **layout.sizes}
    if fixed is None or any(fixed[d] != looked[d] for d in fixed if d in FREE):
        return None  # the layer took another axis for its width
    return {k: v for k, v in fixed.items() if v != looked.get(k)}


def _templates(
    built: _Built, homes: Mapping[str, Home], methods: tuple[str, str],
    forward: tuple[Step, ...], data: Variable, parameters: Sequence[Variable],
) -> Iterator[Template]:  # fmt: skip
    is_listed = any(isinstance(home.key, int) for home in homes.values())
    setup = (*built.steps, *(refilled(homes) if is_listed else assignments(homes)))
    backward: tuple[Step, ...] = (
        ("get", "mb", "obj", methods[1]), ("call", "g", "mb", ["$upstream"], {}),
        ("get", "attrs", "obj", "__dict__"), ("get", CALLS, RECORD, CALLS),
    )  # fmt: skip
    whole = Template(setup, forward, backward, output=("out",), upstream="argument",
                     state="object")  # fmt: skip
    if built.handed == 0:
        yield whole
    elif built.handed == len(parameters):
        for order in (parameters, parameters[::-1]):
            gradients: dict[str, Path] = {data.name: ("g",)}
            gradients |= {v.name: (CALLS, k, 1) for k, v in enumerate(order)}
            yield replace(whole, gradients=gradients)


CONVENTION = BuiltLayer()
