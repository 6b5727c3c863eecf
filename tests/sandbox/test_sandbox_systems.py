"""Number systems: ordinary NumPy code, computed with other numbers by a second copy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sandbox_helpers import Open

from gradcheck.records.budgets import Budgets
from gradcheck.records.program import Program, Reply, System
from gradcheck.sandbox.default import default_executor
from gradcheck.sandbox.session import Session

STEP = 2.0**-100
DIFFERENCE = 1e-5
IDIOMS = r"""
import numpy as np
import math
from numpy import exp, log, tanh
from numpy.linalg import norm
import numpy as xp
TABLE = {"t": np.tanh}
def a01(x): return 1/(1+np.exp(-x))
def a02(x): return np.maximum(0, x)
def a03(x): return np.where(x>0, x, 0.1*x)
def a04(x): return x*(x>0)
def a05(x):
    o=np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            o[i,j]=math.tanh(x[i,j]) if x[i,j]>0 else math.exp(x[i,j])-1
    return o
def a06(x):
    e=np.exp(x-x.max(axis=1,keepdims=True)); return e/e.sum(axis=1,keepdims=True)
def a07(x): return np.array([[1/(1+math.exp(-float(v))) for v in row] for row in x.tolist()])
def a08(x): return (x-x.mean(0))/np.sqrt(x.var(0)+1e-5)
def a09(x): return (x-np.mean(x,axis=1,keepdims=True))/np.std(x,axis=1,keepdims=True)
def a10(x): return np.abs(x)*np.sign(x)**3
def a11(x): return np.linalg.norm(x,axis=1)
def a12(x): return norm(x)
def a13(x): return np.vectorize(lambda v: v if v>0 else 0.01*v)(x)
def a14(x): return np.logaddexp(0,x)
def a15(x): return np.clip(x,-0.5,0.5)
def a16(x): return np.sort(x,axis=1)
def a17(x): return np.median(x,axis=0)
def a18(x): return np.einsum('ij,kj->ik',x,x)
def a19(x): return x.astype(np.float32)*2
def a20(x): return x.astype(float).dot(x.T)
def a21(x):
    y=x.copy(); y[y<0]=0; return y
def a22(x):
    y=x.copy(); y[y<0]*=0.2; return y
def a23(x): return np.asarray(x,dtype=np.float64)**2
def a24(x):
    def f(v):
        import numpy as q
        return q.tanh(v)
    return f(x)
def a25(x, ): return TABLE["t"](x)
def a26(x): return tanh(x)*exp(-x**2)
def a27(x): return np.exp(x)/np.sum(np.exp(x),axis=-1)[:,None]
def a28(x):
    total=0.0
    for row in x:
        for v in row:
            total += v**2 if v>0 else -v
    return total
def a29(x): return np.array([sum(row) for row in x])
def a30(x): return np.array([max(row) for row in x])
def a31(x): return np.max(x,axis=(0,1))
def a32(x): return x.max()
def a33(x): return np.mean(-np.log(1/(1+np.exp(-x))+1e-12))
def a34(x): return np.stack([np.cumsum(r) for r in x])
def a35(x): return np.pad(x,1).sum(axis=0)
def a36(x):
    from numpy.lib.stride_tricks import sliding_window_view
    return sliding_window_view(x,(2,2)).max(axis=(2,3))
def a37(x): return np.concatenate([x,x**3],axis=1)
def a38(x): return np.tanh(x).T.reshape(-1)
def a39(x):
    o=np.empty_like(x); o[:]=np.sin(x); return o
def a40(x): 
    o=np.ones(x.shape[1]); o*=x[0]; return o
def a41(x): return np.power(x,2)+x**3+np.square(x)+abs(x)**1.5
def a42(x): return np.hypot(x,1.0)+np.arctan2(x,2.0)
def a43(x): return np.linalg.inv(x.T@x+np.eye(3))
def a44(x): return np.heaviside(x,0.5)*x
def a45(x): return np.outer(x[0],x[1])
def a46(x): return np.prod(x,axis=1)
def a47(x): return np.apply_along_axis(lambda r: r/np.sum(r**2),1,x)
def a48(x):
    o=np.zeros((5,)); np.add.at(o,[0,0,1,2,3],x[:,0]); return o
def a49(x): return np.mean((x-1)**2)
def a50(x): return 0.5*x*(1+np.vectorize(math.erf)(x/np.sqrt(2)))
def a51(x): return np.array([[math.erf(v) for v in r] for r in x])
def a52(x): return np.array([float(np.sum(r)) for r in x])
def a53(x): 
    assert x.dtype==np.float64 and isinstance(x,np.ndarray) and not np.iscomplexobj(x)
    if not isinstance(x[0,0],(float,np.floating)): raise ValueError
    return x*2
