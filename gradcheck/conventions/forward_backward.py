"""Functions with an upstream gradient: ``affine_forward``, ``affine_backward(dout, cache)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.naming import Name, closest, normalised, parsed, strength
from gradcheck.calls.template import Execute, State, Template
from gradcheck.component import Component, Variable
from gradcheck.conventions._arguments import (
    PARAMS,
    Arguments,
    is_upstream,
    matched,
    plans,
    returns_several,
)
from gradcheck.conventions._branches import branched, without_word
from gradcheck.conventions._constants import handed_on, named_in
from gradcheck.conventions._modes import carried
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.records.program import Step

CACHE = ("cache",)
MEANS_LAST = 10
"""A rank after every other reading."""
CACHES = frozenset({"cache", "caches"})
TARGETS = frozenset({"y", "t", "target", "targets", "label", "labels", "ytrue", "truth"})
MOST_BY_POSITION = 3
"""How many arguments of a backward are taken for forward's by their order alone."""


class ForwardBackward(Convention):
    """``out, cache = x_forward(...)`` with ``grads = x_backward(dout, cache)``."""

    id = "forward-backward"
    title = "forward and backward functions"
    example = (
        "def affine_forward(x, w, b): ...; return out, cache\n"
        "def affine_backward(dout, cache): ...; return dx, dw, db"
    )
    serves_own = True
    order = 0

    def propose(
        self, module: ModuleDescription, components: Sequence[Component], execute: Execute
    ) -> Iterator[Proposal]:
        """Yield one proposal a pair, component and form of the cache."""
        names = {f.name: parsed(f.name) for f in module.functions}
        for backward in module.functions:
            required = [p.name for p in backward.required]
            is_alone = len(required) == 1 and is_upstream(required[0])
            if not names[backward.name].is_gradient or not (is_alone or len(required) > 1):
                continue
            for forward in _forwards(backward, module, names):
                if _takes_the_same(forward, required):
                    continue
                for component in components:
                    if component.kind not in {"activation", "layer", "cost", "own"}:
                        continue
                    surely = max(
                        strength(names[f.name], component) for f in (forward, backward)
                    )
                    has_cache = returns_several(forward) is True
                    travelling = None if has_cache else named_in(backward, component)
                    bare, bare_backward = (
                        without_word(f, component.branches) for f in (forward, backward)
                    )
                    for variants, plan in plans(bare, component, travelling):
                        variables = component.variables(variants[0])
                        for rank, template in enumerate(
                            _templates(bare, bare_backward, plan, component, variables)
                        ):
                            proposal = Proposal(
                                self.id, component, (forward.name, backward.name), template,
                                variants, tuple(layout.id for layout in component.layouts),
                                surely, returned="gradients", raw=("g",),
                                order=plan.order, called=plan.called,
                                rank=rank, line=forward.line, is_guess=plan.is_guess,
                            )  # fmt: skip
                            for asked in branched(proposal, forward, backward):
                                yield asked
                                yield from _with_means(asked, variables)


def _takes_the_same(forward: FunctionDescription, required: Sequence[str]) -> bool:
    """Return whether both take the same arguments, of which none is an upstream gradient."""
    same = [p.name for p in forward.required] == list(required)
    return same and returns_several(forward) is not True and not any(map(is_upstream, required))


def _forwards(
    backward: FunctionDescription, module: ModuleDescription, names: Mapping[str, Name]
) -> list[FunctionDescription]:
    """Return the functions that a backward may be the gradient of, by their names."""
    gradient = names[backward.name]
    alike = [n for n in names.values()
             if not n.is_gradient and "".join(n.stem) == "".join(gradient.stem)]  # fmt: skip
    wanted = {n.text for n in closest(gradient, alike)}
    return [f for f in module.functions if f.name in wanted]


