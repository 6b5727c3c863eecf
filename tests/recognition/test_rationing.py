"""A file of very many functions takes a bounded time of the judge's, and is told so."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradcheck
from gradcheck.options import Options
from gradcheck.own import pairs
from gradcheck.recognition import readings

QUICK = Options(profile="quick")
PAIR = "def {0}(z):\n    return 1 / (1 + np.exp(-z)) + {1}\ndef {0}_prime(z):\n    return z + {1}\n"
RIGHT = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n" \
        "def sigmoid_prime(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n"  # fmt: skip


def many(folder: Path) -> Path:
    path = folder / "many.py"
    pairs = "".join(PAIR.format(f"f{k}", k) for k in range(3))
    path.write_text(f"import numpy as np\n{pairs}{RIGHT}")
    return path


def test_what_is_called_like_a_component_is_tried_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_TRIED", 40)
    monkeypatch.setattr(pairs, "MOST_VALUES", 0)
    report = gradcheck.check(many(tmp_path), options=QUICK)
    assert [(c.id, c.outcome) for c in report.components] == [("sigmoid", "passed")]
    left = {u.name for u in report.unrecognised if u.reason == readings.TOO_MANY}
    assert left and left <= {f"f{k}{end}" for k in range(3) for end in ("", "_prime")}


def test_no_more_components_are_judged_than_there_is_time_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "MOST_READINGS", 0)
    report = gradcheck.check(many(tmp_path), options=QUICK)
    assert report.components == () and report.outcome == "errored"
    assert {"sigmoid", "sigmoid_prime"} <= {
        u.name for u in report.unrecognised if u.reason == readings.TOO_MANY
    }
