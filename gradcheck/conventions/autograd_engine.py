"""A class of numbers with operators and ``backward()``; each keeps its derivative."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gradcheck.calls.autograd_names import BACKWARDS, DATA, GRADIENTS, NOT_JUDGED, ON, asking
from gradcheck.calls.naming import parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Program, Step

METHODS = {
    "add": "__add__", "multiply": "__mul__", "subtract": "__sub__", "divide": "__truediv__",
    "power": "__pow__", "relu": "relu", "tanh": "tanh", "exp": "exp",
}  # fmt: skip
REFLECTED = {
    "add": "__radd__", "multiply": "__rmul__", "subtract": "__rsub__", "divide": "__rtruediv__",
}  # fmt: skip
"""What is called where a plain number stands on the left."""
ARITHMETIC = ("subtract", "divide", "power")
FUNCTIONS = ("relu", "tanh", "exp")
OTHERS = ("__matmul__", "matmul", "dot", "sum", "mean", "max", "log", "sigmoid", "softmax", "sin",
          "cos", "sqrt", "abs", "__abs__", "transpose", "reshape", "leaky_relu", "softplus",
          "gelu")  # fmt: skip
"""Operations that classes of numbers or arrays have, and that no expression here asks for."""
PROBE = 2.0


class AutogradEngine(Convention):
    """Builds an expression with shared parts of the operators that the class has."""

    id = "autograd-engine"
    title = "a class of numbers that differentiates what is made of them"
    example = (
        "class Value:\n    def __init__(self, data): self.data, self.grad = data, 0.0\n"
        "    def __add__(self, other): ...\n    def backward(self): ..."
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield a proposal for each class that can add, multiply and go backward."""
        for cls in module.classes:
            backward = next((m for m in BACKWARDS if m in cls.methods), None)
            init = cls.methods.get("__init__")
            if backward is None or init is None or len(init.required) != 1:
                continue
            if cls.methods[backward].required:  # a gradient that nobody gave
                continue
            for component in components:
                if component.convention == self.id:
                    yield from self._of(cls, backward, component, execute)

    def _of(
        self, cls: ClassDescription, backward: str, component: Component, execute: Execute
    ) -> Iterator[Proposal]:
        names = (*METHODS.values(), *REFLECTED.values(), *DATA, *GRADIENTS, *OTHERS)
        has = _attributes(cls, names, execute)
        others = [n.strip("_") for n in OTHERS if n in has and n not in (*DATA, *GRADIENTS)]
        data, gradient = (next((n for n in names if n in has), None) for names in (DATA, GRADIENTS))
        if data is None or gradient is None or not {"__add__", "__mul__"} <= has:
            return
        needed = (
            _arithmetic(has),
            tuple(name for name in FUNCTIONS if METHODS[name] in has),
        )
        variant = next(v for v in component.variants if v.options["needs"] == needed)
        leaves = [v.name for v in component.variables(variant)]
        build, last = _built(cls, leaves, variant)
        value = (*build, ("get", "out", last, data))
        done = (*build, ("get", "back", last, backward), ("call", "done", "back", [], {}))
        plain = tuple(("get", f"grad {n}", f"leaf {n}", gradient) for n in leaves)
        wrapped = tuple(("get", f"grad {n}", f"grad {n}", data) for n in leaves)
        for rank, taken in enumerate((plain, (*plain, *wrapped))):  # a gradient may be an object
            template = Template(
                (), value, (*done, *taken, ("tuple", "g", [f"grad {n}" for n in leaves])),
                output=("out",), forward_function=cls.name,
                backward_function=f"{cls.name}.{backward}",
            )  # fmt: skip
            yield self._proposal(cls, backward, component, template, variant, others, rank)

    def _proposal(
        self, cls: ClassDescription, backward: str, component: Component, template: Template,
        variant: Variant, others: Sequence[str], rank: int,
    ) -> Proposal:  # fmt: skip
        return Proposal(
            self.id, component, (cls.name, f"{cls.name}.{backward}"), template, (variant,),
            tuple(layout.id for layout in component.layouts), strength(parsed(cls.name), component),
            returned="gradients", raw=("g",), rank=rank, line=cls.line,
            order=tuple(v.name for v in component.variables(variant)),
            is_guess=True, notes=(f"{NOT_JUDGED}{', '.join(others)}",) if others else (),
        )  # fmt: skip


def _arithmetic(has: Collection[str]) -> str:
    """Return the most that a class with these methods can do."""
    if not all(METHODS[name] in has for name in ARITHMETIC):
        return "sums-and-products"
    return "all-and-plain-numbers" if {*REFLECTED.values()} <= {*has} else "all"


def _attributes(cls: ClassDescription, names: Sequence[str], execute: Execute) -> set[str]:
    """Return which of the attributes a new number has."""
    made: tuple[Step, ...] = (
        ("name", "cls", cls.name), ("constant", "probe", PROBE),
        ("call", "obj", "cls", ["probe"], {}),
    )  # fmt: skip
    programs = [Program((*made, ("get", "found", "obj", name)), (), ()) for name in names]
    replies = execute(programs)
    return {n for n, reply in zip(names, replies, strict=True) if reply.fault is None}


def _built(
    cls: ClassDescription, leaves: Sequence[str], variant: Variant
) -> tuple[tuple[Step, ...], str]:
    """Return the steps that build the variant's expression, and the slot of its result."""
    flags = asking(cls.methods["__init__"])
    steps: list[Step] = [("name", "cls", cls.name), ON]
    slots = [f"leaf {name}" for name in leaves]
    steps += [("call", f"leaf {name}", "cls", [f"${name}"], flags) for name in leaves]
    plain: set[str] = set()
    for k, (operation, i, j) in enumerate(variant.options["steps"]):
        if operation == "number":
            steps.append(("constant", f"plain {k}", i))
            slots.append(f"plain {k}")
            plain.add(slots[-1])
            continue
        subject, arguments = slots[i], [] if operation in FUNCTIONS else [slots[j]]
        method = METHODS[operation]
        if operation == "power":
            steps.append(("constant", f"exponent {k}", j))
            arguments = [f"exponent {k}"]
        elif subject in plain:
            method, subject, arguments = REFLECTED[operation], slots[j], [subject]
        steps.append(("get", f"method {k}", subject, method))
        steps.append(("call", f"number {k}", f"method {k}", arguments, {}))
        slots.append(f"number {k}")
    return tuple(steps), slots[-1]


CONVENTION = AutogradEngine()
