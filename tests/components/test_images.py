"""Convolution and pooling: sizes that fit, ties, and constants that the caller chooses."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from gradcheck import families
from gradcheck.api import grade
from gradcheck.component import Component, Variant
from gradcheck.components._images import fitted
from gradcheck.examples import Example, battery
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.recognition.readings import recognise
from gradcheck.records.description import FunctionDescription, ModuleDescription, Parameter
from gradcheck.records.program import Program, Reply
from gradcheck.records.report import ComponentReport
from gradcheck.sandbox.executors import Executor

IDS = ("conv2d", "max-pool", "average-pool")
CONV, MAX, AVERAGE = (families.component(i) for i in IDS)
MOST_WORK = 1000
"""Numbers of a convolution's output: a student's loops take microseconds for each."""


def variant(component: Component, **values: float) -> Variant:
    return component.with_constants(component.variants[0], values)


def examples(component: Component, seed: int = 0, **values: float) -> tuple[Example, ...]:
    return battery(component, (variant(component, **values),), (), seed, "thorough")


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2, 5])
@pytest.mark.parametrize("window", [1, 2, 3])
def test_windows_end_where_the_image_ends(window: int, padding: int, stride: int) -> None:
    for outputs in (1, 2, 4):
        sizes = fitted({"OH": outputs, "OW": 3}, window, stride, padding)
        for name, side in (("OH", "H"), ("OW", "W")):
            assert sizes[side] >= 1
            assert sizes[name] >= {"OH": outputs, "OW": 3}[name]
            whole = sizes[side] + 2 * padding - window
            assert divmod(whole, stride) == (sizes[name] - 1, 0)


@pytest.mark.parametrize("component", [CONV, MAX, AVERAGE], ids=IDS)
def test_examples_are_small_and_say_their_sizes(component: Component) -> None:
    for values in ({}, {k.name: k.choice for k in component.constants}):
        for one in examples(component, **values):
            shape = tuple(one.sizes[d] for d in ("N", component.sizes[1], "OH", "OW"))
            filters = ("N", "F" if component is CONV else "C", "OH", "OW")
            assert one.output.shape == tuple(one.sizes[d] for d in filters)
            assert one.output.size <= MOST_WORK, shape
            if one.regime in {"ordinary", "wide"}:
                assert (one.sizes["N"] > one.sizes["C"]) == (one.regime == "ordinary")
                assert one.sizes["OH"] != one.sizes["OW"]
                assert one.sizes["H"] != one.sizes["W"]
            if one.regime == "square":
                assert one.sizes["N"] == one.sizes["C"] == one.sizes["OH"] == one.sizes["OW"]


def test_a_lone_window_is_its_own_stride() -> None:
    assert MAX.constant(variant(MAX, window=3), "stride") == 3
    assert MAX.constant(variant(MAX, window=3, stride=2), "stride") == 2


@pytest.mark.parametrize("seed", range(5))
def test_only_kinks_have_ties(seed: int) -> None:
    for one in examples(MAX, seed, window=3, stride=2):
        low, high = one.interval
        has_ties = not np.array_equal(low["x"], high["x"])
        assert has_ties == (one.regime == "kink")
        values = np.sort(one.inputs["x"], axis=None)
        if one.regime != "kink":
            assert np.min(np.diff(values)) > 1e-4
        if one.regime == "negative":
            assert values[-1] < 0


def test_the_interval_of_a_tie_is_all_or_nothing() -> None:
    x, upstream = np.array([[[[1.0, 4.0, 4.0, 0.0]]]]), np.array([[[[5.0, -7.0]]]])
    plain = variant(MAX, window=1, stride=1)
    assert MAX.interval({"x": x}, np.ones(x.shape), plain)[0]["x"].tolist() == [[[[1] * 4]]]
    x = np.concatenate([x, x - 9], axis=2)
    plain = variant(MAX, window=2, stride=2)
    low, high = MAX.interval({"x": x}, upstream, plain)
    assert low["x"][0, 0, 0].tolist() == high["x"][0, 0, 0].tolist() == [0, 5, -7, 0]
    x[0, 0, 1, :2] = 4.0
    low, high = MAX.interval({"x": x}, upstream, plain)
    assert low["x"][0, 0].tolist() == [[0, 0, -7, 0], [0, 0, 0, 0]]
    assert high["x"][0, 0].tolist() == [[0, 5, -7, 0], [5, 5, 0, 0]]


def test_ties_that_do_not_add_up_are_worth_a_remark() -> None:
    plain = variant(MAX, window=2, stride=2)
    inputs = {"x": np.ones((1, 1, 2, 2))}
    upstream = np.full((1, 1, 1, 1), 2.0)
    for parts, is_remark in (([2, 0, 0, 0], 0), ([0.5] * 4, 0), ([2] * 4, 1), ([0] * 4, 1)):
        dx = np.array(parts, dtype=np.float64).reshape(1, 1, 2, 2)
        assert bool(MAX.remark_at_kink(inputs, upstream, {"x": dx}, plain)) == bool(is_remark)


CONVOLUTION = """
def windows(x, k, stride, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    every = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    return every[:, :, ::stride, ::stride]

def conv_forward(x, w, b, stride=1, pad=0):
    out = np.einsum("ncijpq,fcpq->nfij", windows(x, w.shape[2], stride, pad), w)
    return {returned}

def conv_backward(dout, {taken}):
    {unpack}
    dw = np.einsum("nfij,ncijpq->fcpq", dout, windows(x, w.shape[2], stride, pad))
    dx = np.zeros((*x.shape[:2], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad))
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            rows = slice(p, p + stride * dout.shape[2], stride)
            columns = slice(q, q + stride * dout.shape[3], stride)
            dx[:, :, rows, columns] += np.einsum("nfij,fc->ncij", dout, w[:, :, p, q])
    db = dout.sum(axis=(0, 2, 3)) * {factor}
    return dx[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, db
"""
BOTH = "out + b.reshape(1, -1, 1, 1), (x, w, b, stride, pad)"
VALUE = "out + b.reshape(1, -1, 1, 1)"
CACHED = {"returned": BOTH, "taken": "cache", "unpack": "x, w, b, stride, pad = cache"}
TELLING, DEFAULT = "padding 1, stride 2", "padding 0, stride 1"
READ: dict[str, tuple[dict[str, str], str, str]] = {
    "a cache carries stride and padding": (CACHED, "passed", TELLING),
    "the gradient forgets the stride": (
        CACHED | {"unpack": "x, w, b, _, pad = cache; stride = 1"}, "failed", TELLING,
    ),
    "the gradient takes them too": (
        {"returned": VALUE, "taken": "x, w, b, stride=1, pad=0", "unpack": "pass"},
        "passed", TELLING,
    ),
    "the gradient takes them and forgets": (
        {"returned": VALUE, "taken": "x, w, b, stride=1, pad=0", "unpack": "stride = 1"},
        "failed", TELLING,
    ),
    "the gradient never hears of them": (
        {"returned": VALUE, "taken": "x, w, b", "unpack": "stride, pad = 1, 0"},
        "passed", DEFAULT,
    ),
    "a relative 1e-9": (CACHED | {"factor": "(1 + 1e-9)"}, "failed", TELLING),
}  # fmt: skip


def judged(source: str, folder: Path, executor: Executor) -> ComponentReport:
    path = folder / "mine.py"
    path.write_text("import numpy as np\n" + textwrap.dedent(source), encoding="utf-8")
    report = grade(read_submission(path), None, options=Options(), executor=executor)
    (component,) = report.components
    return component


@pytest.mark.parametrize("case", READ)
def test_strides_that_tell_are_passed_where_the_gradient_learns_of_them(
    case: str, tmp_path: Path, executor: Executor
) -> None:
    parts, outcome, said = READ[case]
    source = CONVOLUTION.format(**{"factor": "1", **parts})
    found = judged(source, tmp_path, executor)
    assert (found.id, found.outcome) == ("conv2d", outcome)
    assert said in found.reading[0]


HARD_CODED = CONVOLUTION.replace(", stride=1, pad=0):", "):\n    stride, pad = {constants}")


@pytest.mark.parametrize("constants", ["3, 0", "2, 1", "1, 2"])
def test_hard_coded_strides_are_told_by_the_shape(
    constants: str, tmp_path: Path, executor: Executor
) -> None:
    source = HARD_CODED.format(factor="1", constants=constants, **CACHED)
    found = judged(source, tmp_path, executor)
    stride, padding = constants.split(", ")
    assert found.outcome == "passed"
    assert f"padding {padding}, stride {stride}" in found.reading[0]


MOST_CALLS = 160
"""An elementwise function's calls in all readings; with every usual window it takes twice that."""


def test_what_keeps_its_shape_is_not_called_with_every_window() -> None:
    calls = 0

    def execute(programs: Sequence[Program]) -> list[Reply]:
        nonlocal calls
        calls += len(programs)
        return [Reply(tuple(np.sin(p.arrays[0]) for _ in p.returns)) for p in programs]

    parameters = (Parameter("z", "positional"),)
    names = ("twist", "twist_prime")
    functions = tuple(FunctionDescription(n, n, parameters, 1, 2) for n in names)
    conventions, components = families.all_conventions(), families.all_components()
    found = recognise(ModuleDescription(functions), conventions, components, execute)
    assert not found.readings
    assert calls <= MOST_CALLS


TILES = """
def max_pool(x, pool_size=2, stride=2):
    {guard}
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // stride, stride, w // stride, stride)
    return tiles.max(axis=(3, 5)), tiles

def max_pool_backward(dout, tiles):
    mask = tiles == tiles.max(axis=(3, 5), keepdims=True)
    n, c, h, k, w, _ = tiles.shape
    return (mask * dout[:, :, :, None, :, None]).reshape(n, c, h * k, w * k)
"""


def test_windows_side_by_side_are_for_code_that_refuses_others(
    tmp_path: Path, executor: Executor
) -> None:
    found = judged(TILES.format(guard="assert pool_size == stride"), tmp_path, executor)
    assert found.outcome == "passed"
    assert "stride 2, window 2" in found.reading[0]


SIZED = """
class Conv2D:
    def __init__(self, {parameters}):
        self.W = np.random.randn({shape}) * 0.1
        self.b = np.zeros(self.W.shape[0])

    def forward(self, x):
        self.x = x
        k = self.W.shape[2]
        self.seen = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
        return np.einsum("ncijpq,fcpq->nfij", self.seen, self.W) + self.b.reshape(1, -1, 1, 1)

    def backward(self, dout):
        self.dW = np.einsum("nfij,ncijpq->fcpq", dout, self.seen)
        self.db = dout.sum(axis=(0, 2, 3))
        dx = np.zeros_like(self.x)
        for p in range(self.W.shape[2]):
            for q in range(self.W.shape[3]):
                part = np.einsum("nfij,fc->ncij", dout, self.W[:, :, p, q])
                dx[:, :, p:p + dout.shape[2], q:q + dout.shape[3]] += part
        return dx
"""


@pytest.mark.parametrize(
    ("parameters", "shape"),
    [
        ("in_channels, out_channels, kernel_size", "out_channels, in_channels, *2 * [kernel_size]"),
        ("num_filters, filter_size, channels", "num_filters, channels, *2 * [filter_size]"),
        ("out_channels", "out_channels, 3, 3, 3"),
        ("", "4, 3, 2, 2"),
    ],
)
def test_a_constructor_takes_sizes_by_their_names(
    parameters: str, shape: str, tmp_path: Path, executor: Executor
) -> None:
    found = judged(SIZED.format(parameters=parameters, shape=shape), tmp_path, executor)
    assert (found.id, found.outcome) == ("conv2d", "passed")
