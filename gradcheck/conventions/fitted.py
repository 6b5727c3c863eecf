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
from gradcheck.component import Array, Component, Variable
from gradcheck.conventions._arguments import by_variables
from gradcheck.conventions._updates import AFTER, READ_FROM_UPDATE, has_more, is_rate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.presentation import Layout
from gradcheck.records.description import ClassDescription, ModuleDescription, Parameter
from gradcheck.records.program import Program, Step, Value

UNITS = ("linear-regression", "logistic-regression")
FITS = ("fit", "train")
LOOK = (7, 5)
"""Examples and features of the data on which an object is looked at."""
RATES = (1.0, 2.0)
SAME = 1e-9
ONE_BY_ONE = "it takes the examples one by one: judged by a single one"
SINGLE = "single"


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
    """The attributes that hold the weights and the bias, which may be the first weight."""

    w: str
    b: str
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def is_joint(self) -> bool:
        """Whether the bias is the first weight."""
        return self.w == self.b


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
        units = [c for c in components if c.id in UNITS]
        for cls in module.classes if units else ():
            form = _form(cls)
            for look in _looks() if form else ():
                homes = _homes(form, look, execute)  # type: ignore[arg-type]
                if form is None or homes is None:
                    continue
                sizes: dict[str, int] | None = {}
                if not _is_step(form, homes, look, execute):
                    one = (look[0][:1], look[1][:1])
                    sizes = {"N": 1} if _is_step(form, homes, one, execute) else None
                if sizes is not None:
                    for component in units:
                        yield from self._of(form, homes, component, look[1].shape, sizes)

    def _of(
        self, form: _Form, homes: _Homes, component: Component, target: tuple[int, ...],
        sizes: Mapping[str, int],
    ) -> Iterator[Proposal]:  # fmt: skip
        make, train = form.trained(RATE)
        for alike in by_variables(component):
            variables = component.variables(alike[0])
            weights = [v for v in variables if v.role == "parameter"]
            if bool(homes.b) != ("b" in {v.name for v in weights}):
                continue
            layouts = [x for x in component.layouts if _is_of(x, homes, variables, target)]
            before, after, places = _joint(form, homes) if homes.is_joint else _apart(homes)
            template = Template(
                (*make, *before), (), (*train, *after), state="object", gradients=places,
                backward_function=f"{form.cls.name}.{form.fit}", updated=tuple(places),
            )  # fmt: skip
            notes = (READ_FROM_UPDATE, *((ONE_BY_ONE,) if sizes else ()))
            yield Proposal(
                self.id, component, (f"{form.cls.name}.{form.fit}",), template, tuple(alike),
                tuple(x.id for x in layouts), UNNAMED, order=tuple(places), line=form.cls.line,
                notes=notes, is_guess=True, sizes=sizes, is_once=True, is_told_by_one=True,
            )  # fmt: skip


def _form(cls: ClassDescription) -> _Form | None:
    """Return how a class is made and trained; None where it isn't told, or is more than a step."""
    fit = next((m for m in FITS if m in cls.methods), "")
    init = cls.methods.get("__init__")
    built = init.parameters if init else ()
    if not fit or any(has_more([p.name]) and p.default for p in built):
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


def _homes(form: _Form, look: tuple[Array, Array], execute: Execute) -> _Homes | None:
    """Return where a trained object has weights and bias; None where it has none."""
    make, train = form.trained(RATES[0])
    reply = _run((*make, *train), look, {}, execute)
    _, features = LOOK
    sizes = {name: np.size(v) for name, v in reply.items()
             if isinstance(v, np.ndarray | float | int) and not isinstance(v, bool)}  # fmt: skip
    aliases = {"w": _W, "b": _B}
    told = {k: [n for n in sizes if normalised(n) in words] for k, words in aliases.items()}
    for name in told["w"]:
        bias = next((n for n in told["b"] if sizes[n] == 1), "")
        if sizes[name] == features + 1 and not bias and np.ndim(reply[name]) == 1:  # type: ignore[arg-type]
            return _Homes(name, name, {name: (features + 1,)})
        if sizes[name] == features:
            shapes = {n: np.shape(reply[n]) for n in (name, bias) if n}  # type: ignore[arg-type]
            return _Homes(name, bias, shapes)
    return None


_W = frozenset({"w", "weights", "weight", "theta", "coef", "coefs", "beta", "betas"})
_B = frozenset({"b", "bias", "intercept", "b0", "w0", "theta0"})


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


def _is_of(
    layout: Layout, homes: _Homes, variables: Sequence[Variable], target: tuple[int, ...]
) -> bool:
    """Return whether weights and targets have in a layout the shapes that they have in the code."""
    examples, features = LOOK
    shapes = {"w": (features,) if homes.is_joint else homes.shapes[homes.w], "y": target,
              "X": LOOK}  # fmt: skip
    if homes.b:
        shapes["b"] = () if homes.is_joint else homes.shapes[homes.b]
    sizes = {"N": examples, "D": features}
    if layout.id == SINGLE or layout.sizes:
        return False
    for variable in variables:
        value = np.zeros([sizes[d] for d in variable.dims])
        shown = layout.presentation(variable.name).present(value, sizes)
        if np.shape(shown) != tuple(shapes[variable.name]):
            return False
    return True


def _apart(homes: _Homes) -> tuple[tuple[Step, ...], tuple[Step, ...], dict[str, tuple[str, ...]]]:
    """Return the steps before and after training, and where the new weights are."""
    own = {"w": homes.w, **({"b": homes.b} if homes.b else {})}
    before = tuple(("pin", "obj", attribute, f"${name}") for name, attribute in own.items())
    return before, (), {name: (AFTER, attribute) for name, attribute in own.items()}


def _joint(
    form: _Form, homes: _Homes
) -> tuple[tuple[Step, ...], tuple[Step, ...], dict[str, tuple[str, ...]]]:
    """Return the same for weights of which the first is the bias, by the NumPy that it imports."""
    before: tuple[Step, ...] = (
        ("name", "own code", f"{form.cls.name}.{form.fit}"),
        ("get", "own names", "own code", "__globals__"), ("item", "numpy", "own names", "np"),
        ("get", "joined", "numpy", "append"), ("call", "whole", "joined", ["$b", "$w"], {}),
        ("pin", "obj", homes.w, "whole"),
    )  # fmt: skip
    after: tuple[Step, ...] = (
        ("get", "new whole", "obj", homes.w), ("constant", "first", 0),
        ("item", "new b", "new whole", 0), ("get", "without", "numpy", "delete"),
        ("call", "new w", "without", ["new whole", "first"], {}),
    )  # fmt: skip
    return before, after, {"w": ("new w",), "b": ("new b",)}


CONVENTION = Fitted()
