"""Examples of a component: drawn once by Hypothesis, with what the reference says of them.

They depend on the component, its variant, the sizes that a submission fixes, the seed and
the profile only, so a whole batch of submissions shares them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial, wraps
from typing import Any, Literal, ParamSpec, TypeVar

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from gradcheck.component import Array, Component, Variant
from gradcheck.records.program import Memory
from gradcheck.strategies.recipe import (
    EVERYWHERE,
    LONG,
    MEMORY,
    PLAIN_MAX,
    SMALL_PLAIN_MAX,
    TIES,
    Recipe,
    plain_sizes,
    recipes,
)
from gradcheck.strategies.source import PlainSource, RandomSource

__all__ = ["PROFILES", "Example", "Profile", "battery", "plain_examples", "remembered",
           "settings", "signed"]  # fmt: skip

Profile = Literal["quick", "standard", "thorough"]
PROFILES: Mapping[Profile, int] = {"quick": 1, "standard": 2, "thorough": 6}
"""How many times each regime is drawn."""
LOW, HIGH = 0.5, 1.5
"""Magnitudes of upstream gradients and directions, with random signs."""
RESIZED = 11
"""Purpose of the values that an example has at other sizes."""
CACHED_BATTERIES = 256
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def signed(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return values of random sign with magnitudes in [0.5, 1.5]."""
    size = rng.uniform(LOW, HIGH, shape)
    return np.asarray(np.where(rng.random(shape) < LOW, -size, size))


