"""Executes call programs: straight lines of steps over named slots."""

from __future__ import annotations

import contextlib
import inspect
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .dtypes import DTYPES
from .encode import Encoder, type_name
from .faults import MAX_MESSAGE, describe_exception
from .pins import pinned
from .trace import Trace

__all__ = ["Arrays", "run"]

Slots = dict[str, Any]
MOST_RECORDED = 100


class Arrays:
    """The arrays of one request; each program receives its own fresh copies.

    Parameters
    ----------
    layout : list of (dtype tag, shape)
        In payload order.
    payload : bytearray
        The raw bytes.
    """

    def __init__(self, layout: list[tuple[str, list[int]]], payload: bytearray) -> None:
        self.convert: Callable[[Any], Any] | None = None
        self._views = []
        offset = 0
        for tag, shape in layout:
            dtype = DTYPES[tag]
            count = 1
            for length in shape:
                count *= length
            view = np.ndarray(shape, dtype, payload if count else b"", offset if count else 0)
            self._views.append(view)
            offset += count * dtype.itemsize

    def copy(self, index: int, memory: str = "C") -> Any:
        """Return a fresh, writable array in the number system's form.

        Parameters
        ----------
        memory : {"C", "F", "strided"}
            How it lies there: by rows, by columns, or as every other entry of a larger one.
        """
        view = self._views[index]
        if memory == "strided" and view.ndim:
            fresh = np.zeros((*view.shape[:-1], 2 * view.shape[-1]), view.dtype)[..., ::2]
            fresh[...] = view
        else:
            fresh = view.copy(order="F" if memory == "F" else "C")
        return fresh if self.convert is None else self.convert(fresh)

    def scalar(self, index: int) -> Any:
        """Return a 0-d array as a plain Python number, or what stands for one."""
        view = self._views[index]
        if self.convert is None or view.dtype.kind not in "fc":
            return view.item()
        return self.convert(view[()])


class _StepError(Exception):
    """A step found no such name, attribute or element; said in plain English."""

    def __init__(self, type_name: str, message: str) -> None:
        self.fault = {"type_name": type_name, "message": message[:MAX_MESSAGE], "frames": [],
                      "is_refusal": False}  # fmt: skip


class _Machine:
    """One program in execution: its slots and what its steps may refer to."""

    def __init__(
        self, modules: Sequence[types.ModuleType], arrays: Arrays, program: dict[str, Any],
        trace: Trace,
    ) -> None:
        self.slots: Slots = {}
        self._trace = trace
        self._modules = [modules[k] for k in program["modules"]]
        self._arrays = arrays
        self._indices = program["arrays"]
        self._memory = program["memory"]

    def step_put(self, slot: str, index: int) -> None:
        self.slots[slot] = self._arrays.copy(self._indices[index], self._memory)

    def step_scalar(self, slot: str, index: int) -> None:
        self.slots[slot] = self._arrays.scalar(self._indices[index])

    def step_constant(self, slot: str, value: Any) -> None:
        # code that asks whether a word ``is "relu"`` compares it with a literal of its own
        self.slots[slot] = sys.intern(value) if type(value) is str else value

    def step_list(self, slot: str, names: list[str]) -> None:
        self.slots[slot] = [self.slots[name] for name in names]

    def step_tuple(self, slot: str, names: list[str]) -> None:
        self.slots[slot] = tuple(self.slots[name] for name in names)

    def step_dict(self, slot: str, pairs: list[tuple[Any, str]]) -> None:
        self.slots[slot] = {key: self.slots[name] for key, name in pairs}

    def step_name(self, slot: str, dotted: str) -> None:
        parts = dotted.split(".")
        value: Any = _home(parts[0], self._modules)
        for part in parts:
            try:
                value = getattr(value, part)
            except AttributeError as error:
                if _raised_in_student_code(error):
                    raise
                raise _StepError("NameError", f"the submission has no name {dotted!r}") from None
        self.slots[slot] = value

    def step_method(self, slot: str, dotted: str) -> None:
        self.step_name(slot, dotted)
        owner, _, name = dotted.rpartition(".")
        if type(self.slots[slot]) is types.FunctionType and owner:
            function = self.slots[slot]
            self.step_name(slot, owner)
            self.slots[slot] = _bound(self.slots[slot], function, name)

    def step_call(self, slot: str, callee: str, args: list[str], keywords: dict[str, str]) -> None:
        slots = self.slots
        given = [slots[name] for name in args]
        named = {key: slots[name] for key, name in keywords.items()}
        given, more = _spread(slots[callee], given)
        self.slots[slot] = slots[callee](*given, **named, **more)

    def step_get(self, slot: str, owner: str, attribute: str) -> None:
        value = self.slots[owner]
        try:
            self.slots[slot] = getattr(value, attribute)
        except AttributeError as error:
            if _raised_in_student_code(error):
                raise
            message = f"the {type_name(value)} object has no attribute {attribute!r}"
            raise _StepError("AttributeError", message) from None

    def step_set(self, owner: str, attribute: str, slot: str) -> None:
        setattr(self.slots[owner], attribute, self.slots[slot])

    def step_pin(self, owner: str, attribute: str, slot: str) -> None:
        value = self.slots[owner]
        try:
            value.__class__ = pinned(type(value), attribute, self.slots[slot])
        except TypeError as error:
            raise _StepError("TypeError", str(error)) from None

    def step_item(self, slot: str, owner: str, key: Any) -> None:
        value = self.slots[owner]
        try:
            self.slots[slot] = value[key]
        except (LookupError, TypeError) as error:
            if _raised_in_student_code(error):
                raise
            raise _StepError(type_name(error), _no_item(value, key)) from None

    def step_setitem(self, owner: str, key: Any, slot: str) -> None:
        self.slots[owner][key] = self.slots[slot]

    def step_recorder(self, slot: str) -> None:
        self.slots[slot] = _Recorder()

    def step_generator(self, slot: str) -> None:
        self.slots[slot] = np.random.default_rng(0)

    def step_context(self, slot: str) -> None:
        self.slots[slot] = _Context()

    def step_trace(self, slot: str) -> None:
        self.slots[slot] = self._trace.calls
        self._trace.start()


