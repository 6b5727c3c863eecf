"""A layer that is handed an activation and its derivative: ``Activation(tanh, tanh_prime)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import EXACT, normalised, parsed, strength
from gradcheck.calls.template import RATE, Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._updates import is_rate
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)
from gradcheck.records.program import Step

FORWARDS = ("forward", "__call__", "forward_propagation", "forward_pass", "call", "fprop")
BACKWARDS = ("backward", "backward_propagation", "backward_pass", "backprop", "bprop")
FUNCTIONS = frozenset({"activation", "f", "fn", "func", "function", "act", "activationfunction",
                       "activationfunc", "actfn", "activationfn", "g"})  # fmt: skip
SLOPES = frozenset({"activationprime", "fprime", "df", "dfn", "dfunc", "derivative", "prime",
                    "activationderivative", "dactivation", "funcprime", "functionprime", "gprime",
                    "activationder", "actprime", "dact", "derivativefunction", "derivactivation",
                    "activationgradient", "activationgrad", "grad", "fderivative", "deriv",
                    "activationfunctionprime", "activationfunctionderivative"})  # fmt: skip
HANDED = "the layer is handed {} and {}"
MOST_PAIRS = 2


class HandedFunctions(Convention):
    """The layer multiplies what it is given by the derivative that it was handed."""

    id = "handed-functions"
    title = "a layer that is handed an activation and its derivative"
    example = (
        "class Activation:\n    def __init__(self, f, f_prime): ...\n"
        "    def forward(self, x): return self.f(x)\n"
        "    def backward(self, dout): return dout * self.f_prime(self.x)"
    )
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class and pair of the file's own functions."""
        takers = [cls for cls in module.classes if _is_taker(cls)]
        pairs = list(_pairs(module, components))[:MOST_PAIRS] if takers else []
        for cls in takers:
            forward = next(m for m in FORWARDS if m in cls.methods)
            backward = next(m for m in BACKWARDS if m in cls.methods)
            for rank, (value, slope, component) in enumerate(pairs):
                template = _template(cls, forward, backward, value, slope, component)
                yield Proposal(
                    self.id, component, (f"{cls.name}.{forward}", f"{cls.name}.{backward}"),
                    template, component.variants, tuple(y.id for y in component.layouts), EXACT,
                    returned="gradients", raw=("g",), rank=rank, line=cls.line,
                    order=tuple(v.name for v in component.variables(component.variants[0])),
                    notes=(HANDED.format(value, slope),), is_guess=True,
                )  # fmt: skip


def _is_taker(cls: ClassDescription) -> bool:
    """Return whether a class is made of two functions and has both methods."""
    init = cls.methods.get("__init__")
    forward = next((cls.methods[m] for m in FORWARDS if m in cls.methods), None)
    backward = next((cls.methods[m] for m in BACKWARDS if m in cls.methods), None)
    if init is None or forward is None or backward is None:
        return False
    names = [normalised(p.name) for p in init.required]
    is_of_two = len(names) == 2 and names[0] in FUNCTIONS and names[1] in SLOPES
    rates = [p for p in backward.required if is_rate(p.name)]
    return is_of_two and len(forward.required) == 1 and len(backward.required) - len(rates) == 1


def _pairs(
    module: ModuleDescription, components: Sequence[Component]
) -> Iterator[tuple[str, str, Component]]:
    """Yield the file's activations of one argument, each with its derivative and component."""
    plain = {f.name: f for f in module.functions if len(f.required) == 1}
    for name, function in plain.items():
        slope = next((g for g in plain.values() if _is_slope_of(g, function)), None)
        component = next(
            (c for c in components if c.kind == "activation" and not c.constants
             and len(c.variables(c.variants[0])) == 1 and strength(parsed(name), c) == EXACT),
            None,
        )  # fmt: skip
        if slope is not None and component is not None:
            yield name, slope.name, component


def _is_slope_of(slope: FunctionDescription, value: FunctionDescription) -> bool:
    one, other = parsed(slope.name), parsed(value.name)
    return one.is_gradient and not other.is_gradient and one.stem == other.stem


def _template(
    cls: ClassDescription, forward: str, backward: str, value: str, slope: str,
    component: Component,
) -> Template:  # fmt: skip
    (x,) = (v.name for v in component.variables(component.variants[0]))
    given = ["rate" if is_rate(p.name) else "$upstream" for p in cls.methods[backward].required]
    rate: tuple[Step, ...] = (("constant", "rate", RATE),) if "rate" in given else ()
    return Template(
        (("name", "f", value), ("name", "fp", slope), ("name", "cls", cls.name),
         ("call", "obj", "cls", ["f", "fp"], {})),
        (("get", "mf", "obj", forward), ("call", "out", "mf", [f"${x}"], {})),
        (*rate, ("get", "mb", "obj", backward), ("call", "g", "mb", given, {})),
        output=("out",), upstream="argument", state="object",
        forward_function=f"{cls.name}.{forward}", backward_function=f"{cls.name}.{backward}",
    )  # fmt: skip


CONVENTION = HandedFunctions()