def a54(x): return np.minimum(np.maximum(x,-1),1)
def a55(x): return np.log1p(np.exp(-np.abs(x)))+np.maximum(x,0)
def a56(x): return np.add.reduce(x,axis=0)*np.multiply.reduce(x,axis=0)
def a57(x): return np.round(x,2)+x
def a58(x): return np.fromiter((v*v for v in x[0]),dtype=float)
def a59(x): return np.where(np.isnan(x),0,x)*np.sqrt(x*x+1)
def a60(x): return x[np.arange(5),[0,1,2,0,1]].reshape(5,1)
def a61(x): return (x>0).astype(float)*x
def a62(x):
    m=x[0].tolist(); m=[v*2 for v in m]; return np.array(m)
def a63(x): return np.tensordot(x,x,axes=([0],[0]))
def a64(x): return np.nan_to_num(x)*3
def a65(x): return np.piecewise(x,[x<0,x>=0],[lambda t: t*0.1, lambda t: t])
def a66(x): return np.select([x<0,x>=0],[x*0.1,x])
def a67(x): return np.vdot(x,x)
def a68(x): return x.conj()*x + np.real(x)
def a69(x): return np.average(x,axis=0,weights=[1,2,3,4,5])
def a70(x): return np.argmax(x,axis=1)*1.0+x.sum(axis=1)
def a71(x): return np.convolve(x[0],x[1])
def a72(x): return np.correlate(x[:,0],x[:,1],'full')
def a74(x): return np.exp(x,out=np.empty_like(x))
def a75(x): return np.divide(1.0,x,out=np.zeros_like(x),where=x!=0)
def a76(x):
    y=np.float64(0)
    for v in x.ravel(): y+=np.float64(v)**2
    return y
def a77(x): return math.sqrt(sum([v**2 for r in x for v in r]))
def a78(x): return np.sum([np.exp(v) for v in x.ravel()])
def a79(x): return np.max([v for v in x.ravel()])
def a80(x): return x.std()+x.mean()
def a81(x): return np.frompyfunc(lambda v: v*v,1,1)(x).astype(float)
def a82(x): return [[float(v)*2.0 for v in r] for r in x]
def a83(x): return np.ptp(x,axis=0)+np.diff(x,axis=0).sum(0)
def a84(x): return np.array(list(map(lambda r: np.tanh(r), x)))
def a85(x): return x.clip(0)+x.clip(min=0.1,max=0.2)+np.fmax(x,0)
def a86(x): return np.sum(x,axis=1)/np.count_nonzero(x,axis=1)
def a87(x): return np.expm1(x)+np.log1p(x*x)+np.cosh(x)
def a88(x): return np.linalg.norm(x)**2 + np.linalg.norm(x, 'fro')
def a89(x): return np.take(x,[0,2],axis=1)+np.repeat(x[:,:1],2,axis=1)
def a90(x): return np.float32(0.5)*x.astype(np.float32)
def a91(x):
    import importlib
    return importlib.import_module('numpy').tanh(x)
def a92(x):
    from math import exp as e
    return np.array([[e(v) for v in r] for r in x])
def a93(x, xp=np): return xp.tanh(x)
def a94(x):
    s=0.0
    for v in x.ravel(): s=s+(v if v>0 else 0.5*v)
    return s
def a95(x):
    print("%.2f of %s" % (x[0, 0], x[0, 1])); text = "%g"; text %= x.sum()
    return np.tanh(x)
def a96(x): return np.r_[x[0], 1.0, x[1]*2] + np.c_[x, x*x].sum()
def a97(x):
    y=np.zeros(x.shape)
    for place, v in np.ndenumerate(x): y[place]=v*v
    return y
