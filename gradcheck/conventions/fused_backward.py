"""A softmax fused with its cross-entropy: backward takes the probabilities and the labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import EXACT, normalised
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._objects import constructions
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Step

BACKWARDS = ("backward", "backprop", "backward_pass", "gradient", "grad", "derivative")
FORWARDS = ("forward", "__call__", "forward_pass")
VALUES = ("calculate", "loss", "calculate_loss", "compute_loss")
SOFTMAX, LOSSES = "softmax", ("loss", "cross", "entropy", "cce", "xent")
AT_THE_PROBABILITIES = (
    "backward takes the probabilities; its gradient is with respect to the logits"
)


class FusedBackward(Convention):
    """``fused.backward(p, y)`` gives dz of cross-entropy, for p = softmax(z)."""

    id = "fused-backward"
    title = "a softmax fused with its cross-entropy, whose backward takes the probabilities"
    example = (
        "class SoftmaxCrossEntropy:\n    def backward(self, probabilities, y): self.dinputs = ..."
    )
    order = 2

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class that is named like both and layout of the labels."""
        fitting = [
            c for c in components
            if c.kind == "cost" and any(v.options.get("input") == "logits" for v in c.variants)
            and any(SOFTMAX in normalised(name) for name in c.names)
        ]  # fmt: skip
        for cls in module.classes:
            name = normalised(cls.name)
            if SOFTMAX not in name or not any(word in name for word in LOSSES):
                continue
            backward = next((m for m in BACKWARDS if _takes_both(cls, m)), None)
            if backward is None or any(_takes_both(cls, m) for m in FORWARDS):
                continue
            for component in fitting:
                yield from self._of(cls, backward, component)

    def _of(
        self, cls: ClassDescription, backward: str, component: Component
    ) -> Iterator[Proposal]:
        variants = tuple(v for v in component.variants if v.options.get("input") == "logits")
        prediction, target = (v.name for v in component.variables(variants[0]))
        value = next((m for m in VALUES if _takes_both(cls, m)), None)
        slots = ["p", f"${target}"]
        forward: tuple[Step, ...] = ()
        if value is not None:
            forward = (*_softmax(prediction), ("get", "mv", "obj", value),
                       ("call", "out", "mv", slots, {}))  # fmt: skip
        names = tuple(f"{cls.name}.{m}" for m in (value, backward) if m is not None)
        rows = [y.id for y in component.layouts if prediction not in y.of]
        for construction in constructions(cls, component, variants[0]):
            if construction.takes_arrays or construction.takes_sizes:
                continue
            template = Template(
                construction.steps, forward,
                (*_softmax(prediction), ("get", "mb", "obj", backward),
                 ("call", "g", "mb", slots, {}), ("get", "attrs", "obj", "__dict__")),
                output=("out",) if forward else None, upstream="local",
                forward_function=names[0] if forward else None, backward_function=names[-1],
            )  # fmt: skip
            yield Proposal(
                self.id, component, names, template, variants, tuple(rows), EXACT,
                returned="gradients", raw=("g",), order=(prediction,), line=cls.line,
                notes=(AT_THE_PROBABILITIES,), is_guess=True,
            )  # fmt: skip


def _takes_both(cls: ClassDescription, method: str) -> bool:
    """Return whether a method may be called with a prediction and labels."""
    found = cls.methods.get(method)
    taken = [p for p in found.parameters if p.kind == "positional"] if found is not None else []
    return found is not None and len(found.required) <= 2 and len(taken) == 2


def _softmax(logits: str) -> tuple[Step, ...]:
    """Return the steps that leave softmax(z) in a slot, by the code's own NumPy."""
    z = f"${logits}"
    return (
        ("name", "np exp", "np.exp"), ("constant", "axis", -1), ("constant", "keep", True),
        ("get", "z max", z, "max"), ("call", "largest", "z max", ["axis"], {"keepdims": "keep"}),
        ("get", "z minus", z, "__sub__"), ("call", "shifted", "z minus", ["largest"], {}),
        ("call", "e", "np exp", ["shifted"], {}), ("get", "e sum", "e", "sum"),
        ("call", "total", "e sum", ["axis"], {"keepdims": "keep"}),
        ("get", "e by", "e", "__truediv__"), ("call", "p", "e by", ["total"], {}),
    )  # fmt: skip


CONVENTION = FusedBackward()
