"""What every function of the reference promises beside its value: purity, types, shapes, errors."""

from __future__ import annotations

import ast
import doctest
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_oracles import complex_step

import gradcheck_reference as ref

HERE = Path(__file__).parent
N, D, K = 3, 2, 4
ENTRYWISE = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "gelu_tanh",
             "elu", "selu", "silu", "softsign", "hard_sigmoid")  # fmt: skip
EXPRESSION = [("multiply", 0, 1), ("tanh", 2, 0), ("add", 3, 2), ("relu", 4, 0), ("subtract", 0, 5),
              ("divide", 6, 1), ("power", 3, 2), ("add", 7, 8), ("multiply", 9, 9)]
WIDTHS = [np.float32, np.float64, np.longdouble, np.complex64, np.complex128, np.clongdouble]


def arguments() -> dict[str, tuple[list[Any], dict[str, Any]]]:
    """Return a call for every public function: positional arguments (float64) and options."""
    rng = np.random.default_rng(7)
    z, dout, q = (rng.normal(size=(N, D)), rng.normal(size=(N, D)), rng.uniform(0.1, 0.9, (N, D)))
    target = rng.integers(0, 2, (N, D)).astype(float)
    labels = np.array([1, 0, 1])
    W, b, w = rng.normal(size=(D, K)), rng.normal(size=K), rng.normal(size=D)
    bias = np.array(0.25)
    y = np.array([0.0, 1.0, 1.0])
    Y = rng.integers(0, 2, (N, K)).astype(float)
    layers = [(W, b), (rng.normal(size=(K, 3)), rng.normal(size=3))]
    layers.append((rng.normal(size=(3, K)), rng.normal(size=K)))
    flat = [array for pair in layers for array in pair]
    x, W4, b4 = rng.normal(size=(N, 2, 5, 7)), rng.normal(size=(K, 2, 3, 3)), rng.normal(size=K)
    out = rng.normal(size=(N, K, 3, 4))
    pooled, window = rng.normal(size=(N, 2, 2, 3)), {"window": 3, "stride": 2}
    heads = [rng.normal(size=(K, K)) for _ in range(4)]

    def state() -> Any:
        return rng.normal(size=(N, K))

    def states() -> Any:
        return rng.normal(size=(N, 2, K))

    def cell(gates: int) -> list[Any]:
        """Return x (N, D), a state, and the weights of a cell with so many gates."""
        width = gates * K
        return [z, state(), rng.normal(size=(D, width)), rng.normal(size=(K, width)),
                rng.normal(size=width)]  # fmt: skip

    def sequence(gates: int) -> list[Any]:
        return [rng.normal(size=(N, 2, D)), *cell(gates)[1:]]

    guessing = [rng.normal(size=s) for s in ((K, D), (D, D), (D,), (D, K), (K,))]
    tokens = [guessing, labels, np.array([0, 3, 2]), w]
    calls: dict[str, tuple[list[Any], dict[str, Any]]] = {
        "average_pool": ([x], window),
        "average_pool_backward": ([pooled, x], window),
        "conv2d": ([x, W4, b4], {"stride": 2, "padding": 1}),
        "conv2d_backward": ([out, x, W4, b4], {"stride": 2, "padding": 1}),
        "conv1d": ([x[:, :, 0], W4[:, :, 0], b4], {"stride": 2, "padding": 1}),
        "conv1d_backward": ([out[:, :, 0], x[:, :, 0], W4[:, :, 0], b4],
                            {"stride": 2, "padding": 1}),
        "transposed_conv2d": ([out, W4, w], {"stride": 2, "padding": 1}),
        "transposed_conv2d_backward": ([x, out, W4, w], {"stride": 2, "padding": 1}),
        "dropout": ([z, (q > 0.5) + 0.0], {"keep": 0.7}),
        "dropout_backward": ([dout, z, (q > 0.5) + 0.0], {"keep": 0.7}),
        "flatten": ([x], {}),
        "flatten_backward": ([x.reshape(N, -1), x], {}),
        "residual": ([z, dout], {}),
        "residual_backward": ([q, z, dout], {}),
        "global_average_pool": ([x], {}),
        "global_average_pool_backward": ([z, x], {}),
        "max_pool": ([x], window),
        "max_pool_backward": ([pooled, x], window),
        "affine": ([z, W, b], {}),
        "affine_backward": ([rng.normal(size=(N, K)), z, W, b], {}),
        "swiglu": ([z, q], {}),
        "swiglu_backward": ([dout, z, q], {}),
        "embedding": ([W, labels], {}),
        "embedding_backward": ([rng.normal(size=(N, K)), W, labels], {}),
        "layer_norm": ([z, w, w - 1], {}),
        "layer_norm_backward": ([dout, z, w, w - 1], {}),
        "batch_norm": ([z, w, w - 1], {"eps": 1e-3}),
        "batch_norm_backward": ([dout, z, w, w - 1], {"eps": 1e-3}),
        "rms_norm": ([z, w], {}),
        "rms_norm_backward": ([dout, z, w], {}),
        "group_norm": ([x, w, w - 1], {"groups": 2}),
        "group_norm_backward": ([x[::-1], x, w, w - 1], {"groups": 1}),
        "instance_norm": ([x, w, w - 1], {"eps": 1e-3}),
        "instance_norm_backward": ([x[::-1], x, w, w - 1], {"eps": 1e-3}),
        "gradient_descent": ([z, dout], {"learning_rate": 0.1}),
        "rnn_cell": (cell(1), {}),
        "rnn_cell_backward": ([state(), *cell(1)], {}),
        "rnn": (sequence(1), {}),
        "rnn_backward": ([states(), *sequence(1)], {}),
        "gru_cell": (cell(3), {}),
        "gru_cell_backward": ([state(), *cell(3)], {"keeps": "z", "resets": "after"}),
        "lstm_cell": ([z, state(), *cell(4)[1:]], {}),
        "lstm_cell_backward": ([state(), state(), z, state(), *cell(4)[1:]], {"order": "fgio"}),
        "lstm": (sequence(4), {}),
        "lstm_backward": ([states(), *sequence(4)], {}),
        "attention": ([states(), states(), states()], {"is_causal": True}),
        "attention_backward": ([states(), states(), states(), states()], {"is_causal": True}),
        "multi_head_attention": ([states(), *heads], {"heads": 2}),
        "multi_head_attention_backward": ([states(), states(), *heads], {"heads": 2}),
        "linear_cost": ([w, bias, z, y], {}),
        "linear_gradient": ([w, bias, z, y], {}),
        "classifier_cost": ([layers[:2], z, labels], {"reg": 0.25, "hidden": "tanh"}),
        "classifier_gradient": ([layers[:2], z, labels], {"reg": 0.25}),
        "next_token_cost": ([*tokens], {}),
        "next_token_gradient": ([*tokens], {"reduction": "mean"}),
        "add_positions": ([states()], {"scale": 2.0}),
        "add_positions_backward": ([states(), states()], {"scale": 2.0}),
        "svm_cost": ([W, z, labels], {"reg": 0.25}),
        "svm_gradient": ([W, z, labels], {"reg": 0.25}),
        "expression": ([[np.array(2.25), np.array(1.5)]], {"steps": EXPRESSION}),
        "expression_gradient": ([[np.array(2.25), np.array(1.5)]], {"steps": EXPRESSION}),
        "momentum": ([z, dout, target], {"learning_rate": 0.1}),
        "nesterov": ([z, dout, target], {"learning_rate": 0.1, "form": "averaged"}),
        "adagrad": ([z, dout, q], {"learning_rate": 0.1, "place": "inside"}),
        "rmsprop": ([z, dout, q], {"learning_rate": 0.1}),
        "adam": ([z, dout, z, q], {"learning_rate": 0.1, "t": 3}),
        "adamw": ([z, dout, z, q], {"learning_rate": 0.1, "t": 3}),
        "clipped": ([dout], {"limit": 0.5, "by": "norm"}),
        "decayed_rate": ([bias], {"epoch": 3, "decay": 0.5}),
        "log1p": ([q], {}),
        "log1p_exp": ([z], {}),
        "log_sigmoid": ([z], {}),
        "log_sum_exp": ([z], {}),
        "normal_cdf": ([z], {}),
        "normal_pdf": ([z], {}),
        "logistic_cost": ([w, bias, z, y], {}),
        "logistic_gradient": ([w, bias, z, y], {}),
        "network_cost": ([layers, z, Y], {}),
        "network_forward": ([layers, z], {}),
        "network_gradient": ([layers, z, Y], {}),
        "neuron": ([w, bias, z], {}),
        "neuron_cost": ([w, bias, z, y], {}),
        "neuron_gradient": ([w, bias, z, y], {}),
        "three_layer_cost": ([*flat, z, Y], {}),
        "three_layer_gradient": ([*flat, z, Y], {}),
    }
    for name in (*ENTRYWISE, "softmax", "log_softmax"):
        calls[name] = ([z], {})
        calls[f"{name}_backward"] = ([dout, z], {})
    for suffix in ("", "_backward"):
        calls[f"squared_error{suffix}"] = ([z, target], {})
        calls[f"absolute_error{suffix}"] = ([z, target], {})
        calls[f"hinge{suffix}"] = ([z, labels], {"margin": 0.5})
        calls[f"huber{suffix}"] = ([z, target], {"delta": 0.5})
        calls[f"binary_hinge{suffix}"] = ([z, 2 * target - 1], {"margin": 0.5})
        calls[f"squared_hinge{suffix}"] = ([z, 2 * target - 1], {"margin": 0.5})
        calls[f"multi_class_squared_hinge{suffix}"] = ([z, labels], {"margin": 0.5})
        calls[f"kl_divergence{suffix}"] = ([q, q[::-1]], {})
        calls[f"negative_log_likelihood{suffix}"] = ([z, labels], {})
        calls[f"contrastive{suffix}"] = ([q[:, 0], y], {"margin": 0.5})
        calls[f"triplet{suffix}"] = ([z, dout, q], {"margin": 0.5})
        calls[f"l1_penalty{suffix}"] = ([W], {"strength": 0.1})
        calls[f"l2_penalty{suffix}"] = ([W], {"strength": 0.1})
        calls[f"binary_cross_entropy{suffix}"] = ([q, target], {})
        calls[f"binary_cross_entropy_from_logits{suffix}"] = ([z, target], {})
        calls[f"cross_entropy{suffix}"] = ([q, labels], {})
        calls[f"cross_entropy_from_logits{suffix}"] = ([z, labels], {})
    return calls


