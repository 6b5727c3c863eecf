"""What a worker says about a source: names, signatures, lines."""

from __future__ import annotations

import pytest
from sandbox_helpers import QUICK, Open, call

from gradcheck.records.budgets import Budgets
from gradcheck.records.description import (
    FunctionDescription,
    ModuleDescription,
    Parameter,
    Returned,
)


def described(open_session: Open, source: str, budgets: Budgets = QUICK) -> ModuleDescription:
    description = open_session(source, budgets).load()
    assert isinstance(description, ModuleDescription), description
    return description


def names(functions: tuple[FunctionDescription, ...]) -> list[str]:
    return [function.name for function in functions]


def test_public_names_that_the_submission_defines_in_source_order(open_session: Open) -> None:
    source = """
    import functools
    import math
    from math import *
    from os.path import join
    import numpy as np
    from numpy import exp, vectorize
    from typing import Callable, NewType

    exp2 = np.exp
    Vector = list[float]
    Id = NewType("Id", int)
    rng = np.random.default_rng(0)
    LIMIT = 3

    def zeta(x): return x
    def _private(x): return x
    square = lambda x: x * x
    if LIMIT > 2:
        def alpha(x): return x
    else:
        def alpha(y): return y
    half = functools.partial(zeta, 2)
    step = np.vectorize(_private)
    own_ufunc = np.frompyfunc(_private, 1, 1)
    class Layer:
        def __call__(self, x): return x
    layer = Layer()
    alias = zeta
    __all__ = ["zeta"]
    """
    description = described(open_session, source)

    # What is made of a function (an alias, a partial) stands at that function's line.
    assert names(description.functions) == [
        "zeta", "half", "alias", "step", "square", "alpha", "own_ufunc", "layer",
    ]  # fmt: skip
    assert [entry.name for entry in description.classes] == ["Layer"]
    alpha = description.function("alpha")
    assert alpha is not None and alpha.line == 20 and alpha.parameters[0].name == "x"


def test_signatures(open_session: Open) -> None:
    source = """
    def f(a, /, b, c=2, *args, d, e=None, f="x", g=float("nan"), h=[], **kw): pass
    class Net:
        def loss(self, X, y=0.5): pass
        @staticmethod
        def act(x): pass
        @classmethod
        def make(cls, n): pass
        def odd(*args): pass
    """
    description = described(open_session, source)
    f = description.function("f")
    assert f is not None

    assert f.parameters == (
        Parameter("a", "positional"),
        Parameter("b", "positional"),
        Parameter("c", "positional", True, 2),
        Parameter("args", "var-positional"),
        Parameter("d", "keyword"),
        Parameter("e", "keyword", True, None),
        Parameter("f", "keyword", True, "x"),
        Parameter("g", "keyword", True, None),
        Parameter("h", "keyword", True, None),
        Parameter("kw", "var-keyword"),
    )
    assert [p.name for p in f.required] == ["a", "b"]
    (net,) = description.classes
    assert {name: [p.name for p in method.parameters] for name, method in net.methods.items()} == {
        "loss": ["X", "y"],
        "act": ["x"],
        "make": ["n"],
        "odd": ["args"],
    }
    assert net.methods["loss"].qualified_name == "Net.loss"


def test_lines_are_those_of_def_also_under_decorators(open_session: Open) -> None:
    source = """\
    import functools

    def plain(f):
        def wrapper(*args):
            return f(*args)
        return wrapper

    def kept(f):
        @functools.wraps(f)
        def wrapper(*args):
            return f(*args)
        return wrapper

    @plain
    def one(x):
        return x

    @kept
    @plain
    def two(x):
        y = x
        return y

    @functools.lru_cache
    def three(x):
        return (x,
                x)
    """
    description = described(open_session, source)
    found = {f.name: (f.line, f.end_line) for f in description.functions}

    assert found["one"] == (15, 16) and found["two"] == (20, 22) and found["three"] == (25, 27)
    two, three = description.function("two"), description.function("three")
    assert two is not None and two.assignments == {"y": (21,)}
    assert three is not None and three.returns[0].end_line == 27


