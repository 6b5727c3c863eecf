"""Gradient descent of one unit, written out: ``theta = gradient_descent(X, y, theta, alpha, n)``.

The function is told to go round once, at our learning rate: what its weights are afterwards tells
the gradient. A cost of the same arguments beside it is the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.naming import COST_WORDS, ROUNDS, UNNAMED, normalised, parsed
from gradcheck.calls.results import Path
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._updates import READ_FROM_UPDATE, has_more, is_rate, is_tuned
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.presentation import Layout
from gradcheck.records.description import FunctionDescription, ModuleDescription, Returned
from gradcheck.records.program import Program, Step, Value
from gradcheck.strategies.source import RandomSource

UNITS = ("linear-regression", "logistic-regression")
PHASES = ("in", "current", "starting", "initial", "init", "start", "old", "curr", "now", "new",
          "updated", "final", "next", "best", "learned")  # fmt: skip
"""Words that say when a weight is what it is."""
OF_A_LINE: Mapping[str, frozenset[str]] = {
    "w": frozenset({"m", "slope", "a", "theta1", "w1", "beta1"}),
    "b": frozenset({"c", "theta0", "w0", "beta0", "yintercept"}),
}
"""Names that weights have where there is one feature."""
POINTS = frozenset({"points", "data", "dataset", "datapoints"})
"""What examples are called whose columns are the input and the target."""
DICTS = frozenset({"params", "parameters", "weights"})
HANDED: Mapping[str, frozenset[str]] = {
    "cost": frozenset({"costfunction", "costfunc", "costfn", "costf", "lossfunction",
                       "computecost"}),
    "gradient": frozenset({"gradientfunction", "gradientfunc", "gradientfn", "gradfunction",
                           "gradf", "gradfn", "computegradient"}),
}  # fmt: skip
"""What functions of the same file are called that a descent is handed."""
LINE, SINGLE = "one-feature", "single"
FEW, MANY, FEATURES = 7, 70, 5
AT_REST = 0.5
"""What a sigmoid predicts where inputs and bias are 0."""
RATES, SAME = (0.5, 1.0), 1e-9


@dataclass(frozen=True)
class _Call:
    """How a function is called with a unit's variables."""

    slots: tuple[str, ...]
    steps: tuple[Step, ...]
    called: Mapping[str, str]
    """From weight to the parameter that it is."""
    is_line: bool


@dataclass(frozen=True)
class _Handed:
    """A function, and by its arguments the functions of the file that it is handed."""

    function: FunctionDescription
    names: Mapping[str, str]


class Descent(Convention):
    """The gradient is (before - after) / learning rate, of one step."""

    id = "descent"
    title = "a function that takes steps of gradient descent and returns the new weights"
    example = (
        "def gradient_descent(X, y, theta, alpha, num_iters):\n"
        "    for _ in range(num_iters): theta = theta - alpha * ...\n    return theta, history"
    )
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function with a learning rate, unit and cost beside it."""
        units = [c for c in components if c.id in UNITS]
        costs = [f for f in module.functions if COST_WORDS & set(parsed(f.name).words)
                 or parsed(f.name).words[-1:] == ("j",)]  # fmt: skip
        for function in module.functions:
            rate = next((p.name for p in function.parameters if is_rate(p.name)), "")
            if not rate or has_more(p.name for p in function.parameters) or any(
                is_tuned(p) for p in function.parameters
            ):  # fmt: skip
                continue
            for component in units:
                for alike in by_variables(component):
                    handed = _handed(function, component.variables(alike[0]), costs, module)
                    yield from self._of(handed, rate, component, alike, costs, execute)

    def _of(
        self, handed: _Handed, rate: str, component: Component,
        alike: Sequence[Variant], costs: Sequence[FunctionDescription], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        variables = component.variables(alike[0])
        function = handed.function
        call = _call(function, variables, rate, handed.names)
        paths = _paths(function, call) if call else None
        if call is None or paths is None:
            return
        keywords = {p.name: "once" if p.name != rate else "rate" for p in function.parameters
                    if p.has_default and (p.name == rate or _is_rounds(p.name))}  # fmt: skip
        descent: tuple[Step, ...] = (
            ("constant", "rate", RATE), ("constant", "once", 1), *call.steps,
            ("name", "fd", function.name), ("call", "r", "fd", list(call.slots), keywords),
            *_taken_apart(paths),
        )  # fmt: skip
        places = {w: (f"new {w}",) if len(p) > 1 else p for w, p in paths.items()}
        layouts = _stepping(descent, places, component, alike[0], execute, is_line=call.is_line)
        if not layouts:
            return
        known = {*_called_by(function, execute), *handed.names.values()}
        valued = ((c, own) for c in costs if c.name in known
                  and (own := _call(c, variables, "", {})) is not None)  # fmt: skip
        for cost, own in (*valued, (None, None)):
            value: tuple[Step, ...] = ()
            if cost is not None and own is not None:
                value = (*own.steps, ("name", "fc", cost.name),
                         ("call", "out", "fc", list(own.slots), {}))  # fmt: skip
            template = Template(
                (), value, descent, output=("out",) if value else None,
                gradients=places, forward_function=cost.name if cost else None,
                backward_function=function.name, updated=tuple(paths),
            )  # fmt: skip
            yield Proposal(
                self.id, component, tuple(f.name for f in (cost, function) if f), template,
                tuple(alike), layouts, UNNAMED,
                order=tuple(paths), called=call.called, line=function.line,
                notes=(READ_FROM_UPDATE,), is_guess=True, is_once=True, is_told_by_one=True,
            )  # fmt: skip


def _stepping(
    descent: tuple[Step, ...], places: Mapping[str, Path], component: Component, variant: Variant,
    execute: Execute, *, is_line: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Return the layouts in which all weights move in proportion to the rate.

    In a single layout they don't where the examples are taken one by one, or the bias after the
    weights: what such a step is of isn't the gradient of one cost.
    """
    found = []
    for layout in component.layouts:
        if layout.id == SINGLE or (is_line and layout.id != LINE):
            continue
        # as many as are ever judged at once, too: code may take them in small batches
        asked = (descent, places, component, variant, layout)
        if all(_moves(*asked, count, execute) for count in (FEW, MANY)) and not _moves(
            *asked, FEW, execute, is_at_rest=True
        ):  # fmt: skip
            found.append(layout.id)
    return tuple(found)