NAMES = sorted(arguments())
NEEDS_PROBABILITIES = re.compile(r"(log1p|((binary_)?cross_entropy|kl_divergence)(_backward)?)$")
by_name = pytest.mark.parametrize("name", NAMES)


def leaves(value: Any) -> list[Any]:
    """Return the arrays in nested lists and tuples."""
    return (
        [a for item in value for a in leaves(item)] if isinstance(value, list | tuple) else [value]
    )


def rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(rebuilt(item, change) for item in value)
    return change(value)


def call(name: str, values: list[Any], options: dict[str, Any]) -> Any:
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        return getattr(ref, name)(*values, **options)


def test_every_public_function_is_called_here() -> None:
    assert sorted([*NAMES, "one_hot"]) == sorted(ref.__all__)


@by_name
@pytest.mark.parametrize("width", WIDTHS, ids=lambda width: width.__name__)
def test_type_is_kept(name: str, width: Any) -> None:
    values, options = arguments()[name]
    cast = rebuilt(values, lambda a: a if a.dtype.kind == "i" else a.astype(width))
    for result in leaves(call(name, cast, options)):
        assert result.dtype == width, name


HAS_TARGETS = re.compile(
    r"squared|absolute|hinge|.*entropy|logistic|neuron_|three_layer|network_[cg]|huber|contra|multi"
)


