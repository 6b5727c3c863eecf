"""An optimizer's signature: what each parameter is, and the calls of a trajectory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.calls.naming import is_options_dict, normalised
from gradcheck.calls.template import OPTION
from gradcheck.component import Component
from gradcheck.constants import Constant
from gradcheck.conventions._constants import Passing
from gradcheck.records.description import FunctionDescription, Parameter
from gradcheck.records.program import Step

__all__ = ["CONTAINERS", "GRADIENTS", "Holder", "Roles", "calls", "constants_of", "holders",
           "may_hold_gradients", "may_hold_several", "roles_of"]  # fmt: skip

COUNTERS = frozenset({"t", "step", "iteration", "timestep", "i", "k", "iter", "it", "n", "epoch",
                      "stepcount", "time", "adamcounter"})  # fmt: skip
STATES = frozenset({"v", "s", "m", "cache", "velocity", "squares", "h", "state", "vel", "u", "r",
                    "mt", "vt", "m1", "m2", "firstmoment", "secondmoment", "gradsquared", "sgrad",
                    "accumulator", "meansquare", "vprev", "sqgrad"})  # fmt: skip
STATE_DICTS = frozenset({"state", "optimstate", "optstate", "optimizerstate", "optimizer"})
STATE_KEYS = ("v", "m", "s", "velocity", "cache", "squares", "G")
COUNTER_KEYS = ("t", "step")
CONTAINERS = frozenset({"params", "parameters", "weights", "theta", "param", "variables"})
MANY_GRADIENTS = frozenset({"grads", "gradients", "gradlist", "dparams", *CONTAINERS})
FUNCTIONS = ("func", "fn", "function", "closure", "callback")
GRADIENT = "grad"
"""What a name holds that is no alias, as in ``grad_wrt_w``."""
SLOT = "constant {}"
MATRIX, VECTOR = ("W1", "b1")


@dataclass(frozen=True)
class Roles:
    """What the parameters of a signature are."""

    required: tuple[str, ...]
    """All that are passed, in the signature's order."""
    parameter: str | None
    gradient: str | None
    counter: str | None = None
    options: str | None = None
    states: tuple[str, ...] = ()
    constants: Mapping[str, Constant] = field(default_factory=dict)
    """Those that are passed."""
    read: Mapping[str, float] = field(default_factory=dict)
    """Values of those that are left at their default."""
    keywords: frozenset[str] = frozenset()
    """Which of ``required`` are passed by keyword."""


@dataclass(frozen=True)
class Holder:
    """How a parameter, a gradient and a memory look: arrays, or dicts or lists of some."""

    keys: tuple[str, ...] | None = None
    gradient_keys: tuple[str, ...] | None = None
    is_pair: bool = False

    @property
    def count(self) -> int:
        """How many parameters a dict or a list has."""
        return len(self.keys or (0, 1))

    @property
    def first(self) -> str:
        """The slot of the parameter before the first step."""
        return "p" if self.is_pair else "$w"

    @property
    def start(self) -> tuple[Step, ...]:
        """Steps that build the parameter."""
        return self.of("$w") if self.is_pair else ()

    def of(self, whole: str) -> tuple[Step, ...]:
        """Return the steps that leave what an array's rows make in the slot ``p``."""
        return tuple(self._built("p", whole, self.keys))

    def gradient(self, k: int) -> tuple[Step, ...]:
        """Return the steps that leave the gradient of step ``k`` in the slot ``g<k>``."""
        if not self.is_pair:
            return (("item", f"g{k}", "$dw", k),)
        item: Step = ("item", f"dw{k}", "$dw", k)
        return (item, *self._built(f"g{k}", f"dw{k}", self.gradient_keys))

    def zeros(self, slot: str) -> tuple[Step, ...]:
        """Return the steps that leave zeros in the parameter's form in a slot."""
        steps: tuple[Step, ...] = (
            ("get", f"{slot} times", "$w", "__mul__"), ("constant", "zero", 0.0),
            ("call", f"{slot} whole" if self.is_pair else slot, f"{slot} times", ["zero"], {}),
        )  # fmt: skip
        if not self.is_pair:
            return steps
        return (*steps, *self._built(slot, f"{slot} whole", self.gradient_keys))

    def copied(self, slot: str, k: int) -> tuple[Step, ...]:
        """Return the steps that leave what a parameter is after step ``k`` in ``o<k>``."""
        if not self.is_pair:
            return (("get", f"copy{k}", slot, "copy"), ("call", f"o{k}", f"copy{k}", [], {}))
        steps: list[Step] = []
        for place, key in enumerate(self.keys or (0, 1)):
            part = f"o{k} {place}"
            steps += [("item", f"{part} of", slot, key),
                      ("get", f"{part} copy", f"{part} of", "copy"),
                      ("call", part, f"{part} copy", [], {})]  # fmt: skip
        return (*steps, ("list", f"o{k}", [f"o{k} {place}" for place in range(self.count)]))

    def _built(self, slot: str, whole: str, keys: tuple[str, ...] | None) -> Iterator[Step]:
        parts = [f"{slot} {place}" for place in range(self.count)]
        for place, part in enumerate(parts):
            # in-place updates of a view would change the whole
            yield ("item", f"{part} view", whole, place)
            yield ("get", f"{part} copy", f"{part} view", "copy")
            yield ("call", part, f"{part} copy", [], {})
        if keys is None:
            yield ("list", slot, parts)
        else:
            yield ("dict", slot, [[key, part] for key, part in zip(keys, parts, strict=True)])