def _with_means(proposal: Proposal, variables: Sequence[Variable]) -> Iterator[Proposal]:
    """Yield the layer of examples in columns whose dW and db are means, as a course has it.

    Its cost's gradient leaves the 1/N out: it stands here.
    """
    component = proposal.component
    parameters = tuple(v.name for v in variables if v.role == "parameter" and v.is_differentiable)
    columns = tuple(
        layout.id for layout in component.layouts
        if layout.output == "transpose" and "N" not in layout.sizes
    )  # fmt: skip
    is_named = proposal.strength == SURE or bool(component.branches)
    if component.kind == "layer" and parameters and columns and is_named:
        template = replace(proposal.template, averaged=parameters)
        yield replace(
            proposal, template=template, layouts=columns, rank=proposal.rank + MEANS_LAST,
            notes=(
                *proposal.notes,
                f"the mean over the examples is taken in the gradients of "
                f"{' and '.join(parameters)}: right where the cost's own gradient leaves it out",
            ),
        )  # fmt: skip


def _templates(
    forward: FunctionDescription, backward: FunctionDescription, plan: Arguments,
    component: Component, variables: Sequence[Variable],
) -> Iterator[Template]:  # fmt: skip
    value = ("call", "r", "f", list(plan.slots), dict(plan.passing.keywords))
    call = (("name", "f", forward.name), *plan.prelude, value, *carried(forward, component, "r"))
    required = [p.name for p in backward.required]
    upstream = _upstream(required, [p.name for p in forward.required])
    if upstream is None:
        return
    passing = handed_on(backward, component, variables, forward, plan.passing)
    at_hand = {p.name: s for p, s in zip(forward.required, plan.slots, strict=False)
               if s == PARAMS}  # fmt: skip
    others = [n for n in passing.others(required) if n != upstream and n not in at_hand]
    with_cache = returns_several(forward)
    if len(component.outputs) > 1:
        yield from _of_several(forward, backward, plan, component)
        return

    def template(output: tuple[str | int, ...], rest: Sequence[str], steps: tuple[Step, ...],
                 state: State) -> Template:  # fmt: skip
        filled = iter(rest)
        slots = ["$upstream" if n == upstream
                 else at_hand.get(n) or passing.slots.get(n) or next(filled)
                 for n in required]  # fmt: skip
        again = plan.prelude if at_hand and state == "none" else ()  # forward isn't run before it
        gradient = (("name", "fb", backward.name), *again, *passing.steps,
                    ("call", "g", "fb", slots, dict(passing.keywords)))  # fmt: skip
        return Template(
            (), (*call, *steps), gradient,
            output=output, upstream="argument", state=state,
            forward_function=forward.name, backward_function=backward.name,
        )  # fmt: skip

    if with_cache is not False:
        if len(others) == 1:
            for place in _places_of_cache(forward, 1):
                yield template(("r", 0), CACHE, (("item", "cache", "r", place),), "cache")
        elif with_cache and _count(forward) == len(others) + 1:
            # the cache is spread over several results: out, x, w, b
            steps = tuple(("item", f"c{k}", "r", k + 1) for k in range(len(others)))
            yield template(("r", 0), [f"c{k}" for k in range(len(others))], steps, "cache")
        elif with_cache and (named := _named_results(forward, others, variables)):
            slots, steps = named
            yield template(("r", 0), slots, steps, "cache")
            return
    if with_cache is True and len(others) not in {0, len(plan.order)}:
        return
    output = ("r", 0) if with_cache is True else ("r",)
    if not others:  # forward keeps it in variables of the module
        yield template(output, [], (), "object")
    if at_hand or 1 < len(others) <= len(plan.order) or len(others) == len(plan.order):
        found, is_told = matched(others, [v for v in variables if v.name in plan.order])
        if not is_told and len(others) > MOST_BY_POSITION:
            return
        yield template(output, [f"${found[n]}" for n in others], (), "none")
    if len(others) == 1 and component.kind == "activation":
        yield template(("r",), ["r"], (), "cache")


