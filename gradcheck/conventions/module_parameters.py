"""A function whose parameters are variables of its module: ``lossFun(inputs, targets, hprev)``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from gradcheck.calls.naming import CONTAINED, EXACT, normalised, parsed, strength
from gradcheck.calls.template import SIZE, Execute, Template
from gradcheck.component import Component, Variable
from gradcheck.conventions._arguments import by_variables, matched, may_return_both
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Program, Step

GLOBALS = "globals"
READ = "the parameters are variables of the module"


class ModuleParameters(Convention):
    """``loss, dW, db = loss_function(inputs, targets)``, with W and b beside it."""

    id = "module-parameters"
    title = "one function that returns cost and gradients, its parameters variables of the module"
    example = (
        "Wxh = ...; Whh = ...; bh = ...\n"
        "def lossFun(inputs, targets, hprev): ...; return loss, dWxh, dWhh, dbh"
    )
    order = 1

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a function, component and depth."""
        found = [f for f in module.functions if f.required and may_return_both(f)]
        fitting = [
            (f, c, data, parameters)
            for f in found
            for c in components if c.kind == "model"
            for data, parameters in _groups(f, c)
        ]  # fmt: skip
        if not fitting:
            return
        names = _names_read(module, execute)
        done: set[tuple[str, str]] = set()
        for function, component, data, parameters in fitting:
            held = _held(parameters, names)
            if held is None or (function.name, component.id) in done:
                continue  # of any depth: a shallower one would show less
            done.add((function.name, component.id))
            yield self._of(function, component, data, held, names)

    def _of(
        self, function: FunctionDescription, component: Component, data: Sequence[Variable],
        held: Mapping[str, str], names: Collection[str],
    ) -> Proposal:  # fmt: skip
        found, _ = matched([p.name for p in function.required], data)
        wanted = {v.name for v in data} | set(held)
        variants = tuple(v for v in component.variants
                         if {u.name for u in component.variables(v)} == wanted)  # fmt: skip
        steps: tuple[Step, ...] = (
            ("name", "f", function.name), ("get", GLOBALS, "f", "__globals__"),
            *(("setitem", GLOBALS, name, f"${variable}") for variable, name in held.items()),
            *_sizes(component, names),
            ("call", "r", "f", [f"${found[p.name]}" for p in function.required], {}),
        )  # fmt: skip
        template = Template(
            (), steps, (), forward_function=function.name, backward_function=function.name
        )
        return Proposal(
            self.id, component, (function.name,), template, variants,
            tuple(layout.id for layout in component.layouts),
            # names of weights beside a function say less than its arguments do: numbers decide
            min(strength(parsed(function.name), component), CONTAINED),
            returned="value-and-gradients", raw=("r",), order=_order(function, held),
            called=dict(held), line=function.line, notes=(READ,),
        )  # fmt: skip


def _groups(
    function: FunctionDescription, component: Component
) -> Iterator[tuple[list[Variable], list[Variable]]]:
    """Yield data and parameters where the function takes the data alone, most parameters first."""
    names = [p.name for p in function.required]
    is_named = strength(parsed(function.name), component) == EXACT
    groups = sorted(by_variables(component), key=lambda g: -len(component.variables(g[0])))
    for alike in groups:
        variables = component.variables(alike[0])
        data = [v for v in variables if v.role != "parameter"]
        if len(names) != len(data):
            continue
        _, is_told = matched(names, data)
        if is_told or is_named:
            yield data, [v for v in variables if v.role == "parameter"]


def _names_read(module: ModuleDescription, execute: Execute) -> frozenset[str]:
    """Return the names that the module's functions look up outside of themselves."""
    steps = [
        (("name", "f", f.name), ("get", "code", "f", "__code__"), ("get", "n", "code", "co_names"))
        for f in module.functions
    ]
    replies = execute([Program(s, (), ("n",)) for s in steps])
    found = (r.values[0] for r in replies if r.fault is None)
    return frozenset(n for v in found if isinstance(v, tuple) for n in v if isinstance(n, str))


def _held(parameters: Sequence[Variable], names: Collection[str]) -> dict[str, str] | None:
    """Return the module's name of each parameter; None where one has none."""
    known = {normalised(n): n for n in sorted(names)}
    found: dict[str, str] = {}
    for variable in parameters:
        name = next((known[a] for a in variable.aliases
                     if a in known and known[a] not in found.values()), None)  # fmt: skip
        if name is None:
            return None
        found[variable.name] = name
    return found


def _sizes(component: Component, names: Collection[str]) -> Iterator[Step]:
    """Yield the steps that set what the module calls its sizes: ``vocab_size``."""
    for size, known in component.size_names.items():
        for name in sorted(n for n in names if normalised(n) in known):
            yield ("constant", f"size {name}", {SIZE: size})
            yield ("setitem", GLOBALS, name, f"size {name}")


def _order(function: FunctionDescription, held: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parameters in the order in which their gradients are returned, where names tell.

    Without names it is the order in which the component has them.
    """
    own = {f"d{normalised(name)}": variable for variable, name in held.items()}
    returned = [normalised(e.name or "") for r in function.returns for e in r.elements]
    found = tuple(dict.fromkeys(own[n] for n in returned if n in own))
    return found if len(found) == len(held) else tuple(held)


CONVENTION = ModuleParameters()
