"""A function of the student's own, of which no reference knows anything.

It is judged against itself: value and derivative are those of the student's own forward, the
derivative by complex steps. What that can prove is consistency only, and the report says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np

from gradcheck.calls.template import Execute, ProgrammedSubject, Template
from gradcheck.component import Array, Component, Inputs, Role, Variable, Variant
from gradcheck.numerics.ladder import COMPLEX_STEP, Point, tangent
from gradcheck.presentation import Layout
from gradcheck.strategies.recipe import FAR, REGIMES
from gradcheck.strategies.source import Source
from gradcheck.subject import Answer, Call

__all__ = ["NETWORK", "OWN", "TARGETS", "WEIGHTED", "OwnComponent", "variant_of"]

OWN = "own"
TARGETS = frozenset({"y", "t", "target", "targets", "label", "labels", "ytrue", "truth"})
"""What an argument is called that has no gradient, where a function is told by its names."""
Domain = Literal["reals", "inside", "weighted", "network", "rough"]
WEIGHTED: Domain = "weighted"
"""Of a block with weights: none so large that what it computes is a step or overflows."""
NETWORK: Domain = "network"
"""Of layers and a cost: signals so small that no probability is 1 but for rounding."""
ROUGH: Domain = "rough"
"""Of a network whose cost has an epsilon that its gradient leaves out."""
LEEWAY: Mapping[str, float] = {NETWORK: 1e-12, ROUGH: 1e-5}
"""Of a network's gradient, relative to its size: what an epsilon in its cost makes, and no mistake.
The smaller one is that of log(p + 1e-15), which can't be told from rounding."""
LARGEST: Mapping[str, float] = {WEIGHTED: 2.0, NETWORK: 0.7, ROUGH: 0.7}
LEAST_WEIGHT, SPREAD = 0.05, 7
"""What is nearer to 0 is replaced by so much and more, in turns."""
NOTHING_KNOWN = (
    "no reference knows it: judged by the derivative of its own value only (consistency)"
)
INSIDE_STEP = 0.02
"""Values of the domain ``inside`` keep 0.05 from its ends."""
DIFFERENCE = 1e-6
CACHED = 256
MARK = "*"
"""Stands after a variable of which the code returns no gradient."""
KIND = "~"
"""Stands before what a variable's entries are, where they aren't the domain's reals."""
LEAST_SHARE = 0.5
"""A share that is kept, or a strength of a penalty: between this and 1."""


def variant_of(
    dims: Mapping[str, Sequence[str]], differentiable: Sequence[str], domain: Domain,
    *, is_scalar: bool, kinds: Mapping[str, str] = MappingProxyType({}),
) -> Variant:  # fmt: skip
    """Return the variant that says which shapes a function takes; its id tells it all.

    ``kinds`` tells of a variable's entries: ``labels`` below the number that follows, ``onehot``
    along the axis that follows, ``binary``, ``inside`` (of (0, 1)), or ``share`` (between a half
    and 1).
    """
    marks = {name: "" if name in differentiable else MARK for name in dims}
    marks |= {name: f"{marks[name]}{KIND}{kind}" for name, kind in kinds.items()}
    described = [f"{name}{marks[name]}:{'.'.join(d)}" for name, d in dims.items()]
    told = ", ".join(f"{name} ({', '.join(d)}{',' * (len(d) == 1)})" for name, d in dims.items())
    return Variant(
        " ".join([domain, "number" if is_scalar else "array", *described]),
        f"{NOTHING_KNOWN}; {told}",
        {"domain": domain, "is_scalar": is_scalar},
    )


@lru_cache(maxsize=CACHED)
def _variables(identifier: str) -> tuple[Variable, ...]:
    """Return the arguments that a variant's id tells of."""
    found = []
    for text in identifier.split()[2:]:
        name, _, dims = text.partition(":")
        marked, _, kind = name.partition(KIND)
        own = marked.removesuffix(MARK)
        shape = tuple(dims.split(".")) if dims else ()
        role: Role = "target" if kind and kind != "inside" else "data"
        found.append(
            Variable(own, f"the argument {own}", shape, role=role,
                     aliases=(own.replace("_", "").lower(),), is_differentiable=own == marked)
        )  # fmt: skip
    return tuple(found)


