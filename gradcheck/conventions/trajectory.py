"""An optimizer's step: a function that keeps its state in arguments, or a class that keeps it.

What is proposed is a whole trajectory: some calls in a row, each with a new gradient and with
what the one before returned. Its value is the list of parameters after each call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.calls.naming import UNNAMED, normalised, parsed, strength
from gradcheck.calls.template import Execute, Template
from gradcheck.component import Component
from gradcheck.conventions._constants import Passing, with_values
from gradcheck.conventions._layer_steps import Held, held_by, steps_of
from gradcheck.conventions._steps import (
    Holder,
    Roles,
    calls,
    constants_of,
    holders,
    roles_of,
)
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import ClassDescription, FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

METHODS = ("update", "step", "__call__", "apply", "apply_gradients", "apply_gradient", "optimize",
           "update_params", "update_parameters", "update_weights", "minimize")  # fmt: skip
DESCENT = "gradient-descent"
PAIR = Holder(is_pair=True)


class Trajectory(Convention):
    """``w, config = adam(w, dw, config)``, or ``Adam(lr).update(params, grads)``, step by step."""

    id = "trajectory"
    title = "an optimizer's step, as a function or a class, with what it keeps in between"
    example = (
        "def sgd_momentum(w, dw, config): ...; return next_w, config\n"
        "class Adam:\n    def __init__(self, lr=0.001, ...): ...\n"
        "    def update(self, params, grads): ..."
    )
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function or class that is named like an optimizer, and form."""
        repeated = [c for c in components if c.convention == self.id]
        for function in module.functions:
            for component in repeated:
                surely = strength(parsed(function.name), component)
                if surely > UNNAMED:
                    yield from self._functions(function, component, surely)
        for cls in module.classes:
            method = next((m for m in METHODS if m in cls.methods), None)
            held = held_by(cls.methods[method]) if method else None
            if method is not None and held is not None:
                for component in (c for c in components if c in repeated or c.id == DESCENT):
                    surely = strength(parsed(cls.name), component)
                    if surely > UNNAMED:
                        yield from self._of_layers(cls, method, held, component, surely)
                continue
            for component in repeated if method else ():
                surely = strength(parsed(cls.name), component)
                if surely > UNNAMED and method is not None:
                    yield from self._classes(cls, method, component, surely)

    def _functions(
        self, function: FunctionDescription, component: Component, surely: int
    ) -> Iterator[Proposal]:
        roles = roles_of(function, component)
        if roles is None:
            return
        name: Step = ("name", "f", function.name)
        for rank, (holder, first, fills, left) in enumerate(_forms(roles, component)):
            passing = constants_of(roles, component, left)
            steps = (name, *passing.steps,
                     *calls(function, roles, passing, holder, component, first=first,
                            fills=fills))  # fmt: skip
            is_guess = roles.options is not None or len(holders(str(roles.parameter))) > 1
            yield self._proposal(function.name, component, steps, passing, holder, surely, rank,
                                 function.line, is_guess=is_guess)  # fmt: skip

    def _classes(
        self, cls: ClassDescription, method: str, component: Component, surely: int
    ) -> Iterator[Proposal]:
        init = cls.methods.get("__init__")
        made = roles_of(init, component, is_constructor=True) if init else None
        if init is not None and made is None:
            return
        roles = roles_of(cls.methods[method], component, needs_parameter=made is None
                         or made.parameter is None)  # fmt: skip
        if roles is None:
            return
        built = constants_of(made, component) if made else Passing()
        for rank, (holder, first, fills, left) in enumerate(_forms(roles, component, made)):
            own = constants_of(roles, component, left)
            passing = Passing({**built.slots, **own.slots}, {}, (*built.steps, *own.steps),
                              tuple(dict.fromkeys((*built.passed, *own.passed))),
                              {**built.read, **own.read})  # fmt: skip
            arguments: list[str] = []
            for p in made.required if made else ():
                arguments.append(holder.first if p == made.parameter else built.slots[p])  # type: ignore[union-attr]
            construct: Sequence[Step] = (
                *passing.steps, *holder.start, ("name", "cls", cls.name),
                ("call", "obj", "cls", arguments, {}), ("get", "f", "obj", method),
            )  # fmt: skip
            steps = (*construct, *calls(cls.methods[method], roles, own, holder, component,
                                        first=first, fills=fills, is_started=True))  # fmt: skip
            yield self._proposal(f"{cls.name}.{method}", component, steps, passing, holder, surely,
                                 rank, cls.line, is_guess=True)  # fmt: skip

    def _of_layers(
        self, cls: ClassDescription, method: str, held: Held, component: Component, surely: int
    ) -> Iterator[Proposal]:
        """Yield an optimizer that is handed a layer, whose parameters it changes."""
        init = cls.methods.get("__init__")
        passing, arguments, keywords = Passing(), [], {}
        if component.id == DESCENT:
            rates = component.variables(component.variants[0])[-1].aliases
            given = init.parameters if init else ()
            rate = next((p.name for p in given if normalised(p.name) in rates), None)
            if rate is None or any(p.name != rate and not p.has_default for p in given):
                return
            keywords = {rate: "$learning_rate"}
        else:
            made = roles_of(init, component, is_constructor=True) if init else None
            if init is not None and (made is None or made.parameter is not None):
                return
            passing = constants_of(made, component) if made else passing
            arguments = [passing.slots[p] for p in made.required] if made else []
        steps = (*passing.steps, ("name", "cls", cls.name),
                 *steps_of(cls, method, held, component, arguments, keywords))  # fmt: skip
        yield self._proposal(f"{cls.name}.{method}", component, steps, passing, PAIR, surely, 0,
                             cls.line, is_guess=True)  # fmt: skip

    def _proposal(
        self, name: str, component: Component, steps: tuple[Step, ...], passing: Passing,
        holder: Holder, surely: int, rank: int, line: int, *, is_guess: bool,
    ) -> Proposal:  # fmt: skip
        template = Template(
            (), steps, (), output=("out",), forward_function=name, is_stacked=True
        )
        return Proposal(
            self.id, component, (name,), template,
            with_values(component, component.variants, passing),
            tuple(layout.id for layout in component.layouts), surely, returned="nothing",
            order=("w", "dw"), rank=rank, line=line,
            sizes={"D": holder.count} if holder.is_pair else {}, is_guess=is_guess,
        )  # fmt: skip


def _forms(
    roles: Roles, component: Component, made: Roles | None = None
) -> Iterator[tuple[Holder, int, bool, frozenset[str]]]:
    """Yield (holder, number of the first step, whether memories are in the dict, what isn't).

    A dict of constants may be read for all of them, for all but an epsilon that is written out,
    or for the learning rate alone, with other keys for the rest.
    """
    parameter = roles.parameter or (made.parameter if made else None) or ""
    names = frozenset(c.name for c in component.constants)
    whole: frozenset[str] = frozenset()
    omissions = (whole, names & {"eps"}, names - {"learning_rate"}) if roles.options else (whole,)
    for holder in holders(parameter):
        for first in (1, 0) if roles.counter else (1,):
            for fills in (False, True) if roles.options else (False,):
                for left in dict.fromkeys(omissions):
                    yield holder, first, fills, left


CONVENTION = Trajectory()
