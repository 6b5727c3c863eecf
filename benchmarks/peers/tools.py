"""The peers: each is handed a right or wrong function as its users would hand it over.

Each takes the function's :class:`Callables` and inputs, and returns whether it accuses it. An
exception of any kind is an accusation: a user would see it. What isn't installed is None.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
from callables import Callables
from catalogue import Array

__all__ = ["TOOLS", "missing", "recipe_error"]

STEP = 1e-5
STRICT, LENIENT = 1e-7, 1e-5
"""Relative errors that the course calls happy, and that it still may accept."""
SCIPY = 1e-5
"""scipy only returns an error; this part of the gradient's norm is called wrong here."""
FLOOR = 1e-8
TORCH_EXPLAINS = "_run_slow_mode_and_get_error"
"""When torch's fast mode accuses, it takes the whole Jacobian for its message: at 1e5
parameters 12 GB. The verdict is the same without."""
Tool = Callable[[Callables, Sequence[Array]], bool]


def installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


torch = installed("torch")
torch_module = installed("torch.autograd.gradcheck")
jax = installed("jax")
autograd = installed("autograd")
scipy = installed("scipy.optimize")
if torch is not None:
    torch.set_num_threads(1)
if jax is not None:
    jax.config.update("jax_enable_x64", True)
    jax_tests = importlib.import_module("jax.test_util")
if autograd is not None:
    autograd_tests = importlib.import_module("autograd.test_util")
    autograd_extend = importlib.import_module("autograd.extend")


def placed(arrays: Sequence[Array], wrt: Sequence[int], values: Sequence[Any]) -> list[Array]:
    """Return the inputs with those that have a gradient replaced."""
    found = list(arrays)
    for place, value in zip(wrt, values, strict=True):
        found[place] = np.asarray(value)
    return found


def torch_tool(*, is_fast: bool) -> Tool:
    def accuses(function: Callables, arrays: Sequence[Array]) -> bool:
        wrt = function.entry.wrt

        class Wrapped(torch.autograd.Function):  # type: ignore[misc, name-defined]
            @staticmethod
            def forward(ctx: Any, *tensors: Any) -> Any:
                values = [t.detach().numpy() for t in tensors]
                out, ctx.state = function.forward(placed(arrays, wrt, values))
                return torch.as_tensor(np.array(out, dtype=np.float64))

            @staticmethod
            def backward(ctx: Any, *upstream: Any) -> Any:
                found = function.backward(upstream[0].numpy(), ctx.state)
                return tuple(torch.as_tensor(np.array(g)) for g in found)

        tensors = [torch.tensor(arrays[k], requires_grad=True) for k in wrt]
        with mock.patch.object(torch_module, TORCH_EXPLAINS, lambda *_: "", create=True):
            return not torch.autograd.gradcheck(Wrapped.apply, tensors, fast_mode=is_fast)

    return accuses


def jax_tool(function: Callables, arrays: Sequence[Array]) -> bool:
    wrt = function.entry.wrt
    shapes = [np.shape(arrays[k]) for k in wrt]
    out_shape = jax.ShapeDtypeStruct(np.shape(function.forward(arrays)[0]), np.float64)

    def value(*inputs: Any) -> Array:
        given = placed(arrays, wrt, [np.array(i) for i in inputs])
        return np.asarray(function.forward(given)[0], dtype=np.float64)

    def slopes(upstream: Any, *inputs: Any) -> Any:
        _, state = function.forward(placed(arrays, wrt, [np.array(i) for i in inputs]))
        found = function.backward(np.array(upstream), state)
        return tuple(np.asarray(g, np.float64) for g in found)

    @jax.custom_vjp
    def wrapped(*inputs: Any) -> Any:
        return jax.pure_callback(value, out_shape, *inputs)

    def ahead(*inputs: Any) -> Any:
        return wrapped(*inputs), inputs

    def back(inputs: Any, upstream: Any) -> Any:
        described = tuple(jax.ShapeDtypeStruct(s, np.float64) for s in shapes)
        return jax.pure_callback(slopes, described, upstream, *inputs)

    wrapped.defvjp(ahead, back)
    jax_tests.check_grads(wrapped, tuple(arrays[k] for k in wrt), order=1, modes=["rev"])
    return False


