"""Constants in a signature: which parameters they are, and what the call passes for them.

A constant that a function requires is passed (the component's choice); one with a default
that is a number is left at it and read, unless it counts something or is neutral (a stride of 1
or a penalty of 0 shows nothing, any slope shows all) and the gradient learns of what is passed;
one that the
signature doesn't name is fitted to the value later (see :mod:`gradcheck.calls.settling`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.calls.naming import is_options_dict, normalised
from gradcheck.calls.template import OPTION
from gradcheck.component import Component, Variable, Variant
from gradcheck.constants import Constant
from gradcheck.conventions._modes import (
    array_steps,
    extras_in,
    flag_steps,
    statistics_in,
    training_flags,
)
from gradcheck.modes import MODE_SLOT
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["NOTHING", "Passing", "given_to", "handed_on", "meant", "named_in", "with_values"]

SLOT = "constant {}"
EPSILON_NAMES = frozenset({"eps", "epsilon", "tiny", "epsilonvalue", "smalleps"})
SMALL_EPSILON = 1e-9
CACHES = frozenset({"cache", "caches", "memory", "saved", "ctx"})
PADDINGS = frozenset({"padding", "pad", "paddingmode", "padmode"})


@dataclass(frozen=True)
class Passing:
    """What a call passes for constants.

    Parameters
    ----------
    slots : Mapping[str, str]
        From required parameter to the slot that it gets.
    keywords : Mapping[str, str]
        The same for optional ones that must not be left at their default, in the value's call
        or in the gradient's.
    steps : tuple of Step
        Fill the slots.
    passed : tuple of str
        The constants that are passed.
    read : Mapping[str, float]
        Values of the constants that have their default, passed or not.
    """

    slots: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    passed: tuple[str, ...] = ()
    read: Mapping[str, float] = field(default_factory=dict)

    def others(self, names: Sequence[str]) -> list[str]:
        """Return the parameters that are no constants."""
        return [n for n in names if n not in self.slots]


NOTHING = Passing()


def meant(parameter: str, component: Component) -> Constant | None:
    """Return the constant of a component that a name means."""
    plain = normalised(parameter)
    return next(
        (c for c in component.constants if plain in c.aliases or plain == normalised(c.name)), None
    )


def named_in(function: FunctionDescription, component: Component) -> dict[str, object]:
    """Return the constants that a signature names, with their defaults (None: it has none)."""
    found = ((meant(p.name, component), p.default) for p in function.parameters)
    return {c.name: default for c, default in found if c is not None}


def _is_constant(parameter: str, component: Component) -> bool:
    return meant(parameter, component) is not None or (
        bool(component.constants) and is_options_dict(parameter)
    )


def given_to(
    function: FunctionDescription, component: Component, variables: Sequence[Variable],
    travelling: Mapping[str, object] | None = None,
) -> Passing:  # fmt: skip
    """Return what a value's call passes, beside one argument for each of ``variables``.

    ``travelling`` names the constants that the gradient learns of, with their defaults there;
    None means all of them.
    """
    flags = training_flags(function, component)
    left = tuple(p for p in function.parameters if p.name not in flags)
    own = _given_to(replace(function, parameters=left), component, variables, travelling)
    return _with_words(_with_flags(own, function, flags), function, component)


def _with_words(own: Passing, function: FunctionDescription, component: Component) -> Passing:
    """Return the passing of ``padding="valid"`` where the default is another word.

    What "same" adds to an image differs from code to code; "valid" adds nothing anywhere.
    """
    words = [p.name for p in function.parameters
             if isinstance(p.default, str) and normalised(p.name) in PADDINGS]  # fmt: skip
    if not words or not any(c.name == "padding" for c in component.constants):
        return own
    slot = SLOT.format("padding mode")
    word = "VALID" if any(str(p.default).isupper() for p in function.parameters
                          if p.name in words) else "valid"  # fmt: skip
    return replace(
        own, keywords={**own.keywords, **dict.fromkeys(words, slot)},
        steps=(*own.steps, ("constant", slot, word)), read={**own.read, "padding": 0},
    )  # fmt: skip


def _given_to(
    function: FunctionDescription, component: Component, variables: Sequence[Variable],
    travelling: Mapping[str, object] | None,
) -> Passing:  # fmt: skip
    """Return what a value's call passes for the component's own constants."""
    if not component.constants:
        return _with_epsilon(function, component)
    statistics = statistics_in(function, component)
    extras = extras_in(function, component)
    names = [p.name for p in function.required if p.name not in {*statistics, *extras}]
    surplus = len(names) - len(variables)
    likely = [n for n in names if _is_constant(n, component)]
    # a name that may also be a variable's is a constant only if no other is left, the last first
    likely.sort(key=lambda n: (_is_variable(n, variables), -names.index(n)))
    taken = likely[: max(surplus, 0)]
    has_others = not variables and (bool(component.size_names) or any(
        v.role == "parameter" for v in component.variables(component.variants[0])
    ))  # a constructor's only argument may be a size
    if surplus == 1 and not taken and len(component.constants) == 1 and not has_others:
        taken = [n for n in names if not _is_variable(n, variables, is_sure=True)
                 and not _is_size(n, component)][-1:]  # fmt: skip
    own = _passing(function, component, [n for n in names if n in taken])
    known = _with_telling(own, function, component, variables, travelling)
    slots = {name: SLOT.format(which) for name, which in statistics.items()}
    slots |= {name: slot for name, (slot, _) in extras.items()}
    steps: list[Step] = [("constant", slot, value) for slot, value in extras.values()]
    steps += array_steps(component, statistics.values())
    return _with_slots(known, function, slots, steps)


def _with_flags(
    own: Passing, function: FunctionDescription, flags: Mapping[str, bool | int | str]
) -> Passing:
    """Return the passing with what says that the layer is trained."""
    slots = {name: MODE_SLOT.format(name) for name in flags}
    return _with_slots(own, function, slots, flag_steps(flags))


def _with_slots(
    own: Passing, function: FunctionDescription, slots: Mapping[str, str], steps: Iterable[Step]
) -> Passing:
    """Return the passing with further slots, by keyword where the parameter has a default."""
    required = {p.name for p in function.required}
    return replace(
        own,
        slots={**own.slots, **{n: s for n, s in slots.items() if n in required}},
        keywords={**own.keywords, **{n: s for n, s in slots.items() if n not in required}},
        steps=(*own.steps, *steps),
    )


def _with_telling(
    own: Passing, function: FunctionDescription, component: Component,
    variables: Sequence[Variable], travelling: Mapping[str, object] | None,
) -> Passing:  # fmt: skip
    """Return the passing with the component's choice in place of defaults that count.

    Where value and gradient have the same default for a slope, or an object keeps it, it is
    passed too, so that other values can be: at an alpha of 1 a forgotten one doesn't show.
    """
    keywords: dict[str, str] = {}
    told: list[Constant] = []
    kept: set[str] = set()
    is_built = not variables
    for parameter in function.parameters:
        constant = meant(parameter.name, component) if parameter.has_default else None
        if (
            constant is None or not constant.has(parameter.default)
            or constant.name in own.passed
        ):  # fmt: skip
            continue
        if constant in told:  # a window's height and its width are one constant
            keywords[parameter.name] = SLOT.format(constant.name)
            continue
        if constant.is_integer or parameter.default in constant.neutral:
            is_told = travelling is None or constant.name in travelling
        else:  # the default, to begin with: see choosing.with_choices
            shared = travelling or {}
            is_told = bool(constant.chosen) and component.kind != "step" and (
                is_built or (constant.name in shared
                             and shared[constant.name] in (None, parameter.default))
            )  # fmt: skip
            kept |= {constant.name} if is_told else set()
        if is_told:
            keywords[parameter.name] = SLOT.format(constant.name)
            told.append(constant)
    if not told:
        return own
    names = tuple(c.name for c in told)
    read = {name: value for name, value in own.read.items() if name not in names or name in kept}
    steps = (*own.steps, *(_step(c) for c in told))
    return Passing(own.slots, keywords, steps, (*own.passed, *names), read)


def handed_on(
    function: FunctionDescription, component: Component, variables: Sequence[Variable],
    forward: FunctionDescription | None, passing: Passing,
) -> Passing:  # fmt: skip
    """Return what a gradient's call passes: what the value's call does, at least.

    A constant that the value is called with goes to the gradient too, where that takes it,
    even if it has a default there.
    """
    if not component.constants:
        return _with_epsilon(function, component)
    return _with_words(
        _handed_on(function, component, variables, forward, passing), function, component
    )


def _handed_on(
    function: FunctionDescription, component: Component, variables: Sequence[Variable],
    forward: FunctionDescription | None, passing: Passing,
) -> Passing:  # fmt: skip
    """Return what a gradient's call passes for the component's own constants."""
    like = set(passing.slots) if forward is not None else set()
    taken = [
        p.name
        for p in function.required
        if p.name in like
        or (_is_constant(p.name, component) and not _is_variable(p.name, variables)
            and normalised(p.name) not in CACHES)
    ]  # fmt: skip
    own = _passing(function, component, taken)
    flags = training_flags(function, component)
    if forward is None:
        return _with_flags(
            _with_telling(own, function, component, variables, None), function, flags
        )
    slots: dict[str, str] = {}
    for parameter in function.parameters:
        own_constant = meant(parameter.name, component) if parameter.has_default else None
        if own_constant is not None and own_constant.name in passing.passed:
            slots[parameter.name] = SLOT.format(own_constant.name)
    steps = tuple(_step(c) for c in component.constants if SLOT.format(c.name) in slots.values())
    fresh = tuple(s for s in steps if s not in own.steps)
    handed = Passing(own.slots, slots, (*own.steps, *fresh), own.passed, own.read)
    return _with_flags(handed, function, flags)


def _with_epsilon(function: FunctionDescription, component: Component) -> Passing:
    """Return the passing of a small epsilon, where a cost with logarithms requires one.

    Whether it is added, clips or does nothing is told by the value and the gradient.
    """
    names = [p.name for p in function.required if normalised(p.name) in EPSILON_NAMES]
    if not component.takes_logarithms or not names:
        return NOTHING
    slot = SLOT.format("epsilon")
    return Passing(dict.fromkeys(names, slot), {}, (("constant", slot, SMALL_EPSILON),))


def _is_variable(name: str, variables: Sequence[Variable], *, is_sure: bool = False) -> bool:
    plain = normalised(name)
    return any(plain in v.aliases or (not is_sure and plain in v.weak) for v in variables)


def _is_size(name: str, component: Component) -> bool:
    return any(normalised(name) in known for known in component.size_names.values())


def _step(constant: Constant) -> Step:
    return ("constant", SLOT.format(constant.name), {OPTION: constant.name})


def _passing(
    function: FunctionDescription, component: Component, taken: Sequence[str]
) -> Passing:
    known = {name: meant(name, component) for name in taken}
    holders = [n for n, c in known.items() if c is None and is_options_dict(n)]
    if holders:
        passed = component.constants
    else:  # a lone constant may have any name
        known = {name: c or component.constants[0] for name, c in known.items()}
        passed = tuple(c for c in component.constants if c in known.values())
    slots = {n: SLOT.format(c.name) for n, c in known.items() if c is not None}
    steps: list[Step] = [_step(c) for c in passed]
    for name in (n for n in slots if normalised(n).endswith("shape")):  # kernel_shape is a pair
        steps.append(("tuple", f"pair {name}", [slots[name], slots[name]]))
        slots[name] = f"pair {name}"
    for holder in holders:
        slots[holder] = SLOT.format(holder)
        steps += _dict_steps(slots[holder], component)
    read = {c.name: c.typed(value) for c, value in _defaults(function, component)
            if c not in passed}  # fmt: skip
    return Passing(slots, {}, tuple(steps), tuple(c.name for c in passed), read)


def _dict_steps(slot: str, component: Component) -> Iterator[Step]:
    """Yield the steps that build a dict with every spelling: keys that aren't read do no harm."""
    pairs = [[key, SLOT.format(c.name)] for c in component.constants for key in c.spellings]
    for key, value in component.extras.items():
        yield ("constant", SLOT.format(key), value)
        pairs.append([key, SLOT.format(key)])
    yield from array_steps(component, component.extra_arrays)
    pairs += [[key, SLOT.format(key)] for key in component.extra_arrays]
    yield ("dict", slot, pairs)


def _defaults(
    function: FunctionDescription, component: Component
) -> Iterator[tuple[Constant, float]]:
    for parameter in function.parameters:
        constant = meant(parameter.name, component) if parameter.has_default else None
        if constant is not None and constant.has(parameter.default):
            yield constant, parameter.default


def with_values(
    component: Component, variants: Sequence[Variant], passing: Passing,
    kept: Mapping[str, float] | None = None,
) -> tuple[Variant, ...]:  # fmt: skip
    """Return the variants with the values that are passed, read, or kept by an object.

    Where a component has further choices, they follow: for code that can't take the first.
    """
    passed = [c for c in component.constants if c.name in passing.passed]
    found = []
    for place in range(max((len(c.chosen) for c in passed), default=1) or 1):
        chosen = {c.name: c.typed(c.choices[min(place, len(c.choices) - 1)])
                  for c in passed if c.name not in passing.read}  # fmt: skip
        values = {**(kept or {}), **passing.read, **chosen}
        found += [component.with_constants(v, values) for v in variants]
    return tuple(dict.fromkeys(found))
