"""``benchmarks/census.py`` counts what it finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "census.py"
SOURCE = """import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

def mystery_gradient(a, b, c, d, e, f):
    return {}
"""


def test_units_that_are_read_and_that_are_not(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "plain.py").write_text("x = 1\n", encoding="utf-8")
    lines = tmp_path / "lines.txt"
    command = [sys.executable, str(SCRIPT), str(tmp_path), "--report", str(lines)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "files with gradients: 1 (1 judged)" in found
    assert "units named like a gradient: 2, read: 1 (50%)" in found
    assert "unread: mystery_gradient" in lines.read_text(encoding="utf-8")
