"""Each forward of the reference, and each slope in saturation, against 700 decimal digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import reference_oracles as oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_oracles import assert_ulps, exact

import gradcheck_reference as ref

WIDTHS = [np.float32, np.float64, np.longdouble]
LOGITS = [-700, -372.5, -89, -40, -18.5, -1.5, -0.3, -1e-8, 0, 1e-12, 0.1, 0.7, 2, 19, 38, 300, 700]
ULPS = 10

reproducible = settings(derandomize=True, database=None, deadline=None)
in_width = pytest.mark.parametrize("width", WIDTHS, ids=lambda width: width.__name__)


def one(like: Any) -> Any:
    return np.ones_like(like)


ENTRYWISE: dict[str, tuple[Callable[[Any], Any], Callable[[Decimal], Decimal]]] = {
    "identity": (ref.identity, lambda z: z),
    "sigmoid": (ref.sigmoid, oracle.sigmoid),
    "sigmoid_backward": (lambda z: ref.sigmoid_backward(one(z), z), oracle.sigmoid_slope),
    "tanh": (ref.tanh, oracle.tanh),
    "tanh_backward": (lambda z: ref.tanh_backward(one(z), z), oracle.tanh_slope),
    "relu": (ref.relu, lambda z: max(z, Decimal(0))),
    "relu_backward": (lambda z: ref.relu_backward(one(z), z), lambda z: Decimal(z > 0)),
    "leaky_relu": (lambda z: ref.leaky_relu(z, 0.25), lambda z: z if z > 0 else z / 4),
    "softplus": (ref.softplus, oracle.softplus),
    "softplus_backward": (lambda z: ref.softplus_backward(one(z), z), oracle.sigmoid),
    "log1p_exp": (ref.log1p_exp, oracle.softplus),
    "log_sigmoid": (ref.log_sigmoid, oracle.log_sigmoid),
    "normal_cdf": (ref.normal_cdf, oracle.normal_cdf),
    "normal_pdf": (ref.normal_pdf, oracle.normal_pdf),
    "gelu": (ref.gelu, oracle.gelu),
}


@in_width
@pytest.mark.parametrize("name", ENTRYWISE)
def test_entrywise_functions_are_accurate_in_saturation(name: str, width: Any) -> None:
    function, expected = ENTRYWISE[name]
    for number in LOGITS:
        z = np.array([number], width)
        assert_ulps(function(z)[0], expected(exact(z[0])), ULPS, about=(name, number))
        if width is np.float64:  # the value of a complex number without an imaginary part
            value = function(z + 0j)[0]
            assert_ulps(value.real, expected(exact(z[0])), ULPS, about=(name, number, "complex"))
            assert value.imag == 0


@pytest.mark.parametrize("name", ENTRYWISE)
@settings(reproducible, max_examples=40)
@given(z=st.floats(-700, 700))
def test_entrywise_functions_are_accurate_everywhere(name: str, z: float) -> None:
    function, expected = ENTRYWISE[name]
    assert_ulps(function(np.array([z]))[0], expected(Decimal(z)), ULPS, about=name)


# where terms cancel, or a small change of z changes the value a lot: their size is the scale
OF_TERMS: dict[str, tuple[Callable[[Any], Any], Callable[[Decimal], Decimal]]] = {
    "gelu_backward": (lambda z: ref.gelu_backward(one(z), z), oracle.gelu_slope),
    "gelu_tanh": (ref.gelu_tanh, oracle.gelu_tanh),
    "gelu_tanh_backward": (lambda z: ref.gelu_tanh_backward(one(z), z), oracle.gelu_tanh_slope),
}


@in_width
@pytest.mark.parametrize("name", OF_TERMS)
def test_gelus_are_accurate_for_the_size_of_their_terms(name: str, width: Any) -> None:
    function, expected = OF_TERMS[name]
    for number in [n for n in LOGITS if abs(n) < 50] + [-5, -0.75, -0.7518, 1.414]:
        z = np.array([number], width)
        error = abs(oracle.difference(exact(function(z)[0]), expected(exact(z[0]))))
        scale = Decimal(max(1, abs(number)))
        assert error <= ULPS * scale * exact(np.finfo(width).eps), (name, number)


@pytest.mark.parametrize("x", [-30.0, -3.0, -0.5, 0.0, 0.7, 4.0])
def test_normal_distribution_is_that_of_the_standard_library(x: float) -> None:
    assert ref.normal_cdf(x) == pytest.approx(math.erfc(-x / math.sqrt(2)) / 2, rel=1e-13)


@in_width
@pytest.mark.parametrize("target", [0, 0.25, 1])
def test_cross_entropy_of_one_logit(target: float, width: Any) -> None:
    y = np.array([target], width)
    for number in LOGITS:
        z = np.array([number], width)
        loss = ref.binary_cross_entropy_from_logits(z, y)
        slope = ref.binary_cross_entropy_from_logits_backward(z, y)[0]
        z_exact, y_exact = exact(z[0]), exact(y[0])
        about = (number, target)
        assert_ulps(loss, oracle.bce_of_logit(z_exact, y_exact), ULPS, about=about)
        assert_ulps(slope, oracle.bce_of_logit_slope(z_exact, y_exact), ULPS, about=about)


@in_width
@pytest.mark.parametrize("target", [0, 0.25, 1])
@pytest.mark.parametrize("probability", [1e-30, 1e-5, 0.2, 0.5, 0.75, 1 - 2**-20])
def test_cross_entropy_of_one_probability(probability: float, target: float, width: Any) -> None:
    q, y = np.array([probability], width), np.array([target], width)
    loss = ref.binary_cross_entropy(q, y)
    slope = ref.binary_cross_entropy_backward(q, y)[0]
    assert_ulps(loss, oracle.bce(exact(q[0]), exact(y[0])), ULPS, about="loss")
    assert_ulps(slope, oracle.bce_slope(exact(q[0]), exact(y[0])), ULPS, about="slope")


@pytest.mark.parametrize("q", [1e-30, 0.2, 1 - 1e-10])
def test_complex_log1p_is_as_accurate_as_the_real_one(q: float) -> None:
    value = ref.log1p(-q + 1e-30j)
    assert value.real == pytest.approx(np.log1p(-q), rel=1e-15)
    assert value.imag == pytest.approx(1e-30 / (1 - q), rel=1e-15)


@pytest.mark.parametrize("w", [0.5 + 0.5j, -0.25 - 1j, 1e-9 + 3j])
def test_complex_log1p_is_a_logarithm(w: complex) -> None:
    assert complex(ref.log1p(w)) == pytest.approx(complex(np.log(1 + w)), rel=1e-14)


ROWS = [
    [0.0],
    [0.0, 0.0, 0.0],
    [1.0, 2.0, 4.0],
    [-700.0, 700.0],
    [700.0, 650.0, -700.0],
    [-700.0, -700.0, -705.0],
    [40.0, 0.0, 0.0, 0.5],
]


@in_width
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_functions_of_a_row(row: list[float], width: Any) -> None:
    z = np.array([row], width)
    row_exact = [exact(number) for number in z[0]]
    total = oracle.log_sum_exp(row_exact)
    probabilities = oracle.softmax(row_exact)
    assert_ulps(ref.log_sum_exp(z)[0], total, ULPS, about="log_sum_exp")
    assert ref.log_sum_exp(z, keepdims=True).shape == (1, 1)
    for k, number in enumerate(row_exact):
        log_probability = oracle.difference(number, total)
        assert_ulps(ref.softmax(z)[0, k], probabilities[k], ULPS, about="softmax")
        assert_ulps(ref.log_softmax(z)[0, k], log_probability, ULPS, about="log_softmax")
        loss = ref.cross_entropy_from_logits(z, [k])
        assert_ulps(loss, oracle.difference(Decimal(0), log_probability), ULPS, about="loss")
        gradient = ref.cross_entropy_from_logits_backward(z, [k])[0]
        for j, p in enumerate(probabilities):
            expected = oracle.difference(p, Decimal(j == k))
            assert_ulps(gradient[j], expected, ULPS, about=("gradient", k, j))
        upstream = np.zeros_like(z)
        upstream[0, k] = 1
        backward = ref.softmax_backward(upstream, z)[0]
        backward_of_log = ref.log_softmax_backward(upstream, z)[0]
        for j, p in enumerate(probabilities):
            expected = oracle.difference(Decimal(j == k), p)
            error = abs(oracle.difference(exact(backward_of_log[j]), expected))
            assert error <= ULPS * exact(np.finfo(width).eps), ("log_softmax_backward", k, j)
            slope = oracle.dot([probabilities[k]], [oracle.difference(Decimal(j == k), p)])
            assert_ulps(backward[j], slope, ULPS, about=("softmax_backward", k, j))


def test_cross_entropy_of_probabilities_asks_only_for_the_label() -> None:
    p = np.array([[0.0, 1.0, 0.0], [0.25, 0.0, 0.75]])
    with np.errstate(all="raise"):
        cost = ref.cross_entropy(p, [1, 0])
        gradient = ref.cross_entropy_backward(p, [1, 0])
    assert cost == pytest.approx(np.log(4) / 2, rel=1e-15)
    assert gradient.tolist() == [[0, -0.5, 0], [-2, 0, 0]]


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [
        ("mean", 91 / 6),
        ("batch-mean", 91 / 2),
        ("sum", 91),
        ("half-mean", 91 / 12),
        ("half-batch-mean", 91 / 4),
        ("half-sum", 91 / 2),
    ],
)
def test_reductions_of_the_squared_error(reduction: str, expected: float) -> None:
    prediction = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert ref.squared_error(prediction, 0 * prediction, reduction=reduction) == expected


@pytest.mark.parametrize(("reduction", "divisor"), [("mean", 6), ("batch-mean", 2), ("sum", 1)])
def test_reductions_of_the_cross_entropies(reduction: str, divisor: int) -> None:
    half, zero = np.full((2, 3), 0.5), np.zeros((2, 3))
    expected = pytest.approx(6 * np.log(2) / divisor, rel=1e-15)
    assert ref.binary_cross_entropy(half, zero, reduction=reduction) == expected
    assert ref.binary_cross_entropy_from_logits(zero, half, reduction=reduction) == expected
    n = 1 if reduction == "sum" else 2
    expected = pytest.approx(2 * np.log(3) / n, rel=1e-15)
    third, labels = np.full((2, 3), 1 / 3), [0, 2]
    assert ref.cross_entropy(third, labels, reduction=reduction) == expected
    assert ref.cross_entropy_from_logits(zero, labels, reduction=reduction) == expected


def test_embedding_adds_up_what_is_taken_twice() -> None:
    W, indices = np.arange(8.0).reshape(4, 2), np.array([[2, 0, 2], [0, 2, 3]])
    assert np.array_equal(ref.embedding(W, indices), W[indices])
    dout = np.random.default_rng(5).normal(size=(2, 3, 2))
    dW = ref.embedding_backward(dout, W, indices)
    indicators = ref.one_hot(indices.ravel(), 4)
    assert dW == pytest.approx(indicators.T @ dout.reshape(6, 2), rel=1e-15)
    assert not np.any(dW[1])


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("eps", [1e-5, 1e-12])
def test_normalization_in_exact_arithmetic(offset: float, eps: float) -> None:
    rng = np.random.default_rng(3)
    x, gamma, beta = rng.normal(size=(2, 5)) + offset, rng.normal(size=5), rng.normal(size=5)
    for row, ours in zip(x, ref.layer_norm(x, gamma, beta, eps=eps), strict=True):
        expected = oracle.normalised([exact(number) for number in row], exact(eps))
        for k, number in enumerate(expected):
            wanted = oracle.dot([number, exact(beta[k])], [exact(gamma[k]), Decimal(1)])
            assert ours[k] == pytest.approx(float(wanted), abs=1e-15 * (10 + 8 * offset))


def test_layer_norm_and_batch_norm_are_each_other_turned() -> None:
    rng = np.random.default_rng(4)
    x, dout, one, zero = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.ones, np.zeros
    by_row = ref.layer_norm(x.T, one(4), zero(4)).T
    assert ref.batch_norm(x, one(3), zero(3)) == pytest.approx(by_row, rel=1e-14)
    dx = ref.layer_norm_backward(dout.T, x.T, one(4), zero(4))[0].T
    assert ref.batch_norm_backward(dout, x, one(3), zero(3))[0] == pytest.approx(dx, rel=1e-13)


def test_absolute_error_and_hinge_by_hand() -> None:
    o, y = np.array([[1.0, -2.0], [4.0, 0.5]]), np.array([[0.0, 1.0], [4.5, 0.5]])
    for reduction, divisor in (("mean", 4), ("batch-mean", 2), ("sum", 1)):
        assert ref.absolute_error(o, y, reduction=reduction) == 4.5 / divisor
    scores = np.array([[3.0, 2.5, 0.0], [1.0, 0.0, 4.0]])
    assert ref.hinge(scores, [0, 1], reduction="sum") == 0.5 + 2.0 + 5.0
    assert ref.hinge(scores, [0, 1], margin=2.0, reduction="sum") == 1.5 + 3.0 + 6.0
    assert ref.hinge(scores, ref.one_hot([0, 1], 3), margin=0.25) == (1.25 + 4.25) / 2


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 3, 2), (5, 2, 3), (3, 3, 3)])
def test_affine_and_the_models_in_exact_arithmetic(size: tuple[int, int, int]) -> None:
    n, d, m = size
    rng = np.random.default_rng(size)
    X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
    y = rng.integers(0, 2, size=(n, m)).astype(float)

    def layer(rows: list[list[Decimal]], W: Any, b: Any) -> list[list[Decimal]]:
        columns = [
            [exact(w) for w in column] + [exact(c)] for column, c in zip(W.T, b, strict=True)
        ]
        return [[oracle.dot([*row, Decimal(1)], column) for column in columns] for row in rows]

    inputs = [[exact(x) for x in row] for row in X]
    z = layer(inputs, W, b)
    scale = float(max(abs(number) for row in z for number in row)) + 1
    in_float64 = np.array([[float(number) for number in row] for row in z])
    assert np.max(np.abs(ref.affine(X, W, b) - in_float64)) <= 8 * scale * 2.0**-52

    w, c = W[:, 0], b[0]
    o = [max(row[0], Decimal(0)) for row in z]
    errors = [oracle.difference(a, exact(t)) for a, t in zip(o, y[:, 0], strict=True)]
    expected = float(oracle.dot(errors, errors)) / n
    assert ref.neuron(w, c, X) == pytest.approx([float(a) for a in o], rel=1e-13, abs=1e-14)
    assert ref.neuron_cost(w, c, X, y[:, 0]) == pytest.approx(expected, rel=1e-13)
    losses = [oracle.bce_of_logit(row[0], exact(t)) for row, t in zip(z, y[:, 0], strict=True)]
    assert ref.logistic_cost(w, c, X, y[:, 0]) == pytest.approx(float(sum(losses)) / n, rel=1e-13)

    parameters = [(W, b), (rng.normal(size=(m, 2)), rng.normal(size=2))]
    parameters.append((rng.normal(size=(2, m)), rng.normal(size=m)))
    rows = inputs
    for weights, biases in parameters:
        logits = layer(rows, weights, biases)
        rows = [[oracle.sigmoid(number) for number in row] for row in logits]
    expected = (
        float(
            sum(
                oracle.bce_of_logit(number, exact(t))
                for row, targets in zip(logits, y, strict=True)
                for number, t in zip(row, targets, strict=True)
            )
        )
        / n
    )
    assert ref.network_cost(parameters, X, y) == pytest.approx(expected, rel=1e-13)
    flat = [array for pair in parameters for array in pair]
    three_layer_cost: Any = ref.three_layer_cost
    assert three_layer_cost(*flat, X, y) == pytest.approx(expected, rel=1e-13)
    predictions = ref.network_forward(parameters, X)[0][-1]
    assert predictions == pytest.approx(
        np.array([[float(number) for number in row] for row in rows]), rel=1e-13
    )


def by_place(images: Any) -> dict[Any, Any]:
    """Return the entries of (N, F, OH, OW) by (n, f, place)."""
    n, f, rows, columns = images.shape
    flat = images.reshape(n, f, rows * columns)
    return {index: flat[index] for index in np.ndindex(n, f, rows * columns)}


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 1), (2, 0), (3, 2)])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 2), (1, 1), (3, 2)])
def test_convolution_number_by_number(
    kernel: tuple[int, int], stride: int, padding: int
) -> None:
    rng = np.random.default_rng([*kernel, stride, padding])
    x, W, b = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(4, 3, *kernel)), rng.normal(size=4)
    expected = oracle.correlated(x, W, b, stride, padding)
    found = by_place(ref.conv2d(x, W, b, stride=stride, padding=padding))
    assert found.keys() == expected.keys()
    assert found == {place: pytest.approx(v, rel=1e-12, abs=1e-13) for place, v in expected.items()}


@pytest.mark.parametrize(("window", "stride"), [(2, None), (2, 1), (3, 2), (1, 2), (2, 3)])
def test_pools_number_by_number(window: int, stride: int | None) -> None:
    rng = np.random.default_rng([window, stride or 0])
    x = rng.normal(size=(2, 3, 5, 7))
    options = {"window": window, "stride": stride}
    assert by_place(ref.max_pool(x, **options)) == oracle.pooled(x, window, stride or window, max)
    expected = oracle.pooled(x, window, stride or window, lambda numbers: sum(numbers) / window**2)
    found = by_place(ref.average_pool(x, **options))
    assert found.keys() == expected.keys()
    assert found == {place: pytest.approx(v, rel=1e-13, abs=1e-15) for place, v in expected.items()}


@pytest.mark.parametrize(
    "name", ["squared_error", "absolute_error", "binary_cross_entropy",
             "binary_cross_entropy_from_logits", "cross_entropy", "cross_entropy_from_logits",
             "huber", "binary_hinge", "squared_hinge"],
)  # fmt: skip
def test_what_is_not_reduced_adds_up_to_the_sum(name: str) -> None:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    is_labelled = name.startswith("cross")
    prediction = np.array([[0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    target = np.array([0, 1, 1]) if is_labelled else np.array([[0, 1], [1, 0], [1, 1]])
    losses = value(prediction, target, reduction="none")
    assert losses.shape == (target.shape if is_labelled else prediction.shape)
    assert np.isclose(losses.sum(), value(prediction, target, reduction="sum"), rtol=1e-15)
    assert np.isclose(losses[0].sum(), value(prediction[:1], target[:1], reduction="sum"))
    assert np.array_equal(
        backward(prediction, target, reduction="none"),
        backward(prediction, target, reduction="sum"),
    )