def test_returns(open_session: Open) -> None:
    source = """\
    def f(x, self=None):
        def inner():
            return 99
        if x:
            return
        for _ in x:
            try:
                return x
            except ValueError:
                return (self.dW,
                        x + 1, x)
            finally:
                pass
        match x:
            case 1:
                return {"dW": x, 2: self.db, x: 1, None: 2, True: 3}
        with x:
            return [x, *x]
        lambda: 5
        return x.grads["dW"]
    g = lambda x: (x, 1)
    """
    description = described(open_session, source)
    f, g = description.function("f"), description.function("g")
    assert f is not None and g is not None

    assert [(r.line, r.end_line, r.elements) for r in f.returns] == [
        (5, 5, ()),
        (8, 8, (Returned(None, "x", 8),)),
        (
            10,
            11,
            (Returned(0, "self.dW", 10), Returned(1, None, 11), Returned(2, "x", 11)),
        ),
        (16, 16, (Returned("dW", "x", 16), Returned(2, "self.db", 16))),
        (18, 18, (Returned(None, None, 18),)),
        (20, 20, (Returned(None, "x.grads['dW']", 20),)),
    ]
    assert g.returns[0].elements == (Returned(0, "x", 21), Returned(1, None, 21))


def test_assignments(open_session: Open) -> None:
    source = """\
    def f(self, x, grads):
        dx = 1
        dx += 2
        self.dW, (db, *rest) = x
        grads["dW"] = 3
        grads[0] = a = 4
        dx[:, 1] = 5
        y: int = 6
        z: int
        def inner():
            hidden = 7
        if x:
            dx = 8; dx = 9
        (x + x).attribute = 10
        grads["l"]["W"] = 11
        rows.insert(0, 12)
        x.sort()
    """
    f = described(open_session, source).function("f")
    assert f is not None

    assert f.assignments == {
        "dx": (2, 3, 7, 13),
        "self.dW": (4,),
        "db": (4,),
        "rest": (4,),
        "grads['dW']": (5,),
        "grads[0]": (6,),
        "a": (6,),
        "y": (8,),
        "grads['l']['W']": (15,),
        "rows": (16,),
    }


def test_classes_with_inherited_methods_of_own_bases_only(open_session: Open) -> None:
    source = """\
    import collections
    from dataclasses import dataclass

    class Base:
        def forward(self, x): return x
        def backward(self, dout): return dout
        def _hidden(self): pass

    class Layer(Base, collections.OrderedDict):
        rate = 0.1
        def __init__(self, n): pass
        def backward(self, dout, cache=None): return dout
        def __repr__(self): return ""
        @property
        def size(self): return 1
        class Inner: pass
        def __call__(self, x): return x

    @dataclass
    class Options:
        rate: float = 0.1
    """
    description = described(open_session, source)
    base, layer, options = description.classes

    assert list(base.methods) == ["forward", "backward"]
    assert list(layer.methods) == ["forward", "__init__", "backward", "__call__"]
    assert layer.methods["backward"].line == 12 and layer.methods["forward"].line == 5
    assert layer.methods["forward"].qualified_name == "Layer.forward"
    assert (layer.line, layer.end_line) == (9, 17)
    init = options.methods["__init__"]
    assert init.parameters == (Parameter("rate", "positional", True, 0.1),)
    assert init.line == options.line == 20


def test_callables_without_a_signature_say_so(open_session: Open) -> None:
    source = """
    class Odd:
        __signature__ = 5
        def __call__(self, x): return x
    odd = Odd()
    """
    odd = described(open_session, source).function("odd")

    assert odd is not None and not odd.has_signature and odd.parameters == ()


