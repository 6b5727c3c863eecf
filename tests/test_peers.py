"""``benchmarks/peers`` works: its functions, the tools that it compares, what gradcheck says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks" / "peers"
MODULES = ("callables", "catalogue", "comparison", "inline", "mistakes", "product", "report",
           "sensitivity", "tools")  # fmt: skip
WRONG, RIGHT = 60, 30
SMALL = ("affine", "attention", "mse_loops", "sigmoid_math", "softmax_naive")
"""For each the first mistake of the table is one that every peer sees at once."""


@pytest.fixture(scope="module")
def peers() -> Iterator[SimpleNamespace]:
    """The benchmark's modules, which are no package; forgotten afterwards."""
    before = {name: sys.modules.pop(name, None) for name in MODULES}
    sys.path.insert(0, str(FOLDER))
    try:
        import catalogue
        import comparison
        import mistakes
        import product
        import sensitivity
        import tools

        yield SimpleNamespace(catalogue=catalogue, comparison=comparison, mistakes=mistakes,
                              product=product, sensitivity=sensitivity, tools=tools)  # fmt: skip
    finally:
        sys.path.remove(str(FOLDER))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


@pytest.mark.peers
def test_there_are_enough_functions_and_every_edit_applies(peers):
    entries, mistakes = peers.catalogue.ENTRIES, peers.mistakes.MISTAKES
    assert {p.stem for p in peers.catalogue.FUNCTIONS.glob("*.py")} == set(entries)
    assert len(entries) >= RIGHT
    assert len({(m.of, m.kind) for m in mistakes}) == len(mistakes) >= WRONG
    for mistake in mistakes:
        compile(mistake.source, mistake.of, "exec")
        assert mistake.source != mistake.entry.source


@pytest.mark.peers
@pytest.mark.parametrize("name", ["torch slow", "torch fast", "jax", "autograd", "scipy",
                                  "CS231n 1e-5", "CS231n 1e-7"])  # fmt: skip
def test_each_peer_tells_right_from_wrong(peers, name):
    tool = peers.tools.TOOLS[name]
    if tool is None:
        pytest.skip(f"{name} isn't installed")
    for of in SMALL:
        entry = peers.catalogue.ENTRIES[of]
        wrong = next(m for m in peers.mistakes.MISTAKES if m.of == of)
        assert not peers.comparison.accuses(tool, entry, entry.source, 0, "ordinary"), of
        assert peers.comparison.accuses(tool, entry, wrong.source, 0, "ordinary"), of


PASSED = {
    "affine, shape": "nothing says that b isn't (1, M): db has the shape of that b",
    "rms_norm, shape": "right for one example as a vector, and read so",
}
"""Wrong functions that pass, each with the reason; the benchmark counts them as missed."""


@pytest.fixture(scope="module")
def product(peers):
    product = peers.product.Product()
    try:
        yield product
    finally:
        product.close()


@pytest.mark.peers
@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", sorted(p.stem for p in (FOLDER / "functions").glob("*.py")))
def test_gradcheck_passes_the_right_and_fails_the_wrong(peers, product, name):
    entry = peers.catalogue.ENTRIES[name]
    right = peers.product.verdicts(product.in_process(entry, entry.source))
    assert right.outcome == "passed", right.detail
    passed = {
        f"{m.of}, {m.kind}"
        for m in peers.mistakes.MISTAKES
        if m.of == name
        and peers.product.verdicts(product.in_process(entry, m.source)).outcome != "failed"
    }
    assert passed <= set(PASSED)


@pytest.mark.peers
def test_the_engine_sees_small_errors_and_accuses_nothing_right(peers):
    sensitivity = peers.sensitivity
    for entry in sensitivity.scaled(1_000).values():
        assert sensitivity.smallest(sensitivity.TOP, entry, sensitivity.uniform) <= 1e-12
        assert sensitivity.smallest(sensitivity.TOP, entry, sensitivity.single) <= 1e-11


@pytest.mark.peers
def test_evaluations_do_not_grow_with_the_parameters(peers):
    sensitivity = peers.sensitivity
    counts = {
        n: [sensitivity.costs(sensitivity.TOP, e).forwards for e in sensitivity.scaled(n).values()]
        for n in (100, 10_000)
    }
    assert counts[100] == counts[10_000]
    assert np.max(counts[100]) <= 30


@pytest.mark.peers
def test_the_verdict_is_the_same_without_a_sandbox(peers, product):
    for of in SMALL:
        wrong = next(m for m in peers.mistakes.MISTAKES if m.of == of)
        for source in (wrong.entry.source, wrong.source):
            there = peers.product.verdicts(product.graded(wrong.entry, source))
            here = peers.product.verdicts(product.in_process(wrong.entry, source))
            assert there == here, of
