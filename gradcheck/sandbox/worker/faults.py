"""An exception as data: type, message, and the lines inside the submission.

Everything that is asked of the exception may run student code (``__str__``, a
metaclass), so each question is guarded and each answer cut.
"""

from __future__ import annotations

import dis
import opcode
import types
from collections.abc import Mapping
from typing import Any

from .encode import MAX_NAME, type_name

__all__ = ["MAX_FRAMES", "MAX_MESSAGE", "describe_exception"]

MAX_MESSAGE = 4096
MAX_FRAMES = 20
RAISE = opcode.opmap["RAISE_VARARGS"]
UNPACKING = frozenset(code for name, code in opcode.opmap.items() if name.startswith("UNPACK_"))


def describe_exception(
    exception: BaseException, files: Mapping[str, int], step: int | None = None
) -> dict[str, Any]:
    """Return the fault as JSON-able data.

    Parameters
    ----------
    exception : BaseException
        What was raised.
    files : mapping of str to int
        The submission's files and how many lines each has; others are left out.
    step : int or None
        Index of the step that failed.
    """
    return {
        "type_name": type_name(exception),
        "message": _message(exception),
        "frames": _frames(exception, files),
        "step": step,
        "is_refusal": _is_refusal(exception, files),
    }


def _message(exception: BaseException) -> str:
    try:
        return str.__getitem__(str(exception), slice(0, MAX_MESSAGE))
    except BaseException as error:
        return f"(the exception has no readable message: {type_name(error)})"


def _frames(exception: BaseException, files: Mapping[str, int]) -> list[list[Any]]:
    if issubclass(type(exception), SyntaxError):
        place = _syntax_error_place(exception, files)
        if place is not None:
            return [place]
    frames = []
    traceback = exception.__traceback__
    while traceback is not None:
        code, line = traceback.tb_frame.f_code, traceback.tb_lineno
        if line is not None and 1 <= line <= files.get(code.co_filename, 0):
            frames.append([code.co_filename, line, code.co_name[:MAX_NAME]])
        traceback = traceback.tb_next
    return frames[-MAX_FRAMES:]


def _is_refusal(exception: BaseException, files: Mapping[str, int]) -> bool:
    """Return whether the submission itself refuses what it is given.

    A ``raise`` or ``assert`` of its own is what raised, or it takes apart a name or an attribute
    (a shape) into another number of parts; what a call of its own returned is none.
    """
    traceback = exception.__traceback__
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    is_own = code.co_filename in files and 0 <= traceback.tb_lasti < len(code.co_code)
    if not is_own:
        return False
    raised = code.co_code[traceback.tb_lasti]
    return raised == RAISE or (raised in UNPACKING and _takes_apart(code, traceback.tb_lasti))


def _takes_apart(code: types.CodeType, place: int) -> bool:
    """Return whether what an instruction unpacks was a name or an attribute, and not a result."""
    before = ""
    for instruction in dis.get_instructions(code):
        if instruction.offset >= place:
            return before.startswith("LOAD_")
        before = instruction.opname
    return False


def _syntax_error_place(exception: BaseException, files: Mapping[str, int]) -> list[Any] | None:
    try:
        file, line = exception.filename, exception.lineno  # type: ignore[attr-defined]
    except BaseException:
        return None
    if type(file) is not str or file not in files or type(line) is not int:
        return None
    # An end of file that comes too early is reported past the last line.
    return [file, max(1, min(line, files[file])), "<module>"]
