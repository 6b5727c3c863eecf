"""Reads pairs that no component fits as functions of the student's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

import numpy as np

from gradcheck.calls.closeness import EXACT, SHAPED
from gradcheck.calls.locating import gradient_paths
from gradcheck.calls.naming import EXACT as SURE
from gradcheck.calls.naming import parsed, strength
from gradcheck.calls.template import Execute, ProgrammedSubject, Reading, Template
from gradcheck.component import Variant
from gradcheck.conventions.base import Convention, Proposal
from gradcheck.examples import Example
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.own_component import TARGETS, OwnComponent, variant_of
from gradcheck.recognition.fitting import fits
from gradcheck.recognition.probing import Fit, probe_of
from gradcheck.recognition.readings import Recognition, reading_of
from gradcheck.records.description import FunctionDescription, ModuleDescription
from gradcheck.subject import Call

__all__ = ["READER"]

ROWS, SQUARE, COLUMN = ("N", "D"), ("D", "M"), ("D",)
SHAPES: Mapping[int, tuple[tuple[tuple[str, ...], ...], ...]] = {
    1: ((ROWS,), (COLUMN,)),
    2: ((ROWS, ROWS), (ROWS, SQUARE), (ROWS, COLUMN), (COLUMN, COLUMN), (ROWS, ())),
    3: ((ROWS, (), ()), (ROWS, SQUARE, ("M",)), (ROWS, COLUMN, COLUMN), (ROWS, COLUMN, ()),
        (ROWS, ROWS, ROWS),
        (ROWS, ("M", "D"), ("M", "K")), (ROWS, SQUARE, ("M", "K")),
        (ROWS, ("N", "M"), SQUARE), (ROWS, ("N", "M"), ("M",)), (ROWS, SQUARE, ("N", "M"))),
    4: ((ROWS, ("N", "M"), SQUARE, ("M", "M")), (ROWS, SQUARE, ("M",), ("M", "K"))),
    5: ((("N", "M", "D"), ("N", "K", "D"), ("D", "S"), ("D", "S"), ("D", "S")),
        (ROWS, SQUARE, ("M",), ("M", "K"), ("K",)),
        (ROWS, ("N", "M"), SQUARE, ("M", "M"), ("M",))),
}  # fmt: skip
"""By the number of arguments: the shapes that are tried."""
DOMAINS = ("reals", "inside")
SMALL = {"N": 5, "D": 3, "M": 2, "K": 7, "S": 6}
"""Sizes to try a function with: its derivative is taken entry by entry."""
FURTHER = 6
"""What is added to each of these where further ones are tried."""
OTHERS = (2, 4, 5, 1, 6, 7, 8, 9, 10, 11, 13)
"""Widths of one vector that are tried where the code takes it at a certain width only."""
PARAMETERS = frozenset({"g", "gamma", "b", "beta", "bias", "scale", "shift", "w", "weight",
                        "weights", "theta", "alpha", "offset"})  # fmt: skip
"""Names of what belongs to the features, not to the examples."""
NUMBERS = frozenset({"lambd", "lambda", "lam", "lmbda", "lmbd", "reg", "strength", "m", "n",
                     "eps", "epsilon", "delta", "margin"})  # fmt: skip
"""Names of what is one number wherever the other arguments leave it a choice."""
CONTEXTS = frozenset({"ctx", "context"})
"""Names of a first argument that keeps what backward needs."""
RAW = "@raw"
MOST_VALUES, MOST_PAIRS = 100, 1000
"""Functions, and proposals for them, that are looked at: more would keep the judge for minutes."""


def _read(unread: Unread) -> Recognition:
    """Return the recognition with the pairs among its unread names read as own functions.

    Half a pair that was taken for a component by its numbers alone counts as unread: a
    derivative without its value looks like many others. One function that gives both, by a
    flag, is no half.
    """
    recognition, module, execute = unread.recognition, unread.module, unread.execute
    known = {c.id: c for c in unread.components}
    weak = {
        r.names[0]
        for r in recognition.readings
        if len(r.names) == 1 and not (r.template.forward and r.template.backward)
        and strength(parsed(r.names[0]), known[r.component]) < SURE
    }
    left = unread.names | weak
    functions = tuple(f for f in module.functions if f.name in left)
    classes = tuple(c for c in module.classes if c.name in left)
    if len(functions) < 2 and not classes:
        return recognition
    unread_part = ModuleDescription(functions, classes)
    own: list[Reading] = []
    taken: set[str] = set()
    for names, proposals in _pairs(unread_part, unread.conventions, execute).items():
        if taken & set(names):
            continue
        returned = _returned(unread_part, names[-1])
        for group in (
            [p for p in proposals if not _is_doubtful(p)],
            [p for p in proposals if _is_doubtful(p)],
        ):
            found = [f for p in group for f in _tried(p, returned, execute)]
            best = max(found, key=_key, default=None)
            if best is not None and _is_acceptable(best):
                own.append(_sized(best, execute))
                taken |= set(names)
                break
    kept = (r for r in recognition.readings if not taken & weak & set(r.names))
    return joined(recognition, own, kept=kept)


READER = Reader(order=10, read=_read)


def _is_doubtful(proposal: Proposal) -> bool:
    """Return whether something with a parameter's name would have a row for every example."""
    prototype = proposal.component
    assert isinstance(prototype, _Prototype)
    return any(n.lower() in PARAMETERS and d == ROWS for n, d in list(prototype.dims.items())[1:])