def a98(x): return sum(divmod(x, 0.7)) + np.divmod(x, 0.3)[1]
def a99(x): return np.logaddexp.reduce(x, axis=1, keepdims=True) + np.logaddexp.reduce(x)
"""
NARROW = {"a19", "a90"}
"""Cast to float32: their values differ from the carried ones by that much."""
NOT_EXTENDED = {"a43", "a50", "a51"}
"""No long double has an inverse in NumPy, nor an error function in math."""
NAMES = [line[4:].partition("(")[0] for line in IDIOMS.splitlines() if line.startswith("def a")]
X = np.random.default_rng(0).normal(size=(5, 3))
V = np.random.default_rng(1).normal(size=(5, 3))


def asked(name: str, x: object, system: System = "float64") -> Program:
    steps = (("put", "x", 0), ("name", "f", name), ("call", "r", "f", ["x"], {}))
    return Program(steps, (np.asarray(x),), ("r",), system)


def value(reply: Reply) -> np.ndarray:
    assert reply.fault is None, reply.fault
    return np.asarray(reply.values[0])


@pytest.fixture(scope="module")
def replies(module_session: Session) -> dict[str, list[Reply]]:
    """Every idiom at x, at x ± t v, at x + i h v and in long double, in one request."""
    programs = [
        program
        for name in NAMES
        for program in (
            asked(name, X), asked(name, X + DIFFERENCE * V), asked(name, X - DIFFERENCE * V),
            asked(name, X + 1j * STEP * V, "complex"),
            asked(name, X.astype(np.longdouble), "longdouble"),
        )
    ]  # fmt: skip
    found = module_session.execute(programs)
    return {name: found[5 * k : 5 * k + 5] for k, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def module_session() -> Iterator[Session]:
    executor = default_executor()
    with Session([("idioms.py", IDIOMS)], executor=executor, budgets=Budgets()) as session:
        yield session
    executor.close()


def test_there_are_many_idioms() -> None:
    assert len(NAMES) > 90


@pytest.mark.parametrize("name", NAMES)
def test_the_imaginary_part_is_the_derivative(name: str, replies: dict[str, list[Reply]]) -> None:
    plain, after, before, carried = (value(r) for r in replies[name][:4])
    numeric = (after - before) / (2 * DIFFERENCE)
    assert carried.dtype == np.complex128
    size = float(np.max(np.abs(plain)))
    assert np.allclose(carried.real, plain, rtol=0, atol=size * (1e-6 if name in NARROW else 1e-14))
    error = np.max(np.abs(carried.imag / STEP - numeric))
    assert error <= (1e-2 if name in NARROW else 1e-6) * max(np.max(np.abs(numeric)), 1e-9)


@pytest.mark.parametrize("name", sorted(set(NAMES) - NOT_EXTENDED))
def test_long_doubles_stay_long(name: str, replies: dict[str, list[Reply]]) -> None:
    plain, extended = value(replies[name][0]), value(replies[name][4])
    assert extended.dtype == np.longdouble
    tolerance = 1e-6 if name in NARROW else 1e-13
    assert np.allclose(extended.astype(float), plain, rtol=tolerance, atol=tolerance)


LOSES = """
import numpy as np
def dropped(x): return np.array([complex(v).real for v in x.ravel()])
def singular(x): return np.linalg.svd(x)[1]
def viewed(x): return x.view(np.int64) * 1.0
def formatted(x): return np.array(["%.3f" % v for v in x.ravel()], dtype=float)
def interpolated(x): return np.interp(x, [-9.0, 9.0], [0.0, 1.0])
"""


@pytest.mark.parametrize("name", ["dropped", "singular", "viewed", "interpolated"])
def test_what_cannot_be_carried_raises(name: str, open_session: Open) -> None:
    session = open_session(LOSES)
    plain, carried = session.execute([asked(name, X), asked(name, X + 1j * STEP * V, "complex")])
    assert plain.fault is None
    assert carried.fault is not None
    assert carried.fault.kind == "exception"


def test_branches_are_those_of_the_reals(open_session: Open) -> None:
    source = """
import numpy as np
def f(x):
    if x[0] > 0 and not x[1] < 0:
        return np.maximum(x, 0) + np.sort(x)[::-1]
    return np.zeros(3)
"""
    x, v = np.array([1.0, 0.0, -2.0]), np.array([1.0, -1.0, 1.0])
    (reply,) = open_session(source).execute([asked("f", x + 1j * STEP * v, "complex")])
    assert np.array_equal(value(reply).real, [2.0, 0.0, -2.0])


def test_the_second_copy_is_nobodys_concern(open_session: Open) -> None:
    source = """
import numpy as np
print("loaded")
def f(x):
    if np.finfo(np.ones(1).dtype).eps > 1: pass
    if type(x) is not np.ndarray and hasattr(x, "width"):
        raise SystemExit(3)
    return x * 2
"""
    session = open_session(source)
    replies = session.execute([asked("f", X), asked("f", X + 0j, "complex"), asked("f", X)])
    assert [r.fault is None for r in replies] == [True, False, True]
    assert session.stdout == "loaded\n"
    assert session.crashes == 0


def test_arrays_lie_as_they_are_asked_to(open_session: Open) -> None:
    source = """
def f(x): return [x.flags.c_contiguous, x.flags.f_contiguous, x.flags.writeable, float(x.sum())]
"""
    session = open_session(source)
    steps = asked("f", X).steps
    programs = [Program(steps, (X,), ("r",), "float64", m) for m in ("C", "F", "strided")]
    found = [reply.values[0] for reply in session.execute(programs)]
    assert [tuple(f[:3]) for f in found] == [
        (True, False, True), (False, True, True), (False, False, True),
    ]  # fmt: skip
    assert np.allclose([f[3] for f in found], X.sum())


def test_numbers_read_from_text_are_rounded_ones(open_session: Open) -> None:
    session = open_session(LOSES)
    plain, carried = session.execute(
        [asked("formatted", X), asked("formatted", X + 1j * STEP * V, "complex")]
    )
    assert np.array_equal(plain.values[0], carried.values[0])  # as np.round: a staircase