def test_what_can_not_be_described_is_left_out(open_session: Open) -> None:
    source = """
    class Meta(type):
        @property
        def __module__(cls): raise ValueError
    class Evil(metaclass=Meta):
        pass
    class Trap:
        def __call__(self): pass
        def __getattribute__(self, name): raise SystemExit
    trap = Trap()
    globals()["a b"] = lambda: 1
    globals()[5] = lambda: 1
    globals()["n" * 500] = lambda: 1
    exec("def unseen(): pass")
    def f(x): return x
    """
    description = described(open_session, source)

    assert "f" in names(description.functions)
    assert set(names(description.functions)) <= {"f", "trap"}
    assert {entry.name for entry in description.classes} <= {"Meta", "Trap", "Evil"}


def test_a_description_has_its_caps(open_session: Open) -> None:
    many = "".join(f"def f{n}(x): return x\n" for n in range(600))
    parameters = ", ".join(f"a{n}" for n in range(250))
    body = "".join(f"    {'y' * 150}{n} = {n}\n" for n in range(450))
    wide = "".join(f"def f{n}({parameters}):\n{body}" for n in range(20))

    assert len(described(open_session, many, Budgets()).functions) == 500
    functions = described(open_session, wide, Budgets()).functions
    assert [len(f.parameters) for f in functions] == [200] * 20
    # Too much for one header: the details go first.
    assert all(f.assignments == {} and f.has_signature for f in functions)


@pytest.mark.parametrize(
    "source",
    [
        "\ufeffdef f(): return 1\n",
        "# -*- coding: no-such-codec -*-\ndef f(): return 1\n",
        "x = 0\r\ndef f():\r\n    return 1\r\n",
        "x = 0\rdef f():\r    return 1\r",
        "def f(): return 1",
        "from __future__ import annotations\ndef f(x: Nothing = 1): return 1\n",
        "if __name__ == '__main__':\n    raise SystemExit\ndef f(): return 1\n",
        "import my_impl\nassert __file__ == 'my_impl.py'\ndef f(): return my_impl.one\none = 1\n",
    ],
)
def test_texts_that_are_a_little_odd_load(open_session: Open, source: str) -> None:
    session = open_session(source, dedent=False)
    description = session.load()
    assert isinstance(description, ModuleDescription), description
    (reply,) = session.execute([call("f")])

    assert reply.values == (1,)
    assert names(description.functions)[0] == "f"


@pytest.mark.parametrize("name", ["numpy.py", "json.py", "my-impl.py", "2nd try.py", "näme.py"])
def test_any_file_name_will_do(open_session: Open, name: str) -> None:
    source = """
    import json
    import numpy as np
    def f(): return np.ones(1)[0], json.dumps(1)
    def g(): return h()
    """
    session = open_session(source, name=name)
    f, g = session.execute([call("f"), call("g")])

    assert f.fault is None and f.values[0][1] == "1"  # type: ignore[index]
    assert g.fault is not None and g.fault.frames[0].file == name


KEYS = """
def forward(params, X, option=None):
    W = params["W"]
    out = X @ W + params["b"]
    if option:
        return out * option["scale"]
    return out, params["late"]

def cost(p, X, y):
    return sum(forward(p, X), y["target"])

def both(p, q):
    if not isinstance(p, dict):
        p = {"w": p}
    return p["w"] * q["w"] if q else [k["v"] for k in q]

def again(a, n):
    return again(a, n - 1) + a["x"]

def unsure(a, *more):
    a["made"] = 1
    for k in a:
        k["inner"]
    f = lambda: a["called"]
    return more[0]

long = lambda p: """ + " + ".join(["p['k']"] * 900) + "\n"


def test_keys_are_claimed_where_every_call_reads_them(open_session: Open) -> None:
    module = open_session(KEYS).load()
    assert isinstance(module, ModuleDescription)
    said = {f.name: {p.name: p.keys for p in f.parameters if p.keys} for f in module.functions}
    assert said == {
        "forward": {"params": ("W", "b")},
        "cost": {"p": ("W", "b"), "y": ("target",)},
        "both": {},
        "again": {"a": ("x",)},
        "unsure": {},
        "long": {"p": ("k",)},
    }
