"""Edits of one line: where they may lie, that they are Python, and copies that have them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sandbox_helpers import Open, call

from gradcheck.records.program import Program
from gradcheck.sandbox.errand import errand
from gradcheck.sandbox.executors import Executor
from gradcheck.sandbox.worker.edits import edits
from gradcheck.sandbox.worker.slices import suspects

ZOO = Path(__file__).parents[2] / "submissions"
EVERY = 40
SOURCE = """import numpy as np

def twice(x):
    y = x * 2
    return y

def both(x):
    y = twice(x)
    z = y + 1
    return y, {"z": z, "w": z * 3}

class Layer:
    def backward(self, dout):
        self.dW, self.db = dout * 2, dout * 3
        self.grads = {"W": self.dW, "b": self.db}
        return dout
"""


def function(name: str) -> ast.FunctionDef:
    (found,) = (n for n in ast.walk(ast.parse(SOURCE))
                if isinstance(n, ast.FunctionDef) and n.name == name)  # fmt: skip
    return found


def lines(units: Sequence[Any]) -> list[int]:
    return [unit.node.lineno for unit in units]


@pytest.mark.parametrize(("name", "wrong", "right", "blamed", "others"), [
    ("both", [[1, "w"]], [], [8, 9, 10], []),
    ("both", [[1, "w"]], [[0]], [9, 10], []),
    ("both", [[1, "w"]], [[0], [1, "z"]], [10], []),
    ("both", [[1, "w"], [1, "z"]], [[0]], [9], [10, 10]),
    ("both", [["elsewhere"]], [[0]], [9, 10, 10], []),
    ("backward", [["self.dW"]], [], [14], []),
    ("backward", [["self.grads", "b"]], [], [14, 15], []),
    ("backward", [[]], [["self.dW"], ["self.db"]], [16], []),
])  # fmt: skip
def test_suspects(
    name: str, wrong: list[list[str | int]], right: list[list[str | int]], blamed: list[int],
    others: list[int],
) -> None:  # fmt: skip
    common, rest = suspects(function(name), wrong, right)
    assert (lines(common), lines(rest)) == (blamed, others)


def proposed(source: str, name: str, **said: Any) -> list[tuple[int, str]]:
    wanted = {"wrong": [], "right": [], "apart": 0, "most": 500} | said
    found = [n for n in ast.walk(ast.parse(source))
             if isinstance(n, ast.FunctionDef) and n.name == name]  # fmt: skip
    return edits(source, at=found[0].lineno, **wanted)


def test_what_is_called_is_proposed_and_what_is_right_is_not() -> None:
    assert {line for line, _ in proposed(SOURCE, "both")} >= {4, 9, 10}
    apart = proposed(SOURCE, "both", apart=3)
    assert {line for line, _ in apart} == {8, 9, 10}


@pytest.mark.parametrize("path", sorted(ZOO.glob("*/right-*/*.py"))[::EVERY], ids=lambda p: p.stem)
def test_every_edit_is_one_line_of_python_and_there_are_no_more_than_asked(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    before = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        found = proposed(source, node.name, most=60)
        assert len(found) <= 60
        assert len(set(found)) == len(found)
        for line, after in found:
            assert after != before[line - 1]
            ast.parse("\n".join([*before[: line - 1], after, *before[line:]]))


def test_what_is_no_python_has_no_edits() -> None:
    assert edits("def f(:\n", at=1, apart=0, wrong=[], right=[], most=9) == []
    assert edits("(" * 5000, at=1, apart=0, wrong=[], right=[], most=9) == []


def test_letters_of_any_script_keep_their_places(executor: Executor) -> None:
    source = "def f(größe):\n    é = 'ü'; z = größe - 1\n    return z\n"
    details = {"at": 1, "apart": 0, "wrong": [], "right": [], "most": 50}
    header, _ = errand(executor, "edit", source, details)
    assert [2, "    é = 'ü'; z = größe + 1"] in header["edits"]


def test_a_copy_has_the_line_and_the_rest(open_session: Open) -> None:
    session = open_session(SOURCE)
    assert session.copy(0, [(4, "    y = x * 3"), (4, "    y = x * 5")])
    for place, factor in enumerate([2, 3, 5]):
        (reply,) = session.within((place,))([call("both", 1.0)])
        assert reply.values[0][0] == factor
    assert session.copy(0, [(9, "    z = y - 1")])
    (reply,) = session.within((1,))([call("both", 1.0)])
    assert reply.values[0][1]["z"] == 1.0


def test_copies_leave_the_work_of_the_top_level_and_what_raises(open_session: Open) -> None:
    session = open_session("print('once')\nnumber = 1\n\ndef f(x):\n    return x + number\n")
    assert session.copy(0, [(2, "number = 1 / 0"), (5, "    return x +"), (5, "    return x")])
    replies = [session.within((k,))([call("f", 1.0)])[0] for k in range(4)]
    assert [r.fault.type_name if r.fault else float(np.asarray(r.values[0])) for r in replies] == [
        2.0, "NameError", "NameError", 1.0,
    ]  # fmt: skip
    assert session.stdout == "once\n"


def test_a_copy_that_does_not_load_in_time_is_none(open_session: Open) -> None:
    session = open_session("def f(x):\n    return x\n\nnumber = f(1)\n")
    assert not session.copy(0, [(2, "    while True: pass")])
    assert session.execute([call("f", 1.0)])[0].fault is None
    program = Program((("name", "n", "number"),), (), ("n",))
    assert session.execute([program])[0].values == (1,)


LEFT_OUT = {
    "rows": ("def f(i, d):\n    W[i] += d\n    return W", "np.add.at(W, i, d)"),
    "edge": ("def f(x, pad, dxp):\n    dx = dxp[:, 1:-1]\n    return dx",
             "dx = dxp[:, pad:pad + x.shape[1]]"),
    "path": ("def f(dh, c):\n    h = 0\n    for t in c:\n        h = g(dh[:, t], t)\n    return h",
             "h = g(dh[:, t] + h, t)"),
    "argument": ("def f(dh, dc, o):\n    d = dh * o\n    return d", "d = dh * o + dc"),
    "root": ("def f(dS, K):\n    return dS @ K\n\ndef g(d):\n    return np.sqrt(d)",
             "return dS @ K / np.sqrt(K.shape[-1])"),
    "area": ("def f(d, x):\n    n, c, h, w = x.shape\n    return d * c", "return d * c / (h * w)"),
    "slope": ("def f(x, a):\n    return np.where(x > 0, 1, 0.0)", "return np.where(x > 0, 1, a)"),
    "half": ("def f(d, a):\n    return d * a", "return d * a * (1 - a)"),
    "other half": ("def f(d, a):\n    return d * (1 - a)", "return d * a * (1 - a)"),
    "sign": ("def f(x):\n    return np.abs(x)", "return np.sign(x)"),
    "error": ("def f(a, y, x):\n    return x.T @ (a * (1 - y))", "return x.T @ (a - y)"),
    "mask": ("def f(d, mask):\n    return d * (mask > 0)", "return d * mask"),
    "size": ("def f(x):\n    N, D = x.shape\n    return N * x / (N + 1)", "return D * x / (D + 1)"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_was_left_out_is_put_back(name: str) -> None:
    source, wanted = LEFT_OUT[name]
    found = edits(f"import numpy as np\n{source}\n", at=2, apart=0, wrong=[[]], right=[], most=1000)
    assert wanted in [after.strip() for _, after in found]
