"""Reads costs of weights and data that no component knows, with their gradients.

``cost(theta, X, y, lambda_)`` beside ``gradient(theta, X, y, lambda_)``, or one function that
returns both: a penalty that leaves ``theta[0]`` out, a cost of the student's own. The gradient is
held to the derivative of that cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gradcheck.calls.naming import COST_WORDS, normalised, parsed
from gradcheck.calls.template import Execute, Reading, Template
from gradcheck.own._calls import EXAMPLES, Caller, cost_in, numbers_of, operands_of, reaching
from gradcheck.own._meant import PENALTY, is_meant
from gradcheck.own._operands import Operand, answered, ones_of, sizes_of
from gradcheck.own._trials import Trial, tried
from gradcheck.own.base import Reader, Unread, joined
from gradcheck.recognition.readings import Recognition
from gradcheck.records.description import FunctionDescription

__all__ = ["READER"]

UNROLLED = ("nnparams", "initialnnparams", "thetavec", "unrolledtheta", "thetaunrolled")
"""Names of all weights of a network in one vector, which its widths take apart."""
WEIGHTS = frozenset({"theta", "thetas", "w", "weights", "weight", "beta", "coef", "params",
                     "parameters", "initialtheta", *UNROLLED})  # fmt: skip
BIASES = frozenset({"b", "bias", "intercept", "w0"})
FEATURES = "s4"
FORMS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    ((FEATURES,), (EXAMPLES,), "binary"), ((FEATURES, "s1"), (EXAMPLES, "s1"), "binary"),
)  # fmt: skip
"""Shapes of the weights and of the targets."""
WIDE, HIDDEN, LABELS = 4, 5, 3
WIDTHS: Mapping[str, int | list[int]] = {
    **dict.fromkeys(("inputlayersize", "inputsize", "nfeatures", "numinputs", "visiblesize",
                     "numvisible"), WIDE),
    **dict.fromkeys(("hiddenlayersize", "hiddensize", "nhidden", "numhidden"), HIDDEN),
    **dict.fromkeys(("numlabels", "outputlayersize", "nlabels", "nclasses", "numclasses",
                     "outputsize"), LABELS),
    **{name: [WIDE, HIDDEN, LABELS] for name in ("dimensions", "dims", "sizes", "layersizes")},
}  # fmt: skip
"""Names of the widths of a network with one hidden layer, and what they are."""
LENGTHS: tuple[tuple[frozenset[int], tuple[int, ...]], ...] = (
    (frozenset({WIDE, HIDDEN, LABELS}), (HIDDEN * (WIDE + 1) + LABELS * (HIDDEN + 1),)),
    (frozenset({WIDE, LABELS}), (LABELS * WIDE, LABELS * (WIDE + 1))),
    (frozenset({WIDE, HIDDEN}), (2 * HIDDEN * WIDE + HIDDEN + WIDE,)),
)
"""By the widths that a cost takes: how many weights there may be in one vector."""
SPARSITY: Mapping[str, float] = {
    **dict.fromkeys(("sparsityparam", "sparsity", "rho", "sparsitytarget"), 0.3), "beta": 0.7,
}  # fmt: skip
"""Names of numbers of sparse autoencoders."""
ROWS, COLUMNS = (EXAMPLES, FEATURES), (FEATURES, EXAMPLES)
TARGETS: tuple[tuple[tuple[str, ...], str], ...] = (
    ((EXAMPLES,), f"labels-{LABELS}"), ((EXAMPLES, "s1"), f"labels-{LABELS}"),
    ((EXAMPLES, f"s{LABELS}"), "onehot-1"), ((f"s{LABELS}", EXAMPLES), "onehot-0"),
)  # fmt: skip
"""Labels, a column of them, one-hot rows and columns."""
FOREIGN = frozenset({"test", "check", "numerical", "numeric", "descent", "train", "plot", "fit"})
LIKE_COSTS = frozenset({"nll", "likelihood", "loglikelihood", "objective", "energy", "risk",
                        "rss", "sse", "penalized", "penalised"})  # fmt: skip
"""What costs of weights and data are called, besides."""
MOST, MOST_PARTNERS = 6, 2
"""Gradients that are looked at, and costs for each."""


def _read(unread: Unread) -> Recognition:
    """Return the recognition with costs among its unread functions read."""
    functions = [f for f in unread.functions
                 if not FOREIGN & set(parsed(f.name).words)]  # fmt: skip
    gradients = [f for f in functions if parsed(f.name).is_gradient and _caller(f) is not None]
    stems = {parsed(f.name).stem for f in gradients}  # ridge_gradient has its cost in ridge
    costs = [f for f in functions if _may_be_cost(f) and _caller(f) is not None
             and ((COST_WORDS | LIKE_COSTS) & set(parsed(f.name).words)
                  or parsed(f.name).stem in stems or parsed(f.name).is_gradient)]  # fmt: skip
    found: list[Reading] = []
    for cost in costs[:MOST]:
        found += _best([(cost, cost)], unread.execute)
    taken = {name for r in found for name in r.names}
    left = [c for c in costs if c.name not in taken]
    for gradient in gradients[:MOST]:
        found += _best([(c, gradient) for c in _near(left, gradient)], unread.execute)
    return joined(unread.recognition, found)


READER = Reader(order=35, read=_read)


def _may_be_cost(function: FunctionDescription) -> bool:
    """Return whether a function may give a cost: what is called a gradient only with one."""
    name = parsed(function.name)
    is_both = name.is_forward and bool(_widths_of(function)) and any(
        len(r.elements) > 1 for r in function.returns
    )
    return is_both or not name.is_gradient


def _near(
    costs: Sequence[FunctionDescription], gradient: FunctionDescription
) -> list[FunctionDescription]:
    """Return the costs that take what a gradient takes, those of the likest names first."""
    words = set(parsed(gradient.name).words)
    alike = [c for c in costs if numbers_of(c) == numbers_of(gradient)
             and set(_keys(c)) == set(_keys(gradient))]  # fmt: skip
    alike.sort(key=lambda c: len(words ^ set(parsed(c.name).words)))
    return alike[:MOST_PARTNERS]


def _keys(function: FunctionDescription) -> dict[str, str]:
    """Return the arguments that are weights or a bias."""
    names = [p.name for p in function.required if normalised(p.name) in WEIGHTS | BIASES]
    return {name: name for name in names}


def _caller(function: FunctionDescription) -> Caller | None:
    """Return how a function of weights, data and targets is called; None for another."""
    keys = _keys(function)
    constants: Mapping[str, object] = WIDTHS
    if len(keys) > 1 and _widths_of(function):  # the first has the weights
        keys = dict(list(keys.items())[:1])
        constants = {**WIDTHS, **SPARSITY}
    weights = [name for name in keys if normalised(name) in WEIGHTS]
    if len(weights) != 1 or len(keys) > 2:
        return None
    caller = Caller("y", keys, numbers_of(function), constants=constants)
    steps = caller.call(function, "r", reaching(function))
    needed = {"$X"} if _widths_of(function) == {WIDE, HIDDEN} else {"$X", "$y"}
    return caller if steps is not None and needed <= operands_of(steps) else None


def _widths_of(function: FunctionDescription) -> set[int]:
    """Return the widths that a cost of all weights in one vector is told."""
    told = [WIDTHS[n] for p in function.required if (n := normalised(p.name)) in WIDTHS]
    return {int(w) for one in told for w in np.ravel(one)}


def _forms(
    function: FunctionDescription
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]]:
    """Yield shapes of the weights, the data and the targets, and what the targets are."""
    widths = _widths_of(function)
    if not widths:
        yield from ((weights, ROWS, target, kind) for weights, target, kind in FORMS)
        return
    for told, lengths in LENGTHS:
        if widths == told:
            yield from (((f"s{n}",), data, target, kind)
                        for n in lengths for data in (ROWS, COLUMNS) for target, kind in TARGETS)


def _best(
    pairs: Sequence[tuple[FunctionDescription, FunctionDescription]], execute: Execute
) -> list[Reading]:
    """Return the reading that is right, else one whose mistake is the gradient's, else none."""
    meant: list[Reading] = []
    for trial in (trial for pair in pairs for trial in _trials(*pair, execute)):
        outcome = tried(trial, execute)
        if outcome is None:
            continue
        if outcome.is_right:
            return [outcome.reading]
        if not meant and is_meant(outcome, execute):
            meant = [outcome.reading]
    return meant


