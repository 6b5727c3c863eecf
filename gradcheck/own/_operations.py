"""The operations of an engine on arrays, as programs: every one in its richest forms first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gradcheck.records.program import Step

__all__ = ["Form", "operations"]

Dims = Mapping[str, tuple[str, ...]]
ROWS, FEATURES, SQUARE = ("N", "D"), ("D",), ("D", "D")
BINARY = {"__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/"}
MATMULS = ("__matmul__", "matmul", "dot", "mm")
UNARY = ("relu", "tanh", "exp", "sigmoid", "sin", "cos", "__neg__", "abs", "__abs__", "softplus",
         "gelu", "leaky_relu", "softmax", "log_softmax", "silu", "swish", "elu",
         "square")  # fmt: skip
POSITIVE = ("log", "sqrt")
"""Of numbers above 0 only."""
REDUCING = ("sum", "mean", "max", "min")
EXPONENT = 3
REPEATED = (0, 0)
"""Indices of which one comes twice: what arrives there must be added up."""


@dataclass(frozen=True)
class Form:
    """One way to put an operation: from slots ``leaf a`` ... to slot ``o``.

    Parameters
    ----------
    title, shown : str
        For names and for the report: ``sum(axis=0)``, ``a.sum(axis=0)``.
    needs_product : bool
        Whether it multiplies, to use an operand twice.
    is_of_arrays : bool
        Whether numbers have no such operation.
    is_optional : bool
        Whether an engine may leave it out: where it raises, or gives gradients of other shapes
        than their arrays', it isn't judged.
    """

    method: str
    title: str
    shown: str
    dims: Dims
    steps: tuple[Step, ...]
    domain: Literal["reals", "inside"] = "reals"
    needs_product: bool = False
    is_of_arrays: bool = False
    is_optional: bool = False


def operations(*, is_number: bool) -> Mapping[str, tuple[Form, ...]]:
    """Return the forms of each operation, by its name; of numbers, those that numbers have."""
    found = _of_entries()
    if not is_number:
        return found | _of_axes()
    return {
        name: tuple(replace(f, dims=dict.fromkeys(f.dims, ())) for f in forms[-2:])
        for name, forms in found.items()
    }


def _of_entries() -> dict[str, tuple[Form, ...]]:
    found: dict[str, tuple[Form, ...]] = {}
    for method, sign in BINARY.items():
        found[method] = tuple(_binary(method, sign))
    for method in (*UNARY, *POSITIVE):
        found[method] = tuple(_unary(method, {}, "inside" if method in POSITIVE else "reals"))
    found["__pow__"] = tuple(_unary("__pow__", {"": EXPONENT}, "reals"))
    return found


def _of_axes() -> dict[str, tuple[Form, ...]]:
    found: dict[str, tuple[Form, ...]] = {m: (_matmul(m),) for m in MATMULS}
    for method in REDUCING:
        for keywords in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}):
            told = ", ".join(f"{k}={v}" for k, v in keywords.items())
            found[f"{method} {told}"] = (_plain(method, keywords),)
    found |= {form.title: (form,) for form in _shaped()}
    for method in ("reshape", "view"):
        found[method] = tuple(_reshaped(method))
    return found


def _called(slot: str, owner: str, method: str, arguments: list[str]) -> tuple[Step, ...]:
    get: Step = ("get", f"method {slot}", owner, method)
    return get, ("call", slot, f"method {slot}", arguments, {})


def _binary(method: str, sign: str) -> Iterator[Form]:
    """Yield (a op (b op (a op b))) op a, with c broadcast over the rows, and without it.

    Both stand on the left twice, and on the right, and what they give doesn't cancel.
    """
    domain: Literal["reals", "inside"] = "inside" if sign == "/" else "reals"
    twice = (
        *_called("i", "leaf a", method, ["leaf b"]), *_called("j", "leaf b", method, ["i"]),
        *_called("k", "leaf a", method, ["j"]), *_called("o", "k", method, ["leaf a"]),
    )  # fmt: skip
    wide = (*twice, *_called("o", "o", method, ["leaf c"]))
    shown = f"(a {sign} (b {sign} (a {sign} b))) {sign} a"
    yield Form(method, f"{method} with broadcasting",
               f"{shown} {sign} c, where c has an axis less",
               {"a": ROWS, "b": ROWS, "c": FEATURES}, wide, domain, is_optional=True)  # fmt: skip
    yield Form(method, method, shown, {"a": ROWS, "b": ROWS}, twice, domain)


def _matmul(method: str) -> Form:
    """Return (a @ b) @ b: b is used twice."""
    steps = (*_called("i", "leaf a", method, ["leaf b"]), *_called("o", "i", method, ["leaf b"]))
    return Form(method, method, "(a @ b) @ b", {"a": ROWS, "b": SQUARE}, steps, is_of_arrays=True)


def _unary(
    method: str, constants: Mapping[str, int], domain: Literal["reals", "inside"]
) -> Iterator[Form]:
    """Yield f(a) * a, in which a is used twice, and f(a)."""
    given: tuple[Step, ...] = tuple(("constant", "k", v) for v in constants.values())
    call = (*given, *_called("i", "leaf a", method, ["k"] if given else []))
    told = f"a.{method}({', '.join(map(str, constants.values()))})"
    product = (*call, *_called("o", "i", "__mul__", ["leaf a"]))
    yield Form(method, f"{method} used twice", f"{told} * a", {"a": ROWS}, product, domain,
               needs_product=True)  # fmt: skip
    alone = (*given, *_called("o", "leaf a", method, ["k"] if given else []))
    yield Form(method, method, told, {"a": ROWS}, alone, domain)


def _plain(method: str, keywords: Mapping[str, object]) -> Form:
    told = ", ".join(f"{k}={v}" for k, v in keywords.items())
    steps: tuple[Step, ...] = (
        *(("constant", f"given {k}", v) for k, v in keywords.items()),
        ("get", "method", "leaf a", method),
        ("call", "o", "method", [], {k: f"given {k}" for k in keywords}),
    )
    return Form(method, f"{method}({told})", f"a.{method}({told})", {"a": ROWS}, steps,
                is_of_arrays=True)  # fmt: skip


def _moved(method: str, title: str, steps: tuple[Step, ...]) -> Form:
    return Form(method, title, f"a.{title}", {"a": ROWS}, steps, is_of_arrays=True)


def _reshaped(method: str) -> Iterator[Form]:
    """Yield a reshape to other sizes: as two arguments, as one tuple."""
    sizes: tuple[Step, ...] = (("constant", "d", {"size": "D"}), ("constant", "n", {"size": "N"}))
    pair: Step = ("tuple", "both", ["d", "n"])
    two = (*sizes, *_called("o", "leaf a", method, ["d", "n"]))
    yield _moved(method, f"{method}(D, N)", two)
    one = (*sizes, pair, *_called("o", "leaf a", method, ["both"]))
    yield _moved(method, f"{method}((D, N))", one)


def _shaped() -> Iterator[Form]:
    """Yield other operations that move entries about."""
    for method in ("transpose", "flatten"):
        yield _moved(method, f"{method}()", _called("o", "leaf a", method, []))
    yield _moved("T", "T", (("get", "o", "leaf a", "T"),))
    for title, index in (("__getitem__(0)", 0), ("__getitem__([0, 0])", list(REPEATED))):
        called = _called("o", "leaf a", "__getitem__", ["k"])
        yield _moved("__getitem__", title, (("constant", "k", index), *called))
