"""Recurrent layers, attention and optimizers of the reference against PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import gradcheck_reference as ref

pytestmark = pytest.mark.peers

torch: Any = None


@pytest.fixture(autouse=True, scope="module")
def _torch() -> None:
    """Import PyTorch where these tests run, not where they are collected."""
    global torch
    torch = pytest.importorskip("torch")


AGREEMENT = 1e-12
N, T, D, M, STEPS = 3, 4, 5, 2, 6
RATE = 0.05


def close(ours: Any, theirs: Any) -> None:
    theirs = np.asarray(theirs.detach())
    assert np.shape(ours) == theirs.shape
    assert np.max(np.abs(ours - theirs)) <= AGREEMENT * max(1.0, np.max(np.abs(theirs)))


def leaf(array: Any) -> Any:
    return torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=True)


def drawn(*shapes: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(len(shapes))
    return [rng.normal(size=shape) for shape in shapes]


def compare(ours: Any, outputs: Any, leaves: list[Any], upstream: list[Any]) -> None:
    theirs = torch.autograd.grad(outputs, leaves, [torch.tensor(u) for u in upstream])
    for a, b in zip(ours, theirs, strict=True):
        close(a, b)


def loaded(layer: Any, Wx: Any, Wh: Any, b: Any, suffix: str = "") -> Any:
    """Give a layer of torch our weights as functions of leaves; its second bias is 0."""
    layer = layer.double()
    named = {"weight_ih": Wx.T, "weight_hh": Wh.T, "bias_ih": b, "bias_hh": torch.zeros_like(b)}
    weights = {name + suffix: w for name, w in named.items()}
    return lambda *args: torch.func.functional_call(layer, weights, args)


def test_rnn_cell_and_rnn() -> None:
    x, h, Wx, Wh, b, dout = drawn((N, T, D), (N, M), (D, M), (M, M), (M,), (N, T, M))
    leaves = [leaf(a) for a in (x[:, 0], h, Wx, Wh, b)]
    out = loaded(torch.nn.RNNCell(D, M), *leaves[2:])(leaves[0], leaves[1])
    close(ref.rnn_cell(x[:, 0], h, Wx, Wh, b), out)
    compare(ref.rnn_cell_backward(dout[:, 0], x[:, 0], h, Wx, Wh, b), [out], leaves, [dout[:, 0]])
    leaves = [leaf(a) for a in (x, h, Wx, Wh, b)]
    network = loaded(torch.nn.RNN(D, M, batch_first=True), *leaves[2:], suffix="_l0")
    out, _ = network(leaves[0], leaves[1][None])
    close(ref.rnn(x, h, Wx, Wh, b), out)
    compare(ref.rnn_backward(dout, x, h, Wx, Wh, b), [out], leaves, [dout])


def test_lstm_cell_and_lstm() -> None:
    order = "ifgo"
    x, h, c, Wx, Wh, b, dh, dc = drawn(
        (N, D), (N, M), (N, M), (D, 4 * M), (M, 4 * M), (4 * M,), (N, M), (N, M)
    )
    leaves = [leaf(a) for a in (x, h, c, Wx, Wh, b)]
    both = loaded(torch.nn.LSTMCell(D, M), *leaves[3:])(leaves[0], (leaves[1], leaves[2]))
    for ours, theirs in zip(ref.lstm_cell(x, h, c, Wx, Wh, b, order=order), both, strict=True):
        close(ours, theirs)
    ours = ref.lstm_cell_backward(dh, dc, x, h, c, Wx, Wh, b, order=order)
    compare(ours, list(both), leaves, [dh, dc])
    xs, dout = drawn((N, T, D), (N, T, M))
    leaves = [leaf(a) for a in (xs, h, Wx, Wh, b)]
    network = loaded(torch.nn.LSTM(D, M, batch_first=True), *leaves[2:], suffix="_l0")
    out, _ = network(leaves[0], (leaves[1][None], torch.zeros(1, N, M, dtype=torch.float64)))
    close(ref.lstm(xs, h, Wx, Wh, b, order=order), out)
    compare(ref.lstm_backward(dout, xs, h, Wx, Wh, b, order=order), [out], leaves, [dout])


def test_the_order_of_the_gates_is_only_an_order() -> None:
    x, h, c, Wx, Wh, b = drawn((N, D), (N, M), (N, M), (D, 4 * M), (M, 4 * M), (4 * M,))
    place = [k * M + j for k in map("ifgo".index, "fgio") for j in range(M)]
    turned = [w[..., place] for w in (Wx, Wh, b)]
    for ours, theirs in zip(
        ref.lstm_cell(x, h, c, *turned, order="fgio"),
        ref.lstm_cell(x, h, c, Wx, Wh, b, order="ifgo"), strict=True,
    ):  # fmt: skip
        assert np.max(np.abs(ours - theirs)) <= AGREEMENT


def test_gru_cell() -> None:
    x, h, Wx, Wh, b, dout = drawn((N, D), (N, M), (D, 3 * M), (M, 3 * M), (3 * M,), (N, M))
    options: dict[str, Any] = {"order": "rzn", "keeps": "z", "resets": "after"}
    leaves = [leaf(a) for a in (x, h, Wx, Wh, b)]
    out = loaded(torch.nn.GRUCell(D, M), *leaves[2:])(leaves[0], leaves[1])
    close(ref.gru_cell(x, h, Wx, Wh, b, **options), out)
    compare(ref.gru_cell_backward(dout, x, h, Wx, Wh, b, **options), [out], leaves, [dout])


@pytest.mark.parametrize("keeps", ["1-z", "z"])
@pytest.mark.parametrize("resets", ["before", "after"])
def test_gru_cell_in_its_other_forms(keeps: str, resets: str) -> None:
    x, h, Wx, Wh, b, dout = drawn((N, D), (N, M), (D, 3 * M), (M, 3 * M), (3 * M,), (N, M))
    leaves = [leaf(a) for a in (x, h, Wx, Wh, b)]
    lx, lh, lWx, lWh, lb = leaves
    inner, (Uz, Ur, Un) = (lx @ lWx + lb).split(M, dim=1), lWh.split(M, dim=1)
    z, r = torch.sigmoid(inner[0] + lh @ Uz), torch.sigmoid(inner[1] + lh @ Ur)
    state = (r * lh) @ Un if resets == "before" else r * (lh @ Un)
    n = torch.tanh(inner[2] + state)
    out = (1 - z) * lh + z * n if keeps == "1-z" else z * lh + (1 - z) * n
    close(ref.gru_cell(x, h, Wx, Wh, b, keeps=keeps, resets=resets), out)
    ours = ref.gru_cell_backward(dout, x, h, Wx, Wh, b, keeps=keeps, resets=resets)
    compare(ours, [out], leaves, [dout])


@pytest.mark.parametrize("is_causal", [False, True])
def test_attention(is_causal: bool) -> None:
    keys = T if is_causal else 7
    Q, K, V, dout = drawn((N, T, D), (N, keys, D), (N, keys, M), (N, T, M))
    leaves = [leaf(a) for a in (Q, K, V)]
    out = torch.nn.functional.scaled_dot_product_attention(*leaves, is_causal=is_causal)
    close(ref.attention(Q, K, V, is_causal=is_causal), out)
    compare(ref.attention_backward(dout, Q, K, V, is_causal=is_causal), [out], leaves, [dout])


@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("count", [0, 4])
def test_multi_head_attention(count: int, is_causal: bool) -> None:
    width, heads = 6, 3
    x, *weights, dout = drawn((N, T, width), *[(width, width)] * 4, (N, T, width))
    biases = drawn(*[(width,)] * count)
    leaves = [leaf(a) for a in (x, *weights, *biases)]
    lx, Wq, Wk, Wv, Wo, *shifts = leaves
    mask = torch.triu(torch.ones(T, T, dtype=torch.bool), 1) if is_causal else None
    out, _ = torch.nn.functional.multi_head_attention_forward(
        *[lx.transpose(0, 1)] * 3, width, heads, torch.cat([Wq.T, Wk.T, Wv.T]),
        torch.cat(shifts[:3]) if shifts else None, None, None, False, 0.0, Wo.T,
        shifts[3] if shifts else None, attn_mask=mask, need_weights=False,
    )  # fmt: skip
    out = out.transpose(0, 1)
    options: dict[str, Any] = {"heads": heads, "is_causal": is_causal, "biases": biases}
    close(ref.multi_head_attention(x, *weights, **options), out)
    ours = ref.multi_head_attention_backward(dout, x, *weights, **options)
    compare(ours, [out], leaves, [dout])


OPTIMIZERS: dict[str, tuple[int, Callable[..., Any], Callable[..., Any]]] = {
    "momentum": (1, lambda p: torch.optim.SGD(p, RATE, momentum=0.8),
                 lambda p, g, t, *k: ref.momentum(p, g, *k, learning_rate=RATE, beta=0.8)),
    "nesterov": (1, lambda p: torch.optim.SGD(p, RATE, momentum=0.8, nesterov=True),
                 lambda p, g, t, *k: ref.nesterov(p, g, *k, learning_rate=RATE, beta=0.8)),
    "adagrad": (1, lambda p: torch.optim.Adagrad(p, RATE, eps=1e-3),
                lambda p, g, t, *k: ref.adagrad(p, g, *k, learning_rate=RATE, eps=1e-3)),
    "rmsprop": (1, lambda p: torch.optim.RMSprop(p, RATE, alpha=0.8, eps=1e-3),
                lambda p, g, t, *k: ref.rmsprop(p, g, *k, learning_rate=RATE, decay=0.8,
                                                eps=1e-3)),
    "adam": (2, lambda p: torch.optim.Adam(p, RATE, betas=(0.8, 0.9), eps=1e-3),
             lambda p, g, t, *k: ref.adam(p, g, *k, t=t, learning_rate=RATE, beta1=0.8, beta2=0.9,
                                          eps=1e-3)),
    "adamw": (2, lambda p: torch.optim.AdamW(p, RATE, betas=(0.8, 0.9), eps=1e-3,
                                             weight_decay=0.3),
              lambda p, g, t, *k: ref.adamw(p, g, *k, t=t, learning_rate=RATE, beta1=0.8,
                                            beta2=0.9, eps=1e-3, weight_decay=0.3)),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_trajectories(name: str) -> None:
    memories, theirs, step = OPTIMIZERS[name]
    p, gradients = drawn((D, M), (STEPS, D, M))
    parameter = leaf(p)
    optimizer = theirs([parameter])
    kept = [np.zeros_like(p)] * memories
    for t, g in enumerate(gradients, start=1):
        parameter.grad = torch.tensor(g)
        optimizer.step()
        p, *kept = step(p, g, t, *kept)
        close(p, parameter)


def test_clipping() -> None:
    for scale in (0.01, 3.0):
        (g,) = drawn((D, M))
        g = scale * g
        by_norm, by_value = leaf(g), leaf(g)
        by_norm.grad, by_value.grad = torch.tensor(g), torch.tensor(g)
        torch.nn.utils.clip_grad_norm_([by_norm], 0.7)
        torch.nn.utils.clip_grad_value_([by_value], 0.7)
        eps = 1e-6 if scale > 1 else 0.0  # torch's factor is min(1, c/(n + 1e-6))
        close(ref.clipped(g, limit=0.7, by="norm", eps=eps), by_norm.grad)
        close(ref.clipped(g, limit=0.7), by_value.grad)


def test_decay_of_the_rate() -> None:
    optimizer = torch.optim.SGD([leaf([1.0])], 0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 3, gamma=0.7)
    for epoch in range(8):
        ours = ref.decayed_rate(0.5, epoch=epoch, decay=0.7, form="exponential", interval=3)
        assert abs(float(ours) - optimizer.param_groups[0]["lr"]) <= AGREEMENT
        optimizer.step()
        scheduler.step()


def test_linear_model() -> None:
    w, X, y = drawn((D,), (N, D), (N,))
    leaves = [leaf(w), leaf(0.3)]
    cost = torch.nn.functional.mse_loss(torch.tensor(X) @ leaves[0] + leaves[1], torch.tensor(y))
    close(ref.linear_cost(w, 0.3, X, y), cost)
    for ours, theirs in zip(
        ref.linear_gradient(w, 0.3, X, y), torch.autograd.grad(cost, leaves), strict=True
    ):
        close(ours, theirs)


@pytest.mark.parametrize("hidden", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_classifiers(hidden: str, depth: int) -> None:
    widths = [*[D, 4, 6][:depth], M + 1]
    flat = drawn(*(s for i, o in pairwise(widths) for s in ((i, o), (o,))))
    (X,) = drawn((N, D))
    labels = np.array([2, 0, 2])
    leaves = [leaf(a) for a in flat]
    z, penalty = torch.tensor(X), 0.0
    for k in range(depth):
        z = (z if k == 0 else getattr(torch, hidden)(z)) @ leaves[2 * k] + leaves[2 * k + 1]
        penalty = penalty + (leaves[2 * k] ** 2).sum()
    cost = torch.nn.functional.cross_entropy(z, torch.tensor(labels)) + 0.2 * penalty
    layers = list(zip(flat[::2], flat[1::2], strict=True))
    close(ref.classifier_cost(layers, X, labels, hidden=hidden, reg=0.2), cost)
    ours = ref.classifier_gradient(layers, X, labels, hidden=hidden, reg=0.2)
    theirs = torch.autograd.grad(cost, leaves)
    for a, b in zip((g for pair in ours for g in pair), theirs, strict=True):
        close(a, b)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_language_model(reduction: str) -> None:
    tokens, following = np.array([2, 0, 2, 1]), np.array([0, 2, 1, 1])
    flat = drawn((3, M), (M, M), (M,), (M, 3), (3,))
    (h0,) = drawn((M,))
    leaves = [leaf(a) for a in flat]
    Wx, Wh, b, Wy, by = leaves
    h, logits = torch.tensor(h0), []
    for token in tokens:
        h = torch.tanh(Wx[token] + h @ Wh + b)
        logits.append(h @ Wy + by)
    cost = torch.nn.functional.cross_entropy(
        torch.stack(logits), torch.tensor(following), reduction=reduction
    )
    close(ref.next_token_cost(flat, tokens, following, h0, reduction=reduction), cost)
    ours = ref.next_token_gradient(flat, tokens, following, h0, reduction=reduction)
    for a, b in zip(ours, torch.autograd.grad(cost, leaves), strict=True):
        close(a, b)


def test_expressions() -> None:
    steps = [("multiply", 0, 1), ("tanh", 2, 0), ("add", 3, 2), ("relu", 4, 0), ("subtract", 0, 5),
             ("divide", 6, 1), ("power", 3, 3), ("add", 7, 8), ("exp", 7, 0), ("multiply", 9, 10),
             ("multiply", 11, 11)]  # fmt: skip
    of = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div,
          "power": None, "relu": torch.relu, "tanh": torch.tanh, "exp": torch.exp}  # fmt: skip
    for a, b in ((0.7, 1.2), (-0.7, 1.2), (1.1, -0.4)):
        leaves = [leaf(a), leaf(b)]
        found = list(leaves)
        for name, i, j in steps:
            is_unary = name in {"relu", "tanh", "exp"}
            found.append(
                found[i] ** j if name == "power" else of[name](found[i])  # type: ignore[misc]
                if is_unary else of[name](found[i], found[j])  # type: ignore[misc]
            )  # fmt: skip
        close(ref.expression([a, b], steps=steps), found[-1])
        for ours, theirs in zip(
            ref.expression_gradient([a, b], steps=steps),
            torch.autograd.grad(found[-1], leaves), strict=True,
        ):  # fmt: skip
            close(ours, theirs)


def test_a_linear_svm() -> None:
    X, W = drawn((N, D), (D, M + 1))
    labels = np.array([2, 0, 2])
    weights = leaf(W)
    scores = torch.tensor(X) @ weights
    leads = scores - scores[np.arange(N), labels][:, None] + 1.0
    cost = (torch.relu(leads).sum() - N) / N + 0.2 * (weights**2).sum()
    close(ref.svm_cost(W, X, labels, reg=0.2), cost)
    close(ref.svm_gradient(W, X, labels, reg=0.2), torch.autograd.grad(cost, weights)[0])


def waves(length: int, width: int) -> Any:
    """Return the sinusoidal table as the tutorials of PyTorch write it."""
    position = torch.arange(length, dtype=torch.float64)[:, None]
    rates = torch.exp(
        torch.arange(0, width, 2, dtype=torch.float64) * (-np.log(10000.0) / width)
    )
    table = torch.zeros(length, width, dtype=torch.float64)
    table[:, 0::2] = torch.sin(position * rates)
    table[:, 1::2] = torch.cos(position * rates)
    return table


def test_positions() -> None:
    x, dout = drawn((N, 7, 6), (N, 7, 6))
    vectors = leaf(x)
    out = 2.0 * vectors + waves(7, 6)
    close(ref.add_positions(x, scale=2.0), out)
    close(ref.add_positions(x, scale=2.0, order="halves")[..., :3],
          2.0 * vectors[..., :3] + waves(7, 6)[:, 0::2])  # fmt: skip
    (dx,) = torch.autograd.grad((out * torch.tensor(dout)).sum(), vectors)
    close(ref.add_positions_backward(dout, x, scale=2.0), dx)
