"""A softmax layer that hands the gradient on, after a loss that gives it for the logits.

Each alone is wrong, and both together are right: ``loss.backward()`` is ``p - y``, and the
``backward`` of the softmax returns what it is given. They are judged as the one cost that they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck.calls.naming import CONTAINED, EXACT, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, ModuleDescription
from gradcheck.records.program import Program, Step

SOFTMAX, COST = "softmax", "cross-entropy"
LOSSES = (COST, "negative-log-likelihood")
FORWARDS = ("forward", "__call__", "forward_pass")
BACKWARDS = ("backward", "backprop", "backward_pass")
LOOK = np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.5]])
TOGETHER = (
    "the softmax hands the gradient on that the loss gives for its input: judged together"
)


class SharedSoftmax(Convention):
    """``loss.forward(softmax.forward(z), y)``, then ``softmax.backward(loss.backward())``."""

    id = "shared-softmax"
    title = "a softmax that hands on the gradient which its loss gives for the logits"
    example = (
        "class SoftMax:\n    def forward(self, z): ...\n"
        "    def backward(self, dz): return dz\n"
        "class NLL:\n    def forward(self, p, y): ...\n"
        "    def backward(self): return self.p - self.y"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a softmax and loss, if the softmax hands on what it is given."""
        known = {c.id: c for c in components}
        if not {SOFTMAX, *LOSSES} <= known.keys():
            return
        for softmax in module.classes:
            own = _methods(softmax, 1, 1)
            if strength(parsed(softmax.name), known[SOFTMAX]) < EXACT or own is None:
                continue
            losses = [
                c for c in module.classes if c is not softmax and _methods(c, 2, 0)
                and any(strength(parsed(c.name), known[k]) >= CONTAINED for k in LOSSES)
            ]  # fmt: skip
            if losses and _hands_on(softmax, own, execute):
                for loss in losses:
                    yield _proposal(softmax, loss, known[COST])


def _methods(cls: ClassDescription, forward: int, backward: int) -> tuple[str, str] | None:
    """Return a class's forward and backward of so many arguments, if it is made of nothing."""
    init = cls.methods.get("__init__")
    if init is not None and init.required:
        return None
    first = next((m for m in FORWARDS if m in cls.methods
                  and len(cls.methods[m].required) == forward), "")  # fmt: skip
    second = next((m for m in BACKWARDS if m in cls.methods
                   and len(cls.methods[m].required) == backward), "")  # fmt: skip
    return (first, second) if first and second else None


def _made(cls: ClassDescription, slot: str) -> tuple[Step, ...]:
    return ("name", f"{slot} class", cls.name), ("call", slot, f"{slot} class", [], {})


def _called(slot: str, owner: str, method: str, given: Sequence[str]) -> tuple[Step, ...]:
    return ("get", f"m {slot}", owner, method), ("call", slot, f"m {slot}", list(given), {})


def _hands_on(cls: ClassDescription, methods: tuple[str, str], execute: Execute) -> bool:
    """Return whether backward returns what it is given, whatever forward has seen."""
    upstream = np.arange(1.0, 1.0 + LOOK.size).reshape(LOOK.shape)
    steps = (("put", "z", 0), ("put", "u", 1), *_made(cls, "softmax"),
             *_called("p", "softmax", methods[0], ["z"]),
             *_called("g", "softmax", methods[1], ["u"]))  # fmt: skip
    (reply,) = execute([Program(steps, (LOOK, upstream), ("g",))])
    return reply.fault is None and np.array_equal(np.asarray(reply.values[0]), upstream)


def _proposal(
    softmax: ClassDescription, loss: ClassDescription, component: Component
) -> Proposal:
    first, last = _methods(softmax, 1, 1), _methods(loss, 2, 0)
    assert first is not None
    assert last is not None
    variants = tuple(v for v in component.variants if v.options.get("input") == "logits")
    prediction, target = (v.name for v in component.variables(variants[0]))
    template = Template(
        (*_made(softmax, "softmax"), *_made(loss, "loss")),
        (*_called("p", "softmax", first[0], [f"${prediction}"]),
         *_called("out", "loss", last[0], ["p", f"${target}"])),
        (*_called("dz", "loss", last[1], []), *_called("g", "softmax", first[1], ["dz"])),
        output=("out",), gradients={prediction: ("g",)}, state="object",
        forward_function=f"{loss.name}.{last[0]}", backward_function=f"{loss.name}.{last[1]}",
    )  # fmt: skip
    names = (*(f"{loss.name}.{m}" for m in last), *(f"{softmax.name}.{m}" for m in first))
    return Proposal(
        SharedSoftmax.id, component, names, template, variants,
        tuple(layout.id for layout in component.layouts), CONTAINED, order=(prediction,),
        line=loss.line, notes=(TOGETHER,), is_guess=True,
    )  # fmt: skip


CONVENTION = SharedSoftmax()
