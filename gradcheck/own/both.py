"""Reads functions of the student's own that return a cost together with its gradients.

``label_smoothing(logits, y)`` returns ``loss, dlogits``; ``factorisation(R, mask, P, Q, lam)``
returns ``loss, dP, dQ``: arguments are told by their names, their shapes by trying the usual ones,
and the gradients are held to the derivative of the cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from gradcheck.calls.naming import COST_WORDS, normalised, parsed
from gradcheck.calls.template import Execute, Reading, Template
from gradcheck.own._calls import EXAMPLES, TARGETS, cost_in, reaching
from gradcheck.own._meant import is_meant
from gradcheck.own._operands import STEPS, Operand, answered, ones_of, sizes_of
from gradcheck.own._trials import Outcome, Trial, tried
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription
from gradcheck.records.program import Step

__all__ = ["READER"]

D, K, M = "s4", "s6", "s5"
SHAPES: Mapping[int, tuple[tuple[tuple[str, ...], ...], ...]] = {
    1: (((EXAMPLES, K),), ((EXAMPLES, STEPS, K),), ((D,),), ((EXAMPLES,),)),
    2: (((EXAMPLES, D), (D, K)), ((EXAMPLES, K), (EXAMPLES, K)), ((EXAMPLES, D), (D,)),
        ((D,), (EXAMPLES, D)), ((D,), (D,)), ((EXAMPLES, K), (M, K)), ((D, K), (EXAMPLES, D)),
        ((EXAMPLES,), (EXAMPLES,)), ((D,), (K, D))),
    3: (((D,), (D,), (K, D)), ((EXAMPLES, D),) * 3, ((EXAMPLES, M), (EXAMPLES, K), (M, K)),
        ((EXAMPLES, D), (D, K), (K,)), ((D,), (), (EXAMPLES, D)), ((EXAMPLES,),) * 3,
        ((EXAMPLES, D), (D,), ())),
    4: (((EXAMPLES, D),) * 4, ((EXAMPLES, D), (D, M), (M, K), (K,))),
    5: (((EXAMPLES, D), (D, M), (M,), (M, K), (K,)),),
}  # fmt: skip
"""By how many arrays of reals it takes, what they look like."""
NUMBERS = frozenset({"lambd", "lambda", "lam", "lmbda", "reg", "l2", "l1", "margin", "eps", "beta",
                     "epsilon", "smoothing", "temperature", "tau", "alpha", "gamma", "delta",
                     "strength", "sigma"})  # fmt: skip
MASKS = frozenset({"mask", "masks", "observed", "weights", "sampleweight", "weight"})
UNUSED = frozenset({"dataset", "tokens", "verbose", "config"})
"""Names of what is handed on and, in a cost of arrays, never read."""
FOREIGN = frozenset({"test", "check", "numerical", "numeric", "train", "fit", "plot", "descent"})
LEAST, MOST, MOST_TRIED = 2, 12, 60
"""Results of a function; functions that are looked at, and ways to call each."""


def _read(unread: Unread) -> Recognition:
    """Return the recognition with such functions among its unread ones read."""
    functions = [f for f in unread.functions if _may_give_both(f)][:MOST]
    found = [r for f in functions if (r := _best(f, unread.execute)) is not None]
    return joined(unread.recognition, found)


READER = Reader(order=60, read=_read)


def _may_give_both(function: FunctionDescription) -> bool:
    """Return whether a function always returns a cost among other things, as far as names tell.

    One that is called a gradient may return a bias's gradient, which is a number, too.
    """
    name = parsed(function.name)
    counts = [len(r.elements) for r in function.returns]
    if FOREIGN & set(name.words) or not counts or min(counts) < LEAST:
        return False
    says_cost = bool(COST_WORDS & set(name.words)) or any(
        COST_WORDS & set(parsed(e.name).words)
        for r in function.returns for e in r.elements if e.name
    )
    return bool(function.required) and (says_cost or not name.is_gradient)


def _best(function: FunctionDescription, execute: Execute) -> Reading | None:
    """Return the reading that is right, else the first whose mistake is the gradient's."""
    meant: Outcome | None = None
    for trial in _trials(function, execute):
        outcome = tried(trial, execute)
        if outcome is None:
            continue
        if outcome.is_right:
            return outcome.reading
        if meant is None and (_is_named(function, outcome) or is_meant(outcome, execute)):
            meant = outcome
    return meant.reading if meant is not None else None