def autograd_tool(function: Callables, arrays: Sequence[Array]) -> bool:
    wrt = function.entry.wrt
    kept: dict[int, Any] = {}

    @autograd_extend.primitive
    def wrapped(*inputs: Any) -> Any:
        out, state = function.forward(placed(arrays, wrt, inputs))
        out = np.array(out, dtype=np.float64)
        kept[0] = state
        return out

    def maker(argnums: Any, out: Any, args: Any, kwargs: Any) -> Any:
        state = kept[0]

        def back(upstream: Any) -> Any:
            found = function.backward(np.asarray(upstream), state)
            return tuple(found[k] for k in argnums)

        return back

    autograd_extend.defvjp_argnums(wrapped, maker)
    places = tuple(range(len(wrt))) if len(wrt) > 1 else 0
    checked = autograd_tests.check_grads(wrapped, places, modes=["rev"], order=1)
    checked(*[arrays[k].copy() for k in wrt])
    return False


class Flat:
    """<u, f(x)> of one flat vector, and its gradient: what scipy and the recipe take."""

    def __init__(self, function: Callables, arrays: Sequence[Array]) -> None:
        self.function, self.arrays = function, [np.array(a) for a in arrays]
        self.wrt = function.entry.wrt
        out, _ = function.forward([np.array(a) for a in arrays])
        self.upstream = np.random.default_rng(out.size).normal(size=out.shape)
        self.start = np.concatenate([self.arrays[k].reshape(-1) for k in self.wrt])

    def inputs(self, flat: Array) -> list[Array]:
        sizes = [self.arrays[k].size for k in self.wrt]
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        shaped = [p.reshape(self.arrays[k].shape) for p, k in zip(parts, self.wrt, strict=True)]
        return placed(self.arrays, self.wrt, shaped)

    def value(self, flat: Array) -> float:
        return float(np.sum(self.function.forward(self.inputs(flat))[0] * self.upstream))

    def gradient(self, flat: Array) -> Array:
        _, state = self.function.forward(self.inputs(flat))
        found = self.function.backward(self.upstream.copy(), state)
        return np.concatenate([np.asarray(g, np.float64).reshape(-1) for g in found])


def scipy_tool(function: Callables, arrays: Sequence[Array]) -> bool:
    flat = Flat(function, arrays)
    error = scipy.check_grad(flat.value, flat.gradient, flat.start.copy())
    norm = float(np.linalg.norm(flat.gradient(flat.start.copy())))
    return not error <= SCIPY * max(norm, 1.0)


def recipe_error(function: Callables, arrays: Sequence[Array]) -> float:
    """Return the largest relative error of the course's recipe: entry by entry, step 1e-5."""
    flat = Flat(function, arrays)
    gradient = flat.gradient(flat.start.copy())
    numeric = np.empty_like(gradient)
    x = flat.start.copy()
    for k in range(x.size):
        old = x[k]
        x[k] = old + STEP
        after = flat.value(x)
        x[k] = old - STEP
        before = flat.value(x)
        x[k] = old
        numeric[k] = (after - before) / (2 * STEP)
    difference = np.abs(gradient - numeric)
    return float(np.max(difference / np.maximum(FLOOR, np.abs(gradient) + np.abs(numeric))))


def recipe_tool(threshold: float) -> Tool:
    def accuses(function: Callables, arrays: Sequence[Array]) -> bool:
        return not recipe_error(function, arrays) <= threshold

    return accuses


TOOLS: dict[str, Tool | None] = {
    "torch slow": torch_tool(is_fast=False) if torch else None,
    "torch fast": torch_tool(is_fast=True) if torch else None,
    "jax": jax_tool if jax else None,
    "autograd": autograd_tool if autograd else None,
    "scipy": scipy_tool if scipy else None,
    "CS231n 1e-5": recipe_tool(LENIENT),
    "CS231n 1e-7": recipe_tool(STRICT),
}


def missing() -> list[str]:
    return [name for name, tool in TOOLS.items() if tool is None]
