"""Each gradient of the reference against other people's automatic differentiation."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from reference_cases import SIZES, largest
from reference_oracles import assert_close

import gradcheck_reference as ref

pytestmark = pytest.mark.peers

by_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))


def reference_gradients(draws: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return what the reference says about the draws, by the name of the function."""
    z, dout, y, Y, q, labels = (draws[name] for name in ("z", "dout", "y", "Y", "q", "labels"))
    x, W, b, upstream, parameters, w = (
        draws[name] for name in ("x", "W", "b", "upstream", "parameters", "w")
    )
    p, d = draws["p"], x.shape[1]
    return {
        "sigmoid": (ref.sigmoid_backward(dout, z),),
        "tanh": (ref.tanh_backward(dout, z),),
        "relu": (ref.relu_backward(dout, z),),
        "leaky_relu": (ref.leaky_relu_backward(dout, z, 0.2),),
        "softplus": (ref.softplus_backward(dout, z),),
        "gelu": (ref.gelu_backward(dout, z),),
        "gelu_tanh": (ref.gelu_tanh_backward(dout, z),),
        "softmax": (ref.softmax_backward(dout, z),),
        "log_softmax": (ref.log_softmax_backward(dout, z),),
        "squared_error": (ref.squared_error_backward(z, dout),),
        "absolute_error": (ref.absolute_error_backward(z, dout),),
        "hinge": (ref.hinge_backward(z, labels),),
        "half_batch_mean": (ref.squared_error_backward(z, dout, reduction="half-batch-mean"),),
        "bce": (ref.binary_cross_entropy_backward(q, Y),),
        "bce_from_logits": (ref.binary_cross_entropy_from_logits_backward(z, Y),),
        "cross_entropy": (ref.cross_entropy_backward(p, labels),),
        "cross_entropy_from_logits": (ref.cross_entropy_from_logits_backward(z, labels),),
        "affine": ref.affine_backward(upstream, x, W, b),
        "embedding": (ref.embedding_backward(upstream, np.ones((d, W.shape[1])), labels),),
        "layer_norm": ref.layer_norm_backward(dout, z, w, w),
        "batch_norm": ref.batch_norm_backward(dout, z, w, w),
        "neuron": ref.neuron_gradient(w, 0.4, x, y),
        "logistic": ref.logistic_gradient(w, 0.4, x, Y[:, 0]),
        "network": tuple(
            gradient
            for pair in ref.network_gradient(parameters, x, draws["T"])
            for gradient in pair
        ),
    }


def draw(size: tuple[int, int, int]) -> dict[str, Any]:
    n, d, m = size
    rng = np.random.default_rng([n, d, m])
    widths = [d, 4, 3, m]
    return {
        "z": rng.normal(size=(n, d)) * 2,
        "dout": rng.normal(size=(n, d)),
        "y": rng.normal(size=n),
        "Y": rng.integers(0, 2, size=(n, d)).astype(float),
        "q": rng.uniform(0.05, 0.95, size=(n, d)),
        "p": rng.uniform(0.05, 0.95, size=(n, d)),
        "labels": rng.integers(0, d, size=n),
        "x": rng.normal(size=(n, d)),
        "W": rng.normal(size=(d, m)),
        "b": rng.normal(size=m),
        "w": rng.normal(size=d),
        "upstream": rng.normal(size=(n, m)),
        "T": rng.integers(0, 2, size=(n, m)).astype(float),
        "parameters": [(rng.normal(size=(i, o)), rng.normal(size=o)) for i, o in pairwise(widths)],
    }


def compare(expected: dict[str, tuple[Any, ...]], actual: dict[str, tuple[Any, ...]]) -> None:
    assert expected.keys() == actual.keys()
    for name, gradients in expected.items():
        scale = max(1.0, largest(*gradients))
        for ours, theirs in zip(actual[name], gradients, strict=True):
            assert_close(ours, theirs, scale, about=name)


