"""Which parameter of a signature is which variable of a component.

Parameters are matched by the names that students use, surely or perhaps, and what is
left by position in the canonical order. Where names don't settle it, the other order
is offered too, and numbers decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from gradcheck.calls.naming import is_parameter_dict, normalised
from gradcheck.calls.template import UPSTREAM
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._constants import NOTHING, Passing, given_to, with_values
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["PARAMS", "UPSTREAM_ALIASES", "Arguments", "arguments", "by_variables", "is_upstream",
           "matched", "may_return_both", "operands_back", "plans", "returns_several"]  # fmt: skip

UPSTREAM_ALIASES = frozenset({
    "dout", "dy", "da", "upstream", "gradoutput", "gradout", "outgrad", "dldout", "dlda", "dldy",
    "delta", "g", "grad", "gradient", "gy", "dvalues", "error", "err", "outputgradient",
    "outputgrad", "djda", "dcda", "douts", "gradin", "dnext", "doutput", "upstreamgrad",
    "upstreamgradient", "dz", "dl", "topdiff", "dh", "ddout", "lossgrad", "accumgrad", "dcost",
    "gradoutputs", "backgrad", "grady", "dyhat", "gout", "ct", "cotangent", "cotangents", "cot",
    "ybar", "outbar", "up", "incoming", "incominggrad", "outg", "og",
})  # fmt: skip
MAX_ORDERS = 2
OBJECTS = frozenset({"layers", "layer", "model", "net", "network", "nn", "module", "modules"})
"""What is called so has arrays, and is none."""
BIASES = frozenset({"b", "bias", "biases", "intercept"})
COMPARED = frozenset({"y", "yhat", "ytrue", "ypred", "yp", "target", "targets", "label", "labels",
                      "pred", "preds", "prediction", "predictions", "actual", "predicted",
                      "observed", "expected"})  # fmt: skip
MOMENTS = frozenset({"mu", "logvar", "sigma", "logsigma", "logvariance", "zmean", "zlogvar"})


@dataclass(frozen=True)
class Arguments:
    """How a function is called with a component's variables.

    Parameters
    ----------
    prelude : tuple of Step
        Steps that build containers (a dict of parameters) and fill in constants.
    slots : tuple of str
        The positional arguments.
    order : tuple of str
        The variables in the order in which the signature names them.
    passing : Passing
        Which of the arguments are constants.
    """

    prelude: tuple[Step, ...]
    slots: tuple[str, ...]
    order: tuple[str, ...]
    is_certain: bool = True
    called: Mapping[str, str] = field(default_factory=dict)
    """From variable to the parameter's own name, after which gradients are named."""
    passing: Passing = NOTHING

    @property
    def is_guess(self) -> bool:
        """Whether some of many arguments are told by their position alone."""
        return not self.is_certain and len(self.order) > MAX_ORDERS

    @property
    def operands(self) -> tuple[str, ...]:
        """The positional arguments that are no constants."""
        return tuple(s for s in self.slots if s not in self.passing.slots.values())


def is_upstream(parameter: str) -> bool:
    """Return whether a parameter's name is one for the upstream gradient."""
    text = normalised(parameter)
    return text in UPSTREAM_ALIASES or (text.startswith("d") and text[1:] in {"a1", "a2", "out1"})


