"""The search for a smallest failing example ends with its tries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from gradcheck import engine
from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.sandbox.executors import Executor

POOL = """
import numpy as np

def max_pool_forward(x, pool_param):
    (N, C, H, W), P, S = x.shape, pool_param["pool_height"], pool_param["stride"]
    out = np.zeros((N, C, 1 + (H - P) // S, 1 + (W - P) // S))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * S:i * S + P, j * S:j * S + P].max(axis=(2, 3))
    return out, (x, pool_param)

def max_pool_backward(dout, cache):
    x, pool_param = cache
    P, S = pool_param["pool_height"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = x[n, c, i * S:i * S + P, j * S:j * S + P]
        at = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * S:i * S + P, j * S:j * S + P][at] = dout[n, c, i, j]
    return dx
"""
"""Wrong where windows overlap: few small examples show it."""


def test_hypothesis_stops_where_the_tries_are_used_up(
    tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    find = hypothesis.find

    def counted(strategy: Any, fails: Callable[[Any], bool], **options: Any) -> Any:
        tries.append(0)

        def asked(example: Any) -> bool:
            tries[-1] += 1
            return fails(example)

        return find(strategy, asked, **options)

    monkeypatch.setattr(hypothesis, "find", counted)
    path = tmp_path / "pool.py"
    path.write_text(POOL, encoding="utf-8")
    report = grade(read_submission(path), None, executor=executor)
    assert report.outcome == "failed"
    assert engine.SHRINK_TRIES / 2 < sum(tries) <= engine.SHRINK_TRIES + 1