def _values(module: ModuleDescription) -> Iterator[tuple[str, FunctionDescription]]:
    """Yield what may give a value, by its qualified name: functions, and methods of classes."""
    for function in module.functions:
        yield function.name, function
    for cls in module.classes:
        for name, method in cls.methods.items():
            if not name.startswith("__") or name == "__call__":
                yield f"{cls.name}.{name}", method


def _returned(module: ModuleDescription, name: str) -> list[str]:
    """Return the names that stand in what a function returns."""
    function = dict(_values(module))[name]
    return [e.name for r in function.returns for e in r.elements if e.name]


def _pairs(
    module: ModuleDescription, conventions: Sequence[Convention], execute: Execute,
) -> Mapping[tuple[str, ...], list[Proposal]]:  # fmt: skip
    """Return the proposals for pairs of functions or methods, by their names."""
    groups: dict[tuple[str, ...], list[Proposal]] = {}
    for proposal in islice(_proposed(module, conventions, execute), MOST_PAIRS):
        groups.setdefault(proposal.names, []).append(proposal)
    return groups


def _proposed(
    module: ModuleDescription, conventions: Sequence[Convention], execute: Execute,
) -> Iterator[Proposal]:  # fmt: skip
    for value, function in islice(_values(module), MOST_VALUES):
        names = [p.name for p in function.required]
        if names[:1] and names[0] in CONTEXTS:
            names = names[1:]
        for dims in _supposed(names):
            component = _Prototype(dims)
            for convention in conventions:
                if not convention.serves_own:
                    continue
                found = convention.propose(module, [component], execute)
                yield from (proposal for proposal in found if proposal.names[0] == value)


def _supposed(names: Sequence[str]) -> list[dict[str, tuple[str, ...]]]:
    """Return the shapes to try: numbers for what is called like one, if there are such."""
    known = [dict(zip(names, shapes, strict=True)) for shapes in SHAPES.get(len(names), ())]
    numbers = [n for n in names if n.strip("_").lower() in NUMBERS]
    return [d for d in known if all(d[n] == () for n in numbers)] or known