def operands_back(names: Sequence[str], data: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what a backward is called with: the upstream, perhaps beside forward's arguments.

    Parameters
    ----------
    names : sequence of str
        Its parameters.
    data : Mapping[str, str]
        From forward's parameters to the variables that they are, in order.
    """
    if len(names) == 1:
        return (UPSTREAM,)
    own = [n for n in names if n not in data]
    named = [n for n in own if is_upstream(n)] or own
    if len(names) != len(data) + 1 or len(named) != 1:
        return None
    left = [v for n, v in data.items() if n not in names]
    rest = iter(left)
    found = [UPSTREAM if n == named[0] else f"${data[n] if n in data else next(rest)}"
             for n in names]  # fmt: skip
    return tuple(found)


def matched(names: Sequence[str], variables: Sequence[Variable]) -> tuple[dict[str, str], bool]:
    """Return parameter -> variable, and whether names alone settled it.

    Sure matches come first (parameters with the fewest choices before the others),
    then the weak ones, then positions.
    """
    found: dict[str, str] = {}
    is_certain = True
    for kind in ("aliases", "weak"):
        choices = {
            name: [v.name for v in variables if normalised(name) in getattr(v, kind)]
            for name in names
        }
        for name in sorted(names, key=lambda n: len(choices[n])):
            free = [c for c in choices[name] if c not in found.values()]
            if name not in found and free:
                found[name] = free[0]
    rest = [v.name for v in variables if v.name not in found.values()]
    for name in names:
        if name not in found and rest:
            found[name] = rest.pop(0)
            is_certain = is_certain and len(names) == 1
    return {name: found[name] for name in names if name in found}, is_certain


PARAMS = "params"
"""Slot of a dict of all weights and biases."""
LISTS = (
    frozenset({"weights", "w", "ws", "weight", "thetas", "weightslist"}),
    frozenset({"biases", "b", "bs", "bias", "biaseslist"}),
)
"""What lists of all layers' weights and of all biases are called."""
SPELLINGS: tuple[Mapping[str, str], ...] = (
    {}, {"w": "W", "b": "b"}, {"w": "weights", "W": "weights", "b": "bias"},
    {"w": "W", "W": "W", "b": "B"},
)  # fmt: skip
"""What the keys of a dict of one layer's parameters are, beside the variables' names."""


def _with_dict(
    names: Sequence[str],
    variables: Sequence[Variable],
    keys: Mapping[str, Sequence[str]],
    fillers: Mapping[str, str],
) -> Iterator[Arguments]:
    """Yield the calls in which one parameter is a dict of all weights and biases."""
    data = [v for v in variables if v.role != "parameter"]
    weights = [v for v in variables if v.role == "parameter"]
    if len(names) != len(data) + 1:
        return
    for holder in names:
        others = [n for n in names if n != holder]
        if not is_parameter_dict(holder, others):
            continue
        found, is_certain = matched(others, data)
        filling: list[Step] = []
        for key, source in fillers.items():
            own: Step = (
                ("get", f"its {key}", f"${source}", "T")
                if source
                else ("constant", f"its {key}", 0.0)
            )
            filling.append(own)
        slots = tuple(PARAMS if n == holder else f"${found[n]}" for n in names)
        order = tuple(
            name
            for n in names
            for name in ([v.name for v in weights] if n == holder else [found[n]])
        )
        for spelling in SPELLINGS:
            if spelling and (keys or not {v.name for v in weights} <= set(spelling)):
                continue
            called = {v.name: keys.get(v.name, (spelling.get(v.name, v.name),)) for v in weights}
            pairs = [[key, f"${v.name}"] for v in weights for key in called[v.name]]
            pairs += [[key, f"its {key}"] for key in fillers]
            names_of_keys = {name: spelt[0] for name, spelt in called.items()} if keys else {}
            yield Arguments((*filling, ("dict", PARAMS, pairs)), slots, order, is_certain,
                            names_of_keys)  # fmt: skip


def _with_lists(
    names: Sequence[str], variables: Sequence[Variable]
) -> Iterator[Arguments]:  # fmt: skip
    """Yield the call in which all weights are a list and all biases another, layer by layer."""
    data = [v for v in variables if v.role != "parameter"]
    parameters = [v for v in variables if v.role == "parameter"]
    groups = [[v.name for v in parameters if (len(v.dims) > 1) is is_weight]
              for is_weight in (True, False)]  # fmt: skip
    holders = {n: k for n in names for k, known in enumerate(LISTS) if normalised(n) in known}
    is_whole = len(groups[0]) == len(groups[1]) > 1 and len(names) == len(data) + 2
    if not is_whole or sorted(holders.values()) != [0, 1]:
        return
    found, is_certain = matched([n for n in names if n not in holders], data)
    steps: list[Step] = [
        ("list", n, [f"${variable}" for variable in groups[k]]) for n, k in holders.items()
    ]
    slots = tuple(n if n in holders else f"${found[n]}" for n in names)
    order = tuple(name for n in names
                  for name in (groups[holders[n]] if n in holders else [found[n]]))  # fmt: skip
    yield Arguments(tuple(steps), slots, order, is_certain)


def _keys_of_a_layer(
    function: FunctionDescription, variables: Sequence[Variable]
) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the dict from which a function surely reads every weight, and weight -> key."""
    weights = [v for v in variables if v.role == "parameter"]
    for parameter in function.required:
        known = {normalised(key): key for key in parameter.keys}
        found: dict[str, tuple[str, ...]] = {
            v.name: (known[alias],)
            for v in weights
            for alias in (normalised(v.name), *v.aliases) if alias in known
        }  # fmt: skip
        if weights and len(found) == len(weights):
            return parameter.name, found
    return "", {}


def _with_defaults(
    function: FunctionDescription, variables: Sequence[Variable], names: Sequence[str]
) -> dict[str, str]:
    """Return parameters that may be left out -> the numbers beside the data that they mean."""
    numbers = [v for v in variables if v.role == "constant"]
    if not numbers or len(names) >= len(variables):
        return {}
    return {
        p.name: v.name for v in numbers for p in function.parameters
        if p.has_default and normalised(p.name) in v.aliases
    }  # fmt: skip


def _with_keywords(
    passing: Passing, names: Sequence[str], variables: Sequence[Variable],
    optional: Mapping[str, str],
) -> Iterator[Arguments]:  # fmt: skip
    """Yield the call in which numbers that have a default are passed by keyword."""
    left = [v for v in variables if v.name not in optional.values()]
    if len(names) != len(left) or len(set(optional.values())) != len(optional) or passing.slots:
        return
    found, is_certain = matched(names, left)
    order = (*(found[n] for n in names), *optional.values())
    keywords = {**passing.keywords, **{n: f"${v}" for n, v in optional.items()}}
    called = {v: n for n, v in (*found.items(), *optional.items())}
    yield Arguments(passing.steps, tuple(f"${found[n]}" for n in names), order, is_certain, called,
                    replace(passing, keywords=keywords))  # fmt: skip


def arguments(
    function: FunctionDescription, component: Component, variant: Variant,
    travelling: Mapping[str, object] | None = None,
) -> Iterator[Arguments]:  # fmt: skip
    """Yield the ways to call a function with the component's variables, likeliest first."""
    variables = component.variables(variant)
    passing = given_to(function, component, variables, travelling)
    required = [p.name for p in function.required]
    if function.takes_anything:
        required = [v.name for v in variables]
    names = passing.others(required)
    optional = _with_defaults(function, variables, names)
    if optional:
        yield from _with_keywords(passing, names, variables, optional)
    if len(names) == len(variables) and not any(normalised(n) in OBJECTS for n in names):
        found, is_certain = matched(names, variables)
        orders = [tuple(found[n] for n in names)]
        if _means_another(names, found, component, variables):
            orders = []
        elif not is_certain and len(names) == MAX_ORDERS:
            orders += [turned for turned in permutations(orders[0]) if turned != orders[0]]
        for order in orders:
            operands = iter(f"${v}" for v in order)
            slots = tuple(passing.slots.get(n) or next(operands) for n in required)
            called = dict(zip(order, names, strict=True))
            yield Arguments(passing.steps, slots, order, is_certain, called, passing)
    if component.kind == "model" or component.dict_keys:
        known = {v.name for v in variables}
        fillers = {k: v for k, v in component.dict_fillers.items() if not v or v in known}
        yield from _with_dict(names, variables, component.dict_keys, fillers)
        yield from _with_lists(names, variables)
    elif component.kind == "layer":
        holder, keys = _keys_of_a_layer(function, variables)
        if keys and set(passing.slots) <= {holder}:  # not a dict of options, then
            yield from _with_dict(required, variables, keys, {})


def _means_another(
    names: Sequence[str], found: Mapping[str, str], component: Component,
    variables: Sequence[Variable],
) -> bool:  # fmt: skip
    """Return whether what arguments are called says that this is something else of that name.

    A bias is no target: ``neuron(x, w, b)`` gives what a neuron does, and no cost. A residual of
    ``y`` and ``y_hat`` is no layer; a divergence of ``mu`` and ``log_var`` compares no two arrays.
    """
    plain = {normalised(name) for name in names}
    if component.kind == "cost" and plain & MOMENTS:
        return True
    if component.kind == "layer" and len(plain) > 1 and plain <= COMPARED:
        return True
    data = {v.name: (*v.aliases, *v.weak) for v in variables if v.role != "parameter"}
    return component.kind == "model" and any(
        normalised(n) in BIASES and normalised(n) not in data.get(v, BIASES)
        for n, v in found.items()
    )


def plans(
    function: FunctionDescription, component: Component,
    travelling: Mapping[str, object] | None = None,
) -> Iterator[tuple[tuple[Variant, ...], Arguments]]:  # fmt: skip
    """Yield each way to call a function, with the variants whose variables it fits.

    ``travelling`` names the constants that the gradient learns of; None means all of them.
    """
    for variants in by_variables(component):
        for plan in arguments(function, component, variants[0], travelling):
            yield with_values(component, variants, plan.passing), plan


def by_variables(component: Component) -> list[tuple[Variant, ...]]:
    """Return the variants, those with the same variables together."""
    found: dict[tuple[str, ...], list[Variant]] = {}
    for variant in component.variants:
        names = tuple(v.name for v in component.variables(variant))
        found.setdefault(names, []).append(variant)
    return [tuple(variants) for variants in found.values()]


def returns_several(function: FunctionDescription) -> bool | None:
    """Return whether a function returns ``(out, cache)``; None where its source doesn't tell."""
    if not function.returns:
        return None
    return all(len(r.elements) > 1 for r in function.returns)


def may_return_both(function: FunctionDescription) -> bool:
    """Return whether some ``return`` gives several things, or the source doesn't tell."""
    if not function.returns:
        return True
    return any(len(r.elements) != 1 or r.elements[0].name for r in function.returns)