ARRAY = Holder()
LIST = Holder(is_pair=True)
SAME_KEYS = Holder((MATRIX, VECTOR), (MATRIX, VECTOR), is_pair=True)
D_KEYS = Holder((MATRIX, VECTOR), ("dW1", "db1"), is_pair=True)
TWO_LAYERS = Holder((MATRIX, VECTOR, "W2", "b2"), ("dW1", "db1", "dW2", "db2"), is_pair=True)
"""For code that names the parameters of two layers one by one."""

COURSE = ("dWaa", "dWax", "dWya", "db", "dby")
"""What a course's recurrent network returns."""
GRADIENTS = (Holder(("dW1", "db1"), is_pair=True), LIST, Holder(COURSE, is_pair=True))
"""The forms of many gradients, likeliest first."""


def holders(parameter: str) -> tuple[Holder, ...]:
    """Return the forms that a parameter of that name may have, likeliest first."""
    if normalised(parameter) in CONTAINERS:
        return (D_KEYS, SAME_KEYS, LIST, TWO_LAYERS, ARRAY)
    return (ARRAY,)


def may_hold_several(function: FunctionDescription) -> bool:
    """Return whether some parameter's name is one for a dict or a list of parameters."""
    return any(normalised(p.name) in CONTAINERS for p in function.parameters)


def may_hold_gradients(function: FunctionDescription) -> bool:
    """Return whether some parameter's name is one for many gradients."""
    return any(normalised(p.name) in MANY_GRADIENTS for p in function.parameters)


def roles_of(
    function: FunctionDescription, component: Component, *, needs_parameter: bool = True,
    is_constructor: bool = False,
) -> Roles | None:  # fmt: skip
    """Return what the parameters are, or None if it is no step."""
    w, dw = component.variables(component.variants[0])
    found: dict[str, str] = {}
    states: list[str] = []
    constants: dict[str, Constant] = {}
    read: dict[str, float] = {}
    keywords: set[str] = set()
    passed: list[str] = []
    taken = _constants(function, component)
    for p in function.parameters:
        if p.kind not in {"positional", "keyword"}:
            continue
        plain = normalised(p.name)
        if plain.endswith(FUNCTIONS):
            return None  # the gradient as a function: nothing that can be handed over
        role = _role(p, plain, found, w.aliases, dw.aliases)
        constant = taken.get(p.name)
        if constant is not None and (p.has_default or role not in {"parameter", "gradient"}):
            if not p.has_default:
                constants[p.name] = constant
                passed.append(p.name)
            elif constant.has(p.default):
                read[constant.name] = constant.typed(p.default)
            continue
        if role is None and not p.has_default:
            role = "state"
        if role is None or (is_constructor and p.has_default):
            continue
        if role == "state":
            states.append(p.name)
        else:
            found[role] = p.name
        passed.append(p.name)
        if p.has_default or p.kind == "keyword":
            keywords.add(p.name)
    for role in () if is_constructor else ("parameter", "gradient"):
        is_needed = role == "gradient" or needs_parameter
        if is_needed and role not in found and states:
            found[role] = states.pop(0)  # names tell nothing: the first ones
    if is_constructor:
        if states or {"gradient", "counter", "options"} & set(found):
            return None
    elif "gradient" not in found or (needs_parameter and "parameter" not in found):
        return None
    return Roles(tuple(passed), found.get("parameter"), found.get("gradient"),
                 found.get("counter"), found.get("options"), tuple(states), constants, read,
                 frozenset(keywords))  # fmt: skip


def _role(
    p: Parameter, plain: str, found: Mapping[str, str], w: Sequence[str], dw: Sequence[str]
) -> str | None:
    """Return the role that a name has, if that one is free; ``state`` may be had by several."""
    is_options = (is_options_dict(p.name) and plain not in w) or plain in STATE_DICTS
    for role, is_so in (
        ("parameter", plain in w and not p.has_default),
        ("gradient", (plain in dw or GRADIENT in plain) and plain not in STATES
         and not p.has_default),
        ("options", is_options),
        ("counter", plain in COUNTERS),
    ):
        if is_so and role not in found:
            return role
    return "state" if plain in STATES else None