def _trials(
    cost: FunctionDescription, gradient: FunctionDescription, execute: Execute
) -> Iterator[Trial]:
    """Yield the calls with weights and targets of every usual shape."""
    caller = _caller(gradient)
    assert caller is not None
    value = caller.call(cost, "r", reaching(cost))
    slope = caller.call(gradient, "g", reaching(gradient))
    if value is None or slope is None:
        return
    names = (cost.name,) if cost is gradient else (cost.name, gradient.name)
    returned = gradient.returns[-1].elements if gradient.returns else ()
    for weights, data, target, kind in _forms(gradient):
        operands = (
            *(Operand(k, weights if normalised(k) in WEIGHTS else (), is_weight=True)
              for k in caller.keys),
            Operand("X", data), Operand("y", target, kind),
            Operand(PENALTY, (), "share"),
        )  # fmt: skip
        output = cost_in(answered(value, ones_of(operands, value), execute), "r")
        if output is None or (cost is gradient) != (len(output) > 1):
            continue
        template = Template(
            (), value, slope, output=output, state="cache", forward_function=cost.name,
            backward_function=gradient.name,
        )  # fmt: skip
        yield Trial(names, "value-and-gradient" if cost is gradient else "function-pair",
                    cost.line, template, operands, sizes_of(operands),
                    returned=tuple(e.name or "" for e in returned))  # fmt: skip