@pytest.mark.parametrize("name", [name for name in NAMES if HAS_TARGETS.match(name)])
def test_integer_targets_do_not_widen(name: str) -> None:
    values, options = arguments()[name]

    def cast(array: Any) -> Any:
        return array.astype(np.int64 if np.all(np.isin(array, [0, 1])) else np.float32)

    for result in leaves(call(name, rebuilt(values, cast), options)):
        assert result.dtype == np.float32


@by_name
def test_arguments_are_unchanged_and_results_are_new(name: str) -> None:
    values, options = arguments()[name]
    before = [array.tobytes() for array in leaves(values)]
    for array in leaves(values):
        array.flags.writeable = False
    results = leaves(call(name, values, options))
    assert [array.tobytes() for array in leaves(values)] == before
    if name != "network_forward":  # its a0 is X itself
        for result in results:
            assert not any(np.shares_memory(result, array) for array in leaves(values))


@by_name
def test_repeated_calls_agree_to_the_byte(name: str) -> None:
    values, options = arguments()[name]
    first, second = leaves(call(name, values, options)), leaves(call(name, values, options))
    assert [a.tobytes() for a in first] == [a.tobytes() for a in second]


@by_name
def test_lists_and_integers_will_do(name: str) -> None:
    values, options = arguments()[name]
    whole = name not in {"binary_cross_entropy", "binary_cross_entropy_backward"}
    change = np.ceil if whole else np.asarray
    rounded = rebuilt(values, lambda a: change(a) + 0.0 if a.dtype.kind == "f" else a)
    if name in {"kl_divergence", "kl_divergence_backward"}:
        rounded = [np.ones((N, D)), np.ones((N, D))]
    if name in {"cross_entropy", "cross_entropy_backward"}:
        rounded[0] = np.ones((N, D))
    as_lists = rebuilt(
        rounded, lambda a: (a.astype(int) if whole else a).tolist() if a.ndim else float(a)
    )
    for ours, lists in zip(
        leaves(call(name, rounded, options)), leaves(call(name, as_lists, options)), strict=True
    ):
        assert lists.dtype == np.float64
        np.testing.assert_array_equal(ours, lists)


