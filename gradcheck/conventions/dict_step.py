"""Gradient descent or clipping of a dict or a list of arrays, returned or changed in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import UNNAMED, normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component, Variant
from gradcheck.conventions._constants import given_to, with_values
from gradcheck.conventions._many_arrays import one_by_one
from gradcheck.conventions._steps import (
    CONTAINERS,
    GRADIENTS,
    Holder,
    holders,
    may_hold_gradients,
    may_hold_several,
)
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

STEP, CLIPPING = "gradient-descent", "gradient-clipping"
RATE_NAME = "learning_rate"
OPTIONS = ("config", "cfg", "options", "opts", "hparams")
RATE_KEYS = ("learning_rate", "lr", "eta", "alpha")
ROLES = ("w", "dw", RATE_NAME)
METHODS = ("update", "step", "apply_gradients", "update_params", "update_parameters", "apply")


class DictStep(Convention):
    """``parameters = update_parameters(parameters, grads, learning_rate)``."""

    id = "dict-step"
    title = "gradient descent or clipping of a dict or a list of arrays"
    example = (
        "def update_parameters(parameters, grads, learning_rate):\n"
        "    for name in parameters: parameters[name] = ...\n    return parameters"
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function that is named like a step, and form of its parameters."""
        for function in module.functions:
            for component in components:
                if component.id not in {STEP, CLIPPING}:
                    continue
                surely = strength(parsed(function.name), component)
                if surely <= UNNAMED:
                    continue
                if component.id == STEP:
                    yield from self._one_by_one(function, component, surely)
                options = _options_of(function)
                if component.id == STEP and options is not None:
                    yield from self._with_options(function, component, surely, options)
                elif component.id == STEP and may_hold_several(function):
                    yield from self._of(function, component, surely)
                elif component.id == CLIPPING and may_hold_gradients(function):
                    yield from self._clipping(function, component, surely)

        for cls in module.classes:
            method = next((m for m in METHODS if m in cls.methods), None)
            for component in components if method else ():
                surely = strength(parsed(cls.name), component)
                if component.id == STEP and surely > UNNAMED and method is not None:
                    yield from self._of_class(cls, method, component, surely)

    def _of_class(
        self, cls: ClassDescription, method: str, component: Component, surely: int
    ) -> Iterator[Proposal]:
        made = _rate_of(cls, component)
        function = cls.methods[method]
        roles = _roles(function, component, wanted=ROLES[:2])
        if made is None or roles is None:
            return
        for rank, holder in enumerate(h for h in holders(roles["w"]) if h.is_pair):
            slots = {roles["w"]: "p", roles["dw"]: "g0"}
            steps = (
                *holder.start, ("list", "steps", ["$dw"]), *_of_one_step(holder),
                ("name", "cls", cls.name), ("call", "obj", "cls", [], {made: f"${RATE_NAME}"}),
                ("get", "f", "obj", method),
                ("call", "r", "f", [slots[p.name] for p in function.required], {}),
                *_taken(holder, "p" if _is_in_place(function) else "r"),
            )  # fmt: skip
            proposal = self._proposal(
                function, component, component.variants, steps, holder, surely, rank
            )
            name = f"{cls.name}.{method}"
            template = replace(proposal.template, forward_function=name)
            yield replace(proposal, names=(name,), template=template, line=cls.line)

    def _of(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        roles = _roles(function, component)
        if roles is None:
            return
        for rank, holder in enumerate(h for h in holders(roles["w"]) if h.is_pair):
            yield self._proposal(
                function, component, component.variants, _calls(function, roles, holder), holder,
                surely, rank,
            )  # fmt: skip

    def _one_by_one(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        """Yield ``W1, b1 = update_params(W1, b1, dW1, db1, alpha)``."""
        rates = component.variables(component.variants[0])[-1].aliases
        roles = one_by_one(function, rates)
        if roles is None:
            return
        steps = tuple(roles.steps(function, "$w", "$dw", f"${RATE_NAME}"))
        template = Template((), steps, (), output=("out",), forward_function=function.name,
                            is_stacked=True)  # fmt: skip
        yield Proposal(
            self.id, component, (function.name,), template, component.variants,
            tuple(layout.id for layout in component.layouts), surely, returned="nothing",
            order=tuple(v.name for v in component.variables(component.variants[0])),
            line=function.line, sizes={"D": roles.count}, is_guess=True,
        )  # fmt: skip

    def _with_options(
        self, function: FunctionDescription, component: Component, surely: int, options: str
    ) -> Iterator[Proposal]:
        """Yield ``next_w, config = sgd(w, dw, config)``: its rate is in the dict."""
        others = [p for p in function.parameters if p.name != options]
        roles = _roles(replace(function, parameters=tuple(others)), component, wanted=ROLES[:2])
        if roles is None:
            return
        slots = {roles["w"]: "$w", roles["dw"]: "$dw"}
        pairs = [[key, f"${RATE_NAME}"] for key in RATE_KEYS]
        steps: tuple[Step, ...] = (
            ("dict", "config", pairs), ("name", "f", function.name),
            ("call", "r", "f", [slots[p.name] for p in others], {options: "config"}),
        )  # fmt: skip
        for rank, output in enumerate((("r", 0), ("r",))):
            template = Template((), steps, (), output=output, forward_function=function.name)
            yield Proposal(
                self.id, component, (function.name,), template, component.variants,
                tuple(layout.id for layout in component.layouts), surely, returned="nothing",
                order=tuple(v.name for v in component.variables(component.variants[0])),
                rank=rank, line=function.line, is_guess=True,
            )  # fmt: skip

    def _clipping(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        passing = given_to(function, component, component.variables(component.variants[0]))
        required = [p.name for p in function.required]
        if len(passing.others(required)) != 1:
            return
        slots = [passing.slots.get(name, "p") for name in required]
        variants = with_values(component, component.variants, passing)
        call: Step = ("call", "r", "f", slots, dict(passing.keywords))
        rank = 0
        for holder in GRADIENTS:
            steps = (*passing.steps, *holder.of("$gradient"), ("name", "f", function.name), call)
            for after in ("p",) if _is_in_place(function) else ("r", "p"):
                yield self._proposal(
                    function, component, variants, (*steps, *_taken(holder, after)), holder,
                    surely, rank,
                )  # fmt: skip
                rank += 1

    def _proposal(
        self, function: FunctionDescription, component: Component, variants: tuple[Variant, ...],
        steps: tuple[Step, ...], holder: Holder, surely: int, rank: int,
    ) -> Proposal:  # fmt: skip
        template = Template((), steps, (), output=("out",), forward_function=function.name,
                            is_stacked=True)  # fmt: skip
        return Proposal(
            self.id, component, (function.name,), template, variants,
            tuple(layout.id for layout in component.layouts), surely, returned="nothing",
            order=tuple(v.name for v in component.variables(variants[0])), rank=rank,
            line=function.line, sizes={"D": holder.count}, is_guess=True,
        )  # fmt: skip


def _options_of(function: FunctionDescription) -> str | None:
    """Return the parameter that is a dict of constants, as a learning rate."""
    found = [p.name for p in function.parameters if normalised(p.name).endswith(OPTIONS)]
    return found[0] if len(found) == 1 else None


def _rate_of(cls: ClassDescription, component: Component) -> str | None:
    """Return the constructor's parameter for the learning rate, if it needs nothing else.

    One with a momentum that isn't 0 is more than this step.
    """
    init = cls.methods.get("__init__")
    known = component.variables(component.variants[0])[-1].aliases
    parameters = init.parameters if init is not None else ()
    rates = [p.name for p in parameters if normalised(p.name) in known]
    others = [p for p in parameters if p.name not in rates]
    if len(rates) != 1 or any(not p.has_default or p.default for p in others):
        return None
    return rates[0]


def _roles(
    function: FunctionDescription, component: Component, wanted: Sequence[str] = ROLES
) -> dict[str, str] | None:
    """Return the parameter of each role, or None if some has none or a parameter is left."""
    known = {v.name: v.aliases for v in component.variables(component.variants[0])}
    known["w"] = (*known["w"], *CONTAINERS)
    found: dict[str, str] = {}
    for p in function.parameters:
        role = next((r for r in wanted if normalised(p.name) in known[r] and r not in found), None)
        if role is not None:
            found[role] = p.name
        elif not p.has_default:
            return None
    return found if len(found) == len(wanted) else None


def _calls(
    function: FunctionDescription, roles: Mapping[str, str], holder: Holder
) -> tuple[Step, ...]:
    """Return the steps of one call; the parameters after it go to ``out``."""
    slots = {roles["w"]: holder.first, roles["dw"]: "g0", roles[RATE_NAME]: f"${RATE_NAME}"}
    positional = [slots[p.name] for p in function.required]
    by_name = {p.name: slots[p.name] for p in function.parameters
               if p.has_default and p.name in slots}  # fmt: skip
    # holders take the gradient of step 0 out of a list of steps: here it has one
    return (
        *holder.start, ("list", "steps", ["$dw"]), *_of_one_step(holder),
        ("name", "f", function.name), ("call", "r", "f", positional, by_name),
        *_taken(holder, holder.first if _is_in_place(function) else "r"),
    )


def _is_in_place(function: FunctionDescription) -> bool:
    """Return whether a function returns nothing."""
    return not any(r.elements and r.elements[0].name != "None" for r in function.returns)


def _taken(holder: Holder, slot: str) -> tuple[Step, ...]:
    """Return the steps that leave a list of the arrays in a slot in ``out``."""
    parts = [f"o0 {place}" for place in range(holder.count)]
    return *holder.copied(slot, 0), ("list", "out", parts)


def _of_one_step(holder: Holder) -> tuple[Step, ...]:
    """Return the steps that leave the only gradient in ``g0``."""
    first, *rest = holder.gradient(0)
    return ("item", first[1], "steps", 0), *rest


CONVENTION = DictStep()