class _Context(dict[str, Any]):
    """For a submission to keep things in: items, attributes, or by ``save_for_backward``."""

    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *values: Any) -> None:
        self.saved_tensors = self.saved_values = self.saved = values


class _Recorder:
    """Stands for an object that the submission hands values to, whatever its methods are called.

    A method keeps what it is given and returns the first of it; a copy keeps it in the same place.
    Its ``calls`` are those since they were last looked at.
    """

    def __init__(self) -> None:
        self._calls: list[tuple[Any, ...]] = []

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        found, self._calls = self._calls, []
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._take

    def _take(self, *given: Any, **named: Any) -> Any:
        values = (*given, *named.values())
        if len(self._calls) < MOST_RECORDED:
            kept = (v.copy() if isinstance(v, np.ndarray) else v for v in values)
            self._calls.append(tuple(kept))
        return values[0] if values else None

    def __copy__(self) -> _Recorder:
        return self

    def __deepcopy__(self, memo: Any) -> _Recorder:
        return self


_STEPS: dict[str, Callable[..., None]] = {
    name.removeprefix("step_"): function
    for name, function in vars(_Machine).items()
    if name.startswith("step_")
}


def _spread(callee: Any, given: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return arguments, and those by name that a function takes no other way: ``f(*, x, w)``."""
    is_class = isinstance(callee, type)
    function = callee.__init__ if is_class else callee
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if not isinstance(code, types.CodeType) or not code.co_kwonlyargcount:
        return given, {}
    is_bound = is_class or isinstance(function, types.MethodType)
    count = code.co_argcount - is_bound
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    defaults = getattr(getattr(function, "__func__", function), "__kwdefaults__", None) or {}
    needed = [name for name in names if name not in defaults]
    if len(given) <= count or code.co_flags & inspect.CO_VARARGS:
        return given, {}
    return given[:count], dict(zip(needed, given[count:], strict=False))


def _bound(owner: type, function: types.FunctionType, name: str) -> Any:
    """Return a method of an object that is made of nothing, or that has nothing."""
    if isinstance(inspect.getattr_static(owner, name, None), staticmethod):
        return function
    with contextlib.suppress(TypeError):  # it wants arguments
        return types.MethodType(function, owner())
    with contextlib.suppress(TypeError):  # it is a subclass of arrays
        return types.MethodType(function, object.__new__(owner))
    return function


def _home(name: str, modules: Sequence[types.ModuleType]) -> types.ModuleType:
    """Return the module that defines a name, rather than one that imported it."""
    having = [module for module in modules if name in vars(module)] or list(modules)
    for module in having[:-1]:
        if getattr(vars(module).get(name), "__module__", None) == module.__name__:
            return module
    return having[-1]


def _no_item(value: Any, key: Any) -> str:
    kind = type_name(value)
    if not hasattr(type(value), "__getitem__"):
        return f"the value is a {kind}, which has no elements (asked for {key!r})"
    return f"the {kind} has no element {key!r}"


def _raised_in_student_code(error: BaseException) -> bool:
    """Tell whether more frames than the step's own were on the stack."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is not None


def run(
    program: dict[str, Any],
    modules: Sequence[types.ModuleType],
    arrays: Arrays,
    files: Mapping[str, int],
) -> tuple[dict[str, Any], list[bytes]]:
    """Execute one program.

    Returns
    -------
    (dict, list of bytes)
        ``{"values": nodes}`` or ``{"fault": ...}``, and the raw bytes of the values. The
        slots are gone by then: a ``__del__`` that hangs is this program's own fault.
    """
    trace = Trace(files)
    machine = _Machine(modules, arrays, program, trace)
    current: int | None = None
    encoder = Encoder()
    try:
        for index, step in enumerate(program["steps"]):
            current = index
            _STEPS[step[0]](machine, *step[1:])
        current = None
        trace.stop()
        nodes = [encoder.node(machine.slots[name]) for name in program["returns"]]
    except _StepError as error:
        return {"fault": {**error.fault, "step": current}}, []
    except BaseException as error:
        return {"fault": describe_exception(error, files, current)}, []
    finally:
        trace.stop()
    return {"values": nodes}, encoder.parts
