"""Recipes: sizes that tell which is which, and the same ones in every run."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import families
from gradcheck.examples import battery
from gradcheck.strategies.recipe import (
    EVERYWHERE,
    LARGE_BATCH,
    LONG,
    MIN_CLASSES,
    PLAIN_MAX,
    PRIMES,
    REGIMES,
    SQUARE,
    TIES,
    WIDE,
    Recipe,
    plain_sizes,
    recipes,
)

NAMES = [("N", "D"), ("N", "K"), ("N", "D", "M"), ("N",), ("N", "D", "H1", "H2", "H3")]
DISTINCT = ("ordinary", "wide", "negative", "saturated", "near-zero", "kink")


def recipe(names: tuple[str, ...], regime: str, fixed: dict[str, int]) -> st.SearchStrategy[Recipe]:
    return recipes(regime, names, fixed)


@pytest.mark.parametrize("names", NAMES)
@given(st.data(), st.sampled_from(DISTINCT))
def test_sizes_are_pairwise_distinct_primes(
    names: tuple[str, ...], data: st.DataObject, regime: str
) -> None:
    sizes = data.draw(recipe(names, regime, {})).sizes
    assert set(sizes) == set(names)
    assert len(set(sizes.values())) == len(names)
    assert set(sizes.values()) <= {*PRIMES, WIDE, LARGE_BATCH}
    assert sizes.get("K", MIN_CLASSES) >= MIN_CLASSES or regime == "large-batch"


@pytest.mark.parametrize("names", NAMES)
@settings(max_examples=25)
@given(st.data())
def test_regimes_shape_the_batch(names: tuple[str, ...], data: st.DataObject) -> None:
    drawn = {r: data.draw(recipe(names, r, {})).sizes for r in REGIMES}
    assert set(drawn["square"].values()) == {SQUARE}
    assert drawn["batch-of-one"]["N"] == 1
    assert drawn["large-batch"]["N"] == LARGE_BATCH
    if "D" in names:
        assert drawn["ordinary"]["N"] > drawn["ordinary"]["D"]
        assert drawn["wide"]["N"] < drawn["wide"]["D"]


CHOICES = {"N": (2, 3, 5), "C": (2, 3, 5), "R": (3, 2), "OW": (3,)}


@given(st.data(), st.sampled_from(REGIMES), st.integers(1, 12))
def test_sizes_of_few_choices(data: st.DataObject, regime: str, fixed: int) -> None:
    drawn = recipes(regime, tuple(CHOICES), {}, choices=CHOICES)
    sizes = data.draw(drawn).sizes
    for name, size in sizes.items():
        assert size in (*CHOICES[name], SQUARE, 1, LARGE_BATCH)
        if regime == "large-batch" and name != "N":
            assert size == min(CHOICES[name])
    if regime in DISTINCT:
        assert sizes["N"] != sizes["C"]
    if regime in {"ordinary", "wide"}:
        assert (sizes["N"] > sizes["C"]) == (regime == "ordinary")
    kept = recipes(regime, tuple(CHOICES), {"C": fixed}, choices=CHOICES)
    assert data.draw(kept).sizes["C"] == fixed


@pytest.mark.parametrize("names", NAMES)
@given(st.data(), st.sampled_from(REGIMES), st.integers(1, 12))
def test_fixed_sizes_stay(
    names: tuple[str, ...], data: st.DataObject, regime: str, size: int
) -> None:
    name = data.draw(st.sampled_from(names))
    sizes = data.draw(recipe(names, regime, {name: size})).sizes
    assert sizes[name] == size
    if regime in DISTINCT:
        assert len(set(sizes.values())) == len(names)


@given(st.data(), st.fixed_dictionaries({}, optional={"N": st.just(1), "D": st.just(9)}))
def test_plain_sizes_are_small(data: st.DataObject, fixed: dict[str, int]) -> None:
    sizes = data.draw(plain_sizes(("N", "D", "K"), fixed))
    assert set(sizes) == {"N", "D", "K"}
    for name, size in sizes.items():
        assert size == fixed.get(name, size)
        assert name in fixed or 1 <= size <= PLAIN_MAX


def test_generators_depend_on_everything_and_on_nothing_else() -> None:
    def first(regime: str = "wide", seed: int = 1, run: int = 2, component: str = "relu") -> float:
        made = Recipe(regime, {"N": 3}, seed).generator(run, component)
        return float(made.standard_normal())

    assert first() == first()
    others = [first("kink"), first(seed=2), first(run=3), first(component="tanh")]
    assert first() not in others
    assert len(set(others)) == len(others)


DIGEST = """
import hashlib, sys
{extra}
from gradcheck import families
from gradcheck.examples import battery
whole = hashlib.sha256()
for component in families.all_components():
    for example in battery(component, component.variants[:1], (), {seed}, "quick"):
        whole.update(repr((example.regime, sorted(example.sizes.items()))).encode())
        for name, value in sorted(example.inputs.items()):
            whole.update(name.encode() + value.tobytes())
print(whole.hexdigest())
"""
LOADED = "import json, xml.dom.minidom, email.mime.text, unittest, decimal, numpy.polynomial"


def digest(seed: int, extra: str = "") -> str:
    program = DIGEST.format(seed=seed, extra=extra)
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return found.stdout.decode().strip()


@pytest.mark.slow
def test_equal_seeds_give_equal_examples_in_every_process() -> None:
    """Whatever else is loaded: a caller with more modules must not change a verdict."""
    assert digest(3) == digest(3, LOADED)
    assert digest(3) != digest(4)


def test_the_battery_covers_every_regime_in_every_profile() -> None:
    alike = {(c.regimes, c.sizes_of(c.variants[0])): c for c in families.all_components()}
    for component in alike.values():
        for profile, rounds in (("quick", 1), ("standard", 2), ("thorough", 6)):
            found = battery(component, component.variants[:1], (), 5, profile)  # type: ignore[arg-type]
            regimes = [e.regime for e in found if e.regime not in (LONG, TIES)]
            assert regimes == [*component.regimes, *EVERYWHERE] * rounds
            assert [e.index for e in found] == list(range(len(found)))


def test_upstream_gradients_are_never_ones() -> None:
    for component in families.all_components():
        for variant in component.variants:
            if component.is_scalar(variant) or not component.has_gradient:
                continue
            found = battery(component, (variant,), (), 5, "quick")
            for one in found:
                assert not np.any(np.abs(one.upstream) == 1.0)
                assert one.upstream.shape == one.output.shape
            assert len({one.upstream_scale for one in found}) > 2