class _Prototype(OwnComponent):
    """A function whose shapes are supposed; what it computes isn't known yet."""

    def __init__(self, dims: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(Template(), lambda _: [])
        self.dims = dims
        self.variants = (  # type: ignore[misc]
            variant_of(dims, tuple(dims), "reals", is_scalar=False),
        )


class _Tried(OwnComponent):
    """An own function that is tried out on small inputs."""

    def __init__(self, template: Template, execute: Execute, width: int = SMALL["D"]) -> None:
        super().__init__(template, execute)
        self.small = {**SMALL, "D": width}

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return small sizes, still pairwise distinct."""
        return {name: self.small[name] for name in sizes}


def _sized(fit: Fit, execute: Execute) -> Reading:
    """Return the reading, with the sizes that were tried where no others do.

    ``cost(theta)`` that looks up its data outside of itself takes as many numbers as these have.
    """
    reading, component = reading_of(fit), fit.proposal.component
    free = OwnComponent(fit.template, execute)
    if not isinstance(component, _Tried):
        return reading
    names = component.sizes_of(fit.variant)
    others = tuple((n, component.small[n] + FURTHER) for n in sorted(names))
    if probe_of(free, fit.variant, others).output.size and component.small["D"] == SMALL["D"]:
        return reading
    return replace(reading, sizes={**{n: component.small[n] for n in names}, **reading.sizes})


def _tried(
    proposal: Proposal, returned: Sequence[str], execute: Execute
) -> Iterator[Fit]:
    """Yield how a proposal fits, if forward takes the shapes and backward gives gradients."""
    prototype, output = proposal.component, proposal.template.output
    if not isinstance(prototype, _Prototype) or output is None or not proposal.template.backward:
        return  # half a pair: there is nothing that it could be consistent with
    is_lone = set(prototype.dims.values()) == {COLUMN}
    for widths in ((SMALL["D"], *OTHERS), (OTHERS[0],)) if is_lone else ((SMALL["D"],),):
        found = list(_of_widths(proposal, widths, returned, execute))
        yield from found
        if any(f.gradient >= SHAPED for f in found):
            return


def _of_widths(
    proposal: Proposal, widths: Sequence[int], returned: Sequence[str], execute: Execute
) -> Iterator[Fit]:
    """Yield how a proposal fits at the first width that forward takes."""
    prototype = proposal.component
    assert isinstance(prototype, _Prototype)
    dims = prototype.dims
    for width, domain in product(widths, DOMAINS):
        component = _Tried(proposal.template, execute, width)
        bare = variant_of(dims, tuple(dims), domain, is_scalar=False)  # type: ignore[arg-type]
        example = probe_of(component, bare, ())
        if example.output.size and np.all(np.isfinite(example.output)):
            break
    else:
        return
    if _is_random(proposal, component, example, execute):
        return  # its gradient belongs to numbers that another call draws anew
    first = example.inputs[next(iter(dims))]
    if proposal.template.setup and np.array_equal(example.output, first):
        return  # a container of no layers hands on what it is given, and judges nothing
    is_scalar = example.output.ndim == 0
    if proposal.template.upstream == "local" and not (
        is_scalar or example.output.shape == first.shape
    ):
        return  # a Jacobian can't be told from a gradient
    names = _differentiable(proposal, component, example, returned, execute)
    if names:
        variant = variant_of(dims, names, domain, is_scalar=is_scalar)  # type: ignore[arg-type]
        yield from fits([replace(proposal, component=component, variants=(variant,))], execute)


def _is_random(
    proposal: Proposal, component: OwnComponent, example: Example, execute: Execute
) -> bool:
    """Return whether a call gives another value where one was made before it."""
    subject = ProgrammedSubject(
        proposal.template, component, example.variant, component.layouts[0], execute
    )
    first = Call("forward", example.inputs)
    once, again = subject.run([first, replace(first, other=example.inputs)])
    if once.fault is not None or again.fault is not None:
        return False
    first_value, second_value = once.output, again.output
    if not isinstance(first_value, np.ndarray | float):
        return False
    if not isinstance(second_value, np.ndarray | float):
        return False
    return not np.array_equal(first_value, second_value, equal_nan=True)


def _differentiable(
    proposal: Proposal, component: OwnComponent, example: Example, returned: Sequence[str],
    execute: Execute,
) -> tuple[str, ...]:  # fmt: skip
    """Return the arguments of which gradients come back: as many as there are, in order.

    Never those that happen to agree: a wrong gradient must not be read away.
    """
    template = replace(proposal.template, gradients={RAW: proposal.raw})
    if template.upstream == "local":
        template = replace(template, upstream="none")
    subject = ProgrammedSubject(
        template, component, example.variant, component.layouts[0], execute
    )
    (answer,) = subject.run([Call("backward", example.inputs, example.upstream)])
    raw = answer.raw.get(RAW)
    names = [v.name for v in component.variables(example.variant)]
    if isinstance(raw, Mapping):
        paths = gradient_paths(raw, proposal.raw, component.variables(example.variant), names)
        return tuple(n for n in names if n in paths)
    count = len(raw) if isinstance(raw, tuple | list) else int(isinstance(raw, np.ndarray | float))
    if count == 0 or count > len(names):
        return ()
    told = tuple(n for n in names if _gradient_names(n) & set(returned))
    if len(told) == count:
        return told
    data = [n for n in names if n.replace("_", "").lower() not in TARGETS]
    return tuple(data[:count]) if len(data) >= count else tuple(names[:count])


def _gradient_names(variable: str) -> set[str]:
    return {f"d{variable}", f"d_{variable}", f"grad_{variable}", f"{variable}_grad"}


def _key(fit: Fit) -> tuple[object, ...]:
    """Sort what agrees best first; then what says more."""
    return (fit.gradient, len(fit.variant.id.split()) - fit.variant.id.count("*"),
            tuple(-r for r in fit.rank))  # fmt: skip


def _is_acceptable(fit: Fit) -> bool:
    """Return whether a disagreement would be the student's, not our reading's."""
    if fit.forward < EXACT:
        return False
    if fit.gradient >= EXACT:
        return True
    left = [v for v in fit.proposal.component.variables(fit.variant) if not v.is_differentiable]
    is_told = all(v.aliases[0] in TARGETS | NUMBERS for v in left)
    return (is_told or fit.proposal.template.upstream == "argument") and fit.gradient >= SHAPED