@pytest.mark.parametrize("name", [n for n in NAMES if not NEEDS_PROBABILITIES.match(n)])
@pytest.mark.parametrize("width", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize("size", [700.0, 1e5])
@pytest.mark.filterwarnings("error")
def test_saturation_gives_finite_numbers_without_warnings(
    name: str, width: Any, size: float
) -> None:
    values, options = arguments()[name]

    def saturate(array: Any) -> Any:
        is_large = array.dtype.kind == "f" and not np.all(np.isin(array, [0, 1]))
        if is_large:
            array = np.where(array > 0, size, -size)
        return array if array.dtype.kind == "i" else array.astype(width)

    saturated = rebuilt(values, saturate)
    for result in leaves(call(name, saturated, options)):
        assert np.all(np.isfinite(result))


@pytest.mark.parametrize("scale", [5.0, 30.0])
def test_saturated_network_agrees_with_the_complex_step(scale: float) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(4, 3))
    parameters = [(rng.normal(size=(3, 2)), rng.normal(size=2))]
    parameters.append((scale * rng.normal(size=(2, 2)), scale * rng.normal(size=2)))
    y = rng.integers(0, 2, (4, 2)).astype(float)
    prediction = ref.network_forward(parameters, X)[0][-1]
    confident = np.round(prediction)
    for target in (y, confident, 1 - confident):
        gradients = ref.network_gradient(parameters, X, target)
        for layer, pair in enumerate(gradients):
            for which, gradient in enumerate(pair):

                def cost(moved: Any, layer: int = layer, which: int = which) -> Any:
                    pairs: list[list[Any]] = [list(p) for p in parameters]
                    pairs[layer][which] = moved
                    return ref.network_cost([(W, b) for W, b in pairs], X, target)  # noqa: B023

                numeric = complex_step(cost, parameters[layer][which])
                size = np.max(np.abs(numeric))
                assert np.max(np.abs(gradient - numeric)) <= 1e-12 * size


def test_confidently_right_example_keeps_its_gradient() -> None:
    (dw, db) = ref.logistic_gradient([1.0], 0.0, [[600.0]], [1])
    expected = -np.exp(-600.0)
    assert float(db) == pytest.approx(expected, rel=1e-14)
    assert dw[0] == pytest.approx(600 * expected, rel=1e-14)
    assert ref.logistic_cost([1.0], 0.0, [[600.0]], [1]) == pytest.approx(-expected, rel=1e-14)