@lru_cache(maxsize=CACHED)
def _kinds(identifier: str) -> Mapping[str, str]:
    """Return what the entries of some arguments are, as a variant's id tells."""
    found = {}
    for text in identifier.split()[2:]:
        marked, _, kind = text.partition(":")[0].partition(KIND)
        if kind:
            found[marked.removesuffix(MARK)] = kind
    return found


class OwnComponent(Component):
    """What a template computes, as its own reference.

    Parameters
    ----------
    template : Template
        How the value is asked for.
    execute : callable
        Executes programs on the submission.
    """

    id = OWN
    title = "own function"
    kind = "own"
    names = ()
    has_reference: ClassVar[bool] = False
    sizes = ("N", "D", "M", "K")
    regimes = (*REGIMES, FAR)
    layouts = (Layout("own", "arrays as they are"),)
    domain = "reals, or values inside (0, 1) where it has none for others"
    kink_convention = "at a kink anything between the one-sided derivatives is right"

    def __init__(self, template: Template, execute: Execute) -> None:
        self._template = replace(template, gradients={}, backward=())
        self._execute = execute

    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the function's arguments with their shapes."""
        return _variables(variant.id)

    def variant(self, identifier: str) -> Variant:
        """Return the variant of that id."""
        domain, form, *_ = identifier.split()
        bare = Variant(identifier, "")
        dims = {v.name: v.dims for v in self.variables(bare)}
        differentiable = [v.name for v in self.variables(bare) if v.is_differentiable]
        return variant_of(dims, differentiable, domain,  # type: ignore[arg-type]
                          is_scalar=form == "number", kinds=_kinds(identifier))  # fmt: skip

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return the usual sizes, and those that an object of the student's fixes."""
        dims = [d for v in self.variables(variant) for d in v.dims]
        usual = ("N",) if variant.options.get("domain") in LARGEST else self.sizes
        return tuple(dict.fromkeys((*usual, *dims)))

    def is_scalar(self, variant: Variant) -> bool:
        """Whether the function returns one number."""
        return bool(variant.options["is_scalar"])

    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Draw each argument."""
        domain = variant.options["domain"]
        draw = source.probabilities if domain == "inside" else source.reals
        kinds = _kinds(variant.id)
        drawn: dict[str, Array] = {}
        for v in self.variables(variant):
            shape = tuple(sizes[d] for d in v.dims)
            if v.name in kinds:
                drawn[v.name] = _of_kind(source, shape, kinds[v.name])
            else:
                drawn[v.name] = _tamed(draw(shape), LARGEST.get(domain))
        return drawn

    def _run(self, calls: Sequence[Call], variant: Variant) -> Sequence[Answer]:
        subject = ProgrammedSubject(
            self._template, self, variant, self.layouts[0], self._execute
        )
        return subject.run(calls)

    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the student's own value; a lone NaN where there is none."""
        (answer,) = self._run([Call("forward", inputs)], variant)
        value = _numbers(answer)
        return np.full((), np.nan) if value is None else value

    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the derivative of the student's own value, entry by entry."""
        output = self.forward(inputs, variant)
        if output.shape != np.shape(upstream):
            return {v.name: np.zeros_like(inputs[v.name]) for v in self.differentiable(variant)}
        where = Point(output, upstream, float(np.max(np.abs(output), initial=0.0)))
        return {
            v.name: self._gradient(inputs, v.name, where, variant)
            for v in self.differentiable(variant)
        }

    def _gradient(self, inputs: Inputs, name: str, where: Point, variant: Variant) -> Array:
        value = inputs[name]
        units = [row.reshape(value.shape) for row in np.eye(value.size)]
        stepped = [{**inputs, name: value + 1j * COMPLEX_STEP * unit} for unit in units]
        answers = self._run([Call("forward", i, system="complex") for i in stepped], variant)
        found = [tangent(where, _numbers(a, has_complex=True)) for a in answers]
        slopes = [slope for slope, _ in found]
        reasons = {reason for slope, reason in found if slope is None}
        if reasons:
            slopes = self._otherwise(slopes, reasons, inputs, name, variant)
        sums = [np.nan if s is None else np.sum(where.upstream * s) for s in slopes]
        return np.array(sums, dtype=np.float64).reshape(value.shape)

    def _otherwise(
        self, slopes: list[Array | None], reasons: Collection[str], inputs: Inputs, name: str,
        variant: Variant,
    ) -> list[Array | None]:  # fmt: skip
        """Return the slopes where complex steps don't give all of them, and why: differences."""
        value = inputs[name]
        moved = [
            {**inputs, name: value + sign * DIFFERENCE * row.reshape(value.shape)}
            for row in np.eye(value.size) for sign in (1.0, -1.0)
        ]  # fmt: skip
        values = [_numbers(a) for a in self._run([Call("forward", i) for i in moved], variant)]
        pairs = zip(values[::2], values[1::2], strict=True)
        return [
            None if a is None or b is None else (a - b) / (2 * DIFFERENCE) for a, b in pairs
        ]

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return 0: only the student's own values tell how large they are.

        In a block some weights may be of no effect (the bias of an attention's keys): rounding
        errors are all that is left of what cancels, in terms as large as the block's output.
        """
        size = 0.0
        if variant.options.get("domain") in LARGEST:
            output = float(np.max(np.abs(self.forward(inputs, variant)), initial=1.0))
            size = float(np.max(np.abs(upstream), initial=0.0)) * output
        return {v.name: size for v in self.differentiable(variant)}

    def leeway(self, variant: Variant) -> float:
        """Return how far a gradient may be from the derivative, relative to its size."""
        return LEEWAY.get(variant.options.get("domain", ""), 0.0)

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return how far an argument may be moved."""
        is_inside = variant.options["domain"] == "inside"
        return INSIDE_STEP if is_inside else super().largest_step(inputs, variant)


def _tamed(value: Array, largest: float | None) -> Array:
    """Return the array with entries neither larger than weights usually are nor next to 0.

    Where several weights of a unit are 0, it stands at its kink for all examples at once, and what
    is right there isn't told by differences. Without a limit it is what it was.
    """
    if largest is None:
        return value
    places = np.arange(value.size).reshape(value.shape)
    others = LEAST_WEIGHT * (1 + places % SPREAD) * np.where(places % 2, -1.0, 1.0)
    value = np.where(np.abs(value) < LEAST_WEIGHT, others, value)
    return np.asarray(value / max(1.0, float(np.max(np.abs(value), initial=0.0)) / largest))


def _of_kind(source: Source, shape: tuple[int, ...], kind: str) -> Array:
    """Draw what is no real number of the domain: labels, or a number between a half and 1."""
    if kind == "binary":
        return source.binary(shape)
    if kind == "inside":
        return source.probabilities(shape)
    if kind == "share":
        return LEAST_SHARE + (1.0 - LEAST_SHARE) * source.probabilities(shape)
    word, _, number = kind.partition("-")
    if word == "labels":
        labels = source.integers(shape, int(number))
        labels.flat[:1] = int(number) - 1  # some count a batch's classes by its largest label
        return labels
    axis = int(number)
    length = shape[axis]
    labels = source.integers(tuple(np.delete(shape, axis)), length)
    return np.moveaxis(np.eye(length)[labels], -1, axis)


def _numbers(answer: Answer, *, has_complex: bool = False) -> Array | None:
    """Return an answer's value as numbers, or None if it isn't any."""
    array = answer.numbers
    kinds = "fiuc" if has_complex else "fiu"
    return array if array is not None and array.dtype.kind in kinds else None
