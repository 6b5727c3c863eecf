"""Static methods that share a context: ``forward(ctx, x)``, ``backward(ctx, dout)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.calls.naming import normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._arguments import plans
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)
from gradcheck.records.program import Step

CONTEXTS = frozenset({"ctx", "context", "cache", "tape"})
CONTEXT = "ctx"
KINDS = frozenset({"activation", "layer", "cost", "own"})


class ContextFunction(Convention):
    """What forward saves in the context is there in backward; gradients as forward's arguments.

    What raises may be meant for another library's tensors, and isn't read.
    """

    id = "context-function"
    title = "a class of two static methods that share a context"
    example = (
        "class ReLU(Function):\n    @staticmethod\n    def forward(ctx, x): "
        "ctx.save_for_backward(x); ...\n    @staticmethod\n    def backward(ctx, dout): "
        "(x,) = ctx.saved_tensors; ..."
    )
    serves_own = True
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and way to call its forward."""
        for cls in module.classes:
            forward = _without_context(cls, "forward")
            backward = _without_context(cls, "backward")
            if forward is None or backward is None:
                continue
            for component in (c for c in components if c.kind in KINDS):
                count = len(component.outputs)
                if sum(not p.has_default for p in backward.parameters) > count > 1:
                    continue
                yield from self._of(cls, forward, backward, component)

    def _of(
        self, cls: ClassDescription, forward: FunctionDescription, backward: FunctionDescription,
        component: Component,
    ) -> Iterator[Proposal]:  # fmt: skip
        if len(component.outputs) > 1 or len(backward.required) > 1:
            return
        given = ["$upstream"] if backward.parameters else []
        names = (f"{cls.name}.forward", f"{cls.name}.backward")
        for variants, plan in plans(forward, component):
            call: Step = ("call", "out", "mf", [CONTEXT, *plan.slots], dict(plan.passing.keywords))
            template = Template(
                (("context", CONTEXT), ("name", "cls", cls.name)),
                (("get", "mf", "cls", "forward"), *plan.prelude, call),
                (("get", "mb", "cls", "backward"), ("call", "g", "mb", [CONTEXT, *given], {})),
                output=("out",), upstream="argument" if given else "none", state="object",
                forward_function=names[0], backward_function=names[1],
            )  # fmt: skip
            yield Proposal(
                self.id, component, names, template, variants,
                tuple(layout.id for layout in component.layouts),
                strength(parsed(cls.name), component), returned="gradients", raw=("g",),
                order=plan.order, called=plan.called, line=cls.line, is_guess=True,
            )  # fmt: skip


def _without_context(cls: ClassDescription, method: str) -> FunctionDescription | None:
    """Return a method that takes a context first, without it."""
    function = cls.methods.get(method)
    taken = function.parameters if function is not None else ()
    if function is None or not taken or normalised(taken[0].name) not in CONTEXTS:
        return None
    return replace(function, parameters=taken[1:])


CONVENTION = ContextFunction()
