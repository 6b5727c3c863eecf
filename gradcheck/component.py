"""What every component offers; see :class:`Component`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from gradcheck.constants import STABILISERS, Constant, marked, unmarked
from gradcheck.presentation import Layout
from gradcheck.strategies.recipe import REGIMES
from gradcheck.strategies.source import Source

__all__ = [
    "Array",
    "Component",
    "Factor",
    "Kind",
    "Link",
    "Role",
    "Site",
    "Variable",
    "Variant",
    "interval_at_kinks",
]

Array = npt.NDArray[Any]
Inputs = Mapping[str, Array]
Kind = Literal["activation", "cost", "layer", "model", "step", "own"]
Role = Literal["data", "target", "parameter", "constant"]


@dataclass(frozen=True)
class Variable:
    """One input of a component.

    Parameters
    ----------
    name : str
        As in item ids: ``x``, ``W``, ``prediction``.
    title : str
        As in messages: "the input x".
    dims : tuple of str
        Size names of the canonical axes; a first ``N`` is the batch axis.
    aliases, weak : tuple of str
        What students call it (lower case, no underscores): surely, and perhaps.
    """

    name: str
    title: str
    dims: tuple[str, ...]
    role: Role = "data"
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    is_differentiable: bool = True

    @property
    def is_batch(self) -> bool:
        """Whether the first axis runs over the examples."""
        return bool(self.dims) and self.dims[0] == "N"


@dataclass(frozen=True)
class Variant:
    """One accepted reading of what a component computes: its reduction, input form ...

    Of one component, the id tells the rest: variants made twice are equal.
    """

    id: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict, compare=False)
    hints: tuple[str, ...] = field(default=(), compare=False)
    """Name tokens that speak for it, e.g. ``logits``."""
    is_rarer: bool = field(default=False, compare=False)
    """Whether a name alone doesn't mean it: its value must fit."""


@dataclass(frozen=True)
class Site:
    """Where a local derivative stands in the chain: what a mistake may take instead.

    ``layer`` counts from 1; ``activations`` are a0 (the input) ... aL (the prediction),
    ``pre`` are z1 ... zL, ``da`` is the gradient that arrives at this layer's a.
    """

    layer: int
    layers: int
    z: Array
    a: Array
    a_prev: Array | None
    W: Array | None
    b: Array | None
    y: Array | None
    activations: tuple[Array, ...]
    slopes: tuple[Array, ...] = ()
    """da/dz of every layer, for mistakes that take another layer's."""
    pre: tuple[Array, ...] = ()
    da: Array | None = None
    slope_at: Callable[[Array], Array] | None = None
    """This layer's da/dz as a function, for mistakes that evaluate it elsewhere."""

    @property
    def slope(self) -> Array:
        """The right da/dz of this layer."""
        return self.slopes[self.layer - 1]

    @property
    def is_last(self) -> bool:
        """Whether this is the output layer."""
        return self.layer == self.layers


Factor = Callable[[Site], Array]


@dataclass(frozen=True)
class Link:
    """One link of the chain rule at a batch of one: a gradient derived from its neighbour."""

    variable: str
    expected: Array
    actual: Array
    formula: str


LARGEST_STEP = 0.1


