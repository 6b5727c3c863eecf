"""Models whose ``fit(X, y)`` makes the weights itself: they begin as ours, and take one step.

``self.w = np.zeros(n)`` and a loop of updates in one method: the weights can't be set before. The
worker gives the attribute our array in the place of the first one that it is given (see the step
``pin``), the loop goes round once, and what the weights are afterwards tells the gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.calls.naming import ROUNDS, UNNAMED, normalised
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Array, Component, Variable, Variant
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._objects import agreeing
from gradcheck.conventions._updates import AFTER, READ_FROM_UPDATE, has_more, is_rate, is_tuned
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.presentation import Layout
from gradcheck.records.description import ClassDescription, ModuleDescription, Parameter
from gradcheck.records.program import Program, Step, Value

MODELS = ("linear-regression", "logistic-regression", "network")
FITS = ("fit", "train")
LOOK = (7, 5)
"""Examples and features of the data on which an object is looked at."""
TIMES = 10
RATES = (1.0, 2.0)
AT_REST = (0.0, 0.5)
"""What a line and a sigmoid predict where inputs and bias are 0."""
SAME = 1e-9
ONE_BY_ONE = "it takes the examples one by one: judged by a single one"


@dataclass(frozen=True)
class _Form:
    """How an object is made and trained: once round, at the rate in the slot ``rate``."""

    cls: ClassDescription
    fit: str
    make: tuple[Step, ...]
    call: Step

    def trained(self, rate: float) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Return the steps that make the object, and those that train it."""
        constants: tuple[Step, ...] = (("constant", "rate", rate), ("constant", "once", 1))
        train: tuple[Step, ...] = (
            ("get", "train", "obj", self.fit), self.call, ("get", AFTER, "obj", "__dict__"),
        )  # fmt: skip
        return (*constants, *self.make), train