@by_size
def test_agrees_with_autograd(size: tuple[int, int, int]) -> None:
    autograd = pytest.importorskip("autograd")
    anp = pytest.importorskip("autograd.numpy")
    draws = draw(size)
    n, _, _ = size
    z, dout, y, Y, labels = (draws[name] for name in ("z", "dout", "y", "Y", "labels"))
    x, W, b, T = (draws[name] for name in ("x", "W", "b", "T"))
    rows = np.arange(n)

    def logistic(t: Any) -> Any:
        return 1 / (1 + anp.exp(-t))

    def bce(q: Any, t: Any) -> Any:
        return -(t * anp.log(q) + (1 - t) * anp.log(1 - q))

    def softmax(t: Any) -> Any:
        return anp.exp(t) / anp.sum(anp.exp(t), axis=1, keepdims=True)

    def svm(s: Any) -> Any:
        terms = anp.maximum(0.0, s - s[rows, labels][:, None] + 1.0)
        return anp.sum(terms * (1 - ref.one_hot(labels, s.shape[1]))) / n

    def normalised(axis: int, t: Any, gamma: Any, beta: Any) -> Any:
        d = t - anp.mean(t, axis=axis, keepdims=True)
        return gamma * d / anp.sqrt(anp.mean(d**2, axis=axis, keepdims=True) + 1e-5) + beta

    def network(*flat: Any) -> Any:
        a = x
        for weight, bias in zip(flat[::2], flat[1::2], strict=True):
            a = logistic(anp.dot(a, weight) + bias)
        return anp.sum(bce(a, T)) / n

    def of(cost: Callable[..., Any], *at: Any) -> tuple[Any, ...]:
        return tuple(autograd.grad(cost, i)(*at) for i in range(len(at)))

    def dotted(function: Callable[[Any], Any]) -> tuple[Any, ...]:
        return of(lambda t: anp.sum(dout * function(t)), z)

    expected = {
        "sigmoid": dotted(logistic),
        "tanh": dotted(anp.tanh),
        "relu": dotted(lambda t: anp.where(t > 0, t, 0.0 * t)),
        "leaky_relu": dotted(lambda t: anp.where(t > 0, t, 0.2 * t)),
        "softplus": dotted(lambda t: anp.log(1 + anp.exp(t))),
        "gelu_tanh": dotted(
            lambda t: t / 2 * (1 + anp.tanh(math.sqrt(2 / math.pi) * (t + 0.044715 * t**3)))
        ),
        "softmax": dotted(softmax),
        "log_softmax": dotted(lambda t: anp.log(softmax(t))),
        "squared_error": of(lambda o: anp.mean((o - dout) ** 2), z),
        "absolute_error": of(lambda o: anp.mean(anp.abs(o - dout)), z),
        "hinge": of(svm, z),
        "half_batch_mean": of(lambda o: anp.sum((o - dout) ** 2) / 2 / n, z),
        "bce": of(lambda q: anp.mean(bce(q, Y)), draws["q"]),
        "bce_from_logits": of(lambda t: anp.mean(bce(logistic(t), Y)), z),
        "cross_entropy": of(lambda p: -anp.mean(anp.log(p[rows, labels])), draws["p"]),
        "cross_entropy_from_logits": of(lambda t: -anp.mean(anp.log(softmax(t)[rows, labels])), z),
        "affine": of(lambda *v: anp.sum(draws["upstream"] * (anp.dot(v[0], v[1]) + v[2])), x, W, b),
        "embedding": of(lambda t: anp.sum(draws["upstream"] * t[labels]), W),
        "layer_norm": of(lambda *v: anp.sum(dout * normalised(1, *v)), z, draws["w"], draws["w"]),
        "batch_norm": of(lambda *v: anp.sum(dout * normalised(0, *v)), z, draws["w"], draws["w"]),
        "neuron": of(
            lambda w, c: anp.mean((anp.maximum(0.0, anp.dot(x, w) + c) - y) ** 2), draws["w"], 0.4
        ),
        "logistic": of(
            lambda w, c: anp.mean(bce(logistic(anp.dot(x, w) + c), Y[:, 0])), draws["w"], 0.4
        ),
        "network": of(network, *(array for pair in draws["parameters"] for array in pair)),
    }
    ours = reference_gradients(draws)
    del ours["gelu"]  # autograd has no erf of its own
    compare(expected, ours)


