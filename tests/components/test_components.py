"""Every component, in every variant: its gradient is the derivative of its own value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from gradcheck import families
from gradcheck.component import Component, Factor, Site, Variant
from gradcheck.examples import Example, Profile, battery, signed
from gradcheck.numerics.derivative import estimate, steps
from gradcheck.strategies.recipe import EVERYWHERE, LONG, TIES

Array = npt.NDArray[np.float64]

SEED = 20
EXACT = 1e-12
"""Two right ways to compute the same differ by this part of the natural size at most."""
COMPONENTS = families.all_components()
VARIANTS = [(c, v) for c in COMPONENTS for v in c.variants]
VARIANTS += [
    (c, c.with_constants(v, {k.name: k.choice if k.is_integer else k.usual[1]
                             for k in c.constants}))
    for c in COMPONENTS if c.constants for v in c.variants
]  # fmt: skip
"""Each variant once more, with telling values of its constants."""
DIFFERENTIABLE = [(c, v) for c, v in VARIANTS if c.has_gradient]
REMOTE = {LONG, TIES}
"""Regimes that a component's first variant has besides, where they fit."""
AT_KINKS = {"kink", "near-zero"}
"""Regimes with inputs at a kink, or nearer than the steps of a difference."""


def named(pairs: list[tuple[Component, Variant]]) -> dict[str, object]:
    return {"argvalues": pairs, "ids": [f"{c.id}-{v.id}" for c, v in pairs]}


@cache
def battery_of(component: Component, variant: Variant) -> tuple[Example, ...]:
    """Return what the tests share; each regime once for all but a component's first variant."""
    profile: Profile = "standard" if variant == component.variants[0] else "quick"
    return battery(component, (variant,), (), SEED, profile)


def examples(component: Component, variant: Variant, *regimes: str) -> Iterator[Example]:
    for one in battery_of(component, variant):
        if not regimes or one.regime in regimes:
            yield one


def smooth(component: Component, variant: Variant) -> Iterator[Example]:
    """Return what isn't at a kink; of a rarer variant (a part is left out) the ordinary ones."""
    regimes = ("ordinary",) if variant.is_rarer else ()
    return (e for e in examples(component, variant, *regimes) if e.regime not in AT_KINKS)


def close(a: Array, b: Array, size: float) -> bool:
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= EXACT * max(size, 1e-300)))


@pytest.mark.parametrize(("component", "variant"), **named(VARIANTS))  # type: ignore[arg-type]
def test_examples_have_the_shapes_that_are_promised(
    component: Component, variant: Variant
) -> None:
    found = list(examples(component, variant))
    assert {e.regime for e in found} - REMOTE == {*component.regimes, *EVERYWHERE}
    for one in found:
        sizes = {**one.sizes, "K1": 1}
        for variable in component.variables(variant):
            value = one.inputs[variable.name]
            assert value.shape == tuple(sizes[d] for d in variable.dims)
            assert np.all(np.isfinite(value))
        assert set(one.inputs) == {v.name for v in component.variables(variant)}
        assert component.is_inside(one.inputs, variant)
        assert np.all(np.isfinite(one.output))
        assert component.is_scalar(variant) == (one.output.shape == ())
        wanted = {v.name for v in component.differentiable(variant)}
        assert set(one.gradients) == (wanted if component.has_gradient else set())
        for name, gradient in one.gradients.items():
            assert gradient.shape == one.inputs[name].shape
            assert gradient.dtype == np.float64
            assert np.all(np.isfinite(gradient))


@pytest.mark.sampled(12, 3)
@pytest.mark.parametrize(("component", "variant"), **named(DIFFERENTIABLE))  # type: ignore[arg-type]
def test_backward_is_the_derivative_of_forward(component: Component, variant: Variant) -> None:
    for one in smooth(component, variant):
        own = one.accepted[-1]  # with an epsilon in the cost, the last is the cost's own
        largest = component.largest_step(one.inputs, variant)
        for place, name in enumerate(own):
            direction = signed(one.rng(99, place), one.inputs[name].shape)
            values, magnitude = [], component.output_magnitude(one.inputs, variant)
            for t in steps(largest):
                moved = {**one.inputs, name: one.inputs[name] + t * direction}
                assert component.is_inside(moved, variant)
                terms = component.forward(moved, variant) * one.upstream
                values.append(float(np.sum(terms)))
                magnitude = max(magnitude, float(np.sum(np.abs(terms))))
            inputs = float(np.max(np.abs(one.inputs[name])))
            found = estimate(values, magnitude, largest, inputs=inputs)
            along = float(np.sum(own[name] * direction))
            size = one.magnitude[name] * one.inputs[name].size
            assert np.isfinite(found.bound)
            assert abs(found.value - along) <= found.bound + EXACT * size, (one.regime, name)