@dataclass(frozen=True)
class _Homes:
    """The attributes that hold the parameters; the bias may be the first of the weights."""

    names: Mapping[str, str]
    shapes: Mapping[str, tuple[int, ...]]
    """Of the attributes."""

    @property
    def is_joint(self) -> bool:
        """Whether the bias is the first weight."""
        return self.names.get("w", "") == self.names.get("b")

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a parameter."""
        if self.is_joint:
            return {"w": (LOOK[1],), "b": ()}[name]
        return self.shapes[self.names[name]]


class Fitted(Convention):
    """The gradient is (before - after) / learning rate, of the first step that ``fit`` takes."""

    id = "fitted"
    title = "a model whose fit(X, y) makes its weights and trains them"
    example = (
        "class LogisticRegression:\n    def __init__(self, lr=0.01, n_iters=1000): ...\n"
        "    def fit(self, X, y): self.weights = np.zeros(X.shape[1]); ..."
    )
    order = 2

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, unit and form of its data, where a step is one."""
        models = [c for c in components if c.id in MODELS]
        for cls in module.classes if models else ():
            form = _form(cls)
            for look in _looks() if form else ():
                assert form is not None
                attributes = _attributes(form, look, execute)
                for component in models if attributes else ():
                    yield from self._first(form, component, look, attributes, execute)

    def _first(
        self, form: _Form, component: Component, look: tuple[Array, Array],
        attributes: Mapping[str, Value], execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        """Yield the proposals of the most parameters that an object has."""
        for alike in by_variables(component):
            variables = component.variables(alike[0])
            homes = _homes(attributes, [v for v in variables if v.role == "parameter"])
            if homes is None:
                continue
            one = (look[0][:1], look[1][:1])
            sizes: dict[str, int] | None = {}
            if not all(_is_step(form, homes, x, execute) for x in (look, _longer(look))):
                sizes = {"N": 1} if _is_step(form, homes, one, execute) else None
            if sizes is not None and not _is_drawn(form, homes, execute):
                yield from self._of(form, homes, component, alike, look[1].shape, sizes)
            return

    def _of(
        self, form: _Form, homes: _Homes, component: Component, alike: Sequence[Variant],
        target: tuple[int, ...], sizes: Mapping[str, int],
    ) -> Iterator[Proposal]:  # fmt: skip
        make, train = form.trained(RATE)
        variables = component.variables(alike[0])
        before, after, places = _joint(form, homes) if homes.is_joint else _apart(homes)
        template = Template(
            (*make, *before), (), (*train, *after), state="object", gradients=places,
            backward_function=f"{form.cls.name}.{form.fit}", updated=tuple(places),
        )  # fmt: skip
        notes = (READ_FROM_UPDATE, *((ONE_BY_ONE,) if sizes else ()))
        for layout in component.layouts:
            fixed = _fixed(layout, homes, variables, target)
            if fixed is not None:
                yield Proposal(
                    self.id, component, (f"{form.cls.name}.{form.fit}",), template, tuple(alike),
                    (layout.id,), UNNAMED, order=tuple(places), line=form.cls.line, notes=notes,
                    is_guess=True, sizes={**fixed, **sizes}, is_once=True, is_told_by_one=True,
                )  # fmt: skip


def _form(cls: ClassDescription) -> _Form | None:
    """Return how a class is made and trained; None where it isn't told, or is more than a step."""
    fit = next((m for m in FITS if m in cls.methods), "")
    init = cls.methods.get("__init__")
    built = init.parameters if init else ()
    taken = (*built, *(cls.methods[fit].parameters if fit else ()))
    if not fit or any((has_more([p.name]) and p.default) or is_tuned(p) for p in taken):
        return None
    made = _passed(built)
    given = _passed(cls.methods[fit].parameters, ("$X", "$y"))
    slots = {*made[0], *made[1].values(), *given[0], *given[1].values()} if made and given else {}
    if made is None or given is None or not {"rate", "once", "$X", "$y"} <= set(slots):
        return None
    make: tuple[Step, ...] = (("name", "cls", cls.name), ("call", "obj", "cls", *made))
    return _Form(cls, fit, make, ("call", "trained", "train", *given))


def _passed(
    parameters: Sequence[Parameter], data: tuple[str, ...] = ()
) -> tuple[list[str], dict[str, str]] | None:
    """Return what a call passes: data first, then a rate and once; None where more is wanted."""
    slots: list[str] = []
    keywords: dict[str, str] = {}
    left = list(data)
    for parameter in parameters:
        plain = normalised(parameter.name)
        told = "once" if plain in ROUNDS else "rate" if is_rate(parameter.name) else ""
        if parameter.has_default or parameter.kind != "positional":
            keywords |= {parameter.name: told} if told else {}
        elif told or left:
            slots.append(told or left.pop(0))
        else:
            return None
    return None if left else (slots, keywords)


def _looks() -> Iterator[tuple[Array, Array]]:
    """Yield inputs and targets: a vector of them, then a column."""
    examples, features = LOOK
    X = np.array([[(k * (j + 2) % 5 + j) / 7 for j in range(features)] for k in range(examples)])
    y = np.array([float(k % 2) for k in range(examples)])
    yield X, y
    yield X, y[:, None]


def _longer(look: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return as many examples as are ever judged at once: code may take them in small batches."""
    X, y = (np.repeat(a, TIMES, axis=0) for a in look)
    return X + 0.1 * np.cos(np.arange(X.size)).reshape(X.shape), y


def _attributes(
    form: _Form, look: tuple[Array, Array], execute: Execute
) -> Mapping[str, Value]:
    """Return the numbers and arrays that a trained object has."""
    make, train = form.trained(RATES[0])
    return {name: value for name, value in _run((*make, *train), look, {}, execute).items()
            if isinstance(value, np.ndarray | float | int) and not isinstance(value, bool)
            }  # fmt: skip


def _homes(
    attributes: Mapping[str, Value], parameters: Sequence[Variable]
) -> _Homes | None:
    """Return where an object has a model's parameters; None where one is missing."""
    _, features = LOOK
    found: dict[str, str] = {}
    for variable in parameters:
        own = (n for n in attributes if normalised(n) in variable.aliases
               and n not in found.values() and _may_be(attributes[n], variable))  # fmt: skip
        home = next(own, "")
        if home:
            found[variable.name] = home
    names = [v.name for v in parameters]
    shapes = {n: np.shape(attributes[n]) for n in found.values()}  # type: ignore[arg-type]
    if names == ["w", "b"] and set(found) == {"w"} and shapes[found["w"]] == (features + 1,):
        return _Homes({"w": found["w"], "b": found["w"]}, shapes)
    return _Homes(found, shapes) if set(found) == set(names) else None


def _may_be(value: Value, variable: Variable) -> bool:
    """Return whether a value has as many axes as a parameter may have."""
    return np.ndim(value) >= 1 if variable.dims else np.size(value) == 1  # type: ignore[arg-type]


def _run(
    steps: Sequence[Step], look: tuple[Array, Array], pins: Mapping[str, Array], execute: Execute
) -> Mapping[str, Value]:
    """Return an object's attributes after the steps; none where they raise."""
    puts: list[Step] = [("put", "$X", 0), ("put", "$y", 1)]
    puts += [("put", f"${n}", 2 + k) for k, n in enumerate(pins)]
    (reply,) = execute([Program((*puts, *steps), (*look, *pins.values()), (AFTER,))])
    value = reply.values[0] if reply.fault is None else None
    return value if isinstance(value, Mapping) else {}


def _is_step(
    form: _Form, homes: _Homes, look: tuple[Array, Array], execute: Execute
) -> bool:
    """Return whether the weights begin as ours, and move in proportion to the rate, all of them."""
    names = list(homes.shapes)
    pins = {n: 0.1 * np.arange(1, 1 + np.prod(s, dtype=int)).reshape(s)
            for n, s in homes.shapes.items()}  # fmt: skip
    pinning: list[Step] = [("pin", "obj", n, f"${n}") for n in names]
    once, twice = (
        _run((*make, *pinning, *train), look, pins, execute)
        for make, train in (form.trained(rate) for rate in RATES)
    )
    for name in names:
        first, second = (np.asarray(after.get(name, np.nan)) for after in (once, twice))
        if first.shape != pins[name].shape or first.dtype.kind not in "fi":
            return False
        if not np.allclose(2 * first - second, pins[name], rtol=SAME, atol=SAME):
            return False
        if np.array_equal(first, pins[name]):
            return False
    return True


def _is_drawn(form: _Form, homes: _Homes, execute: Execute) -> bool:
    """Return whether a unit's weights move where there is no error and no input: by a penalty.

    A penalty that is written in the code is no mistake, and the textbook's gradient has none.
    """
    if "w" not in homes.names:
        return False
    pins = {n: np.zeros(s) for n, s in homes.shapes.items()}
    home = homes.names["w"]
    pins[home] = pins[home] + 1.0
    if homes.is_joint:
        pins[home][0] = 0.0
    make, train = form.trained(RATES[0])
    pinning: list[Step] = [("pin", "obj", n, f"${n}") for n in pins]
    for target in AT_REST:
        moved = []
        for y in (np.full(LOOK[:1], target), np.full((LOOK[0], 1), target)):
            after = _run((*make, *pinning, *train), (np.zeros(LOOK), y), pins, execute)
            value = np.asarray(after.get(home, np.nan))
            if value.dtype.kind == "f" and value.shape == pins[home].shape:
                moved.append(not np.allclose(value, pins[home], rtol=SAME, atol=SAME))
        if not all(moved):
            return False
    return True


def _fixed(
    layout: Layout, homes: _Homes, variables: Sequence[Variable], target: tuple[int, ...]
) -> dict[str, int] | None:
    """Return the sizes that a model fixes itself; None where its shapes aren't those of a layout.

    Weights, inputs and targets must have in the layout the shapes that they have in the code.
    """
    if layout.sizes:
        return None
    fixed: dict[str, int] | None = {}
    for variable in variables:
        if variable.role == "parameter" and fixed is not None:
            fixed = agreeing(variable, layout, homes.shape(variable.name), fixed)
    examples, features = LOOK
    if fixed is None or fixed.get("D", features) != features:
        return None
    sizes = {"K1": 1, **fixed, "N": examples, "D": features}
    for variable in variables:
        if variable.role != "parameter":
            shown = layout.presentation(variable.name).present(
                np.zeros([sizes[d] for d in variable.dims]), sizes
            )
            if np.shape(shown) != (target if variable.role == "target" else LOOK):
                return None
    return {k: n for k, n in fixed.items() if k != "D"}


def _apart(homes: _Homes) -> tuple[tuple[Step, ...], tuple[Step, ...], dict[str, tuple[str, ...]]]:
    """Return the steps before and after training, and where the new weights are."""
    before = tuple(("pin", "obj", home, f"${name}") for name, home in homes.names.items())
    return before, (), {name: (AFTER, home) for name, home in homes.names.items()}


def _joint(
    form: _Form, homes: _Homes
) -> tuple[tuple[Step, ...], tuple[Step, ...], dict[str, tuple[str, ...]]]:
    """Return the same for weights of which the first is the bias, by the NumPy that it imports."""
    before: tuple[Step, ...] = (
        ("name", "own code", f"{form.cls.name}.{form.fit}"),
        ("get", "own names", "own code", "__globals__"), ("item", "numpy", "own names", "np"),
        ("get", "joined", "numpy", "append"), ("call", "whole", "joined", ["$b", "$w"], {}),
        ("pin", "obj", homes.names["w"], "whole"),
    )  # fmt: skip
    after: tuple[Step, ...] = (
        ("get", "new whole", "obj", homes.names["w"]), ("constant", "first", 0),
        ("item", "new b", "new whole", 0), ("get", "without", "numpy", "delete"),
        ("call", "new w", "without", ["new whole", "first"], {}),
    )  # fmt: skip
    return before, after, {"w": ("new w",), "b": ("new b",)}


CONVENTION = Fitted()