@by_size
def test_agrees_with_torch(size: tuple[int, int, int]) -> None:
    torch = pytest.importorskip("torch")
    nn = torch.nn.functional
    draws = draw(size)
    n, _, _ = size

    def tensor(array: Any) -> Any:
        return torch.tensor(array, dtype=torch.float64)

    dout, y, Y, T = (tensor(draws[name]) for name in ("dout", "y", "Y", "T"))
    z, x, W, b, w = (draws[name] for name in ("z", "x", "W", "b", "w"))
    labels = torch.tensor(draws["labels"])
    x_constant = tensor(x)

    def of(cost: Callable[..., Any], *at: Any) -> tuple[Any, ...]:
        leaves = [tensor(array).requires_grad_() for array in at]
        return tuple(g.numpy() for g in torch.autograd.grad(cost(*leaves), leaves))

    def dotted(function: Callable[[Any], Any]) -> tuple[Any, ...]:
        return of(lambda t: (dout * function(t)).sum(), z)

    def network(*flat: Any) -> Any:
        a = x_constant
        for weight, bias in zip(flat[:-2:2], flat[1:-2:2], strict=True):
            a = torch.sigmoid(nn.linear(a, weight.T, bias))
        logits = nn.linear(a, flat[-2].T, flat[-1])
        return nn.binary_cross_entropy_with_logits(logits, T, reduction="sum") / n

    def batch_norm(t: Any, gamma: Any, beta: Any) -> Any:
        if n == 1:  # torch refuses a batch of one, which is all β
            return beta + 0 * t * gamma
        return nn.batch_norm(t, None, None, gamma, beta, training=True)

    never = 1000  # above this softplus turns linear; torch's own default of 20 costs 2e-9
    expected = {
        "sigmoid": dotted(torch.sigmoid),
        "tanh": dotted(torch.tanh),
        "relu": dotted(torch.relu),
        "leaky_relu": dotted(lambda t: nn.leaky_relu(t, 0.2)),
        "softplus": dotted(lambda t: nn.softplus(t, threshold=never)),
        "gelu": dotted(nn.gelu),
        "gelu_tanh": dotted(lambda t: nn.gelu(t, approximate="tanh")),
        "softmax": dotted(lambda t: torch.softmax(t, dim=1)),
        "log_softmax": dotted(lambda t: nn.log_softmax(t, dim=1)),
        "squared_error": of(lambda o: nn.mse_loss(o, dout), z),
        "absolute_error": of(lambda o: nn.l1_loss(o, dout), z),
        # torch takes the mean over the K classes, too
        "hinge": of(lambda s: s.shape[1] * nn.multi_margin_loss(s, labels), z),
        "half_batch_mean": of(lambda o: nn.mse_loss(o, dout, reduction="sum") / 2 / n, z),
        "bce": of(lambda q: nn.binary_cross_entropy(q, Y), draws["q"]),
        "bce_from_logits": of(lambda t: nn.binary_cross_entropy_with_logits(t, Y), z),
        "cross_entropy": of(lambda p: nn.nll_loss(torch.log(p), labels), draws["p"]),
        "cross_entropy_from_logits": of(lambda t: nn.cross_entropy(t, labels), z),
        "affine": of(
            lambda i, k, c: (tensor(draws["upstream"]) * nn.linear(i, k.T, c)).sum(), x, W, b
        ),
        "embedding": of(lambda t: (tensor(draws["upstream"]) * nn.embedding(labels, t)).sum(), W),
        "layer_norm": of(lambda t, g, c: (dout * nn.layer_norm(t, g.shape, g, c)).sum(), z, w, w),
        "batch_norm": of(lambda t, g, c: (dout * batch_norm(t, g, c)).sum(), z, w, w),
        "neuron": of(lambda k, c: nn.mse_loss(torch.relu(x_constant @ k + c), y), w, 0.4),
        "logistic": of(
            lambda k, c: nn.binary_cross_entropy_with_logits(x_constant @ k + c, Y[:, 0]), w, 0.4
        ),
        "network": of(network, *(array for pair in draws["parameters"] for array in pair)),
    }
    compare(expected, reference_gradients(draws))


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2), (2, 0)])
def test_convolution_agrees_with_torch(stride: int, padding: int) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng([stride, padding])
    x, W, b = rng.normal(size=(3, 2, 6, 7)), rng.normal(size=(4, 2, 3, 2)), rng.normal(size=4)
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, W, b)]
    z = torch.nn.functional.conv2d(*leaves, stride=stride, padding=padding)
    dout = rng.normal(size=tuple(z.shape))
    assert_close(ref.conv2d(x, W, b, stride=stride, padding=padding), z.detach().numpy(), 30,
                 about="conv2d")  # fmt: skip
    theirs = tuple(g.numpy() for g in torch.autograd.grad(z, leaves, torch.tensor(dout)))
    ours = ref.conv2d_backward(dout, x, W, b, stride=stride, padding=padding)
    compare({"conv2d": theirs}, {"conv2d": ours})


@pytest.mark.parametrize(("window", "stride"), [(2, None), (3, 2), (2, 1), (2, 3)])
def test_pools_agree_with_torch(window: int, stride: int | None) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng([window, stride or 0])
    x = rng.normal(size=(3, 2, 6, 7))
    names = {"max_pool": "max_pool2d", "average_pool": "avg_pool2d"}
    for name, theirs in names.items():
        leaf = torch.tensor(x, requires_grad=True)
        z = getattr(torch.nn.functional, theirs)(leaf, window, stride)
        dout = rng.normal(size=tuple(z.shape))
        options = {"window": window, "stride": stride}
        assert_close(getattr(ref, name)(x, **options), z.detach().numpy(), 1, about=name)
        (expected,) = torch.autograd.grad(z, leaf, torch.tensor(dout))
        actual = getattr(ref, f"{name}_backward")(dout, x, **options)
        compare({name: (expected.numpy(),)}, {name: (actual,)})