def _upstream(required: Sequence[str], given: Sequence[str]) -> str | None:
    """Return which of a backward's parameters is the upstream gradient, None if none can be.

    ``gradients(X, y, w, b)`` beside ``forward(X, w, b)`` is that of a cost: y are its targets.
    """
    named = next((n for n in required if is_upstream(n)), None)
    if named is None and len(required) == 2 and required[0] in given:
        return required[1]
    if named is not None or len(required) <= 2:
        return named or required[0]
    others = [n for n in required if n not in given]
    return next((n for n in others[:1] if normalised(n) not in TARGETS), None)


def _named_results(
    forward: FunctionDescription, names: Sequence[str], variables: Sequence[Variable]
) -> tuple[list[str], tuple[Step, ...]] | None:
    """Return what a backward takes by name: some of forward's results beside its arguments."""
    elements = forward.returns[-1].elements if forward.returns else ()
    places = {normalised(e.name): k for k, e in enumerate(elements) if e.name}
    slots = []
    for name in names:
        plain = normalised(name)
        variable = next((v.name for v in variables if plain in v.aliases), None)
        if plain not in places and variable is None:
            return None
        slots.append(f"c{places[plain]}" if plain in places else f"${variable}")
    taken = sorted({places[normalised(n)] for n in names if normalised(n) in places})
    steps: tuple[Step, ...] = tuple(("item", f"c{k}", "r", k) for k in taken)
    return (slots, steps) if steps else None


def _count(forward: FunctionDescription) -> int:
    """Return how many things a forward returns, or 0 where its source doesn't tell."""
    counts = {len(r.elements) for r in forward.returns}
    return counts.pop() if len(counts) == 1 else 0


def _places_of_cache(forward: FunctionDescription, after: int) -> list[int]:
    """Return where among the results the cache may be: by its name, else after the value or last.

    The value is ``after`` results.
    """
    names = [e.name for e in forward.returns[-1].elements] if forward.returns else []
    named = next((k for k, name in enumerate(names) if k and name in CACHES), None)
    return [named] if named is not None else sorted({after, max(after, _count(forward) - 1)})


def _of_several(
    forward: FunctionDescription, backward: FunctionDescription, plan: Arguments,
    component: Component,
) -> Iterator[Template]:  # fmt: skip
    """Yield ``h, c, cache = f(...)`` with ``grads = fb(dh, dc, cache)``, or with f's arguments."""
    count = len(component.outputs)
    parts = [f"o{k}" for k in range(count)]
    call: tuple[Step, ...] = (
        ("name", "f", forward.name), *plan.prelude,
        ("call", "r", "f", list(plan.slots), dict(plan.passing.keywords)),
        *(("item", part, "r", k) for k, part in enumerate(parts)), ("tuple", "out", parts),
    )  # fmt: skip
    upstreams = [f"u{k}" for k in range(count)]
    split = tuple(("item", slot, "$upstream", k) for k, slot in enumerate(upstreams))
    rest = [p.name for p in backward.required][count:]
    variables = component.variables(component.variants[0])
    if len(rest) == 1:
        places = _places_of_cache(forward, count)
        kept: list[tuple[Step, ...]] = [(("item", "cache", "r", place),) for place in places]
        slots, has_cache = ["cache"], True
    elif len(rest) == len(plan.order):
        found, _ = matched(rest, variables)
        kept, slots, has_cache = [()], [f"${found[n]}" for n in rest], False
    else:
        return
    gradient: Step = ("call", "g", "fb", [*upstreams, *slots], {})
    for steps in kept:
        yield Template(
            (), (*call, *steps), (("name", "fb", backward.name), *split, gradient),
            output=("out",), upstream="argument", state="cache" if has_cache else "none",
            is_stacked=True, forward_function=forward.name, backward_function=backward.name,
        )  # fmt: skip


CONVENTION = ForwardBackward()
