"""Where in a returned value the cost and each gradient stand, told by type and name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.calls.results import Path
from gradcheck.component import Variable
from gradcheck.records.program import Value

__all__ = ["attribute_paths", "called", "gradient_paths", "is_of_a_first_layer", "missing_path",
           "named_gradients", "value_and_gradient_paths"]  # fmt: skip

GRADIENT_FORMS = (
    "d{}", "grad{}", "{}grad", "{}gradient", "gradient{}", "dld{}", "dcd{}", "djd{}", "d{}s",
    "grads{}", "{}grads", "delta{}", "nabla{}", "dl{}", "dj{}", "dc{}", "{}", "deltas{}",
    "dedw{}", "de{}", "{}prime", "gradsof{}", "gradof{}", "{}g", "g{}",
)  # fmt: skip
OF_THE_INPUT = ("dinputs", "dinput", "dx", "gradinput", "inputgrad", "gradinputs",
                "inputgradient")  # fmt: skip
GRADIENT_LISTS = frozenset({"grads", "gradients", "dparams", "paramgrads", "gradparams"})
LONE = ("grad", "gradient", *sorted(GRADIENT_LISTS), "dparam", "g")
"""What the gradient of the only thing that has one may be called."""
MISSING = "missing"


def called(variable: Variable, own: str | None) -> Variable:
    """Return the variable with the student's own name of it first among its aliases."""
    if own is None:
        return variable
    return replace(variable, aliases=(own.replace("_", "").lower(), *variable.aliases))


def missing_path(raw: Path, variable: str) -> Path:
    """Return a path that leads nowhere, for a gradient that isn't returned."""
    return (*raw, f"{MISSING} {variable}")


def is_of_a_first_layer(
    raw: Value, found: Mapping[str, Value], variables: Sequence[Variable]
) -> bool:
    """Return whether a layer hands out the gradients of all its parameters, and nothing else.

    The first layer of a network needs no dx. A returned value that is no gradient is no such
    layer, nor is an object in which a parameter's gradient is missing.
    """
    parameters = {v.name for v in variables if v.role == "parameter"}
    handed = {v.name for v in variables if _is_number(found.get(v.name))}
    return raw is None and bool(parameters) and handed == parameters


def _is_number(value: Any) -> bool:
    return isinstance(value, np.ndarray | float | int) and not isinstance(value, bool)


def _is_scalar(value: Any) -> bool:
    return _is_number(value) and np.size(value) == 1


def _is_container(value: Any) -> bool:
    return isinstance(value, tuple | list | Mapping)


def _plain(name: str) -> str:
    return str(name).split("__")[-1].replace("_", "").lower()


def _by_key(found: Mapping[str, Value], variables: Sequence[Variable], raw: Path,
            *, is_named_plainly: bool) -> dict[str, Path]:  # fmt: skip
    """Return the paths of dict entries (or attributes) whose names are gradients' names."""
    paths: dict[str, Path] = {}
    forms = GRADIENT_FORMS if is_named_plainly else tuple(f for f in GRADIENT_FORMS if f != "{}")
    for variable in variables:
        stems = [_plain(variable.name), *variable.aliases]
        wanted = [form.format(stem) for form in forms for stem in stems]
        keys = {_plain(key): key for key in found if _is_number(found[key])}
        key = next((keys[w] for w in wanted if w in keys), None)
        if key is not None:
            paths[variable.name] = (*raw, key)
    return paths


def named_gradients(names: Sequence[str], variables: Sequence[Variable]) -> dict[str, str]:
    """Return which names are those of a gradient, and of which variable, in the names' order."""
    found = _by_key(dict.fromkeys(names, 0.0), variables, (), is_named_plainly=False)
    whose = {str(path[-1]): variable for variable, path in found.items()}
    return {name: whose[name] for name in names if name in whose}


def gradient_paths(
    value: Value, raw: Path, variables: Sequence[Variable], order: Sequence[str]
) -> dict[str, Path]:
    """Return where the gradients stand in what a backward returned.

    A lone array is the gradient of the only (or the first) variable; a tuple follows the
    order of forward's arguments, with the parameters alone allowed; a dict goes by key, also
    one in a tuple, beside which the rest follows the order.
    """
    by_name = {v.name: v for v in variables}
    ordered = [by_name[name] for name in order if name in by_name]
    if isinstance(value, Mapping):
        found = _by_key(value, variables, raw, is_named_plainly=True)
        if not found and len(value) == len(ordered):  # names of their own, in forward's order
            keys = list(value)
            found = {v.name: (*raw, key) for v, key in zip(ordered, keys, strict=True)}
        return found
    if isinstance(value, list) and len(ordered) == 1 and all(map(_is_scalar, value)):
        return {ordered[0].name: raw}  # a list in place of an array, not a list of gradients
    if isinstance(value, tuple | list):
        if len(value) == 1 and _is_container(value[0]):
            return gradient_paths(value[0], (*raw, 0), variables, order)
        dicts = [k for k, v in enumerate(value) if isinstance(v, Mapping)]
        if len(dicts) == 1 and not all(map(_is_container, value)):  # dx, {"dW": dW, "db": db}
            named = _by_key(value[dicts[0]], variables, (*raw, dicts[0]), is_named_plainly=True)
            others = [v.name for v in ordered if v.name not in named]
            places = [k for k in range(len(value)) if k not in dicts]
            if len(others) == len(places):  # what is left over would be a cost
                return named | {n: (*raw, k) for n, k in zip(others, places, strict=True)}
        lists = [k for k, v in enumerate(value) if isinstance(v, tuple | list)]
        if len(lists) == 1 and _holds(value[lists[0]], ordered):  # dx, [dW, db]
            flat = list(_flat(value, lists[0]))
            return {v.name: (*raw, *path) for v, path in zip(ordered, flat, strict=False)}
        parameters = [v for v in ordered if v.role == "parameter"]
        if len(lists) == len(value) == 2:
            layered = _by_layer(value, raw, parameters)
            if layered:
                return layered
        if len(value) == len(parameters) < len(ordered):
            ordered = parameters
        return {v.name: (*raw, k) for k, v in enumerate(ordered) if k < len(value)}
    return {ordered[0].name: raw} if ordered else {}