def _called_by(function: FunctionDescription, execute: Execute) -> frozenset[str]:
    """Return the names that a function's code mentions, and those that it is handed."""
    steps: tuple[Step, ...] = (("name", "f", function.name), ("get", "code", "f", "__code__"),
                               ("get", "names", "code", "co_names"))  # fmt: skip
    (reply,) = execute([Program(steps, (), ("names",))])
    value = reply.values[0] if reply.fault is None else ()
    return frozenset(v for v in value if isinstance(v, str)
                     ) if isinstance(value, tuple | list) else frozenset()  # fmt: skip


def _moves(
    descent: tuple[Step, ...], places: Mapping[str, Path], component: Component, variant: Variant,
    layout: Layout, count: int, execute: Execute, *, is_at_rest: bool = False,
) -> bool:  # fmt: skip
    """Return whether all weights move in proportion to the rate, of so many examples.

    At rest there is no error and no input: what moves is drawn by a penalty, which is no mistake.
    """
    variables = component.variables(variant)
    sizes = {"N": count, "D": FEATURES, **layout.sizes}
    rng = np.random.Generator(np.random.Philox(0))
    drawn = component.draw(RandomSource(rng, "ordinary"), sizes, variant)
    if is_at_rest:
        drawn |= {n: np.zeros_like(drawn[n]) for n in ("b", "X", "y") if n in drawn}
        drawn["y"] = drawn["y"] + (AT_REST if component.id == UNITS[1] else 0.0)
        places = {"w": places["w"]}
    shown = {v.name: np.asarray(layout.presentation(v.name).present(drawn[v.name], sizes))
             for v in variables}  # fmt: skip
    puts = tuple(
        ("scalar" if a.ndim == 0 and layout.presentation(n).is_number else "put", f"${n}", k)
        for k, (n, a) in enumerate(shown.items())
    )
    slots = tuple(str(path[0]) for path in places.values())
    replies = execute([
        Program((*puts, *(("constant", "rate", rate) if s[:2] == ("constant", "rate") else s
                          for s in descent)), tuple(shown.values()), slots)
        for rate in RATES
    ])  # fmt: skip
    return all(r.fault is None for r in replies) and all(
        _is_step(shown[w], first, second) and not (is_at_rest and np.allclose(first, shown[w]))
        for w, first, second in zip(places, *(r.values for r in replies), strict=True)
    )


def _is_step(start: np.ndarray, first: Value, second: Value) -> bool:
    """Return whether a step twice as large leads twice as far."""
    if any(isinstance(v, bool) or not isinstance(v, np.ndarray | float | int)
           or np.shape(v) != start.shape for v in (first, second)):  # fmt: skip
        return False
    before = 2 * np.asarray(first) - np.asarray(second)
    return bool(np.allclose(before, start, rtol=SAME, atol=SAME))


def _is_rounds(name: str) -> bool:
    return normalised(name) in ROUNDS


def _handed(
    function: FunctionDescription, variables: Sequence[Variable],
    costs: Sequence[FunctionDescription], module: ModuleDescription,
) -> _Handed:  # fmt: skip
    """Return which functions of the file a descent is handed: those of the same variables."""
    gradients = [f for f in module.functions if f is not function and parsed(f.name).is_gradient]
    found: dict[str, str] = {}
    for parameter in function.required:
        kind = next((k for k, words in HANDED.items() if normalised(parameter.name) in words), "")
        own = gradients if kind == "gradient" else costs if kind else ()
        fitting = (f.name for f in own if _call(f, variables, "", {}) is not None)
        if (name := next(fitting, "")):
            found[parameter.name] = name
    return _Handed(function, found)