@pytest.mark.parametrize(("component", "variant"), **named(VARIANTS))  # type: ignore[arg-type]
def test_natural_sizes_are_not_smaller_than_the_results(
    component: Component, variant: Variant
) -> None:
    for one in examples(component, variant):
        size = component.output_magnitude(one.inputs, variant)
        assert size > 0
        assert np.max(np.abs(one.output)) <= size * (1 + EXACT)
        for name, gradient in one.gradients.items():
            assert one.magnitude[name] > 0
            assert np.max(np.abs(gradient)) <= one.magnitude[name] * (1 + EXACT)


@pytest.mark.parametrize(("component", "variant"), **named(DIFFERENTIABLE))  # type: ignore[arg-type]
def test_the_accepted_interval_holds_the_gradient(component: Component, variant: Variant) -> None:
    has_kink = component.kink_convention != Component.kink_convention
    widths = dict.fromkeys((*component.regimes, *EVERYWHERE, *REMOTE), 0.0)
    for one in examples(component, variant):
        low, high = one.interval
        for name, gradient in one.gradients.items():
            slack = EXACT * one.magnitude[name]
            assert np.all(low[name] <= gradient + slack)
            assert np.all(gradient <= high[name] + slack)
            width = float(np.max(high[name] - low[name])) - slack
            widths[one.regime] = max(widths[one.regime], width)
    for regime, width in widths.items():
        if not (has_kink and regime in {"kink", TIES}):  # ties may lie at a kink
            assert width <= 0.0
    always = {"absolute-error", "hinge", "selu", "hard-sigmoid", "triplet", "l1-penalty"}
    if has_kink and "kink" in widths and ("relu" in variant.id + component.id
                                          or component.id in always):  # fmt: skip
        assert widths["kink"] > 0.0


@pytest.mark.parametrize(("component", "variant"), **named(DIFFERENTIABLE))  # type: ignore[arg-type]
def test_a_batch_is_made_of_its_examples(component: Component, variant: Variant) -> None:
    is_made = []
    for one in examples(component, variant, "ordinary"):
        batch = {v.name for v in component.variables(variant) if v.is_batch}
        count = one.sizes.get("N", 1)
        weight = component.weight(variant, count) / component.weight(variant, 1)
        parts: list[dict[str, Array]] = []
        for k in range(count):
            inputs = {n: v[k : k + 1] if n in batch else v for n, v in one.inputs.items()}
            upstream = one.upstream[k : k + 1] if one.upstream.ndim else one.upstream
            parts.append(component.backward(inputs, upstream, variant))
        penalties = component.penalties(one.inputs, one.upstream, variant)
        for name, gradient in one.gradients.items():
            once = penalties.get(name, 0.0)
            rows = [p[name] - once for p in parts]
            joined = np.concatenate(rows) if name in batch else np.sum(rows, axis=0)
            is_made.append(close(gradient, weight * joined + once, one.magnitude[name]))
    assert all(is_made) is not component.mixes_examples


@pytest.mark.parametrize(("component", "variant"), **named(DIFFERENTIABLE))  # type: ignore[arg-type]
def test_backward_is_linear_in_the_upstream_gradient(
    component: Component, variant: Variant
) -> None:
    for one in examples(component, variant, "ordinary"):
        doubled = component.backward(one.inputs, -3.0 * one.upstream, variant)
        nothing = component.backward(one.inputs, 0.0 * one.upstream, variant)
        for name, gradient in one.gradients.items():
            assert close(doubled[name], -3.0 * gradient, 3 * one.magnitude[name])
            assert not np.any(nothing[name])


@pytest.mark.parametrize(("component", "variant"), **named(VARIANTS))  # type: ignore[arg-type]
def test_nothing_changes_its_inputs(component: Component, variant: Variant) -> None:
    for one in examples(component, variant, "ordinary", "kink"):
        before = {n: v.tobytes() for n, v in one.inputs.items()}
        frozen = {n: v.copy() for n, v in one.inputs.items()}
        for value in frozen.values():
            value.setflags(write=False)
        component.forward(frozen, variant)
        component.accepted(frozen, one.upstream, variant)
        component.interval(frozen, one.upstream, variant)
        component.magnitude(frozen, one.upstream, variant)
        assert before == {n: v.tobytes() for n, v in frozen.items()}


# layouts


LAYOUTS = [(c, layout) for c in COMPONENTS for layout in c.layouts]


