"""Constants that the caller chooses: judged at several values, but for those that are refused."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import ComponentReport
from gradcheck.sandbox.executors import Executor

CONV = """
import numpy as np

def conv_forward(x, w, b, {signature}):
    {first}
    n, c, h, wide = x.shape
    f, _, k, _ = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh, ow = 1 + (h + 2 * pad - k) // stride, 1 + (wide + 2 * pad - k) // stride
    out = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, :, i * stride:i * stride + k, j * stride:j * stride + k]
            out[:, :, i, j] = np.tensordot(patch, w, ((1, 2, 3), (1, 2, 3))) + b
    return out, (x, w, stride, pad)

def conv_backward(dout, cache):
    x, w, stride, pad = cache
    n, c, h, wide = x.shape
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows = slice(i * stride, i * stride + k)
            columns = slice(j * stride, j * stride + k)
            d = dout[:, :, i, j]
            dw += np.tensordot(d, xp[:, :, rows, columns], (0, 0))
            dxp[:, :, rows, columns] += np.tensordot(d, w, (1, 0))
    return {dx}, dw, dout.sum(axis=(0, 2, 3))
"""
WHOLE = "dxp[:, :, pad:pad + h, pad:pad + wide]"
TWICE = f"{WHOLE} * (1 + (stride == pad == 2))"
POOL = """
import numpy as np

def max_pool_forward(x, size, stride):
    {first}
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // size, size, w // size, size)
    return tiles.max(axis=(3, 5)), (x, size)

def max_pool_backward(dout, cache):
    x, size = cache
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // size, size, w // size, size)
    mask = tiles == tiles.max(axis=(3, 5), keepdims=True)
    mask = mask / mask.sum(axis=(3, 5), keepdims=True)
    return (mask * dout[:, :, :, None, :, None]).reshape(x.shape)
"""
RIGHT = {
    "any stride and padding": CONV.format(signature="stride, pad", first="pass", dx=WHOLE),
    "defaults": CONV.format(signature="stride=1, pad=1", first="pass", dx=WHOLE),
    "refuses another stride than 1": CONV.format(
        signature="stride=1, pad=0", first="assert stride == 1", dx=WHOLE
    ),
    "refuses to have no padding": CONV.format(
        signature="stride, pad", dx="dxp[:, :, pad:-pad, pad:-pad]",
        first="if pad == 0:\n        raise ValueError('padding is needed')",
    ),
    "windows side by side, refuses others": POOL.format(first="assert size == stride"),
}  # fmt: skip
WRONG = {
    "wrong where nothing is padded": (
        CONV.format(signature="stride, pad", first="pass", dx="dxp[:, :, pad:-pad, pad:-pad]"),
        "padding 0",
    ),
    "wrong but for a padding of 1": (
        CONV.format(signature="stride=1, pad=1", first="pass", dx="dxp[:, :, 1:1 + h, 1:1 + wide]"),
        "padding ",
    ),
    "wrong at a stride of 1": (
        CONV.format(signature="stride, pad", first="pass", dx=f"{WHOLE} * min(stride, 2) / 2"),
        "stride 1",
    ),
    "wrong at one pair of values": (
        CONV.format(signature="stride, pad", first="pass", dx=TWICE),
        "stride 2, padding 2",
    ),
}  # fmt: skip


def _judged(source: str, folder: Path, executor: Executor) -> ComponentReport:
    path = folder / "my_impl.py"
    path.write_text(textwrap.dedent(source))
    (component,) = grade(
        read_submission(path), None, options=Options(), executor=executor
    ).components
    return component


@pytest.mark.parametrize("name", RIGHT)
def test_right_at_every_choice(name: str, tmp_path: Path, executor: Executor) -> None:
    component = _judged(RIGHT[name], tmp_path, executor)
    assert component.outcome == "passed", component


@pytest.mark.parametrize("name", WRONG)
def test_wrong_at_one_choice(name: str, tmp_path: Path, executor: Executor) -> None:
    source, said = WRONG[name]
    component = _judged(source, tmp_path, executor)
    findings = [f for c in component.checks for f in c.findings if c.variable == "x"]
    assert component.outcome == "failed"
    assert any(said in f.message for f in findings), [f.message for f in findings]
    shown = [f.counterexample.inputs for f in findings if f.counterexample is not None]
    assert all({"stride", "padding"} <= set(inputs) for inputs in shown)
