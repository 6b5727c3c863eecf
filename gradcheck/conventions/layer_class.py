"""A class with ``forward`` and ``backward``; parameters and their gradients as attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import EXACT, method_among, normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions._arguments import (
    by_variables,
    is_upstream,
    matched,
    operands_back,
    returns_several,
)
from gradcheck.conventions._constants import Passing, given_to, with_values
from gradcheck.conventions._homes import opened
from gradcheck.conventions._modes import object_modes
from gradcheck.conventions._objects import (
    Construction,
    attributes_of,
    constructions,
    dwellings,
    flags_of_class,
    is_lazy,
    kept_constants,
    placements,
)
from gradcheck.conventions._words import by_word, may_activate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.modes import Mode
from gradcheck.presentation import Layout
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)
from gradcheck.records.program import Step, Value

FORWARDS = ("forward", "__call__", "call", "feedforward", "fprop", "forward_pass",
            "forward_propagation", "forward_prop")  # fmt: skip
BACKWARDS = ("backward", "backprop", "bprop", "backward_pass", "backward_propagation",
             "backward_prop", "back_propagation", "vjp", "pullback")  # fmt: skip
CLASS_FLAGS = ("is_training", "training", "is_train", "train_mode")
OF_MODELS = frozenset({"fit", "train", "predict", "score", "transform", "fit_predict"})
"""Methods of what is trained and asked, and is no layer."""
CACHE = "cache"
TOLD = "set_input_shape"
"""A layer with it is used only after it (see the convention built-layer)."""


class LayerClass(Convention):
    """``layer.forward(x)``, then ``layer.backward(dout)``."""

    id = "layer-class"
    title = "a class with forward and backward"
    example = (
        "class Affine:\n    def __init__(self, n_in, n_out): self.W = ...; self.b = ...\n"
        "    def forward(self, x): ...\n    def backward(self, dout): self.dW = ...; return dx"
    )
    serves_own = True
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and layout that fits its parameters."""
        for cls in module.classes:
            forward, backward = _methods(cls)
            if forward is None or TOLD in cls.methods:
                continue
            for component in components:
                if component.kind not in {"activation", "layer", "cost", "own"}:
                    continue
                if backward is None and not _is_told(cls, component):
                    continue  # a layer without a gradient may be anything
                for alike in by_variables(component):
                    found = list(self._of(cls, forward, backward, component, alike, execute))
                    yield from found
                    if found:  # an object with all parameters isn't one that lacks some
                        break

    def _of(
        self, cls: ClassDescription, forward: str, backward: str | None, component: Component,
        alike: Sequence[Variant], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variant = alike[0]
        data = [v for v in component.variables(variant) if v.role != "parameter"]
        parameters = [v.name for v in component.variables(variant) if v.role == "parameter"]
        passing = given_to(cls.methods[forward], component, data)
        required = [p.name for p in cls.methods[forward].required]
        given = passing.others(required)
        back_takes = cls.methods[backward].parameters if backward else ()
        taken = [p for p in back_takes if p.kind == "positional"]
        needed = [p.name for p in taken if not p.has_default]
        if len(given) != len(data):
            return
        is_alike = bool(backward) and needed == required and component.kind == "activation"
        if is_alike and not is_upstream(needed[0]) and not _may_keep(cls):
            return  # it takes the input, as the value does: what arrives alone wouldn't tell
        found, is_certain = matched(given, data)
        orders = [tuple(found[name] for name in given)]
        if not is_certain:
            orders.append(orders[0][::-1])
        names = tuple(f"{cls.name}.{m}" for m in (forward, backward) if m)
        surely = strength(parsed(cls.name), component)
        handed = _with_cache(cls.methods[forward], needed, component)
        for rank, order in enumerate(orders):
            back = handed or _operands(
                needed, dict(zip(given, order, strict=True)), bool(taken), component
            )
            if back is None:
                return
            operands = iter(f"${v}" for v in order)
            slots = [passing.slots.get(n) or next(operands) for n in required]
            for construction, setup, layout, fixed in _setups(cls, component, variant, execute):
                train, modes = _modes(cls, forward, component, construction, execute)
                template = _template(
                    (*setup, *train), names, passing, slots, len(component.outputs), back
                )  # fmt: skip
                if returns_several(cls.methods[forward]) and template.output == ("out",):
                    template = replace(template, output=("out", 0))  # what it looked at comes along
                template = replace(template, modes=modes)
                if objects := _opened(construction, component, variant, execute):
                    template = replace(template, backward=(*template.backward[:-1], *objects))
                if handed:
                    template = _handing_on(template)
                variants = _variants(component, alike, construction, passing, execute)
                proposal = Proposal(
                    self.id, component, names, template, variants, (layout.id,), surely,
                    returned="gradients" if backward else "nothing", raw=("g",),
                    order=(*order, *parameters), rank=rank, line=cls.line, sizes=fixed,
                    is_guess=construction.is_guess,
                    called=_called(construction, component, variant, execute),
                    is_lazy=is_lazy(construction, component, variant, execute)
                    or may_activate(cls, component, _attributes(construction, component, execute)),
                )  # fmt: skip
                yield from by_word(proposal, cls)


def _modes(
    cls: ClassDescription, forward: str, component: Component, construction: Construction,
    execute: Execute,
) -> tuple[tuple[Step, ...], tuple[Mode, ...]]:  # fmt: skip
    """Return the steps after which an object trains, and the ways to ask for each mode."""
    kept = _attributes(construction, component, execute) if component.mode_kind else None
    train, modes = object_modes(cls, forward, component, kept)
    if kept is not None and not modes and not train:
        own = flags_of_class(construction, component, CLASS_FLAGS, execute)
        train, modes = object_modes(cls, forward, component, own)
    return train, modes


def _attributes(
    construction: Construction, component: Component, execute: Execute
) -> Mapping[str, Value] | None:
    """Return what a new object has, if it can be made without arrays."""
    return None if construction.takes_arrays else attributes_of(construction, component, execute)


def _opened(
    construction: Construction, component: Component, variant: Variant, execute: Execute
) -> tuple[Step, ...]:
    """Return the steps that look at parameters that are objects with a value and a gradient."""
    parameters = [v for v in component.variables(variant) if v.role == "parameter"]
    if construction.takes_arrays or not parameters:
        return ()
    homes = dwellings(construction, component, parameters, execute) or {}
    return opened(homes.values(), "attrs")


def _may_keep(cls: ClassDescription) -> bool:
    """Return whether some method, or what it inherits, may keep an input for its gradient."""
    kept = (name for m in cls.methods.values() if m.name != "__init__" for name in m.assignments)
    return bool(cls.bases) or any(name.startswith("self.") for name in kept)


def _methods(cls: ClassDescription) -> tuple[str | None, str | None]:
    """Return the names of the methods that run forward and backward.

    Of two methods without a name that tells, the first is taken for forward.
    """
    forward, backward = (method_among(cls.methods, names) for names in (FORWARDS, BACKWARDS))
    own = [m for m in cls.methods.values() if m.name != "__init__" and not m.is_static]
    if any(m.name in OF_MODELS for m in own):
        return forward, backward
    if len(own) == 2 and all(m.required for m in own):
        first, second = (m.name for m in sorted(own, key=lambda m: m.line))
        if backward is None and forward in {None, first}:
            return first, second
        if forward is None and backward == second:
            return first, second
    return forward, backward


def _operands(
    needed: Sequence[str], data: Mapping[str, str], takes_any: bool, component: Component
) -> tuple[str, ...] | None:
    """Return what backward is called with; None if it takes something else."""
    count = len(component.outputs)
    if len(needed) <= count:
        given = [f"u{k}" for k in range(count)] if count > 1 else ["$upstream"]
        return tuple(given) if takes_any else ()
    return operands_back(needed, data) if count == 1 else None


def _with_cache(
    forward: FunctionDescription, needed: Sequence[str], component: Component
) -> tuple[str, ...] | None:
    """Return what backward is called with where forward returns ``(out, cache)``, if it does."""
    upstream = [n for n in needed if is_upstream(n)]
    if len(component.outputs) > 1 or component.kind == "cost" or len(upstream) != 1:
        return None
    if len(needed) != 2 or not returns_several(forward):
        return None
    return tuple("$upstream" if n in upstream else CACHE for n in needed)


def _handing_on(template: Template) -> Template:
    """Return the calls in which backward is given the second of what forward returns."""
    kept: Step = ("item", CACHE, "out", 1)
    return replace(template, backward=(kept, *template.backward))


def _is_told(cls: ClassDescription, component: Component) -> bool:
    """Return whether a class is called like something that only its name tells."""
    return component.needs_name and strength(parsed(cls.name), component) == EXACT


def _setups(
    cls: ClassDescription, component: Component, variant: Variant, execute: Execute
) -> Iterator[tuple[Construction, tuple[Step, ...], Layout, dict[str, int]]]:
    for construction in constructions(cls, component, variant):
        for setup, layout, fixed in placements(construction, component, variant, execute):
            yield construction, setup, layout, fixed


def _called(
    construction: Construction, component: Component, variant: Variant, execute: Execute
) -> dict[str, str]:
    """Return the names of parameters whose names are no known ones."""
    known = [v for v in component.variables(variant) if v.role == "parameter"]
    if construction.takes_arrays or not known:
        return {}
    homes = dwellings(construction, component, known, execute) or {}
    aliases = {v.name: v.aliases for v in known}
    own = {
        v: str(h.attribute if normalised(h.attribute) in aliases[v] else h.key or h.attribute)
        .split("__")[-1]
        for v, h in homes.items()
    }
    return {v: name for v, name in own.items() if normalised(name) not in aliases[v]}


def _variants(
    component: Component, alike: Sequence[Variant], construction: Construction,
    passing: Passing, execute: Execute,
) -> tuple[Variant, ...]:  # fmt: skip
    """Return the variants with the constants that are passed, read or kept, then without kept.

    An attribute that is called like a constant may be something else: then it is fitted.
    """
    kept = kept_constants(construction, component, execute)
    settled = with_values(component, alike, construction.passing, kept)
    plain = with_values(component, alike, construction.passing)
    both = with_values(component, (*settled, *plain), passing)
    return tuple(dict.fromkeys(both))


def _template(
    setup: tuple[Step, ...], names: tuple[str, ...], passing: Passing,
    slots: Sequence[str], count: int, back: Sequence[str],
) -> Template:  # fmt: skip
    """Return the calls of an object whose forward has ``count`` outputs.

    ``back`` is what its backward is called with.
    """
    forward, backward = (name.rpartition(".")[2] for name in (names[0], names[-1]))
    parts, upstreams = ([f"{kind}{k}" for k in range(count)] for kind in "ou")
    taken: tuple[Step, ...] = ()
    split: tuple[Step, ...] = ()
    if count > 1:
        taken = (*(("item", part, "out", k) for k, part in enumerate(parts)),
                 ("tuple", "all", parts))  # fmt: skip
        split = tuple(("item", slot, "$upstream", k) for k, slot in enumerate(upstreams))
    return Template(
        setup,
        (
            ("get", "mf", "obj", forward),
            *passing.steps,
            ("call", "out", "mf", list(slots), dict(passing.keywords)),
            *taken,
            ("get", "kept", "obj", "__dict__"),
        ),
        (
            ("get", "mb", "obj", backward),
            *split,
            ("call", "g", "mb", list(back), {}),
            ("get", "attrs", "obj", "__dict__"),
        ) if len(names) > 1 else (),
        output=("all",) if count > 1 else ("out",),
        is_stacked=count > 1,
        upstream="argument" if back else "none",
        state="object",
        forward_function=names[0],
        backward_function=names[1] if len(names) > 1 else None,
    )


CONVENTION = LayerClass()
