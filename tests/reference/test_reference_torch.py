"""Values and gradients of the reference, one by one, against PyTorch's in float64."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from reference_cases import largest
from reference_oracles import assert_close

import gradcheck_reference as ref

pytestmark = pytest.mark.peers

N, D = 5, 3


@dataclass(frozen=True)
class Peer:
    """A function of the reference and what PyTorch has for it.

    Parameters
    ----------
    shapes : tuple
        Of the variables that have a gradient.
    ours, gradient : callable
        The value; the gradients, given the upstream gradient first.
    theirs : callable
        Is given ``torch`` first, then the variables as tensors.
    """

    id: str
    shapes: tuple[tuple[int, ...], ...]
    ours: Callable[..., Any]
    gradient: Callable[..., Any]
    theirs: Callable[..., Any]
    change: Callable[[Any], Any] = field(default=lambda array: array)


def entrywise(name: str, theirs: Callable[..., Any], **constants: float) -> Peer:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    return Peer(
        f"{name} {constants or ''}", ((N, D),), lambda z: value(z, **constants),
        lambda dout, z: backward(dout, z, **constants), theirs,
    )  # fmt: skip


def functional(name: str, **options: Any) -> Callable[..., Any]:
    return lambda torch, *at: getattr(torch.nn.functional, name)(*at, **options)


ACTIVATIONS = (
    entrywise("elu", functional("elu")),
    entrywise("elu", functional("elu", alpha=0.3), alpha=0.3),
    entrywise("selu", functional("selu")),
    entrywise("silu", functional("silu")),
    entrywise("silu", lambda torch, z: z * torch.sigmoid(1.702 * z), beta=1.702),
    entrywise("softsign", functional("softsign")),
    # torch's own hardsigmoid has 1/6 in float32 in its gradient
    entrywise("hard_sigmoid", lambda torch, z: torch.clamp(z / 6 + 0.5, 0, 1), slope=1 / 6),
    entrywise("hard_sigmoid", lambda torch, z: torch.clamp(0.2 * z + 0.5, 0, 1)),
    Peer("swiglu", ((N, D), (N, D)), ref.swiglu, ref.swiglu_backward,
         lambda torch, gate, value: torch.nn.functional.silu(gate) * value),
)  # fmt: skip


def cost(name: str, theirs: Callable[..., Any], target: Any, **options: Any) -> Peer:
    """Return a cost of a prediction (N, D) with a fixed target."""
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    return Peer(
        f"{name} {options}", ((N, D),), lambda o: value(o, target, **options),
        lambda dout, o: dout * backward(o, target, **options),
        lambda torch, o: theirs(torch, o, torch.tensor(target)),
        probabilities if name == "kl_divergence" else lambda array: array,
    )  # fmt: skip


def probabilities(array: Any) -> Any:
    return ref.softmax(array)


def triplet(power: bool, margin: float) -> Peer:
    def theirs(torch: Any, a: Any, p: Any, n: Any) -> Any:
        if not power:
            return torch.nn.functional.triplet_margin_loss(a, p, n, margin=margin, eps=0)
        m = ((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1) + margin
        return torch.relu(m).mean()

    return Peer(
        f"triplet {power}", ((N, D),) * 3,
        lambda *at: ref.triplet(*at, margin=margin, is_squared=power),
        lambda dout, *at: tuple(
            dout * d for d in ref.triplet_backward(*at, margin=margin, is_squared=power)
        ),
        theirs,
    )  # fmt: skip


Y, LABELS = np.linspace(-2, 2, N * D).reshape(N, D), np.array([0, 2, 1, 2, 0])
SIGNS, P = np.sign(np.sin(np.arange(1.0, 16.0))).reshape(N, D), ref.softmax(Y[::-1])
SAME = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
COSTS = (
    cost("huber", functional("huber_loss", delta=0.7), Y, delta=0.7),
    cost("huber", functional("smooth_l1_loss", reduction="sum"), Y, reduction="sum"),
    cost("binary_hinge", lambda torch, s, y: torch.relu(1 - y * s).mean(), SIGNS),
    cost("squared_hinge", lambda torch, s, y: (torch.relu(1 - y * s) ** 2).mean(), SIGNS),
    # torch takes the mean over the K classes, too
    cost("multi_class_squared_hinge",
         lambda torch, s, y: D * torch.nn.functional.multi_margin_loss(s, y, p=2), LABELS),
    cost("kl_divergence",
         lambda torch, q, p: torch.nn.functional.kl_div(torch.log(q), p, reduction="batchmean"), P),
    cost("negative_log_likelihood", functional("nll_loss"), LABELS),
    Peer("contrastive", ((N,),), lambda d: ref.contrastive(d, SAME, margin=1.5),
         lambda dout, d: dout * ref.contrastive_backward(d, SAME, margin=1.5),
         lambda torch, d: (torch.tensor(SAME) * d**2
                           + torch.tensor(1 - SAME) * torch.relu(1.5 - d) ** 2).mean(), np.abs),
    triplet(power=True, margin=1.0),
    triplet(power=False, margin=0.5),
    Peer("l1_penalty", ((N, D),), lambda W: ref.l1_penalty(W, strength=0.3),
         lambda dout, W: dout * ref.l1_penalty_backward(W, strength=0.3),
         lambda torch, W: 0.3 * W.abs().sum()),
    Peer("l2_penalty", ((N, D),), lambda W: ref.l2_penalty(W, strength=0.3),
         lambda dout, W: dout * ref.l2_penalty_backward(W, strength=0.3),
         lambda torch, W: 0.3 * (W * W).sum()),
)  # fmt: skip
IMAGES, CHANNELS = (3, 4, 5, 2), (4,)
NORMS = (
    Peer("rms_norm", ((N, D), (D,)), ref.rms_norm, ref.rms_norm_backward,
         lambda torch, x, w: torch.nn.functional.rms_norm(x, w.shape, w, eps=1e-5)),
    Peer("group_norm", (IMAGES, CHANNELS, CHANNELS),
         ref.group_norm, ref.group_norm_backward,
         lambda torch, x, w, b: torch.nn.functional.group_norm(x, 2, w, b)),
    Peer("instance_norm", (IMAGES, CHANNELS, CHANNELS),
         ref.instance_norm, ref.instance_norm_backward,
         lambda torch, x, w, b: torch.nn.functional.instance_norm(x, weight=w, bias=b)),
)  # fmt: skip


def block(name: str, theirs: str, *shapes: tuple[int, ...], **options: int) -> Peer:
    value, backward = getattr(ref, name), getattr(ref, f"{name}_backward")
    return Peer(
        f"{name} {options}", shapes, lambda *at: value(*at, **options),
        lambda dout, *at: backward(dout, *at, **options), functional(theirs, **options),
    )  # fmt: skip


STEPS = ((1, 0), (2, 1), (3, 2))
LAYERS = (
    *(block("conv1d", "conv1d", (3, 2, 9), (4, 2, 3), CHANNELS, stride=s, padding=p)
      for s, p in STEPS),
    *(block("transposed_conv2d", "conv_transpose2d", (3, 2, 5, 4), (2, 4, 3, 5), CHANNELS,
            stride=s, padding=p) for s, p in STEPS),
    *(block("conv2d", "conv2d", (3, 2, 9, 8), (4, 2, 3, 2), CHANNELS, stride=s, padding=p,
            dilation=d) for s, p in STEPS for d in (2, 3)),
    Peer("flatten", (IMAGES,), ref.flatten, ref.flatten_backward,
         lambda torch, x: x.flatten(1)),
    Peer("global_average_pool", (IMAGES,), ref.global_average_pool,
         ref.global_average_pool_backward,
         lambda torch, x: torch.nn.functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]),
    Peer("dropout", ((N, D),), lambda x: ref.dropout(x, SIGNS > 0, keep=0.8),
         lambda dout, x: ref.dropout_backward(dout, x, SIGNS > 0, keep=0.8),
         lambda torch, x: x * torch.tensor(SIGNS > 0) / 0.8),
    Peer("residual", ((N, D), (N, D)), ref.residual, ref.residual_backward,
         lambda torch, x, f: x + f),
)  # fmt: skip


def three_layers(torch: Any, *parameters: Any) -> Any:
    a = torch.tensor(INPUTS)
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        z = a @ W + b
        a = torch.sigmoid(z)
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    return cross_entropy(z, torch.tensor(OUTCOMES), reduction="sum") / N


INPUTS, OUTCOMES = np.cos(Y), (np.sin(3 * Y[:, :2]) > 0).astype(float)
MODELS = (
    Peer("three_layer", ((D, 4), (4,), (4, 5), (5,), (5, 2), (2,)),
         lambda *at: ref.three_layer_cost(*at, INPUTS, OUTCOMES),
         lambda dout, *at: tuple(
             dout * d for d in ref.three_layer_gradient(*at, INPUTS, OUTCOMES)
         ),
         three_layers),
)  # fmt: skip
PEERS = (*ACTIVATIONS, *COSTS, *NORMS, *LAYERS, *MODELS)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.id)
def test_agrees_with_torch(peer: Peer) -> None:
    torch = pytest.importorskip("torch")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        arrays = [peer.change(rng.normal(size=shape) * 2) for shape in peer.shapes]
        leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
        expected = peer.theirs(torch, *leaves)
        dout = rng.normal(size=tuple(expected.shape))
        found = peer.gradient(dout, *arrays)
        gradients = found if isinstance(found, tuple) else (found,)
        theirs = torch.autograd.grad(expected, leaves, torch.tensor(dout))
        scale = max(1.0, largest(*gradients), largest(expected.detach().numpy()))
        assert_close(peer.ours(*arrays), expected.detach().numpy(), scale, about=peer.id)
        for ours, their in zip(gradients, theirs, strict=True):
            assert_close(ours, their.numpy(), scale, about=peer.id)