def _is_named(function: FunctionDescription, outcome: Outcome) -> bool:
    """Return whether every result but the cost is called the gradient of an argument."""
    elements = [e for r in function.returns for e in r.elements]
    names = {normalised(e.name) for e in elements if e.name}
    told = {n for n in outcome.reading.template.gradients if names & _of(n)}
    cost = outcome.reading.template.output or ()
    if parsed(function.name).is_gradient and cost[-1] != 0:
        return False
    return bool(told) and len(told) == len(function.returns[-1].elements) - 1


def _of(argument: str) -> frozenset[str]:
    """Return what the gradient of an argument is called."""
    own = normalised(argument)
    return frozenset({f"d{own}", f"grad{own}", f"{own}grad", f"dloss{own}", f"dl{own}"})


def _trials(function: FunctionDescription, execute: Execute) -> Iterator[Trial]:
    """Yield the calls with arguments of every usual shape at which the cost is one number."""
    names = [p.name for p in function.required]
    slots = [f"${n}" for n in names]
    own = reaching(function)
    call: tuple[Step, ...] = (own, ("call", "r", own[1], slots, {}))
    again: tuple[Step, ...] = (own, ("call", "g", own[1], slots, {}))
    returned = tuple(e.name or "" for e in function.returns[-1].elements)
    slopes = {n for n in returned if any(normalised(n) in _of(own) for own in names)}
    for operands in list(_supposed(names))[:MOST_TRIED]:
        output = cost_in(answered(call, ones_of(operands, call), execute), "r")
        if output is None or len(output) == 1 or returned[int(output[1])] in slopes:
            continue
        template = Template(
            (), call, again, output=output, state="cache", forward_function=function.name,
            backward_function=function.name,
        )  # fmt: skip
        yield Trial((function.name,), "value-and-gradient", function.line, template, operands,
                    sizes_of(operands), returned=returned)  # fmt: skip


def _supposed(names: Sequence[str]) -> Iterator[tuple[Operand, ...]]:
    """Yield what the arguments may be: reals of usual shapes, targets and masks that go with them.

    Reals are probabilities at a second try: a cost of these has no value elsewhere.
    """
    short = {n: normalised(n) for n in names}
    rest = [n for n in names if short[n] not in TARGETS | MASKS | NUMBERS | UNUSED]
    for kind, shapes in product(("", "inside"), SHAPES.get(len(rest), ())):
        reals = {n: Operand(n, dims, kind, is_weight=True)
                 for n, dims in zip(rest, shapes, strict=True)}  # fmt: skip
        first = shapes[0]
        numbers = {n: Operand(n, (), "share") for n in names if short[n] in NUMBERS | UNUSED}
        for target, masked in product(_targets(first, shapes[-1]), (first, first[:-1])):
            others = {n: Operand(n, *target) for n in names if short[n] in TARGETS}
            others |= {n: Operand(n, masked, "binary") for n in names if short[n] in MASKS}
            known = {**reals, **numbers, **others}
            yield tuple(known[n] for n in names)


def _targets(
    first: tuple[str, ...], last: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the shapes and kinds of targets beside reals of which the first and last are told."""
    if len(first) == 1 and len(last) > 1 and last[0] != EXAMPLES:
        yield (), f"labels-{last[0][1:]}"  # one word among rows of vectors
    if len(first) > 1:
        yield first[:-1], f"labels-{first[-1][1:]}"
        yield first, f"onehot-{len(first) - 1}"
    yield first, ""
    yield first[:1], "binary"
    yield first, "binary"