class Component(ABC):
    """A gradable thing: its reference, domain, kinks and accepted readings.

    Everything is canonical here (see :mod:`gradcheck.presentation`): examples are rows.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind]
    names: ClassVar[tuple[str, ...]]
    """What students call it: lower-case words joined by ``_``."""
    lookalikes: ClassVar[tuple[str, ...]] = ()
    """Names that contain one of these and mean something else, without underscores."""
    foreign: ClassVar[frozenset[str]] = frozenset()
    """Names of parameters that tell that something else is meant, without underscores."""
    sizes: ClassVar[tuple[str, ...]] = ("N", "D")
    choices: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    """What sizes are drawn from where work is their product: few and small."""
    regimes: ClassVar[tuple[str, ...]] = REGIMES
    size_names: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """What students call a size in a constructor (lower case, no underscores)."""
    variants: ClassVar[tuple[Variant, ...]] = (Variant("plain", "as in the textbook"),)
    layouts: ClassVar[tuple[Layout, ...]] = (Layout("rows", "examples in rows"),)
    elsewhere: ClassVar[Mapping[str, tuple[Layout, ...]]] = {}
    """By a layout's id, further ones in which the same code is asked: where its value is right,
    its gradient must be, too."""
    is_one_elsewhere: ClassVar[bool] = False
    """Whether a gradient that is wrong there is a fault, and not only worth a remark."""
    constants: ClassVar[tuple[Constant, ...]] = ()
    """What the field doesn't fix; see :meth:`constant`."""
    extras: ClassVar[Mapping[str, str | float]] = {}
    """What else a dict of constants holds, e.g. ``mode``."""
    extra_arrays: ClassVar[Mapping[str, tuple[str, float]]] = {}
    """Arrays in that dict: a variable times a number, as 0.0 (``running_mean`` before the first
    batch)."""
    dict_keys: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Keys of each parameter in a layer's dict of them, with those that its value doesn't need."""
    dict_fillers: ClassVar[Mapping[str, str]] = {}
    """Further keys of that dict, which value and gradients don't depend on: filled with a
    variable's transpose, or with 0."""
    factors: ClassVar[frozenset[str]] = frozenset()
    """Local derivatives of the chain that :meth:`rederive` lets a mistake replace."""
    domain: ClassVar[str] = "finite reals"
    kink_convention: ClassVar[str] = "smooth: no kinks"
    has_gradient: ClassVar[bool] = True
    has_reference: ClassVar[bool] = True
    """Whether value and gradient are known beforehand, not only the student's own."""
    is_shipped: ClassVar[bool] = True
    """Whether its reference is gradcheck's own: right on extreme inputs, and known to descend."""
    convention: ClassVar[str] = ""
    """The id of the only convention that reads it, where others can't."""
    outputs: ClassVar[tuple[str, ...]] = ("out",)
    """Its results. Several of one shape are one array here, along the second axis, and a list of
    them (along the first) for the student's code, as its layouts present the output."""
    repeats: ClassVar[int] = 1
    """How many calls make one value, with what is kept between them: an optimizer's steps."""
    is_broad: ClassVar[bool] = False
    """Whether others are called so, too: then its value must fit, unless it is asked for."""
    needs_name: ClassVar[bool] = False
    """Whether numbers alone don't tell it: a sum or a multiple is what any helper may return."""
    is_random: ClassVar[bool] = False
    """Whether its value depends on random numbers that the code draws itself (dropout)."""
    branches: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Components that one function may be, itself among them: the words that ask for each."""
    mode_kind: ClassVar[Literal["", "statistics", "mask"]] = ""
    """What test does instead of training: it uses running statistics, or drops no entry."""
    mixes_examples: ClassVar[bool] = False
    """Whether one example's output depends on the others of its batch (batch normalisation)."""
    takes_logarithms: ClassVar[bool] = False
    """Whether stabilisers (clips, epsilons) beside a logarithm may show on extreme inputs."""
    has_two_logarithms: ClassVar[bool] = False
    """Whether they are those of p and of 1 - p, of which a target of 1 or 0 takes one."""

    @abstractmethod
    def variables(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the inputs in their canonical order."""

    @abstractmethod
    def draw(self, source: Source, sizes: Mapping[str, int], variant: Variant) -> dict[str, Array]:
        """Return canonical inputs inside the domain."""

    @abstractmethod
    def forward(self, inputs: Inputs, variant: Variant) -> Array:
        """Return the reference's value, by ``gradcheck_reference``."""

    @abstractmethod
    def backward(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return the reference's gradient for each differentiable variable."""

    def is_scalar(self, variant: Variant) -> bool:
        """Whether the output is one number (costs and models with a reduction)."""
        return self.kind in {"cost", "model"} and variant.options.get("reduction") != "none"

    def differentiable(self, variant: Variant) -> tuple[Variable, ...]:
        """Return the variables that have a gradient."""
        return tuple(v for v in self.variables(variant) if v.is_differentiable)

    def sizes_of(self, variant: Variant) -> tuple[str, ...]:
        """Return the size names that an example of this variant needs."""
        return self.sizes

    def fitted_sizes(self, sizes: Mapping[str, int], variant: Variant) -> dict[str, int]:
        """Return the sizes that were drawn, with those that follow from them and the constants."""
        return dict(sizes)

    def accepted(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], ...]:
        """Return every gradient that is accepted, the textbook's first.

        With epsilons in the variant, that of the student's own value follows, and last one
        that has a small epsilon of its own (a remark; see ``gradcheck.constants.slopes``).
        """
        return (self.backward(inputs, upstream, variant),)

    def interval(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the lowest and highest accepted gradient; they differ at kinks only."""
        gradient = self.backward(inputs, upstream, variant)
        return gradient, gradient

    def remark_at_kink(
        self, inputs: Inputs, upstream: Array, gradients: Mapping[str, Array], variant: Variant
    ) -> str:
        """Return what is worth a remark in gradients that are accepted at a kink, or nothing."""
        return ""

    def magnitude(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, float]:
        """Return for each gradient the natural size that its rounding errors scale with."""
        gradients = self.backward(inputs, upstream, variant)
        return {name: float(np.max(np.abs(g), initial=0.0)) for name, g in gradients.items()}

    def output_magnitude(self, inputs: Inputs, variant: Variant) -> float:
        """Return the natural size that the output's rounding errors scale with."""
        return float(np.max(np.abs(self.forward(inputs, variant)), initial=0.0))

    def leeway(self, variant: Variant) -> float:
        """Return how far a gradient may be from the derivative, relative to its size."""
        return 0.0

    def weight(self, variant: Variant, n_examples: int) -> float:
        """Return how much one example counts in the output (1/N for a mean cost)."""
        return 1.0

    def penalties(self, inputs: Inputs, upstream: Array, variant: Variant) -> dict[str, Array]:
        """Return, by variable, the part of its gradient that no example makes: a penalty's."""
        return {}

    def largest_step(self, inputs: Inputs, variant: Variant) -> float:
        """Return how far an input may be moved along a direction and stay in the domain."""
        return LARGEST_STEP

    def is_inside(self, inputs: Inputs, variant: Variant) -> bool:
        """Return whether the inputs are in the component's domain."""
        return True

    def depth(self, variant: Variant) -> int:
        """Return how many layers it has, one behind the other."""
        return int(variant.options.get("depth", 1))

    def rederive(
        self, inputs: Inputs, upstream: Array, variant: Variant, wrong: Mapping[str, Factor]
    ) -> dict[str, Array]:
        """Return the gradient with some local derivatives replaced by mistaken ones."""
        raise NotImplementedError(f"{self.id} names no factors")

    def step_by_step(
        self, inputs: Inputs, upstream: Array, variant: Variant
    ) -> dict[str, Array]:
        """Return the gradient with every step differentiated as if none came after it."""
        raise NotImplementedError(f"{self.id} has no steps")

    def counted(self, inputs: Inputs, variant: Variant, count: Callable[[int], int]) -> Array:
        """Return the value with another number for each step than 1, 2, 3 ..."""
        raise NotImplementedError(f"{self.id} counts no steps")

    def links(
        self, inputs: Inputs, gradients: Mapping[str, Array], variant: Variant
    ) -> tuple[Link, ...]:
        """Return the chain's links at a batch of one, from the student's own gradients."""
        return ()

    def is_stabilisable(self, variant: Variant) -> bool:
        """Return whether a small epsilon may stand inside the logarithms of the variant."""
        return False

    def constant(self, variant: Variant, name: str) -> float:
        """Return the value that a constant has in a variant: its own, else the commonest."""
        own = next(c for c in self.constants if c.name == name)
        return own.typed(variant.options.get(name, own.usual[0]))

    def open_constants(self, variant: Variant) -> tuple[Constant, ...]:
        """Return the constants of which a variant has no value of its own."""
        return tuple(c for c in self.constants if c.name not in variant.options)

    def with_constants(self, variant: Variant, values: Mapping[str, float]) -> Variant:
        """Return the variant with values of its constants, which its id and title tell."""
        if not values:
            return variant
        base, before = unmarked(variant.id)
        both = {**before, **values}
        known = {c.name: c for c in (*self.constants, *STABILISERS)}
        said = [known[name].title.format(known[name].typed(v)) for name, v in values.items()]
        typed = {name: known[name].typed(value) for name, value in both.items()}
        return Variant(
            marked(base, typed), ", ".join((variant.title, *said)), {**variant.options, **typed},
            variant.hints, variant.is_rarer,
        )  # fmt: skip

    def without(self, variant: Variant, names: Collection[str]) -> Variant:
        """Return the variant without values of its own of the named constants."""
        base, values = unmarked(variant.id)
        kept = {name: value for name, value in values.items() if name not in names}
        return self.with_constants(self.variant(base), kept)

    def variant(self, identifier: str) -> Variant:
        """Return the variant of that id."""
        base, values = unmarked(identifier)
        return self.with_constants(next(v for v in self.variants if v.id == base), values)

    def layout(self, identifier: str) -> Layout:
        """Return the layout of that id."""
        return next(layout for layout in self.layouts if layout.id == identifier)


def interval_at_kinks(
    low: Mapping[str, Array], high: Mapping[str, Array]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return both ends sorted entry by entry (a negative upstream swaps them)."""
    return (
        {name: np.minimum(low[name], high[name]) for name in low},
        {name: np.maximum(low[name], high[name]) for name in low},
    )