def _call(
    function: FunctionDescription, variables: Sequence[Variable], rate: str,
    handed: Mapping[str, str],
) -> _Call | None:  # fmt: skip
    """Return how a function is called, or None where an argument isn't told by its name."""
    slots: dict[str, str] = {}
    called: dict[str, str] = {}
    is_line = False
    steps: tuple[Step, ...] = ()
    for parameter in function.required:
        name = parameter.name
        meant = _variable(name, variables)
        if rate and name == rate:
            slots[name] = "rate"
        elif rate and _is_rounds(name):
            slots[name] = "once"
        elif name in handed:
            slots[name] = f"handed {name}"
            steps += (("name", f"handed {name}", handed[name]),)
        elif normalised(name) in POINTS and not {"$X", "$y"} & set(slots.values()):
            slots[name], steps, is_line = "points", (*steps, *_POINTS), True
        elif meant is not None and f"${meant[0].name}" not in slots.values():
            variable, is_of_line = meant
            slots[name] = f"${variable.name}"
            is_line |= is_of_line
            called |= {variable.name: name} if variable.role == "parameter" else {}
        else:
            return None
    taken = set(slots.values())
    taken |= {"$X", "$y"} if "points" in taken else set()
    if {f"${v.name}" for v in variables} - taken or (rate and "rate" not in {*taken, rate}
                                                     and rate in slots):  # fmt: skip
        return None
    return _Call(tuple(slots.values()), steps, called, is_line)


_POINTS: tuple[Step, ...] = (
    ("constant", "two", 2), ("constant", "all", -1),
    ("get", "repeat", "$X", "repeat"), ("call", "twice", "repeat", ["two"], {}),
    ("get", "reshape", "twice", "reshape"), ("call", "points", "reshape", ["all", "two"], {}),
    ("get", "sides", "points", "T"), ("setitem", "sides", 1, "$y"),
)  # fmt: skip
"""Steps that leave inputs and targets as two columns of one array."""


def _variable(name: str, variables: Sequence[Variable]) -> tuple[Variable, bool] | None:
    """Return the variable that a name means, and whether only a line's is called so."""
    for text in (normalised(name), _bare(name)):
        for variable in variables:
            if text in variable.aliases:
                return variable, False
        if "b" in {v.name for v in variables}:
            for variable in variables:
                if text in OF_A_LINE.get(variable.name, ()):
                    return variable, True
    return None


def _bare(name: str) -> str:
    """Return a name without the word that says when."""
    words = [w for w in name.rpartition(".")[2].lower().split("_") if w not in PHASES]
    return "".join(words)


def _paths(function: FunctionDescription, call: _Call | None) -> dict[str, Path] | None:
    """Return where the new weights are in what a function returns; None where it isn't told."""
    elements = function.returns[-1].elements if function.returns else ()
    if call is None or not elements:
        return None
    keyed = {normalised(str(e.key)): str(e.key) for e in elements if isinstance(e.key, str)}
    if keyed:
        told = {w: keyed.get(normalised(n)) for w, n in call.called.items()}
        return {w: ("r", k) for w, k in told.items() if k} if all(told.values()) else None
    if len(elements) == 1 and elements[0].key is None:
        is_dict = _bare(elements[0].name or "") in DICTS
        if is_dict and len(call.called) > 1:
            return {w: ("r", name) for w, name in call.called.items()}
        return dict.fromkeys(call.called, ("r",)) if len(call.called) == 1 else None
    return _in_tuple(elements, call)


def _taken_apart(paths: Mapping[str, Path]) -> Iterator[Step]:
    """Yield the steps that take the weights out of what is returned, a list of numbers, say."""
    for weight, path in paths.items():
        slot = str(path[0])
        for place, key in enumerate(path[1:], start=1):
            new = f"new {weight}" if place + 1 == len(path) else f"holder of {weight}"
            yield ("item", new, slot, key)
            slot = new


def _in_tuple(elements: Sequence[Returned], call: _Call) -> dict[str, Path] | None:
    """Return where the new weights are in a tuple: by their names, in a dict, or the first."""
    names = {_bare(e.name or ""): k for k, e in enumerate(elements) if e.name}
    found = {w: names.get(_bare(n)) for w, n in call.called.items()}
    if all(k is not None for k in found.values()):
        return {w: ("r", k) for w, k in found.items() if k is not None}
    held = next((k for n, k in names.items() if n in DICTS), None)
    if held is not None and len(call.called) > 1:
        return {w: ("r", held, name) for w, name in call.called.items()}
    if len(elements) < len(call.called) or any(k is not None for k in found.values()):
        return None
    return {w: ("r", k) for k, w in enumerate(call.called)}


CONVENTION = Descent()
