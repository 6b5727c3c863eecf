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
PEERS = (*ACTIVATIONS,)


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