def test_three_layers_are_a_network() -> None:
    values, _ = arguments()["three_layer_gradient"]
    *flat, X, y = values
    three_layer_cost: Any = ref.three_layer_cost
    three_layer_gradient: Any = ref.three_layer_gradient
    parameters = list(zip(flat[::2], flat[1::2], strict=True))
    spelled_out = three_layer_gradient(*flat, X, y)
    for ours, theirs in zip(
        spelled_out, leaves(ref.network_gradient(parameters, X, y)), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert three_layer_cost(*flat, X, y) == ref.network_cost(parameters, X, y)


def test_forward_returns_every_layer() -> None:
    values, _ = arguments()["network_forward"]
    parameters, X = values
    activations, pre_activations = ref.network_forward(parameters, X)
    assert [a.shape for a in activations] == [(N, D), (N, K), (N, 3), (N, K)]
    assert len(pre_activations) == 3
    for z, a in zip(pre_activations, activations[1:], strict=True):
        np.testing.assert_array_equal(a, ref.sigmoid(z))


def test_gradients_have_the_shapes_of_their_variables() -> None:
    dw, db = ref.neuron_gradient(np.ones(2), 0.5, np.ones((1, 2)), np.zeros(1))
    assert dw.shape == (2,)
    assert db.shape == ()
    dx, dW, db = ref.affine_backward(np.ones((1, 4)), np.ones((1, 3)), np.ones((3, 4)), np.ones(4))
    assert (dx.shape, dW.shape, db.shape) == ((1, 3), (3, 4), (4,))


def test_ties_of_a_window_go_to_the_first() -> None:
    x = np.array([[[[2.0, 1.0], [2.0, 2.0]]]])
    assert ref.max_pool_backward([[[[5.0]]]], x).tolist() == [[[[5, 0], [0, 0]]]]
    assert np.isnan(ref.max_pool(np.array([[[[2.0, np.nan], [2.0, 2.0]]]]))[0, 0, 0, 0])


def test_what_no_window_covers_has_no_gradient() -> None:
    x = np.arange(25.0).reshape(1, 1, 5, 5)
    dx, _, _ = ref.conv2d_backward(np.ones((1, 1, 2, 2)), x, np.ones((1, 1, 2, 2)), [0.0], stride=2)
    for gradient in (dx, ref.average_pool_backward(np.ones((1, 1, 2, 2)), x)):
        assert np.all(gradient[0, 0, :4, :4] != 0)
        assert not np.any(gradient[0, 0, 4]) and not np.any(gradient[0, 0, :, 4])


def test_kinks_follow_the_documented_convention() -> None:
    kink, upstream = np.array([0.0, -0.0]), np.array([3.0, -5.0])
    assert ref.relu_backward(upstream, kink).tolist() == [0, 0]
    assert ref.leaky_relu_backward(upstream, kink, 0.5).tolist() == [1.5, -2.5]
    assert ref.elu_backward(upstream, kink, alpha=0.5).tolist() == [1.5, -2.5]
    assert ref.selu_backward([1.0], [0.0])[0] == pytest.approx(1.7580993408473766, rel=1e-15)
    assert ref.hard_sigmoid_backward([3.0, 3.0], [-2.5, 2.5]).tolist() == [0, 0]
    assert ref.absolute_error_backward([2.0], [2.0]).tolist() == [0]
    assert ref.l1_penalty_backward([0.0, -0.0]).tolist() == [0, 0]
    at_margin = ref.triplet_backward([[0.0]], [[0.0]], [[1.0]])
    assert [d.tolist() for d in at_margin] == [[[0]]] * 3
    assert ref.hinge_backward([[2.0, 1.0, 0.5]], [0]).tolist() == [[0, 0, 0]]
    dw, db = ref.neuron_gradient([1.0], -2.0, [[2.0], [3.0]], [1.0, 0.0])
    assert (dw.tolist(), float(db)) == ([3.0], 1.0)


def test_not_a_number_is_not_swallowed() -> None:
    for name in (*ENTRYWISE, "normal_cdf", "normal_pdf"):
        assert np.isnan(getattr(ref, name)(np.array([np.nan])))[0], name


ENTRYWISE_COSTS = ("squared_error", "absolute_error", "binary_cross_entropy",
                   "binary_cross_entropy_from_logits", "huber", "squared_hinge",
                   "kl_divergence")  # fmt: skip
ROW, COLUMN = np.ones(3), np.ones((3, 1))
IMAGES, KERNELS = np.ones((2, 3, 5, 6)), np.ones((4, 3, 3, 3))
WRONG: list[tuple[str, list[Any], dict[str, Any], str]] = [
    *(
        (f"{name}_backward", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)")
        for name in (*ENTRYWISE, "softmax", "log_softmax")
    ),
    *(
        (f"{name}{suffix}", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)")
        for name in ENTRYWISE_COSTS
        for suffix in ("", "_backward")
    ),
    *(
        (f"{name}{suffix}", [0.5 * ROW, ROW], {"reduction": "average"}, "mean, batch-mean, sum")
        for name in ENTRYWISE_COSTS
        for suffix in ("", "_backward")
    ),
    ("squared_error", [ROW, ROW], {"reduction": "half"}, "half-mean, half-batch-mean, half-sum"),
    ("binary_cross_entropy", [0.5 * ROW, ROW], {"reduction": "half-mean"}, "not 'half-mean'"),
    ("squared_error", [np.ones((0, 2)), np.ones((0, 2))], {}, "at least one"),
    *(
        (name, values, options, message)
        for base in ("cross_entropy", "cross_entropy_from_logits", "hinge",
                     "negative_log_likelihood", "multi_class_squared_hinge")
        for name in (base, f"{base}_backward")
        for values, options, message in (
            ([0.5 * np.ones((2, 2)), [0, 2]], {}, r"0 … 1"),
            ([0.5 * np.ones((2, 2)), [0, -1]], {}, r"0 … 1"),
            ([0.5 * np.ones((2, 2)), [0.0, 1.0]], {}, "integers"),
            ([0.5 * np.ones((2, 2)), [0, 1, 1]], {}, r"\(2,\) or \(2, 2\)"),
            ([0.5 * np.ones((2, 2)), np.ones((2, 1))], {}, r"\(2, 2\) and \(2, 1\)"),
            ([0.5 * np.ones(2), [0, 1]], {}, r"\(N, K\)"),
            ([0.5 * np.ones((2, 2)), [0, 1]], {"reduction": "all"}, "mean, batch-mean, sum"),
        )
    ),
    *(
        (f"{name}{suffix}", values, options, message)
        for suffix in ("", "_backward")
        for name, values, options, message in (
            ("contrastive", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
            ("contrastive", [ROW, ROW], {"reduction": "half"}, "half-mean, half-sum"),
            ("triplet", [COLUMN, COLUMN, ROW], {}, r"negatives .* \(3, 1\) and \(3,\)"),
            ("triplet", [COLUMN, ROW, COLUMN], {}, r"positives .* \(3, 1\) and \(3,\)"),
            ("triplet", [COLUMN, COLUMN, COLUMN], {"reduction": "all"}, "mean, batch-mean, sum"),
        )
    ),
    ("one_hot", [[[0], [1]], 2], {}, r"\(N,\)"),
    ("affine", [COLUMN, np.ones((1, 2)), np.ones((1, 2))], {}, r"\(M,\)"),
    ("affine", [COLUMN, np.ones((3, 2)), np.ones(2)], {}, r"\(D, M\)"),
    ("affine", [ROW, np.ones((3, 2)), np.ones(2)], {}, r"\(N, D\)"),
    ("affine_backward", [COLUMN, COLUMN, np.ones((1, 2)), np.ones(2)], {}, r"\(3, 2\)"),
    ("conv2d", [IMAGES, KERNELS, np.ones(5)], {}, r"\(F,\)"),
    ("conv2d", [IMAGES, np.ones((4, 2, 3, 3)), np.ones(4)], {}, r"\(F, C, KH, KW\)"),
    ("conv2d", [IMAGES[0], KERNELS, np.ones(4)], {}, r"\(N, C, H, W\)"),
    ("conv2d", [IMAGES, KERNELS, np.ones(4)], {"stride": 0}, "at least 1"),
    ("conv2d", [IMAGES, KERNELS, np.ones(4)], {"padding": -1}, "at least 0"),
    ("conv2d", [IMAGES, KERNELS, np.ones(4)], {"dilation": 0}, "at least 1, not 0"),
    ("conv2d", [IMAGES, KERNELS, np.ones(4)], {"dilation": 3}, r"\(7, 7\)"),
    ("conv1d", [ROW, IMAGES, ROW], {}, r"\(N, C, L\) and \(F, C, K\)"),
    ("conv1d", [IMAGES[0], KERNELS[0], ROW], {"padding": -1}, "at least 0"),
    ("conv1d_backward", [ROW, IMAGES[:, :, 0], KERNELS[:, :, 0], np.ones(4)], {}, r"\(N, F, OL\)"),
    ("transposed_conv2d", [IMAGES, KERNELS, ROW], {}, r"\(C, F, KH, KW\)"),
    ("transposed_conv2d", [IMAGES, KERNELS[:3], ROW], {"stride": 0}, "at least 1"),
    ("transposed_conv2d", [IMAGES, KERNELS[:3], ROW], {"padding": 4}, "leaves nothing"),
    ("transposed_conv2d_backward", [IMAGES, IMAGES, KERNELS[:3], ROW], {}, r"2, 3, 7, 8\)"),
    ("flatten", [1.0], {}, "first axis"),
    ("flatten_backward", [ROW, COLUMN], {}, r"\(3, 1\), not \(3,\)"),
    ("dropout", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("dropout_backward", [COLUMN, ROW, ROW], {}, r"\(3, 1\) and \(3,\)"),
    ("residual", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("residual_backward", [COLUMN, ROW, ROW], {}, r"\(3, 1\) and \(3,\)"),
    ("global_average_pool", [ROW], {}, r"\(N, C, H, W\)"),
    ("global_average_pool_backward", [ROW, IMAGES], {}, r"\(2, 3\), not \(3,\)"),
    ("conv2d", [IMAGES[:, :, :2], KERNELS, np.ones(4)], {}, r"\(2, 6\)"),
    ("conv2d_backward", [np.ones((2, 4, 3, 5)), IMAGES, KERNELS, np.ones(4)], {}, r"4, 3, 4\)"),
    *(
        (f"{name}_pool{suffix}", [*upstream, x], options, message)
        for name in ("max", "average")
        for suffix, upstream in (("", []), ("_backward", [np.ones((2, 3, 2, 2))]))
        for x, options, message in (
            (IMAGES[0], {}, r"\(N, C, H, W\)"),
            (IMAGES, {"window": 6}, r"\(5, 6\)"),
            (IMAGES, {"stride": 0}, "at least 1"),
        )
    ),
    *(
        (f"{name}_pool_backward", [np.ones((2, 3, 2, 2)), IMAGES], {}, r"2, 3\)")
        for name in ("max", "average")
    ),
    ("swiglu", [ROW, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("swiglu_backward", [COLUMN, ROW, ROW], {}, r"\(3, 1\) and \(3,\)"),
    ("embedding", [ROW, [0]], {}, r"\(V, D\)"),
    ("embedding", [COLUMN, [0.0]], {}, "integers"),
    ("embedding", [COLUMN, [0, 3]], {}, r"0 … 2"),
    ("embedding_backward", [ROW, COLUMN, [0]], {}, r"\(1, 1\), not \(3,\)"),
    *(
        (name, [*dout, x, np.ones(2), np.ones(2)], {}, r"\(N, D\), \(D,\) and \(D,\)")
        for name in ("layer_norm", "batch_norm")
        for name, dout in ((name, []), (f"{name}_backward", [COLUMN]))
        for x in (COLUMN, ROW, np.ones((0, 2)))
    ),
    ("layer_norm_backward", [ROW, COLUMN, [1.0], [0.0]], {}, r"\(3,\) and \(3, 1\)"),
    ("batch_norm_backward", [ROW, COLUMN, [1.0], [0.0]], {}, r"\(3,\) and \(3, 1\)"),
    ("rms_norm", [ROW, ROW], {}, r"\(N, D\) and \(D,\)"),
    ("rms_norm_backward", [ROW, COLUMN, [1.0]], {}, r"\(3,\) and \(3, 1\)"),
    *(
        (f"{name}{suffix}", [*dout, IMAGES, np.ones(2), np.ones(2)], {}, r"\(N, C, H, W\), \(C,\)")
        for name in ("group_norm", "instance_norm")
        for suffix, dout in (("", []), ("_backward", [IMAGES]))
    ),
    ("instance_norm", [ROW, ROW, ROW], {}, r"\(N, C, H, W\)"),
    ("group_norm", [IMAGES, ROW, ROW], {"groups": 2}, "3 channels .* 2 groups"),
    ("group_norm", [IMAGES, ROW, ROW], {"groups": 0}, "0 groups"),
    ("group_norm_backward", [ROW, IMAGES, ROW, ROW], {"groups": 3}, r"\(3,\) and \(2, 3, 5, 6\)"),
    ("gradient_descent", [ROW, COLUMN], {"learning_rate": 0.1}, r"\(3,\) and \(3, 1\)"),
    ("rnn_cell", [COLUMN, COLUMN, [[1.0]], np.ones((2, 2)), [0.0]], {}, r"\(D, M\)"),
    ("rnn", [COLUMN, COLUMN, [[1.0]], [[1.0]], [0.0]], {}, r"\(N, T, D\)"),
    ("lstm_cell", [COLUMN] * 3 + [[[1.0]], [[1.0]], [0.0]], {}, r"\(D, 4 M\)"),
    ("lstm_cell", [*[COLUMN] * 3, *[np.ones((1, 4))] * 2, np.ones(4)], {"order": "ifo"}, "i, f"),
    ("gru_cell", [*[COLUMN] * 2, *[np.ones((1, 3))] * 2, np.ones(3)], {"keeps": "h"}, "1-z or z"),
    ("attention", [COLUMN, COLUMN, COLUMN], {}, r"\(N, T, D\)"),
    ("multi_head_attention", [np.ones((1, 2, 3)), *[np.eye(3)] * 4], {"heads": 2}, "multiple"),
    ("multi_head_attention", [np.ones((1, 2, 3)), *[np.eye(3)] * 4],
     {"heads": 3, "biases": [ROW]}, "four of shape"),
    ("add_positions", [np.ones((2, 3, 5))], {}, "even, not 3 and 5"),
    ("add_positions", [np.ones((2, 3, 4))], {"order": "turns"}, "interleaved or halves"),
    ("add_positions", [COLUMN], {}, r"\(N, T, E\)"),
    ("add_positions_backward", [COLUMN, ROW], {}, "one shape"),
    ("linear_cost", [COLUMN, 0.0, COLUMN, ROW], {}, r"\(D,\), \(\) and \(N, D\)"),
    ("classifier_cost", [[], COLUMN, [0]], {}, "has layers"),
    ("classifier_gradient", [[(np.eye(1), [0.0])], COLUMN, [0]], {"hidden": "sin"}, "sin"),
    ("next_token_cost", [[ROW], [0], [0], ROW], {}, "the weights are"),
    ("next_token_gradient", [[COLUMN, *[[[1.0]]] * 4], [0], [0], [1.0]], {}, r"\(M, K\)"),
    ("expression", [[1.0]], {"steps": [("add", 0, 1)]}, "isn't there yet"),
    ("expression_gradient", [[1.0]], {"steps": [("sine", 0, 0)]}, "sine"),
    ("momentum", [ROW, COLUMN, ROW], {"learning_rate": 0.1}, r"\(3,\) and \(3, 1\)"),
    ("momentum", [ROW, ROW, ROW], {"learning_rate": 0.1, "form": "heavy"}, "classical or averaged"),
    ("adagrad", [ROW, ROW, ROW], {"learning_rate": 0.1, "place": "in"}, "outside or inside"),
    ("adam", [ROW, ROW, ROW, ROW], {"learning_rate": 0.1, "t": 0}, "from 1"),
    ("adamw", [ROW] * 4, {"learning_rate": 0.1, "t": 1, "decays_by": "λ"}, "rate or itself"),
    ("clipped", [ROW], {"limit": 1.0, "by": "size"}, "value or norm"),
    ("decayed_rate", [1.0], {"epoch": 1, "decay": 0.5, "form": "cosine"}, "inverse, exponential"),
    ("neuron", [ROW, 0.0, ROW], {}, r"\(N, D\)"),
    ("neuron", [ROW, ROW, np.ones((2, 3))], {}, r"\(3,\), \(3,\) and \(2, 3\)"),
    ("neuron_cost", [[1.0], 0.0, COLUMN, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("neuron_gradient", [[1.0], 0.0, COLUMN, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("logistic_cost", [[1.0], 0.0, COLUMN, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("logistic_gradient", [[1.0], 0.0, COLUMN, COLUMN], {}, r"\(3,\) and \(3, 1\)"),
    ("network_forward", [[], COLUMN], {}, "at least one layer"),
    ("network_cost", [[(np.ones((1, 2)), np.ones(2))], COLUMN, COLUMN], {}, r"\(3, 1\)"),
    ("log_sum_exp", [1.0], {}, "at least one class"),
    ("softmax", [np.ones((2, 0))], {}, "at least one class"),
]


@pytest.mark.parametrize(("name", "values", "options", "message"), WRONG)
def test_wrong_arguments_are_refused(
    name: str, values: list[Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(ref, name)(*values, **options)


def test_reduction_is_keyword_only() -> None:
    with pytest.raises(TypeError):
        ref.squared_error(ROW, ROW, "sum")  # type: ignore[call-arg]


def test_gradient_descent_lowers_the_cost() -> None:
    w, b = np.array([0.5, -0.25]), np.array(0.25)
    X, y = np.array([[1.0, 2.0], [3.0, 1.0], [0.5, -1.0]]), np.array([0.5, 2.0, 1.0])
    before = ref.neuron_cost(w, b, X, y)
    dw, db = ref.neuron_gradient(w, b, X, y)
    rate = 1e-6
    new_w = ref.gradient_descent(w, dw, learning_rate=rate)
    new_b = ref.gradient_descent(b, db, learning_rate=rate)
    drop = (before - ref.neuron_cost(new_w, new_b, X, y)) / rate
    assert drop == pytest.approx(float(dw @ dw + db * db), rel=1e-4)
    assert w.tolist() == [0.5, -0.25]


def test_public_docstrings_have_their_parts() -> None:
    for name in ref.__all__:
        text = inspect.getdoc(getattr(ref, name)) or ""
        for part in ("Parameters", "Returns", "Source", "Examples"):
            assert f"{part}\n{'-' * len(part)}\n" in text, f"{name} lacks {part}"
        if name.endswith(("_backward", "_gradient")):
            assert re.search(r"Derivation\n-+\n(.|\n)*?1\. ", text), name
            assert "numeric = " in text or "above - below" in text, f"{name} shows no difference"


def test_package_imports_nothing_but_numpy() -> None:
    allowed = {"__future__", "collections", "math", "typing", "numpy", "gradcheck_reference"}
    root = Path(ref.__file__).parent
    for module in pkgutil.iter_modules([str(root)]):
        tree = ast.parse((root / f"{module.name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, module.name


def test_examples_of_the_readme_run() -> None:
    readme = Path(ref.__file__).parent.parent / "README.md"
    if not readme.exists():
        pytest.skip("installed without its sources")
    results = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")
    assert results.attempted > 0
    assert results.failed == 0


GRADIENTS = sorted(n for n in dir(ref) if n.endswith(("_backward", "_gradient")))


@pytest.mark.parametrize("name", [n for n in GRADIENTS if n != "identity_backward"])
def test_each_gradient_is_compared_with_other_software(name: str) -> None:
    """The comparisons themselves are in the suite ``peers``."""
    texts = [p.read_text(encoding="utf-8") for p in HERE.glob("test_reference_*.py")]
    peers = "".join(text for text in texts if "mark.peers" in text)
    base = name.removesuffix("_backward").removesuffix("_gradient")
    assert re.search(rf"\b{base}(_backward|_gradient)?\b", peers), f"no peer of {name}"