def _by_layer(value: Sequence[Value], raw: Path, parameters: Sequence[Variable]) -> dict[str, Path]:
    """Return the paths in a list of all weights' gradients beside one of all biases'."""
    groups = [[v for v in parameters if (len(v.dims) > 1) is is_weight]
              for is_weight in (True, False)]  # fmt: skip
    layers = [part for part in value if isinstance(part, list | tuple)]
    if len(groups[0]) < 2 or any(len(p) != len(g) for p in layers for g in groups):
        return {}
    sizes = [sum(int(np.size(v)) for v in part if _is_number(v)) for part in layers]
    places = (0, 1) if sizes[0] >= sizes[1] else (1, 0)
    pairs = zip(places, groups, strict=True)
    return {v.name: (*raw, place, k) for place, group in pairs for k, v in enumerate(group)}


def _holds(inner: Sequence[Value], ordered: Sequence[Variable]) -> bool:
    """Return whether a list holds the gradients of all parameters, in their order."""
    count = sum(v.role == "parameter" for v in ordered)
    return len(inner) == count > 0 and len(ordered) > count and not any(map(_is_scalar, inner))


def _flat(value: Sequence[Value], at: int) -> Iterator[Path]:
    """Yield the paths of a tuple's items, of the list among them its own."""
    for k, item in enumerate(value):
        if k == at:
            yield from ((k, j) for j in range(len(item)))  # type: ignore[arg-type]
        else:
            yield (k,)


def attribute_paths(attributes: Value, raw: Path, variables: Sequence[Variable]) -> dict[str, Path]:
    """Return where an object keeps gradients: ``dW``, ``grads['W']`` ..."""
    if not isinstance(attributes, Mapping):
        return {}
    attributes = {k: v for k, v in attributes.items() if not isinstance(v, int)}  # sizes: d_X
    paths = _by_key(attributes, variables, raw, is_named_plainly=False)
    first = variables[0].name if variables else ""
    kept = {_plain(key): key for key in attributes if _is_number(attributes[key])}
    if first and first not in paths:
        key = next((kept[name] for name in OF_THE_INPUT if name in kept), None)
        paths |= {} if key is None else {first: (*raw, key)}
    for name, inner in attributes.items():
        if isinstance(inner, Mapping) and _plain(name).startswith(("g", "d", "nabla")):
            found = _by_key(inner, variables, (*raw, name), is_named_plainly=True)
            paths = found | paths
        if isinstance(inner, Mapping):
            paths = _beside_its_value(inner, (*raw, name), variables) | paths
        if isinstance(inner, tuple | list) and _plain(name) in GRADIENT_LISTS:
            parameters = [v for v in variables if v.role == "parameter"]
            if len(inner) == len(parameters):
                listed = {v.name: (*raw, name, k) for k, v in enumerate(parameters)}
                paths = listed | paths
    if len(variables) == 1 and first not in paths:
        key = next((kept[name] for name in LONE if name in kept), None)
        paths |= {} if key is None else {first: (*raw, key)}
    return paths


def _beside_its_value(
    inner: Mapping[str, Value], raw: Path, variables: Sequence[Variable]
) -> dict[str, Path]:
    """Return the gradient in a dict of one parameter: ``self.W = {"val": W, "grad": dW}``."""
    whose = next((v.name for v in variables if v.role == "parameter"
                  and _plain(str(raw[-1])) in (_plain(v.name), *v.aliases)), None)  # fmt: skip
    keys = {_plain(key): key for key in inner if _is_number(inner[key])}
    key = next((keys[word] for word in (*LONE, "d", "delta") if word in keys), None)
    return {} if whose is None or key is None else {whose: (*raw, key)}


def value_and_gradient_paths(
    value: Value, raw: Path, variables: Sequence[Variable], order: Sequence[str], expected: float
) -> tuple[Path, dict[str, Path]] | None:
    """Return where the cost and the gradients stand in ``(cost, grads)`` or ``(grads, cost)``.

    Where both ends could be the cost (all are numbers), the one closer to the expected
    cost is taken.
    """
    if not isinstance(value, tuple | list) or len(value) < 2:
        return None
    size = len(value)
    candidates = [k for k in (0, size - 1) if _is_scalar(value[k])]
    if not candidates:
        return None
    if len(candidates) == 2 and size > 2:
        candidates.sort(key=lambda k: abs(float(np.real(np.ravel(value[k])[0])) - expected))
    elif len(candidates) == 2 and np.ndim(value[0]) != np.ndim(value[1]):
        candidates.sort(key=lambda k: np.ndim(value[k]))
    at = candidates[0]
    rest = [k for k in range(size) if k != at]
    if len(rest) == 1:
        inner = gradient_paths(value[rest[0]], (*raw, rest[0]), variables, order)
        return (*raw, at), inner
    flat = gradient_paths(tuple(value[k] for k in rest), (), variables, order)
    return (*raw, at), {name: (*raw, rest[int(path[0])]) for name, path in flat.items()}