@pytest.mark.parametrize(
    ("component", "layout"), LAYOUTS, ids=[f"{c.id}-{w.id}" for c, w in LAYOUTS]
)
def test_layouts_can_be_undone_and_keep_gradients(component: Component, layout: object) -> None:
    for variant in component.variants:
        names = {v.name for v in component.variables(variant)}
        if layout.of and not names & set(layout.of):  # type: ignore[attr-defined]
            continue  # it presents another variant's variables
        fixed = tuple(sorted(layout.sizes.items()))  # type: ignore[attr-defined]
        one = battery(component, (variant,), fixed, SEED, "quick")[0]
        for name in layout.of:  # type: ignore[attr-defined]
            everywhere = {x.name for v in component.variants for x in component.variables(v)}
            assert name in everywhere or component.id == "network"
        for variable in component.variables(variant):
            form = layout.presentation(variable.name)  # type: ignore[attr-defined]
            value = one.inputs[variable.name]
            shown = form.present(value, one.sizes)
            assert np.array_equal(form.restore(np.asarray(shown)), value)
            if form.is_number:
                assert np.size(shown) == 1
            gradient = one.gradients.get(variable.name)
            if gradient is not None:
                direction = signed(one.rng(5), value.shape)
                along = np.sum(form.present(gradient, one.sizes)
                               * form.present(direction, one.sizes))  # fmt: skip
                assert np.isclose(along, np.sum(gradient * direction), rtol=1e-12, atol=0)
        if not component.is_scalar(variant):
            form = layout.of_output  # type: ignore[attr-defined]
            assert np.array_equal(form.restore(form.present(one.output, one.sizes)), one.output)


def test_layouts_and_variants_have_names_of_their_own() -> None:
    for component in COMPONENTS:
        for family in (component.layouts, component.variants):
            ids = [m.id for m in family]
            assert len(set(ids)) == len(ids)
            assert component.layout(component.layouts[0].id) is component.layouts[0]
            assert component.variant(ids[0]) if family is component.variants else True


# the chain rule, spelled out


def right_factors(component: Component, variant: Variant) -> Mapping[str, Factor]:
    """Return every local derivative as it should be."""

    def cost_slope(site: Site) -> Array:
        assert site.y is not None
        is_squared = "squared" in variant.options.get("cost", "") or component.id in {
            "neuron", "linear-regression"}  # fmt: skip
        if is_squared:
            return 2.0 * (site.a - site.y)
        return -site.y / site.a + (1.0 - site.y) / (1.0 - site.a)

    def part(value: Array | None) -> Array:
        assert value is not None
        return value

    right: dict[str, Factor] = {
        "activation-slope": lambda site: site.slope,
        "cost-slope": cost_slope,
        "dz-dw": lambda site: part(site.a_prev),
        "dz-da": lambda site: part(site.W),
        "passed-on": lambda site: part(site.da) * site.slope,
    }
    return {name: right[name] for name in component.factors}


FACTORED = [(c, v) for c, v in DIFFERENTIABLE if c.factors and v.options.get("input") != "logits"]


@pytest.mark.parametrize(("component", "variant"), **named(FACTORED))  # type: ignore[arg-type]
def test_the_chain_with_nothing_mistaken_is_the_gradient(
    component: Component, variant: Variant
) -> None:
    right = right_factors(component, variant)
    one_by_one = [{name: factor} for name, factor in right.items()]
    for one in examples(component, variant, "ordinary", "batch-of-one", "saturated", "square"):
        for wrong in [right, *one_by_one]:
            found = component.rederive(one.inputs, one.upstream, variant, wrong)
            for name, gradient in one.gradients.items():
                assert close(found[name], gradient, one.magnitude[name]), (name, list(wrong))


@pytest.mark.parametrize(("component", "variant"), **named(FACTORED))  # type: ignore[arg-type]
def test_a_mistaken_factor_changes_the_gradient(component: Component, variant: Variant) -> None:
    one = next(examples(component, variant, "ordinary"))
    for name, factor in right_factors(component, variant).items():
        if name in {"dz-da", "passed-on"} and variant.options.get("depth", 2) == 1:
            continue  # nothing comes before the only layer
        if name in {"dz-da", "passed-on"} and component.kind == "model" and len(one.gradients) <= 2:
            continue
        twice = {name: lambda site, factor=factor: 2.0 * factor(site)}
        found = component.rederive(one.inputs, one.upstream, variant, twice)  # type: ignore[arg-type]
        assert any(
            not close(found[n], g, one.magnitude[n]) for n, g in one.gradients.items()
        ), name


@pytest.mark.parametrize(("component", "variant"), **named(DIFFERENTIABLE))  # type: ignore[arg-type]
def test_links_hold_for_the_reference(component: Component, variant: Variant) -> None:
    for one in examples(component, variant, "batch-of-one"):
        gradients = {n: g / one.upstream for n, g in one.gradients.items()} if (
            component.is_scalar(variant)) else one.gradients  # fmt: skip
        for link in component.links(one.inputs, gradients, variant):
            assert close(link.expected, link.actual, one.magnitude[link.variable]), link.formula


def test_models_have_links() -> None:
    for component in COMPONENTS:
        if component.kind == "model" and "batch-of-one" in component.regimes:  # no sequence has it
            one = next(examples(component, component.variants[0], "batch-of-one"))
            found = component.links(one.inputs, one.gradients, component.variants[0])
            assert {k.variable for k in found} == set(one.gradients)