@dataclass(frozen=True, eq=False)
class Example:
    """Canonical inputs with the reference's answers.

    Parameters
    ----------
    index : int
        Position in the battery; -1 for a shrunk one.
    regime : str
        See :mod:`gradcheck.strategies.recipe`; ``plain`` for a shrunk one.
    upstream_scale : float
        Order of magnitude of the upstream gradient.
    """

    component: Component
    variant: Variant
    index: int
    regime: str
    sizes: Mapping[str, int]
    inputs: Mapping[str, Array]
    seed: tuple[int, ...]
    upstream_scale: float = 1.0

    def rng(self, *purpose: int) -> np.random.Generator:
        """Return a generator for one purpose; equal on every machine."""
        return np.random.Generator(np.random.Philox(np.random.SeedSequence([*self.seed, *purpose])))

    @property
    def memory(self) -> Memory:
        """How the inputs lie in memory."""
        return MEMORY.get(self.regime, "C")

    @cached_property
    def output(self) -> Array:
        """The reference's value."""
        return np.asarray(self.component.forward(self.inputs, self.variant))

    @cached_property
    def upstream(self) -> Array:
        """A random gradient of the cost with respect to the output; 1 for costs."""
        if self.component.is_scalar(self.variant):
            return np.ones(())
        return signed(self.rng(1), self.output.shape) * self.upstream_scale

    @cached_property
    def accepted(self) -> tuple[dict[str, Array], ...]:
        """Every right gradient, the textbook's first."""
        return self.component.accepted(self.inputs, self.upstream, self.variant)

    @property
    def gradients(self) -> dict[str, Array]:
        """The textbook's gradient."""
        return self.accepted[0]

    @cached_property
    def interval(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """The lowest and highest accepted gradient."""
        return self.component.interval(self.inputs, self.upstream, self.variant)

    @cached_property
    def magnitude(self) -> dict[str, float]:
        """Natural sizes of the gradients."""
        return self.component.magnitude(self.inputs, self.upstream, self.variant)

    def resized(self, sizes: Mapping[str, int]) -> Example:
        """Return an example like it with some sizes changed; itself where they are so already."""
        if all(self.sizes.get(name) == size for name, size in sizes.items()):
            return self
        fitted = self.component.fitted_sizes({**self.sizes, **sizes}, self.variant)
        inputs = self.component.draw(
            RandomSource(self.rng(RESIZED), self.regime), fitted, self.variant
        )
        return Example(self.component, self.variant, self.index, self.regime, fitted, inputs,
                       self.seed, self.upstream_scale)  # fmt: skip

    def with_inputs(self, inputs: Mapping[str, Array]) -> Example:
        """Return the same example at other inputs, with the same upstream gradient."""
        moved = Example(self.component, self.variant, self.index, self.regime, self.sizes, inputs,
                        self.seed, self.upstream_scale)  # fmt: skip
        moved.__dict__["upstream"] = self.upstream
        return moved


def settings(max_examples: int, *phases: Phase) -> hypothesis.settings:
    """Return the project's own settings: nothing stored, nothing timed, no health checks."""
    return hypothesis.settings(
        max_examples=max_examples,
        database=None,
        deadline=None,
        derandomize=False,  # the seed is set explicitly
        phases=phases or (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
        print_blob=False,
    )


@lru_cache(maxsize=CACHED_BATTERIES)
def _recipes(
    regimes: tuple[str, ...], names: tuple[str, ...], fixed: tuple[tuple[str, int], ...],
    choices: tuple[tuple[str, tuple[int, ...]], ...], seed: int, rounds: int,
) -> tuple[Recipe, ...]:  # fmt: skip
    drawn: list[Recipe] = []
    of_regime = partial(recipes, names=names, fixed=dict(fixed), choices=dict(choices))
    all_regimes = st.tuples(*(of_regime(r) for r in regimes))

    @hypothesis.seed(seed)
    @settings(rounds)
    @hypothesis.given(all_regimes)
    def collect(batch: Sequence[Recipe]) -> None:
        drawn.extend(batch)

    collect()
    return tuple(drawn)


def remembered(size: int) -> Callable[[Callable[_Given, _Made]], Callable[_Given, _Made]]:
    """Return a decorator that keeps what is made for components of which a reference knows.

    An own function (the first argument is its component) lives in one session, which nothing
    may keep alive.
    """

    def decorated(make: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
        kept: Any = lru_cache(maxsize=size)(make)

        @wraps(make)
        def made(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
            component = args[0]
            has_reference = isinstance(component, Component) and component.has_reference
            found: _Made = (kept if has_reference else make)(*args, **kwargs)
            return found

        return made

    return decorated


@remembered(CACHED_BATTERIES)
def battery(
    component: Component, variants: tuple[Variant, ...], fixed: tuple[tuple[str, int], ...],
    seed: int, profile: Profile,
) -> tuple[Example, ...]:  # fmt: skip
    """Return the battery of a component.

    Parameters
    ----------
    variants : tuple of Variant
        The first is that of the regime that comes first; all take their turns.
    fixed : tuple of (str, int)
        Sizes that the submission or the layout fixes, sorted.
    seed : int
        Of the run.
    profile : {"quick", "standard", "thorough"}
        How often each regime is drawn.
    """
    names = component.sizes_of(variants[0])
    # a size fixed to 1 example leaves nothing to the regimes that vary it
    varying = {"large-batch", "repeated-rows"} if dict(fixed).get("N") else set()
    regimes = tuple(r for r in (*component.regimes, *EVERYWHERE) if r not in varying)
    choices = tuple(component.choices.items())
    drawn = _recipes(regimes, names, fixed, choices, seed, PROFILES[profile])
    remote = () if profile == "quick" else _remote(component, names, fixed)
    found = []
    for index, recipe in enumerate((*drawn, *_recipes(remote, names, fixed, choices, seed, 1))):
        turn = (index + index // len(regimes)) % len(variants)
        found.append(_example(component, variants[turn], index, recipe, seed))
    return tuple(found)


def _remote(
    component: Component, names: Sequence[str], fixed: tuple[tuple[str, int], ...]
) -> tuple[str, ...]:
    """Return the regimes that are drawn once, for values and gradients alone."""
    if not component.has_reference or not component.is_shipped or component.choices:
        return ()  # where work is the product of many sizes, none may be long
    is_long = "large-batch" in component.regimes and "N" in names and "N" not in dict(fixed)
    has_ties = component.kind in {"activation", "cost"}
    return ((LONG,) if is_long else ()) + ((TIES,) if has_ties else ())


def _example(
    component: Component, variant: Variant, index: int, recipe: Recipe, seed: int
) -> Example:
    rng = recipe.generator(seed, component.id)
    sizes = component.fitted_sizes(recipe.sizes, variant)
    inputs = component.draw(RandomSource(rng, recipe.regime), sizes, variant)
    scale = 1.0 if component.is_scalar(variant) else recipe.upstream_scale
    return Example(component, variant, index, recipe.regime, sizes, inputs,
                   (seed, index, recipe.seed), scale)  # fmt: skip


@st.composite
def plain_examples(
    draw: st.DrawFn, component: Component, variant: Variant, fixed: tuple[tuple[str, int], ...]
) -> Example:
    """Draw a small example of short decimals, to shrink in."""
    most = SMALL_PLAIN_MAX if component.choices else PLAIN_MAX
    drawn = draw(plain_sizes(component.sizes_of(variant), dict(fixed), most=most))
    sizes = component.fitted_sizes(drawn, variant)
    inputs = component.draw(PlainSource(draw), sizes, variant)
    example = Example(component, variant, -1, "plain", sizes, inputs, (0,))
    if not component.is_scalar(variant):
        shape = example.output.shape
        example.__dict__["upstream"] = PlainSource(draw).reals(shape)
    return example
