"""A class with a value and a local derivative: ``Sigmoid()(z)``, ``Sigmoid().gradient(z)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.calls.naming import parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions._arguments import Arguments, is_upstream, plans, returns_several
from gradcheck.conventions._constants import named_in, with_values
from gradcheck.conventions._local import AFTER_THE_VALUE, Callee, after_the_value, local_templates
from gradcheck.conventions._objects import Construction, constructions, kept_constants
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import (
    ClassDescription,
    FunctionDescription,
    ModuleDescription,
)
from gradcheck.records.program import Step

VALUES = ("calculate", "loss", "cost", "__call__", "fn", "f", "call", "activation", "activate",
          "forward", "value", "func", "function", "fun", "apply", "compute", "eval", "evaluate",
          "output", "run", "calc")  # fmt: skip
"""What the value's method is called, the surest first: ``calculate`` reduces what ``forward``
gives example by example."""
GRADIENTS = ("gradient", "grad", "derivative", "prime", "deriv", "dfn", "df", "fprime", "f_prime",
             "d", "derive", "activation_prime", "activation_derivative", "backward", "delta",
             "loss_prime", "loss_derivative", "grad_fn", "backprop", "differentiate", "slope",
             "d_activation", "dactivation", "func_prime", "calculate_gradient", "der", "dloss",
             "backward_pass", "loss_gradient", "diff")  # fmt: skip
BACKWARDS = frozenset({"backward", "backward_pass", "backprop"})
"""Without an argument: those of the convention layer-class."""
KEPT = (("get", "attrs", "obj", "__dict__"),)
LEFT: Step = ("get", "kept", "obj", "__dict__")
"""What the value's call leaves in the object, in case that it returns nothing."""
BEGINNINGS = ("new_pass", "start_pass", "begin_pass", "reset_accumulated", "reset_accumulation")
"""Methods without arguments that an object wants called before its first value."""
OUTPUTS = ("output", "outputs", "out", "probs", "probabilities", "y_hat", "yhat", "y_pred", "y",
           "a", "p", "softmax_output", "predictions", "prediction", "softmax", "S")  # fmt: skip
"""Attributes in which forward leaves what a fused loss's gradient begins with."""
AT_THE_PREDICTION = "the gradient takes the probabilities that forward keeps, not the logits"


