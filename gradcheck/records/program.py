"""What the judge asks a worker to execute, and what comes back.

A :class:`Program` is a short straight-line call program over named slots. The
worker executes its steps in order and sends back the slots in ``returns``; it
knows nothing about gradients. The steps, each a tuple of JSON-able parts:

==================================  ==================================================
``("put", slot, index)``            a fresh writable copy of ``arrays[index]``
``("scalar", slot, index)``         ``arrays[index]`` (0-d) as a plain Python number
``("constant", slot, value)``       a JSON value: number, string, bool, None, list
``("list", slot, slots)``           a Python list of the values of ``slots``
``("tuple", slot, slots)``          the same as a tuple
``("dict", slot, pairs)``           a dict; ``pairs`` is a list of ``[key, slot]``
``("name", slot, dotted)``          a public name of the submission, e.g. ``Net.loss``
``("method", slot, dotted)``        the same, of an object that its class makes of nothing
``("call", slot, callee, args, kw)``  calls the value of slot ``callee``; ``args`` is a
                                    list of slots, ``kw`` a dict from keyword to slot
``("get", slot, object, attr)``     ``getattr``
``("set", object, attr, slot)``     ``setattr``
``("pin", object, attr, slot)``     the first array of its shape that the attribute is given
                                    from here on is replaced by the value
``("item", slot, object, key)``     ``object[key]``, key an int or a string
``("setitem", object, key, slot)``  ``object[key] = value``
``("context", slot)``               an object to keep things in: attributes, or what its
                                    ``save_for_backward`` is given, in ``saved_tensors``
``("recorder", slot)``              an object whose methods keep what they are given, in its
                                    ``calls``, and return the first of it
``("generator", slot)``             a generator of random numbers, the same at every call
``("trace", slot)``                 from here on, a list of the calls of the submission's own
                                    functions: ``[name, [number, ...]]``, capped
==================================  ==================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Fault", "FaultKind", "Frame", "Memory", "Opaque", "Program", "Reply", "Step",
           "System", "Value"]  # fmt: skip

Array = npt.NDArray[Any]
Step = tuple[Any, ...]
System = Literal["float64", "complex", "longdouble"]
Memory = Literal["C", "F", "strided"]
FaultKind = Literal["exception", "time-out", "crash", "protocol", "skipped"]


@dataclass(frozen=True)
class Program:
    """A straight-line call program.

    Parameters
    ----------
    steps : tuple of Step
        See the table in the module's docstring.
    arrays : tuple of numpy.ndarray
        The operands of ``put`` and ``scalar``.
    returns : tuple of str
        Slots whose values are sent back, in this order.
    system : {"float64", "complex", "longdouble"}
        The numbers that the submission's own code computes with; in another system than
        float64 it is a second copy of it that does, in a worker of its own.
    memory : {"C", "F", "strided"}
        How the operands lie in memory.
    modules : tuple of int
        The submission's files in which names are looked up.
    """

    steps: tuple[Step, ...]
    arrays: tuple[Array, ...] = ()
    returns: tuple[str, ...] = ()
    system: System = "float64"
    memory: Memory = "C"
    modules: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Opaque:
    """A returned value that is neither a number, an array nor a container of them."""

    type_name: str
    note: str = ""


Value = (
    np.ndarray[Any, Any]
    | float
    | int
    | bool
    | complex
    | str
    | None
    | Opaque
    | tuple[Any, ...]
    | list[Any]
    | Mapping[str, Any]
)
"""Arrays and NumPy scalars come back as base ``ndarray`` (a NumPy scalar is 0-d)."""


@dataclass(frozen=True)
class Frame:
    """One line of a traceback inside the student's own files."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Fault:
    """Why a program (or the loading of a submission) gave no values.

    Parameters
    ----------
    kind : FaultKind
        ``skipped`` means it was not executed, because of an earlier fault.
    type_name, message : str
        Of the exception; of the observed event otherwise. Capped at 4 KiB.
    frames : tuple of Frame
        The part of the traceback inside the student's files, outermost first.
    step : int or None
        Index of the step that failed.
    is_refusal : bool
        Whether a ``raise`` or ``assert`` of the submission's own is what raised it, or its taking
        apart a shape or another of its arguments into another number of parts.
    """

    kind: FaultKind
    type_name: str
    message: str
    frames: tuple[Frame, ...] = ()
    step: int | None = None
    is_refusal: bool = False


@dataclass(frozen=True)
class Reply:
    """The values of a program's ``returns``, or the fault that prevented them."""

    values: Sequence[Value] = field(default_factory=tuple)
    fault: Fault | None = None