def _constants(function: FunctionDescription, component: Component) -> dict[str, Constant]:
    """Return parameter -> constant, each constant once; names with one meaning come first.

    One that is 0 if it isn't given comes last: beside ``rho=0.9``, ``decay=0`` is of the rate.
    """
    unset = {p.name for p in function.parameters if p.has_default and p.default == 0}
    choices = {
        p.name: [c for c in component.constants
                 if normalised(p.name) in (*c.aliases, normalised(c.name))]
        for p in function.parameters
    }  # fmt: skip
    found: dict[str, Constant] = {}
    for name in sorted(choices, key=lambda n: (n in unset, len(choices[n]))):
        free = [c for c in choices[name] if c not in found.values()]
        if free:
            found[name] = free[0]
    return found


def constants_of(
    roles: Roles, component: Component, left: Collection[str] = ()
) -> Passing:
    """Return what a call passes for constants; in a dict of them that is all but ``left``."""
    passed = list(roles.constants.values())
    if roles.options is not None:
        passed = [c for c in component.constants
                  if c in passed or c.name not in left]  # fmt: skip
    steps: list[Step] = [("constant", SLOT.format(c.name), {OPTION: c.name}) for c in passed]
    slots = {name: SLOT.format(c.name) for name, c in roles.constants.items()}
    read = {n: v for n, v in roles.read.items() if n not in {c.name for c in passed}}
    return Passing(slots, {}, tuple(steps), tuple(c.name for c in passed), read)


def _options(
    passing: Passing, holder: Holder, component: Component, *, first: int, fills: bool
) -> Iterator[Step]:
    """Yield the steps that build the dict of constants, with zeroed memories if ``fills``."""
    known = {c.name: c for c in component.constants}
    pairs = [[key, SLOT.format(name)] for name in passing.passed for key in known[name].spellings]
    pairs += [[name, SLOT.format(name)] for name in passing.passed]
    if fills:
        for key in STATE_KEYS:
            yield from holder.zeros(f"state {key}")
            pairs.append([key, f"state {key}"])
        yield ("constant", "steps before", first - 1 if first else 0)
        pairs += [[key, "steps before"] for key in COUNTER_KEYS]
    yield ("dict", "options", pairs)


def calls(
    function: FunctionDescription, roles: Roles, passing: Passing, holder: Holder,
    component: Component, *, first: int, fills: bool, is_started: bool = False,
) -> tuple[Step, ...]:  # fmt: skip
    """Return the steps of a trajectory; the callee is in slot ``f``, the value goes to ``out``."""
    steps: list[Step] = [] if is_started else [*holder.start]
    now = {name: f"{name} 0" for name in roles.states}
    for slot in now.values():
        steps += holder.zeros(slot)
    if roles.options is not None:
        steps += _options(passing, holder, component, first=first, fills=fills)
        now[roles.options] = "options"
    if roles.parameter is not None:
        now[roles.parameter] = holder.first
    current = holder.first
    places = _places(function, roles)
    for k in range(component.repeats):
        steps += [*holder.gradient(k), ("constant", f"t{k}", first + k)]
        given = {**passing.slots, **now, str(roles.gradient): f"g{k}", str(roles.counter): f"t{k}"}
        positional = [given[n] for n in roles.required if n not in roles.keywords]
        by_name = {n: given[n] for n in roles.required if n in roles.keywords}
        steps.append(("call", f"r{k}", "f", positional, by_name))
        for name, place in places.items():
            slot = f"r{k}" if place is None else f"r{k} {place}"
            if place is not None:
                steps.append(("item", slot, f"r{k}", place))
            if name == "":
                current = slot
            if name or roles.parameter is not None:
                now[name or str(roles.parameter)] = slot
        steps += holder.copied(current, k)
    return (*steps, ("list", "out", [f"o{k}" for k in range(component.repeats)]))


def _places(function: FunctionDescription, roles: Roles) -> dict[str, int | None]:
    """Return where in what a step returns the parameter (named "") and each memory stand.

    None is the whole of it; what isn't there was changed in place.
    """
    returns = [r for r in function.returns if r.elements]
    if not returns:
        return {}
    elements = returns[-1].elements
    if len(elements) == 1 and elements[0].key is None:
        return {} if elements[0].name == "None" else {"": None}
    names = [(e.name or "") for e in elements]
    kept = [n for n in (*roles.states, roles.options) if n is not None]
    places: dict[str, int | None] = {n: names.index(n) for n in kept if n in names}
    free = [k for k in range(len(elements)) if k not in places.values()]
    for name in ("", *(n for n in kept if n not in places)):
        if free:
            places[name] = free.pop(0)
    return places