class ValueClass(Convention):
    """Both methods take the same arguments, or the derivative takes the activation."""

    id = "value-class"
    title = "a class with a value and a derivative"
    example = (
        "class Sigmoid:\n    def __call__(self, z): ...\n    def gradient(self, z): ..."
    )
    serves_own = True
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a class, component and way to construct."""
        for cls in module.classes:
            value = _value(cls)
            if value is None:
                continue
            for component in components:
                if component.kind in {"activation", "cost", "own"}:
                    yield from self._of(cls, value, _gradient(cls, value), component, execute)

    def _of(
        self, cls: ClassDescription, value: str, gradient: str | None, component: Component,
        execute: Execute,
    ) -> Iterator[Proposal]:  # fmt: skip
        named = named_in(cls.methods[gradient], component) if gradient else None
        for variants, plan in plans(cls.methods[value], component, named):
            for construction in constructions(cls, component, variants[0]):
                if construction.takes_arrays or construction.takes_sizes:
                    continue
                for rank, (template, note) in enumerate(
                    _templates(cls, value, gradient, plan, component, variants[0])
                ):
                    yield self._proposal(
                        cls, component, construction, template, note, rank, plan,
                        _variants(component, variants, construction, execute),
                    )  # fmt: skip

    def _proposal(  # type: ignore[no-untyped-def]
        self, cls, component, construction, template, note, rank, plan, variants
    ) -> Proposal:
        names = tuple(n for n in (template.forward_function, template.backward_function) if n)
        setup = (*construction.steps, *_beginnings(cls))
        return Proposal(
            self.id, component, names, replace(template, setup=setup), variants,
            tuple(layout.id for layout in component.layouts),
            strength(parsed(cls.name), component),
            returned="gradients" if template.backward else "nothing", raw=("g",),
            order=plan.order, called=plan.called, rank=rank, line=cls.line,
            notes=(note,) if note else (), is_guess=construction.is_guess,
        )  # fmt: skip


def _value(cls: ClassDescription) -> str | None:
    """Return the method of the value: one that gives the gradient too only where no other is."""
    found = [m for m in VALUES if m in cls.methods]
    return next((m for m in found if not returns_several(cls.methods[m])), next(iter(found), None))


def _gradient(cls: ClassDescription, value: str) -> str | None:
    """Return the method of the local derivative: not one that takes an upstream gradient."""
    for name in GRADIENTS:
        method = cls.methods.get(name)
        if method is None or name == value:
            continue
        required = [p.name for p in method.required]
        if len(required) == len(cls.methods[value].required) and not (
            len(required) == 1 and is_upstream(required[0])
        ):
            return name
    if not _has_state(cls, value) or not cls.methods[value].required:
        return None
    return next((n for n in GRADIENTS if n in cls.methods and n not in {value, *BACKWARDS}
                 and not cls.methods[n].parameters), None)  # fmt: skip


def _templates(
    cls: ClassDescription, value: str, gradient: str | None, plan: Arguments,
    component: Component, variant: Variant,
) -> Iterator[tuple[Template, str]]:  # fmt: skip
    first = _callee(cls, value, "mf")
    if gradient is not None and component.has_gradient:
        second = _callee(cls, gradient, "mg")
        variables = component.variables(variant)
        if not cls.methods[gradient].parameters:
            for template, note in after_the_value(first, second, plan, component, variables):
                left = (*template.forward, LEFT)
                yield replace(template, forward=left, backward=(*template.backward, *KEPT)), note
            return
        for template, note in local_templates(first, second, plan, component, variables):
            template = replace(template, forward=(*template.forward, LEFT))
            yield replace(template, backward=(*template.backward, *KEPT)), note
            after = replace(template, backward=(*template.backward, *KEPT), state="object")
            if not note and component.kind == "cost" and _has_state(cls, value):
                yield after, AFTER_THE_VALUE
            if component.kind == "cost":
                yield from _at_the_output(cls.methods[value], template)
        return
    call: Step = ("call", "out", "mf", list(plan.slots), dict(plan.passing.keywords))
    steps = (*first.fetch, *plan.prelude, call, LEFT)
    yield Template((), steps, output=("out",), forward_function=first.name), ""


def _at_the_output(function: FunctionDescription, template: Template) -> Iterator[
    tuple[Template, str]
]:
    """Yield the gradient that takes what forward kept as its output in the prediction's place."""
    kept = [n for n in OUTPUTS if f"self.{n}" in function.assignments]
    fetched = [
        ("call", *step[1:3], ["kept" if a == "$prediction" else a for a in step[3]], step[4])
        if step[0] == "call" else step
        for step in template.backward
    ]  # fmt: skip
    for attribute in kept[:1]:
        steps: tuple[Step, ...] = (("get", "kept", "obj", attribute), *fetched, *KEPT)
        yield replace(template, backward=steps, state="object"), AT_THE_PREDICTION


def _has_state(cls: ClassDescription, value: str) -> bool:
    """Return whether an object may keep something between its calls."""
    own = ("__init__", value, *(VALUES if value == "__call__" else ()))  # which may call another
    methods = (cls.methods[m] for m in own if m in cls.methods)
    return any(name.startswith("self.") for m in methods for name in m.assignments)


def _beginnings(cls: ClassDescription) -> tuple[Step, ...]:
    """Return the calls that an object wants before its first value."""
    method = next((m for m in BEGINNINGS if m in cls.methods and not cls.methods[m].required), None)
    if method is None:
        return ()
    return ("get", "begin", "obj", method), ("call", "begun", "begin", [], {})


def _callee(cls: ClassDescription, method: str, slot: str) -> Callee:
    fetch: tuple[Step, ...] = (("get", slot, "obj", method),)
    return Callee(cls.methods[method], f"{cls.name}.{method}", fetch)


def _variants(
    component: Component, variants: Sequence[Variant], construction: Construction,
    execute: Execute,
) -> tuple[Variant, ...]:  # fmt: skip
    """Return the variants with the constants that are passed, read or kept."""
    kept = kept_constants(construction, component, execute)
    settled = with_values(component, variants, construction.passing, kept)
    return tuple(dict.fromkeys((*settled, *variants)))


CONVENTION = ValueClass()
